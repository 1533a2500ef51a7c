"""Medians of groups, how sure they are, and which set a group apart from everybody else."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Ranked:
    """Numbers of people in their order, from which medians of any groups are read.

    Attributes:
        values: sorted.
        person: whose each is.
        ranks: of each among all, doubled, so that those of equal values are whole numbers.
        tied: the sum of t^3 - t over the numbers t of equal values.
    """

    values: np.ndarray
    person: np.ndarray
    ranks: np.ndarray
    tied: float

    def only(self, chosen: np.ndarray) -> Ranked:
        """Those for which ``chosen`` is true, ranked among themselves."""
        return self if chosen.all() else in_order(self.values[chosen], self.person[chosen])


def ranked(numbers: pl.Series) -> Ranked:
    """A number of each person, by place; empty where it is not known."""
    frame = pl.DataFrame({"value": numbers.cast(pl.Float64)}).with_row_index("person").drop_nulls("value").sort("value")
    return in_order(frame["value"].to_numpy(), frame["person"].to_numpy())


def in_order(values: np.ndarray, person: np.ndarray) -> Ranked:
    """Sorted values, and whose they are."""
    first = np.flatnonzero(np.r_[True, np.diff(values) > 0]) if values.size else np.zeros(0, np.int64)
    equal = np.diff(np.append(first, values.size))
    ranks = np.repeat(2 * first + equal + 1, equal)
    return Ranked(values, person, ranks, float((equal.astype(float) ** 3 - equal).sum()))


def medians(numbers: Ranked, groups: pl.Series | None, *, tested: bool = True) -> pl.DataFrame:
    """The median of every group.

    Args:
        numbers: of people.
        groups: as :func:`custintel.profile.shares.shares` takes them.
        tested: whether groups are compared with everybody else.

    Returns:
        :data:`MEDIANS`, by group: the median of ``of`` people with its 95 % interval, those of everybody and of the
        other groups together; the effect 2A - 1, where A is how often somebody inside has more than somebody of these
        (ties count half: Vargha & Delaney 2000, J. Educ. Behav. Stat. 25, 101); and the probability of such a
        difference by chance, not corrected. The last two are empty where nothing is compared.
    """
    if not numbers.values.size:
        return pl.DataFrame(schema=MEDIANS)
    base = float(np.median(numbers.values))
    if groups is not None:
        place = groups.cast(pl.Int64).fill_null(-1).to_numpy()[numbers.person]
        numbers, codes = numbers.only(place >= 0), place[place >= 0]
    else:
        codes = np.zeros(numbers.values.size, np.int64)
    values = numbers.values
    by_group = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[by_group], prepend=-1))
    rows = []
    for places in np.split(by_group, starts[1:]) if values.size else ():
        inside, outside = values[places], values.size - places.size
        rest = middle_without(values, places) if groups is not None and outside else None
        effect, p = None, None
        if tested and groups is not None and min(places.size, outside) >= FEW:
            effect, p = mann_whitney(numbers.ranks[places].sum() / 2, places.size, outside, numbers.tied)
        middles = (float(np.median(inside)), *interval(inside), base, rest)
        rows.append((int(codes[places[0]]), places.size, *middles, effect, p))
    return pl.DataFrame(rows, schema=MEDIANS, orient="row")


def middle_without(values: np.ndarray, places: np.ndarray) -> float:
    """The median of sorted values without those at some places, sorted too."""
    before = places - np.arange(places.size)
    n = values.size - places.size
    low, high = (k + int(np.searchsorted(before, k, side="right")) for k in ((n - 1) // 2, n // 2))
    return float((values[low] + values[high]) / 2)


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
