"""What goals are about, of each customer over some days: how often, for how much, and how many kinds of things."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import numpy as np
import polars as pl

from custintel.goals.taste import Floats

YEAR = 364
"""Days that baselines and targets are about: four quarters of whole weeks."""
QUARTER = 91
MEASURES = ("frequency", "ticket", "breadth")
Kind = Literal["category", "article"]

MEASURED = pl.Schema(
    {"customer_id": pl.String(), "orders": pl.Int64(), "net": pl.Float64(), "kinds": pl.Int64(), "ticket": pl.Float64()}
)


def kind_of(lines: pl.DataFrame) -> Kind:
    """What breadth counts: categories, or articles where most lines say no category or all say the same one."""
    known = lines["category"].drop_nulls()
    return "category" if 2 * known.len() > lines.height and known.n_unique() > 1 else "article"


def measured(
    customers: pl.Series, purchases: pl.DataFrame, lines: pl.DataFrame, start: dt.date, end: dt.date, kind: Kind
) -> pl.DataFrame:
    """What each customer did from ``start`` to ``end``, both included.

    Args:
        customers: whose; in this order come the rows.
        purchases: :attr:`custintel.purchases.purchases.Purchases.frame`.
        lines: from :func:`custintel.goals.articles.bought`.
        start: first day.
        end: last day.
        kind: what breadth counts.

    Returns:
        :data:`MEASURED`: orders (frequency), net in units of the currency, kinds (breadth), and ticket, net by order,
        empty without orders.
    """
    within = pl.col("day").is_between(start, end)
    orders = (
        purchases.filter("bought", within)
        .group_by("customer_id")
        .agg(orders=pl.len().cast(pl.Int64), net=pl.col("net").sum() / 100)
    )
    kinds = lines.filter(within).group_by("customer_id").agg(kinds=pl.col(kind).drop_nulls().n_unique().cast(pl.Int64))
    found = pl.DataFrame({"customer_id": customers})
    for more in (orders, kinds):
        found = found.join(more, on="customer_id", how="left", maintain_order="left")
    found = found.with_columns(pl.col("orders", "kinds").fill_null(0), pl.col("net").fill_null(0.0))
    found = found.with_columns(ticket=pl.when(pl.col("orders") > 0).then(pl.col("net") / pl.col("orders")))
    return found.select(pl.col(name).cast(dtype) for name, dtype in MEASURED.items())


def of_measure(frame: pl.DataFrame, measure: str) -> Floats:
    """The values of one measure, of those who have any."""
    column = {"frequency": "orders", "breadth": "kinds", "ticket": "ticket"}[measure]
    return frame[column].drop_nulls().to_numpy().astype(float)


def quantile(values: Floats, share: float) -> float | None:
    """The value that a share of all stay below, with steps between counts made even.

    The mid-quantile of Ma, Genton & Parzen 2011, Ann. Inst. Stat. Math. 63, 227: the straight line through each
    distinct value at the share below it plus half of that at it. The median of six zeros and four ones is not 0 but .4.
    """
    if not len(values):
        return None
    distinct, counts = np.unique(values, return_counts=True)
    below = (np.cumsum(counts) - counts / 2) / len(values)
    return float(np.interp(share, below, distinct))
