"""Who else has a value: how many different names, or which share of people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.matching.arrays import starts
from custintel.matching.comparison import Levels
from custintel.matching.profiles import Profiles

FEW_NAMES, MANY_NAMES = 3, 6
"""A contact on this many different names is shared by a household, or by more than a household."""
SHARES = (3e-4, 3e-3)
"""Shares of people who have a value, below which it is rare, and above which it is very common."""


def names_on(keys: NDArray[np.uint64], prints: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Per row, how many different names are on its key; 1 where it is the only one with it, 0 where it has none."""
    found = (keys > 0).astype(np.int64)
    rows = np.flatnonzero(keys)
    rows = rows[np.argsort(keys[rows], kind="stable")]
    new = starts(keys[rows])
    again = ~new
    again[:-1] |= ~new[1:]
    rows = rows[again]
    rows = rows[prints[rows] > 0]
    order = rows[np.lexsort((prints[rows], keys[rows]))]
    key_starts = starts(keys[order])
    group = np.cumsum(key_starts) - 1
    counts = np.bincount(group, weights=key_starts | starts(prints[order])).astype(np.int64)
    found[order] = counts[group]
    return found


def by_names(of: Profiles, keys: NDArray[np.uint64], codes: Sequence[str]) -> Levels:
    """The level of exact agreement on each profile's key: ``own``, ``few`` or ``many`` names."""
    on = names_on(keys, of.names.prints)
    few = codes.index("few") if "few" in codes else codes.index("own")
    levels = np.where(on >= MANY_NAMES, codes.index("many"), np.where(on >= FEW_NAMES, few, codes.index("own")))
    return levels.astype(np.uint8)


def shares(keys: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Per profile, the share of those who say anything that say the same; 1 where it says nothing."""
    counted = pl.DataFrame({"k": keys}).select(n=pl.len().over("k"))["n"].to_numpy()
    return np.where(keys > 0, counted / max(int((keys > 0).sum()), 1), 1.0)
