from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.fields import date as dates

AS_OF = date(2026, 11, 22)


def read(raw: str, order: dates.Order | None = "dmy", **options: object) -> tuple[date | None, str | None]:
    return dates.normalise(pl.DataFrame({"raw": [raw]}), order=order, as_of=AS_OF, **options).row(0)  # type: ignore[arg-type]


def read_time(raw: str, order: dates.Order | None = "dmy", **options: object) -> tuple[datetime | None, str | None]:
    return dates.normalise_time(pl.DataFrame({"raw": [raw]}), order=order, as_of=AS_OF, **options).row(0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "country", "order", "decided_by"),
    [
        (["1/2/2024", "13/2/2024"], None, "dmy", "values"),
        (["1/2/2024", "1/13/2024"], "CO", "mdy", "values"),
        (["13/2/2024", "1/13/2024"], "CO", None, "both"),
        (["13/2/2024"] * 200 + ["1/13/2024"], None, "dmy", "values"),
        (["1/2/2024"], "US", "mdy", "country"),
        (["1/2/2024"], "CO", "dmy", "country"),
        (["1/2/2024"], "CA", None, "nothing"),
        (["1/2/2024"], None, None, "nothing"),
        (["2024-01-02"], None, "ymd", "values"),
        (["97-03-21", "01-02-03"], "CO", "ymd", "values"),
        ([], None, None, "nothing"),
    ],
)
def test_the_order_of_day_and_month_is_decided_by_the_column(
    values: list[str], country: str | None, order: str | None, decided_by: str
) -> None:
    found = dates.order(pl.Series(values, dtype=pl.String), country=country)
    assert (found.order, found.decided_by) == (order, decided_by)


def test_the_evidence_for_an_order_is_counted() -> None:
    found = dates.order(pl.Series(["13/2/2024", "1/13/24 10:00", "1/2/2024", "2024-01-01", None, "x"]))
    assert (found.first_over_12, found.second_over_12, found.year_first, found.n) == (1, 1, 1, 3)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2024-01-15", date(2024, 1, 15)),
        ("15/01/2024", date(2024, 1, 15)),
        ("5.6.24", date(2024, 6, 5)),
        ("3-ene-24", date(2024, 1, 3)),
        ("12 de enero de 2024 10:20 hs.", date(2024, 1, 12)),
        ("enero 12 de 2024", date(2024, 1, 12)),
        ("Mar 3, 2024", date(2024, 3, 3)),
        ("March 3rd 2024", date(2024, 3, 3)),
        ("1º de março de 2024", date(2024, 3, 1)),
        ("miércoles 3 sept. 2024", date(2024, 9, 3)),
        ("19560409", date(1956, 4, 9)),
        ("04091956", date(1956, 9, 4)),
        ("2024/1/5", date(2024, 1, 5)),
        ("45321", date(2024, 1, 30)),
        ("45321.0", date(2024, 1, 30)),
        ("1705312230", date(2024, 1, 15)),
        ("Mon Jan 15 2024 10:20:30 GMT-0500 (hora estándar de Colombia)", date(2024, 1, 15)),
    ],
)
def test_every_form_people_and_systems_write_is_read(raw: str, expected: date) -> None:
    assert read(raw)[0] == expected


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("31/02/2024", "date.invalid"),
        ("29/02/2023", "date.invalid"),
        ("2024-13-01", "date.invalid"),
        ("15/01/2024 25:00", "date.invalid"),
        ("1900-01-01", "date.placeholder"),
        ("0000-00-00", "date.placeholder"),
        ("00/00/0000", "date.placeholder"),
        ("9999-12-31", "date.placeholder"),
        ("1970-01-01", "date.placeholder"),
        ("1984", "date.incomplete"),
        ("03/2024", "date.incomplete"),
        ("12 de marzo", "date.incomplete"),
        ("marzo 2024", "date.incomplete"),
        ("1/1/2050", "date.unlikely"),
        ("1/1/1850", "date.unlikely"),
        ("hola", "date.unreadable"),
        ("=NOW()", "date.unreadable"),
        ("🙂", "date.unreadable"),
        ("9" * 10_000, "date.unreadable"),
    ],
)
def test_what_is_no_date_is_dropped_with_its_reason(raw: str, rule: str) -> None:
    assert read(raw) == (None, rule)


def test_a_date_with_two_readings_waits_for_the_order_of_its_column() -> None:
    assert read("3/4/2024", None) == (None, "date.ambiguous")
    assert read("04031999", None) == (None, "date.ambiguous")
    assert read("3/4/2024", "dmy")[0] == date(2024, 4, 3)
    assert read("3/4/2024", "mdy")[0] == date(2024, 3, 4)
    assert read("4/4/2024", None)[0] == date(2024, 4, 4)
    assert read("97-03-21", "ymd")[0] == date(1997, 3, 21)


