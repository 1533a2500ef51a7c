"""What the pattern of a pair allows: keys that decide, too little evidence to decide on, proof of two people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from custintel.matching.clusters import CLIP, NEVER, SILENT, UNIT, whole_bits
from custintel.matching.model import Model
from custintel.matching.names import LEVEL, LEVELS

Patterns = NDArray[np.int64]
Flags = NDArray[np.bool_]

CERTAIN = 8.0
"""Bits that a certain key brings at least."""
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
NEEDED: Mapping[str, int] = {"given": 3, "second": 3, "family": 6, "unrelated": 5}
"""Points that a level of the name needs, two for an identifying level and one for a supporting; others need two."""
CLASHES = ("unrelated", "given", "family", "second")
"""Names that cannot be one person's."""


@dataclass(frozen=True)
class Judgement:
    """What was made of patterns.

    Attributes:
        weights: log2 odds by the model.
        parts: weights to cluster by, in parts of a bit: after guards, keys and proofs.
        rule: whether a certain key decides.
    """

    weights: NDArray[np.float64]
    parts: Patterns
    rule: Flags


def judge(model: Model, patterns: Patterns, *, certain: bool = False) -> Judgement:
    """Weigh patterns.

    Args:
        model: fitted.
        patterns: their numbers.
        certain: whether nothing but certain keys may join.
    """
    levels = dict(zip(model.comparisons, model.levels_of(patterns), strict=True))
    codes = dict(zip(model.comparisons, model.levels, strict=True))

    def at(comparison: str, wanted: Sequence[str]) -> Flags:
        if comparison not in levels:
            return np.zeros(len(patterns), bool)
        return np.isin(
            levels[comparison], [codes[comparison].index(code) for code in wanted if code in codes[comparison]]
        )

    agree = (
        at("name", AGREE) | (at("name", ("missing",)) & ~at("company", ("different",)))
        if "name" in levels
        else ~at("company", ("different",))
    )
    points = np.zeros(len(patterns), np.int64)
    for comparison in model.comparisons:
        if comparison in IDENTIFYING:
            points += 2 * at(comparison, IDENTIFYING[comparison]) + at(comparison, SUPPORTING.get(comparison, ()))
        elif comparison not in ("name", "gender"):
            points += at(comparison, BESIDES)
    needed = np.full(len(patterns), 2)
    for code, number in NEEDED.items():
        needed[at("name", (code,))] = number
    proof = at("document", ("conflict",))
    own, few = (at("email", (code,)) | at("phone", (code,)) for code in ("own", "few"))
    papers_same = at("document", ("own",)) | at("source_id", ("same",))
    papers = at("document", ("near", "weak", "own")) | at("source_id", ("same",))
    relatives = at("name", ("family",)) & ~papers
    other = at("email", ("different",)) | at("phone", ("different",))
    fuller = agree & ~at("name", ("one_word",))
    rule = papers_same & agree | (own & fuller) | (few & fuller & ~other)
    rule &= ~proof
    weights = model.weights(patterns)
    little = ((points < needed) & ~rule) | (relatives & ~at("born", ("near", "same")))
    bits = weights
    bits = np.where(relatives, np.minimum(bits, TWINS), bits)
    bits = np.where(rule, np.maximum(bits, CERTAIN), bits)
    bits = np.where(at("name", ("unrelated",)) & (points == 0), -CLIP, bits)  # whatever a third record says
    if certain:
        apart = proof | at("name", CLASHES) | (at("name", ("missing",)) & at("company", ("different",)))
        parts = np.where(apart, NEVER, np.where(rule, round(CLIP * UNIT), 0))
    else:
        parts = np.select([proof, little & (bits > DOUBT)], [NEVER, SILENT], whole_bits(bits))
    shown = np.where(parts == NEVER, -2 * CLIP, np.where(little, np.minimum(bits - DISCOUNT, DOUBT), bits))
    return Judgement(shown, parts, rule)
