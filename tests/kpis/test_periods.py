from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel.kpis.costs import Costs
from custintel.kpis.periods import windows

Made = Callable[..., Costs]
ITEM = "  - {{category: storage, rate: {rate}, every: {every}, from: {start}, to: {end}, currency: {currency}}}\n"


def due(costs: Made, rate: str, every: str, start: str, end: str, currency: str = "COP") -> list[tuple[str, str, int]]:
    item = ITEM.format(rate=rate, every=every, start=start, end=end, currency=currency)
    found = windows(costs(item, "currency: COP\nfx: {CLP: 4}").items[0])
    return [(f"{window.start}", f"{window.end}", window.amount) for window in found]


def test_months_begin_on_the_day_of_the_first_and_the_31st_is_the_last_of_short_ones(costs: Made) -> None:
    assert due(costs, "100", "month", "2026-01-31", "2026-04-29") == [
        ("2026-01-31", "2026-02-27", 10_000),
        ("2026-02-28", "2026-03-30", 10_000),
        ("2026-03-31", "2026-04-29", 10_000),
    ]


def test_a_period_that_is_cut_short_costs_its_share_of_days(costs: Made) -> None:
    assert due(costs, "310", "month", "2026-04-01", "2026-05-10") == [
        ("2026-04-01", "2026-04-30", 31_000),
        ("2026-05-01", "2026-05-10", 10_000),  # 10 of 31 days
    ]


@pytest.mark.parametrize(
    ("every", "starts"),
    [
        ("day", ["2026-01-01", "2026-01-02", "2026-01-03"]),
        ("week", ["2026-01-01", "2026-01-08", "2026-01-15"]),
        ("quarter", ["2026-01-01", "2026-04-01", "2026-07-01"]),
        ("year", ["2026-01-01", "2027-01-01", "2028-01-01"]),
    ],
)
def test_periods_follow_each_other(costs: Made, every: str, starts: list[str]) -> None:
    found = due(costs, "1", every, "2026-01-01", "2028-12-31")
    assert [start for start, _, _ in found[:3]] == starts


def test_a_currency_without_cents_is_split_in_whole_units(costs: Made) -> None:
    assert due(costs, "1000", "month", "2026-01-01", "2026-01-31", "CLP") == [("2026-01-01", "2026-01-31", 1000)]


@given(
    st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31)),
    st.integers(0, 900),
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
def test_periods_cover_every_day_once(costs: Made, start: dt.date, length: int, every: str) -> None:
    end = start + dt.timedelta(days=length)
    found = due(costs, "12.34", every, f"{start}", f"{end}")
    assert (found[0][0], found[-1][1]) == (f"{start}", f"{end}")
    for (_, last, _), (following, _, _) in itertools.pairwise(found):
        assert dt.date.fromisoformat(following) - dt.date.fromisoformat(last) == dt.timedelta(days=1)
