"""Customers who do what the models say they do: what the models are held against."""

from __future__ import annotations

import numpy as np

from custintel.value.histories import Histories, histories

CDNOW = {
    "pareto_nbd": (0.553, 10.578 * 7, 0.606, 11.669 * 7),
    "bg_nbd": (0.243, 4.414 * 7, 0.793, 2.426),
}
"""Published parameters of the CDNOW sample, in days: Fader & Hardie 2005; Fader, Hardie & Lee 2005."""


def pareto_nbd(customers: int, parameters: tuple[float, ...], days: int = 273, more: int = 0, seed: int = 1):
    """Histories up to ``days`` of customers who came in the first third of them, and purchases in ``more`` days after.

    Times are exact to a thousandth of a day, so that rounding days does not blur what is to be found again.
    """
    r, alpha, s, beta = parameters
    rng = np.random.default_rng(seed)
    age = rng.uniform(days * 2 / 3, days, customers)
    rate, leaving = rng.gamma(r, 1 / alpha, customers), rng.gamma(s, 1 / beta, customers)
    stayed = rng.exponential(1 / np.maximum(leaving, 1e-300))
    return _bought(rng, rate, stayed, age, more)


def bg_nbd(
    customers: int, parameters: tuple[float, ...], *, first: int = 0, days: int = 273, seed: int = 1
) -> Histories:
    r, alpha, a, b = parameters
    rng = np.random.default_rng(seed)
    age = rng.uniform(days * 2 / 3, days, customers)
    rate, p = rng.gamma(r, 1 / alpha, customers), rng.beta(a, b, customers)
    x, last = np.zeros(customers), np.zeros(customers)
    for customer in range(customers):
        now = 0.0
        if first and rng.random() < p[customer]:
            continue
        while (now := now + rng.exponential(1 / max(rate[customer], 1e-300))) <= age[customer]:
            x[customer], last[customer] = x[customer] + 1, now
            if rng.random() < p[customer]:
                break
    return collapsed(x, last, age)


def _bought(rng, rate, stayed, age, more):
    x = np.zeros(len(rate))
    last, later = np.zeros(len(rate)), np.zeros(len(rate))
    for customer in range(len(rate)):
        n = rng.poisson(rate[customer] * min(stayed[customer], age[customer] + more))
        times = np.sort(rng.uniform(0, min(stayed[customer], age[customer] + more), n))
        seen = times[times <= age[customer]]
        x[customer], later[customer] = len(seen), n - len(seen)
        last[customer] = seen[-1] if len(seen) else 0.0
    return collapsed(x, last, age), later


def collapsed(x: np.ndarray, last: np.ndarray, age: np.ndarray) -> Histories:
    """Distinct histories in days, from times that are no whole days."""
    found = histories(x.astype(int), np.round(last * 1000).astype(int), np.round(age * 1000).astype(int))
    return Histories(found.x, found.t_x / 1000, found.age / 1000, found.n, found.row)
