"""Currencies: their minor units, and amounts of one in another, in whole numbers only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from custintel.minor_units import exponents, minor_unit

WIDE = pl.Int128()
"""What products of amounts and rates are worked out in."""


@dataclass(frozen=True)
class Fx:
    """What one unit of each currency is worth in ``base``, from a day on.

    Attributes:
        base: the currency of ``costs.yaml``.
        rates: by currency, days in ascending order and the rate that holds from each; a rate that never changes has
            the one day ``date.min``. The first rate also holds before its day.
    """

    base: str
    rates: Mapping[str, tuple[tuple[dt.date, Decimal], ...]]

    def knows(self, currency: str) -> bool:
        """Whether ``currency`` can be counted in :attr:`base`."""
        return currency == self.base or currency in self.rates

    def to_base(self, minor: pl.Expr, currency: str, day: pl.Expr) -> tuple[pl.Expr, int]:
        """``minor`` units of ``currency`` in minor units of the base: numerators (Int128) and their denominator."""
        if currency == self.base:
            return minor.cast(WIDE), 1
        steps = self.rates[currency]
        scale = max(decimals(rate) for _, rate in steps)
        numerators = [int(rate.scaleb(scale)) * minor_unit(self.base) for _, rate in steps]
        step = pl.lit(pl.Series([since for since, _ in steps])).search_sorted(day, side="right").cast(pl.Int64) - 1
        rate = pl.lit(pl.Series(numerators, dtype=WIDE)).gather(step.clip(0))
        return minor.cast(WIDE) * rate, int(10**scale) * minor_unit(currency)

    def convert(self, minor: pl.Expr, source: str, target: str, day: pl.Expr) -> pl.Expr:
        """``minor`` units of ``source`` in minor units of ``target`` (Int64), halves rounded up."""
        numerator, denominator = self.to_base(minor, source, day)
        if target == self.base:
            return rounded(numerator, pl.lit(denominator, WIDE))
        worth, per = self.to_base(pl.lit(1, pl.Int64), target, day)
        return rounded(numerator * pl.lit(per, WIDE), worth * pl.lit(denominator, WIDE))


def minor_units(amount: pl.Expr, exponent: int) -> pl.Expr:
    """``amount`` of money (Decimal with two decimals) in minor units of a currency with ``exponent`` decimals."""
    cents = amount.cast(pl.Decimal(38, 2)).to_physical()
    if exponent >= 2:
        return (cents * pl.lit(10 ** (exponent - 2), WIDE)).cast(pl.Int64)
    return rounded(cents, pl.lit(10 ** (2 - exponent), WIDE))


def decimals(number: Decimal) -> int:
    """How many decimals ``number`` is written with."""
    return max(-int(number.normalize().as_tuple().exponent), 0)


def rounded(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """``numerator / denominator``, both Int128, as Int64, halves rounded up."""
    two = pl.lit(2, WIDE)
    return ((numerator * two + denominator) // (denominator * two)).cast(pl.Int64)


def whole_minor(amount: pl.Expr, currency: str) -> pl.Expr:
    """``amount`` in units of ``currency`` (Float64), rounded to its minor unit."""
    return amount.round(exponents().get(currency, 2))


def in_units(minor: pl.Expr, currency: str) -> pl.Expr:
    """``minor`` units of ``currency`` in units of it (Float64), without the dust of the division."""
    return whole_minor(minor / minor_unit(currency), currency)
