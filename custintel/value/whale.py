"""Who brings the money and who takes it away: ranks, deciles, whale curve, Gini's coefficient.

The whale curve adds customers up from the best to the worst; it rises above the total and comes down to it, because
those at the end lose money (Kaplan & Narayanan 2001, "Measuring and Managing Customer Profitability").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from custintel.value.histories import Numbers

TENTHS = 10
POINTS = 20
MOST = 0.8
TOP = 0.2


@dataclass(frozen=True)
class Whale:
    """The curve in figures; money in hundredths.

    Attributes:
        customers: all of them.
        losing: customers who brought less than nothing.
        total: what all of them brought.
        earned: what those who brought something did; the top of the curve.
        erased: what the others lost, of ``earned``.
        few: customers, from the best, who bring :data:`MOST` of ``earned``.
        top: customers in the top fifth by net sales.
        top_losing: of these, who lose money.
        gini: of net sales over customers: 0 when all bring the same, 1 when one brings everything.
        curve: for every twentieth of the customers from the best, their part of the total, in points of 1; empty when
            the total is not above zero.
    """

    customers: int
    losing: int
    total: int
    earned: int
    erased: int
    few: int
    top: int
    top_losing: int
    gini: float | None
    curve: tuple[tuple[float, float], ...]

    @property
    def losing_share(self) -> float | None:
        """The part of customers who lose money."""
        return self.losing / self.customers if self.customers else None

    @property
    def erased_share(self) -> float | None:
        """The part of what is earned that they lose again."""
        return self.erased / self.earned if self.earned else None

    @property
    def top_losing_share(self) -> float | None:
        """The part of the top fifth by net sales who lose money."""
        return self.top_losing / self.top if self.top else None


def ranked(people: pl.DataFrame, money: str) -> pl.DataFrame:
    """``people`` with rank, decile, share and cumulative_share by the column ``money``; equals by customer_id."""
    total = int(people[money].sum() or 0)
    n = people.height
    whole = pl.lit(float(total)) if total > 0 else pl.lit(None, pl.Float64)
    places = people.select("customer_id", money).sort(money, "customer_id", descending=[True, False])
    places = places.select(
        "customer_id",
        rank=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32),
        decile=(pl.int_range(pl.len()) * TENTHS // max(n, 1) + 1).cast(pl.UInt32),
        share=pl.col(money) / whole,
        cumulative_share=pl.col(money).cum_sum() / whole,
    )
    return people.join(places, on="customer_id", how="left", maintain_order="left")


def whale(people: pl.DataFrame, money: str) -> Whale:
    """The curve of ``money``.

    Args:
        people: with net and ``money``, in hundredths, nothing empty.
        money: the column.
    """
    amounts = np.sort(people[money].to_numpy())[::-1].astype(float)
    n = len(amounts)
    total, earned = int(people[money].sum()), int(people.filter(pl.col(money) > 0)[money].sum())
    added = np.cumsum(amounts)
    top = people.sort("net", "customer_id", descending=[True, False]).head(-(-n // 5) if n else 0)
    few = int(np.searchsorted(added[: int((amounts > 0).sum())], MOST * earned) + 1) if earned else 0
    ends = [-(-n * step // POINTS) for step in range(1, POINTS + 1)] if n else []
    curve = tuple((end / n, float(added[end - 1]) / total) for end in ends) if total > 0 else ()
    return Whale(
        n,
        int((amounts < 0).sum()),
        total,
        earned,
        earned - total,
        few,
        top.height,
        int((top[money] < 0).sum()),
        gini(people["net"].to_numpy().astype(float)),
        curve,
    )


def gini(amounts: Numbers) -> float | None:
    """Gini's coefficient, amounts below zero taken as nothing; ``None`` when there is nothing."""
    positive = np.sort(np.maximum(amounts, 0.0))
    n, total = len(positive), float(positive.sum())
    if total <= 0:
        return None
    return float(2 * (np.arange(1, n + 1) @ positive) / (n * total) - (n + 1) / n)


def deciles(people: pl.DataFrame, money: str) -> pl.DataFrame:
    """decile, customers, orders, net and ``money`` (as money), share: tenths of the customers, the best first.

    Args:
        people: :func:`ranked`, with orders, net and ``money``.
        money: the column it was ranked by.
    """
    return (
        people.group_by("decile")
        .agg(
            customers=pl.len(),
            orders=pl.col("orders").sum(),
            net=pl.col("net").sum(),
            money=pl.col(money).sum(),
            share=pl.col("share").sum() if people["share"].null_count() == 0 else pl.lit(None, pl.Float64),
        )
        .sort("decile")
    )
