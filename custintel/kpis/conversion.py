"""Visits that become orders: rates per visit, per visitor and per step, and how much of the orders analytics saw."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from custintel.kpis.sales import RUNGS
from custintel.periods import Period

STEPS = ("view_item", "add_to_cart", "begin_checkout", "purchase")
"""The steps of a shop, in the event names Google Analytics 4 recommends."""
CUTS = ("channel", "campaign", "month")
"""What visits can be told apart by: that a visitor will buy a category or live in a city is known of orders only."""
TRACKED_ENOUGH = 0.95
_WEB = ("web", "app")


@dataclass(frozen=True)
class Visits:
    """Visits and the orders of the same days.

    Attributes:
        visits: day, channel, campaign, visitor (the person where known), converted, depth (steps reached); or, where
            only totals exist, day, channel, campaign, visits.
        orders: the web orders of those days, as :func:`custintel.kpis.sales.sales` makes them, and ``day``.
        start: first day with visits.
        end: last day with visits.
        seen: web orders that analytics saw; ``None`` where only totals exist.
        single: whether single visits are known, not totals only.
    """

    visits: pl.DataFrame
    orders: pl.DataFrame
    start: dt.date
    end: dt.date
    seen: int | None
    single: bool

    @property
    def tracked(self) -> float | None:
        """The share of web orders that analytics saw."""
        return None if self.seen is None or not self.orders.height else self.seen / self.orders.height


def visits_of(
    visits: pl.DataFrame,
    events: pl.LazyFrame,
    traffic: pl.DataFrame,
    raw_orders: pl.DataFrame,
    sold: pl.DataFrame,
    period: Period,
) -> Visits | None:
    """The visits of a period, single ones where they are known, else totals; ``None`` when there are none.

    A web order was placed on the web or in the app, or in a visit, or nothing says where.

    Args:
        visits: table visits.
        events: table events.
        traffic: table traffic.
        raw_orders: table orders, for the number that analytics knows.
        sold: as :func:`custintel.kpis.sales.sales` makes it.
        period: days that count.
    """
    single = visits.filter(period.holds(pl.col("started_at").dt.date())) if visits.width else visits
    seen: pl.Series | None = None
    if single.height:
        told = events.filter(~pl.col("bot"), pl.col("excluded").is_null())
        table, seen = _single(single, told), _seen(single, told, raw_orders)
        start, end = table["day"].min(), table["day"].max()
    elif traffic.width:
        totals = traffic.filter(period.holds(pl.col("date")))
        table = totals.select(pl.col("date").alias("day"), pl.col("channel", "campaign").cast(pl.String), "visits")
        last = pl.coalesce("date_to", "date") if "date_to" in totals.columns else pl.col("date")
        start, end = table["day"].min(), totals.select(last.max()).item()
    else:
        return None
    if not isinstance(start, dt.date) or not isinstance(end, dt.date):
        return None
    tracked = pl.col("order_id").is_in(seen.implode()) if seen is not None else pl.lit(False)
    on_web = pl.col("sale_channel").is_in(_WEB) | pl.col("sale_channel").is_null() | tracked
    inside = sold.filter(Period(start, end).holds(pl.col("placed_on")))
    orders = inside.filter(on_web).with_columns(day=pl.col("placed_on"), tracked=tracked)
    count = int(orders["tracked"].sum()) if seen is not None else None
    return Visits(table, orders, start, end, count, seen is not None)


def _single(visits: pl.DataFrame, events: pl.LazyFrame) -> pl.DataFrame:
    """One row per visit, with the steps it reached."""
    return visits.join(_depth(events), on="session_id", how="left", maintain_order="left").select(
        pl.col("started_at").dt.date().alias("day"),
        pl.col("channel", "campaign").cast(pl.String),
        pl.coalesce("customer_id", "visitor_id").alias("visitor"),
        "converted",
        pl.col("depth").fill_null(0),
    )


def _seen(visits: pl.DataFrame, events: pl.LazyFrame, orders: pl.DataFrame) -> pl.Series:
    """The orders that web analytics saw, by the number that it knows them by."""
    number = pl.coalesce([pl.col(n) for n in ("analytics_id", "order_id") if n in orders.columns]).cast(pl.String)
    in_events = events.select("transaction_id").drop_nulls().unique().collect()["transaction_id"]
    in_visits = pl.concat([in_events, visits["order_id"].drop_nulls()]).unique()
    return orders.filter(number.is_in(in_visits.implode()))["order_id"].cast(pl.String)


def _depth(events: pl.LazyFrame) -> pl.DataFrame:
    """How many of the steps each visit reaches, each no earlier than the one before, whatever happens between."""
    steps = events.filter(pl.col("event").is_in(STEPS)).select("session_id", "ts", "event").collect()
    reached = steps.filter(pl.col("event") == STEPS[0]).group_by("session_id").agg(pl.col("ts").min().alias("since"))
    depth = [reached.select("session_id")]
    for step in STEPS[1:]:
        after = (
            steps.filter(pl.col("event") == step).join(reached, on="session_id").filter(pl.col("ts") >= pl.col("since"))
        )
        reached = after.group_by("session_id").agg(pl.col("ts").min().alias("since"))
        depth.append(reached.select("session_id"))
    return pl.concat(depth).group_by("session_id").agg(depth=pl.len().cast(pl.Int64))


def visit_sums(found: Visits, cut: str) -> pl.DataFrame:
    """The measures of visits and of web orders by ``cut``: ``all`` or one of :data:`CUTS`.

    Returns:
        group; visits, sessions, converted, persons, web_buyers and the steps (0 where only totals are known);
        ``web_<rung>`` of the orders.
    """
    group = pl.lit(None, pl.String) if cut == "all" else pl.col(cut)
    if cut == "month":
        group = pl.col("day").dt.to_string("%Y-%m")
    steps = {step: (pl.col("depth") > at).sum().cast(pl.Int64) for at, step in enumerate(STEPS)}
    if found.single:
        counts = found.visits.group_by(group.alias("group")).agg(
            visits=pl.len().cast(pl.Int64),
            sessions=pl.len().cast(pl.Int64),
            converted=pl.col("converted").sum().cast(pl.Int64),
            persons=pl.col("visitor").n_unique().cast(pl.Int64),
            web_buyers=pl.col("visitor").filter("converted").n_unique().cast(pl.Int64),
            **steps,
        )
    else:
        counts = found.visits.group_by(group.alias("group")).agg(pl.col("visits").sum())
    rungs = [pl.col(rung).sum().cast(pl.Int64).alias(f"web_{rung}") for rung in RUNGS]
    orders = found.orders.group_by(group.alias("group")).agg(rungs)
    joined = counts.join(orders, on="group", how="full", coalesce=True, nulls_equal=True)
    return joined.with_columns(pl.exclude("group").fill_null(0)).sort("group", nulls_last=True)
