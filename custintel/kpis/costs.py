"""What ``costs.yaml`` says, once it is known to be right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from custintel.kpis.cost_vocabulary import Category, categories
from custintel.kpis.currency import Fx

SHARES = frozenset({"pct_revenue", "pct_collected", "pct_declared", "pct_returned_cogs"})
"""Drivers whose rate is a fraction of an amount; that of the others is money."""


@dataclass(frozen=True)
class Tier:
    """One step of a price list.

    Attributes:
        rate: what holds in this step.
        up_to: the last weight (kg), distance (km) or price that belongs to it; ``None`` for everything above.
    """

    rate: Decimal
    up_to: Decimal | None


@dataclass(frozen=True)
class Cost:
    """One item of ``costs``: money in units of ``currency``, shares as fractions.

    Attributes:
        line: where it begins in the file.
        category: code of the category.
        driver: code of the driver.
        rate: what each counted thing costs; ``None`` when the data or ``tiers`` say it.
        fixed: added once per order, call or return that pays the cost.
        min: least that such a one pays.
        max: most that such a one pays.
        currency: of the amounts above.
        start: first day on which it holds, ``None`` for ever.
        end: last day on which it holds.
        every: period of which ``rate`` is the cost: day, week, month, quarter, year; empty for the whole time.
        where: column and accepted values, which all must fit; values are in the form of ``cost_vocabulary.key``.
        allocate_by: what a period's cost is spread by: orders, sales, units, kg, new_customers.
        channel: the channel that it was spent on, empty when it is not of one.
        campaign: the campaign that it was spent on.
        vat: fraction added to it.
        name: what the person calls it.
        tiers: price steps.
        tier_unit: what ``up_to`` measures: kg, km or price.
        overlap: whether the person says that it comes on top of another item of its category.
    """

    line: int
    category: str
    driver: str
    currency: str
    rate: Decimal | None = None
    fixed: Decimal = Decimal(0)
    min: Decimal | None = None
    max: Decimal | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    every: str = ""
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    allocate_by: str = "orders"
    channel: str = ""
    campaign: str = ""
    vat: Decimal = Decimal(0)
    name: str = ""
    tiers: tuple[Tier, ...] = ()
    tier_unit: str = "kg"
    overlap: bool = False

    @property
    def kind(self) -> Category:
        """Its category with group and defaults."""
        return categories()[self.category]


@dataclass(frozen=True)
class Costs:
    """The whole file.

    Attributes:
        currency: of everything that names no other, and of the reports.
        fx: what other currencies are worth.
        items: in the order of the file.
        timezone: of the business, empty when the file leaves it to the project.
        vat: fraction of the selling prices, ``None`` when the file does not say.
        prices_include_vat: whether it is inside them.
        revenue_basis: the rung from which an order counts as revenue.
        source: name of the file.
        encoding: how it was written.
    """

    currency: str
    fx: Fx
    items: tuple[Cost, ...]
    timezone: str = ""
    vat: Decimal | None = None
    prices_include_vat: bool = True
    revenue_basis: str = "kept"
    source: str = "costs.yaml"
    encoding: str = "utf-8"
