"""Who moved from one segment to another since the segments before, and what it brought."""

from __future__ import annotations

import datetime as dt

import polars as pl

from custintel.minor_units import of_hundredths

MOVES = pl.Schema(
    {
        "from": pl.String(),
        "to": pl.String(),
        "customers": pl.Int64(),
        "net": pl.Float64(),
        "margin": pl.Float64(),
    }
)


def previous(stored: pl.DataFrame, as_of: dt.date) -> tuple[pl.DataFrame, dt.date | None]:
    """The segments to compare with, and their day.

    Those that are stored; but of the same day, those that they were themselves compared with, so that a run that is
    repeated says the same.

    Args:
        stored: table segments.
        as_of: the day of the run.

    Returns:
        customer_id, before.
    """
    nothing = pl.DataFrame(schema={"customer_id": pl.String(), "before": pl.String()})
    if not stored.height:
        return nothing, None
    day, compared = stored["as_of"][0], stored["compared_with"][0]
    if day < as_of:
        return stored.select("customer_id", before="segment"), day
    if compared is None or compared >= as_of:
        return nothing, None
    kept = stored.filter(~pl.col("is_new"))
    return kept.select("customer_id", before=pl.coalesce("moved_from", "segment")), compared


def compared(segments: pl.DataFrame, before: pl.DataFrame, since: dt.date | None) -> pl.DataFrame:
    """``segments`` with moved_from, is_new and compared_with.

    Args:
        segments: customer_id, segment.
        before: of :func:`previous`.
        since: their day.
    """
    joined = segments.join(before, on="customer_id", how="left", maintain_order="left")
    return joined.with_columns(
        moved_from=pl.when(pl.col("before") != pl.col("segment")).then("before"),
        is_new=pl.col("before").is_null() if since else pl.lit(True),
        compared_with=pl.lit(since, pl.Date),
    ).drop("before")


def moves(segments: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """How many went from where to where, and what they have brought since: :data:`MOVES`, by number of customers.

    Args:
        segments: of :func:`compared`.
        orders: customer_id, day, net, margin (in hundredths) of all orders.
    """
    since = segments["compared_with"][0] if segments.height else None
    if since is None:
        return pl.DataFrame(schema=MOVES)
    later = (
        orders.lazy()
        .filter(pl.col("day") > since)
        .group_by("customer_id")
        .agg(pl.col("net").sum(), pl.when(pl.col("margin").count() > 0).then(pl.col("margin").sum()).alias("margin"))
        .collect()
    )
    return (
        segments.filter(pl.col("moved_from").is_not_null() | pl.col("is_new"))
        .join(later, on="customer_id", how="left")
        .group_by(pl.col("moved_from").alias("from"), pl.col("segment").alias("to"))
        .agg(
            pl.len().cast(pl.Int64).alias("customers"),
            of_hundredths(pl.col("net").fill_null(0).sum()),
            pl.when(pl.col("margin").count() > 0).then(of_hundredths(pl.col("margin").sum())).alias("margin"),
        )
        .select(MOVES.names())
        .cast(MOVES)
        .sort("customers", "from", "to", descending=[True, False, False], nulls_last=True)
    )
