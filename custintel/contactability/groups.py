"""Contactability by source, city, segment or month: shares with the intervals that few people allow."""

from __future__ import annotations

import polars as pl

from custintel.intervals import wilson

GROUPS = ("source", "city", "segment", "month")


def by_group(customers: pl.DataFrame, group: str) -> pl.DataFrame:
    """How many people of each group can be contacted.

    Args:
        customers: the table ``customers`` with what :func:`.channels.of_customers` adds.
        group: one of :data:`GROUPS`. Of ``source``, somebody known from several files counts in each; ``month`` is that
            of the first sight.

    Returns:
        ``group`` (null where it is not known), ``people``, ``reachable``, ``permitted``; ``share``, ``low``, ``high``:
        the share that can be reached, with its 95 % interval (Wilson). The largest groups first; of months the latest.
    """
    told = customers.with_columns(group=_group(customers, group))
    if group == "source":
        told = told.explode("group")
    counted = told.group_by("group").agg(
        people=pl.len(),
        reachable=(pl.col("reachable_by").list.len() > 0).sum(),
        permitted=pl.col("best_channel").is_not_null().sum(),
    )
    low, high = wilson(pl.col("reachable"), pl.col("people"))
    shared = counted.with_columns(share=pl.col("reachable") / pl.col("people"), low=low, high=high)
    if group == "month":
        return shared.sort("group", descending=True, nulls_last=True)
    return shared.sort("people", "group", descending=[True, False], nulls_last=True)


def _group(customers: pl.DataFrame, group: str) -> pl.Expr:
    if group == "source":
        return pl.col("sources")
    if group == "month":
        return pl.col("first_seen").dt.to_string("%Y-%m")
    return pl.col(group) if group in customers.columns else pl.lit(None, pl.String)
