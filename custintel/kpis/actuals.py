"""What things really cost, where a table says it: spend on media, cost of goods, freight, calls, returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from custintel.kpis.apportion import by_weight
from custintel.kpis.cost_filter import matching
from custintel.kpis.cost_vocabulary import key
from custintel.kpis.costs import Cost
from custintel.kpis.currency import WIDE, minor_units, rounded
from custintel.kpis.drivers import OF_CATEGORY, Charges, charges_of_calls, charges_of_lines
from custintel.kpis.order_facts import THOUSAND, Facts
from custintel.kpis.periods import allocated, weights
from custintel.kpis.pricing import Priced
from custintel.minor_units import exponents


@dataclass(frozen=True)
class Actual:
    """Amounts of one currency: charges, and what each cost (with the item's VAT)."""

    charged: Charges
    priced: Priced
    currency: str


def actuals(facts: Facts, item: Cost) -> Iterator[Actual]:
    """What the table that knows ``item`` says, by currency; its filter and days are not yet looked at."""
    table, _, column = item.kind.actual.partition(".")
    if table == "order_items":
        charged = charges_of_lines(facts, item, pl.col("cost").fill_null(0) * pl.col("units"))
        yield Actual(charged, _with_vat(item, charged.frame["count"], THOUSAND), facts.fx.base)
        return
    for currency, frame in _money(facts, item, table, column):
        yield Actual(Charges(frame), _with_vat(item, frame["count"], 1), currency)


def _with_vat(item: Cost, minor: pl.Series, per: int) -> Priced:
    if not item.vat:
        return Priced(minor, per)
    numerator, denominator = (1 + item.vat).as_integer_ratio()
    return Priced(pl.select(pl.lit(minor).cast(WIDE) * pl.lit(numerator, WIDE)).to_series(), per * denominator)


def _money(facts: Facts, item: Cost, table: str, column: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """row, line_no, day, count (minor units) of the rows that have an amount, by currency."""
    if table == "orders":
        flag = item.kind.on
        source = facts.orders.with_row_index("row").filter(pl.col(flag))
        source = source.with_columns(pl.lit(None, pl.Int32).alias("line_no"), pl.col(f"{flag}_on").alias("day"))
    elif table == "calls":
        calls = charges_of_calls(facts, item, minor_units(pl.col("cost"), exponents()[facts.fx.base]))
        yield facts.fx.base, _positive(calls.frame)
        return
    else:
        kinds = OF_CATEGORY.get(item.category, ("return", "refusal", "exchange", "warranty"))
        source = facts.returns.filter(pl.col("kind").is_in(kinds))
    source = source.with_columns(pl.col("currency").fill_null(facts.fx.base))
    for currency in source["currency"].unique().sort():
        amount = minor_units(pl.col(column), exponents()[currency])
        rows = source.filter(pl.col("currency") == currency).select("row", "line_no", "day", count=amount)
        yield currency, _positive(rows)


def _positive(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("count") > 0)


@dataclass(frozen=True)
class Spent:
    """Money spent on media in one currency.

    Attributes:
        currency: of the amounts.
        amount: all of it.
        frame: row, line_no, day, amount of every order that gets a part.
        left: day, channel, campaign, amount of what was spent where there were no orders.
    """

    currency: str
    amount: int
    frame: pl.DataFrame
    left: pl.DataFrame


def media(facts: Facts, item: Cost, fits: pl.Series | None) -> Iterator[Spent]:
    """The table spend, by currency, spread month by month over the orders of each campaign.

    Money without a campaign is spread over the orders of its channel. An order belongs to a campaign by its name, so
    a campaign that no order names keeps its money on rows without an order; so does money that was given back.
    """
    spend = _chosen(facts, item)
    for currency in spend["currency"].unique().sort():
        numerator, denominator = (1 + item.vat).as_integer_ratio()
        amount = rounded(
            minor_units(pl.col("amount"), exponents()[currency]).cast(WIDE) * pl.lit(numerator, WIDE),
            pl.lit(denominator, WIDE),
        )
        groups = (
            spend.filter(pl.col("currency") == currency)
            .with_columns(minor=amount)
            .group_by("month", "campaign_key", "channel_key")
            .agg(pl.col("minor").sum(), pl.col("date", "channel", "campaign").min())
            .filter(pl.col("minor") != 0)
            .sort("month", "campaign_key", "channel_key", nulls_last=True)
        )
        yield _spread(facts, item, fits, groups, currency)


def _chosen(facts: Facts, item: Cost) -> pl.DataFrame:
    """The rows of spend that the days, channel and campaign of ``item`` leave, with keys to find their orders by."""
    spend = facts.spend.filter(within(pl.col("date"), item))
    accepted = {name: set(item.where.get(name, ())) for name in ("channel", "campaign")}
    accepted["channel"] |= {key(item.channel)} if item.channel else set()
    accepted["campaign"] |= {key(item.campaign)} if item.campaign else set()
    for name, values in accepted.items():
        spend = spend.filter(matching(spend[name], values)) if values else spend
    return spend.with_columns(
        month=pl.col("date").dt.truncate("1mo"),
        campaign_key=keyed(spend["campaign"]),
        channel_key=pl.when(pl.col("campaign").is_null()).then(keyed(spend["channel"])),
    )


def within(day: pl.Expr, item: Cost) -> pl.Expr:
    """Whether ``day`` is one on which ``item`` holds; no day is, when it always does."""
    if item.start is None and item.end is None:
        return pl.lit(True)
    return day.is_between(item.start or dt.date.min, item.end or dt.date.max).fill_null(False)


def keyed(column: pl.Series) -> pl.Series:
    """Texts in the form of :func:`key`."""
    found = column.unique().drop_nulls().to_list()
    return column.replace_strict(found, [key(text) for text in found], default=None, return_dtype=pl.String)


def _spread(facts: Facts, item: Cost, fits: pl.Series | None, groups: pl.DataFrame, currency: str) -> Spent:
    """Each group's money over its orders; what has none is left."""
    orders = facts.orders.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        pl.col("placed_on").alias("day"),
        month=pl.col("placed_on").dt.truncate("1mo"),
        campaign_key=keyed(facts.orders["campaign"]),
        channel_key=keyed(facts.orders["channel"]),
    ).filter(within(pl.col("day"), item) if fits is None else within(pl.col("day"), item) & pl.lit(fits))
    numbered = groups.with_row_index("group")
    owed = groups["minor"].clip(0)
    found = []
    for name in ("campaign_key", "channel_key"):
        named = numbered.filter(pl.col(name).is_not_null()).select("group", "month", name)
        found.append(orders.join(named, on=["month", name], how="inner").select("row", "day", "group"))
    members = pl.concat(found).sort("group", "row")
    weight = weights(facts, item.allocate_by, members["row"])
    amounts = by_weight(owed.to_list(), members["group"].to_numpy().astype(np.int64), weight)
    hit = members.filter(pl.Series(weight > 0))["group"].unique()
    frame = allocated(members["row"], members["day"], amounts)
    left = numbered.filter(~pl.col("group").is_in(hit.implode()) | (pl.col("minor") < 0))
    return Spent(
        currency,
        int(groups["minor"].sum()),
        frame.group_by("row", "line_no", "day").agg(pl.col("amount").sum()).sort("row"),
        left.select("date", "channel", "campaign", pl.col("minor").alias("amount")),
    )
