"""BG/NBD and MBG/NBD: people buy at a rate of their own and may leave for good after any purchase.

Fader, Hardie & Lee 2005, *Marketing Science* 24, 275 (BG/NBD); Batislam, Denizel & Filiztekin 2007, *International
Journal of Research in Marketing* 24, 201 (MBG/NBD, in which they may leave after the first purchase too). Purchases
come as a Poisson process with rate lambda, gamma(r, alpha) over customers; after a purchase they leave with
probability p, beta(a, b) over customers. With k chances to leave, k = x in BG and x + 1 in MBG::

    L = G(r+x)/G(r) alpha^r B(a,b+k)/B(a,b) ( (alpha+T)^-(r+x) + [k>0] a/(b+k-1) (alpha+t_x)^-(r+x) )

Their probability of still being there is not offered: in BG it is 1 for whoever bought once.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, betaln, digamma, expit, gammaln, hyp2f1

from custintel.value.histories import Histories, Numbers, Places, repeated

NAMES = ("r", "alpha", "a", "b")

_NEAR_ONE = 1e-4
_LARGE = 50.0
_TINY = 1e-12
_QUANTILES, _WEIGHTS = (half / 2 for half in np.polynomial.legendre.leggauss(64))
_QUANTILES = _QUANTILES + 0.5


def log_likelihood(parameters: Numbers, of: Histories, *, first: int) -> tuple[Numbers, Numbers]:
    """Logarithm of the likelihood of each history, and its derivatives by the logarithms of the parameters.

    Args:
        parameters: r, alpha, a, b; times in days.
        of: n histories.
        first: 1 when one may leave after the first purchase (MBG), 0 when not (BG).

    Returns:
        Arrays of shape (n,) and (4, n).
    """
    r, alpha, a, b = parameters
    stayed, left = _weights(parameters, of, first)
    log_age, log_last = np.log(alpha + of.age), np.log(alpha + of.t_x)
    x, place = repeated(of.x)
    chances = x + first
    of_x = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + chances) - betaln(a, b)
    largest = np.maximum(stayed, left)
    both = np.exp(stayed - largest) + np.exp(left - largest)
    here = np.exp(stayed - largest) / both
    gone = 1 - here
    value = of_x[place] + largest + np.log(both)
    slopes = np.stack(
        [
            (digamma(r + x) - digamma(r))[place] + np.log(alpha) - here * log_age - gone * log_last,
            r / alpha - (r + of.x) * (here / (alpha + of.age) + gone / (alpha + of.t_x)),
            (digamma(a + b) - digamma(a + b + chances))[place] + gone / a,
            (digamma(b + chances) - digamma(a + b + chances) - digamma(b) + digamma(a + b))[place]
            - gone * _over(b + chances - 1, chances)[place],
        ]
    )
    return value, slopes * parameters[:, None]


def _weights(parameters: Numbers, of: Histories, first: int) -> tuple[Numbers, Numbers]:
    """Logarithms of the two terms of the sum: stayed, and left after the last purchase (minus infinity if none)."""
    r, alpha, a, b = parameters
    x, place = repeated(of.x)
    with np.errstate(divide="ignore"):
        chance = np.log(a * _over(b + x + first - 1, x + first))
    return -(r + of.x) * np.log(alpha + of.age), chance[place] - (r + of.x) * np.log(alpha + of.t_x)


def _over(number: Numbers, chances: Numbers) -> Numbers:
    """1 over ``number``, 0 where there was no chance to leave."""
    return np.divide(1.0, number, out=np.zeros_like(number), where=chances > 0)


def expected(parameters: Numbers, of: Histories, days: float, *, first: int) -> Numbers:
    """Purchases expected within ``days`` after the observation (Fader, Hardie & Lee 2005, eq. 10; Batislam et al.
    2007).

    The hypergeometric function is turned by Euler's transformation (DLMF 15.8.1), after which its first two arguments
    no longer grow with x, unless ``a`` is large, where only the form of the paper holds; and it is asked once for every
    distinct (x, T).
    """
    r, alpha, a, b = parameters
    if abs(a - 1) < _NEAR_ONE * 0.99:
        around = (np.array([r, alpha, near, b]) for near in (1 - _NEAR_ONE, 1 + _NEAR_ONE))
        low, high = (expected(one, of, days, first=first) for one in around)
        between: Numbers = low + (high - low) * (a - 1 + _NEAR_ONE) / (2 * _NEAR_ONE)
        return between
    x, age, place = _pairs(of)
    share = days / (alpha + age + days)
    third = a + b + x + first - 1
    with np.errstate(all="ignore"):
        if a <= _LARGE:
            kept = hyp2f1(a + b - 1 - r + first, a - 1, third, share) * (1 - share) ** (a - 1)
        else:
            kept = hyp2f1(r + x, b + x + first, third, share) * (1 - share) ** (r + x)
        bought = third / (a - 1) * (1 - kept)
        most = (r + x) / (alpha + age) * days
        lost = ~((bought >= 0) & (bought <= most * (1 + 1e-9)))
    bought[lost] = _by_quantiles(parameters, x[lost], age[lost], days, first)
    stayed, left = _weights(parameters, of, first)
    found: Numbers = bought[place] * expit(stayed - left)
    return found


def _by_quantiles(parameters: Numbers, x: Numbers, age: Numbers, days: float, first: int) -> Numbers:
    """Purchases expected of who is still there, where the hypergeometric function fails because a parameter ran to its
    bound: the mean of (1 - ((alpha+T)/(alpha+T+pt))^(r+x)) / p over quantiles of p, beta(a, b+k).
    """
    r, alpha, a, b = parameters
    found = np.zeros(len(x))
    for quantile, weight in zip(_QUANTILES, _WEIGHTS, strict=True):
        p = np.maximum(betaincinv(a, b + x + first, quantile), _TINY)
        found -= weight * np.expm1(-(r + x) * np.log1p(p * days / (alpha + age))) / p
    return found


def _pairs(of: Histories) -> tuple[Numbers, Numbers, Places]:
    """The distinct pairs of x and T, and the place of each history among them."""
    width = of.age.max(initial=0.0) + 1
    keys, place = repeated(of.x * width + of.age)
    x = np.floor(keys / width)
    return x, keys - x * width, place
