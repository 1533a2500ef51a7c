"""Costs of a period: when they are due, and how they are spread over the orders of that time."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import polars as pl

from custintel.kpis.apportion import Whole, by_weight
from custintel.kpis.costs import Cost
from custintel.kpis.order_facts import Facts
from custintel.minor_units import minor_unit

MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAYS = {"day": 1, "week": 7}
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Window:
    """A stretch of days, both ends in it, and what it costs in minor units."""

    start: dt.date
    end: dt.date
    amount: int


def windows(item: Cost) -> list[Window]:
    """The periods of ``item`` one after the other; one that ``to`` cuts short costs its share of days."""
    assert item.start is not None
    assert item.end is not None
    exact = (item.rate or Decimal(0)) * (1 + item.vat) * minor_unit(item.currency)
    found = []
    for start, following in _starts(item.start, item.end, item.every):
        last = following - dt.timedelta(days=1)
        end = min(last, item.end)
        share = Decimal((end - start).days + 1) / Decimal((last - start).days + 1)
        found.append(Window(start, end, int((exact * share).to_integral_value(ROUND_HALF_EVEN))))
    return found


def _starts(first: dt.date, last: dt.date, every: str) -> Iterator[tuple[dt.date, dt.date]]:
    """The first day of each period from ``first`` to ``last``, and that of the next."""
    if not every:
        yield first, last + dt.timedelta(days=1)
        return
    number, start = 0, first
    while start <= last:
        number += 1
        following = _step(first, every, number)
        yield start, following
        start = following


def _step(first: dt.date, every: str, number: int) -> dt.date:
    """``number`` periods after ``first``; the 31st becomes the last day of shorter months."""
    if every in DAYS:
        return first + dt.timedelta(days=DAYS[every] * number)
    year, month = divmod(first.year * 12 + first.month - 1 + MONTHS[every] * number, 12)
    return dt.date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def spread(facts: Facts, item: Cost, fits: pl.Series | None, due: list[Window]) -> tuple[pl.DataFrame, list[Window]]:
    """The periods ``due`` spread over the orders placed in them, and those for which there was none.

    Args:
        facts: the orders.
        item: the cost, for what it is spread by.
        fits: whether each order fits its filter.
        due: periods without gaps, in order.

    Returns:
        row, line_no, day, amount of every order that gets something; the periods left over.
    """
    placed = facts.orders["placed_on"]
    within = placed.is_between(due[0].start, due[-1].end).fill_null(False)
    rows = (within if fits is None else within & fits).arg_true()
    days = placed.gather(rows)
    starts = np.array([(window.start - _EPOCH).days for window in due])
    group: Whole = np.searchsorted(starts, days.to_physical().to_numpy(), side="right").astype(np.int64) - 1
    weight = weights(facts, item.allocate_by, rows)
    amounts = by_weight([window.amount for window in due], group, weight)
    reached = np.zeros(len(due), dtype=bool)
    reached[group[weight > 0]] = True
    left = [window for window, hit in zip(due, reached, strict=True) if not hit and window.amount]
    return allocated(rows, days, amounts), left


def allocated(rows: pl.Series, days: pl.Series, amounts: Whole) -> pl.DataFrame:
    """row, line_no, day, amount; without the rows that got nothing."""
    table = pl.DataFrame({"row": rows, "day": days, "amount": pl.Series(amounts, dtype=pl.Int64)})
    return table.filter(pl.col("amount") != 0).select("row", pl.lit(None, pl.Int32).alias("line_no"), "day", "amount")


def weights(facts: Facts, allocate_by: str, rows: pl.Series) -> Whole:
    """What each of these orders counts when a cost is spread: 1, its sales, units, weight, or 1 for a new customer.

    Cancelled and refused orders have no sales.
    """
    if allocate_by == "orders":
        return np.ones(len(rows), dtype=np.int64)
    if allocate_by == "sales":
        lost = pl.col("status").is_in(["cancelled", "refused"]).fill_null(False)
        found = facts.orders.select(pl.when(lost).then(0).otherwise(pl.col("total"))).to_series()
    elif allocate_by == "new_customers":
        found = facts.orders["is_new"].fill_null(False)
    else:
        found = facts.grams if allocate_by == "kg" else facts.line_sums["units"]
    return found.gather(rows).cast(pl.Int64).to_numpy()
