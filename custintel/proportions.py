"""Whether two shares differ: interval and test of their difference, many tests at once, what the data could show."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

import numpy as np

from custintel.beta_distribution import log_gamma

FISHER_BELOW = 5
"""Expected count below which the normal approximation of the test is not trusted (Cochran 1954, Biometrics 10, 417)."""
_ALIKE = 1 + 1e-7


def wilson_of(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval for one share; see :func:`custintel.intervals.wilson`. ``n`` is 1 or more."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, widened = successes / n, 1 + z * z / n
    centre = (share + z * z / (2 * n)) / widened
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / widened
    return (0.0 if not successes else centre - spread), (1.0 if successes == n else centre + spread)


def newcombe(one: tuple[int, int], other: tuple[int, int], level: float = 0.95) -> tuple[float, float]:
    """The interval of the share of ``one`` less that of ``other`` (Newcombe 1998, Stat. Med. 17, 873, method 10).

    Args:
        one: successes and trials.
        other: successes and trials.
        level: of confidence.
    """
    p, q = one[0] / one[1], other[0] / other[1]
    (low_p, high_p), (low_q, high_q) = wilson_of(*one, level), wilson_of(*other, level)
    below = sqrt((p - low_p) ** 2 + (high_q - q) ** 2)
    above = sqrt((high_p - p) ** 2 + (q - low_q) ** 2)
    return p - q - below, p - q + above


def difference_p(one: tuple[int, int], other: tuple[int, int]) -> float:
    """How probable a difference of two shares as large as this is when there is none, two-sided.

    The test of two proportions with a pooled variance; Fisher's exact test when an expected count is below 5.
    """
    (x, n), (y, m) = one, other
    share = (x + y) / (n + m)
    if share in (0.0, 1.0):
        return 1.0
    if min(n, m) * min(share, 1 - share) < FISHER_BELOW:
        return fisher_p(one, other)
    z = (x / n - y / m) / sqrt(share * (1 - share) * (1 / n + 1 / m))
    return 2 * (1 - NormalDist().cdf(abs(z)))


def fisher_p(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Fisher's exact test, two-sided: the probability of all tables with these margins that are no likelier than this
    one (Fisher 1935, J. R. Stat. Soc. 98, 39).
    """
    (x, n), (y, m) = one, other
    found = x + y
    places = np.arange(max(0, found - m), min(n, found) + 1, dtype=float)
    logs = -(
        log_gamma(places + 1)
        + log_gamma(n - places + 1)
        + log_gamma(found - places + 1)
        + log_gamma(m - found + places + 1)
    )
    weights = np.exp(logs - logs.max())
    here = weights[x - int(places[0])]
    return float(min(weights[weights <= here * _ALIKE].sum() / weights.sum(), 1.0))


def holm(probabilities: Sequence[float]) -> list[float]:
    """The same probabilities, corrected for being several (Holm 1979, Scand. J. Stat. 6, 65), in the same order."""
    places = sorted(range(len(probabilities)), key=lambda place: probabilities[place])
    corrected, worst = [0.0] * len(probabilities), 0.0
    for rank, place in enumerate(places):
        worst = max(worst, min(1.0, (len(probabilities) - rank) * probabilities[place]))
        corrected[place] = worst
    return corrected


def smallest_difference(share: float, n: int, m: int, level: float = 0.95, power: float = 0.8) -> float:
    """The smallest difference of two shares near ``share`` that ``n`` and ``m`` trials would show with this power
    (Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 2003, ch. 4, one common variance).
    """
    normal = NormalDist()
    z = normal.inv_cdf((1 + level) / 2) + normal.inv_cdf(power)
    return z * sqrt(share * (1 - share) * (1 / n + 1 / m))
