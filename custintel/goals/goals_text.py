"""The text of ``goals.yaml`` as ``ci goals`` proposes it, in the active language, with notes that explain it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from custintel import formats, i18n
from custintel.formats import safe
from custintel.goals import goal_words as names
from custintel.goals import words
from custintel.goals.plan import Plan
from custintel.goals.targets import Goal
from custintel.i18n import _

_WIDTH = 112


def goals_text(goals: Sequence[Goal], made: Plan) -> str:
    """The file, every line of which can be read back.

    Args:
        goals: what is proposed.
        made: the plan with these goals, for the notes.
    """
    language = i18n.language()

    def said(known: names.Words, code: str) -> str:
        return names.written(known, code, language)

    intro = _(
        "What each segment could reach. ci goals proposed this on data up to {day}; change what you like: it is read "
        "and "
        "never overwritten. A line that begins with # is a note. Take away a goal that you do not want."
    )
    measures = _(
        "{frequency}: orders per customer in 12 months. {ticket}: money per order. {breadth}: kinds of articles per "
        "customer in 12 months. {target} is what the middle customer should reach."
    )
    holdout = _("Part of the customers that gets nothing, drawn by a fixed hash, so that the effect can be measured.")
    cost = _("What the offers of a goal cost per customer (messages, gifts): write it at {offer_cost}.")
    keys = {code: said(names.GOAL, code) for code in names.GOAL} | {
        code: said(names.MEASURE, code) for code in names.MEASURE
    }
    lines = [
        *_note(intro.format(day=formats.date(made.base.as_of))),
        *_note(measures.format(**keys)),
        *_note(cost.format(**keys)),
        "",
        *_note(holdout),
        f"{said(names.TOP, 'holdout')}: 10%",
        "",
        f"{said(names.TOP, 'goals')}:",
    ]
    for goal in goals:
        lines += [*(f"  {note}" for note in _note(_why(goal, made))), *_lines(goal, language), ""]
    return "\n".join(lines).rstrip() + "\n"


def _lines(goal: Goal, language: str) -> list[str]:
    everybody = names.EVERYBODY[language == "es"]
    segment = everybody if goal.segment is None else json.dumps(goal.segment, ensure_ascii=False)
    target = f"{goal.target:.2f}".rstrip("0").rstrip(".")
    cells = {
        "segment": segment,
        "measure": names.written(names.MEASURE, goal.measure, language),
        "target": target,
        "from": goal.start.isoformat(),
        "to": goal.end.isoformat(),
        "offer_cost": "0",
    }
    rows = [f"{names.written(names.GOAL, code, language)}: {cell}" for code, cell in cells.items()]
    return [f"  - {rows[0]}", *(f"    {row}" for row in rows[1:])]


def _why(goal: Goal, made: Plan) -> str:
    row = made.goals.filter(pl.col("goal") == goal.name).row(0, named=True)
    told = _("{segment}, {n} customers; now {baseline}; {target} is {basis}.")
    return told.format(
        segment=words.segment(goal.segment),
        n=formats.number(row["n"]),
        baseline=words.measured(row["baseline"], goal.measure, row["currency"]),
        target=words.measured(goal.target, goal.measure, row["currency"]),
        basis=_(words.BASES[goal.basis]),
    )


def _note(text: str) -> list[str]:
    """A text as lines that begin with #."""
    lines, line = [], "#"
    for word in safe(text).split():
        if len(line) + 1 + len(word) > _WIDTH:
            lines.append(line)
            line = "#"
        line += f" {word}"
    return [*lines, line]
