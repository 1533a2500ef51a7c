from __future__ import annotations

import datetime as dt
import tomllib
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.contactability.legal_hours import next_window, region_code, windows, zones

HERE = {
    "CO": ZoneInfo("America/Bogota"),
    "ES": ZoneInfo("Europe/Madrid"),
    "US": ZoneInfo("America/New_York"),
    "AZ": ZoneInfo("America/Phoenix"),
}


def at(place: str, written: str) -> dt.datetime:
    return dt.datetime.fromisoformat(written).replace(tzinfo=HERE[place])


def spans(country: str, region: str | None, channel: str, now: dt.datetime) -> tuple[bool, str, str]:
    told = next_window(country, region, channel, now)
    assert told is not None
    return told.open, f"{told.window.start:%a %d %H:%M}", f"{told.window.end:%a %d %H:%M}"


@pytest.mark.parametrize(
    ("now", "open_now", "start", "end"),
    [
        ("2026-11-20 06:59:59", False, "Fri 20 07:00", "Fri 20 19:00"),
        ("2026-11-20 07:00", True, "Fri 20 07:00", "Fri 20 19:00"),
        ("2026-11-20 18:59", True, "Fri 20 07:00", "Fri 20 19:00"),
        ("2026-11-20 19:00", False, "Sat 21 08:00", "Sat 21 15:00"),
        ("2026-11-21 14:59", True, "Sat 21 08:00", "Sat 21 15:00"),
        ("2026-11-21 15:01", False, "Mon 23 07:00", "Mon 23 19:00"),
        ("2026-11-22 10:00", False, "Mon 23 07:00", "Mon 23 19:00"),  # a Sunday
        ("2026-11-16 10:00", False, "Tue 17 07:00", "Tue 17 19:00"),  # a holiday moved to Monday
        ("2026-12-07 20:00", False, "Wed 09 07:00", "Wed 09 19:00"),  # the 8th, a holiday that is not moved
        ("2027-03-24 19:00", False, "Sat 27 08:00", "Sat 27 15:00"),  # Holy Thursday and Friday
        ("2026-12-31 19:30", False, "Sat 02 08:00", "Sat 02 15:00"),  # New Year
    ],
)
@pytest.mark.parametrize("channel", ["email", "sms", "whatsapp", "call"])
def test_colombian_hours(channel: str, now: str, open_now: bool, start: str, end: str) -> None:
    assert spans("CO", None, channel, at("CO", now)) == (open_now, start, end)


def test_the_moment_may_be_said_in_any_time_zone() -> None:
    assert spans("CO", "Antioquia", "sms", dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC))[0]
    assert not spans("CO", "Antioquia", "sms", dt.datetime(2026, 11, 21, 0, 0, tzinfo=dt.UTC))[0]
    with pytest.raises(ValueError, match="time zone"):
        next_window("CO", None, "sms", dt.datetime(2026, 11, 20, 12))


def test_spanish_calls_follow_the_clock_and_the_holidays_of_the_region() -> None:
    friday_night = at("ES", "2026-11-20 21:30")
    assert spans("ES", "Madrid", "call", friday_night) == (False, "Mon 23 09:00", "Mon 23 21:00")
    assert spans("ES", "Las Palmas", "call", friday_night) == (True, "Fri 20 09:00", "Fri 20 21:00")
    diada = at("ES", "2026-09-11 12:00")
    assert spans("ES", "Barcelona", "call", diada) == (False, "Mon 14 09:00", "Mon 14 21:00")
    assert spans("ES", "Cataluña", "call", diada)[0] is False
    assert spans("ES", "Madrid", "call", diada)[0] is True
    assert spans("ES", None, "call", diada)[0] is False
    assert next_window("ES", "Madrid", "email", diada) is None


def test_arizona_keeps_its_winter_time() -> None:
    summer = dt.datetime(2026, 7, 15, 14, 30, tzinfo=dt.UTC)  # 7:30 in Phoenix, 8:30 in Denver
    assert spans("US", "Arizona", "call", summer) == (False, "Wed 15 08:00", "Wed 15 21:00")
    assert spans("US", "Colorado", "call", summer) == (True, "Wed 15 08:00", "Wed 15 21:00")


def test_american_hours_do_not_stop_on_sundays_and_holidays() -> None:
    assert spans("US", "NY", "call", at("US", "2026-11-22 20:59"))[0]
    assert spans("US", "NY", "call", at("US", "2026-12-25 10:00"))[0]
    assert spans("US", "NY", "sms", at("US", "2026-11-22 21:00")) == (False, "Mon 23 08:00", "Mon 23 21:00")
    assert next_window("US", "NY", "email", at("US", "2026-11-22 12:00")) is None


