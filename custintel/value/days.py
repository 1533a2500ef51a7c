"""What each person did on each day: the form in which models, cohorts and the audit read purchases."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from custintel.value.histories import Histories, Numbers, histories

MONEY = ("net", "margin", "acquisition")


def person_days(purchases: pl.DataFrame) -> pl.DataFrame:
    """One row per person and day with an order, sorted by both.

    Args:
        purchases: :attr:`custintel.purchases.purchases.Purchases.frame`.

    Returns:
        customer_id, day, orders (purchases of the day; 0 when what there was is refused, returned or cancelled), and in
        hundredths of the currency net, margin and acquisition: sums over all orders of the day, 0 where nothing is
        counted.
    """
    return (
        purchases.lazy()
        .group_by("customer_id", "day")
        .agg(pl.col("bought").sum().cast(pl.Int64).alias("orders"), *(pl.col(name).sum() for name in MONEY))
        .sort("customer_id", "day")
        .collect()
    )


def buyers(days: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Who had bought by ``as_of``, by customer_id: what models of repeat buying know of them.

    Args:
        days: :func:`person_days`.
        as_of: later days are not looked at.

    Returns:
        customer_id, x (days with a purchase less the first), t_x and age (days from the first purchase to the last and
        to ``as_of``).
    """
    first, last = pl.col("day").min(), pl.col("day").max()
    return (
        days.lazy()
        .filter(pl.col("orders") > 0, pl.col("day") <= as_of)
        .group_by("customer_id")
        .agg(
            x=pl.len().cast(pl.Int64) - 1,
            t_x=(last - first).dt.total_days(),
            age=(pl.lit(as_of) - first).dt.total_days(),
        )
        .sort("customer_id")
        .collect()
    )


def histories_of(people: pl.DataFrame) -> Histories:
    """The distinct histories of :func:`buyers`."""
    return histories(*(people[name].to_numpy() for name in ("x", "t_x", "age")))


def bought_between(people: pl.DataFrame, days: pl.DataFrame, after: dt.date, until: dt.date) -> Numbers:
    """Days with a purchase after ``after`` and up to ``until``, of each of ``people`` in their order."""
    later = days.lazy().filter(pl.col("orders") > 0, pl.col("day") > after, pl.col("day") <= until)
    counts = later.group_by("customer_id").agg(n=pl.len())
    joined = people.lazy().select("customer_id").join(counts, on="customer_id", how="left", maintain_order="left")
    return joined.select(pl.col("n").fill_null(0).cast(pl.Float64)).collect()["n"].to_numpy()


def money_of_purchases(days: pl.DataFrame, people: pl.DataFrame, money: str) -> tuple[Numbers, Numbers, Numbers]:
    """Of each of ``people``: purchases, mean money of one, and squared deviations from it; money in units.

    What an order that came to nothing cost is part of what the person brings, and so of the mean; the deviations are of
    days with a purchase only.
    """
    amount = pl.col(money) / 100
    bought = amount.filter(pl.col("orders") > 0)
    sums = days.lazy().group_by("customer_id").agg(total=amount.sum(), squares=bought.var(ddof=0) * bought.len())
    joined = people.lazy().select("customer_id", "x").join(sums, on="customer_id", how="left", maintain_order="left")
    found = joined.collect()
    n = found["x"].to_numpy() + 1.0
    return n, found["total"].to_numpy() / n, np.maximum(found["squares"].fill_null(0).to_numpy(), 0)


def rhythms(days: pl.DataFrame) -> pl.DataFrame:
    """The own rhythm of everybody who bought on three days or more.

    Returns:
        customer_id, rhythm (the median of the days between their purchases), by customer_id.
    """
    return (
        days.lazy()
        .filter(pl.col("orders") > 0)
        .select("customer_id", gap=pl.col("day").diff().dt.total_days(), same=pl.col("customer_id").shift())
        .filter(pl.col("customer_id") == pl.col("same"))
        .group_by("customer_id")
        .agg(rhythm=pl.col("gap").median(), gaps=pl.len())
        .filter(pl.col("gaps") >= 2)
        .select("customer_id", "rhythm")
        .sort("customer_id")
        .collect()
    )
