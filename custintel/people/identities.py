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
    if not before.height:
        mine = clusters.with_columns(customer_id=first_id(pl.col("cluster")), run_id=pl.lit(run_id))
        return IDENTITIES.conform(mine.drop("cluster"))
    earlier = before.select(
        "record_id",
        pl.col("customer_id").alias("_id"),
        pl.col("evidence").alias("_evidence"),
        pl.col("decided_by").alias("_decided_by"),
        pl.col("run_id").alias("_run"),
    )
    found = beside(clusters, earlier)
    stays = as_before(found)
    rest = found.filter(~stays)
    ids = new_ids(
        clusters.join(rest.select("cluster"), on="cluster", how="semi"), found["_id"].filter(stays), before, run_id
    )
    named = rest.select("cluster").join(ids, on="cluster", how="left", maintain_order="left")["customer_id"]
    found = found.with_columns(found["_id"].scatter((~stays).arg_true(), named).alias("customer_id"))
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


def beside(clusters: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """``clusters`` with what ``earlier`` says of each record; a search, since both are in the order of record_id."""
    earlier = earlier if earlier["record_id"].is_sorted() else earlier.sort("record_id")
    place = earlier["record_id"].search_sorted(clusters["record_id"]).clip(upper_bound=earlier.height - 1)
    known = earlier["record_id"].gather(place) == clusters["record_id"]
    place = pl.select(pl.when(known).then(place)).to_series()
    return clusters.with_columns(column.gather(place) for column in earlier.drop("record_id"))


def as_before(found: pl.DataFrame) -> pl.Series:
    """The records of people who are no other's and nobody else by now, as far as they were there: they keep their id.

    By hashes: a million people are settled so before any text is joined.
    """
    marks = found.select(now=pl.col("cluster").hash(), before=pl.col("_id").hash(), known=pl.col("_id").is_not_null())
    held = marks.filter("known").select("now", "before").unique()
    plain = held.filter(~(pl.col("now").is_duplicated() | pl.col("before").is_duplicated()))
    return marks.select(pl.col("known") & pl.col("now").is_in(plain["now"].implode())).to_series()


def new_ids(clusters: pl.DataFrame, kept: pl.Series, before: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """cluster and customer_id of clusters that are not simply as before.

    Args:
        clusters: their records.
        kept: ids that others keep.
        before: the ``identities`` table of the last run.
        run_id: this run.
    """
    ids = clusters.select("cluster").unique().join(kept_ids(clusters, before), on="cluster", how="left")
    first = ids.select(first_id(pl.col("cluster"))).to_series()
    taken = pl.concat([ids["customer_id"].drop_nulls(), kept.filter(kept.is_in(first.implode()))])
    own = pl.when(first.is_in(taken.implode())).then(first + f"-{run_id}").otherwise(first)
    return ids.with_columns(customer_id=pl.coalesce("customer_id", own))


def first_id(cluster: pl.Expr) -> pl.Expr:
    """The customer_id of a person who is new, made from their first record."""
    return pl.concat_str(pl.lit("c"), cluster.str.slice(1))


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
