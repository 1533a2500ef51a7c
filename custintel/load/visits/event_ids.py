"""Names for events whose analytics gives them none, so that what is exported twice is taken once."""

from __future__ import annotations

import polars as pl

KEY = ("visitor_id", "ts", "event")


def event_ids(events: pl.DataFrame) -> pl.Series:
    """A name for each event: visitor, microsecond, what happened, and a number where these are all the same.

    Events that differ in nothing else either are told apart by counting them. The order of rows does not matter: those
    of one name are numbered by everything else that is known of them.
    """
    base = pl.concat_str(
        pl.col("visitor_id").cast(pl.String),
        pl.col("ts").dt.replace_time_zone(None).dt.epoch("us").cast(pl.String),
        pl.col("event").cast(pl.String),
        separator=".",
    )
    rows = events.with_columns(_id=base).with_row_index("_row")
    several = rows.filter(pl.col("_id").is_duplicated())
    others = [pl.col(name).cast(pl.String).fill_null("") for name in sorted(events.columns) if name not in KEY]
    numbered = (
        several.sort("_id", *others)
        .select("_row", _number=pl.int_range(pl.len()).over("_id"))
        .filter(pl.col("_number") > 0)
    )
    named = rows.join(numbered, on="_row", how="left", maintain_order="left")
    return named.select(
        event_id=pl.concat_str("_id", pl.col("_number").cast(pl.String), separator=".", ignore_nulls=True)
    ).to_series()
