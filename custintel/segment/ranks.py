"""Places from 0 to 1 in the order of everybody, so that one whale weighs no more than the next customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
KNOTS = 1001
"""Most points of a grid: between them places are interpolated."""
UNKNOWN = 0.5
"""The place of a customer of whom a feature says nothing."""


@dataclass(frozen=True)
class Grid:
    """What turns a value into its place.

    Attributes:
        values: distinct values, ascending.
        places: the place of each, from 0 to 1.
    """

    values: Floats
    places: Floats

    @property
    def constant(self) -> bool:
        """Whether everybody has the same value, so that it tells nobody apart."""
        return self.values.size < 2

    def place(self, values: Floats) -> Floats:
        """Places of ``values``; beyond the ends 0 and 1, not known :data:`UNKNOWN`."""
        if self.constant:
            return np.full(values.shape, UNKNOWN)
        found = np.interp(values, self.values, self.places)
        return np.where(np.isnan(values), UNKNOWN, found)

    def value(self, place: float) -> float:
        """The value at a place."""
        return float(np.interp(place, self.places, self.values))


def grid(values: Floats) -> Grid:
    """The grid of ``values``; those not known (NaN) do not count.

    The place of a value is that of a quantile transform to a uniform distribution: the middle of its ties, but 0 for
    the smallest value and 1 for the largest. So everybody who bought once has place 0 of frequency, however many they
    are.
    """
    known = np.sort(values[~np.isnan(values)])
    if not known.size:
        return Grid(np.empty(0), np.empty(0))
    starts = np.flatnonzero(np.concatenate(([True], known[1:] != known[:-1])))
    ends = np.concatenate((starts[1:], [known.size])) - 1
    if starts.size < 2:
        return Grid(known[:1], np.zeros(1))
    places = (starts + ends) / 2 / (known.size - 1)
    places[0], places[-1] = 0.0, 1.0
    if starts.size > KNOTS:
        wanted = np.linspace(0, 1, KNOTS)
        kept = np.unique(np.clip(np.searchsorted(places, wanted), 0, starts.size - 1))
        starts, places = starts[kept], places[kept]
    return Grid(known[starts], places)
