"""What a cell becomes when written for Excel: a number, a truth value, a date or harmless text, never anything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from custintel.i18n import _

LONGEST_TEXT = 32_767
"""UTF-16 units that a cell of Excel can hold."""

_ESCAPE_SEQUENCES = (
    r"(?:\x1b\[|\x{9b})[0-?]*[ -/]*[@-~]|"
    r"\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|"
    r"\x1b[ -/]*[0-~]?"
)
_FORBIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{fffe}\x{ffff}]"
_LINE_ENDS = r"\r\n?"
_STARTS_LIKE_A_FORMULA = r"^[\s\x{feff}]*[=+\-@＝＋－＠]|^[\t\r\n]"
_MOST_DIGITS = 10**15
_DAY = 86_400_000_000
_EPOCH = 25_569
"""The day 1970-01-01 as Excel counts days."""
_FIRST_DAY = 61
"""The first of March 1900: before it Excel counts a day that never was."""


@dataclass(frozen=True)
class Look:
    """The style numbers of a column: plain, for text that starts like a formula, and the same two for highlighted cells."""

    plain: int
    quoted: int
    marked: int
    marked_quoted: int


def starts_like_a_formula(text: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet could take ``text`` for a formula or a command when it meets it in a CSV file."""
    return text.str.contains(_STARTS_LIKE_A_FORMULA)


def harmless(column: pl.Series) -> pl.Series:
    """The text of ``column`` without what no cell may hold: control characters, terminal escapes, direction overrides.

    Lines end in ``\\n``. Lists become ``a, b``; structs JSON; bytes that are not text, and text without a character, empty.
    """
    dtype = column.dtype
    if isinstance(dtype, pl.List | pl.Array):
        items = column if isinstance(dtype, pl.List) else column.arr.to_list()
        column = items.list.eval(pl.element().cast(pl.String)).list.join(", ", ignore_nulls=True)
    elif isinstance(dtype, pl.Struct):
        column = column.struct.json_encode()
    elif dtype != pl.String:
        column = column.cast(pl.String, strict=False)
    if column.str.contains(f"{_FORBIDDEN}|\r").any():
        column = (
            column.str.replace_all(_ESCAPE_SEQUENCES, "")
            .str.replace_all(_LINE_ENDS, "\n")
            .str.replace_all(_FORBIDDEN, "")
        )
    return pl.select(pl.when(pl.lit(column) != "").then(column)).to_series()


def rows_xml(
    frame: pl.DataFrame,
    looks: Mapping[str, Look],
    letters: Sequence[str],
    first_row: int,
    marked: Mapping[str, Sequence[int]],
) -> str:
    """The ``<row>`` elements of a worksheet.

    Args:
        frame: what to write.
        looks: the styles of every column of ``frame``.
        letters: their names in Excel ("A", "B"...).
        first_row: the number of the first row in Excel.
        marked: by column, the rows of ``frame`` (from 0) that are highlighted.
    """
    row = pl.int_range(first_row, first_row + frame.height, dtype=pl.Int64, eager=True).cast(pl.String)
    cells = [
        _cells(frame[name], row, letter, looks[name], marked.get(name, ()))
        for name, letter in zip(frame.columns, letters, strict=True)
    ]
    parts = [pl.lit('<row r="'), row, pl.lit('">'), *cells, pl.lit("</row>")]
    return "".join(pl.select(pl.concat_str(parts, ignore_nulls=True)).to_series())


def _cells(column: pl.Series, row: pl.Series, letter: str, look: Look, marked: Sequence[int]) -> pl.Series:
    """One ``<c>`` element per row, null where the cell is empty."""
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
    return pl.select(pl.coalesce(written) if written else pl.lit(None, pl.String)).to_series()


def _either(mark: pl.Series | None, plain: int, marked: int) -> pl.Expr:
    if mark is None:
        return pl.lit(str(plain))
    return pl.when(mark).then(pl.lit(str(marked))).otherwise(pl.lit(str(plain)))


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
    return _fitting(harmless(column))


def _fitting(texts: pl.Series) -> pl.Series:
    """``texts`` with those that a cell cannot hold cut, and the cut said."""
    long = texts.filter(texts.str.len_bytes() > LONGEST_TEXT).unique()
    if long.is_empty():
        return texts
    cut = {text: _cut(text) for text in long}
    return texts.replace(list(cut), list(cut.values()))


def _cut(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) // 2 <= LONGEST_TEXT:
        return text
    mark = _(" [cut: it has {n} characters]").format(n=len(text))
    room = LONGEST_TEXT - len(mark.encode("utf-16-le")) // 2
    return units[: room * 2].decode("utf-16-le", "ignore") + mark


def _escaped(texts: pl.Series) -> pl.Series:
    """``texts`` as XML. What looks like Excel's own escape (``_x0041_``) is escaped too, or Excel would decode it."""
    if texts.str.contains("[&<>]").any():
        texts = texts.str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])
    return texts.str.replace_all("_(x[0-9A-Fa-f]{4}_)", "_x005F_${1}")
