"""What each customer brought after hidden costs, cost by cost, and that nothing of the whole is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from custintel.purchases.purchases import hundredths

GROUPS = ("product", "fulfilment", "payment", "post_sale", "commercial", "tax")
"""Groups of costs between net sales and margin, in the order they arise; acquisition comes after."""
AMOUNTS = ("net", "margin", "acquisition", "profit")


@dataclass(frozen=True)
class Part:
    """Part of the whole, in hundredths of the currency.

    Attributes:
        whose: ``customers``, ``nobody_known`` (orders of people the project does not know) or ``no_order`` (costs that
            fell on no order).
        net, margin, acquisition, profit: their sums.
    """

    whose: str
    net: int
    margin: int
    acquisition: int
    profit: int


def contribution(purchases: pl.DataFrame, margins: pl.DataFrame) -> pl.DataFrame:
    """What each person brought and cost, over all orders, refused and returned ones and credits included.

    Args:
        purchases: :attr:`custintel.purchases.purchases.Purchases.frame`.
        margins: table order_margins; without rows when no costs have been counted.

    Returns:
        customer_id, net, margin, acquisition, profit and every one of :data:`GROUPS`, in hundredths (Int64), by
        customer_id. Without counted costs all but net are empty.
    """
    orders = purchases.lazy().select("order_id", "customer_id", "net", "margin", "acquisition")
    if margins.height:
        costs = margins.lazy().select("order_id", *(hundredths(group) for group in GROUPS))
        orders = orders.join(costs, on="order_id", how="left")
    else:
        orders = orders.with_columns(pl.lit(None, pl.Int64).alias(group) for group in GROUPS)
    summed = ("margin", "acquisition", *GROUPS)
    people = orders.group_by("customer_id").agg(
        pl.col("net").sum(),
        *(pl.when(pl.col("margin").count() > 0).then(pl.col(name).sum()).alias(name) for name in summed),
    )
    made = people.with_columns(profit=pl.col("margin") - pl.col("acquisition")).sort("customer_id").collect()
    return made.select("customer_id", *AMOUNTS, *GROUPS)


def parts(
    people: pl.DataFrame, purchases: pl.DataFrame, margins: pl.DataFrame, unallocated: dict[str, int], as_of: dt.date
) -> list[Part]:
    """The whole that ``ci kpis`` counts, as what customers brought, what others did, and what fell on no order.

    Args:
        people: :func:`contribution`.
        purchases: what it was made from.
        margins: table order_margins.
        unallocated: by group of cost, what fell on no order, in hundredths.
        as_of: later orders are left out.
    """
    others = (
        margins.lazy()
        .filter((pl.col("placed_on") <= as_of).fill_null(True))
        .join(purchases.lazy().select("order_id"), on="order_id", how="anti")
        .select(hundredths(name).sum().alias(name) for name in ("net_sales", "margin", "acquisition", "profit"))
        .collect()
    )
    known = people.select(pl.col(name).sum() for name in AMOUNTS).row(0)
    fallen = sum(amount for group, amount in unallocated.items() if group != "acquisition")
    advertising = unallocated.get("acquisition", 0)
    found = [Part("customers", *known), Part("nobody_known", *others.row(0))]
    return [*found, Part("no_order", 0, -fallen, advertising, -fallen - advertising)]


def unallocated(ledger: pl.DataFrame, minor: int) -> dict[str, int]:
    """What of each group of costs fell on no order, in hundredths of the currency. Discounts are off net sales already.

    Args:
        ledger: table cost_ledger.
        minor: minor units in one unit of the currency.
    """
    fallen = (
        ledger.lazy()
        .filter(pl.col("order_id").is_null(), pl.col("category").cast(pl.String) != "discounts")
        .group_by(pl.col("cost_group").cast(pl.String))
        .agg(pl.col("base_minor").sum())
        .sort("cost_group")
        .collect()
    )
    return {group: round(amount * 100 / minor) for group, amount in fallen.iter_rows()}


def costs_by_category(ledger: pl.DataFrame, purchases: pl.DataFrame, people: pl.Series, minor: int) -> pl.DataFrame:
    """What orders of some people cost, by category: category, cost_group, amount in hundredths, the dearest first."""
    chosen = purchases.lazy().filter(pl.col("customer_id").is_in(people.implode())).select("order_id")
    return (
        ledger.lazy()
        .filter(pl.col("category").cast(pl.String) != "discounts")
        .join(chosen, on="order_id", how="semi")
        .group_by(pl.col("category", "cost_group").cast(pl.String))
        .agg(amount=pl.col("base_minor").sum() * 100 // minor)
        .sort("amount", "category", descending=[True, False])
        .collect()
    )
