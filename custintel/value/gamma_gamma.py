"""Gamma-Gamma: what a purchase of each customer is worth on average (Fader, Hardie & Lee 2005, *J. Mark. Res.* 42, 415;
Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value").

Amounts of a customer's purchases are gamma(p, nu) and nu is gamma(q, v) over customers. Amounts must be above zero, and
what a purchase is worth must have nothing to do with how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from custintel.value.histories import Numbers, repeated

NAMES = ("p", "q", "v")

_FEW = 20_000


@dataclass(frozen=True)
class Spending:
    """What was found.

    Attributes:
        p, q, v: the parameters; ``v`` in the currency.
        log_likelihood: of all customers.
    """

    p: float
    q: float
    v: float
    log_likelihood: float

    def worth(self, n: Numbers, mean: Numbers) -> tuple[Numbers, Numbers]:
        """The expected mean amount of customers with ``n`` purchases of ``mean`` on average, and its variance."""
        shape = self.p * n + self.q
        worth = self.p * (self.v + n * mean) / (shape - 1)
        return worth, worth**2 / np.maximum(shape - 2, 1e-6)


def log_likelihood(parameters: Numbers, n: Numbers, mean: Numbers) -> tuple[Numbers, Numbers]:
    """Logarithm of the likelihood of each customer, and its derivatives by the logarithms of p, q and v.

    Args:
        parameters: p, q, v.
        n: purchases of each customer, at least 1.
        mean: their mean amount, above 0.
    """
    p, q, v = parameters
    distinct, place = repeated(n)
    shape = p * distinct + q
    log_total = np.log(v + n * mean)
    of_n = gammaln(shape) - gammaln(p * distinct) - gammaln(q) + q * np.log(v) + p * distinct * np.log(distinct)
    value = of_n[place] + (p * n - 1) * np.log(mean) - (p * n + q) * log_total
    by_p = n * ((digamma(shape) - digamma(p * distinct) + np.log(distinct))[place] + np.log(mean) - log_total)
    by_q = (digamma(shape) - digamma(q))[place] + np.log(v) - log_total
    by_v = q / v - (p * n + q) / (v + n * mean)
    return value, np.stack([by_p, by_q, by_v]) * parameters[:, None]


def _minus(logs: Numbers, n: Numbers, mean: Numbers) -> tuple[float, Numbers]:
    """Minus the mean log-likelihood of a customer, and its slopes."""
    value, by = log_likelihood(np.exp(logs), n, mean)
    return -float(value.mean()), -by.mean(axis=1)


def fit(n: Numbers, mean: Numbers) -> Spending | None:
    """The parameters that make the mean amounts most likely; ``None`` where they give no finite mean.

    Args:
        n: purchases of each customer, at least 1.
        mean: their mean amount, above 0.
    """
    scale = float(np.average(mean, weights=n))
    relative = mean / scale
    begun = np.log([2.0, 3.0, 1.0])
    bounds = [(one - 12.0, one + 12.0) for one in begun]
    options = {"ftol": 1e-14, "gtol": 1e-9, "maxiter": 1000}
    # Of many customers every so-many-th finds the way, and all of them the end.
    found, begin = None, begun
    for step in dict.fromkeys((-(-len(n) // _FEW), 1)):
        part = partial(_minus, n=n[::step], mean=relative[::step])
        found = minimize(part, begin, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        begin = found.x
    assert found is not None
    p, q, v = np.exp(found.x)
    if p * n.min() + q <= 1 or q <= 1:
        return None
    value = -float(found.fun) * len(n) - len(n) * np.log(scale)
    return Spending(float(p), float(q), float(v) * scale, value)
