"""How a workbook looks: widths, header, filters, notes and number formats. Everything of openpyxl's but the cells."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import polars as pl

from custintel.sheets.cell_text import harmless
from custintel.sheets.workbook_page import MOST_ROWS, Part

_WIDEST, _NARROWEST, _WIDEST_HEADER = 50, 9, 24
LINE = 15
"""Height of a line of text, in points."""
_HEADER_LINES = 6
_MEASURED = 2_000
_BARS = ("1F3A5F", "E0A030", "7A9E7E")
_GRID = "D9D9D9"
_WIDE, _TALLEST = 26.0, 100.0
"""Centimetres of a chart; amounts of seven digits stand beside each other under one so wide."""
_CHART_ROWS = 200
"""Rows that the tallest chart covers, and those above it."""
_HEADER_FILL, _HEADER_FONT, _MARK_FILL = "FF1F3A5F", "FFFFFFFF", "FFFFF2CC"


Style = str | pl.Series
"""The number of a style in the workbook: one for all rows, or one per row."""


@dataclass(frozen=True)
class Look:
    """The styles of a column: plain, for text that starts like a formula, and both when highlighted."""

    plain: Style
    quoted: Style
    marked: Style
    marked_quoted: Style

    def rows(self, start: int, height: int) -> Look:
        """Those of ``height`` rows from ``start`` on."""
        styles = (self.plain, self.quoted, self.marked, self.marked_quoted)
        return Look(*(one if isinstance(one, str) else one.slice(start, height) for one in styles))


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
        lines = max(lines, len(textwrap.wrap(header, max(int(width) - 2, 1))))
    if columns:
        for row, column in ((1, 1), (part.frame.height + 1, len(columns))):
            sheet.cell(row, column)  # so the file says how far its cells reach
        if part.page.autofilter:
            sheet.auto_filter.ref = f"A1:{letters[-1]}{part.added_up + 1}"
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
    looks = {name: _look_of(sheet, part, name) for name in columns}
    wrapped = {
        name: width
        for name, width in part.page.widths.items()
        if name in part.page.wrapped and part.frame.schema.get(name) == pl.String
    }
    return Layout(letters, _look(sheet, header_style), looks, LINE * min(lines, _HEADER_LINES) + 4, wrapped)


def _look_of(sheet: Any, part: Part, name: str) -> Look:
    """How the cells of a column look, all of them alike or each as its row says."""
    from openpyxl.styles import Alignment

    columns, kinds = part.frame.columns, part.frame.schema
    place = columns.index(name)
    after_number = place > 0 and kinds[columns[place - 1]].is_numeric()
    away = {"horizontal": "left", "indent": 1} if after_number and _is_text(kinds[name]) else {}
    alignment = Alignment(vertical="top", wrap_text=name in part.page.wrapped or None, **away)

    def look(number_format: str) -> Look:
        return _look(sheet, {"number_format": number_format, "alignment": alignment})

    if name not in part.page.row_formats:
        return look(_number_format(part, name))
    rows = pl.Series(part.page.row_formats[name], dtype=pl.String).slice(part.start, part.frame.height)
    looks = {code: look(code) for code in rows.unique(maintain_order=True)}

    def of_rows(style: str) -> pl.Series:
        return rows.replace_strict({code: getattr(one, style) for code, one in looks.items()}, return_dtype=pl.String)

    return Look(*(of_rows(one.name) for one in fields(Look)))


def _is_text(dtype: pl.DataType) -> bool:
    """Whether Excel stands the cells of a column on their left."""
    return not (dtype.is_numeric() or dtype.is_temporal() or dtype == pl.Boolean)


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
    """Put the chart of the page below its rows; it shows what stands in the cells.

    A table that fills its sheet leaves no room for one.
    """
    from openpyxl.chart import BarChart, Reference, Series
    from openpyxl.chart.data_source import StrRef
    from openpyxl.chart.series import SeriesLabel
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.line import LineProperties
    from openpyxl.utils import get_column_letter, quote_sheetname

    chart = part.page.chart
    first, last, _step = chart.rows.indices(part.added_up) if chart else (0, 0, 1)
    below = part.frame.height + 4
    if chart is None or first >= last or part.page.frame.height + _CHART_ROWS > MOST_ROWS:
        return
    place = {name: number for number, name in enumerate(part.frame.columns, 1)}
    drawn = BarChart()
    drawn.type, drawn.style, drawn.title = "bar", 10, harmless(pl.Series([chart.title])).item() or " "
    drawn.height, drawn.width = min(max(7.0, 0.4 * (len(chart.values) + 1) * (last - first) + 3), _TALLEST), _WIDE
    drawn.title.overlay = drawn.legend.overlay = False
    rows = {"min_row": first + 2, "max_row": last + 1}
    for name in chart.values:
        series = Series(Reference(sheet, min_col=place[name], **rows))
        series.tx = SeriesLabel(StrRef(quote_sheetname(sheet.title) + f"!{get_column_letter(place[name])}1"))
        drawn.series.append(series)
    drawn.gapWidth = 60
    for series, color in zip(drawn.series, _BARS, strict=False):
        series.graphicalProperties.solidFill = color
    drawn.set_categories(Reference(sheet, min_col=place[chart.label], **rows))
    drawn.x_axis.scaling.orientation = "maxMin"  # the first row on top, as in the table
    drawn.y_axis.crosses, drawn.x_axis.tickLblPos = "max", "low"  # scale and names outside, also of negative bars
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.y_axis.number_format, drawn.legend.position = _number_format(part, chart.values[0]), "b"
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=_GRID))
    sheet.add_chart(drawn, f"A{below}")


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
            numbers.append(str(cell.style_id))
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
