"""The forms in which people and systems write a moment: a pattern for each, and what its parts mean.

``read`` turns text into a wall-clock moment; what day "3/4/2024" is, it only says when told the order of the column.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

TIME = (
    r"(?:(?:[t\s,]+|\s+-\s+)(?:(?:a las|at|as)\s+)?(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?"
    r"(?:[:.](?P<second>\d{2})(?:[.,:](?P<fraction>\d{1,9}))?)?\s*(?:(?P<half>[ap])\.?\s?m\.?)?\s*(?:hs?\.?|hrs?\.?|horas)?"
    r"\s*(?P<zone>[a-z]{1,4}|(?:gmt|utc)?[+\-]\d{1,2}:?(?:\d{2})?)?)?$"
)
NAME = r"(?P<name>[a-z]{3,10})\.?"
INCOMPLETE = (
    r"^(?:\d{4}|\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{4}|\d{1,2}[-/.]\d{1,2}|[a-z]{3,10}\.?[\s\-/]*(?:del?\s+)?\d{2,4}"
    r"|\d{1,2}[\s\-/]*(?:de\s+)?[a-z]{3,10}\.?)$"
)
_SAMPLE = 20
SERIAL_1900, SERIAL_1904 = pl.datetime(1899, 12, 30), pl.datetime(1904, 1, 1)


@cache
def words() -> dict[str, Any]:
    """Months, weekdays, zones and conventions of ``data/dates.toml``."""
    import tomllib

    return tomllib.loads((files("custintel.fields") / "data" / "dates.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Form:
    """A pattern with named groups, and the expressions that turn its groups into the columns of a moment."""

    pattern: str
    parts: Callable[[Convention], dict[str, pl.Expr]]


@dataclass(frozen=True)
class Convention:
    """What the column decides about its cells.

    Attributes:
        order: ``dmy``, ``mdy``, ``ymd`` or None (not known).
        latest_year: a two-digit year that would be later belongs to the century before.
        serial: ``1900`` or ``1904``, the day a spreadsheet counts from.
    """

    order: str | None
    latest_year: int
    serial: int = 1900


def from_parts(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """A date, null where the calendar has no such day (30 February) or a part is missing. Parts are integers."""
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    short = month.is_in([4, 6, 9, 11])
    last = pl.when(month == 2).then(28 + leap.cast(pl.Int32)).when(short).then(30).otherwise(31)
    exists = year.is_between(1, 9999) & month.is_between(1, 12) & (day >= 1) & (day <= last)
    return pl.date(*(pl.when(exists).then(part) for part in (year, month, day)))


def tidy(text: pl.Expr) -> pl.Expr:
    """Lower case, without accents, weekday, bracketed remarks or the ``.0`` of a number."""
    text = text.str.to_lowercase().str.replace_many(list("áéíóúçãâêô"), list("aeioucaaeo"))
    text = text.str.replace(r"^(\d{5,})\.0+$", "$1").str.replace(r"\s*\([^()]*\)\s*$", "")
    days = "|".join(sorted(words()["weekdays"]["names"], key=len, reverse=True))
    return text.str.replace(rf"^(?:el\s+)?(?:(?:{days})\b[.,]*\s*)?(?:el\s+)?", "").str.strip_chars(" \t\n'\"")


@dataclass(frozen=True)
class UsualForm:
    """How most cells of a column are written, where that is a form which Polars reads by itself.

    Attributes:
        pattern: of the whole text; it allows one reading.
        format: the same for ``to_datetime``, which says whether the calendar has that day.
    """

    pattern: str
    format: str


def usual_form(texts: pl.Series, order: str | None) -> UsualForm | None:
    """The form in which a few cells out of the whole column are written; None when none of the simple ones is."""
    sample = texts.gather_every(texts.len() // _SAMPLE + 1).to_list()
    votes = {form: sum(re.fullmatch(form.pattern, text) is not None for text in sample) for form in _simple(order)}
    form = max(votes, key=votes.__getitem__)
    return form if votes[form] else None


@cache
def _simple(order: str | None) -> tuple[UsualForm, ...]:
    """Days written year first or in the column's order, alone or with hours and minutes, and seconds."""
    pair, year, minutes, seconds = "[0-9]{1,2}", "[0-9]{4}", ":[0-9]{2}", ":[0-5][0-9]"
    days = {"%Y-%m-%d": "[0-9]{4}-[0-9]{2}-[0-9]{2}"}
    for sign in "/-":
        if order in ("dmy", "mdy"):
            days[sign.join(f"%{part}" for part in order[:2] + "Y")] = sign.join((pair, pair, year))
    forms = []
    for day, pattern in days.items():
        hour = "[0-9]{2}" if day.startswith("%Y") else pair
        for clock, written in (("", ""), (" %H:%M", f" {hour}{minutes}"), (" %H:%M:%S", f" {hour}{minutes}{seconds}")):
            forms.append(UsualForm(f"^{pattern}{written}$", day + clock))
    return tuple(forms)