def test_a_state_in_two_zones_opens_when_both_do_and_florida_closes_earlier() -> None:
    morning = dt.datetime(2026, 11, 23, 14, 30, tzinfo=dt.UTC)  # 8:30 in Dallas, 7:30 in El Paso
    assert spans("US", "Texas", "call", morning) == (False, "Mon 23 09:00", "Mon 23 21:00")
    assert spans("US", "Florida", "call", morning) == (True, "Mon 23 09:00", "Mon 23 20:00")


def test_an_unknown_state_is_reached_when_it_is_time_in_all_of_them_unless_the_number_says_where() -> None:
    morning = at("US", "2026-11-23 09:00")
    told = next_window("US", None, "call", morning)
    assert told is not None
    assert not told.open
    assert told.window.start == dt.datetime(2026, 11, 23, 18, tzinfo=dt.UTC)  # 8:00 in the Aleutians
    assert told.window.end == dt.datetime(2026, 11, 24, 1, tzinfo=dt.UTC)  # 21:00 in Puerto Rico
    by_number = next_window("US", None, "call", morning, number="+12125552671")
    assert by_number is not None
    assert (by_number.open, by_number.zones) == (True, ("America/New_York",))
    assert zones("US", None, "+573001112233") == zones("US")
    assert zones("US", None, "not a number") == zones("US")


def test_clocks_that_change_are_followed() -> None:
    week = windows("US", "NY", "call", dt.date(2026, 3, 7), days=2)
    assert week is not None
    assert [window.start.astimezone(dt.UTC).hour for window in week] == [13, 12]


def test_the_windows_of_a_colombian_week_with_a_holiday() -> None:
    week = windows("CO", None, "call", dt.date(2026, 11, 16))
    assert week is not None
    assert [f"{window.start:%a %H}-{window.end:%H}" for window in week] == [
        *("Tue 07-19", "Wed 07-19", "Thu 07-19", "Fri 07-19"),
        "Sat 08-15",
    ]
    month = windows("CO", None, "call", dt.date(2026, 12, 1), days=60)
    assert month is not None
    assert month[-1].start.date() == dt.date(2027, 1, 29)


@pytest.mark.parametrize(("country", "channel"), [("MX", "call"), ("FR", "call"), ("ES", "whatsapp"), ("", "call")])
def test_places_without_a_rule_have_no_windows(country: str, channel: str) -> None:
    assert next_window(country, None, channel, at("CO", "2026-11-20 12:00")) is None
    assert windows(country, None, channel, dt.date(2026, 11, 20)) is None


@pytest.mark.parametrize(
    ("country", "region", "code", "found"),
    [
        ("US", "Arizona", "AZ", ("America/Phoenix",)),
        ("US", "az", "AZ", ("America/Phoenix",)),
        ("ES", "Canarias", "CN", ("Atlantic/Canary",)),
        ("ES", "Santa Cruz de Tenerife", "TF", ("Atlantic/Canary",)),
        ("MX", "Quintana Roo", "ROO", ("America/Cancun",)),
        ("MX", "Jalisco", "JAL", ("America/Mexico_City",)),
        ("CL", "Magallanes", "MA", ("America/Punta_Arenas",)),
        ("EC", "Galápagos", "W", ("Pacific/Galapagos",)),
        ("CO", "Atlántida", None, ("America/Bogota",)),
        ("CO", None, None, ("America/Bogota",)),
        ("XX", "Arizona", None, ()),
    ],
)
def test_zones_follow_the_region(country: str, region: str | None, code: str | None, found: tuple[str, ...]) -> None:
    assert region_code(country, region) == code
    assert zones(country, region) == found


def test_every_zone_is_known_to_the_time_zone_database() -> None:
    facts = tomllib.loads(files("custintel.contactability").joinpath("data/time_zones.toml").read_text("utf-8"))
    names = {zone for country in facts for zone in zones(country)}
    assert len(names) > 30
    assert {ZoneInfo(name).key for name in names} == names
    for country, entry in facts.items():
        for code in entry.get("regions", {}):
            assert region_code(country, code) == code


@settings(max_examples=40, deadline=None)
@given(
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2030, 12, 31), timezones=st.just(dt.UTC)),
    st.sampled_from([("CO", None), ("ES", "Madrid"), ("ES", "Canarias"), ("US", "AZ"), ("US", "TX"), ("US", "FL")]),
)
def test_a_window_holds_now_exactly_when_it_is_open_and_is_never_past(
    now: dt.datetime, place: tuple[str, str | None]
) -> None:
    told = next_window(*place, "call", now)
    assert told is not None
    assert told.window.end > now
    assert told.open == (told.window.start <= now)
    assert dt.timedelta() < told.window.end - told.window.start <= dt.timedelta(hours=13)
    inside = next_window(*place, "call", told.window.start)
    assert inside is not None
    assert inside.open
    assert inside.window == told.window
