"""What a purchase of each customer is worth where amounts may be below zero or go with frequency: credibility.

Buehlmann & Straub 1970, *Mitt. Ver. Schweiz. Versich.-Math.* 70, 111: between what a customer's own purchases brought
on average and what those of customers who buy as often bring, weighted by how much purchases of one customer differ
and how much customers do. It asks for no form of the amounts, only for their first two moments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from custintel.value.histories import Numbers, Places

CLASSES = (1, 2, 3, 5, 10)
"""Customers are compared with those who bought 1, 2, 3 to 4, 5 to 9, and 10 times or more."""
FEWEST = 30
"""A class of fewer customers is taken together with the one below."""


@dataclass(frozen=True)
class Credibility:
    """What was found.

    Attributes:
        within: variance of the purchases of one customer.
        between: variance of customers' means around those of their class.
        means: of each class, the first of those who bought least.
        places: for every customer, their class.
    """

    within: float
    between: float
    means: tuple[float, ...]
    places: Places

    def worth(self, n: Numbers, mean: Numbers) -> tuple[Numbers, Numbers]:
        """The expected mean amount of customers with ``n`` purchases of ``mean`` on average, and its variance."""
        spread = self.between + self.within / n
        own = np.divide(self.between, spread, out=np.ones_like(n), where=spread > 0)
        return own * mean + (1 - own) * np.array(self.means)[self.places], self.between * (1 - own)


def credibility(n: Numbers, mean: Numbers, squares: Numbers) -> Credibility:
    """Learn how far to trust a customer's own mean.

    Args:
        n: purchases of each customer, at least 1.
        mean: their mean amount.
        squares: sum of squared deviations of each customer's purchases from their own mean.
    """
    places = _classes(n)
    total = np.bincount(places, weights=n)
    means = np.bincount(places, weights=n * mean) / total
    freedom = float((n - 1).sum())
    within = float(squares.sum()) / freedom if freedom > 0 else 0.0
    spread = float((n * (mean - means[places]) ** 2).sum()) - (len(n) - len(means)) * within
    weight = float(n.sum()) - float((np.bincount(places, weights=n**2) / total).sum())
    between = max(spread / weight, 0.0) if weight > 0 else 0.0
    return Credibility(within, between, tuple(means.tolist()), places)


def _classes(n: Numbers) -> Places:
    """The class of each customer, numbered without gaps, none of them small if it can be helped."""
    places = np.searchsorted(np.array(CLASSES), n, side="right") - 1
    counts = np.bincount(places, minlength=len(CLASSES))
    merged, label, held = np.empty(len(CLASSES), np.int64), 0, 0
    for place in range(len(CLASSES)):
        if place and held >= FEWEST and counts[place:].sum() >= FEWEST:
            label, held = label + 1, 0
        merged[place], held = label, held + int(counts[place])
    found: Places = merged[places]
    return np.unique(found, return_inverse=True)[1].astype(np.int64)
