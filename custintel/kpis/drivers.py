"""How often each thing that costs money happened, and on which order, line or day.

A driver gives *charges*: rows with ``row`` (place of the order in ``Facts.orders``, empty when the order is not known),
``line_no``, ``day`` and ``count``, a whole number of ``per``-ths of what the rate is for. Order drivers give a row per
order, ``per_unit`` one per line, those of calls and returns one per call or return. For a share, ``count`` is the
amount of which it is a share, in minor units of the base.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from custintel.kpis.cost_filter import matching
from custintel.kpis.costs import SHARES, Cost
from custintel.kpis.order_facts import THOUSAND, Facts

SECONDS = 60

RETURN_KINDS: Mapping[str, tuple[str, ...]] = {
    "per_return": ("return", "exchange"),
    "per_refusal": ("refusal",),
    "per_warranty": ("warranty",),
    "pct_returned_cogs": ("return", "refusal"),
}
"""Kinds of row of the table returns that each driver counts."""

OF_CATEGORY: Mapping[str, tuple[str, ...]] = {
    "chargebacks": ("chargeback",),
    "cod_refusal": ("refusal",),
    "warranties": ("warranty",),
    "returns_logistics": ("return", "exchange"),
}
"""Kinds that a category is about when its driver leaves it open."""


@dataclass(frozen=True)
class Charges:
    """What a cost is charged for.

    Attributes:
        frame: row (UInt32), line_no (Int32), day (Date), count (Int64).
        per: how many of ``count`` make one.
    """

    frame: pl.DataFrame
    per: int = 1


def charges(facts: Facts, item: Cost) -> Charges:
    """Everything that the driver of ``item`` counts, its filter and days not yet looked at."""
    return _COUNTERS[item.driver](facts, item)


def _of_orders(facts: Facts, item: Cost, flag: str, count: pl.Series | None, per: int = 1) -> Charges:
    """A row for each order that reached the rung ``flag``, on the day it did; ``count`` is of every order.

    Where nothing was counted nothing is charged, except for shares: an order of zero still pays what is fixed.
    """
    table = facts.orders.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        pl.lit(None, pl.Int32).alias("line_no"),
        pl.col(f"{flag}_on").alias("day"),
        (pl.lit(1, pl.Int64) if count is None else pl.lit(count)).alias("count"),
    )
    reached = None if flag == "placed" else facts.orders[flag]
    if count is not None and item.driver not in SHARES:
        reached = count > 0 if reached is None else reached & (count > 0)
    return Charges(table if reached is None else table.filter(reached), per)


def _per_order(facts: Facts, item: Cost) -> Charges:
    return _of_orders(facts, item, item.kind.on, None)


def _per_kg(facts: Facts, item: Cost) -> Charges:
    return _of_orders(facts, item, item.kind.on, facts.grams, THOUSAND)


def _revenue(facts: Facts, item: Cost) -> Charges:
    return _of_orders(facts, item, "sold" if item.kind.on == "sold" else "paid", facts.orders["total"])


def _column(flag: str, name: str, per: int = 1) -> Callable[[Facts, Cost], Charges]:
    def counter(facts: Facts, item: Cost) -> Charges:
        return _of_orders(facts, item, flag, facts.orders[name], per)

    return counter


def _per_unit(facts: Facts, item: Cost) -> Charges:
    return charges_of_lines(facts, item, pl.col("units"))


def charges_of_lines(facts: Facts, item: Cost, count: pl.Expr) -> Charges:
    """A row for each line of the orders that reached the rung of the category; quantities are thousandths."""
    flag = item.kind.on
    lines = facts.lines
    if categories := item.where.get("category"):
        lines = lines.filter(matching(lines["category"], categories))
    if skus := item.where.get("sku"):
        lines = lines.filter(matching(lines["sku"], skus))
    orders = facts.orders
    return Charges(
        lines.with_columns(
            reached=pl.lit(orders[flag]).gather(pl.col("row")), day=pl.lit(orders[f"{flag}_on"]).gather(pl.col("row"))
        )
        .filter("reached")
        .select("row", "line_no", "day", count=count)
        .filter(pl.col("count") > 0),
        THOUSAND,
    )


def charges_of_calls(facts: Facts, item: Cost, count: pl.Expr, per: int = 1) -> Charges:
    """A row for each call: those that confirm for confirmation calls, all others for customer service."""
    confirms = pl.col("purpose").fill_null("confirmation") == "confirmation"
    about = {"confirmation_calls": confirms, "customer_service": ~confirms}.get(item.category, pl.lit(True))
    calls = facts.calls.filter(about)
    return Charges(calls.select("row", pl.lit(None, pl.Int32).alias("line_no"), "day", count=count), per)


def _per_call(facts: Facts, item: Cost) -> Charges:
    return charges_of_calls(facts, item, pl.lit(1, pl.Int64))


def _per_call_minute(facts: Facts, item: Cost) -> Charges:
    return charges_of_calls(facts, item, pl.col("seconds"), SECONDS)


def _per_event(facts: Facts, item: Cost) -> Charges:
    """A row for each return, refusal, claim; a refused order without a row of its own counts too."""
    kinds = RETURN_KINDS[item.driver]
    if item.driver == "per_return":
        kinds = OF_CATEGORY.get(item.category, kinds)
    found = _events(facts, kinds).select("row", "line_no", "day", count=pl.lit(1, pl.Int64))
    if "refusal" in kinds:
        known = found["row"].drop_nulls().implode()
        refused = facts.orders.select(
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
            pl.lit(None, pl.Int32).alias("line_no"),
            pl.col("delivered_on").alias("day"),
            count=pl.lit(1, pl.Int64),
            refused=pl.col("status") == "refused",
        ).filter("refused", ~pl.col("row").is_in(known))
        found = pl.concat([found, refused.drop("refused")])
    return Charges(found)


def _returned_goods(facts: Facts, item: Cost) -> Charges:
    """The cost of what came back and cannot be sold again: of its line, else of the whole order or a part of it."""
    back = _events(facts, RETURN_KINDS[item.driver]).filter(pl.col("restocked").eq_missing(False))
    cost = facts.lines.group_by("row", "line_no").agg(pl.col("cost").first())
    sums = facts.line_sums.rename({"units": "all_units"}).with_columns(pl.col("row").cast(pl.UInt32))
    joined = back.join(cost, on=["row", "line_no"], how="left", maintain_order="left").join(
        sums, on="row", how="left", maintain_order="left"
    )
    part = pl.col("goods") * pl.min_horizontal("units", "all_units") // pl.col("all_units").clip(1)
    whole = pl.when(pl.col("units") == 0).then(pl.col("goods")).otherwise(part)
    count = pl.coalesce(pl.col("cost") * pl.col("units") // THOUSAND, whole)
    return Charges(joined.select("row", "line_no", "day", count=count.fill_null(0)))


def _events(facts: Facts, kinds: tuple[str, ...]) -> pl.DataFrame:
    return facts.returns.filter(pl.col("kind").is_in(kinds))


_COUNTERS: Mapping[str, Callable[[Facts, Cost], Charges]] = {
    "per_order": _per_order,
    "per_shipment": _column("shipped", "shipments"),
    "per_unit": _per_unit,
    "per_kg": _per_kg,
    "per_km_zone": _column("shipped", "metres", THOUSAND),
    "per_attempt": _column("shipped", "attempts"),
    "per_failed_attempt": _column("shipped", "failed"),
    "per_call": _per_call,
    "per_call_minute": _per_call_minute,
    "per_return": _per_event,
    "per_refusal": _per_event,
    "per_warranty": _per_event,
    "pct_revenue": _revenue,
    "pct_collected": _column("collected", "total"),
    "pct_declared": _column("shipped", "total"),
    "pct_returned_cogs": _returned_goods,
}
