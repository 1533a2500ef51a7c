"""How sure a share is: intervals for proportions, for every page that prints one."""

from __future__ import annotations

from statistics import NormalDist

import polars as pl


def wilson(successes: pl.Expr, n: pl.Expr, level: float = 0.95) -> tuple[pl.Expr, pl.Expr]:
    """The lower and the upper end of Wilson's score interval for ``successes`` of ``n`` (Wilson 1927, J. Am. Stat.
    Assoc. 22, 209).

    It stays between 0 and 1 and says something even when nothing or everything succeeded. Both ends are null where
    ``n`` is 0 or null.

    Args:
        successes: counts from 0 to ``n``.
        n: counts.
        level: of confidence, two-sided, between 0 and 1.
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    total = pl.when(n > 0).then(n.cast(pl.Float64))
    share = successes.cast(pl.Float64) / total
    centre = share + z**2 / (2 * total)
    spread = z * (share * (1 - share) / total + z**2 / (4 * total**2)).sqrt()
    widened = 1 + z**2 / total
    lower, upper = (centre - spread) / widened, (centre + spread) / widened
    # At the ends the formula is exactly 0 or 1, which arithmetic misses by a rounding error.
    exact_low = pl.when(share == 0).then(share).otherwise(lower)
    return exact_low, pl.when(share == 1).then(share).otherwise(upper)
