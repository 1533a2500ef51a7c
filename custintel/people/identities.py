"""Stable ids: a person keeps theirs from run to run while any of their records remains."""

from __future__ import annotations

import polars as pl

from custintel.tables import IDENTITIES


def customer_ids(clusters: pl.DataFrame, before: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """Give every cluster a customer_id and say why each record is in it.

    A cluster keeps the customer_id its records had. Where two people turn out to be one, the older id stays; where one
    turns out to be two, the id stays with the larger part. A new person's id is made from their first record, so it
    does not depend on the order of rows; where the larger part of a split kept that very id, the run is added to it.

    Args:
        clusters: ``Matched.clusters``.
        before: the ``identities`` table of the last run.
        run_id: this run.

    Returns:
        The ``identities`` table; ``run_id`` is the earlier run's where nothing about the record changed.
    """
    ids = clusters.select("cluster").unique().join(kept_ids(clusters, before), on="cluster", how="left")
    first = pl.concat_str(pl.lit("c"), pl.col("cluster").str.slice(1))
    own = pl.when(first.is_in(ids["customer_id"].drop_nulls().implode())).then(first + f"-{run_id}").otherwise(first)
    ids = ids.with_columns(customer_id=pl.coalesce("customer_id", own))
    found = clusters.join(ids, on="cluster", how="left", maintain_order="left")
    earlier = before.select(
        "record_id",
        pl.col("customer_id").alias("_id"),
        pl.col("evidence").alias("_evidence"),
        pl.col("decided_by").alias("_decided_by"),
        pl.col("run_id").alias("_run"),
    )
    found = found.join(earlier, on="record_id", how="left", maintain_order="left")
    same = (
        (pl.col("customer_id") == pl.col("_id"))
        & (pl.col("decided_by") == pl.col("_decided_by").cast(pl.String))
        & (pl.col("evidence").list.join("+") == pl.col("_evidence").list.join("+"))
    )
    return IDENTITIES.conform(
        found.select(
            "record_id",
            "customer_id",
            "probability",
            "evidence",
            "decided_by",
            pl.when(same).then("_run").otherwise(pl.lit(run_id)).alias("run_id"),
        )
    )


def kept_ids(clusters: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """cluster and the customer_id it keeps, for clusters whose records had one."""
    shares = (
        clusters.select("record_id", "cluster")
        .join(before.select("record_id", "customer_id"), on="record_id", how="inner")
        .group_by("customer_id", "cluster")
        .agg(n=pl.len())
    )
    alike = ~(pl.col("customer_id").is_duplicated() | pl.col("cluster").is_duplicated())
    settled, contested = shares.filter(alike), shares.filter(~alike)
    born = before.join(contested, on="customer_id", how="semi").group_by("customer_id").agg(pl.col("run_id").min())
    largest_part = (
        contested.join(born, on="customer_id", how="left")
        .sort(["customer_id", "n", "cluster"], descending=[False, True, False])
        .unique("customer_id", keep="first", maintain_order=True)
    )
    oldest = largest_part.sort("cluster", "run_id", "customer_id").unique("cluster", keep="first", maintain_order=True)
    return pl.concat([frame.select("cluster", "customer_id") for frame in (settled, oldest)])
