"""Pareto/NBD: people buy at a rate of their own until they leave for good, at a rate of their own.

Schmittlein, Morrison & Colombo 1987, *Management Science* 33, 1. Purchases of a customer come as a Poisson process with
rate lambda while they stay; lambda is gamma(r, alpha) over customers, and the time they stay is exponential with rate
mu, gamma(s, beta) over customers. With s = 0 nobody leaves and it is the NBD.

The likelihood of (x, t_x, T) is usually written with two Gaussian hypergeometric functions whose difference cancels and
overflows for frequent buyers (Fader & Hardie 2005, "A Note on Deriving the Pareto/NBD Model"). Here it is written as
what they are the solution of, over the moment t at which the customer may have left::

    L = G(r+x)/G(r) alpha^r beta^s ( (alpha+T)^-(r+x) (beta+T)^-s + s int_tx^T (alpha+t)^-(r+x) (beta+t)^-(s+1) dt )

and the integral is done by Gauss and Legendre's rule over log(m + t), m the smaller of alpha and beta: all terms are
positive, nothing cancels, and the derivatives are integrals over the same points.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import digamma, gammaln

from custintel.value.histories import Histories, Numbers, repeated

NAMES = ("r", "alpha", "s", "beta")

_POINTS, _WEIGHTS = (half / 2 for half in np.polynomial.legendre.leggauss(24))
_POINTS = _POINTS + 0.5
_NEGLIGIBLE = 38.0
"""The integral ends where its integrand is e to minus this of what it began with."""
_BLOCK = 1024
_NEAR_ONE = 1e-8


class _Integrals(NamedTuple):
    """Sums over the points of the rule, one number per history; logarithms are relative to the lower end."""

    plain: Numbers
    with_log_alpha: Numbers
    with_log_beta: Numbers
    over_alpha: Numbers
    over_beta: Numbers


def log_likelihood(parameters: Numbers, of: Histories) -> tuple[Numbers, Numbers]:
    """Logarithm of the likelihood of each history, and its derivatives by the logarithms of the parameters.

    Args:
        parameters: r, alpha, s, beta; times in days.
        of: n histories.

    Returns:
        Arrays of shape (n,) and (4, n).
    """
    value, slopes = np.empty(len(of)), np.empty((4, len(of)))
    for start in range(0, len(of), _BLOCK):
        part = slice(start, start + _BLOCK)
        value[part], slopes[:, part] = _block(parameters, of.x[part], of.t_x[part], of.age[part])
    r = parameters[0]
    distinct, place = repeated(of.x)
    value += (gammaln(r + distinct) - gammaln(r))[place]
    slopes[0] += (digamma(r + distinct) - digamma(r))[place]
    return value, slopes * parameters[:, None]


def _block(parameters: Numbers, x: Numbers, t_x: Numbers, age: Numbers) -> tuple[Numbers, Numbers]:
    """The part of :func:`log_likelihood` without gamma functions, derivatives by the parameters themselves."""
    r, alpha, s, beta = parameters
    stayed, past_alpha, past_beta = _stayed(parameters, x, t_x, age)
    left = _integrals(r + x, np.full(len(x), s), alpha, beta, t_x, age)
    both = stayed + s * left.plain
    log_alpha, log_beta = np.log(alpha + t_x), np.log(beta + t_x)
    value = r * np.log(alpha) + s * np.log(beta) - (r + x) * log_alpha - s * log_beta + np.log(both)
    slopes = np.stack(
        [
            np.log(alpha) - log_alpha - (stayed * past_alpha + s * left.with_log_alpha) / both,
            r / alpha - (r + x) * (stayed / (alpha + age) + s * left.over_alpha) / both,
            np.log(beta) - log_beta - (stayed * past_beta + s * left.with_log_beta - left.plain) / both,
            s / beta - s * (stayed / (beta + age) + (s + 1) * left.over_beta) / both,
        ]
    )
    return value, slopes


def _stayed(parameters: Numbers, x: Numbers, t_x: Numbers, age: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """What staying to the end adds to the likelihood, over its value had the end been at ``t_x``, and the two logs."""
    r, alpha, s, beta = parameters
    past_alpha, past_beta = np.log1p((age - t_x) / (alpha + t_x)), np.log1p((age - t_x) / (beta + t_x))
    return np.exp(-(r + x) * past_alpha - s * past_beta), past_alpha, past_beta


def _integrals(p: Numbers, q: Numbers, a: float, b: float, start: Numbers, end: Numbers) -> _Integrals:
    """Integrals from ``start`` to ``end`` of f(t) = ((a+t)/(a+start))^-p ((b+t)/(b+start))^-q / (b+t), alone and times
    or over what :class:`_Integrals` names with alpha for a and beta for b.
    """
    with np.errstate(over="ignore", divide="ignore"):
        enough = np.minimum((a + start) * np.expm1(_NEGLIGIBLE / p), (b + start) * np.expm1(_NEGLIGIBLE / q))
    small, large = min(a, b), max(a, b)
    reach = np.log1p(np.minimum(end - start, enough) / (small + start))
    log_small = reach[:, None] * _POINTS
    passed = (small + start)[:, None] * np.expm1(log_small)
    log_large = np.log1p(passed / (large + start)[:, None])
    log_a, log_b = (log_small, log_large) if a <= b else (log_large, log_small)
    from_a, from_b = (a + start)[:, None] + passed, (b + start)[:, None] + passed
    density = np.exp(-p[:, None] * log_a - q[:, None] * log_b)
    density *= reach[:, None] * _WEIGHTS
    if a <= b:
        density *= from_a / from_b
    return _Integrals(
        density.sum(axis=1),
        np.einsum("ij,ij->i", density, log_a),
        np.einsum("ij,ij->i", density, log_b),
        (density / from_a).sum(axis=1),
        (density / from_b).sum(axis=1),
    )


def still_there(parameters: Numbers, of: Histories) -> Numbers:
    """The probability that a customer with each history has not left (Fader & Hardie 2005, eq. 36)."""
    r, alpha, s, beta = parameters
    found = np.empty(len(of))
    for start in range(0, len(of), _BLOCK):
        part = slice(start, start + _BLOCK)
        x, t_x, age = of.x[part], of.t_x[part], of.age[part]
        stayed, *_logs = _stayed(parameters, x, t_x, age)
        left = _integrals(r + x, np.full(len(x), s), alpha, beta, t_x, age)
        found[part] = stayed / (stayed + s * left.plain)
    return found


def expected(parameters: Numbers, of: Histories, days: float) -> Numbers:
    """Purchases expected within ``days`` after the observation (Fader & Hardie 2005, eq. 41)."""
    r, alpha, s, beta = parameters
    log_kept = np.log1p(days / (beta + of.age))
    span = log_kept if abs(s - 1) < _NEAR_ONE else -np.expm1(-(s - 1) * log_kept) / (s - 1)
    found: Numbers = (r + of.x) * (beta + of.age) / (alpha + of.age) * span * still_there(parameters, of)
    return found


def buys(parameters: Numbers, of: Histories, days: float) -> Numbers:
    """The probability of at least one purchase within ``days`` after the observation.

    Of one who is still there it is the integral over u from 0 to ``days`` of lambda e^-(lambda+mu)u, the first purchase
    at u, with lambda gamma(r+x, alpha+T) and mu gamma(s, beta+T).
    """
    r, alpha, s, beta = parameters
    found = np.empty(len(of))
    for start in range(0, len(of), _BLOCK):
        part = slice(start, start + _BLOCK)
        power, age = r + of.x[part], of.age[part]
        # The integral above with the two pairs of parameters in each other's place.
        found[part] = power * _integrals(np.full(len(age), s), power, beta, alpha, age, age + days).plain
    return found * still_there(parameters, of)
