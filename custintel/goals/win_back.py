"""Whom to win back: customers who are late by their own rhythm, the most valuable and likeliest first."""

from __future__ import annotations

import datetime as dt

import polars as pl

LATE = 2.0
"""Own usual gaps without a purchase from which somebody is late."""
FEWEST_DAYS = 2
"""Days with a purchase from which there is any rhythm."""
FEWEST_GAPS = 3
"""Gaps between them from which it is the customer's own."""

LOST = pl.Schema(
    {
        "customer_id": pl.String(),
        "due_on": pl.Date(),
        "late": pl.Float64(),
        "chance": pl.Float64(),
        "worth": pl.Float64(),
    }
)


def win_back(people: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Those who are late, by what can be expected of winning them back.

    Late is who has bought nothing for :data:`LATE` times their usual gap. The order is that of what they brought times
    the probability that they buy; where no model says that, times one over how late they are.

    Args:
        people: customer_id, days, last_day, recency (days since), ``rhythm`` (usual days between purchases, empty where
            there is none), ``p_buy`` (empty where no model says it) and ``brought``, in units of the currency.
        as_of: the last day of the data.

    Returns:
        :data:`LOST`: the day they were due, how many usual gaps they are gone, the chance that was used, and what they
        are worth in the order. Who never brought anything is left out.
    """
    late = pl.col("recency") / pl.col("rhythm")
    found = people.filter(pl.col("days") >= FEWEST_DAYS, pl.col("rhythm") > 0, pl.col("brought") > 0).with_columns(
        late=late,
        due_on=pl.lit(as_of) - pl.duration(days=(pl.col("recency") - pl.col("rhythm").ceil()).cast(pl.Int64)),
        chance=pl.coalesce("p_buy", 1 / late),
    )
    found = found.filter(pl.col("late") >= LATE).with_columns(worth=pl.col("brought") * pl.col("chance"))
    order = pl.col("worth").round(6)
    return found.sort(order, "customer_id", descending=[True, False]).select(
        pl.col(name).cast(dtype) for name, dtype in LOST.items()
    )


def rhythm(days: pl.DataFrame) -> pl.DataFrame:
    """The usual days between purchases of each customer: the median of their gaps.

    With one gap or two it is no rhythm yet: then it is not taken to be shorter than the median of everybody's gaps.

    Args:
        days: customer_id and day, once each.

    Returns:
        customer_id and rhythm, of those with two days or more.
    """
    same = pl.col("customer_id") == pl.col("customer_id").shift()
    gap = pl.col("day").diff().dt.total_days().cast(pl.Float64)
    gaps = days.sort("customer_id", "day").select("customer_id", gap=pl.when(same).then(gap))
    gaps = gaps.filter(pl.col("gap").is_not_null())
    own, usual = pl.col("gap").median(), pl.lit(gaps["gap"].median(), pl.Float64)
    few = pl.len() < FEWEST_GAPS
    found = gaps.group_by("customer_id").agg(rhythm=pl.when(few).then(pl.max_horizontal(own, usual)).otherwise(own))
    return found.sort("customer_id")
