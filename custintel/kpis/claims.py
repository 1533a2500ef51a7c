"""What advertising platforms claim to have sold, against the orders that exist."""

from __future__ import annotations

import polars as pl

from custintel.kpis.actuals import keyed
from custintel.periods import Period


def claims(spend: pl.DataFrame, sold: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Claimed and real orders of each channel that was paid for, on the days from its first to its last spend.

    Args:
        spend: table spend, with claimed_conversions.
        sold: as :func:`custintel.kpis.sales.sales` makes it.
        period: days that count.

    Returns:
        channel, first, last (days), claimed, placed, kept, ratio (claimed per order placed; null without orders), by
        what is claimed, most first; empty when no platform claims anything.
    """
    columns = {"channel": pl.String, "first": pl.Date, "last": pl.Date, "claimed": pl.Float64}
    empty = pl.DataFrame(schema={**columns, "placed": pl.Int64, "kept": pl.Int64, "ratio": pl.Float64})
    if "claimed_conversions" not in spend.columns:
        return empty
    told = spend.filter(period.holds(pl.col("date")), pl.col("claimed_conversions").is_not_null())
    if told.is_empty():
        return empty
    told = told.with_columns(channel_key=keyed(told["channel"].cast(pl.String)))
    claimed = told.group_by("channel_key").agg(
        channel=pl.col("channel").cast(pl.String).min(),
        first=pl.col("date").min(),
        last=pl.col("date").max(),
        claimed=pl.col("claimed_conversions").sum(),
    )
    orders = sold.with_columns(channel_key=keyed(sold["channel"])).join(claimed, on="channel_key", suffix="_spent")
    inside = orders.filter(pl.col("placed_on").is_between("first", "last"))
    real = inside.group_by("channel_key").agg(
        placed=pl.len().cast(pl.Int64), kept=pl.col("kept").sum().cast(pl.Int64), spelt=pl.col("channel").mode().min()
    )
    joined = claimed.join(real, on="channel_key", how="left").with_columns(pl.col("placed", "kept").fill_null(0))
    return (
        joined.with_columns(
            channel=pl.coalesce("spelt", "channel"),
            ratio=pl.when(pl.col("placed") > 0).then(pl.col("claimed") / pl.col("placed")),
        )
        .select(empty.columns)
        .sort("claimed", "channel", descending=[True, False])
    )
