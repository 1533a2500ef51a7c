"""How records are called in a sentence: whose they are and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

import polars as pl

from custintel import formats
from custintel.errors import CustintelError
from custintel.formats import safe
from custintel.i18n import _
from custintel.tables import RECORDS, Table

_LISTED = 3
"""Contradictions told in one error."""


def place(source: str, sheet: str, row: int) -> str:
    """Where a record stands: the file, the sheet where there is one, and the row."""
    file = f"{source} · {sheet}" if sheet else source
    return _("{file}, row {row}").format(file=file, row=row)


def mentions(before: Mapping[Table, pl.LazyFrame], record_ids: Iterable[str]) -> dict[str, str]:
    """record_id -> a name for each record and where it stands; the id of one that is not there."""
    wanted = sorted(set(record_ids))
    name = pl.coalesce("full_name", "company", "email", "mobile", "document_id")
    rows = (
        before[RECORDS]
        .filter(pl.col("record_id").is_in(wanted))
        .select("record_id", name, "source", "sheet", "row")
        .collect()
    )
    found = dict.fromkeys(wanted, "")
    for record, called, source, sheet, row in rows.iter_rows():
        found[record] = f"{called or '—'} ({place(source, sheet, row)})"
    return {record: text or record for record, text in found.items()}


def contradiction(
    before: Mapping[Table, pl.LazyFrame],
    review: pl.DataFrame,
    wrong: pl.DataFrame,
    origins: Mapping[str, str] | None = None,
) -> CustintelError:
    """The error that answers contradict each other, with the people and the answers.

    Args:
        before: the tables of the project.
        review: the table with the answers.
        wrong: record_a, record_b, through: as :func:`custintel.people.said.conflicts` gives them.
        origins: pair_id -> where an answer was read, of those that come from a file.
    """
    first = wrong.head(_LISTED)
    names = mentions(before, first["through"].explode().to_list())
    told = review.filter(pl.col("decision").is_not_null())
    told = told.select("pair_id", "record_a", "record_b", "decision", "decided_at", "decided_in")
    said = {
        (a, b, decision): (origins or {}).get(pair) or _dated(command, at)
        for pair, a, b, decision, at, command in told.iter_rows()
    }
    lines = []
    for a, b, through in first.iter_rows():
        steps = [names[through[0]]]
        for left, right in pairwise(through):
            dated = said.get((left, right, "same")) or said.get((right, left, "same"), "")
            steps.append(f"= {names[right]} [{dated}]")
        apart = said.get((a, b, "different"), "")
        lines.append(f"{names[a]} ≠ {names[b]} [{apart}]")
        lines.append("  " + _("but other answers make them one:") + " " + " ".join(steps))
    if wrong.height > _LISTED:
        lines.append(_("... and {n} more").format(n=formats.number(wrong.height - _LISTED)))
    return CustintelError(
        _("Answers about who is who contradict each other, so none of the new ones was applied."),
        seen=safe_lines(lines),
        hint=_("Change one of these answers; 'ci merge' and 'ci unmerge' change an earlier one."),
    )


def safe_lines(lines: Iterable[str]) -> str:
    """Lines that may hold text of cells, fit for a terminal."""
    return "\n".join(safe(line) for line in lines)


def _dated(command: str | None, at: object) -> str:
    """The command of an answer and its day."""
    day = formats.date(at) if hasattr(at, "year") else ""  # type: ignore[arg-type]
    return ", ".join(part for part in (f"ci {command}" if command else "", day) if part)
