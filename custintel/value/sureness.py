"""How sure an expectation is: parameters of resampled customers, and what they do to every expectation."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from scipy.optimize import minimize

from custintel.value.fitting import Fit, slopes
from custintel.value.histories import Histories, Numbers

FITS = 200
FEW = 1_500
"""Up to this many histories customers are drawn again and the model is fitted to each draw; above, the distribution to
which those fits tend is used, which is known (White 1982, *Econometrica* 50, 1)."""
LEVEL = 0.95

_ARRIVED = 0.1
"""Slope of the log-likelihood of all customers at which a fit ends: far below its own uncertainty."""
_FARTHEST = 3.0
_STEP = 1e-3


def covariance(found: Fit, of: Histories, seed: int = 0) -> Numbers:
    """Covariance of the logarithms of the parameters over samples of customers like this one.

    Args:
        found: the fit to ``of``.
        of: the histories.
        seed: of the draws; the same seed gives the same numbers.
    """
    inverse = np.linalg.inv(found.curvature) if found.inside else np.linalg.pinv(found.curvature, hermitian=True)
    inverse = (inverse + inverse.T) / 2
    if len(of) > FEW or not found.inside:
        by = slopes(found, of)
        outer = (by * of.n) @ by.T
        limit: Numbers = inverse @ outer @ inverse
        return limit
    generator = np.random.default_rng(seed)
    customers = int(of.customers)
    draws = generator.multinomial(customers, of.n / of.customers, size=FITS)
    return np.cov(np.stack([_refit(found, of.counted(draw.astype(float)), inverse) for draw in draws]).T)


def _refit(found: Fit, of: Histories, inverse: Numbers) -> Numbers:
    """Logarithms of the parameters for other counts of the same histories, from those found and with their
    curvature.
    """
    start = np.log(found.parameters)

    def minus(logs: Numbers) -> tuple[float, Numbers]:
        value, by = found.model.log_likelihood(np.exp(np.clip(logs, start - _FARTHEST, start + _FARTHEST)), of)
        return -float(value @ of.n), -(by @ of.n)

    made = minimize(minus, start, jac=True, method="BFGS", options={"hess_inv0": inverse, "gtol": _ARRIVED})
    logs: Numbers = np.clip(np.asarray(made.x, float), start - _FARTHEST, start + _FARTHEST)
    return logs


def relative_error(found: Fit, of: Histories, spread: Numbers, days: float) -> tuple[Numbers, float]:
    """Standard error of the logarithm of the purchases expected of each history, and of those expected of all.

    By the delta method: the derivatives of the expectation by the logarithms of the parameters, and their covariance.
    """
    steps = np.eye(len(found.parameters)) * _STEP
    both = [
        [found.model.expected(found.parameters * np.exp(sign * step), of, days) for sign in (1, -1)] for step in steps
    ]
    each = np.stack([_slope(up, down) for up, down in both])
    total = np.array([float(up @ of.n - down @ of.n) for up, down in both]) / (2 * _STEP)
    whole = float(found.expected(of, days) @ of.n)
    errors: Numbers = np.sqrt(np.maximum(np.einsum("in,ij,jn->n", each, spread, each), 0))
    error = float(np.sqrt(max(float(total @ spread @ total), 0.0))) / whole if whole > 0 else 0.0
    return errors, error


def _slope(up: Numbers, down: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (np.log(up) - np.log(down)) / (2 * _STEP)
    return np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)


def factor(error: Numbers | float) -> Numbers:
    """By what an expectation with this error of its logarithm is to be divided and multiplied for its interval."""
    found: Numbers = np.exp(NormalDist().inv_cdf((1 + LEVEL) / 2) * np.minimum(np.asarray(error, float), 50.0))
    return found
