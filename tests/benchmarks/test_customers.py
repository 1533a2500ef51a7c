"""The benchmarks of segments, profiles, value, offers and whole commands run as they stand, on little data."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import commands
import numpy as np
import offers
import polars as pl
import profiles
import pytest
import segments
import value


@pytest.mark.parametrize("contest", segments.CONTESTS)
def test_every_side_of_the_contests_of_segments_that_is_ours_has_a_result(
    contest: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    segments.make(tmp_path, 3_000)
    segments.one(contest, "custintel", tmp_path)
    told = json.loads(capsys.readouterr().out)
    assert told["result"] > 0
    assert told["cpu"] >= 0


def test_inertia_of_our_k_means_is_that_of_scikit_learn_with_ten_starts(tmp_path: Path) -> None:
    """Points without clusters, where ten starts of either end within half a per cent of one another."""
    segments.make(tmp_path, 5_000)
    mine, other = (make(tmp_path)() for make in (segments.ours_kmeans, segments.sklearn_kmeans))
    assert mine == pytest.approx(other, rel=0.005)


def test_the_portrait_of_a_made_shop_has_rows(tmp_path: Path) -> None:
    profiles.make(tmp_path, 300)
    assert profiles.run(tmp_path, ["frequency", "city"])["rows"] > 100


def test_models_fit_the_histories_that_are_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "made.npz"
    np.savez(data, **value.simulated(3_000))
    for code in value.CODES:
        value.ours(code, data, None)
        told = json.loads(capsys.readouterr().out)
        assert all(number > 0 for number in told["parameters"]), code
        assert told["log_likelihood"] < 0


def test_offers_are_judged_by_what_was_bought_after_the_day_of_the_split(tmp_path: Path) -> None:
    """Everybody has bread; who had it in the first months comes back for butter in the last."""
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(0, 300, 3)]
    rows = [
        (f"{customer}-{n}", float(customer), day, article)
        for customer in range(60)
        for n, day in enumerate(days[customer % 7 :: 25])
        for article in ("bread", "butter" if n == 3 or customer % 2 else f"thing {customer % 9}")
    ]
    frame = pl.DataFrame(rows, schema=["InvoiceNo", "CustomerID", "day", "StockCode"], orient="row").with_columns(
        InvoiceDate=pl.col("day").cast(pl.Datetime), Description=pl.lit("x"), Quantity=1, UnitPrice=2.0
    )
    frame.drop("day").write_parquet(tmp_path / "retail.parquet")
    split = offers.Split(offers.invoices(tmp_path / "retail.parquet"))
    assert split.customers.len() > 0
    perfect = split.new.select("customer_id", "article")
    assert split.hits(perfect) == 1.0
    assert split.hits(perfect.clear()) == 0.0
    assert 0 < split.hits(offers.best_sellers(split)) <= 1


def test_every_command_of_the_contest_of_commands_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands.run(tmp_path, 400)
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| ci ")]
    assert [row[0] for row in rows] == [
        *("ci clean crm.csv", "ci clean later.csv", "ci load sales.csv"),
        *("ci kpis", "ci segment", "ci profile", "ci value", "ci goals"),
    ]
    assert all(float(cpu) > 0 for _name, cpu, _memory in rows)
