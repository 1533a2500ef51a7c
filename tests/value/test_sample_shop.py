"""``ci value`` on the invented shop, cleaned, loaded and priced as a person would, beside what its simulation knows."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from custintel import cli, formats, i18n
from custintel.tables import CUSTOMER_VALUE, TABLES

SAMPLE = Path(__file__).parents[2] / "sample_data"
DOLLAR, VAT = 4_000, 1.19
"""As costs.yaml has them."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root, before = tmp_path_factory.mktemp("shop"), Path.cwd()
    for path in SAMPLE.iterdir():
        if path.suffix in {".csv", ".xlsx", ".yaml"}:
            shutil.copyfile(path, root / path.name)
    lines = {entry.name: entry.demo for entry in cli.TABLE}
    os.chdir(root)
    i18n.activate("en")
    try:
        for name in ("clean", "load", "kpis"):
            line = lines[name].split() if name != "kpis" else ["kpis"]
            assert cli.run([*line, "--quiet", "--no-input", "--yes"]) == 0
        yield root
    finally:
        os.chdir(before)
        i18n.activate("en")
        formats.use_country("CO")


@pytest.fixture(scope="module")
def told(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the command prints for programs."""
    printed = tmp_path_factory.mktemp("out") / "value.json"
    with pytest.MonkeyPatch.context() as patch, printed.open("w", encoding="utf-8") as file:
        patch.setattr("sys.stdout", file)
        assert cli.run(["value", "--json"]) == 0
    return dict(json.loads(printed.read_text(encoding="utf-8")))


def table(shop: Path, name: str) -> pl.DataFrame:
    return TABLES[name].fill(pl.read_parquet(shop / "tables" / f"{name}.parquet"))


@pytest.fixture(scope="module")
def true_orders(shop: Path) -> pl.DataFrame:
    """Every order with its person in truth and its customer here, and the net sales that are true."""
    truth = pl.read_csv(SAMPLE / "truth" / "orders.csv", infer_schema_length=None)
    truth = truth.with_columns(pl.col("order_id").cast(pl.String))
    found = table(shop, "orders").select("number", "order_id", "customer_id", pl.col("status").cast(pl.String))
    joined = truth.join(found, left_on="order_id", right_on="number", how="inner", suffix="_here")
    assert joined.height == truth.height
    rate = pl.when(pl.col("currency") == "USD").then(DOLLAR).otherwise(1)
    net = pl.col("kept") * (pl.col("total") - pl.col("refunded")) * rate / VAT
    # Of the last days the shop does not know yet what has arrived, and so neither do we.
    waiting = (pl.col("status") == "delivered") & (pl.col("status_here") == "shipped")
    return joined.with_columns(net=net, waiting=waiting).filter(pl.col("status") != "test")


@pytest.fixture(scope="module")
def people(shop: Path, told: dict[str, Any]) -> pl.DataFrame:
    assert told["command"] == "value"
    found = table(shop, "customer_value")
    CUSTOMER_VALUE.conform(found)
    return found


def test_nearly_every_customer_is_one_true_person_and_brought_what_that_person_did(
    people: pl.DataFrame, true_orders: pl.DataFrame
) -> None:
    known = true_orders.filter(pl.col("customer_id").is_not_null())
    one = known.group_by("customer_id").agg(
        persons=pl.col("person_id").n_unique(), net=pl.col("net").sum(), waiting=pl.col("waiting").any(), n=pl.len()
    )
    assert (one["persons"] == 1).mean() > 0.99
    joined = people.join(one, on="customer_id", suffix="_true")
    assert joined.height == people.height
    settled = joined.filter(~pl.col("waiting"))
    assert settled.height > 0.98 * people.height
    off = (settled["net"].cast(pl.Float64) - settled["net_true"]).abs()
    assert (off <= 0.02 * settled["n"]).all(), "to a cent per order, which each is rounded to"


def test_purchases_and_first_days_are_true(people: pl.DataFrame, true_orders: pl.DataFrame) -> None:
    bought = true_orders.filter(
        pl.col("customer_id").is_not_null(), ~pl.col("status").is_in(["refused", "returned", "cancelled"])
    )
    true = bought.group_by("customer_id").agg(
        n=pl.len(), first=pl.col("ordered_at").str.slice(0, 10).str.to_date().min()
    )
    joined = people.join(true, on="customer_id", how="left")
    agree = (joined["orders"] == joined["n"].fill_null(0)) & (joined["first_day"].eq_missing(joined["first"]))
    assert agree.mean() > 0.99


def test_customers_and_the_rest_are_the_total_of_ci_kpis_to_the_cent(
    shop: Path, told: dict[str, Any], people: pl.DataFrame
) -> None:
    kpis = table(shop, "kpis").filter(pl.col("cut") == "all")
    whole = {code: Decimal(str(value)) for code, value in kpis.select("kpi", "value").iter_rows() if value is not None}
    parts = {part["whose"]: part for part in told["parts"]}
    for name, kpi in (("net", "net_sales"), ("margin", "cm2"), ("profit", "cm3")):
        assert sum(Decimal(str(part[name])) for part in parts.values()) == whole[kpi].quantize(Decimal("0.01")), name
        assert people[name].sum() == Decimal(str(parts["customers"][name])).quantize(Decimal("0.01"))
    margins, orders = table(shop, "order_margins"), table(shop, "orders")
    nobody = orders.filter(pl.col("customer_id").is_null()).select("order_id")
    theirs = margins.join(nobody, on="order_id", how="semi")["profit"].sum()
    assert Decimal(str(parts["nobody_known"]["profit"])).quantize(Decimal("0.01")) == theirs


def test_what_is_missing_is_said(shop: Path, told: dict[str, Any]) -> None:
    said = {one["code"]: one for one in told["doubts"]}
    assert said["not_priced"]["categories"] == ["failed_delivery"]
    real = table(shop, "orders").filter(pl.col("status").cast(pl.String) != "test")
    nobody = real["customer_id"].null_count()
    assert nobody > 0
    assert said.get("nobody_known", {}).get("orders") == (nobody if nobody >= 0.05 * real.height else None)
    assert "no_costs" not in said


def test_the_numbers_of_the_report_are_those_of_the_table(told: dict[str, Any], people: pl.DataFrame) -> None:
    assert told["basis"] == "profit"
    losing = people.filter(pl.col("profit") < 0)
    earned = float(people.filter(pl.col("profit") > 0)["profit"].sum())
    assert told["whale"]["losing"] == losing.height
    assert told["whale"]["erased_share"] == pytest.approx(-float(losing["profit"].sum()) / earned)
    top = people.sort("net", "customer_id", descending=[True, False]).head(-(-people.height // 5))
    assert told["whale"]["top_losing"] == (top["profit"] < 0).sum()
    verdicts = dict(people.group_by(pl.col("keep").cast(pl.String)).len().iter_rows())
    assert {name: told["measures"][name] for name in verdicts} == verdicts
    assert told["model"]["expected_orders"]["value"] == pytest.approx(people["expected_orders"].sum())
    assert float(people["expected_margin"].sum()) == pytest.approx(
        told["measures"]["expected_money"], abs=people.height
    )


def test_a_cost_that_turns_the_sign_is_one_they_had(shop: Path, people: pl.DataFrame) -> None:
    orders = table(shop, "orders").select("order_id", "customer_id")
    costs = table(shop, "order_margins").join(orders, on="order_id")
    fixed = people.filter(pl.col("keep") == "fix", pl.col("keep_reason") == "cost_turns_the_sign")
    assert fixed.height > 50
    for customer, group in fixed.select("customer_id", pl.col("cost_group").cast(pl.String)).iter_rows():
        assert costs.filter(pl.col("customer_id") == customer)[group].sum() > 0


def test_the_past_of_the_shop_bears_the_model_out(told: dict[str, Any]) -> None:
    """Its simulation goes on as it began, so the total must come out."""
    assert told["model"]["code"] == "pareto_nbd"
    assert told["test"]["total_believed"]
    assert told["model"]["chance"]["error"] < 0.05


def test_a_second_run_writes_the_same_bytes(shop: Path, people: pl.DataFrame) -> None:
    before = (shop / "tables" / "customer_value.parquet").read_bytes()
    assert cli.run(["value", "--quiet", "--xlsx", "value.xlsx"]) == 0
    assert (shop / "tables" / "customer_value.parquet").read_bytes() == before
    assert (shop / "value.xlsx").stat().st_size > 10_000


def test_every_key_and_measure_is_explained_on_the_page(told: dict[str, Any]) -> None:
    page = (SAMPLE.parent / "docs" / "value.md").read_text(encoding="utf-8")
    named = {*told, *told["measures"], *told["model"], *told["audit"]} - {"command", "months"}
    assert not {name for name in named if f"`{name}`" not in page}
