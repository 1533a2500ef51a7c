"""Funnels: how many visits reach each step after the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.load.visits.sessions import Sessions

SHOP = ("view_item", "add_to_cart", "begin_checkout", "purchase")
"""The steps of a shop, in the event names Google Analytics 4 recommends."""


def funnel(cut: Sessions, steps: Sequence[str] = SHOP) -> pl.Series:
    """How many of ``steps`` each visit reaches, in their order: 0 when not even the first; in the order of the visits.

    A closed funnel: a step counts when its event happens no earlier than that of the step before, in the same visit,
    whatever happens between them.

    Raises:
        CustintelError: a step is named twice.
    """
    if len(set(steps)) < len(steps):
        raise CustintelError(_("A step of the funnel is named twice."), seen=" > ".join(steps))
    never = np.iinfo(np.int64).max
    reached = np.full(cut.starts.size, np.iinfo(np.int64).min)
    depth = np.zeros(cut.starts.size, dtype=np.uint8)
    for step in steps:
        places = np.flatnonzero(cut.in_order(pl.col("event") == step))
        visit = cut.numbers[places]
        after = cut.moments[places] >= reached[visit]
        places, visit = places[after][::-1], visit[after][::-1]
        reached = np.full(cut.starts.size, never)
        reached[visit] = cut.moments[places]
        depth += reached < never
    return pl.Series("depth", depth)


def reached(visits: pl.DataFrame, steps: Sequence[str] = SHOP, *, by: Sequence[str] = ()) -> pl.DataFrame:
    """Visits that reach each step, per group.

    Args:
        visits: ``depth``, as :func:`funnel` says it, and the columns of ``by``.
        steps: the names of the steps.
        by: columns whose combinations are told apart.

    Returns:
        ``by``, ``step_no`` (from 1), ``step``, ``visits`` (that reach it), ``before`` (that reached the step before;
        for the first, all visits) and ``rate`` (null when none reached the step before), by group and step.
    """
    counts = [(pl.col("depth") >= number).sum().alias(f"_{number}") for number in range(1, len(steps) + 1)]
    wide = (
        visits.group_by(by).agg(pl.len().alias("_0"), *counts) if by else visits.select(pl.len().alias("_0"), *counts)
    )
    long = [
        wide.select(
            *by,
            pl.lit(now, pl.UInt8).alias("step_no"),
            pl.lit(steps[now - 1]).alias("step"),
            pl.col(f"_{now}").alias("visits"),
            pl.col(f"_{before}").alias("before"),
        )
        for before, now in pairwise(range(len(steps) + 1))
    ]
    rate = pl.when(pl.col("before") > 0).then(pl.col("visits") / pl.col("before"))
    return pl.concat(long).with_columns(rate=rate).sort(*by, "step_no")
