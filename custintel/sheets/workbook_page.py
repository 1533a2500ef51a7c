"""What goes on one sheet of a workbook, and the sheets that a page takes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.sheets.cell_text import harmless, shortened

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
_NAME_LENGTH = 31


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook: a table with its headers on row 1, so that it can be filtered and read back.

    Attributes:
        title: of the sheet; made a legal one when it is not.
        frame: the rows. Too many for one sheet continue on further ones.
        headers: what to write over a column instead of its name.
        widths: of columns, in characters; by default as their content needs.
        formats: Excel number formats of columns.
        comments: notes on cells, by row of ``frame`` (from 0) and column name.
        highlights: cells to colour, likewise.
        choices: what Excel offers to choose from in a column, short words without commas; it takes nothing else.
        freeze: keep the header in sight.
        autofilter: offer filters on the header.
    """

    title: str
    frame: pl.DataFrame
    headers: Mapping[str, str] = field(default_factory=dict)
    widths: Mapping[str, float] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[tuple[int, str], str] = field(default_factory=dict)
    highlights: Collection[tuple[int, str]] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    freeze: bool = True
    autofilter: bool = True


@dataclass(frozen=True)
class Part:
    """The rows of a page that stand on one sheet, of which ``start`` is the number in the page."""

    title: str
    page: Page
    start: int
    frame: pl.DataFrame

    @property
    def headers(self) -> list[str]:
        """What stands on row 1."""
        labels = [self.page.headers.get(name, name) for name in self.frame.columns]
        return harmless(pl.Series(labels, dtype=pl.String)).fill_null("").to_list()

    def rows_of(self, cells: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Those of ``cells`` that stand on this sheet, with the row counted from its first one."""
        for row, name in cells:
            if 0 <= row - self.start < self.frame.height:
                yield row - self.start, name


def parts_of(page: Page, taken: set[str]) -> Iterator[Part]:
    """The sheets that ``page`` takes, named unlike those in ``taken`` (to which their names are added)."""
    if page.frame.width > MOST_COLUMNS:
        raise CustintelError(
            _("A sheet of Excel holds at most {n} columns.").format(n=MOST_COLUMNS),
            where=page.title,
            seen=str(page.frame.width),
        )
    room = MOST_ROWS - 1
    for start in range(0, max(page.frame.height, 1), room):
        yield Part(_sheet_name(page.title, taken), page, start, page.frame.slice(start, room))


def _sheet_name(title: str, taken: set[str]) -> str:
    """``title`` as Excel allows it, unlike every name in ``taken`` (to which it is added, in lower case)."""
    clean = harmless(pl.Series([title])).item() or ""
    name = " ".join(re.sub(r"[\[\]:*?/\\]", " ", clean).split()).strip("' ") or _("Sheet")
    number, suffix = 1, "_" if name.lower() == "history" else ""
    while True:
        found = shortened(name, _NAME_LENGTH - len(suffix)).rstrip("' ") + suffix
        if found.lower() not in taken:
            taken.add(found.lower())
            return found
        number += 1
        suffix = f" ({number})"
