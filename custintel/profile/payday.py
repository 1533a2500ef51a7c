"""Whether people buy more when wages are paid: a comparison of days within the same months."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import exp, log, sqrt

import polars as pl

from custintel.profile.purchase_facts import payday

MONTHS = 6
"""Whole months from which a difference between days can be told from chance and campaigns."""
_Z = 1.959963984540054


@dataclass(frozen=True)
class Effect:
    """Purchases per day near paydays over those of other days.

    Attributes:
        ratio, low, high: with a 95 % interval.
        months: whole months that were compared.
        near: purchases per day on the 15th and the last of the month and two days after.
        other: purchases per day on all others.
    """

    ratio: float
    low: float
    high: float
    months: int
    near: float
    other: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves no room for no difference."""
        return self.low > 1 or self.high < 1


def effect(days: pl.Series) -> Effect | None:
    """The effect; ``None`` with less than :data:`MONTHS` whole months, or when nothing was bought on either kind of
    day.

    Whole months only, so that every one has both kinds of days and a growing shop makes no difference. Days vary more
    than chance alone would have it (weekends, campaigns), so the interval is widened by the spread of daily counts
    around the mean of their month and kind (quasi-Poisson: McCullagh &
    Nelder 1989, Generalized Linear Models, ch. 6.2).

    Args:
        days: the day of every purchase.
    """
    if not days.len():
        return None
    first, last = days.min(), days.max()
    assert isinstance(first, dt.date)
    assert isinstance(last, dt.date)
    start = first if first.day == 1 else (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    end = last if (last + dt.timedelta(days=1)).day == 1 else last.replace(day=1) - dt.timedelta(days=1)
    if end <= start:
        return None
    calendar = pl.DataFrame({"day": pl.date_range(start, end, eager=True)})
    bought = days.value_counts(name="n").rename({days.name: "day"})
    table = calendar.join(bought, on="day", how="left", maintain_order="left").with_columns(
        pl.col("n").fill_null(0).cast(pl.Int64), near=payday(pl.col("day")), month=pl.col("day").dt.truncate("1mo")
    )
    months = table["month"].n_unique()
    near, other = table.filter("near"), table.filter(~pl.col("near"))
    x, y = int(near["n"].sum()), int(other["n"].sum())
    if months < MONTHS or not x or not y:
        return None
    cells = table.group_by("month", "near").agg(
        pl.col("n").sum(), (pl.col("n") ** 2).sum().alias("nn"), pl.len().alias("d")
    )
    cells = cells.sort("month", "near").with_columns(mean=pl.col("n") / pl.col("d")).filter(pl.col("mean") > 0)
    spread = cells.select(((pl.col("nn") - pl.col("n") * pl.col("mean")) / pl.col("mean")).sum()).item()
    free = cells.select((pl.col("d") - 1).sum()).item()
    widening = max(1.0, spread / free) if free else 1.0
    ratio = (x / near.height) / (y / other.height)
    error = _Z * sqrt(widening * (1 / x + 1 / y))
    return Effect(ratio, exp(log(ratio) - error), exp(log(ratio) + error), months, x / near.height, y / other.height)
