"""Which pairs of profiles are worth comparing: those that share a key which few others have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from custintel.matching.arrays import Members, distinct, grouped, mixed, starts
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
    parts = boxes.str.splitn("@", 2).struct
    local = parts.field("field_0").str.replace_many([".", "_", "-"], [""] * 3)
    letters = local.str.len_chars().fill_null(0).to_numpy()
    yield Key(np.where(letters >= 6, hashed(local), 0).astype(np.uint64), worth=POOR)
    yield Key(np.where(letters >= 5, hashed(local.str.slice(0, 5)), 0).astype(np.uint64), worth=POOR)
    yield Key(hashed(parts.field("field_1")), worth=POOR)


def _facts(of: Profiles) -> dict[str, Hashes]:
    """Facts that many share, as hashes."""
    found = {fact: of.keys[fact] for fact in ("city", "postal", "birth_place", "company", "occupation") if of.has(fact)}
    if of.has("born"):
        born = of.facts["born"].fill_null(0).to_numpy().astype(np.uint64)
        parts = {
            "day": np.where(born % np.uint64(100) > 0, born, 0).astype(np.uint64),
            "year": born // np.uint64(10_000),
            "month_day": born % np.uint64(10_000),
        }
        found |= {name: mixed(part) for name, part in parts.items()}
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


@dataclass(frozen=True)
class Candidates:
    """Pairs worth comparing.

    Attributes:
        a: one profile of each pair, each pair once, the smaller first, ascending.
        b: the other.
        caps: per key, in order, on how many rows it may be and still propose pairs.
    """

    a: Rows
    b: Rows
    caps: tuple[int, ...]


def candidates(of: Profiles, new: NDArray[np.bool_] | None = None, caps: Sequence[int] = ()) -> Candidates:
    """Pairs of profiles that share a key.

    Args:
        of: profiles.
        new: which profiles are new; then only pairs with one of those.
        caps: ``Candidates.caps`` of when all pairs were looked at: then only keys of what is new are looked at now.
    """
    allowed = iter(caps if new is not None else ())
    codes: list[Rows] = []
    found: list[int] = []
    for key in keys(of):
        part: Key | None = key
        while part is not None:
            cap = next(allowed, None)
            blocks = _Blocks.of(part, None if cap is None else new)
            cap = _largest(blocks.sizes, _budget(part.worth, of.height)) if cap is None else cap
            codes.extend(blocks.pairs(cap, new, of.height))
            found.append(cap)
            part = blocks.parted(part, cap)
    every = distinct(np.concatenate(codes)) if codes else np.zeros(0, np.int64)
    return Candidates(every // max(of.height, 1), every % max(of.height, 1), tuple(found))


def _budget(worth: float, height: int) -> float:
    """Pairs that a key of this worth may propose among ``height`` profiles."""
    scale = min(sqrt(SCALE / max(height, 1)), 10.0)
    return max(float(ALWAYS), worth * height * scale)


@dataclass(frozen=True)
class _Blocks:
    """Rows ordered by a key: ``rows``, their profiles, where each block begins among them, and its size."""

    rows: Rows
    profile: Rows
    first: Rows
    sizes: Rows

    @classmethod
    def of(cls, key: Key, new: NDArray[np.bool_] | None) -> _Blocks:
        """The blocks of a key; with ``new``, of the values that a new profile has."""
        if new is None:
            rows = np.flatnonzero(key.values)
        else:
            fresh = new if key.profiles is None else new[key.profiles]
            rows = np.flatnonzero(Members(key.values[fresh]).holds(key.values))
        profile = rows if key.profiles is None else key.profiles[rows]
        order = grouped(key.values[rows])
        first = np.flatnonzero(starts(key.values[rows[order]]))
        return cls(rows[order], profile[order], first, np.diff(np.append(first, len(rows))))

    def pairs(self, cap: int, new: NDArray[np.bool_] | None, height: int) -> Iterator[Rows]:
        """The pairs of blocks of up to ``cap`` rows, as codes, block size by block size; with ``new``, of new ones."""
        held = np.ones(len(self.first), bool)
        if new is not None and len(self.first):
            held = np.logical_or.reduceat(new[self.profile], self.first)
        for size in range(2, cap + 1):
            begins = self.first[(self.sizes == size) & held]
            if len(begins):
                left, right = np.triu_indices(size, 1)
                block = self.profile[begins[:, None] + np.arange(size)]
                a, b = block[:, left].ravel(), block[:, right].ravel()
                asked = a != b if new is None else (a != b) & (new[a] | new[b])
                yield np.minimum(a, b)[asked] * height + np.maximum(a, b)[asked]

    def parted(self, key: Key, cap: int) -> Key | None:
        """The key that parts the blocks which are too large, if ``key`` has values for that."""
        if key.refined is None:
            return None
        over = self.rows[np.repeat(self.sizes > cap, self.sizes)]
        profile = over if key.profiles is None else key.profiles[over]
        return Key(mixed(key.values[over], key.refined[over]), profile, key.worth)


def _largest(sizes: Rows, budget: float) -> int:
    """The size up to which all blocks together propose no more pairs than ``budget``."""
    n = np.arange(LARGEST + 1)
    counts = np.bincount(np.minimum(sizes, LARGEST + 1), minlength=LARGEST + 2)[: LARGEST + 1]
    allowed = np.flatnonzero(np.cumsum(counts * n * (n - 1) / 2) <= budget)
    return int(allowed[-1]) if len(allowed) else 0
