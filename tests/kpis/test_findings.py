"""What is said about the numbers, and when nothing is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from custintel.findings import Finding
from custintel.kpis import words
from custintel.kpis.costs import Costs
from custintel.kpis.findings import findings
from custintel.kpis.payback import payback
from custintel.kpis.survey import Tables, survey

from .test_ledger_cases import order, table

Made = Callable[..., Costs]
DAY = dt.date(2026, 5, 4)
MEDIA = "  - {category: media}\n"
MONTH = "driver: per_period, from: 2026-05-01, to: 2026-05-31"


def told(costs: Costs, orders: list[dict[str, Any]], **more: pl.DataFrame) -> dict[str, Finding]:
    return {one.code: one for one in findings(survey(Tables(table(*orders), **more), costs))}


def spend(channel: str, amount: float, claimed: float | None = None) -> pl.DataFrame:
    row = {"date": DAY, "channel": channel, "amount": float(amount), "currency": "COP", "claimed_conversions": claimed}
    return table(row)


def paid(
    count: int, status: str = "delivered", total: float = 100_000, channel: str | None = "Paid Social"
) -> list[dict[str, Any]]:
    return [
        order(f"{status}{channel}{n:03}", status, total, channel=channel, is_new=True, customer_id=f"{channel}{n}")
        for n in range(count)
    ]


def test_what_an_order_is_believed_to_cost_stands_beside_what_it_costs_and_where_it_breaks_even(costs: Made) -> None:
    """Media of 1,000,000 over 100 placed; with packing of 3,000 for each, over 80 kept: 16,250; 100,000 net each."""
    packing = "  - {category: outer_packing, rate: 3000}\n"
    orders = paid(80) + paid(20, "refused")
    found = told(costs(MEDIA + packing), orders, spend=spend("Paid Social", 1_000_000))
    figures = found["real_cost"].figures
    assert (figures["believed"], figures["real"], figures["breaks_even"]) == (10_000, 16_250, 100_000)
    assert figures["low"] < figures["real"] < figures["high"]
    said = words.sentence(found["real_cost"], "COP")
    assert said.startswith("You believe an order from Paid Social costs")
    assert "16,250" in said
    assert "stop" not in found


def test_a_channel_is_to_be_stopped_when_more_orders_lose_more_and_chance_cannot_explain_it(costs: Made) -> None:
    assert "stop" in told(costs(MEDIA), paid(100), spend=spend("Paid Social", 15_000_000))
    few = told(costs(MEDIA), paid(3), spend=spend("Paid Social", 400_000))
    assert ("stop" in few, "watch" in few) == (False, True)


def test_costs_of_the_whole_business_stop_no_channel(costs: Made) -> None:
    """Salaries of 20 million: nothing is left, but each order more brings 99,000."""
    items = MEDIA + f"  - {{category: marketing_salaries, rate: 20000000, {MONTH}}}\n"
    found = told(costs(items), paid(100), spend=spend("Paid Social", 100_000))
    assert ("stop" in found, "earns_no_share" in found) == (False, True)


def test_money_that_kept_no_order_is_told_with_its_lower_bound(costs: Made) -> None:
    orders = [*paid(30, channel="Direct"), *paid(2, "refused")]
    found = told(costs(MEDIA), orders, spend=spend("Paid Social", 1_000_000))
    assert found["spent_for_nothing"].figures["least"] == pytest.approx(271_085, abs=1)


def test_nothing_is_said_of_channels_when_most_orders_name_none(costs: Made) -> None:
    orders = [*paid(10), *paid(30, channel=None)]
    found = told(costs(MEDIA), orders, spend=spend("Paid Social", 9_000_000, 50))
    assert "channels_not_known" in found
    assert not {"stop", "watch", "real_cost", "claimed_more"} & set(found)
    april = [
        {**one, "order_id": f"x{one['order_id']}", "ordered_at": dt.datetime(2026, 4, 3)}
        for one in paid(60, channel=None)
    ]
    found = told(costs(MEDIA), [*paid(10), *april], spend=spend("Paid Social", 9_000_000))
    assert found["channels_known_since"].figures["since"] == dt.date(2026, 5, 1)


def test_what_platforms_claim_is_told_when_orders_do_not_bear_it_out(costs: Made) -> None:
    found = told(costs(MEDIA), paid(10) + paid(2, "refused"), spend=spend("Paid Social", 9_000, 30))
    figures = found["claimed_more"].figures
    assert (figures["claimed"], figures["placed"], figures["kept"], figures["ratio"]) == (30, 12, 10, 2.5)
    assert "claimed_less" in told(costs(MEDIA), paid(10), spend=spend("Paid Social", 9_000, 3))
    assert "claimed_more" not in told(costs(MEDIA), paid(10), spend=spend("Paid Social", 9_000))


def calls(results: dict[str, str]) -> pl.DataFrame:
    moment = dt.datetime(2026, 5, 4, 9)
    return table(
        *(
            {"order_id": name, "purpose": "confirmation", "started_at": moment, "seconds": 60, "result": result}
            for name, result in results.items()
        )
    )


def test_calls_are_weighed_against_the_refusals_they_avoid(costs: Made) -> None:
    """100 cash orders called for 400 each: 30 stopped, 20 refused at 13,000 (2,000 out, 11,000 back), 50 kept.

    The calls cost 40,000 and spare 390,000. They find 60 % of what would be refused: a call pays from
    400 / (13,000 x 0.6) = 5.13 %. Card orders are never refused.
    """
    items = (
        "  - {category: confirmation_calls, rate: 400}\n  - {category: outer_packing, rate: 2000}\n"
        "  - {category: cod_refusal, rate: 11000}\n"
    )
    made = [order(f"s{n}", "cancelled", payment_method="cod", is_new=True) for n in range(30)]
    made += [order(f"r{n}", "refused", payment_method="cod", is_new=True) for n in range(20)]
    made += [order(f"k{n}", payment_method="cod", is_new=True) for n in range(50)]
    made += [order(f"c{n}", payment_method="card", is_new=True) for n in range(100)]
    results = {one["order_id"]: "declined" if one["order_id"][0] == "s" else "confirmed" for one in made[:100]}
    seen = survey(Tables(table(*made), calls=calls(results)), costs(items))
    found = seen.confirmation
    assert found is not None
    assert (found.called, found.stopped, found.refused) == (100, 30, 20)
    assert (found.call_cost, found.refusal_cost) == (40_000, 1_300_000)
    assert found.spared == 30 * 1_300_000 - 100 * 40_000
    assert found.pays_from == pytest.approx(400 / (13_000 * 0.6))
    assert dict(found.groups.select("payment_method", "verdict").iter_rows()) == {"cod": "call", "card": "do_not_call"}
    codes = {one.code: one.figures for one in findings(seen)}
    assert codes["calls_pay"]["spared"] == 350_000
    assert codes["confirm_call"]["methods"] == ["cod"]


def test_too_few_calls_say_nothing(costs: Made) -> None:
    orders = table(order("A", "refused", payment_method="cod"))
    assert survey(Tables(orders, calls=calls({"A": "confirmed"})), costs(MEDIA)).confirmation is None


def test_a_new_customer_has_paid_back_in_the_first_month_whose_margins_reach_their_cost() -> None:
    """20 customers who bring 300 at once and 300 in their second month, and cost 500 each."""
    first = [{"customer_id": str(n), "placed_on": DAY, "kept": True, "is_new": True, "cm2": 300} for n in range(20)]
    later = [{**one, "placed_on": DAY + dt.timedelta(days=40), "is_new": False} for one in first]
    orders = pl.DataFrame(first + later)
    made = payback(orders, 10_000, DAY + dt.timedelta(days=100))
    assert (made.customers, made.cac, made.month) == (20, 500, 2)
    assert made.months["earned"].to_list() == [300, 600, 600]
    assert payback(orders, 20_000, DAY + dt.timedelta(days=100)).month is None
    assert payback(orders, 10_000, DAY + dt.timedelta(days=20)).months.height == 0


def test_months_count_only_customers_seen_for_all_of_them() -> None:
    """20 old customers bring 100 and 50; 20 who came 30 days ago bring 100: month 2 is of the old ones only."""
    old = [{"customer_id": f"o{n}", "placed_on": DAY, "kept": True, "is_new": True, "cm2": 100} for n in range(20)]
    again = [{**one, "placed_on": DAY + dt.timedelta(days=31), "is_new": False, "cm2": 50} for one in old]
    new = [{**one, "customer_id": f"n{n}", "placed_on": DAY + dt.timedelta(days=40)} for n, one in enumerate(old)]
    made = payback(pl.DataFrame(old + again + new), 1, DAY + dt.timedelta(days=70))
    assert made.months.rows() == [(1, 40, 100.0), (2, 20, 150.0)]


def test_a_channel_that_keeps_fewer_orders_than_the_rest_is_named_and_equal_ones_are_not(costs: Made) -> None:
    orders = [*paid(50), *paid(50, "refused"), *paid(95, channel="Direct"), *paid(5, "refused", channel="Direct")]
    found = told(costs(MEDIA), orders)
    assert found["keeps_fewer"].figures["channel"] == "Paid Social"
    equal = told(
        costs(MEDIA),
        [*paid(90), *paid(10, "refused"), *paid(91, channel="Direct"), *paid(9, "refused", channel="Direct")],
    )
    assert "none_stands_out" in equal
    assert not {"keeps_fewer", "keeps_more"} & set(equal)


def test_every_finding_has_a_sentence_in_which_all_its_figures_are_known(costs: Made) -> None:
    from string import Formatter

    said = {name for text in words.FINDINGS.values() for _, name, _, _ in Formatter().parse(text) if name}
    known = {
        "channel",
        "first",
        "last",
        "methods",
        "since",
        "days",
        "low",
        "high",
        "share",
        "rest",
        "visible",
        "pays_from",
    }
    assert said <= words._MONEY | words._COUNTS | known
