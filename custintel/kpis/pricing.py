"""What charges cost: rate, steps, fixed part, least and most, VAT; in whole numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from custintel.kpis.costs import SHARES, Cost
from custintel.kpis.currency import WIDE, decimals
from custintel.kpis.drivers import Charges
from custintel.kpis.order_facts import THOUSAND, Facts
from custintel.minor_units import minor_unit

_SAFE = 2**62


@dataclass(frozen=True)
class Priced:
    """Exact amounts: ``numerators`` (Int64 or Int128) over ``denominator``, in minor units of the cost's currency."""

    numerators: pl.Series
    denominator: int


def price(facts: Facts, item: Cost, charged: Charges) -> Priced:
    """The amount of each charge: count × rate + fixed, not below min nor above max, and its VAT on top.

    With ``tiers`` the rate is that of the step to which the order's weight, distance or total belongs.
    """
    money = minor_unit(item.currency)
    per_rate = 1 if item.driver in SHARES else money
    scale = _scale(item)

    def scaled(amount: Decimal, unit: int) -> int:
        return int((amount * (1 + item.vat)).scaleb(scale)) * unit

    rates = [scaled(tier.rate, per_rate) for tier in item.tiers] or [scaled(item.rate or Decimal(0), per_rate)]
    fixed = scaled(item.fixed, money) * charged.per
    least = None if item.min is None else scaled(item.min, money) * charged.per
    most = None if item.max is None else scaled(item.max, money) * charged.per
    count = counted(facts, item, charged)
    largest = int(count.max() or 0) * max(rates) + fixed  # type: ignore[arg-type]
    dtype = pl.Int64() if max(largest, least or 0, most or 0) < _SAFE else WIDE

    def whole(number: int) -> pl.Expr:
        return pl.lit(number, dtype)

    amount = pl.lit(count).cast(dtype) * _rate(facts, item, charged, rates, dtype)
    amount = amount + whole(fixed) if fixed else amount
    if least is not None or most is not None:
        amount = amount.clip(None if least is None else whole(least), None if most is None else whole(most))
    return Priced(pl.select(amount.alias("amount")).to_series(), int(10**scale) * charged.per)


def counted(facts: Facts, item: Cost, charged: Charges) -> pl.Series:
    """The counts; for a share of a cost in another currency, the amounts in that currency."""
    count = charged.frame["count"]
    if item.driver not in SHARES or item.currency == facts.fx.base:
        return count
    converted = facts.fx.convert(pl.col("count"), facts.fx.base, item.currency, pl.col("day"))
    return charged.frame.select(converted).to_series()


def _scale(item: Cost) -> int:
    """Decimals after which every amount of ``item`` is whole."""
    amounts = [item.rate, item.fixed, item.min, item.max, *(tier.rate for tier in item.tiers)]
    return max(decimals(amount * (1 + item.vat)) for amount in amounts if amount is not None)


def _rate(facts: Facts, item: Cost, charged: Charges, rates: list[int], dtype: pl.DataType) -> pl.Expr:
    if not item.tiers:
        return pl.lit(rates[0], dtype)
    measure, unit = _measure(facts, item)
    measured = pl.lit(measure).gather(pl.lit(charged.frame["row"])).fill_null(0)
    rate = pl.lit(rates[-1], dtype)
    for tier, amount in reversed(list(zip(item.tiers, rates, strict=True))):
        if tier.up_to is not None:
            rate = pl.when(measured <= int(tier.up_to * unit)).then(pl.lit(amount, dtype)).otherwise(rate)
    return rate


def _measure(facts: Facts, item: Cost) -> tuple[pl.Series, int]:
    """What the steps are measured in, for every order, and the unit it is in."""
    if item.tier_unit == "price":
        return facts.orders["total"], minor_unit(facts.fx.base)
    return (facts.orders["metres"] if item.tier_unit == "km" else facts.grams), THOUSAND
