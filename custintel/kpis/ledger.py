"""The cost ledger: every cost of ``costs.yaml`` on the order, line or day that caused it, to the minor unit.

For every item and currency, the rows with an order and the rows without one add up to what was entered.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.kpis.actuals import actuals, media, within
from custintel.kpis.apportion import by_rate, exact_sum
from custintel.kpis.cost_filter import chosen
from custintel.kpis.cost_remarks import Remark
from custintel.kpis.costs import Cost, Costs
from custintel.kpis.currency import WIDE
from custintel.kpis.drivers import Charges, charges
from custintel.kpis.ledger_warnings import data_warnings
from custintel.kpis.order_facts import Facts
from custintel.kpis.periods import spread, windows
from custintel.kpis.pricing import Priced, price
from custintel.tables.cost_ledger import CATEGORY, COST_GROUP, COST_LEDGER, DRIVER

ACCOUNT = pl.Schema(
    {
        "rule_line": pl.Int32(),
        "category": CATEGORY,
        "cost_group": COST_GROUP,
        "driver": DRIVER,
        "name": pl.String(),
        "currency": pl.String(),
        "entered_minor": pl.Int64(),
        "allocated_minor": pl.Int64(),
        "unallocated_minor": pl.Int64(),
        "base_minor": pl.Int64(),
        "rows": pl.UInt32(),
    }
)


_MOST = 2**62
_NOTHING = pl.DataFrame(schema={"row": pl.UInt32, "line_no": pl.Int32, "day": pl.Date, "amount": pl.Int64})


@dataclass(frozen=True)
class Ledger:
    """What everything cost.

    Attributes:
        cost_ledger: as the table of that name.
        places: of each of its rows, the place of its order in ``Facts.orders``; empty where there is none.
        accounts: per item and currency, in the order of the rows: what was entered, what orders got, what is on no
            order, all of it in the currency of ``costs.yaml``, and how many rows of the ledger there are.
        warnings: what the data say about the costs.
    """

    cost_ledger: pl.DataFrame
    places: pl.Series
    accounts: pl.DataFrame
    warnings: tuple[Remark, ...]


def allocate(
    costs: Costs,
    orders: pl.DataFrame,
    *,
    items: pl.DataFrame | None = None,
    returns: pl.DataFrame | None = None,
    calls: pl.DataFrame | None = None,
    spend: pl.DataFrame | None = None,
) -> Ledger:
    """Put every cost on the orders that caused it.

    Args:
        costs: what costs what.
        orders: table orders; ``segment`` beside it where costs are filtered by segment. Columns may be missing.
        items: table order_items; ``unit_cost`` and ``kg`` are of one unit, ``unit_cost`` in ``costs.currency``.
        returns: table returns, amounts in the currency of the order.
        calls: table calls, ``cost`` in ``costs.currency``.
        spend: table spend.

    Raises:
        CustintelError: orders or spend in a currency of which ``fx`` knows no rate.
    """
    lines, back, called, spent = (pl.DataFrame() if f is None else f for f in (items, returns, calls, spend))
    facts = Facts(orders, lines, back, called, spent, costs.fx, costs.timezone)
    _check_currencies(costs, facts)
    fits = [chosen(facts, item) for item in costs.items]
    entries = [entry for item, fit in zip(costs.items, fits, strict=True) for entry in _entries(facts, item, fit)]
    ledger = pl.concat([entry.rows for entry in entries]) if entries else COST_LEDGER.empty()
    accounts = pl.DataFrame([entry.account for entry in entries], schema=ACCOUNT, orient="row")
    places = pl.concat([_NOTHING["row"], *(entry.places for entry in entries)])
    return Ledger(ledger, places, accounts, tuple(data_warnings(costs, facts, fits)))


@dataclass(frozen=True)
class _Entry:
    """The rows of one item and currency, the places of their orders, and their account."""

    rows: pl.DataFrame
    places: pl.Series
    account: tuple[object, ...]


def _entries(facts: Facts, item: Cost, fits: pl.Series | None) -> list[_Entry]:
    if item.driver == "per_period":
        return [_of_period(facts, item, fits)]
    if item.driver == "actual" and item.category == "media":
        found = [
            _entry(facts, item, spent.currency, spent.amount, spent.frame, spent.left)
            for spent in media(facts, item, fits)
        ]
        return found or [_entry(facts, item, item.currency, 0, _NOTHING, None)]
    if item.driver == "actual":
        found = [
            _of_charges(facts, item, fits, actual.charged, actual.priced, actual.currency)
            for actual in actuals(facts, item)
        ]
        return found or [_entry(facts, item, item.currency, 0, _NOTHING, None)]
    charged = charges(facts, item)
    return [_of_charges(facts, item, fits, charged, None, item.currency)]


def _of_period(facts: Facts, item: Cost, fits: pl.Series | None) -> _Entry:
    due = windows(item)
    entered = _countable(item, sum(window.amount for window in due))
    frame, left = spread(facts, item, fits, due)
    unallocated = pl.DataFrame(
        {"date": [window.start for window in left], "amount": [window.amount for window in left]},
        schema={"date": pl.Date, "amount": pl.Int64},
    )
    return _entry(facts, item, item.currency, entered, frame, unallocated)


def _of_charges(
    facts: Facts, item: Cost, fits: pl.Series | None, charged: Charges, priced: Priced | None, currency: str
) -> _Entry:
    """Charges that pass the filter and the days of ``item``, priced and rounded together."""
    frame = charged.frame if priced is None else charged.frame.with_columns(exact=priced.numerators)
    if item.start or item.end:
        frame = frame.filter(within(pl.col("day"), item))
    if fits is not None:
        frame = frame.filter(pl.lit(fits).gather(pl.col("row")).fill_null(False))
    if priced is None:
        priced = price(facts, item, Charges(frame, charged.per))
    else:
        priced = Priced(frame["exact"], priced.denominator)
    entered = _countable(item, exact_sum(priced.numerators, priced.denominator))
    amounts = by_rate(priced.numerators, priced.denominator)
    frame = frame.select("row", "line_no", "day").with_columns(amount=pl.Series(amounts, dtype=pl.Int64))
    frame = frame.filter(pl.col("amount") != 0)
    known = pl.col("row").is_not_null()
    lost = frame.filter(~known).select(pl.col("day").alias("date"), "amount") if frame["row"].null_count() else None
    return _entry(facts, item, currency, entered, frame.filter(known) if lost is not None else frame, lost)


def _entry(
    facts: Facts, item: Cost, currency: str, entered: int, frame: pl.DataFrame, left: pl.DataFrame | None
) -> _Entry:
    """The rows of the table: those of orders, then those without one."""
    rows = frame.select(
        facts.orders["order_id"].gather(frame["row"]).alias("order_id"),
        "line_no",
        pl.col("amount").alias("amount_minor"),
        pl.col("day").alias("date"),
        pl.lit(None, pl.String).alias("channel"),
        pl.lit(None, pl.String).alias("campaign"),
    )
    if left is not None and left.height:
        rows = pl.concat([rows, _unallocated(item, left)])
    amounts = rows["amount_minor"]
    base = amounts if currency == facts.fx.base else _in_base(facts, item, currency, rows)
    table = rows.with_columns(
        pl.lit(item.category, CATEGORY).alias("category"),
        pl.lit(item.kind.group, COST_GROUP).alias("cost_group"),
        pl.lit(item.driver, DRIVER).alias("driver"),
        pl.lit(currency).alias("currency"),
        base.alias("base_minor"),
        pl.lit(item.line, pl.Int32).alias("rule_line"),
    ).select(COST_LEDGER.schema.names())
    allocated = int(frame["amount"].sum())
    unallocated = int(amounts.sum()) - allocated
    names = (item.line, item.category, item.kind.group, item.driver, item.name, currency)
    places = frame["row"].extend_constant(None, table.height - frame.height)
    return _Entry(table, places, (*names, entered, allocated, unallocated, int(base.sum()), table.height))


def _unallocated(item: Cost, left: pl.DataFrame) -> pl.DataFrame:
    """Rows without an order, with the channel and campaign that the money was for."""
    own = {"channel": item.channel or None, "campaign": item.campaign or None}
    return left.select(
        pl.lit(None, pl.String).alias("order_id"),
        pl.lit(None, pl.Int32).alias("line_no"),
        pl.col("amount").alias("amount_minor"),
        "date",
        *(pl.col(n) if n in left.columns else pl.lit(value, pl.String).alias(n) for n, value in own.items()),
    )


def _in_base(facts: Facts, item: Cost, currency: str, rows: pl.DataFrame) -> pl.Series:
    """The amounts in the currency of the file; what was spent adds up to its exact sum, rounded."""
    numerator, denominator = facts.fx.to_base(pl.col("amount_minor"), currency, pl.col("date"))
    zero = pl.lit(0, WIDE)
    both = rows.select(spent=numerator.clip(zero), back=(zero - numerator).clip(zero))
    for side in both.get_columns():
        _countable(item, exact_sum(side, denominator))
    return pl.Series(by_rate(both["spent"], denominator) - by_rate(both["back"], denominator), dtype=pl.Int64)


def _countable(item: Cost, minor: int) -> int:
    """``minor`` when a column can hold it."""
    if abs(minor) < _MOST:
        return minor
    raise CustintelError(
        _("{category} comes to an amount that no business has.").format(category=item.category),
        where=_("line {line}").format(line=item.line),
        seen=f"{minor}",
        hint=_("Check the zeros of its rate, and the currency."),
    )


def _check_currencies(costs: Costs, facts: Facts) -> None:
    """Every currency of the data can be counted in that of the file."""
    for table in (facts.raw_orders, facts.raw_spend):
        found = table["currency"].cast(pl.String) if "currency" in table.columns else pl.Series(dtype=pl.String)
        for currency in found.unique().drop_nulls().sort():
            if not costs.fx.knows(currency):
                raise CustintelError(
                    _("There are amounts in {currency}, but {file} does not say what one {currency} is worth.").format(
                        currency=currency, file=costs.source
                    ),
                    where=costs.source,
                    hint=_("Add fx: {{{currency}: 4100}} to it, with your rate.").format(currency=currency),
                )
