"""Purchase histories as models of repeat buying see them: how many repeats, when the last was, how long observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Histories:
    """Distinct histories, each with the number of customers who have it. All times in days.

    A model that knows (x, t_x, T) knows all that its likelihood depends on, so customers with the same three are
    counted and not repeated (Fader & Hardie 2005).

    Attributes:
        x: repeat purchases: days with a purchase, less the first.
        t_x: days from the first purchase to the last; 0 where ``x`` is 0.
        age: days from the first purchase to the end of the observation, T in the literature.
        n: customers with this history.
        row: for every customer, the place of their history in the other arrays.
    """

    x: Numbers
    t_x: Numbers
    age: Numbers
    n: Numbers
    row: Places

    @property
    def customers(self) -> float:
        """How many customers there are."""
        return float(self.n.sum())

    def __len__(self) -> int:
        return len(self.x)

    def chosen(self, rows: Places, n: Numbers) -> Histories:
        """Some of the histories, with other counts."""
        return Histories(self.x[rows], self.t_x[rows], self.age[rows], n, np.empty(0, np.int64))

    def counted(self, n: Numbers) -> Histories:
        """The same histories with other counts."""
        return Histories(self.x, self.t_x, self.age, n, self.row)


def histories(x: NDArray[np.integer], t_x: NDArray[np.integer], age: NDArray[np.integer]) -> Histories:
    """Collapse customers into distinct histories, sorted by x, t_x and age.

    Args:
        x: repeat purchases of each customer, at least 0.
        t_x: days to the last purchase, from ``x`` (a day holds one purchase) to ``age``.
        age: days observed.
    """
    repeats, last, observed = (np.asarray(part).astype(np.int64) for part in (x, t_x, age))
    width = int(observed.max(initial=0)) + 1
    keys, row, n = np.unique((repeats * width + last) * width + observed, return_inverse=True, return_counts=True)
    rest, age_found = np.divmod(keys, width)
    x_found, t_found = np.divmod(rest, width)
    return Histories(
        x_found.astype(float), t_found.astype(float), age_found.astype(float), n.astype(float), row.astype(np.int64)
    )


def repeated(values: Numbers) -> tuple[Numbers, Places]:
    """The distinct values, and the place of each value among them: special functions are asked once per value."""
    distinct, place = np.unique(values, return_inverse=True)
    return distinct, place
