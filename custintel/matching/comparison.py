"""What a comparison is: a fact, its levels, and how pairs of profiles are put at one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from custintel.matching.arrays import grouped, starts

Rows = NDArray[np.int64]
Levels = NDArray[np.uint8]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class Comparison:
    """One thing that is compared.

    Attributes:
        name: the fact, which is also what words and priors are kept under.
        levels: codes of its levels; 0 is missing.
        compare: the levels of pairs of profiles.
        values: per profile the hash of the value whose exact agreement is counted, and per profile its level; empty
            where exact agreement is estimated from random pairs.
    """

    name: str
    levels: tuple[str, ...]
    compare: Callable[[Rows, Rows], Levels]
    exact: tuple[tuple[NDArray[np.uint64], Levels], ...] = field(default=())

    def counted(self) -> Mapping[int, float]:
        """Level → pairs of all profiles that agree exactly at it, counted, not sampled."""
        found: dict[int, float] = {}
        for keys, levels in self.exact:
            rows = np.flatnonzero(keys)
            rows = rows[grouped(keys[rows])]
            if not len(rows):
                continue
            first = np.flatnonzero(starts(keys[rows]))
            sizes = np.diff(np.append(first, len(rows))).astype(np.float64)
            at = levels[np.minimum.reduceat(rows, first)]
            totals = np.bincount(at, weights=sizes * (sizes - 1) / 2, minlength=len(self.levels))
            for level in np.flatnonzero(np.bincount(at)).tolist():
                found[level] = found.get(level, 0.0) + float(totals[level])
        return found


Column = tuple[Hashes, Levels]
"""The keys of a fact and, for each, the level of exact agreement on it."""


def exact(keys: Hashes, levels: Levels) -> Callable[[Rows, Rows], Levels]:
    """Missing, different, or the level of the key: the lower of the two where they are not the same."""
    return lambda a, b: exact_between((keys, levels), (keys, levels), a, b)


def exact_between(mine: Column, other: Column, a: Rows, b: Rows) -> Levels:
    """:func:`exact` for two columns that hold the same kind of value."""
    x, y = mine[0][a], other[0][b]
    found = np.where(x == y, np.minimum(mine[1][a], other[1][b]), 1)
    return np.where((x == 0) | (y == 0), 0, found).astype(np.uint8)
