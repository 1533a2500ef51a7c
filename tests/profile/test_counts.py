"""Traits counted by person."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.profile.counts import Counts, coded, counts, flags, most_frequent

DAY = dt.date(2026, 5, 4)
Row = tuple[int, str | None, int]
ROWS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["a", "b", "c", None]), st.integers(0, 9)), max_size=40)


def seen(rows: list[Row]) -> pl.DataFrame:
    days = [DAY + dt.timedelta(days=day) for _person, _value, day in rows]
    columns = {"person": [row[0] for row in rows], "value": [row[1] for row in rows], "day": days}
    return pl.DataFrame(columns, schema={"person": pl.UInt32, "value": pl.String, "day": pl.Date})


def told(found: Counts) -> dict[tuple[int, str], int]:
    return {(person, found.names[value]): x for person, value, x in found.frame.iter_rows()}


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_every_value_of_every_person_is_counted(rows: list[Row]) -> None:
    found = counts(seen(rows))
    known = [(person, value) for person, value, _day in rows if value is not None]
    assert told(found) == Counter(known)
    assert dict(found.totals.iter_rows()) == Counter(person for person, _value in known)


@settings(deadline=None, max_examples=60)
@given(ROWS, st.randoms())
def test_the_order_of_rows_makes_no_difference(rows: list[Row], random: object) -> None:
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = counts(seen(rows), favourites=True), counts(seen(mixed), favourites=True)
    assert one.frame.equals(other.frame)
    assert one.favourites is not None
    assert one.favourites.equals(other.favourites)


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_the_favourite_is_the_most_frequent_of_several_the_latest_then_the_first_by_name(rows: list[Row]) -> None:
    found = counts(seen(rows), favourites=True)
    assert found.favourites is not None
    for person, favourite in found.favourites.iter_rows():
        mine = [(value, day) for who, value, day in rows if who == person and value is not None]
        often = Counter(value for value, _day in mine)
        last = {value: max(day for each, day in mine if each == value) for value in often}
        assert favourite == min(often, key=lambda value: (-often[value], -last[value], value))


def test_an_order_with_two_categories_counts_for_both_and_once_in_all() -> None:
    rows = seen([(0, "a", 0), (0, "b", 0), (0, "a", 1)])
    found = counts(rows, pl.DataFrame({"person": [0], "n": [2]}, schema_overrides={"person": pl.UInt32}))
    assert told(found) == {(0, "a"): 2, (0, "b"): 1}
    assert found.totals["n"].to_list() == [2]


def test_what_is_not_known_is_in_no_total() -> None:
    found = flags(pl.DataFrame({"person": [0, 0, 1, 2], "holds": [True, None, False, None]}), "yes")
    assert told(found) == {(0, "yes"): 1}
    assert sorted(found.totals.iter_rows()) == [(0, 1), (1, 1)]


def test_an_enum_keeps_its_own_order_and_numbers_theirs() -> None:
    parts = pl.Enum(["night", "morning", "evening"])
    assert coded(pl.Series(["evening", "night"], dtype=parts))[1].to_list() == ["night", "morning", "evening"]
    assert coded(pl.Series([10, 9, 2, None]))[1].to_list() == ["2", "9", "10"]


def test_only_the_most_frequent_values_stay_and_totals_as_they_were() -> None:
    found = most_frequent(counts(seen([(0, "a", 0), (0, "b", 0), (1, "b", 0), (1, "c", 0), (2, "c", 0)])), 2)
    assert told(found) == {(0, "b"): 1, (1, "b"): 1, (1, "c"): 1, (2, "c"): 1}
    assert found.totals["n"].sum() == 5
