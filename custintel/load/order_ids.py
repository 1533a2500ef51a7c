"""Names of orders that hold over all shops, and which order somebody means who writes ``1001`` or ``#1001``."""

from __future__ import annotations

import polars as pl


def with_order_ids(orders: pl.DataFrame) -> pl.DataFrame:
    """``orders`` with ``order_id``: the number, with the shop before it where several shops use the number."""
    shared = pl.col("origin").n_unique().over("number") > 1
    named = pl.when(shared).then(pl.format("{}/{}", "origin", "number")).otherwise("number")
    return orders.with_columns(order_id=named)


def meant(stated: pl.Series, orders: pl.DataFrame) -> pl.Series:
    """The order that each text means: by id, number, number without ``#``, or number in analytics.

    Args:
        stated: as people write it; null for none.
        orders: ``order_id``, ``number``, ``analytics_id``.

    Returns:
        ``order_id``; null where no order, or several orders, are called so.
    """
    called = [orders.select("order_id", called=_bare(pl.col(name))) for name in ("order_id", "number", "analytics_id")]
    names = pl.concat(called).drop_nulls().unique()
    single = names.group_by("called").agg(pl.len().alias("n"), pl.col("order_id").first()).filter(pl.col("n") == 1)
    asked = stated.cast(pl.String).alias("stated").to_frame().with_columns(called=_bare(pl.col("stated")))
    return asked.join(single, on="called", how="left", maintain_order="left")["order_id"]


def _bare(number: pl.Expr) -> pl.Expr:
    """A number as it is compared, without capitals, the sign before it and the decimal zero of spreadsheets."""
    return number.str.to_uppercase().str.replace_all(r"^[#\s]+|\.0+$|\s+$", "")
