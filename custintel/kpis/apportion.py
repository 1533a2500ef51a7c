"""Splitting money into whole minor units without losing any: the method of largest remainders.

Each part first gets the whole units of its exact share; the units still missing go, one each, to the parts with the
largest remainders, and among equal ones to the first in the order given. So parts always add up to the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import polars as pl

from custintel.kpis.currency import WIDE

Whole = npt.NDArray[np.int64]


def by_rate(numerators: pl.Series, denominator: int) -> Whole:
    """Amounts that are each ``numerators / denominator``, rounded so that their sum is the rounded exact sum.

    Args:
        numerators: Int64 or Int128, none negative.
        denominator: at least 1.
    """
    if denominator == 1:
        return numerators.cast(pl.Int64).to_numpy()
    whole, rest = _divided(numerators, pl.Series([denominator], dtype=numerators.dtype))
    missing = _nearest(int(whole.sum()) * denominator + int(rest.sum()), denominator) - int(whole.sum())
    whole[_largest(rest, missing)] += 1
    return whole


def exact_sum(numerators: pl.Series, denominator: int) -> int:
    """The sum of ``numerators / denominator`` in whole units, halves to the even one."""
    return _nearest(int(numerators.cast(WIDE).sum()), denominator)


def by_weight(amounts: Sequence[int], group: Whole, weight: Whole) -> Whole:
    """Each of ``amounts`` spread over the rows of its group in proportion to their weights.

    Args:
        amounts: what there is to spread, by group; none negative.
        group: number of the group of each row.
        weight: of each row, none negative. A group whose weights are all zero gets nothing.
    """
    spread = np.zeros(len(group), dtype=np.int64)
    if not len(group):
        return spread
    total = np.bincount(group, minlength=len(amounts)).astype(np.int64)
    equal = bool((weight == weight[0]).all()) and bool(weight[0])
    if not equal:
        total = np.zeros(len(amounts), dtype=np.int64)
        np.add.at(total, group, weight)
    order = np.argsort(group.astype(np.uint16 if len(amounts) < 65536 else np.int64), kind="stable")
    bounds = np.searchsorted(group[order], np.arange(len(amounts) + 1))
    for number, amount in enumerate(amounts):
        rows = order[bounds[number] : bounds[number + 1]]
        if not amount or not total[number]:
            continue
        if equal:
            spread[rows] = amount // int(total[number])
            spread[rows[: amount % int(total[number])]] += 1
        else:
            spread[rows] = _in_proportion(amount, weight[rows], int(total[number]))
    return spread


def _nearest(numerator: int, denominator: int) -> int:
    return round(Fraction(numerator, denominator))


def _in_proportion(amount: int, weight: Whole, total: int) -> Whole:
    numerators = pl.select(pl.lit(pl.Series(weight)).cast(WIDE) * pl.lit(amount, WIDE)).to_series()
    whole, rest = _divided(numerators, pl.Series([total], dtype=WIDE))
    whole[_largest(rest, amount - int(whole.sum()))] += 1
    return whole


def _divided(numerators: pl.Series, denominator: pl.Series) -> tuple[Whole, Whole]:
    """Quotients and remainders, which both fit into 64 bits."""
    if numerators.dtype == pl.Int64:
        whole, rest = np.divmod(numerators.to_numpy(), denominator.to_numpy()[0])
        return whole, rest
    by = pl.lit(denominator)
    value = pl.lit(numerators)
    both = pl.select((value // by).cast(pl.Int64).alias("whole"), (value % by).cast(pl.Int64).alias("rest"))
    return both["whole"].to_numpy(writable=True), both["rest"].to_numpy()


def _largest(rest: Whole, count: int) -> Whole:
    """Where the ``count`` largest remainders are; of equal ones the first."""
    if count <= 0:
        return np.empty(0, dtype=np.int64)
    if count >= len(rest):
        return np.arange(len(rest))
    limit = np.partition(rest, len(rest) - count)[len(rest) - count]
    above = np.flatnonzero(rest > limit)
    return np.concatenate([above, np.flatnonzero(rest == limit)[: count - len(above)]])
