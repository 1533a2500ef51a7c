"""When people may be reached: the hours of the law, in the time of the place where they are, public holidays left out.

Where a place lies in several time zones, or is not known, only the hours that are allowed in every one of them count;
and a holiday anywhere in the country closes the day for people whose region is not known. A region's own rule counts
where the region is known. Holidays of single towns are not known.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from custintel.contactability import law
from custintel.fields.gazetteer import gazetteer, place_key

_DAYS_AHEAD = 30
"""Longer than any run of closed days."""


@dataclass(frozen=True)
class Window:
    """From when to when; the first moment is inside, the last is not.

    Attributes:
        start, end: in the first of the place's time zones.
    """

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class Opening:
    """Whether people of a place may be reached at a moment, and else when.

    Attributes:
        open: now.
        window: the one that is open, or the next.
        rule: code of the rule, see :mod:`custintel.contactability.law`.
        zones: the time zones that were looked at; several where the place has, or may have, several.
    """

    open: bool
    window: Window
    rule: str
    zones: tuple[str, ...]


def next_window(
    country: str, region: str | None, channel: str, now: dt.datetime, *, number: str | None = None
) -> Opening | None:
    """Whether people of a place may be reached by a channel now, and until or from when.

    Args:
        country: ISO 3166 alpha-2.
        region: its name or its ISO 3166-2 letters; None where it is not known.
        channel: email, sms, whatsapp or call.
        now: with its time zone.
        number: E.164; its area code says the time zone where the region is not known.

    Returns:
        None where we know of no rule, or the country's time is not known.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    found = _hours(country, region, channel, number)
    if found is None:
        return None
    hours, zones, closed = found
    for window in _windows(hours, zones, closed, now.astimezone(zones[0]).date(), _DAYS_AHEAD):
        if window.end > now:
            return Opening(window.start <= now, window, hours.rule, tuple(zone.key for zone in zones))
    return None


def windows(
    country: str, region: str | None, channel: str, first_day: dt.date, *, days: int = 7, number: str | None = None
) -> list[Window] | None:
    """The windows of some days, by default of a week, as in :func:`next_window`; None where we know of no rule."""
    found = _hours(country, region, channel, number)
    if found is None:
        return None
    hours, zones, closed = found
    last = first_day + dt.timedelta(days=days)
    told = _windows(hours, zones, closed, first_day, days)
    return [window for window in told if first_day <= window.start.date() < last]


def zones(country: str, region: str | None = None, number: str | None = None) -> tuple[str, ...]:
    """The time zones in which somebody may be, as IANA names; none where the country is not known.

    A region decides; else the area code of ``number``; else all zones of the country.
    """
    facts = _facts().get(country)
    if facts is None:
        return ()
    regions, usual = facts.get("regions", {}), facts.get("zones", [])
    if (code := region_code(country, region)) is not None:
        return tuple(regions.get(code, usual))
    if by_number := _zones_of_number(country, number):
        return by_number
    return tuple(dict.fromkeys([*usual, *(zone for code in sorted(regions) for zone in regions[code])]))


def region_code(country: str, region: str | None) -> str | None:
    """The ISO 3166-2 letters of a region by its name or its letters; None where there is no such region."""
    if region is None:
        return None
    known = gazetteer().region_keys.filter(pl.col("country") == country)
    if known.filter(pl.col("region_id") == f"{country}-{region.upper()}").height:
        return region.upper()
    key = pl.DataFrame({"region": [region]}).select(place_key(pl.col("region"))).item()
    found = known.filter(pl.col("key") == key)["region_id"].to_list()
    return str(found[0]).removeprefix(f"{country}-") if found else None


def _hours(
    country: str, region: str | None, channel: str, number: str | None
) -> tuple[law.Hours, tuple[ZoneInfo, ...], frozenset[str | None]] | None:
    """The rule, the zones, and the subdivisions of the country whose holidays close a day (None: all the country's)."""
    code = region_code(country, region)
    hours = law.hours(country, code, channel)
    names = zones(country, region, number)
    if hours is None or not names:
        return None
    return hours, tuple(ZoneInfo(name) for name in names), _subdivisions(country, code)


def _subdivisions(country: str, code: str | None) -> frozenset[str | None]:
    from holidays import list_supported_countries

    known = list_supported_countries().get(country, [])
    if code is None:
        return frozenset([None, *known])
    around = gazetteer().places.filter(pl.col("region_id") == f"{country}-{code}")["community_id"].drop_nulls()
    names = {code, *(str(name).removeprefix(f"{country}-") for name in around.unique())}
    return frozenset([None, *(names & set(known))])


def _windows(
    hours: law.Hours, places: Sequence[ZoneInfo], closed: frozenset[str | None], first: dt.date, count: int
) -> Iterator[Window]:
    """The windows of ``count`` days and of those around them, which are allowed in every zone."""
    days = [first + dt.timedelta(days=n) for n in range(-1, count + 1)]
    years = {day.year for day in days}
    holidays = frozenset[dt.date]() if hours.holidays else _holidays(hours.country, closed, years)
    spans = [_spans(hours, zone, days, holidays) for zone in places]
    allowed = spans[0]
    for others in spans[1:]:
        allowed = [
            (max(start, opens), min(end, closes))
            for start, end in allowed
            for opens, closes in others
            if max(start, opens) < min(end, closes)
        ]
    return (Window(start.astimezone(places[0]), end.astimezone(places[0])) for start, end in allowed)


def _spans(
    hours: law.Hours, zone: ZoneInfo, days: Sequence[dt.date], holidays: frozenset[dt.date]
) -> list[tuple[dt.datetime, dt.datetime]]:
    """When a zone's days are open, in UTC."""
    spans = []
    for day in days:
        span = hours.week[day.weekday()]
        if span is not None and day not in holidays:
            opens, closes = (dt.datetime.combine(day, time, zone).astimezone(dt.UTC) for time in span)
            spans.append((opens, closes))
    return spans


def _holidays(country: str, subdivisions: frozenset[str | None], years: set[int]) -> frozenset[dt.date]:
    from holidays import country_holidays

    return frozenset(day for name in subdivisions for day in country_holidays(country, subdiv=name, years=years))


def _zones_of_number(country: str, number: str | None) -> tuple[str, ...]:
    """The zones of a number's area, if it is a number of that country."""
    if number is None:
        return ()
    import phonenumbers as library
    from phonenumbers import timezone

    try:
        parsed = library.parse(number, None)
    except library.NumberParseException:
        return ()
    if library.region_code_for_number(parsed) != country:
        return ()
    found = timezone.time_zones_for_number(parsed)
    return () if timezone.UNKNOWN_TIMEZONE in found else tuple(found)


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(files("custintel.contactability").joinpath("data/time_zones.toml").read_text("utf-8"))
