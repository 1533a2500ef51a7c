"""How one sheet writes dates and amounts: decided by all of its columns together, since one program wrote them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import polars as pl

from custintel.errors import UsageError
from custintel.fields import date, number, phone, place
from custintel.i18n import _
from custintel.intervals import wilson

_DATES = frozenset({"day", "moment"})
_NUMBERS = frozenset({"money", "number", "count"})


class UndecidedError(UsageError):
    """Dates or numbers of a sheet that can be read in two ways.

    Attributes:
        topic: date_order or decimal.
        values: some of the cells.
        headers: of the sheet, once it is known.
    """

    def __init__(self, message: str, topic: str, values: Sequence[str], *, where: str, hint: str) -> None:
        super().__init__(message, where=where, seen=", ".join(values), hint=hint)
        self.topic, self.values, self.headers = topic, tuple(values), ()  # type: str, tuple[str, ...], tuple[str, ...]


@dataclass(frozen=True)
class Given:
    """What the person said, now or in the settings; ``None`` where they said nothing.

    Attributes:
        country: ISO 3166 alpha-2, of what does not say its own.
        home: the country of most customers, where nothing else says one.
        currency: ISO 4217, of amounts that do not say theirs.
        timezone: IANA name, to which moments with a zone of their own are moved.
        date_order: dmy, mdy or ymd.
        decimal: "." or ",".
    """

    country: str | None = None
    home: str | None = None
    currency: str | None = None
    timezone: str | None = None
    date_order: str | None = None
    decimal: str | None = None


@dataclass(frozen=True)
class Conventions:
    """What was decided about one sheet.

    Attributes:
        date_order: ``None`` when no cell needs it.
        decimal: ``None`` when no cell needs it, or when columns differ, which then decide for themselves.
        country: of places, phones and documents.
        currency: of amounts that do not say theirs.
        timezone: to which moments are moved.
    """

    date_order: date.Order | None
    decimal: number.Mark | None
    country: str | None
    currency: str | None
    timezone: str | None


def decide(
    cells: pl.DataFrame, kinds: Mapping[str, str], given: Given, *, where: str, currency: str = ""
) -> Conventions:
    """Decide how the dates and numbers of a sheet are written.

    Args:
        cells: text columns, named as ``kinds`` has them.
        kinds: column -> kind of cell.
        given: what the person said; it wins over the data.
        where: the file and sheet, for messages.
        currency: the one that a header names.

    Raises:
        UndecidedError: the data allow two readings, and nobody said which.
    """
    dates = _pooled(cells, (name for name, kind in kinds.items() if kind in _DATES))
    numbers = _pooled(cells, (name for name, kind in kinds.items() if kind in _NUMBERS))
    said = currency or given.currency or _one_currency(cells)
    given = replace(given, country=given.country or _country(cells, kinds) or given.home)
    return Conventions(
        date_order=_date_order(dates, given, where),
        decimal=_decimal(numbers, given, said, where),
        country=given.country,
        currency=currency or given.currency,
        timezone=given.timezone,
    )


def _country(cells: pl.DataFrame, kinds: Mapping[str, str]) -> str | None:
    """The country that most phones and places of a sheet are of, when more than half surely are."""
    votes: Counter[str] = Counter()
    for name, kind in kinds.items():
        if kind == "phone" and name in cells.columns:
            votes.update(phone.country_votes(cells[name].drop_nulls()))
    columns = {"cities": "city", "regions": "region", "countries": "country", "postal_codes": "postal_code"}
    named = {
        said: cells[name] for said, name in columns.items() if kinds.get(name) == "place" and name in cells.columns
    }
    by_column = [place.country_votes(**{said: column}) for said, column in named.items()]
    for country in sorted({country for found in by_column for country in found}):
        votes[country] += max(found.get(country, 0) for found in by_column)
    if not votes:
        return None
    winner, n = min(votes.items(), key=lambda item: (-item[1], item[0]))
    surely = pl.select(wilson(pl.lit(n), pl.lit(votes.total()))[0]).item()
    return winner if surely > 0.5 else None


def _pooled(cells: pl.DataFrame, names: Iterable[str]) -> pl.Series:
    """The different cells of several columns."""
    columns = [cells[name].drop_nulls().unique() for name in names if name in cells.columns]
    return pl.concat(columns).unique() if columns else pl.Series([], dtype=pl.String)


def _one_currency(cells: pl.DataFrame) -> str | None:
    """The currency of all rows, when the sheet has a column for it with one only."""
    if "currency" not in cells.columns:
        return None
    named = cells["currency"].drop_nulls().unique()
    return str(named.item()).strip().upper() if named.len() == 1 else None


def _date_order(dates: pl.Series, given: Given, where: str) -> date.Order | None:
    found = date.order(dates, country=given.country)
    if given.date_order or found.order or not found.n:
        return cast("date.Order | None", given.date_order or found.order)
    raise UndecidedError(
        _("Day and month cannot be told apart in the dates of this file."),
        "date_order",
        dates.sort().head(3).to_list(),
        where=where,
        hint=_("Say their order with --date-order dmy or --date-order mdy, or the country with --country."),
    )


def _decimal(numbers: pl.Series, given: Given, currency: str | None, where: str) -> number.Mark | None:
    found = number.decimal_mark(numbers, country=given.country, currency=currency)
    if given.decimal or found.mark or found.decided_by == "both" or not found.ambiguous:
        return cast("number.Mark | None", given.decimal or found.mark)
    unclear = numbers.filter(numbers.str.contains(r"^\D*[1-9]\d{0,2}[.,]\d{3}\D*$")).sort().head(3)
    raise UndecidedError(
        _("The point or comma of the numbers of this file may mean thousands or decimals."),
        "decimal",
        unclear.to_list(),
        where=where,
        hint=_("Say the decimal mark: --decimal , or --decimal . (or the country with --country)."),
    )
