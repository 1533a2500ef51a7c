"""What the pattern of a pair allows: keys that decide, too little evidence to decide on, proof of two people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from custintel.matching.clusters import CLIP, NEVER, SILENT, UNIT, whole_bits
from custintel.matching.model import Model
from custintel.matching.names import LEVEL, LEVELS

Patterns = NDArray[np.int64]
Flags = NDArray[np.bool_]

CERTAIN, CERTAIN_LOOSE = 8.0, 6.0
"""Bits that a certain key brings at least, and where the names agree only by a nickname, an initial or a slip."""
DOUBT = -1.0
"""Bits that a pair with too little evidence is shown with at most."""
DISCOUNT = 5.0
"""Bits taken off what such a pair is shown with: the model knows no guard."""
TWINS = 4.0
"""Bits that a pair has at most which shares a surname and a date of birth under different given names."""

IDENTIFYING: Mapping[str, Sequence[str]] = {
    "document": ("near", "weak", "own"),
    "source_id": ("same",),
    "email": ("near", "few", "own"),
    "phone": ("near", "few", "fixed", "own"),
    "born": ("parts", "near", "same"),
    "address": ("near", "few", "own"),
    "place": ("postal", "both"),
}
"""Levels that say who somebody is: with a name that agrees, one of them is enough for the model to decide."""
SUPPORTING: Mapping[str, Sequence[str]] = {
    "email": ("same_name", "many"),
    "phone": ("many",),
    "born": ("year", "digits"),
    "address": ("street", "many"),
    "place": ("near", "one_of", "common", "same", "rare"),
}
"""Levels that speak for one person, of which one is not enough: never merged on a name and a city."""
BESIDES = ("common", "same", "rare", "near")
"""The same for comparisons of plain texts, gender aside."""

AGREE = LEVELS[LEVEL["one_word"] :]
"""Names that can be one person's."""
LOOSE = ("initial", "nickname", "typo_common", "typo", "typo_rare")
"""Names that agree least."""
NEEDED: Mapping[str, int] = {"given": 3, "second": 3, "family": 5, "unrelated": 5}
"""Points that a level of the name needs, two for an identifying level and one for a supporting; others need two."""
OF_SIBLINGS = 6
"""Points that two given names under one surname need without a paper in common, a date of birth among them."""
CLASHES = ("unrelated", "given", "family", "second")
"""Names that cannot be one person's."""


@dataclass(frozen=True)
class Judgement:
    """What was made of patterns.

    Attributes:
        weights: log2 odds by the model, within what guards and keys allow.
        parts: weights to cluster by, in parts of a bit; NEVER for proof of two people, SILENT for too little evidence.
        keys: the same for certain keys alone: NEVER also for names that clash, 0 where no key decides.
    """

    weights: NDArray[np.float64]
    parts: Patterns
    keys: Patterns


def judge(model: Model, patterns: Patterns) -> Judgement:
    """Weigh patterns, given by their numbers, with a fitted model."""
    signs = Signs(model, patterns)
    proof, keyed, little = signs.at("document", "conflict"), signs.keyed(), signs.little()
    bits = model.weights(patterns)
    bits = np.where(signs.relatives(), np.minimum(bits, TWINS), bits)
    bits = np.where(keyed, np.maximum(bits, np.where(signs.at("name", *LOOSE), CERTAIN_LOOSE, CERTAIN)), bits)
    bits = np.where(signs.at("name", "unrelated") & (signs.points == 0), -CLIP, bits)  # whatever a third record says
    silent = little & ((bits > DOUBT) | (signs.agree & ~signs.against()))
    shown = np.select([proof, little], [-2 * CLIP, np.minimum(bits - DISCOUNT, DOUBT)], bits)
    return Judgement(
        weights=shown,
        parts=np.select([proof, silent], [NEVER, SILENT], whole_bits(bits)),
        keys=np.select([proof | signs.clash(), keyed], [NEVER, round(CLIP * UNIT)], 0),
    )


class Signs:
    """What patterns say, in the terms of the guards."""

    def __init__(self, model: Model, patterns: Patterns) -> None:
        self.levels = dict(zip(model.comparisons, model.levels_of(patterns), strict=True))
        self.codes = dict(zip(model.comparisons, model.levels, strict=True))
        self.nothing = np.zeros(len(patterns), bool)

    def at(self, comparison: str, *wanted: str) -> Flags:
        """Whether a comparison is at one of the levels ``wanted``."""
        if comparison not in self.levels:
            return self.nothing
        codes = self.codes[comparison]
        return np.isin(self.levels[comparison], [codes.index(code) for code in wanted if code in codes])

    @cached_property
    def nobody(self) -> Flags:
        """One of the two has no name."""
        return self.at("name", "missing") if "name" in self.levels else ~self.nothing

    @cached_property
    def agree(self) -> Flags:
        """The names can be one person's; a company's stands in where there is none."""
        return self.at("name", *AGREE) | (self.nobody & ~self.at("company", "different"))

    @cached_property
    def other(self) -> Flags:
        """They have different emails or phones."""
        return self.at("email", "different") | self.at("phone", "different")

    @cached_property
    def stranger(self) -> Flags:
        """One of the two has no name, and they have different mailboxes or phones."""
        return self.nobody & (self.other | self.at("email", "similar"))

    @cached_property
    def points(self) -> Patterns:
        """Two for every identifying level, one for every supporting."""
        points = np.zeros(len(self.nothing), np.int64)
        for comparison in self.levels:
            if comparison in IDENTIFYING:
                points += 2 * self.at(comparison, *IDENTIFYING[comparison])
                points += self.at(comparison, *SUPPORTING.get(comparison, ()))
            elif comparison not in ("name", "gender"):
                points += self.at(comparison, *BESIDES)
        return points

    def clash(self) -> Flags:
        """The names, or without any the companies, are two people's."""
        return self.at("name", *CLASHES) | (self.nobody & self.at("company", "different"))

    def against(self) -> Flags:
        """Something that is one person's differs."""
        return self.other | self.at("born", "different") | self.at("document", "different")

    def keyed(self) -> Flags:
        """A certain key decides: a document or a file's own id with names that agree; an email or a mobile with more
        than a word of the name, where it is nobody else's or no other contact speaks against it.
        """
        papers = self.at("document", "own") | self.at("source_id", "same")
        own, few = (self.at("email", code) | self.at("phone", code) for code in ("own", "few"))
        fuller = self.agree & ~self.at("name", "one_word") & ~self.stranger
        key = (papers & self.agree) | (own & fuller) | (few & fuller & ~self.other)
        return key & ~self.at("document", "conflict")

    def relatives(self) -> Flags:
        """Other given names under one surname, and no paper that says they are one."""
        papers = self.at("document", "near", "weak", "own") | self.at("source_id", "same")
        return self.at("name", "family") & ~papers

    def little(self) -> Flags:
        """There is too little to merge on."""
        needed = np.full(len(self.nothing), 2)
        for code, number in NEEDED.items():
            needed[self.at("name", code)] = number
        needed[self.stranger] = 4
        siblings = self.relatives() & (~self.at("born", "near", "same") | (self.points < OF_SIBLINGS))
        return ((self.points < needed) & ~self.keyed()) | siblings
