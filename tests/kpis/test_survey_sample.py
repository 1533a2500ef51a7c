"""The numbers of the invented shop are those that its simulation knows to be true."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import polars as pl
import pytest

from custintel.kpis.costs_file import read_costs
from custintel.kpis.sales import CUTS, RUNGS
from custintel.kpis.survey import Survey, Tables, survey
from custintel.periods import Period

from .conftest import SHOP, Shop

DOLLAR = 4_000
SUMS = ("placed", "kept", "billed", "net_sales", "acquisition", "hidden", "product", "cm3", "media")


def tables(shop: Shop) -> Tables:
    return Tables(shop.orders, shop.items, shop.returns, shop.calls, shop.spend)


@pytest.fixture(scope="module")
def made(shop: Shop) -> Survey:
    return survey(tables(shop), read_costs(SHOP / "costs.yaml"))


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return dict(json.loads((SHOP / "truth" / "numbers.json").read_text(encoding="utf-8")))


def whole(made: Survey) -> dict[str, Any]:
    return made.added["all"].row(0, named=True)


def value(made: Survey, kpi: str, cut: str = "all", group: str | None = None) -> dict[str, Any]:
    same = pl.col("group").eq_missing(pl.lit(group, pl.String))
    return made.numbers.filter(pl.col("cut") == cut, pl.col("kpi") == kpi, same).row(0, named=True)


def test_every_rung_of_the_ladder_is_right(made: Survey, truth: dict[str, Any]) -> None:
    assert {rung: whole(made)[rung] for rung in RUNGS} == truth["orders"]["ladder"]["all"]


def test_the_orders_of_every_channel_are_right(made: Survey, truth: dict[str, Any]) -> None:
    assert dict(made.added["channel"].select("group", "placed").iter_rows()) == truth["orders"]["by_channel"]


def test_what_kept_orders_billed_and_gave_back_is_right(made: Survey, truth: dict[str, Any]) -> None:
    pesos, dollars = (truth["money"][currency]["kept"] for currency in ("COP", "USD"))
    assert whole(made)["billed"] == 100 * (pesos["total"] + DOLLAR * dollars["total"])
    assert whole(made)["refunds"] == 100 * (pesos["refunded"] + DOLLAR * dollars["refunded"])
    net = (pesos["total"] + DOLLAR * dollars["total"] - pesos["refunded"] - DOLLAR * dollars["refunded"]) / 1.19
    assert whole(made)["net_sales"] == pytest.approx(100 * net, abs=whole(made)["kept"])


def test_costs_are_those_entered_but_for_none(made: Survey, truth: dict[str, Any]) -> None:
    spent = sum(whole(made)[name] for name in ("acquisition", "product", "hidden"))
    assert spent == round(sum(float(cost["total"]) for cost in truth["costs"]) * 100)
    assert whole(made)["media"] == 100 * truth["spend"]["total"]
    assert (
        made.added["channel"].filter(pl.col("group") == "paid_social")["media"].item()
        == 100 * (truth["spend"]["by_channel"]["Meta"])
    )


def test_customers_are_right(made: Survey, truth: dict[str, Any]) -> None:
    found = value(made, "repeat_rate")
    assert (found["numerator"], found["denominator"]) == (truth["people"]["repeat_buyers"], truth["people"]["buyers"])


def test_calls_and_refusals_are_right(made: Survey, truth: dict[str, Any]) -> None:
    found = made.confirmation
    assert found is not None
    assert found.refused == truth["returns"]["refusal"] == value(made, "refusal_rate")["numerator"]
    results = truth["calls"]["by_result"]
    assert found.stopped == results["Cancela"] + results["Número errado"]
    assert found.call_cost * found.called == 83_368_200
    verdicts = dict(found.groups.group_by("payment_method").agg(pl.col("verdict").unique().sort()).iter_rows())
    assert (verdicts["cod"], verdicts["card"]) == (["call"], ["do_not_call"])


def test_what_platforms_claim_stands_beside_what_exists(made: Survey, truth: dict[str, Any]) -> None:
    assert made.claims["claimed"].sum() == truth["spend"]["claimed_sales"]
    orders = truth["orders"]["by_channel"]
    assert dict(made.claims.select("channel", "placed").iter_rows()) == {
        name: orders[name] for name in ("paid_social", "paid_search")
    }


def test_the_margins_of_orders_and_the_costs_on_no_order_add_up_to_the_whole(made: Survey) -> None:
    found, total = made.order_margins, whole(made)
    assert found.height == total["placed"] == found["order_id"].n_unique()
    assert int(found["net_sales"].sum() * 100) == total["net_sales"]
    nowhere = made.ledger.cost_ledger.filter(pl.col("order_id").is_null() & (pl.col("category") != "discounts"))
    assert int(found["profit"].sum() * 100) - nowhere["base_minor"].sum() == total["cm3"]
    costs = pl.sum_horizontal("product", "fulfilment", "payment", "post_sale", "commercial", "tax")
    assert found.select((pl.col("net_sales") - costs == pl.col("margin")).all()).item()
    refused = found.join(made_refused(made), on="order_id", how="semi")
    assert refused["net_sales"].sum() == 0
    assert refused["margin"].max() < 0


def made_refused(made: Survey) -> pl.DataFrame:
    """Orders that cost a refusal."""
    return made.ledger.cost_ledger.filter(pl.col("category") == "cod_refusal").select("order_id").unique()


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("basis", ["cohort", "event"])
def test_the_rows_of_every_cut_add_up_to_the_total(shop: Shop, made: Survey, cut: str, basis: str) -> None:
    found = made if basis == "cohort" else survey(tables(shop), made.costs, basis=basis)
    for name in SUMS:
        assert found.added[cut][name].sum() == whole(found)[name], name


def test_months_one_by_one_add_up_to_the_whole(shop: Shop, made: Survey) -> None:
    half = dt.date(2026, 2, 1)
    early = survey(tables(shop), made.costs, period=Period(None, half - dt.timedelta(days=1)))
    late = survey(tables(shop), made.costs, period=Period(half, None))
    for name in SUMS:
        assert whole(early)[name] + whole(late)[name] == whole(made)[name], name


def test_over_all_days_both_bases_sell_and_cost_the_same(shop: Shop, made: Survey) -> None:
    event = survey(tables(shop), made.costs, basis="event")
    for name in ("placed", "kept", "net_sales", "acquisition", "hidden", "product", "cm3"):
        assert whole(event)[name] == whole(made)[name], name
    month = Period(dt.date(2026, 5, 1), dt.date(2026, 5, 31))
    parts = [whole(survey(tables(shop), made.costs, basis=basis, period=month)) for basis in ("cohort", "event")]
    assert parts[0]["placed"] == parts[1]["placed"]
    assert parts[0]["net_sales"] != parts[1]["net_sales"]


def test_the_order_of_rows_makes_no_difference(shop: Shop, made: Survey) -> None:
    mixed = Tables(
        *(
            frame.sample(fraction=1, shuffle=True, seed=3)
            for frame in (shop.orders, shop.items, shop.returns, shop.calls, shop.spend)
        )
    )
    again = survey(mixed, made.costs)
    assert again.numbers.equals(made.numbers)
    assert again.ledger.cost_ledger.equals(made.ledger.cost_ledger)


def test_the_last_month_is_provisional_and_earlier_ones_are_not(made: Survey) -> None:
    assert value(made, "kept_rate", "month", "2026-10")["provisional"]
    assert not value(made, "kept_rate", "month", "2026-06")["provisional"]
    assert value(made, "kept_rate")["provisional"] == (made.young > 0.05)
