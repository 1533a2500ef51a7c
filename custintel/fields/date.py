"""Dates and times: the order of day and month decided once per column, every form read, nothing guessed in silence.

``order`` looks at a whole column; ``normalise`` and ``normalise_time`` read its cells with that decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from custintel.fields import date_forms
from custintel.fields.date_forms import Convention, from_parts
from custintel.fields.vocabulary import Rule, divided, fired
from custintel.i18n import N_

__all__ = ["RULES", "DateOrder", "from_parts", "normalise", "normalise_time", "order"]

Order = Literal["dmy", "mdy", "ymd"]
DecidedBy = Literal["values", "country", "nothing", "both"]
OLDEST_BIRTH_YEAR = 1915
TYPING_ERRORS = 0.01
_DAY_MONTH = r"^(\d{1,2})[-/._\s](\d{1,2})[-/._\s]'?(?:\d{4}|\d{2})\b"
_YEAR_FIRST = r"^\d{4}[-/._\s]\d{1,2}[-/._\s]\d{1,2}\b"

FORMAT = Rule("date.format", "format", N_("The same date written as year-month-day"))
ZONE = Rule("date.zone", "format", N_("The time moved to the project's time zone"))
NUMBER = Rule(
    "date.spreadsheet_number", "repair", N_("A day number of a spreadsheet read as the date it stands for"), 0.98
)
EPOCH = Rule("date.epoch", "repair", N_("Seconds since 1970 read as the date they stand for"), 0.98)
CENTURY = Rule("date.century", "repair", N_("The century added to a year of two digits"), 0.97)
SWAPPED = Rule(
    "date.swapped", "guess", N_("Day and month exchanged, because the order of the column gives no such date"), 0.8
)
PLACEHOLDER = Rule("date.placeholder", "drop", N_("A date that programs write for “no date”, such as 1900-01-01"))
INCOMPLETE = Rule("date.incomplete", "drop", N_("Not a whole date: the day, the month or the year is missing"))
AMBIGUOUS = Rule("date.ambiguous", "drop", N_("Day and month cannot be told apart"))
INVALID = Rule("date.invalid", "drop", N_("A day or hour that does not exist, such as 31 February"))
UNREADABLE = Rule("date.unreadable", "drop", N_("Not a date"))
UNLIKELY = Rule("date.unlikely", "drop", N_("Too far in the past or in the future to be true"))
RULES = (
    FORMAT, ZONE, NUMBER, EPOCH, CENTURY, SWAPPED, PLACEHOLDER, INCOMPLETE, AMBIGUOUS, INVALID, UNREADABLE, UNLIKELY,
)  # fmt: skip


@dataclass(frozen=True)
class DateOrder:
    """The order in which a column writes day, month and year, and why.

    Attributes:
        order: None when it cannot be known.
        decided_by: ``values``; ``country`` (its convention); ``both`` (mixed orders, so none was decided);
            ``nothing``.
        first_over_12: cells whose first part can only be a day.
        second_over_12: cells whose second part can only be a day.
        year_first: cells that begin with a year of four digits.
        n: cells where the order matters: two numbers and a year.
    """

    order: Order | None
    decided_by: DecidedBy
    first_over_12: int
    second_over_12: int
    year_first: int
    n: int


def order(values: pl.Series, *, country: str | None = None) -> DateOrder:
    """The order of day and month in a column of text, from its values, else from the country's convention.

    A column where one order is seen in no more than 1 % of the telling cells is read in the other: those are typing
    errors. Cells whose first part cannot be day or month ("97-03-21") make it ``ymd``.
    """
    cells = values.drop_nulls().cast(pl.String).to_frame("text").group_by("text").agg(cells=pl.len().cast(pl.Int64))
    usual = cells["text"].str.contains(r"^[0-9]{2}[-/.][0-9]{2}[-/.][0-9]{4}(?: |$)")
    text = cells.filter(~usual).with_columns(date_forms.tidy(pl.col("text")))
    groups = pl.col("text").str.extract_groups(_DAY_MONTH).struct
    parts = text.select("cells", a=groups[0], b=groups[1])
    written = cells.filter(usual).select("cells", a=pl.col("text").str.head(2), b=pl.col("text").str.slice(3, 2))
    a, b = pl.col("a").cast(pl.Int32), pl.col("b").cast(pl.Int32)

    def counted(where: pl.Expr) -> pl.Expr:
        return pl.col("cells").filter(where).sum()

    counts = (
        pl.concat([written, parts])
        .select(
            n=counted(a.is_not_null()),
            first=counted(a.is_between(13, 31)),
            second=counted(b.is_between(13, 31)),
            beyond=counted(a > 31),
        )
        .row(0, named=True)
    )
    year_first = int(text.select(counted(pl.col("text").str.contains(_YEAR_FIRST))).item())
    first, second, n = counts["first"], counts["second"], counts["n"]

    def decided(found: Order | None, by: DecidedBy) -> DateOrder:
        return DateOrder(found, by, first, second, year_first, n)

    if counts["beyond"] > 0 and counts["beyond"] + second > first:
        return decided("ymd", "values")
    if first and second and min(first, second) > TYPING_ERRORS * (first + second):
        return decided(None, "both")
    if first or second:
        return decided("dmy" if first > second else "mdy", "values")
    if not n and year_first:
        return decided("ymd", "values")
    if country and country not in (conventions := date_forms.words()["orders"])["unsettled"]:
        return decided(
            "mdy" if country in conventions["mdy"] else "ymd" if country in conventions["ymd"] else "dmy", "country"
        )
    return decided(None, "nothing")


def normalise(
    frame: pl.DataFrame,
    *,
    order: Order | None,
    as_of: date,
    birth: bool = False,
    year_range: tuple[int, int] | None = None,
    serial: Literal[1900, 1904] = 1900,
    zone: str | None = None,
) -> pl.DataFrame:
    """Dates from text.

    Args:
        frame: ``raw``.
        order: of the column; with None, cells that allow two readings are dropped.
        as_of: the day of the run, which bounds what is likely.
        birth: births lie between 1915 and ``as_of``.
        year_range: first and last likely year; 1900 to next year unless given.
        serial: the day a spreadsheet counts from.
        zone: IANA name; a moment that says its own zone is moved there before its date is taken.

    Returns:
        As tall and in the same order: ``value`` (Date), ``rules``.
    """
    latest = as_of.year if birth else as_of.year + 1
    first, last = year_range or (OLDEST_BIRTH_YEAR if birth else 1900, latest)
    value = pl.col("moment").dt.date()
    likely = value.dt.year().is_between(first, last)
    answer = _Answer(value, likely & (value <= as_of) if birth else likely, ("%Y-%m-%d",))
    return _read(frame, Convention(order, latest, serial), zone, answer)


def normalise_time(
    frame: pl.DataFrame,
    *,
    order: Order | None,
    as_of: date,
    year_range: tuple[int, int] | None = None,
    serial: Literal[1900, 1904] = 1900,
    zone: str | None = None,
) -> pl.DataFrame:
    """Moments from text: as ``normalise``, with ``value`` a Datetime[us] without zone, local to ``zone`` or as
    written.
    """
    first, last = year_range or (1900, as_of.year + 1)
    likely = pl.col("moment").dt.year().is_between(first, last)
    answer = _Answer(pl.col("moment"), likely, ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%.6f"))
    return _read(frame, Convention(order, as_of.year + 1, serial), zone, answer)


@dataclass(frozen=True)
class _Answer:
    """What a kernel makes of a ``moment``.

    Attributes:
        value: the date or the moment.
        likely: whether it may be true.
        plain: the formats in which a value says exactly what its cell said.
    """

    value: pl.Expr
    likely: pl.Expr
    plain: tuple[str, ...]


def _read(frame: pl.DataFrame, convention: Convention, zone: str | None, answer: _Answer) -> pl.DataFrame:
    """Values and rules of cells: those in the usual form of their column at once, the others by every form we know."""
    form = date_forms.usual_form(frame["raw"], convention.order)

    def slowly(cells: pl.DataFrame) -> pl.DataFrame:
        return _answers(_moments(cells, convention, zone), answer)

    if form is None:
        return slowly(frame)
    rule = None if form.format in answer.plain else FORMAT.code

    def quickly(cells: pl.DataFrame) -> pl.DataFrame:
        return cells.select(value=answer.value, rules=pl.lit(rule, pl.String))

    asked = frame.select("raw", moment=pl.col("raw").str.to_datetime(form.format, strict=False, time_unit="us"))
    usual = pl.col("raw").str.contains(form.pattern) & answer.likely & ~pl.col("moment").dt.date().is_in(_no_dates())
    return divided(asked, ~asked.select(usual.fill_null(value=False)).to_series(), quickly, slowly)


def _no_dates() -> list[date]:
    return [date.fromisoformat(day) for day in date_forms.words()["placeholders"]["values"]]


def _moments(frame: pl.DataFrame, convention: Convention, zone: str | None) -> pl.DataFrame:
    """``raw``, its tidy ``text`` and what ``date_forms.read`` makes of it, in the order of ``frame``."""
    asked = frame.select(
        "raw", pl.int_range(pl.len()).alias("row"), date_forms.tidy(pl.col("raw").cast(pl.String)).alias("text")
    )
    found = asked.join(date_forms.read(asked, convention), on="row", how="left", maintain_order="left")
    if zone is None:
        return found.with_columns(moved=False)
    universal = pl.col("moment") - pl.duration(minutes=pl.col("offset"))
    local = universal.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    moved = pl.when(pl.col("offset").is_not_null()).then(local).otherwise("moment")
    return found.with_columns(moved=(moved != pl.col("moment")) & ~pl.col("epoch"), moment=moved)


def _answers(moments: pl.DataFrame, answer: _Answer) -> pl.DataFrame:
    """Values and rules of what was read."""
    value, text, moment, day = answer.value, pl.col("text"), pl.col("moment"), pl.col("moment").dt.date()
    zeros = text.str.contains(r"^0+[-/. ]0+[-/. ]0+(?:\D.*)?$|^0+$")
    drop = (
        pl.when(zeros | day.is_in(_no_dates())).then(pl.lit(PLACEHOLDER.code))
        .when(text.str.contains(date_forms.INCOMPLETE)).then(pl.lit(INCOMPLETE.code))
        .when(~pl.col("known")).then(pl.lit(UNREADABLE.code))
        .when("ambiguous").then(pl.lit(AMBIGUOUS.code))
        .when(moment.is_null()).then(pl.lit(INVALID.code))
        .when(~answer.likely).then(pl.lit(UNLIKELY.code))
    )  # fmt: skip
    unchanged = pl.any_horizontal(pl.col("raw") == value.dt.to_string(form) for form in answer.plain)
    how = [
        (NUMBER, pl.col("number")),
        (EPOCH, pl.col("epoch")),
        (CENTURY, pl.col("century")),
        (SWAPPED, pl.col("swapped")),
    ]
    said = fired(*how, (ZONE, pl.col("moved")))
    rules = pl.when(~unchanged).then(pl.coalesce(said, pl.lit(FORMAT.code)))
    return moments.with_columns(drop=drop).select(
        value=pl.when(pl.col("drop").is_null()).then(value), rules=pl.coalesce("drop", rules)
    )
