"""How long people take from one purchase to the next, and between which days the next one is to be expected."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

OWN_GAPS = 3
"""From how many gaps a person's own rhythm is used."""
QUARTILES = {"low": 0.25, "middle": 0.5, "high": 0.75}


@dataclass(frozen=True)
class Rhythm:
    """Gaps between purchases.

    Attributes:
        people: by customer_id: ``gaps``, the number of gaps between days with a purchase; ``median_gap``, with
            :data:`OWN_GAPS` or more, else empty; ``next_from`` and ``next_to``, the days between which half of the
            next purchases of those who come back fall, by ``next_by``: the person's ``own`` gaps or those of the
            ``base``; empty when nobody ever came back.
        gaps: of the base: how many first gaps there are (the first :data:`OWN_GAPS` of each person).
        low, middle, high: quartiles of these, in days; ``None`` when nobody came back.
        tested: people whose last gap could be foretold from at least :data:`OWN_GAPS` earlier ones.
        inside: how many of these came back within the window; half of them should.
    """

    people: pl.DataFrame
    gaps: int
    low: float | None
    middle: float | None
    high: float | None
    tested: int
    inside: int


def rhythm(purchases: pl.DataFrame) -> Rhythm:
    """The rhythm of everybody who bought.

    A window holds between the quartiles of gaps at (n + 1) / 4 and 3 (n + 1) / 4 in their order. Of gaps that come from
    one distribution, the next falls between the i-th and the j-th smallest of n with probability (j - i) / (n + 1),
    whatever the distribution (Wilks 1941, Ann. Math. Stat. 12, 91): here one half.

    Args:
        purchases: customer_id (of any type) and ``day`` of every purchase, in any order.
    """
    days = purchases.select("customer_id", "day").unique().sort("customer_id", "day")
    gaps = _gaps(days)
    early = gaps.filter(pl.col("place") <= OWN_GAPS)["gap"].sort()
    base = {name: _quantile_of(early, share) for name, share in QUARTILES.items()}
    last = days.group_by("customer_id").agg(pl.col("day").last().alias("last"))
    people = last.join(_windows(gaps), on="customer_id", how="left").with_columns(pl.col("n").fill_null(0))
    mine, told = pl.col("n") >= OWN_GAPS, (pl.col("n") >= OWN_GAPS) | pl.lit(early.len() > 0)
    ends = {
        name: pl.col("last")
        + pl.duration(days=pl.when(mine).then(pl.col(name)).otherwise(pl.lit(base[name], pl.Float64)).round())
        for name in ("low", "high")
    }
    frame = people.select(
        "customer_id",
        pl.col("n").cast(pl.UInt32).alias("gaps"),
        pl.when(mine).then("middle").alias("median_gap"),
        pl.when(told).then(ends["low"]).alias("next_from"),
        pl.when(told).then(ends["high"]).alias("next_to"),
        pl.when(mine).then(pl.lit("own")).when(told).then(pl.lit("base")).alias("next_by"),
    )
    tested, inside = _tested(gaps)
    return Rhythm(frame.sort("customer_id"), early.len(), **base, tested=tested, inside=inside)


def _gaps(days: pl.DataFrame) -> pl.DataFrame:
    """customer_id, ``gap`` in days, and ``place``: which of the person's gaps it is, from 1."""
    first = pl.col("customer_id") != pl.col("customer_id").shift()
    row = pl.int_range(pl.len())
    gaps = days.select(
        "customer_id",
        gap=pl.col("day").diff().dt.total_days(),
        place=row - pl.when(first.fill_null(True)).then(row).forward_fill(),
    )
    return gaps.filter(pl.col("place") > 0)


def _windows(gaps: pl.DataFrame) -> pl.DataFrame:
    """customer_id, n, low, middle, high of the gaps of each person; the quartiles are sharp from three gaps on."""
    ordered = gaps.select("customer_id", "gap").sort("customer_id", "gap")
    return ordered.group_by("customer_id", maintain_order=True).agg(
        pl.len().alias("n"),
        *(_quantile(share).alias(name) for name, share in QUARTILES.items()),
    )


def _quantile(share: float) -> pl.Expr:
    """The gap at place (n + 1) x share of the sorted gaps of a group, between neighbours in proportion."""
    place = ((pl.len() + 1) * share - 1).clip(0, pl.len() - 1)
    below = place.floor().cast(pl.UInt32)
    above = place.ceil().cast(pl.UInt32)
    low, high = pl.col("gap").get(below), pl.col("gap").get(above)
    return low + (high - low) * (place - place.floor())


def _quantile_of(ordered: pl.Series, share: float) -> float | None:
    """The same of a sorted series; ``None`` when it is empty."""
    if not ordered.len():
        return None
    return float(ordered.to_frame("gap").select(_quantile(share)).item())


def _tested(gaps: pl.DataFrame) -> tuple[int, int]:
    """Of how many people the last gap can be foretold from those before, and of how many it was inside the window."""
    last = pl.col("place") == pl.col("place").max().over("customer_id")
    split = gaps.with_columns(last=last)
    windows = _windows(split.filter(~pl.col("last"))).filter(pl.col("n") >= OWN_GAPS)
    held = split.filter("last").join(windows, on="customer_id")
    inside = pl.col("gap").is_between(pl.col("low").round(), pl.col("high").round())
    return held.height, int(held.select(inside.sum()).item() or 0)
