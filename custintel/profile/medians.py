"""Medians of groups, how sure they are, and which set a group apart from everybody else."""

from __future__ import annotations

from math import ceil, erfc, sqrt

import numpy as np
import polars as pl

from custintel.profile.shares import FEW

MEDIANS = pl.Schema(
    {
        "group": pl.UInt32(),
        "of": pl.Int64(),
        "median": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "base": pl.Float64(),
        "rest": pl.Float64(),
        "effect": pl.Float64(),
        "p": pl.Float64(),
    }
)
_Z = 1.959963984540054
_FEWEST = 6
"""Below this many the smallest and the largest do not hold the median 95 of 100 times."""


def medians(values: pl.Series, groups: pl.Series | None, *, tested: bool = True) -> pl.DataFrame:
    """The median of every group.

    Args:
        values: a number of each person, by place; empty where it is not known.
        groups: as :func:`custintel.profile.shares.shares` takes them.
        tested: whether groups are compared with everybody else.

    Returns:
        :data:`MEDIANS`, by group: the median of ``of`` people with its 95 % interval, those of everybody and of
        everybody outside the group; the effect 2A - 1, where A is how often somebody inside has more than somebody
        outside (ties count half: Vargha & Delaney 2000, J. Educ. Behav. Stat. 25, 101); and the probability of such a
        difference by chance, not corrected. The last two are empty where nothing is compared.
    """
    place = groups if groups is not None else pl.Series("group", [0], pl.UInt32).new_from_index(0, values.len())
    table = pl.DataFrame({"group": place, "value": values.cast(pl.Float64)}).drop_nulls("value").sort("value")
    if not table.height:
        return pl.DataFrame(schema=MEDIANS)
    table = table.with_columns(rank=(pl.col("value").rank("average") * 2).cast(pl.Int64))
    everything = table["value"].to_numpy()
    codes = table["group"].cast(pl.Int64).fill_null(-1).to_numpy()
    sums = table.group_by("group").agg(pl.col("rank").sum()).drop_nulls("group").sort("group")
    ties = table.group_by("value").len()["len"].cast(pl.Float64)
    tied = float((ties**3 - ties).sort().sum())
    rows = []
    for group, ranks in sums.iter_rows():
        inside = everything[codes == group]
        low, high = interval(inside)
        row = [group, inside.size, float(np.median(inside)), low, high, float(np.median(everything))]
        outside = everything.size - inside.size
        compared = tested and groups is not None and min(inside.size, outside) >= FEW
        rest = float(np.median(everything[codes != group])) if groups is not None and outside else None
        effect, p = mann_whitney(ranks / 2, inside.size, outside, tied) if compared else (None, None)
        rows.append((*row, rest, effect, p))
    return pl.DataFrame(rows, schema=MEDIANS, orient="row")


def interval(ordered: np.ndarray) -> tuple[float | None, float | None]:
    """The 95 % interval of the median of sorted values, between two of them (Conover 1999, Practical Nonparametric
    Statistics, ch. 3.2); none of fewer than six.
    """
    n = ordered.size
    if n < _FEWEST:
        return None, None
    low, high = ceil(n / 2 - _Z * sqrt(n) / 2), ceil(n / 2 + _Z * sqrt(n) / 2)
    return float(ordered[max(low, 1) - 1]), float(ordered[min(high, n) - 1])


def mann_whitney(ranks: float, n: int, m: int, tied: float) -> tuple[float, float]:
    """The effect 2A - 1 and the two-sided probability of the rank test (Mann & Whitney 1947, Ann. Math. Stat. 18, 50),
    by the normal approximation with correction for ties and continuity.

    Args:
        ranks: the sum of the ranks of the ``n`` inside, among all.
        n: inside.
        m: outside.
        tied: the sum of t^3 - t over the numbers t of equal values.
    """
    u, both = ranks - n * (n + 1) / 2, n + m
    variance = n * m / 12 * (both + 1 - tied / (both * (both - 1)))
    effect = 2 * u / (n * m) - 1
    if variance <= 0:
        return effect, 1.0
    z = max(abs(u - n * m / 2) - 0.5, 0.0) / sqrt(variance)
    return effect, erfc(z / sqrt(2))
