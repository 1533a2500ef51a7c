"""How long a new customer takes to earn back what it cost to win them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

FEWEST = 20
"""New customers that a month needs before anything is said of it."""


@dataclass(frozen=True)
class Payback:
    """What new customers have brought, month by month.

    Attributes:
        customers: new customers whose first order was kept.
        cac: acquisition for each of them, minor units; ``None`` when there are none.
        months: month (1 for the first 30 days), customers seen that long, and ``earned``: margin 2 per customer up to
            then, minor units.
        month: the first in which ``earned`` is at least ``cac``; ``None`` when it is not yet in sight.
    """

    customers: int
    cac: float | None
    months: pl.DataFrame
    month: int | None


def payback(orders: pl.DataFrame, acquisition: int, as_of: dt.date) -> Payback:
    """Margin 2 of customers by months of 30 days since their first order; each month counts only customers who have
    been seen for all of it.

    Args:
        orders: customer_id, placed_on, kept, is_new, cm2 (minor units), one row per order.
        acquisition: what winning new customers cost, minor units.
        as_of: the last day of the data.
    """
    first = orders.filter(pl.col("is_new").fill_null(False), pl.col("kept"), pl.col("customer_id").is_not_null())
    first = first.group_by("customer_id").agg(since=pl.col("placed_on").min())
    seen = first.select(full=(pl.lit(as_of) - pl.col("since")).dt.total_days() // 30)
    bought = orders.join(first, on="customer_id").filter(pl.col("placed_on") >= pl.col("since"))
    bought = bought.with_columns(
        month=(pl.col("placed_on") - pl.col("since")).dt.total_days() // 30 + 1,
        full=(pl.lit(as_of) - pl.col("since")).dt.total_days() // 30,
    ).filter(pl.col("month") <= pl.col("full"))
    brought = dict(bought.group_by("month").agg(pl.col("cm2").sum()).iter_rows())
    rows, earned = [], 0.0
    oldest = max(seen["full"].to_list(), default=0)
    for month in range(1, oldest + 1):
        customers = seen.filter(pl.col("full") >= month).height
        if customers < FEWEST:
            break
        earned += brought.get(month, 0) / customers
        rows.append({"month": month, "customers": customers, "earned": earned})
    months = pl.DataFrame(rows, schema={"month": pl.Int64, "customers": pl.Int64, "earned": pl.Float64})
    cac = acquisition / first.height if first.height else None
    reached = months.filter(pl.col("earned") >= cac)["month"] if cac is not None else months["month"].clear()
    return Payback(first.height, cac, months, reached[0] if reached.len() else None)
