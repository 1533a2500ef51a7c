"""The words that names are made of, and which of them stand for each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Jaro

from custintel.fields import name_list
from custintel.matching.arrays import among

UNLIKE, FAR, INITIAL, NICKNAME, SLIP = range(5)
"""How two words relate, from nothing to one slip of the keyboard. ``FAR`` words look somewhat alike, or are one letter
apart but both are names."""

OFTEN, OFTEN_SHARE = 4, 5e-5
"""Names, and share of all words of names, on which a word is more often than a slip would be."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Vocabulary:
    """Every word of the names that are compared; word 0 is no word.

    Attributes:
        words: ascending.
        lengths: letters of each.
        first: code of its first letter.
        last: code of its last.
        letters: which letters it has, one bit each.
        pet: whether it is a pet name or may be the name behind one.
        known: whether it is a listed given name (bit 0) or surname (bit 1), or is on many names here (bit 2).
        sounds: a number that words which sound alike share.
    """

    words: list[str]
    lengths: NDArray[np.int16]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    letters: NDArray[np.uint32]
    pet: NDArray[np.bool_]
    known: NDArray[np.uint8]
    sounds: NDArray[np.uint64]

    @classmethod
    def of(cls, words: pl.Series, held: Numbers) -> Vocabulary:
        """The vocabulary of distinct ascending ``words``, each on ``held`` names (word 0 first)."""
        pets = {
            *name_list.nicknames(),
            *(word for formals in name_list.nicknames().values() for f in formals for word in f),
        }
        texts = ["", *words.to_list()]
        frequent = (held > max(OFTEN, OFTEN_SHARE * held.sum())).astype(np.uint8)
        given, family = name_list.given(), name_list.surnames()
        return cls(
            texts,
            np.array([len(word) for word in texts], np.int16),
            np.array([ord(word[0]) if word else 0 for word in texts], np.int32),
            np.array([ord(word[-1]) if word else 0 for word in texts], np.int32),
            letters(texts),
            np.array([word in pets for word in texts]),
            np.array([(word in given) + 2 * (word in family) for word in texts], np.uint8) + 4 * frequent,
            np.concatenate([np.zeros(1, np.uint64), sounds(words)]),
        )

    def near(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether it is worth comparing words ``a`` and ``b``: about as long and made of about the same letters, an
        initial, or both names of the kind that pet names stand for.
        """
        differ = np.bitwise_count(self.letters[a] ^ self.letters[b])
        spelled = (differ <= 4) & (np.abs(self.lengths[a] - self.lengths[b]) <= 3) & (differ * 2 <= self.lengths[a] + 1)
        same_first = self.first[a] == self.first[b]
        short = np.minimum(self.lengths[a], self.lengths[b]) <= 4
        found: NDArray[np.bool_] = spelled | (same_first & short) | (self.pet[a] & self.pet[b])
        return found

    def relations(self, a: Numbers, b: Numbers) -> NDArray[np.uint8]:
        """How word ``a`` and word ``b`` relate, for arrays of different words."""
        short = np.minimum(self.lengths[a], self.lengths[b])
        found = np.zeros(len(a), np.uint8)
        spelled = np.flatnonzero(short >= 3)
        x, y = a[spelled], b[spelled]
        words = np.array(self.words, object)
        steps = process.cpdist(words[x], words[y], scorer=OSA.distance, score_cutoff=3, dtype=np.uint8)
        shorter, gap = short[spelled], np.abs(self.lengths[x] - self.lengths[y])
        slip = ((steps == 1) & (shorter >= 4)) | ((steps == 2) & (shorter >= 7)) | self._scrambled(x, y)
        both = (self.known[x] & self.known[y]) > 0
        ends = self.first[x] == self.first[y]
        prefix = ends & (gap > 1) & (steps == gap)
        looks = process.cpdist(words[x], words[y], scorer=Jaro.similarity, score_cutoff=0.77, dtype=np.float32) > 0
        far = (steps == 1) | (~both & (((steps == 2) & (shorter >= 5)) | (looks & (shorter >= 4)) | prefix))
        level = np.where(slip & ~both & ~self._gendered(x, y, steps), SLIP, np.where(far, FAR, UNLIKE))
        found[spelled] = level
        found[(short == 1) & (self.first[a] == self.first[b])] = INITIAL
        found[among(a * len(self.words) + b, self._nicknames())] = NICKNAME
        return found

    def _scrambled(self, x: Numbers, y: Numbers) -> NDArray[np.bool_]:
        """``leo`` and ``oel``: the same letters, struck in another order."""
        found: NDArray[np.bool_] = (self.letters[x] == self.letters[y]) & (self.lengths[x] == self.lengths[y])
        for at in np.flatnonzero(found):
            found[at] = sorted(self.words[x[at]]) == sorted(self.words[y[at]])
        return found

    def _gendered(self, x: Numbers, y: Numbers, steps: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """``adriano`` and ``adriana``, ``daniel`` and ``daniela``: one step, at the end, that makes a man a woman."""
        a, o, e = (ord(letter) for letter in "aoe")
        swapped = (
            (self.lengths[x] == self.lengths[y]) & np.isin(self.last[x], (a, o, e)) & np.isin(self.last[y], (a, o, e))
        )
        longer = np.where(self.lengths[x] > self.lengths[y], self.last[x], self.last[y])
        added = (self.lengths[x] != self.lengths[y]) & (longer == a)
        gendered: NDArray[np.bool_] = (steps == 1) & (self.last[x] != self.last[y]) & (swapped | added)
        return gendered

    def _nicknames(self) -> Numbers:
        """Pairs of words, smaller number first, of which one is a pet name of the other or both are of one name."""
        number = {word: n for n, word in enumerate(self.words)}
        behind: dict[str, set[int]] = {}
        for pet, formals in name_list.nicknames().items():
            if pet in number:
                for word in {word for formal in formals for word in formal}:
                    behind.setdefault(word, set()).add(number[pet])
        pairs: set[tuple[int, int]] = set()
        for word, pets in behind.items():
            together = sorted(pets | ({number[word]} if word in number else set()))
            pairs.update((x, y) for i, x in enumerate(together) for y in together[i + 1 :])
        return np.array(sorted(x * len(self.words) + y for x, y in pairs), np.int64)


_SOUNDS = {
    "ph": "f", "qu": "k", "ck": "k", "ch": "x", "sh": "x", "ce": "s", "ci": "s", "z": "s", "c": "k", "q": "k",
    "v": "b", "w": "b", "ge": "j", "gi": "j", "ll": "y", "h": "", "x": "s",
}  # fmt: skip


def letters(words: list[str]) -> NDArray[np.uint32]:
    """The letters of every word as bits."""
    bits = [sum(1 << n for n in {ord(letter) % 32 for letter in word}) for word in words]
    return np.array(bits, np.uint32)


def sounds(words: pl.Series) -> NDArray[np.uint64]:
    """A number per word that words of one sound share: its first letter and next three consonants, as Spanish hears
    them. Pet names sound like the first name they stand for.
    """
    formal = {pet: " ".join(sorted(formals[0])).split(" ")[0] for pet, formals in name_list.nicknames().items()}
    bare = words.replace(list(formal), list(formal.values())).str.replace_many(
        list(_SOUNDS), list(_SOUNDS.values()), leftmost=True
    )
    skeleton = bare.str.slice(0, 1) + bare.str.slice(1).str.replace_all(r"[aeiouy]+", "").str.slice(0, 3)
    numbers: NDArray[np.uint64] = (skeleton.hash() | 1).to_numpy()
    return numbers
