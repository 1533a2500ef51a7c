"""Cohorts and the audit, worked by hand."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.value.audit import audit
from custintel.value.cohorts import Period, aged, at_equal_age, over_time, period_of, retention

from .test_expectations import days_of

JAN, FEB, MAR, APR = (dt.date(2026, month, 10) for month in (1, 2, 3, 4))
MONTH = Period("1mo")


@pytest.fixture
def days() -> pl.DataFrame:
    """Ana buys in January, February and April and gives back in March; Luis in January; Eva in February and March."""
    return days_of(
        ("ana", JAN, 1, 100),
        ("ana", FEB, 2, 50),
        ("ana", MAR, 0, -30),
        ("ana", APR, 1, 70),
        ("luis", JAN, 1, 40),
        ("eva", FEB, 1, 20),
        ("eva", MAR, 1, 20),
        ("nora", FEB, 0, -5),
    )


def test_the_triangle_counts_periods_that_are_over(days: pl.DataFrame) -> None:
    found = retention(aged(days, MONTH), MONTH, dt.date(2026, 4, 29), "net")
    assert found.select("cohort", "age", "customers", "active", "orders", "net").rows() == [
        (dt.date(2026, 1, 1), 0, 2, 2, 2, 140),
        (dt.date(2026, 1, 1), 1, 2, 1, 2, 50),
        (dt.date(2026, 1, 1), 2, 2, 0, 0, -30),
        (dt.date(2026, 2, 1), 0, 1, 1, 1, 20),
        (dt.date(2026, 2, 1), 1, 1, 1, 1, 20),
    ]
    whole = retention(aged(days, MONTH), MONTH, dt.date(2026, 4, 30), "net")
    assert whole.filter(pl.col("age") == 3)["active"].to_list() == [1]


def test_quarters_are_named_and_end_when_they_do() -> None:
    quarter = Period("1q")
    assert quarter.name(dt.date(2026, 4, 1)) == "2026-Q2"
    assert quarter.over(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    assert not quarter.over(dt.date(2026, 4, 1), dt.date(2026, 6, 29))
    assert MONTH.over(dt.date(2025, 12, 1), dt.date(2025, 12, 31))


def test_long_data_are_told_by_quarter(days: pl.DataFrame) -> None:
    assert period_of(days, dt.date(2026, 5, 1)).every == "1mo"
    assert period_of(days, dt.date(2028, 5, 1)).every == "1q"
    assert period_of(days, dt.date(2026, 5, 1), "quarter").every == "1q"


def test_cohorts_are_compared_over_those_seen_that_long(days: pl.DataFrame) -> None:
    """To 20 March: January's two have been seen 69 days, Eva 38: at 30 days all, at 90 nobody."""
    found = at_equal_age(aged(days, MONTH), dt.date(2026, 3, 20), "net")
    assert found.select("cohort", "days", "customers", "again", "money").rows() == [
        (dt.date(2026, 1, 1), 30, 2, 0, 70.0),
        (dt.date(2026, 2, 1), 30, 1, 1, 40.0),
    ]


def test_the_base_over_time_counts_new_and_returning(days: pl.DataFrame) -> None:
    found = over_time(aged(days, MONTH))
    assert found.rows() == [
        (dt.date(2026, 1, 1), 2, 2, 2, 140, 140),
        (dt.date(2026, 2, 1), 2, 1, 3, 70, 20),
        (dt.date(2026, 3, 1), 1, 0, 1, -10, 0),
        (dt.date(2026, 4, 1), 1, 0, 1, 70, 0),
    ]


def test_two_periods_by_hand(days: pl.DataFrame) -> None:
    """9 January to 10 April are 92 days, so 46 and 46, the second from 24 February on."""
    rows = pl.concat([days, days_of(("old", dt.date(2026, 1, 9), 1, 10))]).sort("customer_id", "day")
    two = audit(rows, APR, MONTH, "net").two
    assert two is not None
    assert (two.before.start, two.now.start, two.now.end) == (dt.date(2026, 1, 9), dt.date(2026, 2, 24), APR)
    groups = {row["group"]: row for row in two.groups.iter_rows(named=True)}
    assert {name: row["customers"] for name, row in groups.items()} == {"kept": 2, "lost": 2, "new": 0, "won_back": 0}
    assert (groups["kept"]["net_before"], groups["kept"]["net_now"]) == (170, 60)
    assert (two.customers, two.orders, two.net, two.others) == ((4, 2), (6, 2), (220, 60), (-5, 0))
    assert sum(two.split.values()) == 60 - 220


def test_who_came_back_after_a_whole_period_is_won_back() -> None:
    start = dt.date(2026, 1, 1)
    rows = days_of(
        ("ana", start, 1, 10), ("ana", start + dt.timedelta(days=799), 1, 10), ("luis", start, 1, 10),
        ("luis", start + dt.timedelta(days=400), 1, 10),
    )  # fmt: skip
    two = audit(rows, start + dt.timedelta(days=799), Period("1q"), "net").two
    assert two is not None
    counts = dict(two.groups.select("group", "customers").iter_rows())
    assert counts == {"kept": 0, "lost": 1, "new": 0, "won_back": 1}


ROW = st.tuples(st.sampled_from("abcdef"), st.integers(0, 500), st.integers(0, 3), st.integers(-10_000, 10_000)).map(
    lambda row: (row[0], dt.date(2025, 1, 1) + dt.timedelta(days=row[1]), row[2], row[3])
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(ROW, min_size=1, max_size=40, unique_by=lambda row: row[:2]).filter(lambda rows: any(r[2] for r in rows))
)
def test_every_part_of_the_audit_adds_up(rows: list[tuple[str, dt.date, int, int]]) -> None:
    days = days_of(*rows)
    last: dt.date = days["day"].max()
    found = audit(days, last, MONTH, "net")
    older = aged(days, MONTH)
    assert found.over_time["net"].sum() == older["net"].sum()
    assert found.over_time["new"].sum() == older["customer_id"].n_unique()
    assert (found.cohorts["active"] <= found.cohorts["customers"]).all()
    if found.two is not None:
        two = found.two
        for span, end in ((two.before, "before"), (two.now, "now")):
            within = days.filter(pl.col("day").is_between(span.start, span.end))["net"].sum()
            place = 0 if end == "before" else 1
            assert two.groups[f"money_{end}"].sum() + two.others[place] == within
        if two.split:
            assert sum(two.split.values()) == two.money[1] - two.money[0]
