"""Rates of nodes in a tree, each drawn around the rate of its parent: solved by passing messages along the tree.

No sampling, so the same counts always give the same figures. Every message is a beta distribution:

* upwards, ``n`` trials in a child tell its parent as much as ``n (k + 1) / (n + k)`` trials would, where ``k`` is the
  concentration (the variance of a beta-binomial share, matched);
* downwards, a parent known as by ``C`` trials is to its child a prior worth ``C k / (C + k + 1)`` (the variance of a
  share drawn around an uncertain mean, matched); what the child itself told its parent is left out of it.

The concentration of each level comes from the marginal likelihood of the counts (empirical Bayes) under a wide
log-normal prior.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from custintel.beta_distribution import Numbers, log_beta

_ROUNDS = 8
_CONCENTRATIONS = np.logspace(0, 4, 33)
_USUAL, _SPREAD = np.log(10.0), 2.0  # of the logarithm of a concentration before any counts
_ROOT = np.array([[0.5], [0.5]])  # Jeffreys' prior


@dataclass(frozen=True)
class Level:
    """The nodes of one level of the tree.

    Attributes:
        parent: place of each node's parent in the level above.
        own: bounced and delivered messages counted at the node itself, or published figures worth as much; (2, nodes).
        up: the same with what its children tell.
        prior: what its parent tells it, as parameters of a beta distribution.
        concentration: of the rates of nodes around those of their parents.
    """

    parent: NDArray[np.intp]
    own: Numbers
    up: Numbers = field(default_factory=lambda: np.zeros((2, 0)))
    prior: Numbers = field(default_factory=lambda: np.zeros((2, 0)))
    concentration: float = float(np.exp(_USUAL))

    @property
    def a(self) -> Numbers:
        """First parameter of what is known of each rate."""
        return np.asarray(self.prior[0] + self.up[0])

    @property
    def b(self) -> Numbers:
        """Second parameter of what is known of each rate."""
        return np.asarray(self.prior[1] + self.up[1])

    @property
    def mean(self) -> Numbers:
        """The expected rate of each node."""
        return np.asarray(self.a / (self.a + self.b))

    @property
    def told(self) -> Numbers:
        """What each node tells its parent, as counts."""
        k = self.concentration
        return np.asarray(self.up * (k + 1) / (self.up.sum(axis=0) + k))


def solved(tree: list[Level]) -> list[Level]:
    """The tree with every message passed, and the concentrations that the counts ask for."""
    for _round in range(_ROUNDS):
        tree = _downwards(_upwards(tree))
        tree = [tree[0], *(_concentrated(level, above) for above, level in pairwise(tree))]
    return _downwards(_upwards(tree))


def _upwards(tree: list[Level]) -> list[Level]:
    solved = list(tree)
    for depth in reversed(range(len(tree))):
        total = tree[depth].own.copy()
        if depth + 1 < len(tree):
            below = solved[depth + 1]
            total += summed(below.told, below.parent, total.shape[1])
        solved[depth] = replace(tree[depth], up=total)
    return solved


def _downwards(tree: list[Level]) -> list[Level]:
    solved = [replace(tree[0], prior=_ROOT)]
    for level in tree[1:]:
        solved.append(replace(level, prior=_inherited(level, solved[-1], np.array(level.concentration))))
    return solved


def _without_me(level: Level, above: Level) -> Numbers:
    """What is known of the parent of each node, but for what the node itself told it."""
    whole = above.prior + above.up
    return np.asarray(np.maximum(whole[:, level.parent] - level.told, 1e-9))


def _inherited(level: Level, above: Level, concentration: Numbers) -> Numbers:
    """The prior of each node, for one concentration or an axis of them."""
    parent = _without_me(level, above)
    known = parent.sum(axis=0)
    worth = known * concentration / (known + concentration + 1)
    return np.asarray(np.stack([parent[0] / known * worth, parent[1] / known * worth]))


def _concentrated(level: Level, above: Level) -> Level:
    """``level`` with the concentration that its counts ask for: the one whose variance is the expected variance, so
    that not knowing the concentration widens the intervals.
    """
    prior = _inherited(level, above, _CONCENTRATIONS[:, None])
    likelihood = (log_beta(prior[0] + level.up[0], prior[1] + level.up[1]) - log_beta(*prior)).sum(axis=1)
    before = -((np.log(_CONCENTRATIONS) - _USUAL) ** 2) / (2 * _SPREAD**2)
    posterior = np.exp(likelihood + before - (likelihood + before).max())
    correlation = float(posterior @ (1 / (_CONCENTRATIONS + 1)) / posterior.sum())
    return replace(level, concentration=1 / correlation - 1)


def summed(values: Numbers, places: NDArray[np.intp], size: int) -> Numbers:
    """The sums of the rows of ``values`` by the place of each column."""
    return np.stack([np.bincount(places, row, size) for row in values])
