"""The weight of two records as a sum that people can follow, in bits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from custintel.i18n import N_, _
from custintel.matching.judgement import TWINS, judge
from custintel.matching.model import CLASSES, SAME, UNRELATED, Model
from custintel.matching.words import code_of
from custintel.matching.words import label as evidence_label

LABELS: Mapping[str, str] = {
    "start": N_("start: two records picked at random"),
    "also_household": N_("people of one household agree like this too"),
    "also_shared": N_("people who share a contact, at work for example, agree like this too"),
    "also_namesake": N_("namesakes agree like this too"),
    "also_unrelated": N_("others agree like this too"),
    "certain_key": N_("a certain key, on names that can be one person's, decides"),
    "held_relatives": N_("one surname and one birth date under other given names may be twins"),
    "held_little": N_("this is too little to decide on"),
}
_NOTHING = 0.05
"""Bits that are shown as 0.0."""


class Step(NamedTuple):
    """One line of the sum.

    Attributes:
        code: of :data:`LABELS`, or an evidence code.
        bits: log2 of how many times likelier it makes one person.
        comparison: what was compared; empty for the lines of :data:`LABELS`.
    """

    code: str
    bits: float
    comparison: str = ""

    @property
    def label(self) -> str:
        """It in words."""
        return _(LABELS[self.code]) if self.code in LABELS else evidence_label(self.code)


def waterfall(model: Model, pattern: int, weight: float) -> list[Step]:
    """How a pair of this pattern comes to its weight; the bits add up to it.

    Each field counts by how much oftener it agrees like this in one person's records than in strangers'. What people
    of one household, who share a contact or a name, would agree in as well is taken off in one line, and what a
    certain key or too little evidence makes of the sum stands last.
    """
    patterns = np.array([pattern])
    levels = [int(level[0]) for level in model.levels_of(patterns)]
    fields = []
    for name, codes, logs, level in zip(model.comparisons, model.levels, model.logs, levels, strict=True):
        if level:
            bits = float(logs[SAME, level] - logs[UNRELATED, level]) / np.log(2)
            fields.append(Step(code_of(name, codes[level]), float(bits), name))
    fields.sort(key=lambda step: (-step.bits, step.comparison))
    start = Step("start", float(np.log2(model.shares[SAME] / model.shares[UNRELATED])))
    total = float(model.weights(patterns)[0])
    others = model.class_logs(patterns)[SAME + 1 :, 0]
    likest = CLASSES[SAME + 1 + int(np.argmax(others))]
    also = Step(f"also_{likest}", total - start.bits - sum(step.bits for step in fields))
    codes_seen = {step.code for step in fields}
    if weight > total:
        last = Step("certain_key", weight - total)
    else:
        relatives = "name_family" in codes_seen and weight == TWINS
        last = Step("held_relatives" if relatives else "held_little", weight - total)
    return [start, *fields, *(step for step in (also, last) if abs(step.bits) >= _NOTHING)]


def by_rule(model: Model, pattern: int) -> bool:
    """Whether a certain key decided a pair of this pattern."""
    return bool(judge(model, np.array([pattern])).keys[0] > 0)
