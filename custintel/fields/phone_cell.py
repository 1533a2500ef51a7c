"""What a phone cell holds: one number or several, with extensions, words, and the damage spreadsheets do."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from custintel.fields.vocabulary import Rule, none_if_empty
from custintel.i18n import N_

APOSTROPHE = Rule("phone.apostrophe", "format", N_("The apostrophe or formula that kept the number as text removed"))
FLOAT = Rule("phone.float", "repair", N_("The number as it was before a spreadsheet wrote it with decimals"))
EXTENSION = Rule("phone.extension", "format", N_("The extension taken apart from the number"))
LETTERS = Rule("phone.letters", "repair", N_("The letters O, l and I read as digits"), 0.9)
WORDS = Rule("phone.words", "repair", N_("Words around the number removed"), 0.97)
SEVERAL = Rule(
    "phone.several", "format", N_("The cell held several numbers: the first is kept here, the others beside it")
)
LEFTOVER = Rule("phone.leftover", "repair", N_("Part of the cell is not a phone number and was left out"), 0.9)
RULES = (APOSTROPHE, FLOAT, SEVERAL, EXTENSION, LETTERS, WORDS, LEFTOVER)

# Digits and the usual punctuation, not more digits than one number has, not a decimal.
_ORDINARY = r"^\+?[ ().-]*(?:[0-9][ ().-]*){1,13}$"
_DECIMAL = r"^\+?[0-9]{7,15}[.,]0{1,2}$"
_SCIENTIFIC = r"^\+?([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})$"
_EXTENSION = (
    r"(?i)^((?:[^0-9]*[0-9]){6,}?[^0-9]*?)[\s,.;(\-]*"
    r"(?:extensi[oó]n|extensiones|exten|exts|ext|x|interno|int|anexo|anx|ramal|#)[\s.:)]*([0-9]{1,6})[^0-9]*$"
)
_LONG_ENOUGH = 7
_DIGITS_OF_SEVERAL = 14


def candidates(frame: pl.DataFrame) -> pl.DataFrame:
    """The numbers of each cell, one row each.

    Args:
        frame: ``row`` and ``raw``.

    Returns:
        ``row``, ``part`` (0 for the first number of a cell), ``digits``, ``intl`` (written with ``+`` or ``00``),
        ``extension``, ``repairs`` (codes of the rules applied), ``lost`` (the spreadsheet threw digits away, so there
        are no ``digits``),
        ``leftover`` (a part of the cell was no number). Every ``row`` appears at least once.
    """
    raw = pl.col("raw")
    ordinary = frame.select(raw.str.contains(_ORDINARY) & ~raw.str.contains(_DECIMAL)).to_series()
    easy = frame.filter(ordinary).select(
        "row",
        pl.lit(0, pl.UInt32).alias("part"),
        *_digits(raw),
        pl.lit(None, pl.String).alias("extension"),
        pl.lit(None, pl.String).alias("repairs"),
        pl.lit(False).alias("lost"),
        pl.lit(False).alias("leftover"),
    )
    return pl.concat([easy, _odd_cells(frame.filter(~ordinary))])


def _odd_cells(frame: pl.DataFrame) -> pl.DataFrame:
    cells = frame.select("row", pl.col("raw").alias("text"))
    cells = _step(cells, APOSTROPHE, lambda text: text.str.replace_all(r"^=?[\"'‘’`´]+|[\"'’`´]+$", ""))
    cells = _split(cells).with_columns(lost=_lost(pl.col("text")))
    cells = _step(cells, FLOAT, _whole)
    cells = cells.with_columns(
        extension=pl.col("text").str.extract(_EXTENSION, 2),
    )
    cells = _step(cells, EXTENSION, lambda text: text.str.replace(_EXTENSION, "${1}"))
    cells = _step(cells, LETTERS, _letters)
    cells = _step(cells, WORDS, lambda text: text.str.replace_all(r"[\p{L}\p{M}]+\.?:?", " "))
    codes = [
        pl.when(f"did_{rule.code}").then(pl.lit(rule.code)) for rule in (APOSTROPHE, FLOAT, EXTENSION, LETTERS, WORDS)
    ]
    return cells.select(
        "row",
        "part",
        *_digits(pl.when("lost").then(pl.lit("")).otherwise("text")),
        "extension",
        none_if_empty(pl.concat_str(codes, separator="+", ignore_nulls=True)).alias("repairs"),
        "lost",
        "leftover",
    )


def _step(cells: pl.DataFrame, rule: Rule, change: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
    """``cells`` with ``text`` changed, and where it did change said in ``did_<code>``."""
    text = pl.col("text")
    changed = cells.select(change(text)).to_series()
    return cells.with_columns((text != changed).alias(f"did_{rule.code}"), changed.alias("text"))


def _digits(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    digits = text.str.replace_all(r"[^0-9]", "")
    return digits.alias("digits"), (text.str.contains(r"^[^0-9]*\+") | digits.str.starts_with("00")).alias("intl")


def _mantissa(text: pl.Expr) -> pl.Expr:
    return text.str.extract(_SCIENTIFIC, 1) + text.str.extract(_SCIENTIFIC, 2).fill_null("")


def _lost(text: pl.Expr) -> pl.Expr:
    """Whether a number in scientific notation has fewer digits than its exponent asks for."""
    asked = text.str.extract(_SCIENTIFIC, 3).cast(pl.UInt32) + 1
    return (_mantissa(text).str.len_bytes() < asked).fill_null(False)


def _whole(text: pl.Expr) -> pl.Expr:
    asked = text.str.extract(_SCIENTIFIC, 3).cast(pl.UInt32) + 1
    return (
        pl.when(text.str.contains(_SCIENTIFIC) & ~_lost(text))
        .then(_mantissa(text).str.head(asked))
        .when(text.str.contains(_DECIMAL))
        .then(text.str.replace(r"[.,]0+$", ""))
        .otherwise(text)
    )


def _split(cells: pl.DataFrame) -> pl.DataFrame:
    """One row per number of a cell.

    A cell where only one part is long enough for a number keeps that one, whole when none is.
    """
    text = pl.col("text").str.replace_all(r"(?i)\s*[,;/|]\s*(ext|anexo|ramal|int)", " ${1}")
    text = text.str.replace_all(r"(?i)\s*(?::::|[/;|\n]|,\s|\s(?:o|ó|u|y|e|or|and|ou)\s)\s*", ";")
    text = text.str.replace_all(r"([0-9])[^0-9+;eE]*\+", "${1};+")
    for _pair in range(2):
        text = text.str.replace(r"^((?:[^0-9;]*[0-9]){7,})\s+[–-]\s+((?:[^0-9;]*[0-9]){7,}.*)$", "${1};${2}")
        text = text.str.replace_all(r"\b([0-9]{7,13})(?:\s*[,–-]\s*|\s+)([0-9]{7,13})\b", "${1};${2}")
    long_enough = pl.element().str.count_matches("[0-9]") >= _LONG_ENOUGH
    cells = cells.with_columns(parts=text.str.split(";"))
    cells = cells.with_columns(kept=pl.col("parts").list.eval(pl.element().filter(long_enough)))
    starts_with_number = pl.col("parts").list.first().str.count_matches("[0-9]") >= _LONG_ENOUGH
    whole = (pl.col("kept").list.len() == 0) | (
        (pl.col("kept").list.len() == 1) & ~starts_with_number & _one_number("text")
    )
    cells = cells.with_columns(
        text=pl.when(whole).then(pl.concat_list("text")).otherwise("kept"),
        leftover=~whole & (pl.col("kept").list.len() < _with_digits(pl.col("parts"))),
    )
    cells = cells.drop("parts", "kept").explode("text")
    return cells.with_columns(part=pl.int_range(pl.len(), dtype=pl.UInt32).over("row"))


def _one_number(column: str) -> pl.Expr:
    return pl.col(column).str.count_matches("[0-9]") < _DIGITS_OF_SEVERAL


def _with_digits(parts: pl.Expr) -> pl.Expr:
    return parts.list.eval(pl.element().str.contains("[0-9]")).list.sum()


def _letters(text: pl.Expr) -> pl.Expr:
    mistyped = (
        text.str.contains(r"^[0-9\s().+OolI-]+$") & text.str.contains("[OolI]") & (text.str.count_matches("[0-9]") >= 5)
    )
    read = text.str.replace_all("[Oo]", "0").str.replace_all("[lI]", "1")
    return pl.when(mistyped).then(read).otherwise(text)
