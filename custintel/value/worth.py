"""What a purchase of each customer is worth on average: Gamma-Gamma where it may be used, credibility elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from custintel.value import gamma_gamma
from custintel.value.credibility import credibility
from custintel.value.histories import Numbers

INDEPENDENT = 0.2
"""Below this correlation of number and mean, purchases count as worth the same however many there are."""
FEWEST = 100
"""With fewer customers who bought again the form of amounts cannot be learned."""


@dataclass(frozen=True)
class Worth:
    """What a purchase is worth.

    Attributes:
        mean: of each customer.
        variance: of that mean: how little is known of the person.
        method: ``gamma_gamma`` or ``credibility``.
        because: why it is not Gamma-Gamma: ``below_zero``, ``correlated``, ``few`` or ``no_mean``; empty when it is.
        correlation: of number and mean amount, over those who bought again; ``None`` where it has no meaning.
        below_zero: customers whose mean amount is not above zero.
        parameters: p, q and v, or within and between.
    """

    mean: Numbers
    variance: Numbers
    method: str
    because: str
    correlation: float | None
    below_zero: int
    parameters: dict[str, float]


def worth(n: Numbers, mean: Numbers, squares: Numbers) -> Worth:
    """Learn what a purchase of each customer is worth.

    Args:
        n: purchases of each customer, at least 1.
        mean: their mean amount, of any sign.
        squares: sum of squared deviations of their purchases from their own mean.
    """
    again = n > 1
    related = correlation(n[again], mean[again])
    below = int((mean <= 0).sum())
    because = ""
    if below:
        because = "below_zero"
    elif again.sum() < FEWEST:
        because = "few"
    elif related is None or abs(related) >= INDEPENDENT:
        because = "correlated"
    spending = None if because else gamma_gamma.fit(n, mean)
    if spending is not None:
        named = {"p": spending.p, "q": spending.q, "v": spending.v}
        return Worth(*spending.worth(n, mean), "gamma_gamma", "", related, below, named)
    found = credibility(n, mean, squares)
    named = {"within": found.within, "between": found.between}
    return Worth(*found.worth(n, mean), "credibility", because or "no_mean", related, below, named)


def correlation(one: Numbers, other: Numbers) -> float | None:
    """Pearson's correlation; ``None`` where one of them does not vary."""
    if len(one) < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(np.corrcoef(one, other)[0, 1])
