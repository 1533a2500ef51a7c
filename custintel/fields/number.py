"""Numbers and money: the decimal mark decided once per column, every cell read with it, no sign or currency lost.

``decimal_mark`` looks at a whole column; ``normalise``, ``money`` and ``integer`` read its cells with that decision. A
value written as text has a decimal point, so values are fed back with ``decimal="."``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import polars as pl

from custintel.fields.vocabulary import Rule, divided, fired
from custintel.i18n import N_

Mark = Literal[".", ","]
DecidedBy = Literal["values", "country", "currency", "both", "nothing"]
TYPING_ERRORS = 0.01
LARGEST_MONEY = 10**16
RANGES = {"age": (0, 115), "children": (0, 25), "stratum": (0, 6)}

FORMAT = Rule("number.format", "format", N_("The same number written without separators, symbols and words"))
NEGATIVE = Rule("number.negative", "format", N_("A negative number written with a minus in front"))
PERCENT = Rule("number.percent", "format", N_("A percentage written as a fraction of one"))
CREDIT = Rule("number.credit", "guess", N_("CR or DB after the amount read as a minus"), 0.7)
MULTIPLIED = Rule("number.multiplied", "guess", N_("“k”, “mil” or “M” after the number written out in zeros"), 0.85)
ROUNDED = Rule("number.rounded", "format", N_("Rounded to cents"))
FRACTION = Rule("number.fraction", "drop", N_("Not a whole number"))
AMBIGUOUS = Rule("number.ambiguous", "drop", N_("The point or comma may mean thousands or decimals"))
UNREADABLE = Rule("number.unreadable", "drop", N_("Not a number"))
RANGE = Rule("number.range", "drop", N_("Outside the possible range"))
RULES = (FORMAT, NEGATIVE, PERCENT, CREDIT, MULTIPLIED, ROUNDED, FRACTION, AMBIGUOUS, UNREADABLE, RANGE)

_EITHER = r"^[1-9]\d{0,2}[.,]\d{3}$"
_LOOKALIKES = dict(zip("−–—’´`‘ÁÉÍÓÚ", "---''''AEIOU", strict=True))


@dataclass(frozen=True)
class DecimalMark:
    """What separates the cents in a column, and why.

    Attributes:
        mark: None when it cannot be known; then only cells that allow two readings stay unread.
        decided_by: ``values``; ``country`` or ``currency`` (their conventions); ``both`` (mixed marks); ``nothing``.
        point: cells that can only have a decimal point.
        comma: cells that can only have a decimal comma.
        ambiguous: cells such as "1.234" that can be read both ways.
    """

    mark: Mark | None
    decided_by: DecidedBy
    point: int
    comma: int
    ambiguous: int


@cache
def _data() -> dict[str, Any]:
    import tomllib

    return tomllib.loads((files("custintel.fields") / "data" / "numbers.toml").read_text("utf-8"))


def decimal_mark(values: pl.Series, *, country: str | None = None, currency: str | None = None) -> DecimalMark:
    """The decimal mark of a column of text: from its cells, else from its currency, else from the country's convention.

    A cell with both marks ends in its decimal one; a repeated mark is of thousands; a single mark not followed by three
    digits is decimal. A mark seen in no more than 1 % of the telling cells is a typing error.
    """
    frame = values.drop_nulls().cast(pl.String).to_frame("raw")
    bare = pl.col("raw").str.contains(r"^-?[\d.,]+$")
    simple = frame.filter(bare).select(body=pl.col("raw").str.strip_chars("-"))
    bodies = pl.concat([simple, _take_apart(frame.filter(~bare)).select("body")])
    body = pl.col("body")
    either = {mark: body.str.contains(rf"^[1-9]\d{{0,2}}\{mark}\d{{3}}$") for mark in ".,"}
    telling = {
        mark: body.str.contains(rf"^[\d\{other}]*\{other}\d{{3}}\{mark}\d*$|^\d{{1,3}}(?:\{other}\d{{3}}){{2,}}$")
        | (body.str.contains(rf"^\d*\{mark}\d+$") & ~either[mark])
        for mark, other in ((".", ","), (",", "."))
    }
    point, comma, pointed, commaed = bodies.select(
        point=telling["."].sum(), comma=telling[","].sum(), pointed=either["."].sum(), commaed=either[","].sum()
    ).row(0)

    def decided(mark: Mark | None, by: DecidedBy) -> DecimalMark:
        return DecimalMark(mark, by, point, comma, pointed + commaed)

    if min(point, comma) > TYPING_ERRORS * (point + comma):
        return decided(None, "both")
    if point or comma:
        return decided("." if point > comma else ",", "values")
    if pointed + commaed and currency in _data()["currencies"]["without_cents"]:
        return decided("," if pointed >= commaed else ".", "currency")
    if country in _data()["decimal"]["comma"]:
        return decided(",", "country")
    if country in _data()["decimal"]["point"]:
        return decided(".", "country")
    return decided(None, "nothing")


def normalise(frame: pl.DataFrame, *, decimal: Mark | None) -> pl.DataFrame:
    """Numbers from text.

    Args:
        frame: ``raw``.
        decimal: the mark of the column; with None, cells that allow two readings are dropped.

    Returns:
        As tall and in the same order: ``value`` (Float64, a percentage as a fraction of one), ``rules``.
    """
    number = pl.when("percent").then(pl.col("number") / 100).otherwise("number")
    return _read(frame, decimal, cents=True, answer=_Answer(number)).select("value", "rules")


def integer(
    frame: pl.DataFrame, *, decimal: Mark | None = None, low: int = -(2**53), high: int = 2**53
) -> pl.DataFrame:
    """Whole numbers from text: as ``normalise``, with ``value`` an Int64 between ``low`` and ``high``.

    A single mark before three digits is of thousands unless ``decimal`` says otherwise, and "35.0" is 35.
    """
    number = pl.col("number")
    broken, beyond = (number != number.round()) | pl.col("percent"), ~number.is_between(low, high)
    value = pl.when(~broken & ~beyond).then(number).cast(pl.Int64)
    pointed = pl.col("digits").str.contains(".", literal=True)
    answer = _Answer(value, drops=((FRACTION, broken), (RANGE, beyond)), said=((FORMAT, pointed),))
    return _read(frame, decimal, cents=decimal is not None, answer=answer).select("value", "rules")


def money(frame: pl.DataFrame, *, decimal: Mark | None, currency: str | None = None) -> pl.DataFrame:
    """Amounts of money from text.

    Args:
        frame: ``raw``.
        decimal: the mark of the column, as for ``normalise``.
        currency: of the column, ISO 4217; where its cents do not circulate, "1.234" and "1,234" are both 1234.

    Returns:
        As tall and in the same order: ``value`` (Decimal(18, 2), halves rounded to the even cent), ``currency`` (as the
        cell says, ISO 4217, null when it says none or "$"), ``rules``.
    """
    cents = currency not in _data()["currencies"]["without_cents"]
    beyond = pl.col("number").abs() >= LARGEST_MONEY
    exact = pl.when((pl.col("times") == 1) & ~beyond).then("digits")
    rough = pl.when(~beyond).then(pl.col("number").round(2))
    value = pl.coalesce(exact.cast(pl.Decimal(18, 2), strict=False), rough.cast(pl.Decimal(18, 2), strict=False))
    rounded = pl.col("digits").str.contains(r"\.\d{2}\d*[1-9]") & (pl.col("times") == 1)
    drops = ((UNREADABLE, pl.col("percent")), (RANGE, beyond))
    answers = _read(frame, decimal, cents=cents, answer=_Answer(value, drops, ((ROUNDED, rounded),)))
    return answers.select("value", pl.when(pl.col("value").is_not_null()).then("currency").alias("currency"), "rules")


@cache
def _patterns() -> dict[str, str]:
    def any_of(words: list[str]) -> str:
        return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))

    data = _data()
    silent = any_of(data["words"]["silent"])
    return {
        "currency": f"({any_of([*data['symbols'], *data['codes']['known']])})",
        "silent": rf"\$|^(?:{silent})|(?:{silent})\.?$",
        "times": rf"^(.*\d)[.,]?(?:({any_of(list(data['multipliers']))})(?:DE)?)$",
    }


def _take_apart(frame: pl.DataFrame) -> pl.DataFrame:
    """What stands around the digits of ``raw``: ``body`` (digits and separators), ``negative``, ``credit``,
    ``percent``, ``word`` (of a multiplier) and ``currency``.
    """
    patterns, body = _patterns(), pl.col("body")
    text = pl.col("raw").str.normalize("NFKC").str.to_uppercase().str.replace_many(_LOOKALIKES)
    read = frame.with_columns(body=text.str.replace_all(r"\s", ""))
    read = read.with_columns(
        currency=body.str.extract(patterns["currency"]).replace(_data()["symbols"]),
        body=body.str.replace(patterns["currency"], "").str.replace_all(patterns["silent"], ""),
    )
    read = read.with_columns(percent=body.str.contains(r"^%|%$"), body=body.str.strip_chars("%"))
    credit = r"(?:CR|DB|DR)\.?$"
    read = read.with_columns(
        credit=body.str.contains(credit), body=body.str.replace(credit, "").str.replace(r"([.,])(?:-+|OO|=)$", "${1}00")
    )
    read = read.with_columns(
        negative=body.str.contains(r"^\(.*\)$|^-|-$"),
        body=body.str.replace(r"^(?:\(-?|-\(?|\+)(.*?)[)\-]?$|^(.*)-$", "$1$2"),
    )
    return read.with_columns(
        word=body.str.extract(patterns["times"], 2),
        body=body.str.replace(patterns["times"], "$1").str.replace(r"(\d)[.,]$", "$1"),
    )


def _digits(body: pl.Expr, decimal: Mark | None, *, cents: bool) -> pl.Expr:
    """A body as digits with a decimal point, null when it is no number or allows two readings."""
    no_marks, to_point = body.str.replace_all(r"[.,']", ""), body.str.replace(",", ".", literal=True)
    whole = r"^\d+$|^\d{1,3}(?:'\d{3}(?:[.,]\d{3})*)+$|^\d{1,3}(?:\.\d{3}){2,}$|^\d{1,3}(?:,\d{3}){2,}$"
    either: pl.Expr = pl.lit(None, pl.String)
    if not cents:
        either = no_marks
    elif decimal:
        either = pl.when(body.str.contains(decimal, literal=True)).then(to_point).otherwise(no_marks)
    return (
        pl.when(body.str.contains(whole)).then(no_marks)
        .when(body.str.contains(_EITHER)).then(either)
        .when(body.str.contains(r"^\d+[.,]?\d*$|^[.,]\d+$|^\d+(?:[.,]\d+)?E[+\-]?\d{1,3}$")).then(to_point)
        .when(body.str.contains(r"^\d{1,3}(?:[,']\d{3})+\.\d+$")).then(body.str.replace_all("[,']", ""))
        .when(body.str.contains(r"^\d{1,3}(?:[.']\d{3})+,\d+$"))
        .then(body.str.replace_all("[.']", "").str.replace(",", ".", literal=True))
    )  # fmt: skip


@dataclass(frozen=True)
class _Answer:
    """What a kernel makes of what was read.

    Attributes:
        value: the number.
        drops: why a value is empty; the first that holds says it.
        said: further rules that changed it.
    """

    value: pl.Expr
    drops: tuple[tuple[Rule, pl.Expr], ...] = ()
    said: tuple[tuple[Rule, pl.Expr], ...] = ()


def _read(frame: pl.DataFrame, decimal: Mark | None, *, cents: bool, answer: _Answer) -> pl.DataFrame:
    """``value``, ``currency`` and ``rules`` of cells: of plain numbers at once, of the others taken apart."""
    asked = frame.select(pl.col("raw").cast(pl.String))
    grouping = {",": ".", ".": ","}[decimal] if decimal and cents else ""
    odd = ~asked["raw"].str.contains(_plain(decimal if cents else None, grouping))

    def plain(cells: pl.DataFrame) -> pl.DataFrame:
        return _answers(_read_plain(cells, grouping), answer)

    def apart(cells: pl.DataFrame) -> pl.DataFrame:
        return _answers(_read_apart(cells, decimal, cents=cents), answer)

    return divided(asked, odd, plain, apart)


def _plain(decimal: str | None, grouping: str) -> str:
    """A pattern of numbers of up to fifteen digits that can be read as they stand: without a decided mark, digits only;
    with one, also its decimals, the other mark between thousands, and a ``$``.
    """
    if not decimal:
        return "^-?(?:0|[1-9][0-9]{0,14})$"
    return rf"^-?(?:\$ ?)?(?:[1-9][0-9]{{0,2}}(?:\{grouping}[0-9]{{3}}){{1,4}}|[0-9]{{1,15}})(?:\{decimal}[0-9]+)?$"


def _read_plain(cells: pl.DataFrame, grouping: str) -> pl.DataFrame:
    """What :func:`_answers` asks for, of cells that :func:`_plain` describes."""
    digits = pl.col("raw")
    if grouping:
        digits = digits.str.replace_all(rf"[$ {grouping}]", "").str.replace(",", ".", literal=True)
    never = [pl.lit(value=False).alias(name) for name in ("ambiguous", "percent", "credit", "negative")]
    return cells.select("raw", *never, digits=digits, times=pl.lit(1), currency=pl.lit(None, pl.String)).with_columns(
        number=pl.col("digits").cast(pl.Float64), rewritten=pl.col("digits") != pl.col("raw")
    )


def _read_apart(cells: pl.DataFrame, decimal: Mark | None, *, cents: bool) -> pl.DataFrame:
    """The same of any cell: what stands around its digits says what it means."""
    read = _take_apart(cells).with_columns(
        digits=_digits(pl.col("body"), decimal, cents=cents),
        minus=pl.when(pl.col("negative") | pl.col("credit")).then(pl.lit("-")).otherwise(pl.lit("")),
        ambiguous=pl.lit(cents and decimal is None) & pl.col("body").str.contains(_EITHER),
        times=pl.col("word").replace_strict(_data()["multipliers"], default=1, return_dtype=pl.Int32),
    )
    read = read.with_columns(digits=pl.col("minus") + pl.col("digits"))
    number = pl.col("digits").cast(pl.Float64, strict=False) * pl.col("times")
    return read.with_columns(
        number=pl.when(number.is_finite()).then(number),
        negative=pl.col("negative") & ~pl.col("raw").str.starts_with("-"),
        rewritten=pl.col("digits") != pl.col("raw").str.to_uppercase(),
    )


def _answers(read: pl.DataFrame, answer: _Answer) -> pl.DataFrame:
    """``value``, ``currency`` and ``rules`` of what was read: ``number``, its ``digits`` with their sign, what it is
    multiplied with (``times``), whether the minus stood elsewhere (``negative``), whether the text was ``rewritten``,
    and what stood around them.
    """
    reasons = [(AMBIGUOUS, pl.col("ambiguous")), (UNREADABLE, pl.col("number").is_null()), *answer.drops]
    drop = pl.coalesce(pl.when(condition).then(pl.lit(rule.code)) for rule, condition in reasons)
    found = [(NEGATIVE, pl.col("negative")), (PERCENT, pl.col("percent")), (CREDIT, pl.col("credit"))]
    done = fired(*found, (MULTIPLIED, pl.col("times") != 1), *answer.said)
    rules = pl.coalesce(done, pl.when("rewritten").then(pl.lit(FORMAT.code)))
    return read.with_columns(drop=drop).select(
        "currency", value=pl.when(pl.col("drop").is_null()).then(answer.value), rules=pl.coalesce("drop", rules)
    )
