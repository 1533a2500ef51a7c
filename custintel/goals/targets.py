"""What a segment could reach: what its own better customers, or the next better segment, already do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

import polars as pl

from custintel.goals.measures import MEASURES, of_measure, quantile

BETTER = 0.75
"""The place among its own customers that a segment is measured by."""
FEWEST = 30
"""Customers with a value below whom no target is proposed."""
_LEAST = 0.02
"""Change, in parts of the baseline, below which a target is none."""


@dataclass(frozen=True)
class Group:
    """Customers with a goal in common.

    Attributes:
        segment: its code or name; ``None`` for the whole base.
        place: from 1, the best; ``None`` for the whole base.
        customers: sorted.
    """

    segment: str | None
    place: int | None
    customers: pl.Series


@dataclass(frozen=True)
class Goal:
    """One goal.

    Attributes:
        segment: as in :class:`Group`.
        measure: frequency, ticket or breadth.
        target: over 364 days.
        start: first day.
        end: last day.
        basis: next_segment, own_best or person.
        offer_cost: what the offer costs per customer, in units of the currency.
        holdout: part of the customers that gets nothing.
        line: of goals.yaml, 0 when it is only proposed.
    """

    segment: str | None
    measure: str
    target: float
    start: dt.date
    end: dt.date
    basis: str = "person"
    offer_cost: float = 0.0
    holdout: float = 0.1
    line: int = 0

    @property
    def name(self) -> str:
        """By which it is drawn and found again."""
        return f"{self.segment or 'all'}.{self.measure}.{self.start}"

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.end - self.start).days + 1


def groups(customers: pl.Series, segments: pl.DataFrame) -> list[Group]:
    """The segments from best to last; the whole base where there are none.

    Args:
        customers: who has bought or is in a segment.
        segments: customer_id, segment_id and segment.
    """
    if not segments.height:
        return [Group(None, None, customers.unique().sort())]
    order = segments.group_by("segment_id", "segment").agg("customer_id").sort("segment_id", "segment")
    return [
        Group(row["segment"], row["segment_id"], pl.Series(row["customer_id"], dtype=pl.String).unique().sort())
        for row in order.iter_rows(named=True)
    ]


def proposed(parts: Sequence[Group], year: pl.DataFrame, as_of: dt.date, days: int) -> list[Goal]:
    """A goal for every segment and measure with room above it.

    The target is the smaller of two: the median of the next better segment, and what a quarter of its own customers
    already exceed, both over the 364 days before.

    Args:
        parts: from best to last.
        year: from :func:`custintel.goals.measures.measured`, of everybody over 364 days.
        as_of: the last day of the data; goals begin on the next.
        days: how long they last.
    """
    start = as_of + dt.timedelta(days=1)
    end = as_of + dt.timedelta(days=days)
    found: list[Goal] = []
    better: dict[str, float | None] = dict.fromkeys(MEASURES)
    for part in parts:
        own = year.filter(pl.col("customer_id").is_in(part.customers.implode()))
        for measure in MEASURES:
            values = of_measure(own, measure)
            median, best, above = quantile(values, 0.5), quantile(values, BETTER), better[measure]
            better[measure] = median if len(values) >= FEWEST else above
            if median is None or best is None or len(values) < FEWEST:
                continue
            by_segment = above is not None and median < above < best
            target = _rounded(above if by_segment and above is not None else best, measure)
            if target > median * (1 + _LEAST) and target > 0:
                basis = "next_segment" if by_segment else "own_best"
                found.append(Goal(part.segment, measure, target, start, end, basis))
    return found


def _rounded(target: float, measure: str) -> float:
    """A target as somebody would write it, rounded down: counts to the hundredth, money to three figures."""
    step = 0.01 if measure != "ticket" else 10.0 ** (floor(log10(target)) - 2) if target > 0 else 1.0
    return round(floor(target / step + 1e-9) * step, 2)
