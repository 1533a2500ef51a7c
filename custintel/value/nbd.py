"""NBD: people buy at a rate of their own, and nobody leaves (Ehrenberg 1959, *Applied Statistics* 8, 26).

What models with leaving are compared with: where they explain no more than this, no leaving can be seen.
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln

from custintel.value.histories import Histories, Numbers, repeated

NAMES = ("r", "alpha")


def log_likelihood(parameters: Numbers, of: Histories) -> tuple[Numbers, Numbers]:
    """Logarithm of the likelihood of each history, shape (n,), and its derivatives by the logarithms of r and alpha."""
    r, alpha = parameters
    x, place = repeated(of.x)
    log_age = np.log(alpha + of.age)
    value = (gammaln(r + x) - gammaln(r))[place] + r * np.log(alpha) - (r + of.x) * log_age
    by_r = (digamma(r + x) - digamma(r))[place] + np.log(alpha) - log_age
    by_alpha = r / alpha - (r + of.x) / (alpha + of.age)
    return value, np.stack([by_r, by_alpha]) * parameters[:, None]


def expected(parameters: Numbers, of: Histories, days: float) -> Numbers:
    """Purchases expected within ``days``."""
    r, alpha = parameters
    found: Numbers = (r + of.x) / (alpha + of.age) * days
    return found


def buys(parameters: Numbers, of: Histories, days: float) -> Numbers:
    """The probability of at least one purchase within ``days``."""
    r, alpha = parameters
    found: Numbers = -np.expm1(-(r + of.x) * np.log1p(days / (alpha + of.age)))
    return found
