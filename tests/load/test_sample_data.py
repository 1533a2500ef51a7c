"""The files of the invented shop come out as the simulation knows them to be true."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from custintel.load.conventions import Given
from custintel.load.part import Part
from custintel.load.parts import Wanted, read_parts
from custintel.tables.calls import CALLS
from custintel.tables.order_items import ORDER_ITEMS
from custintel.tables.orders import ORDERS
from custintel.tables.returns import RETURNS
from custintel.tables.spend import SPEND
from custintel.tables.surveys import SURVEYS
from custintel.tables.visits import VISITS

from .conftest import SHOP, TODAY, Tables

FILES = {
    "tienda_shopify.csv": "Shopify",
    "mercadolibre_ventas.xlsx": "Mercado Libre",
    "dropi_ordenes.xlsx": "Dropi",
    "meta_ads.csv": "Meta Ads",
    "google_ads.csv": "Google Ads",
    "productos.csv": "",
    "devoluciones.csv": "",
    "llamadas.csv": "",
    "encuestas.csv": "",
    "campanas.csv": "",
    "events.csv": "",
}
GIVEN = Given(country="CO", currency="COP", timezone="America/Bogota")
UNTOLD = {"delivered", "shipped"}
"""What the export of the web shop cannot tell apart of parcels of the last week."""


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    return [part for name in FILES for part in read_parts(str(SHOP / name), Wanted(GIVEN, TODAY))]


@pytest.fixture(scope="module")
def tables(parts: list[Part], run: Callable[..., Tables]) -> Tables:
    return run(parts)


@pytest.fixture(scope="module")
def numbers() -> dict[str, Any]:
    return dict(json.loads((SHOP / "truth" / "numbers.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def truth() -> pl.DataFrame:
    orders = pl.read_csv(SHOP / "truth" / "orders.csv", infer_schema=False)
    money = [pl.col(name).cast(pl.Decimal(18, 2)) for name in ("gross", "discount", "shipping", "total", "refunded")]
    return orders.with_columns(pl.col("ordered_at").str.to_datetime(time_unit="us"), *money)


@pytest.fixture(scope="module")
def both(tables: Tables, truth: pl.DataFrame) -> pl.DataFrame:
    """Every order as loaded, and as it was."""
    return tables[ORDERS].join(truth, on="order_id", how="full", suffix="_true")


def test_every_file_is_recognised_without_a_word(parts: list[Part]) -> None:
    assert {part.source: part.platform for part in parts} == FILES


def test_every_row_is_accounted_for(parts: list[Part]) -> None:
    for part in parts:
        assert part.read == part.used + part.refused_rows + part.skipped.height
    lost = {part.source: part.refused_rows for part in parts if part.refused_rows}
    assert lost == {"meta_ads.csv": 1, "google_ads.csv": 2}


def test_totals_are_those_of_the_platforms(parts: list[Part], truth: pl.DataFrame, numbers: dict[str, Any]) -> None:
    sums = {part.source: part.sums for part in parts}
    shops = {"tienda_shopify.csv": "shopify", "mercadolibre_ventas.xlsx": "mercadolibre", "dropi_ordenes.xlsx": "dropi"}
    for file, shop in shops.items():
        own = truth.filter(pl.col("shop") == shop).group_by("currency").agg(pl.col("total").sum())
        assert sums[file] == dict(own.iter_rows())
    ads = numbers["spend"]["by_channel"]
    assert sums["meta_ads.csv"] == {"COP": Decimal(ads["Meta"])}
    assert sums["google_ads.csv"] == {"COP": Decimal(ads["Google Ads"])}
    assert sums["llamadas.csv"] == {"": Decimal(numbers["calls"]["seconds"])}


def test_no_order_is_lost_or_added(both: pl.DataFrame) -> None:
    assert both["order_id"].null_count() == both["order_id_true"].null_count() == 0


@pytest.mark.parametrize("column", ["total", "discount", "ordered_at", "currency"])
def test_what_an_order_says_is_what_it_was(both: pl.DataFrame, column: str) -> None:
    told = pl.col(column).fill_null(0) if column == "discount" else pl.col(column)
    minute = [told.dt.truncate("1m"), pl.col("ordered_at_true").dt.truncate("1m")]
    same = minute[0] == minute[1] if column == "ordered_at" else told == pl.col(f"{column}_true")
    assert both.filter(~same).is_empty()


def test_how_far_orders_got_is_known_but_for_parcels_of_the_last_week(both: pl.DataFrame) -> None:
    wrong = both.filter(pl.col("status").cast(pl.String) != pl.col("status_true"))
    assert set(wrong["shop"]) == {"shopify"}
    assert set(wrong["status"].cast(pl.String)) | set(wrong["status_true"]) == UNTOLD
    assert wrong.height < 20
    late = both["ordered_at_true"].max()
    assert (wrong["shipped_at"] > pl.Series([late]).dt.offset_by("-8d")[0]).all()


def test_refunds_are_known_but_for_what_the_marketplace_annuls(both: pl.DataFrame) -> None:
    wrong = both.filter(pl.col("refunded").fill_null(0) != pl.col("refunded_true"))
    assert set(wrong.select("shop", "status_true").unique().rows()) <= {("mercadolibre", "cancelled")}


def test_payment_methods_are_known_where_the_export_names_them(both: pl.DataFrame) -> None:
    named = both.filter(pl.col("shop") != "mercadolibre")
    assert (named["payment_method"].cast(pl.String) == named["payment"]).all()


def test_spend_adds_up_by_campaign(tables: Tables, numbers: dict[str, Any]) -> None:
    told = tables[SPEND].group_by("campaign").agg(pl.col("amount").sum())
    assert dict(told.iter_rows()) == {name: Decimal(sum_) for name, sum_ in numbers["spend"]["by_campaign"].items()}
    assert tables[SPEND]["clicks"].sum() == numbers["spend"]["clicks"]
    assert tables[SPEND]["claimed_conversions"].sum() == pytest.approx(numbers["spend"]["claimed_sales"])


def test_returns_and_calls_know_their_orders(tables: Tables, numbers: dict[str, Any]) -> None:
    kinds = dict(tables[RETURNS].group_by(pl.col("kind").cast(pl.String)).len().iter_rows())
    assert kinds == {kind: n for kind, n in numbers["returns"].items() if kind != "cancellation"}
    known = tables[ORDERS]["order_id"].implode()
    assert tables[RETURNS]["order_id"].is_in(known).all()
    assert tables[CALLS]["order_id"].null_count() == 0
    assert tables[CALLS].height == numbers["calls"]["calls"]
    assert (tables[CALLS]["result"] == "confirmed").sum() == numbers["calls"]["by_result"]["Confirmado"]


def test_answers_find_their_order_by_either_of_its_numbers(tables: Tables) -> None:
    stated = tables[SURVEYS].filter(pl.col("stated_order").is_not_null())
    assert stated["order_id"].null_count() == 0


def test_visits_and_the_orders_placed_in_them(tables: Tables, numbers: dict[str, Any], truth: pl.DataFrame) -> None:
    tests = truth.filter((pl.col("status") == "test") & (pl.col("tracked") == "1")).height
    assert tables[VISITS].height == numbers["visits"]["visits"] - tests
    assert tables[VISITS]["converted"].sum() == numbers["visits"]["visits_with_order"] - tests
    seen = tables[ORDERS].filter(pl.col("touched_by") == "visit").height
    assert seen == numbers["visits"]["web_orders_tracked"] - tests


def test_the_channel_of_an_order_is_that_of_its_visit(both: pl.DataFrame) -> None:
    seen = both.filter(pl.col("touched_by") == "visit")
    names = {"paid_search": "Paid Search", "email": "Email", "whatsapp": "WhatsApp", "referral": "Referral"}
    for theirs, ours in names.items():
        assert (seen.filter(pl.col("channel_true") == theirs)["channel"] == ours).all()


def test_every_line_knows_what_it_costs_and_weighs(tables: Tables, truth: pl.DataFrame) -> None:
    items = tables[ORDER_ITEMS]
    assert items.select(pl.col("unit_cost", "kg", "category").null_count().sum()).row(0) == (0, 0, 0)
    told = items.group_by("order_id").agg((pl.col("unit_cost") * pl.col("qty")).sum().cast(pl.Int64).alias("cost"))
    same = told.join(truth, on="order_id")
    assert (same["cost"] == same["cost_of_goods"].cast(pl.Int64)).all()
