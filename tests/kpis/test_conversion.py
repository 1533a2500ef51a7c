"""Visits that become orders, worked by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from custintel.intervals import wilson
from custintel.kpis.costs import Costs
from custintel.kpis.findings import findings
from custintel.kpis.poisson import garwood_of
from custintel.kpis.survey import Survey, Tables, survey
from custintel.periods import Period

from .test_ledger_cases import order, table

Made = Callable[..., Costs]
NOON = dt.datetime(2026, 5, 4, 12)
NOTHING = "  - {category: outer_packing, rate: 0}\n"


def visit(name: str, channel: str = "Direct", order_id: str | None = None, **more: Any) -> dict[str, Any]:
    usual = {"visitor_id": f"v{name}", "customer_id": None, "started_at": NOON, "campaign": None}
    return {
        "session_id": name,
        "channel": channel,
        "order_id": order_id,
        "converted": order_id is not None,
        **usual,
        **more,
    }


def visits(*rows: dict[str, Any]) -> pl.DataFrame:
    text = {"customer_id": pl.String, "order_id": pl.String, "campaign": pl.String}
    return pl.DataFrame(list(rows), schema_overrides=text, infer_schema_length=None)


def events(*rows: tuple[str, int, str], bot: bool = False) -> pl.LazyFrame:
    """Session, minutes after noon, what happened."""
    return pl.LazyFrame(
        [{"session_id": s, "ts": NOON + dt.timedelta(minutes=m), "event": e, "bot": bot} for s, m, e in rows],
        schema={"session_id": pl.String, "ts": pl.Datetime("us"), "event": pl.String, "bot": pl.Boolean},
    ).with_columns(excluded=pl.lit(None, pl.String), transaction_id=pl.lit(None, pl.String))


def number(made: Survey, kpi: str, cut: str = "all", group: str | None = None) -> dict[str, Any]:
    same = pl.col("group").eq_missing(pl.lit(group, pl.String))
    return made.numbers.filter(pl.col("cut") == cut, pl.col("kpi") == kpi, same).row(0, named=True)


@pytest.fixture
def made(costs: Made) -> Survey:
    """Five visits of four people; three web orders, of which analytics saw two, and one by phone."""
    orders = table(
        order("A", channel="Direct", analytics_id="T1"),
        order("B", "cancelled", channel="Email", analytics_id="T2"),
        order("C", channel=None, analytics_id="T3"),
        order("D", channel=None, analytics_id="T4", sale_channel="phone"),
    )
    seen = visits(
        visit("1", "Direct", "T1", customer_id="ana"),
        visit("2", "Direct", customer_id="ana"),
        visit("3", "Direct"),
        visit("4", "Email", "T2"),
        visit("5", "Email"),
    )
    steps = events(
        ("1", 0, "view_item"), ("1", 1, "add_to_cart"), ("1", 2, "begin_checkout"), ("1", 3, "purchase"),
        ("2", 0, "view_item"), ("3", 5, "view_item"), ("3", 1, "add_to_cart"), ("4", 0, "purchase"),
    )  # fmt: skip
    return survey(Tables(orders, visits=seen, events=steps), costs(NOTHING))


def test_orders_per_visit_come_from_the_orders_and_have_the_interval_of_a_count(made: Survey) -> None:
    row = number(made, "cr_visit_placed")
    fewest, most = garwood_of(3)
    assert (row["numerator"], row["denominator"], row["value"]) == (3, 5, 0.6)
    assert (row["low"], row["high"]) == pytest.approx((fewest / 5, most / 5))
    assert number(made, "cr_visit_kept")["numerator"] == 2


def test_visits_with_an_order_and_visitors_with_an_order_are_counted_apart(made: Survey) -> None:
    """Ana came twice and bought once."""
    sessions, persons = number(made, "cr_session"), number(made, "cr_person")
    assert (sessions["numerator"], sessions["denominator"]) == (2, 5)
    assert (persons["numerator"], persons["denominator"]) == (2, 4)
    low, high = pl.select(*(end.alias(n) for n, end in zip("lh", wilson(pl.lit(2), pl.lit(5)), strict=True))).row(0)
    assert (sessions["low"], sessions["high"]) == pytest.approx((low, high))


def test_a_step_counts_only_after_the_step_before_it(made: Survey) -> None:
    """Visit 3 put something in the cart before it looked at anything; visit 4 bought without looking."""
    steps = [number(made, f"cr_{step}") for step in ("view_item", "add_to_cart", "begin_checkout", "purchase")]
    assert [(step["numerator"], step["denominator"]) for step in steps] == [(3, 5), (1, 3), (1, 1), (1, 1)]


def test_orders_that_analytics_did_not_see_are_a_row_and_the_share_is_told(made: Survey) -> None:
    row = number(made, "cr_visit_placed", "channel", None)
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 0, None)
    assert made.visits is not None
    assert made.visits.tracked == pytest.approx(2 / 3)
    assert "tracked_in_part" in [one.code for one in findings(made)]
    channels = made.visited["channel"]
    for name in ("visits", "converted", "web_placed", "web_kept"):
        assert channels[name].sum() == made.visited["all"][name].item()


def test_robots_are_in_no_step(costs: Made) -> None:
    robots = events(("1", 0, "view_item"), bot=True)
    made = survey(Tables(table(order("A")), visits=visits(visit("1")), events=robots), costs(NOTHING))
    assert number(made, "cr_view_item")["numerator"] == 0


def test_only_days_with_visits_count(costs: Made) -> None:
    """An order from before the first visit is none of the visits' orders."""
    orders = table(order("A"), order("B", ordered_at=dt.datetime(2026, 4, 1)))
    made = survey(Tables(orders, visits=visits(visit("1")), events=events()), costs(NOTHING))
    assert number(made, "cr_visit_placed")["numerator"] == 1
    may = Period(dt.date(2026, 6, 1), dt.date(2026, 6, 30))
    assert survey(Tables(orders, visits=visits(visit("1")), events=events()), costs(NOTHING), period=may).visits is None


def test_orders_of_a_marketplace_pay_commission_and_belong_to_no_visit(costs: Made) -> None:
    """Two orders of 100,000, one of them on a marketplace that keeps 16 %; two visits: 1 of 2, and 16,000."""
    items = "  - {category: marketplace_commission, rate: 16%, where: {channel: marketplace}}\n"
    orders = table(order("A"), order("M", sale_channel="marketplace", channel="Marketplace"))
    made = survey(Tables(orders, visits=visits(visit("1"), visit("2")), events=events()), costs(items))
    rate = number(made, "cr_visit_placed")
    assert (rate["numerator"], rate["denominator"], rate["value"]) == (1, 2, 0.5)
    assert number(made, "cpa_marketing", "channel", "Marketplace")["value"] == 16_000


def test_a_rate_per_visit_may_be_above_one(costs: Made) -> None:
    orders = table(order("A"), order("B"), order("C"))
    made = survey(Tables(orders, visits=visits(visit("1")), events=events()), costs(NOTHING))
    assert number(made, "cr_visit_placed")["value"] == 3.0


def test_where_only_totals_are_known_there_are_rates_per_visit_and_no_others(costs: Made) -> None:
    totals = pl.DataFrame(
        {"date": [NOON.date()], "channel": ["Direct"], "campaign": [None], "visits": [40]},
        schema_overrides={"campaign": pl.String},
    )
    empty = visits(visit("1")).clear()
    made = survey(Tables(table(order("A")), visits=empty, events=events(), traffic=totals), costs(NOTHING))
    assert number(made, "cr_visit_placed")["value"] == 1 / 40
    assert "cr_session" not in made.numbers["kpi"]
