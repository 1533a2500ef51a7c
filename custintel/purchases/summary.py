"""One row per buyer: how often, how long ago, how much."""

from __future__ import annotations

import datetime as dt

import polars as pl

from custintel.minor_units import of_hundredths

SUMMARY = pl.Schema(
    {
        "customer_id": pl.String(),
        "orders": pl.UInt32(),
        "days": pl.UInt32(),
        "first_day": pl.Date(),
        "last_day": pl.Date(),
        "recency": pl.Int32(),
        "span": pl.Int32(),
        "age": pl.Int32(),
        "net": pl.Float64(),
        "margin": pl.Float64(),
        "acquisition": pl.Float64(),
        "ticket": pl.Float64(),
        "undone": pl.UInt32(),
    }
)


def summary(purchases: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """What each person bought, by customer_id.

    Args:
        purchases: :attr:`custintel.purchases.purchases.Purchases.frame`.
        as_of: the day from which "how long ago" counts; no order is later.

    Returns:
        :data:`SUMMARY`. ``orders`` are purchases and ``days`` the distinct days they fall on; ``recency`` is days since
        the last of them, ``span`` from the first to the last, ``age`` since the first. ``net``, ``margin`` and
        ``acquisition`` are sums over all orders, refused and returned ones and credits included, in units of the
        currency (margin and acquisition empty where no order has them); ``ticket`` is the mean ``net`` of a purchase;
        ``undone`` counts orders that were refused, returned or cancelled. People without a purchase have 0 orders and
        no days. For models of repeat buying x = days - 1, t_x = span and T = age, in days (Fader & Hardie 2005).
    """
    bought = pl.col("bought")
    people = (
        purchases.lazy()
        .select(
            "customer_id",
            "bought",
            *("net", "margin", "acquisition"),
            "undone",
            bought_net=pl.when(bought).then("net").otherwise(0),
            bought_day=pl.when(bought).then("day"),
        )
        .group_by("customer_id")
        .agg(
            bought.sum().alias("orders"),
            pl.col("bought_day").min().alias("first_day"),
            pl.col("bought_day").max().alias("last_day"),
            pl.col("bought_day").drop_nulls().n_unique().alias("days"),
            pl.col("undone", "bought_net", "net", "margin", "acquisition").sum(),
            *(pl.col(name).count().alias(f"{name}_known") for name in ("margin", "acquisition")),
        )
    )
    return (
        people.with_columns(
            recency=(pl.lit(as_of) - pl.col("last_day")).dt.total_days(),
            span=(pl.col("last_day") - pl.col("first_day")).dt.total_days(),
            age=(pl.lit(as_of) - pl.col("first_day")).dt.total_days(),
            net=of_hundredths(pl.col("net")),
            margin=pl.when(pl.col("margin_known") > 0).then(of_hundredths(pl.col("margin"))),
            acquisition=pl.when(pl.col("acquisition_known") > 0).then(of_hundredths(pl.col("acquisition"))),
            ticket=pl.when(pl.col("orders") > 0).then(pl.col("bought_net") / pl.col("orders") / 100),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in SUMMARY.items())
        .sort("customer_id")
        .collect()
    )
