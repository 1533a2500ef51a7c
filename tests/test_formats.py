from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel import formats, i18n


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    yield
    i18n.activate("en")
    formats.use_country("CO")


def speak(language: str, country: str) -> None:
    i18n.activate(language)
    formats.use_country(country)


@pytest.mark.parametrize(
    ("language", "country", "thousands", "decimals"),
    [
        ("es", "CO", "1.234", "1.234,5"),
        ("es", "ES", "1.234", "1.234,5"),
        ("es", "MX", "1,234", "1,234.5"),
        ("en", "US", "1,234", "1,234.5"),
        ("en", "CO", "1,234", "1,234.5"),
        ("es", "XX", "1,234", "1,234.5"),
    ],
)
def test_numbers_are_written_as_the_country_writes_them(
    language: str, country: str, thousands: str, decimals: str
) -> None:
    speak(language, country)
    assert formats.number(1234) == thousands
    assert formats.number(1234.5, 1) == decimals


def test_money_has_the_sign_and_decimals_usual_for_its_currency() -> None:
    speak("es", "CO")
    assert formats.money(45900, "COP") == "$45.900"
    speak("en", "US")
    assert formats.money(Decimal("45.9"), "USD") == "$45.90"
    assert formats.money(45900, "COP").endswith("45,900")


def test_large_sums_are_written_without_decimals_when_asked() -> None:
    speak("es", "CO")
    assert formats.money(1234567.8, "USD", whole=True).endswith("1.234.568")
    assert formats.money(45900.4, "COP", whole=True) == "$45.900"


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0%"), (0.001, "<1%"), (0.005, "<1%"), (0.0051, "1%"), (0.5, "50%"), (0.999, ">99%"), (1, "100%")],
)
def test_a_share_never_rounds_to_nothing_or_everything(share: float, said: str) -> None:
    speak("en", "US")
    assert formats.percent(share) == said


@given(st.floats(0, 1, exclude_min=True, exclude_max=True), st.integers(0, 2))
def test_a_share_between_none_and_all_is_never_said_to_be_either(share: float, decimals: int) -> None:
    speak("en", "US")
    assert formats.percent(share, decimals) not in {formats.percent(0, decimals), formats.percent(1, decimals)}


def test_a_large_amount_is_written_short_and_a_small_one_whole() -> None:
    i18n.activate("en")
    assert [formats.compact(value) for value in (45900, 999_999, 156_806_992)] == ["45,900", "999,999", "156.8M"]


def test_dates_name_the_month_so_that_it_cannot_be_taken_for_the_day() -> None:
    day = datetime(2024, 3, 5, 14, 30, tzinfo=UTC)
    speak("es", "CO")
    assert (formats.date(day.date()), formats.moment(day)) == ("5 mar 2024", "5 mar 2024, 14:30")
    speak("en", "US")
    assert formats.date(date(2024, 3, 5)) == "Mar 5, 2024"
    speak("en", "CO")
    assert formats.date(date(2024, 3, 5)) == "5 Mar 2024"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.04, "0.0 s"), (2.34, "2.3 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s"), (12000, "3 h 20 min")],
)
def test_a_duration_has_its_two_largest_units(seconds: float, said: str) -> None:
    speak("en", "US")
    assert formats.duration(seconds) == said


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (timedelta(seconds=-30), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_an_age_is_said_in_words(past: timedelta, said: str) -> None:
    now = datetime(2024, 3, 5, tzinfo=UTC)
    assert formats.ago(now - past, now) == said


@pytest.mark.parametrize(
    ("n_bytes", "said"), [(512, "512 B"), (1500, "1.5 kB"), (15_000_000, "15 MB"), (2.5e12, "2.5 TB")]
)
def test_a_size_is_said_in_its_unit(n_bytes: float, said: str) -> None:
    speak("en", "US")
    assert formats.size(n_bytes) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("María José Ñandú", "María José Ñandú"),
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "alink"),
        ("a\x9b31mb", "ab"),
        ("a\x1bcb", "ab"),
        ("abc\u202excod.exe", "abcxcod.exe"),
        ("a\u200bb\ufeffc\u2066d", "abcd"),
        ("one\r\ntwo\tthree\u2028four", "one two three four"),
        ("nul\x00bell\x07del\x7f", "nulbelldel"),
        ("\ud800", ""),
    ],
)
def test_what_could_act_on_a_terminal_is_removed(text: str, said: str) -> None:
    assert formats.safe(text) == said


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\x1b[]\x9b0;m\x07\\\u202e\u200b"))))
def test_safe_text_is_one_harmless_line_and_stays_as_it_is(text: str) -> None:
    made = formats.safe(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f]", made)
    assert formats.safe(made) == made
