"""How sure a count is: exact limits for the mean of a Poisson distribution.

Written in NumPy because nothing we depend on has the gamma distribution; the tests hold it equal to tables.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from custintel.beta_distribution import Numbers, log_gamma

_EXACT_BELOW = 1_000
"""From here on Wilson and Hilferty's approximation is right to six digits."""
_STEPS = 8
_TERMS, _AT_ONCE = 2_000, 16
_LEAST = 1e-3


def garwood(counts: ArrayLike, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """The lower and upper end of the exact interval for the mean of a Poisson count (Garwood 1936, Biometrika 28,
    437): for 0 it is 0 to 3.689, for 5 it is 1.624 to 11.668.

    Args:
        counts: whole numbers, 0 or more; one dimension.
        level: of confidence, two-sided, between 0 and 1.
    """
    n = np.asarray(counts, float)
    tail = (1 - level) / 2
    low = np.where(n > 0, gamma_quantile(tail, np.maximum(n, 1)), 0.0)
    return low, gamma_quantile(1 - tail, n + 1)


def garwood_of(count: int, level: float = 0.95) -> tuple[float, float]:
    """:func:`garwood` for one count."""
    low, high = garwood(np.array([count]), level)
    return float(low[0]), float(high[0])


def gamma_quantile(probability: float, shape: ArrayLike) -> Numbers:
    """What a gamma distribution of scale 1 stays below with this probability: Wilson and Hilferty's approximation
    (1931, PNAS 17, 684), made exact by Newton's method where the shape is small (1 or more).
    """
    shape = np.atleast_1d(np.asarray(shape, float))
    z = NormalDist().inv_cdf(probability)
    near: Numbers = shape * np.maximum(1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape)), 0.0) ** 3
    small = shape < _EXACT_BELOW
    if not small.any():
        return near
    a, x = shape[small], np.maximum(near[small], _LEAST)
    for _ in range(_STEPS):
        density = np.exp((a - 1) * np.log(x) - x - log_gamma(a))
        x = np.maximum(x - (gamma_cdf(x, a) - probability) / density, x / 10)
    near = near.copy()
    near[small] = x
    return near


def gamma_cdf(x: ArrayLike, shape: ArrayLike) -> Numbers:
    """The probability that a gamma variable of scale 1 is at most ``x``: the regularised lower incomplete gamma
    function by its series (DLMF 8.7.1).
    """
    x, a = np.broadcast_arrays(np.asarray(x, float), np.asarray(shape, float))
    inside = np.maximum(x, 1e-300)
    term = np.exp(a * np.log(inside) - inside - log_gamma(a + 1))
    total = term.copy()
    for k in range(1, _TERMS):
        term = term * inside / (a + k)
        total += term
        if not k % _AT_ONCE and (term < 1e-15 * total).all():
            break
    found: Numbers = np.where(x <= 0, 0.0, np.clip(total, 0, 1))
    return found
