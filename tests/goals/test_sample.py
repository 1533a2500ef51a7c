"""On the invented shop, goals and offers agree with what its simulation knows."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from custintel.goals.plan import Plan, Tables, base_of, plan
from custintel.tables import (
    COST_LEDGER,
    CUSTOMER_VALUE,
    CUSTOMERS,
    GOAL_PEOPLE,
    ORDER_ITEMS,
    ORDER_MARGINS,
    ORDERS,
    Table,
)
from custintel.tables.records import MONEY

SHOP = Path(__file__).parents[2] / "sample_data"
GOODS, FREIGHT, FEE = 0.4, 9000, 0.03
"""What everything costs here: goods as the catalogue says, a parcel, and a share of what is collected."""


@pytest.fixture(scope="module")
def orders() -> Iterator[list[Any]]:
    sys.path.insert(0, str(SHOP))
    try:
        import make  # type: ignore[import-not-found]
        import population  # type: ignore[import-not-found]
        import trade  # type: ignore[import-not-found]

        people, _firms = population.everybody(make.SEED)
        yield [
            order for order in trade.simulate(people, make.SEED) if order.currency == "COP" and order.status != "test"
        ]
    finally:
        sys.path.remove(str(SHOP))


def table(declared: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    blank = dict.fromkeys(declared.schema)
    return pl.DataFrame([blank | row for row in rows], infer_schema_length=None).select(
        pl.col(name).cast(dtype) for name, dtype in declared.schema.items()
    )


def costs_of(orders: list[Any]) -> list[dict[str, Any]]:
    """The ledger: goods of each line, freight of what was sent, a fee of what was kept."""
    rows = []
    for order in orders:
        kept = order.status == "delivered"
        usual = {"order_id": order.id, "currency": "COP", "date": order.at.date()}
        for number, line in enumerate(order.lines if kept else [], 1):
            cost = {"category": "cogs", "cost_group": "product", "driver": "actual", "rule_line": 1, "line_no": number}
            rows.append({**usual, **cost, "amount_minor": 100 * line.product.cost * line.qty})
        if order.status in ("delivered", "refused", "returned", "shipped"):
            cost = {"category": "transport", "cost_group": "fulfilment", "driver": "per_shipment", "rule_line": 2}
            rows.append({**usual, **cost, "amount_minor": 100 * FREIGHT})
        if kept:
            cost = {"category": "payment_fees", "cost_group": "payment", "driver": "pct_revenue", "rule_line": 3}
            rows.append({**usual, **cost, "amount_minor": round(100 * FEE * order.total)})
    return [{**row, "base_minor": row["amount_minor"]} for row in rows]


@pytest.fixture(scope="module")
def made(orders: list[Any]) -> Plan:
    costs = table(COST_LEDGER, costs_of(orders))
    sums = costs.group_by("order_id", pl.col("cost_group").cast(pl.String)).agg(pl.col("base_minor").sum())
    groups = {(order, group): cost / 100 for order, group, cost in sums.iter_rows()}
    heads, lines, margins = [], [], []
    for order in orders:
        kept = order.status == "delivered"
        sold = (order.total - order.refunded) / 1.19 if kept else 0.0
        heads.append(
            {
                "order_id": order.id,
                "customer_id": order.person.id,
                "ordered_at": order.at,
                "status": order.status,
                "stated_status": order.status,
                "currency": "COP",
                "total": order.total,
                "net_revenue": order.total / 1.19,
                "shipping_charged": order.shipping,
                "origin": "shop",
                "number": order.id,
                "source_file": "x",
                "source_row": 1,
            }
        )
        lines += [
            {
                "order_id": order.id,
                "line_no": number,
                "sku": line.product.sku,
                "name": line.product.name,
                "category": line.product.category,
                "qty": line.qty,
                "unit_price": line.price,
                "net": line.price * line.qty,
            }
            for number, line in enumerate(order.lines, 1)
        ]
        own = {group: groups.get((order.id, group), 0.0) for group in ("product", "fulfilment", "payment")}
        rest = dict.fromkeys(("post_sale", "commercial", "tax", "acquisition"), 0.0)
        left = sold - sum(own.values())
        margins.append(
            {
                "order_id": order.id,
                "placed_on": order.at.date(),
                "counted": kept,
                "currency": "COP",
                "net_sales": sold,
                **own,
                **rest,
                "margin": left,
                "profit": left,
            }
        )
    money = pl.DataFrame(margins).with_columns(pl.selectors.float().round(2).cast(MONEY))
    tables = Tables(
        table(ORDERS, heads),
        table(ORDER_ITEMS, lines),
        money.select(ORDER_MARGINS.schema.names()),
        costs,
        pl.DataFrame(schema={"customer_id": pl.String, "segment_id": pl.Int32, "segment": pl.String}),
        CUSTOMER_VALUE.empty(),
        CUSTOMERS.empty(),
        GOAL_PEOPLE.empty(),
    )
    base = base_of(tables)
    assert base is not None
    return plan(base, base.proposals)


def test_new_articles_are_of_the_category_that_each_person_likes(made: Plan, orders: list[Any]) -> None:
    """The simulation draws six of ten articles from one of six categories that the person likes."""
    from catalogue import CATEGORIES  # type: ignore[import-not-found]

    likes = {order.person.id: CATEGORIES[order.person.favourite] for order in orders}
    bought = made.base.diary.lines.group_by("customer_id").agg(n=pl.col("article").n_unique())
    several = bought.filter(pl.col("n") >= 4)["customer_id"]
    first = made.offers.filter(pl.col("kind").cast(pl.String) == "cross_sell", pl.col("rank") <= 2)
    first = first.filter(pl.col("customer_id").is_in(several.implode()))
    liked = sum(likes[row["customer_id"]] == row["category"] for row in first.iter_rows(named=True))
    assert first.height > 150
    assert liked / first.height > 0.5


def test_offers_of_tastes_are_better_than_best_sellers(made: Plan) -> None:
    assert made.checked is not None
    assert made.checked.hits > 1.3 * made.checked.popular_hits


def test_the_targets_are_what_some_already_do(made: Plan, orders: list[Any]) -> None:
    """Orders kept over 364 days, counted by hand from the simulation."""
    end = made.base.as_of
    counts: dict[str, int] = {}
    for order in orders:
        bought = order.status in ("placed", "confirmed", "paid", "shipped", "delivered") and order.total > 0
        counts[order.person.id] = counts.get(order.person.id, 0) + (
            bought and end - dt.timedelta(days=363) <= order.at.date() <= end
        )
    goal = made.goals.filter(pl.col("measure") == "frequency").row(0, named=True)
    customers = made.base.diary.customers
    assert goal["n"] == customers.len()
    reached = sum(counts[name] >= goal["target"] for name in customers) / customers.len()
    assert 0.05 < reached < 0.35
    assert goal["baseline"] < goal["target"]


def test_at_the_limit_of_every_article_its_orders_lose_nothing(made: Plan, orders: list[Any]) -> None:
    """What each article's lines would have sold and cost at the lower price, from the simulation alone."""
    limits = dict(
        made.offers.filter(pl.col("sku").is_not_null(), pl.col("max_discount").is_not_null())
        .select("sku", "max_discount")
        .unique()
        .iter_rows()
    )
    assert len(limits) > 20
    left = dict.fromkeys(limits, 0.0)
    for order in orders:
        goods = sum(line.price * line.qty for line in order.lines)
        kept = order.status == "delivered"
        sent = order.status in ("delivered", "refused", "returned", "shipped")
        for line in order.lines:
            sku = line.product.sku
            if sku not in limits:
                continue
            part = line.price * line.qty / goods
            price = 1 - limits[sku]
            sold = (order.total - order.refunded) / 1.19 * part * price if kept else 0.0
            fee = FEE * order.total * part * price if kept else 0.0
            left[sku] += sold - fee - (line.product.cost * line.qty if kept else 0) - (FREIGHT * part if sent else 0)
    assert min(left.values()) >= 0


def test_articles_that_lose_money_are_not_offered(made: Plan) -> None:
    assert not set(made.losing) & set(made.offers["sku"].drop_nulls())


def test_a_tenth_of_everybody_is_held_out(made: Plan) -> None:
    for goal in made.goals.iter_rows(named=True):
        assert 0.07 < goal["holdout"] / goal["n"] < 0.13
