"""Names as rows of words, and how two names agree.

A name is one comparison, not two: words are matched across given names and surnames, whatever column they stand in,
and the roles only tell what it is that differs. All pairs are compared at once; similarity of words is worked out
once per distinct pair of words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.fields import name_list
from custintel.matching.arrays import distinct
from custintel.matching.vocabulary import FAR, INITIAL, NICKNAME, SLIP, Vocabulary

WORDS = 3
"""Given names, and surnames, of a name that are looked at."""
GIVEN, FAMILY = 1, 2

LEVELS = (
    "missing", "unrelated", "given", "family", "second", "far", "one_word", "initial", "nickname",
    "typo_common", "typo", "typo_rare", "subset_common", "subset", "subset_rare",
    "same_very_common", "same_common", "same", "same_rare", "same_very_rare",
)  # fmt: skip
"""How names agree. ``given`` or ``family`` is all they share; ``second``: a second name or surname differs; ``far``:
words that look somewhat alike; ``one_word``: a single word of a longer name. Rare and common by the bits of the words
they share."""
LEVEL = {code: number for number, code in enumerate(LEVELS)}
RARITY = (11.0, 14.0, 18.0, 24.0)
"""Bits of the words shared that part the rarities of equal names: one name in 2,000, 16,000, 260,000, 17 million."""
RARITY_OF_PARTS = (13.0, 18.0)
"""The same for names of which one is a part or a slip of the other."""

_EXACT = 5
_CHUNK = 400_000

Rows = NDArray[np.int64]
Words = NDArray[np.int32]
Codes = NDArray[np.uint8]


@dataclass(frozen=True)
class NameColumns:
    """The words of the names of profiles.

    Attributes:
        vocabulary: every word.
        words: per profile, numbers of its words: up to three given names, then up to three surnames; 0 for none.
        roles: per profile and word, GIVEN or FAMILY.
        bits: per word, how much it tells: -log2 of its share of names.
    """

    vocabulary: Vocabulary
    words: Words
    roles: Codes
    bits: NDArray[np.float32]


def name_columns(facts: pl.DataFrame) -> NameColumns:
    """The words of ``given``, ``family`` and ``whole``, accent-free texts, as far as they are there."""
    parts = [(c, role) for c, role in (("given", GIVEN), ("family", FAMILY), ("whole", FAMILY)) if c in facts.columns]
    if not parts:
        none = np.zeros((facts.height, 1), np.int32)
        return NameColumns(
            Vocabulary.of(pl.Series([], dtype=pl.String), np.zeros(1, np.int64)), none, none.astype(np.uint8), np.zeros(1, np.float32)
        )
    split = [
        facts.select(v=pl.col(column)).drop_nulls().unique().with_columns(w=tokens(pl.col("v"))) for column, _ in parts
    ]
    known = pl.concat([f.select(pl.col("w").explode(empty_as_null=True, keep_nulls=True)) for f in split])
    vocabulary = known.to_series().drop_nulls().unique().sort()
    blocks = [_word_numbers(facts[column], frame, vocabulary) for (column, _), frame in zip(parts, split, strict=True)]
    words = np.ascontiguousarray(np.concatenate(blocks, axis=1))
    role = np.concatenate([np.full(block.shape[1], r, np.uint8) for (_, r), block in zip(parts, blocks, strict=True)])
    held = np.bincount(words.ravel(), minlength=len(vocabulary) + 1)
    bits = (np.log2(max(int((words > 0).any(axis=1).sum()), 1) + 1) - np.log2(np.clip(held, 1, None))).astype(
        np.float32
    )
    bits[0] = 0
    return NameColumns(Vocabulary.of(vocabulary, held), words, np.where(words > 0, role[None, :], 0).astype(np.uint8), bits)


def _word_numbers(values: pl.Series, split: pl.DataFrame, vocabulary: pl.Series) -> Words:
    """Per row, the numbers of the words of its value."""
    coded = pl.Enum(vocabulary)
    longest = split.select(pl.col("w").list.len().max().fill_null(1)).item()
    places = [f"w{i}" for i in range(max(1, min(WORDS, longest)))]
    numbers = split.select(
        "v",
        *(
            (pl.col("w").list.get(i, null_on_oob=True).cast(coded).to_physical().cast(pl.Int32) + 1).alias(place)
            for i, place in enumerate(places)
        ),
    )
    rows = pl.DataFrame({"v": values}).join(numbers, on="v", how="left", maintain_order="left")
    found: Words = rows.select(pl.col(places).fill_null(0)).to_numpy()
    return found


def tokens(expr: pl.Expr) -> pl.Expr:
    """The words of an accent-free name, one spelling per class of spellings, without particles."""
    classes = name_list.spellings()
    particles = sorted({word for word in name_list.words("particles") if " " not in word} | {"la", "las", "los", "lo"})
    words = expr.str.split(" ")
    kept = words.list.filter(~pl.element().is_in(particles) & (pl.element() != ""))
    kept = pl.when(kept.list.len() > 0).then(kept).otherwise(words)
    return kept.list.eval(pl.element().replace(list(classes), list(classes.values())))


def compare(names: NameColumns, a: Rows, b: Rows) -> Codes:
    """The number of the level in :data:`LEVELS` for every pair of profiles."""
    found = np.zeros(len(a), np.uint8)
    for start in range(0, len(a), _CHUNK):
        part = slice(start, start + _CHUNK)
        found[part] = Pairing.of(names, a[part], b[part]).level()
    return found


@dataclass
class Pairing:
    """Which word of one name stands for which of the other, for many pairs.

    Attributes:
        left: words of the one, one row per pair.
        right: words of the other.
        found_left: per word, how it found its like (a code of ``vocabulary``, _EXACT, 0 when it did not).
        found_right: the same for the other.
        shared: per pair, whether given names (column 1) and surnames (column 2) share a word.
        bits: per pair, what the shared words tell.
        crossed: per pair, by how many more words stand for one of the other role than of their own: above 0 where one
            of the two has names and surnames in each other's place.
    """

    left: Words
    right: Words
    role_left: Codes
    role_right: Codes
    found_left: Codes = field(init=False)
    found_right: Codes = field(init=False)
    shared: NDArray[np.bool_] = field(init=False)
    bits: NDArray[np.float32] = field(init=False)
    crossed: NDArray[np.int8] = field(init=False)

    def __post_init__(self) -> None:
        self.found_left = np.zeros(self.left.shape, np.uint8)
        self.found_right = np.zeros(self.right.shape, np.uint8)
        self.shared = np.zeros((len(self.left), 3), bool)
        self.bits = np.zeros(len(self.left), np.float32)
        self.crossed = np.zeros(len(self.left), np.int8)

    @classmethod
    def of(cls, names: NameColumns, a: Rows, b: Rows) -> Pairing:
        """The pairing of the names of profiles ``a`` and ``b``."""
        pairing = cls(names.words[a], names.words[b], names.roles[a], names.roles[b])
        width = pairing.left.shape[1]
        for i, j in sorted(
            ((i, j) for i in range(width) for j in range(width)), key=lambda place: place[0] != place[1]
        ):
            same = np.flatnonzero((pairing.left[:, i] == pairing.right[:, j]) & (pairing.left[:, i] > 0))
            pairing.join(same, i, j, _EXACT, names.bits[pairing.left[same, i]])
        for i, j, rows, relation in pairing.alike(names.vocabulary):
            for code in (SLIP, NICKNAME, INITIAL, FAR):
                hit = rows[relation == code]
                told = np.minimum(names.bits[pairing.left[hit, i]], names.bits[pairing.right[hit, j]])
                pairing.join(hit, i, j, code, told * (0.75 if code in (SLIP, NICKNAME) else 0))
        return pairing

    def join(self, rows: Rows, i: int, j: int, code: int, bits: NDArray[np.float32]) -> None:
        """Let word ``i`` and word ``j`` of ``rows`` stand for each other where both are free."""
        free = (self.found_left[rows, i] == 0) & (self.found_right[rows, j] == 0)
        rows = rows[free]
        self.found_left[rows, i] = code
        self.found_right[rows, j] = code
        self.bits[rows] += bits[free]
        self.crossed[rows] += np.where(self.role_left[rows, i] == self.role_right[rows, j], -1, 1)
        if code > INITIAL:
            for role in (GIVEN, FAMILY):
                self.shared[rows, role] |= (self.role_left[rows, i] == role) | (self.role_right[rows, j] == role)

    def alike(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int, Rows, Codes]]:
        """For words that found no equal: places in both names, pairs, and how the words relate; same places first."""
        open_left, open_right = (self.left > 0) & (self.found_left == 0), (self.right > 0) & (self.found_right == 0)
        rows = np.flatnonzero(open_left.any(axis=1) & open_right.any(axis=1))
        size = len(vocabulary.words)
        asked: list[tuple[int, int, Rows, Rows]] = []
        width = self.left.shape[1]
        for i, j in sorted(
            ((i, j) for i in range(width) for j in range(width)), key=lambda place: place[0] != place[1]
        ):
            free = rows[open_left[rows, i] & open_right[rows, j]]
            x, y = self.left[free, i], self.right[free, j]
            near = vocabulary.near(x, y)
            x, y = x[near].astype(np.int64), y[near].astype(np.int64)
            asked.append((i, j, free[near], np.minimum(x, y) * size + np.maximum(x, y)))
        every = distinct(np.concatenate([code for *_, code in asked]))
        relation = vocabulary.relations(every // size, every % size)
        for i, j, found, code in asked:
            yield i, j, found, relation[np.searchsorted(every, code)]

    def level(self) -> Codes:
        """The number of the level of every pair."""
        alike = (self.found_left > 0).any(axis=1)
        matched = ((self.found_left > INITIAL) & (self.left > 0)).sum(axis=1)
        free_left, free_right = (self.left > 0) & (self.found_left == 0), (self.right > 0) & (self.found_right == 0)
        more_left, more_right = free_left.any(axis=1), free_right.any(axis=1)
        weakest = np.where(self.found_left > 0, self.found_left, _EXACT).min(axis=1)
        conflict = more_left & more_right
        role_right = np.where((self.crossed > 0)[:, None] & (self.role_right > 0), 3 - self.role_right, self.role_right)
        given = _has(free_left, self.role_left, GIVEN) & _has(free_right, role_right, GIVEN)
        family = _has(free_left, self.role_left, FAMILY) & _has(free_right, role_right, FAMILY)
        crossed = conflict & ~given & ~family & (matched >= 2)
        whole = ~conflict | crossed
        both = self.shared[:, GIVEN] & self.shared[:, FAMILY]
        rarity, rarity_of_parts = np.digitize(self.bits, RARITY), np.digitize(self.bits, RARITY_OF_PARTS)
        more = more_left | more_right
        level = np.select(
            [
                ~(self.left > 0).any(axis=1) | ~(self.right > 0).any(axis=1),
                (matched == 0) & (conflict | ~alike),
                ~whole & both,
                ~whole & self.shared[:, GIVEN],
                ~whole,
                weakest == FAR,
                whole & more & (matched == 1),
                weakest == INITIAL,
                weakest == NICKNAME,
                weakest == SLIP,
                more,
            ],
            [
                LEVEL["missing"],
                LEVEL["unrelated"],
                LEVEL["second"],
                LEVEL["given"],
                LEVEL["family"],
                LEVEL["far"],
                LEVEL["one_word"],
                LEVEL["initial"],
                LEVEL["nickname"],
                LEVEL["typo_common"] + rarity_of_parts,
                LEVEL["subset_common"] + rarity_of_parts,
            ],
            LEVEL["same_very_common"] + rarity,
        )
        return level.astype(np.uint8)


def _has(free: NDArray[np.bool_], roles: Codes, role: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (free & (roles == role)).any(axis=1)
    return found
