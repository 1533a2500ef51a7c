"""Segments of the invented shop, held against what its maker knows, and of a real one where it is at hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from custintel.segment.making import Asked
from custintel.segment.stability import adjusted_rand
from custintel.segment.survey import Survey
from custintel.tables import ORDERS

from .conftest import rows, surveyed

ROOT = Path(__file__).parents[2]
RETAIL = ROOT.parent / "shared" / "data" / "shops" / "online_retail_I.parquet"


@pytest.fixture(scope="module")
def truth() -> pl.DataFrame:
    return pl.read_csv(ROOT / "sample_data" / "truth" / "orders.csv", try_parse_dates=True)


@pytest.fixture(scope="module")
def invented(truth: pl.DataFrame) -> Survey:
    """Segments of the orders in pesos as a perfect reader would load them."""
    given = [
        {
            "order_id": row["order_id"],
            "customer_id": row["person_id"],
            "ordered_at": row["ordered_at"],
            "status": row["status"],
            "stated_status": row["status"],
            "currency": "COP",
            "total": row["total"],
            "net_revenue": row["total"] - row["refunded"],
        }
        for row in truth.filter(pl.col("currency") == "COP").iter_rows(named=True)
    ]
    return surveyed(rows(ORDERS, given))


def test_segments_hold_whom_the_truth_says_bought_so_often_so_recently_and_for_so_much(
    truth: pl.DataFrame, invented: Survey
) -> None:
    kept = truth.filter(
        pl.col("currency") == "COP",
        pl.col("status").is_in(["placed", "confirmed", "paid", "shipped", "delivered"]),
        pl.col("total") > 0,
    )
    people = kept.group_by("person_id").agg(orders=pl.len(), last=pl.col("ordered_at").max().dt.date())
    last = truth["ordered_at"].max()
    assert isinstance(last, dt.datetime)
    assert invented.people.as_of == last.date()
    both = invented.segments.join(people, left_on="customer_id", right_on="person_id", how="full", coalesce=True)
    assert both.height == people.height == invented.segments.height
    means = both.group_by("segment_id").agg(
        often=pl.col("orders").mean(), ago=(pl.lit(last.date()) - pl.col("last")).dt.total_days().mean()
    )
    best, worst = (means.filter(pl.col("segment_id") == number).row(0, named=True) for number in (1, 5))
    assert best["often"] > 2 * worst["often"]
    assert best["ago"] < worst["ago"] / 2


def test_rules_and_segments_of_the_invented_shop_agree_and_none_is_tiny(invented: Survey) -> None:
    assert invented.card.fidelity >= 0.95
    assert len(invented.card.rules) <= 10
    assert invented.segments["segment_id"].value_counts()["count"].min() >= 0.1 * invented.segments.height


def test_a_later_look_agrees_with_the_interest_that_the_maker_knows_was_lost(truth: pl.DataFrame) -> None:
    """Segments of 31 July foretell who buys in the next three months: the maker lets people lose interest for good."""
    until = dt.date(2026, 7, 31)
    pesos = truth.filter(pl.col("currency") == "COP", pl.col("status") != "test")
    given = [
        {
            "order_id": row["order_id"],
            "customer_id": row["person_id"],
            "ordered_at": row["ordered_at"],
            "status": row["status"],
            "stated_status": row["status"],
            "currency": "COP",
            "total": row["total"],
            "net_revenue": row["total"] - row["refunded"],
        }
        for row in pesos.iter_rows(named=True)
    ]
    found = surveyed(rows(ORDERS, given), as_of=until).segments
    later = pesos.filter(pl.col("ordered_at").dt.date() > until)["person_id"].unique()
    came = found.with_columns(came=pl.col("customer_id").is_in(later.to_list()))
    rates = dict(came.group_by("segment_id").agg(pl.col("came").mean()).iter_rows())
    assert rates[1] > 2 * rates[5]


@pytest.fixture(scope="module")
def retail() -> pl.DataFrame:
    if not RETAIL.is_file():
        pytest.skip("the data of the real shop are not here")
    lines = pl.read_parquet(RETAIL).filter(pl.col("CustomerID").is_not_null())
    total = (pl.col("Quantity") * pl.col("UnitPrice")).sum().round(2)
    invoices = lines.group_by("InvoiceNo").agg(pl.col("CustomerID", "InvoiceDate").first(), total=total)
    credit = invoices["InvoiceNo"].str.starts_with("C")
    status = pl.select(pl.when(credit).then(pl.lit("returned")).otherwise(pl.lit("delivered"))).to_series()
    invoices = invoices.with_columns(status=status)
    return rows(
        ORDERS,
        (
            {
                "order_id": row["InvoiceNo"],
                "customer_id": str(int(row["CustomerID"])),
                "ordered_at": row["InvoiceDate"],
                "status": row["status"],
                "stated_status": row["status"],
                "currency": "GBP",
                "total": row["total"],
                "net_revenue": row["total"],
            }
            for row in invoices.sort("InvoiceNo").iter_rows(named=True)
        ),
    )


def test_five_segments_of_a_real_shop_are_stable_not_small_and_rebuilt_by_ten_rules(retail: pl.DataFrame) -> None:
    found = surveyed(retail, Asked(k=5))
    other = surveyed(retail.sample(fraction=1, shuffle=True, seed=1), Asked(k=5))
    assert found.segments.equals(other.segments)
    assert found.profiles.equals(other.profiles)
    assert found.made.model.facts["stability"] >= 0.90
    assert found.segments["segment_id"].value_counts()["count"].min() >= 0.10 * found.segments.height
    assert len(found.card.rules) <= 10
    assert found.card.fidelity >= 0.95


def test_segments_made_after_three_months_more_are_mostly_the_same(retail: pl.DataFrame) -> None:
    early = surveyed(retail, Asked(k=5), as_of=dt.date(2011, 9, 9))
    kept = surveyed(retail, model=early.model, segments=early.segments)
    anew = surveyed(retail, Asked(refit=True), model=early.model, segments=early.segments)
    agree = adjusted_rand(kept.segments["segment_id"].to_numpy(), anew.segments["segment_id"].to_numpy())
    assert anew.codes == early.codes
    assert agree > 0.7
    assert np.isfinite(kept.moved["net"].to_numpy()).all()
