"""Everything ``ci value`` finds out, in one object, and the table it writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from custintel.minor_units import minor_unit
from custintel.purchases.purchases import Purchases
from custintel.purchases.summary import summary
from custintel.tables.customer_value import CUSTOMER_VALUE
from custintel.tables.records import MONEY
from custintel.value.audit import Audit, audit
from custintel.value.cohorts import period_of
from custintel.value.contribution import Part, contribution, costs_by_category, parts, unallocated
from custintel.value.days import person_days, rhythms
from custintel.value.forecast import Forecast, forecast
from custintel.value.keep import decided
from custintel.value.whale import Whale, deciles, ranked, whale

RECENT = 365
"""Without a model, what somebody brought in so many days stands for what is to be expected."""


@dataclass(frozen=True)
class Asked:
    """What was asked for.

    Attributes:
        days: horizon of the probability of a purchase.
        months: of the expectations.
        model: by name, empty for the usual one where there is enough for it.
        every: ``month`` or ``quarter`` for cohorts; empty for what suits the data.
    """

    days: int = 90
    months: int = 12
    model: str = ""
    every: str = ""


@dataclass(frozen=True)
class Valuation:
    """What was found out. Money of frames and parts is in hundredths of ``currency``, unless said otherwise.

    Attributes:
        asked: for what.
        as_of: the end of the data.
        currency: of all money.
        basis: ``profit``, or ``net`` where no costs are counted.
        unknown, foreign, unpriced: as :class:`custintel.purchases.purchases.Purchases`.
        people: one row per person with orders: the columns of ``customer_value``, money as Int64 hundredths (expected
            money in units), costs by group, and expected_money, which ``keep`` was decided by.
        parts: that the whole is there.
        priced: categories of cost that were counted; empty without costs.
        whale: the curve.
        deciles: :func:`custintel.value.whale.deciles`.
        forecast: what to expect.
        audit: of the base; ``None`` when nobody bought.
        turning: what the orders of those whose cost is to be mended cost, by category.
    """

    asked: Asked
    as_of: dt.date
    currency: str
    basis: str
    unknown: int
    foreign: int
    unpriced: int
    people: pl.DataFrame
    parts: Sequence[Part]
    priced: frozenset[str]
    whale: Whale
    deciles: pl.DataFrame
    forecast: Forecast
    audit: Audit | None
    turning: pl.DataFrame


def valuation(bought: Purchases, margins: pl.DataFrame, ledger: pl.DataFrame, asked: Asked) -> Valuation:
    """Value every customer.

    Args:
        bought: the orders of known people, at least one; ``as_of`` is set.
        margins: table order_margins; without rows when no costs have been counted.
        ledger: table cost_ledger, likewise.
        asked: what is wanted.
    """
    assert bought.as_of is not None
    as_of, basis = bought.as_of, "profit" if bought.priced else "net"
    money = "margin" if bought.priced else "net"
    days = person_days(bought.frame)
    looked = forecast(days, as_of, money, asked=asked.model, horizon=asked.days, months=asked.months)
    costs = contribution(bought.frame, margins if bought.priced else margins.clear())
    people = _people(bought, costs, days, looked, money)
    people = ranked(decided(people), basis if basis == "net" else "_profit").drop("_profit")
    mended = people.filter(pl.col("keep") == "fix")["customer_id"]
    minor = minor_unit(bought.currency) if bought.priced else 100
    alone = unallocated(ledger, minor) if bought.priced else {}
    return Valuation(
        asked,
        as_of,
        bought.currency,
        basis,
        bought.unknown,
        bought.foreign,
        bought.unpriced if bought.priced else 0,
        people,
        parts(costs, bought.frame, margins, alone, as_of) if bought.priced else (),
        frozenset(ledger["category"].cast(pl.String).unique()) if bought.priced else frozenset(),
        whale(people.with_columns(pl.col(basis).fill_null(0)), basis),
        deciles(people, basis),
        looked,
        audit(days, as_of, period_of(days, as_of, asked.every or None), money) if (days["orders"] > 0).any() else None,
        costs_by_category(ledger, bought.frame, mended, minor) if mended.len() else _no_costs(),
    )


def _people(bought: Purchases, costs: pl.DataFrame, days: pl.DataFrame, looked: Forecast, money: str) -> pl.DataFrame:
    """What everybody bought and brought, and what is expected of them, before ranks and decisions."""
    assert bought.as_of is not None
    recent = days.lazy().filter(pl.col("day") > bought.as_of - dt.timedelta(days=RECENT)).group_by("customer_id")
    lately = recent.agg(pl.col("net").sum().alias("_net"), pl.col(money).sum().alias("_money"))
    known = (
        summary(bought.frame, bought.as_of)
        .lazy()
        .select("customer_id", "orders", "undone", "first_day", "last_day", "recency")
    )
    joined = (
        known.join(costs.lazy(), on="customer_id", how="left")
        .join(rhythms(days).lazy(), on="customer_id", how="left")
        .join(looked.frame.lazy(), on="customer_id", how="left")
        .join(lately, on="customer_id", how="left")
    )
    modelled = looked.fit is not None
    tested = looked.trial.believed if looked.trial else None
    return (
        joined.with_columns(
            cohort=pl.col("first_day").dt.to_string("%Y-%m"),
            gap_ratio=pl.col("recency") / pl.col("rhythm"),
            model=pl.lit(looked.model),
            believed=pl.lit(tested, pl.Boolean) if modelled else pl.lit(None, pl.Boolean),
            _profit=pl.col("profit").fill_null(0),
        )
        .with_columns(
            pl.col("expected_net").alias("_expected_net"),
            pl.col("expected_money").alias("_expected_money"),
            expected_net=pl.col("expected_net") if modelled else pl.col("_net").cast(pl.Float64),
            expected_money=pl.col("expected_money") if modelled else pl.col("_money").cast(pl.Float64),
        )
        .sort("customer_id")
        .collect()
    )


def _no_costs() -> pl.DataFrame:
    return pl.DataFrame(schema={"category": pl.String(), "cost_group": pl.String(), "amount": pl.Int64()})


def customer_value(found: Valuation) -> pl.DataFrame:
    """The table ``customer_value``."""
    known: dict[str, pl.Expr] = {
        "currency": pl.lit(found.currency),
        "basis": pl.lit(found.basis),
        "p_buy_days": pl.lit(found.asked.days),
        "months": pl.lit(found.asked.months),
        **{name: _money(pl.col(name)) for name in ("net", "margin", "acquisition", "profit")},
        "expected_net": pl.col("_expected_net").round(2),
    }
    for end in ("", "_low", "_high"):
        source = pl.col("_expected_money" if not end else f"expected_money{end}").round(2)
        known[f"expected_margin{end}"] = source if found.basis == "profit" else pl.lit(None, MONEY)
    return found.people.select(
        known.get(column.name, pl.col(column.name)).cast(column.dtype).alias(column.name)
        for column in CUSTOMER_VALUE.columns
    )


def _money(hundredths: pl.Expr) -> pl.Expr:
    """Hundredths of a unit as money, exactly."""
    return (hundredths.cast(pl.Decimal(38, 2)) / 100).cast(MONEY)
