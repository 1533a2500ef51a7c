"""From cells of text to typed columns, with every cell that could not be used and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from custintel.fields import code, date, document, email, number, phone, place, text
from custintel.fields.number import Mark
from custintel.fields.vocabulary import Kernel, over_distinct
from custintel.load.conventions import Conventions
from custintel.load.kinds import PLACES
from custintel.load.words import coded

UNKNOWN_WORD = "word.unknown"
AMOUNTS = ("total", "gross", "amount", "planned_cost")
"""The columns whose cells may say the currency of their row, most telling last."""
CELL_CURRENCY = "cell_currency"
REFUSED_CELLS = pl.Schema({"row": pl.UInt32, "field": pl.String, "value": pl.String, "reason": pl.String})
"""Cells that could not be used: row as the person sees it, column, what it said, code of the reason."""
_FILLERS = ("text.junk", "text.blank")
_TIDIED = {"money": "money", "number": "number", "count": "number", "day": "date", "moment": "date", "list": "list"}
_CLOCK = r"^(?:(\d+):)?(\d{1,2}):(\d{2})(?:\.0+)?$"
_SPOKEN = r"^(?:(\d+)\s*h[a-z]*)?\s*(?:(\d+)\s*m[a-z]*)?\s*(?:(\d+)\s*s[a-z]*)?$"


@dataclass(frozen=True)
class Typed:
    """The rows of a sheet, typed.

    Attributes:
        rows: ``row`` (as the person sees it) and a typed column per column found; words are codes. ``cell_currency``
            where amounts say theirs, ``country`` and ``geo_code`` where there are places.
        refused: in ``REFUSED_CELLS``.
    """

    rows: pl.DataFrame
    refused: pl.DataFrame


def typed(
    cells: pl.DataFrame,
    kinds: Mapping[str, str],
    how: Conventions,
    *,
    today: dt.date,
    status: Mapping[str, Sequence[str]] | None = None,
) -> Typed:
    """Read every cell as what its column is.

    Args:
        cells: ``row`` and text columns named as ``kinds`` has them.
        kinds: column -> kind of cell, see :func:`custintel.load.kinds.kinds`.
        how: dates, numbers, country and time zone of the sheet.
        today: the day after which nothing is likely to have happened.
        status: words of one platform for the status of an order.
    """
    tidy = cells.select("row", *(_tidied(cells, name, kinds[name]) for name in cells.columns if name != "row"))
    placed = _places(tidy, kinds, how)
    rows = tidy.select("row", *(placed[name] for name in ("country", "geo_code") if "city" in placed.columns))
    refused = [pl.DataFrame(schema=REFUSED_CELLS)]
    for name in tidy.columns[1:]:
        answers = _answers(tidy, placed, name, kinds[name], how, today, status or {})
        rows = rows.with_columns(answers["value"].alias(name))
        if name in AMOUNTS and answers["currency"].null_count() < answers.height:
            rows = rows.with_columns(answers["currency"].alias(CELL_CURRENCY))
        refused.append(_refused(cells, tidy, name, answers))
    return Typed(rows, pl.concat(refused).sort("row", "field"))


def _tidied(cells: pl.DataFrame, name: str, kind: str) -> pl.Series:
    kernel = partial(text.tidy, kind=_TIDIED.get(kind, kind))
    return over_distinct(cells, [name], kernel)["value"].alias(name)


def _places(tidy: pl.DataFrame, kinds: Mapping[str, str], how: Conventions) -> pl.DataFrame:
    """City, region, country and code, which decide about each other; ``country`` even where none is named."""
    present = [name for name in PLACES if name in tidy.columns and kinds[name] == "place"]
    if not present:
        return tidy.select("row", country=pl.lit(how.country, pl.String))
    answers = place.normalise(tidy.select(present), home=how.country).with_columns(tidy["row"])
    return answers.select(
        "row", "city", "region", "geo_code", country=pl.coalesce("country", pl.lit(how.country, pl.String))
    )


def _answers(
    tidy: pl.DataFrame,
    placed: pl.DataFrame,
    name: str,
    kind: str,
    how: Conventions,
    today: dt.date,
    status: Mapping[str, Sequence[str]],
) -> pl.DataFrame:
    """``value`` and ``rules`` of one column."""
    if kind.startswith("word:"):
        code = coded(tidy[name], kind.removeprefix("word:"), status if name == "status" else None)
        return pl.DataFrame({"value": code}).with_columns(
            rules=pl.when(pl.col("value").is_null()).then(pl.lit(UNKNOWN_WORD))
        )
    if name in placed.columns:
        return placed.select(value=name, rules=pl.lit(None, pl.String))
    if kind in ("phone", "document"):
        kernel = phone.normalise if kind == "phone" else document.normalise
        return over_distinct(tidy.select(name, placed["country"]), [name, "country"], kernel)
    return over_distinct(tidy, [name], _kernel(kind, tidy[name], how, today))


def _kernel(kind: str, column: pl.Series, how: Conventions, today: dt.date) -> Kernel:
    """The kernel of a kind of cell."""
    if kind in ("money", "number", "count"):
        return _numbers(kind, _mark(column, how), how)
    if kind == "day":
        return partial(date.normalise, order=how.date_order, as_of=today, zone=how.timezone)
    if kind == "moment":
        return partial(date.normalise_time, order=how.date_order, as_of=today, zone=how.timezone)
    simple: Mapping[str, Kernel] = {"email": email.normalise, "list": code.labels, "duration": _durations}
    return simple.get(kind, _as_it_is)


def _numbers(kind: str, mark: Mark | None, how: Conventions) -> Kernel:
    if kind == "money":
        return partial(number.money, decimal=mark, currency=how.currency)
    return partial(number.normalise, decimal=mark) if kind == "number" else partial(number.integer, decimal=mark)


def _mark(column: pl.Series, how: Conventions) -> Mark | None:
    """The decimal mark of the sheet; of the column, where columns differ."""
    if how.decimal:
        return how.decimal
    return number.decimal_mark(column.drop_nulls().unique(), country=how.country, currency=how.currency).mark


def _as_it_is(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(value="raw", rules=pl.lit(None, pl.String))


def _durations(frame: pl.DataFrame) -> pl.DataFrame:
    """Seconds from ``mm:ss``, ``hh:mm:ss``, ``2 min 5 s`` or a number of seconds."""
    raw = pl.col("raw").str.to_lowercase()
    clock, spoken = raw.str.extract_groups(_CLOCK).struct, raw.str.extract_groups(_SPOKEN).struct

    def seconds(parts: pl.expr.struct.ExprStructNameSpace) -> pl.Expr:
        hours, minutes, rest = (parts[at].cast(pl.Float64) for at in range(3))
        total = hours.fill_null(0) * 3600 + minutes.fill_null(0) * 60 + rest.fill_null(0)
        return pl.when(pl.any_horizontal(parts[at].is_not_null() for at in range(3))).then(total)

    bare = raw.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    value = pl.coalesce(bare, seconds(clock), seconds(spoken))
    unread = pl.when(value.is_null()).then(pl.lit(number.UNREADABLE.code))
    return frame.select(value=value, rules=unread)


def _refused(cells: pl.DataFrame, tidy: pl.DataFrame, name: str, answers: pl.DataFrame) -> pl.DataFrame:
    """The cells of a column that say something and could not be used; a filler says nothing."""
    reason = answers["rules"]
    lost = tidy[name].is_not_null() & answers["value"].is_null() & reason.is_not_null() & ~reason.is_in(_FILLERS)
    told = pl.DataFrame({"row": cells["row"], "value": cells[name], "reason": reason}).filter(lost)
    return told.select("row", pl.lit(name).alias("field"), "value", "reason")
