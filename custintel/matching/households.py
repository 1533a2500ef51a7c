"""Households: people who share an address, a landline or a mailbox without being one person."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.matching.arrays import distinct, grouped, mixed, starts
from custintel.matching.clusters import components
from custintel.matching.profiles import Profiles

LARGEST = 8
"""People on a key beyond whom it is an office, a tower or a placeholder."""

Rows = NDArray[np.int64]


def households(of: Profiles, people: Rows) -> pl.DataFrame:
    """record_id and household (the smallest record_id of it), for households of two people or more, sorted.

    Args:
        of: profiles.
        people: per record, the first record of its person.
    """
    left, right = [], []
    for key in _home_keys(of):
        a, b = _neighbours(key[of.of_record], people)
        left.append(a)
        right.append(b)
    if not left:
        return pl.DataFrame(schema={"record_id": pl.String, "household": pl.String})
    label = components(np.concatenate(left), np.concatenate(right), len(people))
    home = label[people]
    alone = np.bincount(home[people == np.arange(len(people))], minlength=len(people))[home] < 2
    rows = np.flatnonzero(~alone)
    return pl.DataFrame({"record_id": of.record_ids.gather(rows), "household": of.record_ids.gather(home[rows])})


def _home_keys(of: Profiles) -> list[NDArray[np.uint64]]:
    keys = []
    if of.has("address"):
        numbered = of.facts["address"].str.contains(r"\d").fill_null(value=False).to_numpy()
        address = np.where(numbered, of.keys["address"], 0)
        keys.append(mixed(address, of.keys["city"]) if of.has("city") else address)
    if of.has("email"):
        keys.append(of.keys["email"])
    keys.extend(np.where(of.landlines(column), of.keys[column], 0) for column in of.phones)
    return keys


def _neighbours(key: NDArray[np.uint64], people: Rows) -> tuple[Rows, Rows]:
    """People on one key, linked to the first of them; keys on too many link nobody."""
    rows = np.flatnonzero(key)
    rows = rows[grouped(key[rows])]
    number = np.cumsum(starts(key[rows])) - 1
    once = distinct(number * len(people) + people[rows])
    number, person = once // len(people), once % len(people)
    first = np.flatnonzero(starts(number))
    sizes = np.diff(np.append(first, len(once)))
    few = np.repeat(sizes <= LARGEST, sizes)
    return np.repeat(person[first], sizes)[few], person[few]
