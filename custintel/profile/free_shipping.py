"""From which amount on shipping is free, learned from the orders; and whether people add to reach it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

CLEAR = 0.97
"""Share of orders that a threshold must explain."""
EACH = 30
"""Orders on each side of the threshold, below which there is nothing to learn."""
NEAR = 0.2
"""How near an amount is to the threshold: up to this share below or above."""


@dataclass(frozen=True)
class Threshold:
    """An amount of goods from which shipping is free.

    Attributes:
        amount: in hundredths of the currency.
        explained: share of orders that pay shipping below it and none from it on.
        orders: how many orders say so.
    """

    amount: int
    explained: float
    orders: int


def threshold(goods: pl.Series, free: pl.Series) -> Threshold | None:
    """The amount that parts orders with and without free shipping best; ``None`` when none does clearly.

    Args:
        goods: hundredths.
        free: Boolean, empty where it is not known.
    """
    table = pl.DataFrame({"goods": goods, "free": free}).drop_nulls().filter(pl.col("goods") > 0)
    steps = table.group_by("goods").agg(pl.col("free").sum().cast(pl.Int64), pl.len().cast(pl.Int64).alias("n"))
    steps = steps.sort("goods").with_columns(paid=pl.col("n") - pl.col("free"))
    paid_below = pl.col("paid").cum_sum() - pl.col("paid")
    free_above = pl.col("free").sum() - (pl.col("free").cum_sum() - pl.col("free"))
    steps = steps.with_columns(
        right=paid_below + free_above,
        below=pl.col("n").cum_sum() - pl.col("n"),
        above=pl.col("n").sum() - (pl.col("n").cum_sum() - pl.col("n")),
        before=pl.col("goods").shift(),
    ).filter(pl.col("below") >= EACH, pl.col("above") >= EACH)
    if not steps.height:
        return None
    best = steps.sort("right", "goods", descending=[True, False]).row(0, named=True)
    explained = best["right"] / table.height
    if explained < CLEAR:
        return None
    return Threshold(roundest(best["before"], best["goods"]), explained, table.height)


def roundest(above: int, most: int) -> int:
    """The whole number with most zeros at its end that is more than ``above`` and at most ``most``; the largest of
    several: what a shop would choose between an order that paid for shipping and one that did not.
    """
    step = 1
    while most // (10 * step) * (10 * step) > above:
        step *= 10
    return most // step * step


def just_above(goods: pl.Expr, amount: int) -> pl.Expr:
    """Of orders near the threshold, whether they are above it; empty for others."""
    near = goods.is_between(amount * (1 - NEAR), amount * (1 + NEAR), closed="left")
    return pl.when(near).then(goods >= amount)
