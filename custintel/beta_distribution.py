"""The beta distribution: what is known of a share after counting.

Written in NumPy because nothing we depend on has it; the tests hold it equal to tables.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers: TypeAlias = NDArray[np.float64]

_TINY = 1e-300
_CLOSE = 1e-12
_CLOSE_SHARE = 1e-10
_MOST_TERMS = 20_000
_MOST_STEPS = 200
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)
_SHIFT = 10


def log_gamma(x: ArrayLike) -> Numbers:
    """The logarithm of the gamma function for positive ``x``: Stirling's series (DLMF 5.11.1), after moving ``x``
    to where it is exact by the recurrence (DLMF 5.5.1).
    """
    x = np.asarray(x, float)
    product = np.ones_like(x)
    for step in range(_SHIFT):
        product = product * (x + step)
    big = x + _SHIFT
    series = sum(term / big ** (2 * place + 1) for place, term in enumerate(_STIRLING))
    moved: Numbers = (big - 0.5) * np.log(big) - big + 0.5 * np.log(2 * np.pi) + series - np.log(product)
    return moved


def log_beta(a: ArrayLike, b: ArrayLike) -> Numbers:
    """The logarithm of the beta function."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    return log_gamma(a) + log_gamma(b) - log_gamma(a + b)


def beta_cdf(x: ArrayLike, a: ArrayLike, b: ArrayLike) -> Numbers:
    """The probability that a share with distribution Beta(``a``, ``b``) is at most ``x``: the regularised incomplete
    beta function, by its continued fraction (DLMF 8.17.22), from whichever end it converges faster.
    """
    x, a, b = np.broadcast_arrays(*(np.asarray(value, float) for value in (x, a, b)))
    inside = np.clip(x, _TINY, 1 - 1e-16)
    turned = inside > (a + 1) / (a + b + 2)
    point = np.where(turned, 1 - inside, inside)
    first, second = np.where(turned, b, a), np.where(turned, a, b)
    front = first * np.log(point) + second * np.log1p(-point) - log_beta(first, second)
    tail = np.exp(front) * _continued_fraction(point, first, second) / first
    value = np.where(turned, 1 - tail, tail)
    edge: Numbers = np.where(x <= 0, 0.0, np.where(x >= 1, 1.0, np.clip(value, 0, 1)))
    return edge


def beta_quantile(probability: ArrayLike, a: ArrayLike, b: ArrayLike) -> Numbers:
    """The share that a Beta(``a``, ``b``) stays below with this probability: Newton's method, kept inside a bracket
    that only shrinks, so that it always arrives.
    """
    probability, a, b = np.broadcast_arrays(*(np.asarray(value, float) for value in (probability, a, b)))
    shape = a.shape
    probability, a, b = probability.ravel(), a.ravel(), b.ravel()
    found, low, high = a / (a + b), np.zeros(a.size), np.ones(a.size)
    normaliser = log_beta(a, b)
    open_ = np.arange(a.size)
    for _step in range(_MOST_STEPS):
        x, first, second = found[open_], a[open_], b[open_]
        error = beta_cdf(x, first, second) - probability[open_]
        high[open_], low[open_] = np.where(error > 0, x, high[open_]), np.where(error > 0, low[open_], x)
        with np.errstate(all="ignore"):
            density = np.exp((first - 1) * np.log(x) + (second - 1) * np.log1p(-x) - normaliser[open_])
            moved = x - error / density
        inside = np.isfinite(moved) & (moved > low[open_]) & (moved < high[open_])
        found[open_] = np.where(inside, moved, (low[open_] + high[open_]) / 2)
        open_ = open_[np.abs(found[open_] - x) > _CLOSE_SHARE]
        if not open_.size:
            break
    quantiles: Numbers = found.reshape(shape)
    return quantiles


def _continued_fraction(x: Numbers, a: Numbers, b: Numbers) -> Numbers:
    """Lentz's method for the continued fraction of the incomplete beta function."""
    c = np.ones_like(x)
    d = 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _MOST_TERMS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            value = value * d * c
        if (np.abs(d * c - 1) < _CLOSE).all():
            break
    return value


def _away_from_zero(value: Numbers) -> Numbers:
    apart: Numbers = np.where(np.abs(value) < _TINY, _TINY, value)
    return apart
