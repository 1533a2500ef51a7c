"""The ledger of the invented shop comes out as the simulation knows it to be true."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from custintel.kpis.costs_file import file_warnings, read_costs
from custintel.kpis.ledger import Ledger, allocate

from .conftest import SHOP, Shop


@pytest.fixture(scope="module")
def ledger(shop: Shop) -> Ledger:
    return allocate(read_costs(SHOP / "costs.yaml"), shop.orders, **shop.tables())


@pytest.fixture(scope="module")
def truth() -> list[dict[str, Any]]:
    return list(json.loads((SHOP / "truth" / "numbers.json").read_text(encoding="utf-8"))["costs"])


def test_every_item_comes_to_what_the_simulation_says(ledger: Ledger, truth: list[dict[str, Any]]) -> None:
    entered = [Decimal(minor) / 100 for minor in ledger.accounts["entered_minor"]]
    named = list(zip(ledger.accounts["category"], entered, strict=True))
    assert named == [(cost["category"], Decimal(cost["total"])) for cost in truth]


def test_the_ledger_and_the_rows_without_order_add_up_to_what_was_entered(ledger: Ledger) -> None:
    accounts = ledger.accounts
    assert (accounts["entered_minor"] == accounts["allocated_minor"] + accounts["unallocated_minor"]).all()
    by_rule = ledger.cost_ledger.group_by("rule_line").agg(pl.col("amount_minor").sum()).sort("rule_line")
    assert by_rule["amount_minor"].to_list() == accounts["entered_minor"].to_list()


def test_only_what_no_table_says_is_warned_about(ledger: Ledger) -> None:
    codes = [warning.code for warning in ledger.warnings]
    assert codes == [], [warning.told("costs.yaml") for warning in ledger.warnings]
    missing = [warning.details["category"] for warning in file_warnings(read_costs(SHOP / "costs.yaml"))]
    assert missing == ["failed_delivery"]
