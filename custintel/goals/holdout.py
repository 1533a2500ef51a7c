"""Who gets nothing, so that the effect of a goal can be measured: drawn by a hash, and how many that takes."""

from __future__ import annotations

from hashlib import blake2b
from math import sqrt
from statistics import NormalDist

import numpy as np
import polars as pl

SHARE = 0.1
"""Part of the customers of a goal who are held out, unless its file says another."""
ALPHA, POWER = 0.05, 0.8
_WHOLE = float(2**64)


def held_out(customers: pl.Series, goal: str, share: float = SHARE) -> pl.Series:
    """Whether each customer gets nothing for ``goal``: the same on every run and machine, whoever else there is.

    A hash of goal and customer is a number between 0 and 1 that nobody can choose; below ``share`` is held out. Two
    goals draw independently of each other.
    """
    key = blake2b(goal.encode(), digest_size=32).digest()
    drawn = [
        int.from_bytes(blake2b(one.encode(), digest_size=8, key=key).digest(), "big") / _WHOLE < share
        for one in customers
    ]
    return pl.Series("holdout", drawn, dtype=pl.Boolean)


def visible(spread: float, treated: float, held: float) -> float | None:
    """The smallest difference of two means that is found 80 times of 100 when it is there, at 5 % two-sided.

    (z_0.975 + z_0.8) s sqrt(1/n1 + 1/n2): Chow, Shao & Wang 2008, Sample Size Calculations in Clinical Research, 3.2.

    Args:
        spread: standard deviation of the measure from customer to customer.
        treated: customers who get offers.
        held: customers who get nothing.
    """
    if treated <= 0 or held <= 0:
        return None
    return _both() * spread * sqrt(1 / treated + 1 / held)


def needed(spread: float, change: float, everybody: float) -> int | None:
    """How many of ``everybody`` have to be held out to find a ``change``; nothing when not even half of them would do.

    The formula of :func:`visible`, with n1 + n2 given: of n the part x is needed where
    x (1 - x) = (z s / change)^2 / n.
    """
    if change <= 0 or everybody <= 0:
        return None
    product = (_both() * spread / change) ** 2 / everybody
    if product > 0.25:
        return None
    held = max(2, int(np.ceil(everybody * (1 - sqrt(1 - 4 * product)) / 2 - 1e-9)))
    return held if 2 * held <= everybody else None


def _both() -> float:
    """The sum of both quantiles of the normal distribution."""
    return NormalDist().inv_cdf(1 - ALPHA / 2) + NormalDist().inv_cdf(POWER)
