"""Text as a cell may hold it: without what could run, hide or break something."""

from __future__ import annotations

import polars as pl

from custintel.i18n import _

LONGEST = 32_767
"""UTF-16 units that a cell of Excel can hold."""

_ESCAPE_SEQUENCES = (
    r"(?:\x1b\[|\x{9b})[0-?]*[ -/]*[@-~]|"
    r"\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|"
    r"\x1b[ -/]*[0-~]?"
)
_FORBIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{fffe}\x{ffff}]"
_LINE_ENDS = r"\r\n?"
_STARTS_LIKE_A_FORMULA = r"^[\s\x{feff}]*[=+\-@＝＋－＠]|^[\t\r\n]"


def harmless(column: pl.Series) -> pl.Series:
    """The text of ``column`` without what no cell may hold: control characters, terminal escapes, direction overrides.

    Lines end in ``\\n``. Lists become ``a, b``; structs JSON; bytes that are not text, and empty text, null.
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


def starts_like_a_formula(text: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet could take ``text`` for a formula or a command when it meets it in a CSV file."""
    return text.str.contains(_STARTS_LIKE_A_FORMULA)


def fitting(texts: pl.Series) -> pl.Series:
    """``texts`` with those that a cell cannot hold cut, and the cut said."""
    long = texts.filter(texts.str.len_bytes() > LONGEST).unique()
    if long.is_empty():
        return texts
    cut = {text: _cut(text) for text in long}
    return texts.replace(list(cut), list(cut.values()))


def _cut(text: str) -> str:
    if _units(text) <= LONGEST:
        return text
    mark = _(" [cut: it has {n} characters]").format(n=len(text))
    return shortened(text, LONGEST - _units(mark)) + mark


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def shortened(text: str, units: int) -> str:
    """The beginning of ``text`` that takes at most ``units`` UTF-16 units, whole characters only."""
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")