def _group(name: str) -> pl.Expr:
    return pl.col("groups").struct.field(name)


def _int(name: str) -> pl.Expr:
    return _group(name).cast(pl.Int32, strict=False)


def _year(text: pl.Expr, latest: int) -> tuple[pl.Expr, pl.Expr]:
    """The year, and whether its century was ours to add."""
    number, short = text.cast(pl.Int32, strict=False), text.str.len_chars() == 2
    full = pl.when(number + 2000 > latest).then(number + 1900).otherwise(number + 2000)
    return pl.when(short).then(full).otherwise(number), short


def _clock() -> dict[str, pl.Expr]:
    """Microseconds since midnight (null: no such time) and minutes from UTC (null: not said)."""
    hour, minute, second = (_int(part).fill_null(0) for part in ("hour", "minute", "second"))
    is_afternoon = (_group("half") == "p").fill_null(False)
    hour12 = pl.when(_group("half").is_not_null()).then(hour % 12 + 12 * is_afternoon.cast(pl.Int32)).otherwise(hour)
    fraction = _group("fraction").str.pad_end(6, "0").str.head(6).cast(pl.Int64).fill_null(0)
    micros = ((hour12.cast(pl.Int64) * 60 + minute) * 60 + second.clip(upper_bound=59)) * 1_000_000 + fraction
    exists = (hour <= 23) & (minute <= 59) & (second <= 60)
    zone = _group("zone")
    signed = zone.str.extract_groups(r"([+\-])(\d{1,2}):?(\d{2})?$")
    away = signed.struct[1].cast(pl.Int32) * 60 + signed.struct[2].cast(pl.Int32).fill_null(0)
    offset = pl.when(signed.struct[0] == "-").then(-away).otherwise(away)
    named = zone.replace_strict(words()["zones"], default=None, return_dtype=pl.Int32)
    return {"micros": pl.when(exists).then(micros), "offset": pl.coalesce(offset, named)}


def _month() -> pl.Expr:
    return _group("name").replace_strict(words()["months"], default=None, return_dtype=pl.Int32)


def _year_first(_: Convention) -> dict[str, pl.Expr]:
    return {"date": from_parts(_int("y"), _int("m"), _int("d")), **_clock()}


def _named(convention: Convention) -> dict[str, pl.Expr]:
    year, added = _year(_group("y"), convention.latest_year)
    return {"date": from_parts(year, _month(), _int("d")), "century": added, **_clock()}


def _numeric(convention: Convention) -> dict[str, pl.Expr]:
    """Two parts and a year: the column's order, unless the cell allows one reading only."""
    a, b = _int("a"), _int("b")
    year, added = _year(_group("y"), convention.latest_year)
    day_first, month_first = from_parts(year, b, a), from_parts(year, a, b)
    only_one = pl.when(month_first.is_null() | (a == b)).then(day_first).when(day_first.is_null()).then(month_first)
    if convention.order == "dmy":
        date, swapped = pl.coalesce(day_first, month_first), day_first.is_null() & month_first.is_not_null()
    elif convention.order == "mdy":
        date, swapped = pl.coalesce(month_first, day_first), month_first.is_null() & day_first.is_not_null()
    else:
        date, swapped = only_one, pl.lit(False)
    if convention.order == "ymd":
        first, _added = _year(_group("a").str.zfill(2), convention.latest_year)
        date = pl.when(added).then(from_parts(first, b, _int("y"))).otherwise(date)
    ambiguous = date.is_null() & day_first.is_not_null() & month_first.is_not_null()
    return {"date": date, "century": added, "swapped": swapped, "ambiguous": ambiguous, **_clock()}


def _eight_digits(convention: Convention) -> dict[str, pl.Expr]:
    text = pl.col("text")
    parts = [text.str.slice(start, length).cast(pl.Int32) for start, length in ((0, 4), (4, 2), (6, 2))]
    ending = [text.str.slice(start, length).cast(pl.Int32) for start, length in ((4, 4), (2, 2), (0, 2))]
    year_first = pl.when(parts[0].is_between(1900, 2100)).then(from_parts(*parts))
    has_year = ending[0].is_between(1900, 2100)
    if convention.order == "mdy":
        ending[1], ending[2] = ending[2], ending[1]
    known = pl.lit(convention.order in ("dmy", "mdy")) | (ending[1] == ending[2]) | (ending[2] > 12)
    year_last = pl.when(has_year).then(from_parts(*ending))
    return {
        "date": pl.coalesce(year_first, pl.when(known).then(year_last)),
        "ambiguous": year_first.is_null() & year_last.is_not_null() & ~known,
        "micros": pl.lit(0, pl.Int64),
    }


