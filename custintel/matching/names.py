"""Names as rows of words, and how two names agree.

A name is one comparison, not two: words are matched across given names and surnames, whatever column they stand in,
and the roles only tell what it is that differs. All pairs are compared at once; similarity of words is worked out
once per distinct pair of words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

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
words that look somewhat alike; ``one_word``: one word of a longer name, and no given name. Rare and common by the bits
of the words they share."""
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
        words: one row per place in a name, up to three for given names, then up to three for surnames; one column per
            profile: the number of the word there, 0 for none.
        roles: of each place, GIVEN or FAMILY.
        bits: per word, how much it tells: -log2 of its share of names.
    """

    vocabulary: Vocabulary
    words: Words
    roles: Codes
    bits: NDArray[np.float32]

    def part(self, rows: Rows) -> NameColumns:
        """The names of some profiles, with what is known of all words."""
        return NameColumns(self.vocabulary, self.words[:, rows], self.roles, self.bits)

    @cached_property
    def whole(self) -> NDArray[np.uint64]:
        """A number per profile that the same words in any order share, 0 without a name."""
        found = np.zeros(self.words.shape[1], np.uint64)
        for words in np.sort(self.words, axis=0).astype(np.uint64):
            found = (found ^ words) * np.uint64(0x9E3779B97F4A7C15)
            found ^= found >> np.uint64(31)
        return np.where(self.words.any(axis=0), found | np.uint64(1), np.uint64(0))

    @cached_property
    def ends(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """The sounds of the first given name and of the first surname of every profile, 0 where there is none."""
        found = []
        for role in (GIVEN, FAMILY):
            word = np.zeros(self.words.shape[1], np.int32)
            for words in self.words[self.roles == role][::-1]:
                word = np.where(words > 0, words, word)
            found.append(self.vocabulary.sounds[word])
        return found[0], found[1]

    @cached_property
    def prints(self) -> NDArray[np.uint64]:
        """A number per profile that tells people apart roughly: the sounds of the first given name and the first
        surname in any order, so that other spellings of one person mostly count once; 0 without a name.
        """
        low, high = np.minimum(*self.ends), np.maximum(*self.ends)
        return (low * np.uint64(0x9E3779B97F4A7C15)) ^ high


def name_columns(facts: pl.DataFrame, height: int) -> NameColumns:
    """The words of ``given``, ``family`` and ``whole``, accent-free texts of ``height`` profiles, as far as they are
    there.
    """
    parts = [(c, role) for c, role in (("given", GIVEN), ("family", FAMILY), ("whole", FAMILY)) if c in facts.columns]
    split = [
        facts.select(v=pl.col(column)).drop_nulls().unique().with_columns(w=tokens(pl.col("v"))) for column, _ in parts
    ]
    known = [
        frame["w"].explode(empty_as_null=True, keep_nulls=True).drop_nulls().unique().alias("w") for frame in split
    ]
    vocabulary = pl.concat([*known, pl.Series("w", [], pl.String)]).unique().sort()
    rows = [_word_numbers(facts[column], frame, vocabulary) for (column, _), frame in zip(parts, split, strict=True)]
    words = np.concatenate([*rows, np.zeros((0 if rows else 1, height), np.int32)])
    roles = [role for (_, role), found in zip(parts, rows, strict=True) for _place in found]
    held = np.bincount(words.ravel(), minlength=len(vocabulary) + 1)
    named = max(int(words.any(axis=0).sum()), 1)
    bits = (np.log2(named + 1) - np.log2(np.clip(held, 1, None))).astype(np.float32)
    bits[0] = 0
    return NameColumns(Vocabulary.of(vocabulary, held), words, np.array(roles or [GIVEN], np.uint8), bits)


def _word_numbers(values: pl.Series, split: pl.DataFrame, vocabulary: pl.Series) -> Words:
    """The numbers of the words of every value: places × values."""
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
    return np.stack([rows[place].fill_null(0).to_numpy() for place in places])


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
    """Which word of one name stands for which of the other, for many pairs. Arrays are places × pairs.

    Attributes:
        left: words of the one.
        right: words of the other.
        roles: of the places.
        found_left: per word, how it found its like (a code of ``vocabulary``, _EXACT, 0 when it did not).
        found_right: the same for the other.
        shared: per role and pair, whether names of that role share a word.
        bits: per pair, what the shared words tell.
        crossed: per pair, by how many more words stand for one of the other role than of their own: above 0 where one
            of the two has names and surnames in each other's place.
    """

    left: Words
    right: Words
    roles: Codes
    found_left: Codes = field(init=False)
    found_right: Codes = field(init=False)
    shared: NDArray[np.bool_] = field(init=False)
    bits: NDArray[np.float32] = field(init=False)
    crossed: NDArray[np.int8] = field(init=False)

    def __post_init__(self) -> None:
        self.found_left = np.zeros(self.left.shape, np.uint8)
        self.found_right = np.zeros(self.right.shape, np.uint8)
        self.shared = np.zeros((3, self.left.shape[1]), bool)
        self.bits = np.zeros(self.left.shape[1], np.float32)
        self.crossed = np.zeros(self.left.shape[1], np.int8)

    @classmethod
    def of(cls, names: NameColumns, a: Rows, b: Rows) -> Pairing:
        """The pairing of the names of profiles ``a`` and ``b``."""
        pairing = cls(names.words[:, a], names.words[:, b], names.roles)
        pairing.equal(names.bits)
        for i, j, rows, relation in pairing.alike(names.vocabulary):
            for code in (SLIP, NICKNAME, INITIAL, FAR):
                hit = rows[relation == code]
                told = np.minimum(names.bits[pairing.left[i, hit]], names.bits[pairing.right[j, hit]])
                pairing.join(hit, i, j, code, told * (0.75 if code in (SLIP, NICKNAME) else 0))
        return pairing

    def places(self) -> list[tuple[int, int]]:
        """A place of either name, the same places first."""
        every = range(len(self.roles))
        return sorted(((i, j) for i in every for j in every), key=lambda place: place[0] != place[1])

    def equal(self, bits: NDArray[np.float32]) -> None:
        """Let equal words stand for each other."""
        held = [np.flatnonzero(words) for words in self.left]
        for i, j in self.places():
            rows = held[i]
            if 2 * len(rows) < self.left.shape[1]:
                same = rows[self.left[i, rows] == self.right[j, rows]]
            else:
                same = np.flatnonzero((self.left[i] == self.right[j]) & (self.left[i] > 0))
            self.join(same, i, j, _EXACT, bits[self.left[i, same]])

    def join(self, rows: Rows, i: int, j: int, code: int, bits: NDArray[np.float32]) -> None:
        """Let word ``i`` and word ``j`` of ``rows`` stand for each other where both are free."""
        free = (self.found_left[i, rows] == 0) & (self.found_right[j, rows] == 0)
        rows = rows[free]
        self.found_left[i, rows] = code
        self.found_right[j, rows] = code
        self.bits[rows] += bits[free]
        self.crossed[rows] += -1 if self.roles[i] == self.roles[j] else 1
        if code > INITIAL:
            self.shared[self.roles[i], rows] = True
            self.shared[self.roles[j], rows] = True

    def alike(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int, Rows, Codes]]:
        """For words that found no equal: places in both names, pairs, and how the words relate; same places first."""
        open_left, open_right = self.open()
        size = len(vocabulary.words)
        asked: list[tuple[int, int, Rows, Rows]] = []
        for i, j in self.places():
            free = np.flatnonzero(open_left[i] & open_right[j])
            x, y = self.left[i, free], self.right[j, free]
            near = np.flatnonzero(vocabulary.near(x, y))
            x, y = x[near].astype(np.int64), y[near].astype(np.int64)
            asked.append((i, j, free[near], np.minimum(x, y) * size + np.maximum(x, y)))
        every = distinct(np.concatenate([code for *_, code in asked]))
        relation = vocabulary.relations(every // size, every % size)
        for i, j, found, code in asked:
            yield i, j, found, relation[np.searchsorted(every, code)]

    def open(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """The words of either name that stand for none of the other."""
        return (self.left > 0) & (self.found_left == 0), (self.right > 0) & (self.found_right == 0)

    def conflicting(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Per pair: whether either name has a word that the other lacks, whether both have, and whether what both lack
        can stand side by side: a given name here and a surname there.
        """
        open_left, open_right = self.open()
        left = [open_left[self.roles == role].any(axis=0) for role in (GIVEN, FAMILY)]
        right = [open_right[self.roles == role].any(axis=0) for role in (GIVEN, FAMILY)]
        turned = self.crossed > 0
        given = left[0] & np.where(turned, right[1], right[0])
        family = left[1] & np.where(turned, right[0], right[1])
        more_left, more_right = left[0] | left[1], right[0] | right[1]
        return more_left | more_right, more_left & more_right, ~given & ~family

    def level(self) -> Codes:
        """The number of the level of every pair; a given name here and a surname there say nothing about each other."""
        more, conflict, beside = self.conflicting()
        words = (self.found_left > 0).sum(axis=0)
        matched = (self.found_left > INITIAL).sum(axis=0)
        weakest = np.where(self.found_left > 0, self.found_left, _EXACT).min(axis=0)
        apart = conflict & ~(beside & (matched >= 2))
        both = self.shared[GIVEN] & self.shared[FAMILY]
        rarity, rarity_of_parts = np.digitize(self.bits, RARITY), np.digitize(self.bits, RARITY_OF_PARTS)
        level = np.select(
            [
                ~self.left.any(axis=0) | ~self.right.any(axis=0) | (beside & (words == 0)),
                (matched == 0) & (conflict | (words == 0)),
                apart & both,
                apart & self.shared[GIVEN],
                apart,
                weakest == FAR,
                more & (words == 1) & ~self.shared[GIVEN],
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