def test_a_date_that_fits_only_the_other_order_is_a_guess() -> None:
    assert read("01/25/2024", "dmy") == (date(2024, 1, 25), "date.swapped")
    assert read("25/01/2024", "mdy") == (date(2024, 1, 25), "date.swapped")


def test_births_lie_between_1915_and_today() -> None:
    assert read("12/05/1914", birth=True) == (None, "date.unlikely")
    assert read("23/11/2026", birth=True) == (None, "date.unlikely")
    assert read("12/05/56", birth=True) == (date(1956, 5, 12), "date.century")
    assert read("12/05/27", birth=True)[0] == date(1927, 5, 12)
    assert read("12/05/27")[0] == date(2027, 5, 12)


def test_a_spreadsheet_that_counts_from_1904_says_so() -> None:
    assert read("43859", serial=1904) == (date(2024, 1, 30), "date.spreadsheet_number")


@pytest.mark.parametrize(
    ("raw", "expected", "rule"),
    [
        ("2024-01-15 10:20:30", datetime(2024, 1, 15, 10, 20, 30), None),
        ("15/01/2024 3:05 p. m.", datetime(2024, 1, 15, 15, 5), "date.format"),
        ("15/01/2024 12:30:00 AM", datetime(2024, 1, 15, 0, 30), "date.format"),
        ("2024-01-15T10:20:30.123Z", datetime(2024, 1, 15, 5, 20, 30, 123000), "date.zone"),
        ("2024-01-15 22:20:30 -0500", datetime(2024, 1, 15, 22, 20, 30), "date.format"),
        ("Mon, 15 Jan 2024 10:20:30 +0000", datetime(2024, 1, 15, 5, 20, 30), "date.zone"),
        ("45321.5", datetime(2024, 1, 30, 12), "date.spreadsheet_number"),
        ("1705312230000", datetime(2024, 1, 15, 4, 50, 30), "date.epoch"),
        ("20240115102030", datetime(2024, 1, 15, 10, 20, 30), "date.format"),
    ],
)
def test_a_moment_is_told_in_the_zone_of_the_project(raw: str, expected: datetime, rule: str | None) -> None:
    assert read_time(raw, zone="America/Bogota") == (expected, rule)


def test_without_a_zone_the_clock_stays_as_written() -> None:
    assert read_time("2024-01-15T10:20:30Z")[0] == datetime(2024, 1, 15, 10, 20, 30)


def test_a_date_is_put_together_from_parts_only_when_the_calendar_has_it() -> None:
    parts = pl.DataFrame({"y": [2024, 2023, 1900, 2024, None], "m": [2, 2, 2, 13, 1], "d": [29, 29, 29, 1, 1]})
    found = parts.select(dates.from_parts(pl.col("y"), pl.col("m"), pl.col("d"))).to_series().to_list()
    assert found == [date(2024, 2, 29), None, None, None, None]


def test_an_empty_column_is_answered() -> None:
    empty = pl.DataFrame(schema={"raw": pl.String})
    assert dates.normalise(empty, order=None, as_of=AS_OF).schema["value"] == pl.Date
    assert dates.normalise_time(empty, order=None, as_of=AS_OF, zone="America/Bogota").height == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=25),
            st.from_regex(r"[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}( [0-9]{1,2}:[0-9]{2})?", fullmatch=True),
            st.from_regex(r"[0-9]{5,16}", fullmatch=True),
        ),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from([None, "dmy", "mdy", "ymd"]),
)
def test_reading_a_read_date_changes_nothing(cells: list[str], order: dates.Order | None) -> None:
    frame = pl.DataFrame({"raw": cells})
    for kernel in (dates.normalise, dates.normalise_time):
        once = kernel(frame, order=order, as_of=AS_OF)
        assert once.height == frame.height
        kept = once["value"].drop_nulls()
        twice = kernel(kept.cast(pl.String).to_frame("raw"), order=order, as_of=AS_OF)
        assert twice["value"].to_list() == kept.to_list()
        assert twice["rules"].null_count() == twice.height


@settings(max_examples=60, deadline=None)
@given(st.dates(date(1915, 1, 1), AS_OF))
def test_a_date_written_in_any_order_comes_back(day: date) -> None:
    if day == date(1970, 1, 1):
        return
    assert read(day.strftime("%d/%m/%Y"), "dmy", birth=True)[0] == day
    assert read(day.strftime("%m-%d-%Y"), "mdy", birth=True)[0] == day
    assert read(day.strftime("%Y%m%d"), None, birth=True)[0] == day
