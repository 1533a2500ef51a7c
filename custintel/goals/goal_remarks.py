"""Mistakes in ``goals.yaml``: codes, and the sentences for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from custintel import remarks
from custintel.i18n import N_
from custintel.remarks import DATE, FORM

MISTAKES: remarks.Sentences = {
    **FORM,
    "empty_file": (N_("The file is empty."), N_("Take it away: ci goals writes a new proposal.")),
    "goals_missing": (N_("There are no goals in it."), N_("Take the file away: ci goals writes a new proposal.")),
    "missing": (N_("This goal has no {key}."), N_("Add the line '{key}:' to it.")),
    "missing_date": (N_("This goal has no {key}."), DATE),
    "segment_unknown": (N_("There is no segment '{seen}'."), N_("The segments are: {choices}.")),
    "not_positive": (N_("{key}: {seen} is not above zero."), N_("Write what a customer should reach.")),
    "holdout_range": (N_("{key}: {seen} is not between 0 and 50 %."), N_("Write 10%: one of ten gets nothing.")),
    "goal_twice": (
        N_("Line {first} has the same goal, in the same days."),
        N_("Keep one of them, or let one begin when the other ends."),
    ),
}
"""What is wrong, and how to repair it, by code."""


@dataclass(frozen=True)
class Remark(remarks.Remark):
    """A mistake in ``goals.yaml``, of :data:`MISTAKES`."""

    sentences: ClassVar[remarks.Sentences] = MISTAKES
