from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from custintel.load.visits.event_ids import event_ids
from custintel.load.visits.gather import Gathered, gather
from custintel.tables.events import EVENTS
from custintel.tables.visits import VISITS

SHOP = Path(__file__).parents[3] / "sample_data"
CHANNELS = {
    "direct": "Direct",
    "email": "Email",
    "organic_search": "Organic Search",
    "referral": "Referral",
    "paid_search": "Paid Search",
    "whatsapp": "WhatsApp",
}
"""What the shop calls its channels, and our names, where analytics can tell them apart for certain."""


@pytest.fixture(scope="module")
def exported() -> pl.DataFrame:
    events = pl.read_csv(SHOP / "events.csv", infer_schema=False).rename({"session_id": "ga_session_id"})
    numbers = [
        pl.col("qty").cast(pl.Float64),
        pl.col("value").cast(pl.Decimal(18, 2)),
        pl.col("results").cast(pl.Int64),
    ]
    events = events.with_columns(pl.col("ts").str.to_datetime(time_unit="us"), *numbers, origin=pl.lit("events.csv"))
    return events.with_columns(event_id=event_ids(events))


@pytest.fixture(scope="module")
def orders() -> pl.DataFrame:
    return pl.read_csv(SHOP / "truth" / "orders.csv", infer_schema=False)


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    numbers: dict[str, Any] = json.loads((SHOP / "truth" / "numbers.json").read_text("utf-8"))["visits"]
    return numbers


def made(events: pl.DataFrame, orders: pl.DataFrame) -> Gathered:
    known = orders.select(key="reference", kind=pl.lit("order"), customer_id="person_id")
    tests = orders.filter(pl.col("status") == "test")["reference"]
    return gather(events, known=known, test_orders=tests)


@pytest.fixture(scope="module")
def shop(exported: pl.DataFrame, orders: pl.DataFrame) -> Gathered:
    return made(exported, orders)


def test_the_invented_shop_has_the_visits_it_knows_to_be_true(
    shop: Gathered, orders: pl.DataFrame, truth: dict[str, Any]
) -> None:
    tested = orders.filter((pl.col("status") == "test") & (pl.col("tracked") == "1")).height
    assert shop.visits.height == truth["visits"] - tested
    assert shop.visits["converted"].sum() == truth["visits_with_order"] - tested
    assert shop.account["events"].sum() == truth["events"]
    assert shop.visits["n_orders"].max() == 1


def test_its_channels_are_those_it_knows_but_for_clicks_that_do_not_say_whether_they_were_paid(
    shop: Gathered, truth: dict[str, Any]
) -> None:
    counted = dict(shop.visits.group_by("channel").len().iter_rows())
    assert {ours: counted[ours] for ours in CHANNELS.values() if ours != "Direct"} == {
        ours: truth["by_channel"][theirs] for theirs, ours in CHANNELS.items() if ours != "Direct"
    }
    bare = shop.visits.filter((pl.col("source") == "(direct)") & pl.col("click_id").str.starts_with("fbclid")).height
    assert counted["Paid Social"] + bare == truth["by_channel"]["paid_social"]
    assert counted["Organic Social"] - bare == truth["by_channel"]["organic_social"]
    assert shop.visits.filter(pl.col("source").str.contains("wompi|addi")).is_empty()


def test_who_ordered_is_who_visited(shop: Gathered) -> None:
    named = shop.visits.filter("converted")
    assert (named["visitor_id"].str.replace("c", "P") == named["customer_id"]).all()
    assert not shop.visitors["shared"].any()


def test_what_is_made_fits_the_tables(shop: Gathered) -> None:
    assert EVENTS.conform(shop.events).height == shop.account["events"].sum()
    assert VISITS.conform(shop.visits.drop("depth")).height == shop.visits.height


def test_the_pause_of_half_an_hour_finds_the_visits_that_analytics_named(
    exported: pl.DataFrame, orders: pl.DataFrame, shop: Gathered
) -> None:
    guessed = made(exported.drop("ga_session_id").reverse(), orders).visits.drop("session_id")
    assert guessed.sort(pl.all()).equals(shop.visits.drop("session_id").sort(pl.all()))


def test_loading_the_same_events_again_changes_nothing(
    exported: pl.DataFrame, orders: pl.DataFrame, shop: Gathered
) -> None:
    again = made(pl.concat([exported, shop.events], how="diagonal_relaxed"), orders)
    assert again.visits.equals(shop.visits)
    assert again.events.select(sorted(again.events.columns)).equals(shop.events.select(sorted(shop.events.columns)))
    assert again.repeated == shop.events.height


def test_two_halves_that_overlap_make_the_whole(exported: pl.DataFrame, orders: pl.DataFrame, shop: Gathered) -> None:
    first = made(exported.head(18_000), orders)
    both = made(pl.concat([exported.tail(16_000), first.events], how="diagonal_relaxed"), orders)
    assert both.visits.equals(shop.visits)
    assert both.account.equals(shop.account)


def test_moments_with_a_zone_and_numbers_of_visits_are_kept_as_the_tables_have_them(
    exported: pl.DataFrame, orders: pl.DataFrame, shop: Gathered
) -> None:
    moved = exported.with_columns(
        pl.col("ts").dt.replace_time_zone("America/Bogota"), pl.col("ga_session_id").cast(pl.Int64)
    )
    assert made(moved, orders).events.equals(shop.events)


def test_events_without_a_visitor_are_no_visits_and_are_accounted_for(
    exported: pl.DataFrame, orders: pl.DataFrame
) -> None:
    nobody = exported.head(20).with_columns(visitor_id=pl.lit(None, pl.String))
    gathered = made(nobody, orders)
    assert gathered.visits.is_empty()
    assert gathered.account.select("reason", "events").rows()[-1][0] == "no_visitor"
    assert EVENTS.conform(gathered.events).height == 20
    assert made(gathered.events, orders).account.equals(gathered.account)
