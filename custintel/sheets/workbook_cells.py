"""The cells of a workbook as XML: text, number, truth value or date, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from custintel.sheets.cell_text import fitting, harmless, starts_like_a_formula
from custintel.sheets.workbook_look import LINE, Layout, Look, Style
from custintel.sheets.workbook_page import Part

_CHUNK = 20_000
_HIGHEST = 405
"""Points of a row that Excel can show."""
_MOST_DIGITS = 10**15
_DAY = 86_400_000_000
_EPOCH = 25_569
"""The day 1970-01-01 as Excel counts days."""
_FIRST_DAY = 61
"""The first of March 1900: before it Excel counts a day that never was."""


def sheet_data(part: Part, layout: Layout) -> Iterator[str]:
    """The ``<sheetData>`` element of a worksheet, piece by piece: a million rows are never text all at once."""
    head = pl.DataFrame(
        [pl.Series(name, [label]) for name, label in zip(part.frame.columns, part.headers, strict=True)]
    )
    height = pl.lit(f' ht="{layout.header_height}" customHeight="1"')
    yield "<sheetData>"
    if head.width:
        yield _rows_xml(head, dict.fromkeys(head.columns, layout.header), layout.letters, 1, {}, height)
    marked: dict[str, list[int]] = {}
    for row, name in part.highlights:
        marked.setdefault(name, []).append(row)
    for start in range(0, part.frame.height if head.width else 0, _CHUNK):
        chunk = part.frame.slice(start, _CHUNK)
        here = {name: [row - start for row in rows if start <= row < start + _CHUNK] for name, rows in marked.items()}
        looks = {name: look.rows(start, chunk.height) for name, look in layout.looks.items()}
        yield _rows_xml(chunk, looks, layout.letters, start + 2, here, _heights(chunk, layout.wrapped))
    yield "</sheetData>"


def _rows_xml(
    frame: pl.DataFrame,
    looks: Mapping[str, Look],
    letters: Sequence[str],
    first_row: int,
    marked: Mapping[str, Sequence[int]],
    heights: pl.Expr,
) -> str:
    """The ``<row>`` elements of a worksheet.

    Args:
        frame: what to write.
        looks: the styles of every column of ``frame``.
        letters: their names in Excel ("A", "B"...).
        first_row: the number of the first row in Excel.
        marked: by column, the rows of ``frame`` (from 0) that are highlighted.
        heights: the attributes of each row that say how high it is.
    """
    row = pl.int_range(first_row, first_row + frame.height, dtype=pl.Int64, eager=True).cast(pl.String)
    cells = [
        _cells(frame[name], row, letter, looks[name], marked.get(name, ()))
        for name, letter in zip(frame.columns, letters, strict=True)
    ]
    parts = [pl.lit('<row r="'), row, pl.lit('"'), heights, pl.lit(">"), *cells, pl.lit("</row>")]
    return "".join(pl.select(pl.concat_str(parts, ignore_nulls=True)).to_series())


def _heights(frame: pl.DataFrame, wrapped: Mapping[str, float]) -> pl.Expr:
    """Room for the lines that the longest text of ``wrapped`` (columns and their widths) breaks into."""
    if not wrapped:
        return pl.lit("")
    lines = [
        frame[name].str.split("\n").list.eval((pl.element().str.len_chars() / width).ceil().clip(1)).list.sum()
        for name, width in wrapped.items()
    ]
    return pl.format(' ht="{}"', (pl.max_horizontal(lines).fill_null(1) * LINE).cast(pl.Int64).clip(LINE, _HIGHEST))


def _cells(column: pl.Series, row: pl.Series, letter: str, look: Look, marked: Sequence[int]) -> pl.Series:
    """One ``<c>`` element per row, null where the cell is empty and not highlighted."""
    numbers, texts = _numbers(column), _texts(column)
    kind = ' t="b"' if column.dtype == pl.Boolean else ""
    mark = (
        pl.Series([False], dtype=pl.Boolean).new_from_index(0, column.len()).scatter(list(marked), True)
        if marked
        else None
    )
    written = []
    if numbers is not None:
        style = _either(mark, look.plain, look.marked)
        written.append(pl.format(f'<c r="{letter}{{}}" s="{{}}"{kind}><v>{{}}</v></c>', row, style, numbers))
    if texts is not None:
        quoted = starts_like_a_formula(pl.lit(texts))
        style = pl.when(quoted).then(_either(mark, look.quoted, look.marked_quoted))
        style = style.otherwise(_either(mark, look.plain, look.marked))
        inside = f'<c r="{letter}{{}}" s="{{}}" t="inlineStr"><is><t xml:space="preserve">{{}}</t></is></c>'
        written.append(pl.format(inside, row, style, _escaped(texts)))
    if mark is not None:
        blank = pl.format(f'<c r="{letter}{{}}" s="{{}}"/>', row, pl.lit(look.marked))
        written.append(pl.when(mark).then(blank))
    return pl.select(pl.coalesce(written) if written else pl.lit(None, pl.String)).to_series()


def _either(mark: pl.Series | None, plain: Style, marked: Style) -> pl.Expr:
    if mark is None:
        return pl.lit(plain)
    return pl.when(mark).then(pl.lit(marked)).otherwise(pl.lit(plain))


def _numbers(column: pl.Series) -> pl.Series | None:
    """What of ``column`` Excel can hold as a number, date or truth value, as the file has it; ``None`` for text."""
    dtype, name = column.dtype, pl.lit(column)
    if dtype == pl.Boolean:
        return pl.select(name.cast(pl.Int8).cast(pl.String)).to_series()
    if dtype.is_numeric():
        fits = name.abs() < _MOST_DIGITS if not dtype.is_float() else name.is_finite()
        return pl.select(pl.when(fits).then(name.cast(pl.String))).to_series()
    if dtype == pl.Date:
        days = name.cast(pl.Int32) + _EPOCH
    elif dtype == pl.Datetime:
        local = name.dt.replace_time_zone(None)
        days = (local.dt.epoch("us") / _DAY + _EPOCH).round(9)
    elif dtype == pl.Time:
        return pl.select((name.cast(pl.Int64) / (_DAY * 1000)).round(9).cast(pl.String)).to_series()
    elif dtype == pl.Duration:
        return pl.select((name.dt.total_microseconds() / _DAY).round(9).cast(pl.String)).to_series()
    else:
        return None
    return pl.select(pl.when(days >= _FIRST_DAY).then(days.cast(pl.String))).to_series()


def _texts(column: pl.Series) -> pl.Series | None:
    """What of ``column`` is text to Excel, numbers of more digits and dates of more years than it can hold included."""
    dtype = column.dtype
    if dtype in (pl.Boolean, pl.Time, pl.Duration, pl.Null) or dtype.is_float():
        return None
    if dtype.is_numeric() or dtype.is_temporal():
        numbers = _numbers(column)
        if numbers is None or numbers.null_count() == column.null_count():
            return None
    return fitting(harmless(column))


def _escaped(texts: pl.Series) -> pl.Series:
    """``texts`` as XML. What looks like Excel's own escape (``_x0041_``) is escaped too, or Excel would decode it."""
    if texts.str.contains("[&<>]").any():
        texts = texts.str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])
    return texts.str.replace_all("_(x[0-9A-Fa-f]{4}_)", "_x005F_${1}")
