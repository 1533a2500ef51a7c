"""What changed from one period to another, and whether by better rates or by another mix."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from custintel.proportions import difference_p, newcombe, smallest_difference


@dataclass(frozen=True)
class Split:
    """Why a share changed: ``rate`` + ``mix`` is all of ``after`` - ``before``."""

    before: float
    after: float
    rate: float
    mix: float


def split(before: pl.DataFrame, after: pl.DataFrame, part: str, of: str) -> Split | None:
    """The change of Σ ``part`` / Σ ``of`` over groups as the effect of the rates within groups, at the mean of both
    mixes, and that of the mix, at the mean of both rates (Kitagawa 1955, J. Am. Stat. Assoc. 50, 1168).

    A group that one of the periods lacks has the rate it has in the other: it changes the mix only.

    Args:
        before: group and the measures, one row per group.
        after: the same of the later period.
        part: measure that is the numerator.
        of: measure that is the denominator.
    """
    both = before.select("group", n0=part, m0=of).join(
        after.select("group", n1=part, m1=of), on="group", how="full", coalesce=True, nulls_equal=True
    )
    both = both.fill_null(0).filter((pl.col("m0") > 0) | (pl.col("m1") > 0))
    totals = both.select(pl.exclude("group").sum()).row(0, named=True)
    if not totals["m0"] or not totals["m1"]:
        return None
    rate0, rate1 = (pl.when(pl.col(f"m{k}") > 0).then(pl.col(f"n{k}") / pl.col(f"m{k}")) for k in (0, 1))
    rates = both.with_columns(r0=pl.coalesce(rate0, rate1), r1=pl.coalesce(rate1, rate0))
    w0, w1 = pl.col("m0") / totals["m0"], pl.col("m1") / totals["m1"]
    effects = rates.sort("group", nulls_last=True).select(
        rate=((w0 + w1) / 2 * (pl.col("r1") - pl.col("r0"))).sum(),
        mix=((pl.col("r0") + pl.col("r1")) / 2 * (w1 - w0)).sum(),
    )
    rate, mix = effects.row(0)
    return Split(totals["n0"] / totals["m0"], totals["n1"] / totals["m1"], float(rate), float(mix))


@dataclass(frozen=True)
class Difference:
    """Two shares compared.

    Attributes:
        value: the later or the first less the other.
        low: the lower end of its 95 % interval (Newcombe).
        high: the upper end.
        p: how probable a difference as large is when there is none.
        visible: the smallest difference that so many trials would show, 8 times in 10.
    """

    value: float
    low: float
    high: float
    p: float
    visible: float


def difference(one: tuple[int, int], other: tuple[int, int]) -> Difference | None:
    """``one`` less ``other``, each successes and trials; ``None`` when one of them has no trials or is no share."""
    if not one[1] or not other[1] or one[0] > one[1] or other[0] > other[1]:
        return None
    share = (one[0] + other[0]) / (one[1] + other[1])
    low, high = newcombe(one, other)
    value = one[0] / one[1] - other[0] / other[1]
    return Difference(value, low, high, difference_p(one, other), smallest_difference(share, one[1], other[1]))
