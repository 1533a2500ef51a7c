"""A test on the base's own past: what the model would have said then, beside what happened since."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import rankdata

from custintel.value.days import bought_between, buyers, histories_of, money_of_purchases
from custintel.value.fitting import fit
from custintel.value.gate import Gate, gate
from custintel.value.histories import Numbers
from custintel.value.worth import correlation, worth

LONGEST = 365
SHORTEST = 30
PART = 3
"""The last third of the days is kept for the test, at most a year."""
NEAR = 0.20
"""A total is believed when the test missed by no more."""
ORDERED = 0.20
"""The order of customers is believed when ranks of expected and real agree at least this much."""
FEWEST = 100


@dataclass(frozen=True)
class Trial:
    """What came out.

    Attributes:
        model: which model was tested.
        start, end: what was predicted: the days after ``start`` up to ``end``.
        customers: who had bought by ``start``.
        expected, real: their purchases in those days.
        expected_money, real_money: what they would have brought and did, in units of the currency.
        rank_correlation: of both over customers (Spearman); ``None`` where one does not vary.
        rank_correlation_rate: the same of each person's own rate so far, the simplest guess there is.
        groups: rows of ten groups from the least expected to the most: customers, expected, real.
        gate: what the model had to learn from.
    """

    model: str
    start: dt.date
    end: dt.date
    customers: int
    expected: float
    real: float
    expected_money: float
    real_money: float
    rank_correlation: float | None
    rank_correlation_rate: float | None
    groups: tuple[tuple[int, float, float], ...]
    gate: Gate

    @property
    def bias(self) -> float | None:
        """Expected over real, less 1; ``None`` when nobody bought."""
        return self.expected / self.real - 1 if self.real else None

    @property
    def money_bias(self) -> float | None:
        """The same of money; ``None`` where what came in is not above zero."""
        return self.expected_money / self.real_money - 1 if self.real_money > 0 else None

    @property
    def total_believed(self) -> bool:
        """Whether the total of purchases came near enough."""
        return self.bias is not None and abs(self.bias) <= NEAR

    @property
    def money_believed(self) -> bool:
        """Whether the total of money did."""
        return self.money_bias is not None and abs(self.money_bias) <= NEAR

    @property
    def order_believed(self) -> bool:
        """Whether who was expected to buy more did."""
        return self.rank_correlation is not None and self.rank_correlation >= ORDERED

    @property
    def believed(self) -> bool:
        """Whether all three hold."""
        return self.total_believed and self.money_believed and self.order_believed


def trial(days: pl.DataFrame, as_of: dt.date, code: str, money: str) -> Trial | None:
    """Fit ``code`` to the first two thirds of the past and hold its expectations against the last third.

    Args:
        days: :func:`custintel.value.days.person_days`.
        as_of: the end of the data.
        code: the model.
        money: the column of money that counts.

    Returns:
        ``None`` where the past is too short, or too few people or purchases are in either part.
    """
    first = days.filter(pl.col("orders") > 0)["day"].min()
    if not isinstance(first, dt.date):
        return None
    length = min((as_of - first).days // PART, LONGEST)
    start = as_of - dt.timedelta(days=length)
    people = buyers(days, start)
    if length < SHORTEST or people.height < FEWEST or not people["x"].max():
        return None
    of = histories_of(people)
    found = fit(code, of)
    said, real = found.expected(of, length)[of.row], bought_between(people, days, start, as_of)
    before, after = days.filter(pl.col("day") <= start), days.filter(pl.col("day") > start)
    valued = worth(*money_of_purchases(before, people, money))
    came_in = after.join(people.select("customer_id"), on="customer_id", how="semi")[money].sum() / 100
    rate = (people["x"].to_numpy() + 1) / (people["age"].to_numpy() + 1.0)
    return Trial(
        code,
        start,
        as_of,
        people.height,
        float(said.sum()),
        float(real.sum()),
        float(said @ valued.mean),
        float(came_in),
        spearman(said, real),
        spearman(rate, real),
        tuple(_groups(said, real)),
        gate(people, start),
    )


def spearman(one: Numbers, other: Numbers) -> float | None:
    """Spearman's rank correlation, ties sharing their mean rank."""
    return correlation(rankdata(one), rankdata(other)) if len(one) else None


def _groups(said: Numbers, real: Numbers) -> list[tuple[int, float, float]]:
    """Tenths of the customers from the least expected to the most; who ties stays together."""
    distinct, place = np.unique(said, return_inverse=True)
    counts = np.bincount(place)
    group = np.minimum(((np.cumsum(counts) - counts / 2) / counts.sum() * 10).astype(int), 9)
    happened = np.bincount(place, weights=real)
    found = []
    for which in np.unique(group):
        chosen = group == which
        n = counts[chosen]
        found.append((int(n.sum()), float((distinct[chosen] * n).sum()), float(happened[chosen].sum())))
    return found
