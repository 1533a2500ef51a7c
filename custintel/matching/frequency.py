"""Who else has a value: how many different names, or which share of people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.matching.arrays import Members, grouped, starts, stirred
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
    rows = rows[grouped(keys[rows])]
    again = ~starts(keys[rows])
    again[:-1] |= again[1:]
    rows = rows[again]
    key = np.cumsum(starts(keys[rows])) - 1
    named = np.flatnonzero(prints[rows])
    both = stirred(key[named].astype(np.uint64), prints[rows[named]])
    order = grouped(both)
    once = key[named[order[starts(both[order])]]]
    found[rows] = np.bincount(once, minlength=len(rows))[key]
    return found


def shared_levels(on: NDArray[np.int64], prints: Hashes, codes: Sequence[str], alone: Levels | int) -> Levels:
    """The level of exact agreement by the names that are ``on`` a key: ``many``, ``few`` or, for one or two, ``alone``.

    A row without a name is one of several people where its key is on two names or more: there it is ``many``.
    """
    few = codes.index("few") if "few" in codes else alone
    nobody = (prints == 0) & (on >= 2)
    levels = np.where((on >= MANY_NAMES) | nobody, codes.index("many"), np.where(on >= FEW_NAMES, few, alone))
    return levels.astype(np.uint8)


def names_on_facts(of: Profiles, facts: Sequence[str]) -> NDArray[np.int64]:
    """Per fact and profile, how many different names are on its value, in whichever of ``facts`` it stands; facts that
    hold the same kind of value.
    """
    keys = np.concatenate([of.keys[fact] for fact in facts])
    prints = np.tile(of.names.prints, len(facts))
    if of.whole is None:
        return names_on(keys, prints).reshape(len(facts), -1)
    every = np.concatenate([of.whole.keys[fact] for fact in facts])
    rows = np.flatnonzero(Members(keys).holds(every))
    on = names_on(every[rows], of.whole.names.prints[rows % of.whole.height])
    asked, at = np.unique(keys, return_inverse=True)
    most = np.zeros(len(asked), np.int64)
    np.maximum.at(most, np.searchsorted(asked, every[rows]), on)
    return most[at].reshape(len(facts), -1)


def by_names(of: Profiles, fact: str, codes: Sequence[str]) -> Levels:
    """The level of exact agreement on each profile's fact: ``own``, ``few`` or ``many`` names."""
    return shared_levels(names_on_facts(of, [fact])[0], of.names.prints, codes, codes.index("own"))


def shares(of: Profiles, fact: str) -> NDArray[np.float64]:
    """Per profile, the share of those who say anything of ``fact`` that say the same; 1 where it says nothing."""
    keys = of.keys[fact]
    every = of.all.keys[fact]
    rows = every if of.whole is None else every[Members(keys).holds(every)]
    counts = pl.DataFrame({"k": rows}).group_by("k").len("n")
    counted = pl.DataFrame({"k": keys}).join(counts, on="k", how="left", maintain_order="left")["n"].to_numpy()
    return np.where(keys > 0, counted / max(int((every > 0).sum()), 1), 1.0)
