"""Which pairs of profiles are worth comparing: those that share a key which few others have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.matching.arrays import distinct, mixed, starts
from custintel.matching.profiles import Profiles, hashed

Hashes = NDArray[np.uint64]
Rows = NDArray[np.int64]

LARGEST = 100
"""Profiles that a key may be on and still propose pairs."""
STRONG, WEAK = 4.0, 1.5
"""Pairs per profile that a key which is somebody's own, and a key made of common facts, may propose."""
ALWAYS = 20_000
"""Pairs that any key may propose, so that small files are compared thoroughly."""


@dataclass(frozen=True)
class Key:
    """One way of finding pairs: profiles whose ``values`` are equal and not 0. Several rows may be of one profile."""

    values: Hashes
    profiles: Rows | None = None
    strong: bool = False


def keys(of: Profiles) -> Iterator[Key]:
    """The keys that what is said allows."""
    for fact in ("source_id", "document", "email", "address"):
        if of.has(fact):
            yield Key(of.hashes(fact), strong=True)
    phones = [of.hashes(column) for column in of.facts.columns if column.startswith("phone_")]
    if phones:
        yield Key(np.concatenate(phones), np.tile(np.arange(of.height), len(phones)), strong=True)
    if of.has("email"):
        yield from _email_keys(of)
    yield from _name_keys(of)
    yield from _fact_keys(of)


def _email_keys(of: Profiles) -> Iterator[Key]:
    """What stands before the @, its beginning, and the domain with the year of birth."""
    boxes = of.facts["email"]
    local = boxes.str.extract(r"^([^@]+)@").str.replace_all(r"[._-]", "")
    yield Key(hashed(local.str.extract("^(.{6,})$")))
    yield Key(hashed(local.str.extract(r"^(.{5})")))
    yield Key(hashed(boxes.str.extract(r"@(.+)$")))


def _facts(of: Profiles) -> dict[str, Hashes]:
    """Facts that many share, as hashes."""
    found = {fact: of.hashes(fact) for fact in ("city", "postal", "birth_place", "company", "occupation") if of.has(fact)}
    if of.has("born"):
        born = of.facts["born"].fill_null(0).to_numpy().astype(np.uint64)
        found["day"] = np.where(born % np.uint64(100) > 0, born, 0).astype(np.uint64)
        found["year"] = born // np.uint64(10_000)
        found["month_day"] = born % np.uint64(10_000)
    return found


def _name_keys(of: Profiles) -> Iterator[Key]:
    """A name, the sounds of its ends in any order, or any word of it, with another fact."""
    given, family = of.names.ends
    low, high = np.minimum(given, family), np.maximum(given, family)
    both = np.where(low > 0, mixed(low, high), 0).astype(np.uint64)
    facts = _facts(of)
    yield Key(of.names.whole)
    yield Key(both)
    yield from (Key(mixed(both, facts[fact])) for fact in facts if fact not in ("day", "company"))
    words = of.names.vocabulary.sounds[of.names.words]
    rows = np.tile(np.arange(of.height), len(words))
    flat = words.ravel()
    for fact in ("day", "postal", "year", "month_day", "city", "company"):
        if fact in facts:
            yield Key(mixed(flat, facts[fact][rows]), rows)
    yield Key(flat, rows)


def _fact_keys(of: Profiles) -> Iterator[Key]:
    """Facts without a name: the day of birth, alone and with a place."""
    facts = _facts(of)
    if "day" in facts:
        yield Key(facts["day"])
    for one, other in (("day", "postal"), ("day", "city"), ("day", "birth_place"), ("month_day", "postal"), ("month_day", "city"), ("year", "postal")):
        if one in facts and other in facts:
            yield Key(mixed(facts[one], facts[other]))


def candidates(of: Profiles, new: NDArray[np.bool_] | None = None) -> tuple[Rows, Rows]:
    """Pairs of profiles, each once, the smaller first, ascending.

    Args:
        of: profiles.
        new: which profiles are new; then only pairs with one of those.
    """
    codes = []
    for key in keys(of):
        for a, b in _pairs(key, of.height):
            if new is not None:
                fresh = new[a] | new[b]
                a, b = a[fresh], b[fresh]
            codes.append(np.minimum(a, b) * of.height + np.maximum(a, b))
    every = distinct(np.concatenate(codes)) if codes else np.zeros(0, np.int64)
    return every // max(of.height, 1), every % max(of.height, 1)


def _pairs(key: Key, height: int) -> Iterator[tuple[Rows, Rows]]:
    """The pairs that one key proposes, block size by block size."""
    rows = np.flatnonzero(key.values)
    rows = rows[np.argsort(key.values[rows], kind="stable")]
    if not len(rows):
        return
    first = np.flatnonzero(starts(key.values[rows]))
    sizes = np.diff(np.append(first, len(rows)))
    profile = rows if key.profiles is None else key.profiles[rows]
    budget = max(ALWAYS, (STRONG if key.strong else WEAK) * height)
    counts = np.bincount(np.minimum(sizes, LARGEST + 1), minlength=LARGEST + 2)[: LARGEST + 1].astype(np.float64)
    n = np.arange(LARGEST + 1)
    allowed = np.flatnonzero(np.cumsum(counts * n * (n - 1) / 2) <= budget)
    largest = int(allowed[-1]) if len(allowed) else 0
    for size in range(2, largest + 1):
        begins = first[sizes == size]
        if not len(begins):
            continue
        left, right = np.triu_indices(size, 1)
        block = profile[begins[:, None] + np.arange(size)]
        a, b = block[:, left].ravel(), block[:, right].ravel()
        different = a != b
        yield a[different], b[different]