def _serial(convention: Convention) -> dict[str, pl.Expr]:
    """Days since a spreadsheet's day zero; the fraction is the time, rounded to the second."""
    days = pl.col("text").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    seconds = (days * 86_400).round().cast(pl.Int64)
    zero = SERIAL_1904 if convention.serial == 1904 else SERIAL_1900
    moment = zero + pl.duration(seconds=seconds)
    return {"moment": moment.cast(pl.Datetime("us")), "number": pl.lit(True)}


def _epoch(_: Convention) -> dict[str, pl.Expr]:
    text = pl.col("text")
    ticks, length = text.cast(pl.Int64, strict=False), text.str.len_chars()
    micros = ticks * pl.when(length <= 10).then(1_000_000).when(length <= 13).then(1000).otherwise(1)
    return {"moment": micros.cast(pl.Datetime("us")), "offset": pl.lit(0, pl.Int32), "epoch": pl.lit(True)}


FORMS = (
    Form(r"^(?P<y>\d{4})[-/._\s](?P<m>\d{1,2})[-/._\s](?P<d>\d{1,2})" + TIME, _year_first),
    Form(r"^(?P<a>\d{1,2})[-/._\s](?P<b>\d{1,2})[-/._\s]'?(?P<y>\d{4}|\d{2})" + TIME, _numeric),
    Form(r"^\d{8}$", _eight_digits),
    Form(
        r"^(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)[t_\-]?(?P<hour>[0-2]\d)(?P<minute>[0-5]\d)"
        r"(?P<second>[0-5]\d)?(?P<zone>z)?(?P<half>@)?(?P<fraction>@)?$",
        _year_first,
    ),
    Form(r"^\d{5}(?:[.,]\d+)?$", _serial),
    Form(r"^(?:\d{9,10}|\d{12,13}|\d{15,16})$", _epoch),
    Form(
        r"^(?P<d>\d{1,2})(?:st|nd|rd|th|ro|er|o|º|°)?[\s\-/.,]*(?:de\s+)?" + NAME
        + r"[\s\-/.,']*(?:del?\s+)?(?:ano\s+)?(?P<y>\d{4}|\d{2})" + TIME,
        _named,
    ),
    Form(
        r"^" + NAME + r"[\s\-/]*(?P<d>\d{1,2})(?:st|nd|rd|th|º|°)?[\s,\-/]+(?:del?\s+)?'?(?P<y>\d{4}|\d{2})" + TIME,
        _named,
    ),
    Form(r"^(?P<y>\d{4})[\s\-/.]+" + NAME + r"[\s\-/.]+(?P<d>\d{1,2})" + TIME, _named),
)  # fmt: skip
FLAGS = ("century", "swapped", "ambiguous", "number", "epoch")


def read(frame: pl.DataFrame, convention: Convention) -> pl.DataFrame:
    """Moments from text.

    Args:
        frame: ``row`` (any key) and ``text`` (as ``tidy`` leaves it).
        convention: what the column decides.

    Returns:
        One row per row of ``frame``, in no order: ``row``, ``moment`` (Datetime[us] as on the wall, null when there is
        none), ``offset`` (minutes from UTC, null when not said), ``known`` (the text has the form of a moment) and the
        ``FLAGS`` that say how it was read.
    """
    columns = {"moment": pl.Datetime("us"), "offset": pl.Int32(), "known": pl.Boolean()} | dict.fromkeys(
        FLAGS, pl.Boolean()
    )
    done, pending = [pl.DataFrame(schema=pl.Schema({"row": frame.schema["row"], **columns}))], frame
    for form in FORMS:
        matches = pending["text"].str.contains(form.pattern)
        if not matches.any():
            continue
        hits, pending = pending.filter(matches), pending.filter(~matches)
        grouped = hits.with_columns(groups=pl.col("text").str.extract_groups(form.pattern))
        parts = grouped.select("row", **form.parts(convention), known=pl.lit(True))
        if "moment" not in parts.columns:
            moment = pl.col("date").cast(pl.Datetime("us")) + pl.duration(microseconds=pl.col("micros"))
            parts = parts.with_columns(moment=moment).drop("date", "micros")
        done.append(parts)
    done.append(pending.select("row", known=pl.lit(False)))
    return pl.concat(done, how="diagonal").with_columns(pl.col(*FLAGS).fill_null(False))
