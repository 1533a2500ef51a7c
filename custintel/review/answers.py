"""Reading back the answers of colleagues: every mistake named with its row, nothing taken when one is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from custintel.errors import CustintelError
from custintel.formats import number, safe
from custintel.i18n import _
from custintel.people.mentions import place
from custintel.review.workbook import PAIR_ID
from custintel.sheets.source import Sheet
from custintel.tables.headers import key

HEADERS = {"answer", "respuesta"}
"""The column of the answer, folded, in every language."""
WORDS = {
    **dict.fromkeys(("same", "the same", "iguales", "igual", "misma", "la misma"), True),
    **dict.fromkeys(("different", "distintos", "distinto", "distintas", "distinta", "diferentes", "diferente"), False),
}
"""What may be answered, folded."""
_PAIR = re.compile(r"\bp[0-9a-z]{8,}-[0-9a-z]{8,}\b")
TOLD = 10
"""Mistakes listed in one error."""


@dataclass(frozen=True)
class Answers:
    """What a file answers.

    Attributes:
        said: pair_id -> whether the two records are one person.
        places: pair_id -> the file, sheet and row where it says so.
    """

    said: Mapping[str, bool]
    places: Mapping[str, str]


def answers_of(sheets: Sequence[Sheet]) -> Answers:
    """The answers in the sheets of a file; rows without one are passed over.

    Raises:
        CustintelError: no sheet has the two columns, a cell is no answer, a row with one has no pair, or two rows
            answer one pair differently. All mistakes are named.
    """
    said: dict[str, bool] = {}
    places: dict[str, str] = {}
    mistakes: list[str] = []
    tables = [(sheet, *columns) for sheet in sheets if (columns := columns_of(sheet))]
    if not tables:
        raise CustintelError(
            _("This file has no column of answers."),
            where=", ".join(dict.fromkeys(sheet.source for sheet in sheets)),
            seen=_("needed: {columns}").format(columns=f"{_('Answer')}, {PAIR_ID}"),
            hint=_("Write one with 'ci review --xlsx FILE', fill in its first column, and give it back."),
        )
    for row, pair, answer in rows_of(tables):
        same = WORDS.get(key(answer))
        if same is None:
            mistakes.append(_("{where}: «{answer}» is no answer").format(where=row, answer=answer))
        elif not pair:
            mistakes.append(_("{where}: the pair_id is missing").format(where=row))
        elif said.setdefault(pair, same) != same:
            mistakes.append(_("{where}: answers differently from {other}").format(where=row, other=places[pair]))
        else:
            places.setdefault(pair, row)
    mistakes += [_("{where}: the row cannot be read").format(where=row) for row in unread(tables)]
    refuse(mistakes, _("Write {same} or {different}.").format(same=_("same"), different=_("different")))
    return Answers(said, places)


def columns_of(sheet: Sheet) -> tuple[str, str] | None:
    """The headers of the pair and of the answer, when the sheet has both."""
    folded = {key(header): header for header in reversed(sheet.headers)}
    answer = next((folded[name] for name in sorted(HEADERS) if name in folded), None)
    pair = folded.get(key(PAIR_ID))
    return (pair, answer) if pair and answer else None


def rows_of(tables: Sequence[tuple[Sheet, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Where each answered row stands, its pair and its answer."""
    for sheet, pair, answer in tables:
        cells = sheet.frame.select("row", pl.col(pair, answer).str.strip_chars())
        for row, named, said in cells.filter(pl.col(answer).fill_null("") != "").iter_rows():
            yield place(sheet.source, sheet.sheet, row), named or "", said


def unread(tables: Sequence[tuple[Sheet, str, str]]) -> Iterator[str]:
    """Where the rows stand that name a pair and were not taken for rows of the table."""
    for sheet, _pair, _answer in tables:
        for row, text in sheet.skipped.select("row", "text").iter_rows():
            if _PAIR.search(text or ""):
                yield place(sheet.source, sheet.sheet, row)


def refuse(mistakes: Sequence[str], hint: str) -> None:
    """Raise an error that lists the mistakes, if there are any."""
    if mistakes:
        lines = [safe(mistake) for mistake in mistakes[:TOLD]]
        if len(mistakes) > TOLD:
            lines.append(_("... and {n} more").format(n=number(len(mistakes) - TOLD)))
        raise CustintelError(_("Some answers cannot be read, so none was applied."), seen="\n".join(lines), hint=hint)


def records_of(said: Mapping[str, bool], review: pl.DataFrame, record_ids: pl.Series) -> tuple[pl.DataFrame, list[str]]:
    """The answers as record_a, record_b, same; and the pairs that are unknown by now.

    A pair that has left the queue counts as long as both its records are here: the id of a pair is made of theirs.
    """
    queued = {pair: (a, b) for pair, a, b in review.select("pair_id", "record_a", "record_b").iter_rows()}
    here = set(record_ids)
    rows, unknown = [], []
    for pair, same in said.items():
        a, _sign, b = pair.removeprefix("p").partition("-")
        both = queued.get(pair, (f"r{a}", f"r{b}"))
        if here.issuperset(both) and both[0] != both[1]:
            rows.append((*both, same))
        else:
            unknown.append(pair)
    schema = {"record_a": pl.String, "record_b": pl.String, "same": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row"), unknown
