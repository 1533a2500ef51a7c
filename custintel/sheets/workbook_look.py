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
LINE = 15
"""Height of a line of text, in points."""
_MEASURED = 2_000
_BARS = ("1F3A5F", "E0A030")
_GRID = "D9D9D9"
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
        wrapped: the columns whose text breaks into lines, and how many characters a line of theirs holds.
    """

    letters: list[str]
    header: Look
    looks: dict[str, Look]
    header_height: int
    wrapped: dict[str, float]


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
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    _annotate(sheet, part)
    _offer_choices(sheet, part)
    fill = PatternFill("solid", fgColor=_HEADER_FILL)
    font = Font(name="Calibri", size=11, bold=True, color=_HEADER_FONT)
    header_style = {"fill": fill, "font": font, "alignment": Alignment(vertical="center", wrap_text=True)}
    _draw(sheet, part)
    looks = {
        name: _look(
            sheet,
            {
                "number_format": _number_format(part, name),
                "alignment": Alignment(vertical="top", wrap_text=name in part.page.wrapped or None),
            },
        )
        for name in columns
    }
    wrapped = {name: width for name, width in part.page.widths.items() if name in part.page.wrapped}
    return Layout(letters, _look(sheet, header_style), looks, LINE * min(lines, 4) + 4, wrapped)


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


def _draw(sheet: Any, part: Part) -> None:
    """Put the chart of the page below its rows; it shows what stands in the cells."""
    from openpyxl.chart import BarChart, Reference
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.line import LineProperties

    chart, rows = part.page.chart, part.frame.height
    if chart is None or not rows:
        return
    place = {name: number for number, name in enumerate(part.frame.columns, 1)}
    drawn = BarChart()
    drawn.type, drawn.style, drawn.title = "bar", 10, harmless(pl.Series([chart.title])).item()
    drawn.height, drawn.width = max(7.0, 1.2 * rows + 3), 20.0
    for name in chart.values:
        drawn.add_data(Reference(sheet, min_col=place[name], min_row=1, max_row=rows + 1), titles_from_data=True)
    for series, color in zip(drawn.series, _BARS, strict=False):
        series.graphicalProperties.solidFill = color
    drawn.set_categories(Reference(sheet, min_col=place[chart.label], min_row=2, max_row=rows + 1))
    drawn.x_axis.scaling.orientation = "maxMin"  # the first row on top, as in the table
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.y_axis.number_format, drawn.legend.position = _number_format(part, chart.values[0]), "b"
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=_GRID))
    sheet.add_chart(drawn, f"A{rows + 4}")


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
