"""Shares of groups, how sure they are, and which set a group apart from everybody else.

What is counted (orders, lines, visits) comes in bunches: all orders of one person resemble each other. So many orders
of few people say less than their number. How much less is estimated from the spread between people (the ratio
estimator: Cochran 1977, Sampling Techniques, ch. 2.11 and 6; the design effect of Kish 1965), and Wilson's interval and
the test of two proportions are given the number of independent orders that would say as much.
"""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Weighed:
    """Counts as arrays, from which shares of any groups are added up.

    Attributes:
        person, value: whose count it is, and of which value.
        sums: x, x squared and x n of each.
        whose, said: everybody who says anything, and n.
        names: of the values.
    """

    person: np.ndarray
    value: np.ndarray
    sums: tuple[np.ndarray, np.ndarray, np.ndarray]
    whose: np.ndarray
    said: np.ndarray
    names: pl.Series


def weighed(found: Counts) -> Weighed:
    """Counts of people as arrays. What is added up are whole numbers below 2^53, exact in floating point, so that no
    order of rows makes a difference.
    """
    whose, said = found.totals["person"].to_numpy(), found.totals["n"].cast(pl.Float64).to_numpy()
    n = np.zeros(int(whose.max(initial=0)) + 1)
    n[whose] = said
    person, x = found.frame["person"].to_numpy(), found.frame["x"].cast(pl.Float64).to_numpy()
    return Weighed(person, found.frame["value"].to_numpy(), (x, x * x, x * n[person]), whose, said, found.names)


def shares(found: Weighed, groups: pl.Series | None, *, tested: bool = True) -> pl.DataFrame:
    """The share of every value in every group.

    Args:
        found: a trait, counted by person.
        groups: the group of each person (UInt32 by place, empty for those in none); ``None`` for one of everybody.
        tested: whether groups are compared with everybody else.

    Returns:
        :data:`SHARES`, by group and value: ``n`` of ``of``, which are those of ``of_people`` people; the share with its
        95 % interval; that of everybody, and that of the other groups together; Cohen's h of the group and these, and
        the probability of such a difference by chance, not corrected; both are empty where nothing is compared: fewer
        than :data:`FEW` people in the group or in the others.
    """
    if not found.whose.size:
        return pl.DataFrame(schema=SHARES)
    cells = _added(found, groups)
    base = cells.group_by("value").agg(pl.col("x", "n").sum().name.suffix("_base"))
    told = cells.filter(pl.col("group").is_not_null() & (pl.col("n") > 0))
    whole = told.group_by("value").agg(pl.col(_SUMS).sum().name.suffix("_all"))
    told = told.join(whole, on="value").join(base, on="value")
    told = told.filter((pl.col("x_base") > 0) | (found.names.len() == 1))
    rest = [(pl.col(f"{name}_all") - pl.col(name)).alias(f"{name}_rest") for name in _SUMS]
    return _judged(told.with_columns(rest), found.names, compared=groups is not None and tested)


def _added(found: Weighed, groups: pl.Series | None) -> pl.DataFrame:
    """group (empty for people in none) and value, every pair once, and the sums over people of x, x squared, x n, n,
    n squared and 1.
    """
    values = found.names.len()
    if groups is None:
        many, cell, theirs = 1, found.value, np.zeros_like(found.whose)
    else:
        place = groups.cast(pl.Int64).fill_null(-1).to_numpy() + 1
        many = int(place.max(initial=0)) + 1
        cell, theirs = place[found.person] * values + found.value, place[found.whose]
    said = found.said
    sums = [np.bincount(cell, weight, many * values) for weight in found.sums]
    sums += [np.repeat(np.bincount(theirs, weight, many), values) for weight in (said, said**2, np.ones_like(said))]
    group = np.repeat(np.arange(many), values) - (groups is not None)
    table = {name: np.rint(one).astype(np.int64) for name, one in zip(_SUMS, sums, strict=True)}
    return pl.DataFrame({"group": group, "value": np.tile(np.arange(values), many), **table}).with_columns(
        group=pl.when(pl.col("group") >= 0).then("group").cast(pl.UInt32), value=pl.col("value").cast(pl.UInt32)
    )


def independent(spread: pl.Expr, share: pl.Expr, suffix: str = "") -> pl.Expr:
    """How many independent trials say as much about a share as a number of people's do.

    Between n, when people are as mixed as chance makes them, and (sum n)^2 / (sum n^2), when every person always does
    the same (Kish 1965, Survey Sampling, ch. 8); the latter also where everybody or nobody has the value, and nothing
    can be estimated.

    Args:
        spread: the variance of x - share n between people.
        share: that is estimated.
        suffix: of the columns of sums, ``_rest`` for everybody else.
    """
    n, nn, m = (pl.col(f"{name}{suffix}").cast(pl.Float64) for name in ("n", "nn", "m"))
    fewest = n**2 / nn
    estimated = pl.when(spread > 0).then(share * (1 - share) * n**2 / (m * spread)).otherwise(fewest)
    return pl.when(n > 0).then(pl.max_horizontal(fewest, pl.min_horizontal(estimated, n)))


def between_people(share: pl.Expr, suffix: str = "") -> pl.Expr:
    """The variance of x - share n between people; 0 of one person."""
    xx, xn, nn, m = (pl.col(f"{name}{suffix}").cast(pl.Float64) for name in ("xx", "xn", "nn", "m"))
    return pl.when(m > 1).then((xx - 2 * share * xn + share**2 * nn) / (m - 1)).otherwise(0.0)


def _judged(table: pl.DataFrame, names: pl.Series, *, compared: bool) -> pl.DataFrame:
    share, rest = pl.col("x") / pl.col("n"), pl.col("x_rest") / pl.col("n_rest")
    table = table.with_columns(
        share=share,
        rest=pl.when(pl.col("n_rest") > 0).then(rest),
        base=pl.col("x_base") / pl.col("n_base"),
        pooled=pl.col("x_all") / pl.col("n_all"),
    )
    share, pooled = pl.col("share"), pl.col("pooled")
    trials = independent(between_people(share), share)
    alike = between_people(pooled, "_all")
    table = table.with_columns(
        trials=independent(alike, pooled), trials_rest=independent(alike, pooled, "_rest"), trials_own=trials
    )
    low, high = wilson(share * pl.col("trials_own"), pl.col("trials_own"))
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

    How people differ from each other is taken from everybody, as if groups were made by chance: that is what is tested,
    and a small group does not tell it well of itself.

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
