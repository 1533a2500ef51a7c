"""The queue as a workbook for colleagues: one pair per row, both sides' values, and a column for the answer."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from custintel.i18n import _
from custintel.people.sides import NO_SIGN, SHOWN, values, where
from custintel.review.waiting import Pair, in_words
from custintel.sheets.write import Page
from custintel.tables.labels import label_of

PAIR_ID = "pair_id"
"""The header of the column that says which pair a row is about; the same in every language."""


def page(pairs: Sequence[Pair]) -> Page:
    """The sheet: the answer first, then who and why; what differs is coloured; the pair's id at the end."""
    sides = [(values(pair.a), values(pair.b)) for pair in pairs]
    fields = [field for field in SHOWN if any(field in a or field in b for a, b in sides)]
    columns: dict[str, list[str | None]] = {"answer": [None] * len(pairs)}
    headers = {"answer": _("Answer"), "why": _("For one person"), "against": _("Against it")}
    for field in fields:
        for n, side in enumerate("ab"):
            columns[f"{field}_{side}"] = [both[n].get(field) for both in sides]
            headers[f"{field}_{side}"] = f"{label_of(field)} {side.upper()}"
    columns["why"] = [in_words(pair.pros) for pair in pairs]
    columns["against"] = [in_words(pair.cons) for pair in pairs]
    for side in "ab":
        columns[f"where_{side}"] = [where(getattr(pair, side)) for pair in pairs]
        headers[f"where_{side}"] = f"{_('Where it is')} {side.upper()}"
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(
        probability=pl.Series([pair.probability for pair in pairs], dtype=pl.Float64),
        at_stake=pl.Series([pair.at_stake for pair in pairs], dtype=pl.Decimal(18, 2)),
        pair_id=pl.Series([pair.pair_id for pair in pairs], dtype=pl.String),
    )
    headers |= {"probability": _("Probability"), "at_stake": _("At stake"), PAIR_ID: PAIR_ID}
    differing = [
        (row, f"{field}_{side}")
        for row, (a, b) in enumerate(sides)
        for field in fields
        if field in a and field in b and a[field] != b[field] and field not in NO_SIGN
        for side in "ab"
    ]
    return Page(
        _("Pairs to answer"),
        frame,
        headers,
        formats={"probability": "0%"},
        highlights=differing,
        choices={"answer": (_("same"), _("different"))},
    )
