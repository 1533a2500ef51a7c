"""What goes on one sheet of a workbook, and the sheets that a page takes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from custintel import formats
from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.minor_units import exponents
from custintel.sheets.cell_text import harmless, shortened
from custintel.tables.labels import label_of

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
_NAME_LENGTH = 31
_READ = 100
"""Characters of a line that is read."""


@dataclass(frozen=True)
class Chart:
    """Bars beside each other under a table, for Excel to draw from its cells.

    Attributes:
        title: above them.
        label: the column that names each group of bars.
        values: the columns of numbers, one bar each, of the same unit.
        rows: which of the rows above the totals are drawn.
    """

    title: str
    label: str
    values: tuple[str, ...]
    rows: slice = field(default_factory=lambda: slice(None))


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook: a table with its headers on row 1, so that it can be filtered and read back.

    Attributes:
        title: of the sheet; made a legal one when it is not.
        frame: the rows. Too many for one sheet continue on further ones.
        headers: what to write over a column instead of its name.
        widths: of columns, in characters; by default as their content needs.
        formats: Excel number formats of columns.
        row_formats: of columns whose rows are of different units, one per row of ``frame``.
        comments: notes on cells, by row of ``frame`` (from 0) and column name.
        highlights: cells to colour, likewise.
        wrapped: columns whose long text breaks into lines.
        totals: rows at the end that add up those above: coloured, not filtered nor sorted with them, in no chart.
        chart: drawn below the rows.
        choices: what Excel offers to choose from in a column, short words without commas; it takes nothing else.
        freeze: keep the header in sight.
        autofilter: offer filters on the header.
    """

    title: str
    frame: pl.DataFrame
    headers: Mapping[str, str] = field(default_factory=dict)
    widths: Mapping[str, float] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    row_formats: Mapping[str, Sequence[str]] = field(default_factory=dict)
    comments: Mapping[tuple[int, str], str] = field(default_factory=dict)
    highlights: Collection[tuple[int, str]] = ()
    wrapped: Collection[str] = ()
    totals: int = 0
    chart: Chart | None = None
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    freeze: bool = True
    autofilter: bool = True


def labels_of(frame: pl.DataFrame, headers: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """What stands over each column: its own of ``headers`` (not yet translated), or the word all tables use."""
    return {name: _(headers[name]) if name in headers else label_of(name) for name in frame.columns}


def table_page(
    title: str,
    frame: pl.DataFrame,
    headers: Mapping[str, str],
    formats: Mapping[str, str] | None = None,
    *,
    wrapped: Collection[str] = (),
    chart: Chart | None = None,
) -> Page:
    """A sheet of a table that we worked out: columns named by :func:`labels_of`, numbers with as many decimals as they
    need (or as ``formats`` says), text of ``wrapped`` broken into lines.
    """
    widths = dict.fromkeys(wrapped, _READ if len(wrapped) == 1 else _READ // 2)
    shown = {name: _measured(frame[name]) for name in frame.columns if frame.schema[name].is_float()}
    shown |= formats or {}
    return Page(title, frame, labels_of(frame, headers), widths, formats=shown, wrapped=wrapped, chart=chart)


def _measured(numbers: pl.Series) -> str:
    """The format of a column of numbers: amounts have two decimals, small ones three, whole ones none.

    Below 0 no condition decides: spreadsheets do not agree on the minus of a number that meets one.
    """
    finite = numbers.filter(numbers.is_finite())
    if (finite == finite.round()).all():
        return "#,##0"
    if (finite.abs() < 10).all():
        return "0.000"
    small = finite.is_between(0, 1, closed="none").any() and (finite >= 0).all()
    return "[<10]#,##0.000;#,##0.00" if small else "#,##0.00"


def money_format(currency: str) -> str:
    """The format of amounts in units of ``currency`` (ISO 4217), with the decimals that people write of it."""
    decimals = 0 if currency in formats.WHOLE_CURRENCIES else exponents().get(currency, 2)
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def sentences_page(title: str, header: str, sentences: Sequence[str]) -> Page:
    """A sheet of sentences, one per row, broken into lines."""
    told = pl.DataFrame({"told": sentences}, {"told": pl.String})
    return Page(title, told, {"told": header}, {"told": _READ}, wrapped=("told",), autofilter=False)


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

    @property
    def added_up(self) -> int:
        """How many of its rows are no totals."""
        return min(max(self.page.frame.height - self.page.totals - self.start, 0), self.frame.height)

    @property
    def highlights(self) -> Iterator[tuple[int, str]]:
        """The cells to colour, rows counted from the first one of this sheet."""
        yield from self.rows_of(self.page.highlights)
        yield from ((row, name) for row in range(self.added_up, self.frame.height) for name in self.frame.columns)

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
