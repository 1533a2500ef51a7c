"""Pairs of profiles, their patterns and what was made of them; and the pairs that clusters need beyond those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from custintel.matching.arrays import among, distinct, grouped, starts
from custintel.matching.clusters import UNIT, components
from custintel.matching.comparison import Comparison
from custintel.matching.comparisons import comparisons
from custintel.matching.judgement import judge
from custintel.matching.model import Evidence, Model, fit
from custintel.matching.profiles import Profiles

Rows = NDArray[np.int64]

LOOSE = -2.0
"""Bits from which a pair is an edge of a component."""
STRICTER = 3.0
"""Bits by which a component that grew too large raises its bar."""
LARGEST = 64
"""Profiles of a component whose pairs are all compared."""
SAMPLE = (50_000, 150_000)
"""Random pairs, at least and at most; as many as profiles times ten between."""


@dataclass(frozen=True)
class Pairs:
    """Pairs that were compared, each once: a < b; with what :class:`~custintel.matching.judgement.Judgement` says."""

    a: Rows
    b: Rows
    patterns: Rows
    weights: NDArray[np.float64]
    parts: Rows
    keys: Rows

    @property
    def keyed(self) -> NDArray[np.bool_]:
        """Which of these pairs a certain key decides."""
        return self.keys > 0

    def among(self, others: Pairs, height: int) -> NDArray[np.bool_]:
        """Which of these pairs are among ``others``."""
        return among(self.a * height + self.b, others.a * height + others.b)

    def take(self, rows: Rows | NDArray[np.bool_]) -> Pairs:
        """Some of the pairs."""
        return Pairs(*(getattr(self, field.name)[rows] for field in fields(self)))

    def plus(self, other: Pairs) -> Pairs:
        """These and those."""
        return Pairs(*(np.concatenate([getattr(side, field.name) for side in (self, other)]) for field in fields(self)))


@dataclass(frozen=True)
class Scorer:
    """Compares pairs and weighs them.

    Attributes:
        of: the profiles.
        model: fitted.
        certain: whether nothing but certain keys may join.
        comparisons: what is compared; without them, they are made for the few profiles of the pairs that are asked for.
    """

    of: Profiles
    model: Model
    certain: bool = False
    comparisons: Sequence[Comparison] = ()

    def score(self, a: Rows, b: Rows) -> Pairs:
        """The pairs of profiles ``a`` and ``b``, compared."""
        if self.comparisons:
            return self.weigh(a, b, self.model.patterns([c.compare(a, b) for c in self.comparisons]))
        rows = distinct(np.concatenate([a, b]))
        x, y = np.searchsorted(rows, a), np.searchsorted(rows, b)
        levels = [c.compare(x, y) for c in comparisons(self.of.part(rows))]
        return self.weigh(a, b, self.model.patterns(levels))

    def weigh(self, a: Rows, b: Rows, patterns: Rows) -> Pairs:
        """Pairs whose patterns are known."""
        known = distinct(patterns)
        found = judge(self.model, known)
        parts = found.keys if self.certain else found.parts
        at = np.searchsorted(known, patterns)
        return Pairs(a, b, patterns, found.weights[at], parts[at], found.keys[at])


def blank(found: Sequence[Comparison]) -> Model:
    """A model that only knows how patterns are numbered."""
    return Model(tuple(c.name for c in found), tuple(c.levels for c in found), (), np.zeros(5), 0)


def learnt(found: Sequence[Comparison], patterns: Rows, twins: Rows, height: int) -> Model:
    """A model fitted to ``height`` profiles.

    Args:
        found: what is compared.
        patterns: of the candidate pairs.
        twins: of profiles with themselves, for those of several records.
        height: how many profiles there are.
    """
    every = np.sort(np.concatenate([patterns, twins]))
    first = np.flatnonzero(starts(every))
    counts = np.diff(np.append(first, len(every))).astype(np.float64)
    a, b = random_pairs(height)
    sample = [c.compare(a, b) for c in found]
    counted = [c.counted() for c in found]
    return fit(Evidence({c.name: c.levels for c in found}, every[first], counts, sample, counted, height))


def random_pairs(height: int) -> tuple[Rows, Rows]:
    """Pairs as if taken at random: profiles are numbered by ids made of their content, so neighbours are strangers."""
    least, most = SAMPLE
    wanted = min(height * (height - 1) // 2, max(least, min(most, 10 * height)))
    n = np.arange(wanted)
    a, step = n % max(height, 1), 1 + n // max(height, 1)
    b = (a + step) % max(height, 1)
    return np.minimum(a, b), np.maximum(a, b)


def completed(pairs: Pairs, scorer: Scorer, height: int) -> Pairs:
    """The pairs inside the components that ``pairs`` make, all of them for components of up to :data:`LARGEST`.

    A component that is larger raises its own bar until it falls apart, or stays as it is when it does not.
    """
    label = _bounded(pairs, height)
    inside = label[pairs.a] == label[pairs.b]
    kept = pairs.take(inside)
    order = grouped(label)
    first = np.flatnonzero(starts(label[order]))
    sizes = np.diff(np.append(first, height))
    codes = []
    for size in range(3, LARGEST + 1):
        begins = first[sizes == size]
        if len(begins):
            left, right = np.triu_indices(size, 1)
            block = np.sort(order[begins[:, None] + np.arange(size)], axis=1)
            codes.append((block[:, left] * height + block[:, right]).ravel())
    if not codes:
        return kept
    every = np.sort(np.concatenate(codes))
    missing = every[~among(every, kept.a * height + kept.b)]
    return kept.plus(scorer.score(missing // height, missing % height))


def _bounded(pairs: Pairs, height: int) -> Rows:
    """Components, those that are too large at a higher bar."""
    bar = LOOSE
    edges = pairs.take(pairs.parts >= bar * UNIT)
    label = components(edges.a, edges.b, height)
    while True:
        sizes = np.bincount(label, minlength=height)
        large = sizes[label] > LARGEST
        if not large.any() or bar >= 12:
            return label
        bar += STRICTER
        edges = edges.take((edges.parts >= bar * UNIT) & large[edges.a])
        again = components(edges.a, edges.b, height)
        label = np.where(large, again, label)
