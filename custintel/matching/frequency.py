"""Who else has a value: how many different names, or which share of people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.matching.arrays import starts
from custintel.matching.comparison import Hashes, Levels
from custintel.matching.profiles import Profiles

FEW_NAMES, MANY_NAMES = 3, 6
"""A contact on this many different names is shared by a household, or by more than a household."""
SHARES = (3e-4, 3e-3)
"""Shares of people who have a value, below which it is rare, and above which it is very common."""


def names_on(keys: Hashes, prints: Hashes) -> NDArray[np.int64]:
    """Per row, how many different names are on its key; 0 where it has none or is on none."""
    found = ((keys > 0) & (prints > 0)).astype(np.int64)
    rows = np.flatnonzero(keys)
    rows = rows[np.argsort(keys[rows], kind="stable")]
    again = ~starts(keys[rows])
    again[:-1] |= again[1:]
    rows = rows[again]
    order = rows[np.lexsort((prints[rows], keys[rows]))]
    key_starts = starts(keys[order])
    group = np.cumsum(key_starts) - 1
    new_name = (key_starts | starts(prints[order])) & (prints[order] > 0)
    found[order] = np.bincount(group, weights=new_name).astype(np.int64)[group]
    return found


def shared_levels(on: NDArray[np.int64], prints: Hashes, codes: Sequence[str], alone: Levels | int) -> Levels:
    """The level of exact agreement by the names that are ``on`` a key: ``many``, ``few`` or, for one or two, ``alone``.

    A row without a name is one of several people where its key is on two names or more: there it is ``many``.
    """
    few = codes.index("few") if "few" in codes else alone
    nobody = (prints == 0) & (on >= 2)
    levels = np.where((on >= MANY_NAMES) | nobody, codes.index("many"), np.where(on >= FEW_NAMES, few, alone))
    return levels.astype(np.uint8)


def by_names(of: Profiles, keys: NDArray[np.uint64], codes: Sequence[str]) -> Levels:
    """The level of exact agreement on each profile's key: ``own``, ``few`` or ``many`` names."""
    return shared_levels(names_on(keys, of.names.prints), of.names.prints, codes, codes.index("own"))


def shares(keys: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Per profile, the share of those who say anything that say the same; 1 where it says nothing."""
    counted = pl.DataFrame({"k": keys}).select(n=pl.len().over("k"))["n"].to_numpy()
    return np.where(keys > 0, counted / max(int((keys > 0).sum()), 1), 1.0)
