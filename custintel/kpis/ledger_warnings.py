"""What the data say about costs that are valid: filters that fit nothing, columns that are empty, odd amounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

import polars as pl

from custintel.kpis.actuals import within
from custintel.kpis.cost_remarks import Remark
from custintel.kpis.costs import SHARES, Cost, Costs
from custintel.kpis.order_facts import Facts
from custintel.minor_units import minor_unit

SLACK = 7
"""Days of a period that may lie outside the data: shops do not sell every day."""

_COLUMNS = {
    "per_kg": ("orders.kg", "order_items.kg"),
    "per_km_zone": ("orders.zone",),
    "per_unit": ("order_items.qty",),
    "per_attempt": ("orders.attempts",),
    "per_failed_attempt": ("orders.failed_attempts", "orders.attempts"),
    "per_call": ("calls.order_id",),
    "per_call_minute": ("calls.seconds",),
    "per_return": ("returns.kind",),
    "per_warranty": ("returns.kind",),
    "pct_revenue": ("orders.total",),
    "pct_collected": ("orders.payment_method",),
    "pct_declared": ("orders.total",),
    "pct_returned_cogs": ("order_items.unit_cost", "returns.restocked"),
}
"""What a driver counts, where it says nothing when that is empty."""

_SPREAD = {
    "units": ("order_items.qty",),
    "kg": ("orders.kg", "order_items.kg"),
    "new_customers": ("orders.is_new",),
    "sales": ("orders.total",),
}


def data_warnings(costs: Costs, facts: Facts, fits: Sequence[pl.Series | None]) -> list[Remark]:
    """Everything worth knowing, by line of the file; what is about no line last.

    Args:
        costs: the file.
        facts: the data.
        fits: for each item, whether each order fits its filter; ``None`` for one that has no filter.
    """
    found: list[Remark] = []
    ticket = _average_ticket(facts)
    for item, fit in zip(costs.items, fits, strict=True):
        found += _empty_columns(facts, item) or _uncounted(facts, item, fit)
        if fit is not None and not fit.any():
            found.append(Remark("filter_matches_nothing", item.line, {"category": item.category}))
        found += _dear(facts, item, ticket)
        found += _uncovered(facts, item)
    return [*sorted(found, key=lambda remark: remark.line), *_about_data(costs, facts)]


def _average_ticket(facts: Facts) -> Decimal | None:
    """The mean total of orders that have one, in units of the base."""
    totals = facts.orders["total"].filter(facts.orders["total"] > 0)
    if not totals.len():
        return None
    return Decimal(int(totals.sum())) / totals.len() / minor_unit(facts.fx.base)


def _empty_columns(facts: Facts, item: Cost) -> list[Remark]:
    """A driver for which no row says anything, or goods of which some have no cost."""
    columns: tuple[str, ...] = _COLUMNS.get(item.driver, ())
    if item.driver == "per_period":
        columns = _SPREAD.get(item.allocate_by, ())
    elif item.driver == "actual":
        columns = (item.kind.actual,)
    empty = [name for name in columns if not _filled(facts, name)]
    needs_all = item.driver == "pct_returned_cogs"
    if columns and (len(empty) == len(columns) or (needs_all and empty)):
        return [Remark("column_empty", item.line, {"driver": item.driver, "column": empty[0]})]
    if item.kind.actual == "order_items.unit_cost" and item.driver == "actual":
        lines = facts.raw_lines["unit_cost"]
        if lines.null_count():
            details = {"column": item.kind.actual, "n": str(lines.null_count()), "total": str(lines.len())}
            return [Remark("column_gaps", item.line, details)]
    return []


def _uncounted(facts: Facts, item: Cost, fit: pl.Series | None) -> list[Remark]:
    """Orders that were sent, and of which nothing says the weight or the distance that they are charged by."""
    counts = {"per_kg": lambda: facts.grams, "per_km_zone": lambda: facts.orders["metres"]}
    if item.driver not in counts:
        return []
    sent = facts.orders["shipped"] if fit is None else facts.orders["shipped"] & fit
    nothing = sent & (counts[item.driver]() == 0) & (facts.orders["kg"].is_null() | (item.driver == "per_km_zone"))
    n, total = nothing.sum(), sent.sum()
    if not n:
        return []
    details = {"driver": item.driver, "column": _COLUMNS[item.driver][0], "n": str(n), "total": str(total)}
    return [Remark("nothing_to_count", item.line, details)]


def _filled(facts: Facts, name: str) -> bool:
    """Whether any cell of the column has something."""
    table, _, column = name.partition(".")
    frames = {
        "orders": facts.raw_orders,
        "order_items": facts.raw_lines,
        "returns": facts.raw_returns,
        "calls": facts.raw_calls,
        "spend": facts.raw_spend,
    }
    frame = frames[table]
    return column in frame.columns and frame[column].null_count() < frame.height


def _dear(facts: Facts, item: Cost, ticket: Decimal | None) -> Iterator[Remark]:
    """One charge that costs more than half of what an average order brings."""
    if item.driver in SHARES or item.driver in ("per_period", "actual") or ticket is None:
        return
    rate = max([item.rate or Decimal(0), *(tier.rate for tier in item.tiers)]) + item.fixed
    in_base = rate * _worth(facts, item)
    if in_base > ticket / 2:
        details = {"category": item.category, "rate": f"{in_base:.2f}", "ticket": f"{ticket:.2f}"}
        yield Remark("rate_above_half_ticket", item.line, details)


def _worth(facts: Facts, item: Cost) -> Decimal:
    return Decimal(1) if item.currency == facts.fx.base else facts.fx.rates[item.currency][-1][1]


def _uncovered(facts: Facts, item: Cost) -> Iterator[Remark]:
    """Days of a period before the first or after the last order."""
    first, last = _span(facts)
    if item.driver != "per_period" or item.start is None or item.end is None or first is None or last is None:
        return
    days = (item.end - item.start).days + 1
    covered = max((min(item.end, last) - max(item.start, first)).days + 1, 0)
    if days - covered > SLACK:
        yield Remark(
            "period_not_covered",
            item.line,
            {
                "category": item.category,
                "days": str(days - covered),
                "start": f"{item.start}",
                "end": f"{item.end}",
                "first": f"{first}",
                "last": f"{last}",
            },
        )


def _span(facts: Facts) -> tuple[dt.date | None, dt.date | None]:
    days = facts.orders["placed_on"]
    return days.min(), days.max()  # type: ignore[return-value]


def _about_data(costs: Costs, facts: Facts) -> Iterator[Remark]:
    months = facts.orders["placed_on"].dt.truncate("1mo").unique()
    media = [item for item in costs.items if item.category == "media" and item.driver == "actual"]
    for item in media:
        spent = facts.spend.filter(within(pl.col("date"), item), pl.col("amount") > 0)["date"].dt.truncate("1mo")
        for month in spent.filter(~spent.is_in(months.implode())).unique().sort().drop_nulls():
            yield Remark("spend_without_orders", item.line, {"month": f"{month:%Y-%m}"})
    for name, table in (("returns", facts.returns), ("calls", facts.calls)):
        if unknown := table.filter(pl.col("order_id").is_not_null() & pl.col("row").is_null()).height:
            yield Remark("orders_unknown", 0, {"n": str(unknown), "table": name})
    first, _ = _span(facts)
    foreign = facts.orders["currency"].unique().drop_nulls().to_list()
    for currency, steps in costs.fx.rates.items():
        since = steps[0][0]
        if currency in foreign and first is not None and dt.date.min < since and first < since:
            yield Remark("fx_before_first", 0, {"seen": f"{since}", "currency": currency})
