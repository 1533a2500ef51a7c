"""Shares of groups, how sure they are, and which set a group apart from everybody else.

What is counted (orders, lines, visits) comes in bunches: all orders of one person resemble each other. So many orders
of few people say less than their number. How much less is estimated from the spread between people (the ratio
estimator: Cochran 1977, Sampling Techniques, ch. 2.11 and 6; the design effect of Kish 1965), and Wilson's interval and
the test of two proportions are given the number of independent orders that would say as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, sqrt

import numpy as np
import polars as pl

from custintel.intervals import wilson
from custintel.profile.counts import Counts
from custintel.proportions import FISHER_BELOW, fisher_p

FEW = 30
"""People below which a group is too small to be told apart."""
EXPECTED, UNLIKELY = 100, 0.05
"""Expected counts and probabilities below which a test is made again, exactly."""
SHARES = pl.Schema(
    {
        "group": pl.UInt32(),
        "value": pl.String(),
        "n": pl.Int64(),
        "of": pl.Int64(),
        "of_people": pl.Int64(),
        "share": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "base": pl.Float64(),
        "rest": pl.Float64(),
        "effect": pl.Float64(),
        "p": pl.Float64(),
    }
)
_SUMS = ("x", "xx", "xn", "n", "nn", "m")


def shares(found: Counts, groups: pl.Series | None, *, tested: bool = True) -> pl.DataFrame:
    """The share of every value in every group.

    Args:
        found: a trait, counted by person.
        groups: the group of each person (UInt32 by place, empty for those in none, who still are among the others);
            ``None`` for one group of everybody.
        tested: whether groups are compared with everybody else.

    Returns:
        :data:`SHARES`, by group and value: ``n`` of ``of``, which are those of ``of_people`` people; the share with its
        95 % interval; that of everybody and of everybody outside the group; Cohen's h of the two and the probability
        of such a difference by chance, not corrected; both are empty where nothing is compared: fewer than
        :data:`FEW` people inside or outside.
    """
    if not found.known:
        return pl.DataFrame(schema=SHARES)
    here = pl.Series("group", [0], pl.UInt32).new_from_index(0, found.totals.height) if groups is None else None
    totals = found.totals.with_columns(group=here if groups is None else groups.gather(found.totals["person"]))
    table = _sums(found, totals)
    everybody = totals.select(*_of_people())
    inside = totals.drop_nulls("group").group_by("group").agg(*_of_people())
    values = pl.DataFrame({"value": pl.int_range(found.names.len(), dtype=pl.UInt32, eager=True)})
    squares = ("x", "xx", "xn")
    whole = values.join(table.group_by("value").agg(pl.col(squares).sum()), on="value", how="left")
    told = inside.join(values, how="cross").join(table, on=["group", "value"], how="left")
    told = told.join(whole.rename({name: f"{name}_all" for name in squares}), on="value")
    told = told.with_columns(pl.col(*squares, *(f"{name}_all" for name in squares)).fill_null(0))
    told = told.with_columns(pl.lit(everybody[name][0], pl.Int64).alias(f"{name}_all") for name in ("n", "nn", "m"))
    rest = [(pl.col(f"{name}_all") - pl.col(name)).alias(f"{name}_rest") for name in _SUMS]
    return _judged(told.with_columns(rest), found.names, compared=groups is not None and tested)


def _of_people() -> Sequence[pl.Expr]:
    n = pl.col("n")
    return (n.sum().alias("n"), (n * n).sum().alias("nn"), pl.len().cast(pl.Int64).alias("m"))


def _sums(found: Counts, totals: pl.DataFrame) -> pl.DataFrame:
    """group, value, and the sums over people of x, x squared and x n: whole numbers, so that no order matters."""
    x, n = pl.col("x"), pl.col("n")
    joined = found.frame.select("person", "value", "x").join(totals, on="person")
    return joined.group_by("group", "value").agg(
        x.sum().alias("x"), (x * x).sum().alias("xx"), (x * n).sum().alias("xn")
    )


def independent(suffix: str = "") -> pl.Expr:
    """How many independent trials say as much about a share as these do.

    Between n, when people are as mixed as chance makes them, and (sum n)^2 / (sum n^2), when every person always does
    the same (Kish 1965, Survey Sampling, ch. 8); the latter also where everybody or nobody has the value, and nothing
    can be estimated.
    """
    x, xx, xn, n, nn, m = (pl.col(f"{name}{suffix}").cast(pl.Float64) for name in _SUMS)
    share = x / n
    spread = (m / (m - 1)) * (xx - 2 * share * xn + share**2 * nn) / n**2
    fewest = n**2 / nn
    estimated = pl.when((spread > 0) & (m > 1)).then(share * (1 - share) / spread).otherwise(fewest)
    return pl.when(n > 0).then(pl.max_horizontal(fewest, pl.min_horizontal(estimated, n)))


def _judged(table: pl.DataFrame, names: pl.Series, *, compared: bool) -> pl.DataFrame:
    share, rest = pl.col("x") / pl.col("n"), pl.col("x_rest") / pl.col("n_rest")
    table = table.with_columns(
        share=share,
        rest=pl.when(pl.col("n_rest") > 0).then(rest),
        base=pl.col("x_all") / pl.col("n_all"),
        trials=independent(),
        trials_rest=independent("_rest"),
    )
    low, high = wilson(pl.col("share") * pl.col("trials"), pl.col("trials"))
    table = table.with_columns(low=low.clip(0, pl.col("share")), high=high.clip(pl.col("share"), 1))
    table = table.sort("group", "value")
    enough = (pl.col("m") >= FEW) & (pl.col("m_rest") >= FEW)
    table = table.with_columns(compared=enough if compared else pl.lit(False))
    return table.select(
        "group",
        names.cast(pl.String).gather(table["value"]).alias("value"),
        pl.col("x").alias("n"),
        pl.col("n").alias("of"),
        pl.col("m").alias("of_people"),
        "share",
        "low",
        "high",
        "base",
        pl.col("rest") if compared else pl.lit(None, pl.Float64).alias("rest"),
        pl.when("compared").then(cohen_h(pl.col("share"), pl.col("rest"))).alias("effect"),
        _probabilities(table).alias("p"),
    ).cast(SHARES)


def cohen_h(share: pl.Expr, rest: pl.Expr) -> pl.Expr:
    """The size of a difference of two shares: 2 asin(sqrt(p)) - 2 asin(sqrt(q)); 0.2 is small, 0.5 middling, 0.8 large
    (Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, ch. 6).
    """
    return 2 * (share.clip(0, 1).sqrt().arcsin() - rest.clip(0, 1).sqrt().arcsin())


def _probabilities(table: pl.DataFrame) -> pl.Series:
    """The test of two proportions on independent trials; empty if not compared.

    Of many tests only very small probabilities survive, and there the normal curve is wrong long before it is at 0.05:
    what it finds unlikely and rests on fewer than :data:`EXPECTED` is tested again by Fisher's exact test.
    """
    chosen = table["compared"].to_numpy()
    p, q, n, m = (table[name].fill_null(0).to_numpy() for name in ("share", "rest", "trials", "trials_rest"))
    found = np.full(table.height, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (p * n + q * m) / (n + m)
        z = np.abs(p - q) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        expected = np.minimum(n, m) * np.minimum(pooled, 1 - pooled)
    found[chosen] = [erfc(one / sqrt(2)) if np.isfinite(one) else 1.0 for one in z[chosen]]
    again = chosen & np.isfinite(z) & (expected < EXPECTED) & ((found < UNLIKELY) | (expected < FISHER_BELOW))
    for at in np.flatnonzero(again):
        one, other = round(n[at]), round(m[at])
        found[at] = fisher_p((round(p[at] * n[at]), one), (round(q[at] * m[at]), other))
    return pl.Series("p", found, pl.Float64).fill_nan(None)
