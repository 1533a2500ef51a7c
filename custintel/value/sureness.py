"""How sure an expectation is: what it would have been with other customers of the same kind (bootstrap)."""

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
_TINY = 1e-300


def relative_error(found: Fit, of: Histories, days: float, seed: int = 0) -> tuple[Numbers, float]:
    """Standard error of the logarithm of the purchases expected of each history within ``days``, and of those expected
    of all.

    Args:
        found: the fit to ``of``.
        of: the histories.
        days: after the observation.
        seed: of the draws; the same seed gives the same numbers.
    """
    if len(of) > FEW or not found.inside:
        return _in_the_limit(found, of, days)
    inverse = np.linalg.inv(found.curvature)
    inverse = (inverse + inverse.T) / 2
    draws = np.random.default_rng(seed).multinomial(int(of.customers), of.n / of.customers, size=FITS)
    said = [
        found.model.expected(np.exp(_refit(found, of.counted(draw.astype(float)), inverse)), of, days) for draw in draws
    ]
    each = np.log(np.maximum(np.stack(said), _TINY))
    totals = np.log(np.maximum(np.stack(said) @ of.n, _TINY))
    return each.std(axis=0, ddof=1), float(totals.std(ddof=1))


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


def _in_the_limit(found: Fit, of: Histories, days: float) -> tuple[Numbers, float]:
    """What :func:`relative_error` tends to with many customers, by the delta method: the derivatives of the expectation
    by the logarithms of the parameters, and the covariance of these over samples of customers.
    """
    inverse = np.linalg.pinv(found.curvature, hermitian=True)
    by = slopes(found, of)
    spread = inverse @ ((by * of.n) @ by.T) @ inverse
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
