"""How a workbook looks: widths, header, filters, notes and number formats. Everything of openpyxl's but the cells."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from custintel.sheets.cell_text import harmless
from custintel.sheets.workbook_page import Part

_WIDEST, _NARROWEST, _WIDEST_HEADER = 50, 9, 24
_LINE = 15
"""Height of a line of text, in points."""
_MEASURED = 2_000
_HEADER_FILL, _HEADER_FONT, _MARK_FILL = "FF1F3A5F", "FFFFFFFF", "FFFFF2CC"


@dataclass(frozen=True)
class Look:
    """The style numbers of a column: plain, for text that starts like a formula, and both when highlighted."""

    plain: int
    quoted: int
    marked: int
    marked_quoted: int


@dataclass(frozen=True)
class Layout:
    """How the cells of a sheet look.

    Attributes:
        letters: the names of the columns in Excel.
        header: the styles of row 1.
        looks: the styles of every column.
        header_height: in points.
    """

    letters: list[str]
    header: Look
    looks: dict[str, Look]
    header_height: int


def prepare(sheet: Any, part: Part) -> Layout:
    """Set up everything of the openpyxl ``sheet`` but its cells: widths, filters, notes, styles."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    columns = part.frame.columns
    letters = [get_column_letter(number) for number in range(1, len(columns) + 1)]
    lines = 1
    for name, letter, header in zip(columns, letters, part.headers, strict=True):
        width = part.page.widths.get(name) or _width(part.frame[name], header)
        sheet.column_dimensions[letter].width = width
        lines = max(lines, math.ceil((len(header) + 3) / width))
    if columns:
        sheet.cell(part.frame.height + 1, len(columns))
        if part.page.autofilter:
            sheet.auto_filter.ref = f"A1:{letters[-1]}{part.frame.height + 1}"
    if part.page.freeze:
        sheet.freeze_panes = "A2"
    _annotate(sheet, part)
    _offer_choices(sheet, part)
    fill = PatternFill("solid", fgColor=_HEADER_FILL)
    font = Font(name="Calibri", size=11, bold=True, color=_HEADER_FONT)
    header_style = {"fill": fill, "font": font, "alignment": Alignment(vertical="center", wrap_text=True)}
    top = Alignment(vertical="top")
    looks = {name: _look(sheet, {"number_format": _number_format(part, name), "alignment": top}) for name in columns}
    return Layout(letters, _look(sheet, header_style), looks, _LINE * min(lines, 4) + 4)


def _annotate(sheet: Any, part: Part) -> None:
    """Put the notes on their cells, each box as high as its text."""
    from openpyxl.comments import Comment

    cells = list(part.rows_of(part.page.comments))
    notes = [part.page.comments[row + part.start, name] for row, name in cells]
    texts = harmless(pl.Series(notes, dtype=pl.String)).fill_null("").to_list()
    for (row, name), text in zip(cells, texts, strict=True):
        lines = 1 + sum(1 + len(line) // 42 for line in text.split("\n"))
        comment = Comment(text, "custintel", height=min(20 * lines, 400), width=300)
        sheet.cell(row + 2, part.frame.columns.index(name) + 1).comment = comment


def _offer_choices(sheet: Any, part: Part) -> None:
    """Let the person choose from a list in the columns that have one."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for name, words in part.page.choices.items():
        if part.frame.height:
            offered = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            offered.showErrorMessage = True
            letter = get_column_letter(part.frame.columns.index(name) + 1)
            offered.add(f"{letter}2:{letter}{part.frame.height + 1}")
            sheet.add_data_validation(offered)


def _look(sheet: Any, style: Mapping[str, Any]) -> Look:
    """Declare ``style`` in the workbook of ``sheet``: highlighted or not, for text like a formula or not."""
    from openpyxl.cell import Cell
    from openpyxl.styles import PatternFill

    numbers = []
    for highlighted in (False, True):
        for quoted in (False, True):
            cell = Cell(sheet, row=1, column=1)
            for attribute, value in style.items():
                setattr(cell, attribute, value)
            if highlighted:
                cell.fill = PatternFill("solid", fgColor=_MARK_FILL)
            cell.quotePrefix = quoted
            numbers.append(cell.style_id)
    return Look(*numbers)


def _number_format(part: Part, name: str) -> str:
    dtype = part.frame.schema[name]
    if name in part.page.formats:
        return part.page.formats[name]
    if dtype == pl.Date:
        return "yyyy-mm-dd"
    if dtype == pl.Datetime:
        return "yyyy-mm-dd hh:mm"
    if dtype == pl.Time:
        return "hh:mm:ss"
    if dtype == pl.Duration:
        return "[h]:mm:ss"
    if dtype.is_decimal():
        return "#,##0.00"
    return "General" if dtype.is_numeric() or dtype == pl.Boolean else "@"


def _width(column: pl.Series, header: str) -> int:
    """Characters that the content of a column and its header need, within reason."""
    sample = column.head(_MEASURED)
    if sample.dtype == pl.Datetime:
        longest = len("2000-01-01 00:00")
    elif sample.dtype == pl.Duration or sample.dtype == pl.Time:
        longest = len("00:00:00")
    else:
        lengths = harmless(sample).str.split("\n").list.eval(pl.element().str.len_chars()).list.max()
        longest = int(lengths.max() or 0)  # type: ignore[arg-type]
    return min(max(longest + 2, min(len(header) + 3, _WIDEST_HEADER), _NARROWEST), _WIDEST)
