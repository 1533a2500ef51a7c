"""Which pairs of profiles are worth comparing: those that share a key which few others have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from custintel.matching.arrays import distinct, mixed, starts
from custintel.matching.profiles import Profiles, hashed

Hashes = NDArray[np.uint64]
Rows = NDArray[np.int64]

LARGEST = 100
"""Rows that a key may be on and still propose pairs."""
OWN, JOINT, POOR = 1.0, 1.5, 0.3
"""Pairs per profile, of 100,000 profiles, that a key may propose: what should be somebody's own, a name with another
fact, a single fact that many share."""
SCALE = 100_000
"""Profiles from which keys are asked for fewer pairs per profile, and below which for more: by the square root."""
ALWAYS = 20_000
"""Pairs that any key may propose, so that small files are compared thoroughly."""


@dataclass(frozen=True)
class Key:
    """One way of finding pairs.

    Attributes:
        values: rows with equal values are proposed to each other; 0 is none.
        profiles: of every row; without it, rows are profiles.
        worth: pairs per profile it may propose.
        refined: values that part the rows of a key which too many have.
    """

    values: Hashes
    profiles: Rows | None = None
    worth: float = JOINT
    refined: Hashes | None = None


def keys(of: Profiles) -> Iterator[Key]:
    """The keys that what is said allows."""
    for fact in ("source_id", "document", "email", "address"):
        if of.has(fact):
            yield Key(of.keys[fact], worth=OWN, refined=of.names.prints)
    phones = [of.keys[column] for column in of.facts.columns if column.startswith("phone_")]
    if phones:
        rows = np.tile(np.arange(of.height), len(phones))
        yield Key(np.concatenate(phones), rows, OWN, of.names.prints[rows])
    if of.has("email"):
        yield from _email_keys(of)
    yield from _name_keys(of)
    yield from _fact_keys(of)


def _email_keys(of: Profiles) -> Iterator[Key]:
    """What stands before the @, its beginning, and the domain."""
    boxes = of.facts["email"]
    local = boxes.str.extract(r"^([^@]+)@").str.replace_all(r"[._-]", "")
    yield Key(hashed(local.str.extract("^(.{6,})$")), worth=POOR)
    yield Key(hashed(local.str.extract(r"^(.{5})")), worth=POOR)
    yield Key(hashed(boxes.str.extract(r"@(.+)$")), worth=POOR)


def _facts(of: Profiles) -> dict[str, Hashes]:
    """Facts that many share, as hashes."""
    found = {fact: of.keys[fact] for fact in ("city", "postal", "birth_place", "company", "occupation") if of.has(fact)}
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
            yield Key(mixed(flat, facts[fact][rows]), rows, POOR if fact in ("city", "company") else JOINT)
    yield Key(flat, rows, POOR)


def _fact_keys(of: Profiles) -> Iterator[Key]:
    """Facts without a name: the day of birth, alone and with a place."""
    facts = _facts(of)
    if "day" in facts:
        yield Key(facts["day"], worth=POOR)
    for one, other in (
        ("day", "postal"),
        ("day", "city"),
        ("day", "birth_place"),
        ("month_day", "postal"),
        ("month_day", "city"),
        ("year", "postal"),
    ):
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
        for a, b in _pairs(key, of.height, new):
            if new is not None:
                fresh = new[a] | new[b]
                a, b = a[fresh], b[fresh]
            codes.append(np.minimum(a, b) * of.height + np.maximum(a, b))
    every = distinct(np.concatenate(codes)) if codes else np.zeros(0, np.int64)
    return every // max(of.height, 1), every % max(of.height, 1)


def _pairs(key: Key, height: int, new: NDArray[np.bool_] | None = None) -> Iterator[tuple[Rows, Rows]]:
    """The pairs that one key proposes, block size by block size; with ``new``, of blocks that hold a new profile."""
    rows = np.flatnonzero(key.values)
    rows = rows[np.argsort(key.values[rows], kind="stable")]
    first = np.flatnonzero(starts(key.values[rows]))
    sizes = np.diff(np.append(first, len(rows)))
    profile = rows if key.profiles is None else key.profiles[rows]
    largest = _largest(sizes, max(ALWAYS, key.worth * height * min(np.sqrt(SCALE / max(height, 1)), 10.0)))
    held = np.logical_or.reduceat(new[profile], first) if new is not None and len(first) else np.ones(len(first), bool)
    for size in range(2, largest + 1):
        begins = first[(sizes == size) & held]
        if len(begins):
            left, right = np.triu_indices(size, 1)
            block = profile[begins[:, None] + np.arange(size)]
            a, b = block[:, left].ravel(), block[:, right].ravel()
            different = a != b
            yield a[different], b[different]
    if key.refined is not None:
        over = rows[np.repeat(sizes > largest, sizes)]
        values = mixed(key.values[over], key.refined[over])
        yield from _pairs(Key(values, over if key.profiles is None else key.profiles[over], key.worth), height, new)


def _largest(sizes: Rows, budget: float) -> int:
    """The size up to which all blocks together propose no more pairs than ``budget``."""
    n = np.arange(LARGEST + 1)
    counts = np.bincount(np.minimum(sizes, LARGEST + 1), minlength=LARGEST + 2)[: LARGEST + 1]
    allowed = np.flatnonzero(np.cumsum(counts * n * (n - 1) / 2) <= budget)
    return int(allowed[-1]) if len(allowed) else 0
