"""Everything that is counted, as entries that can be added up: by day, by cut, by measure.

Because every measure is a plain sum of entries, the rows of any cut add up to its total. Money is minor units of the
currency of ``costs.yaml``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from custintel.kpis.cost_vocabulary import key
from custintel.kpis.costs import Costs
from custintel.kpis.ledger import Ledger
from custintel.kpis.order_facts import Facts
from custintel.kpis.sales import RUNGS, given_back, sales

BASES = ("cohort", "event")
"""When an order's costs and refunds count: on the day of the order, or on the day they arose."""

COUNTS = (*RUNGS, "refused", "brought_back", "cancelled", "counted", "new_kept")
GROUPS = ("acquisition", "product", "fulfilment", "payment", "post_sale", "commercial", "tax")
HIDDEN = ("fulfilment", "payment", "post_sale", "commercial", "tax")
"""The groups of cost that nobody sees in an advertising report."""
MONEY = (
    *("billed", "refunds", "net_sales", *GROUPS, "media", "ad_spend"),
    *("shared", "new_acquisition", "new_hidden"),
)
MEASURES = (*COUNTS, *MONEY)
_OF_ORDER = ("channel", "campaign", "segment", "category", "city")


def entries(facts: Facts, costs: Costs, ledger: Ledger, basis: str = "cohort") -> pl.DataFrame:
    """What happened, as rows to add up.

    Args:
        facts: the tables.
        costs: for VAT, for the rung from which an order is revenue, and for which costs are of the whole business.
        ledger: made with them.
        basis: one of :data:`BASES`.

    Returns:
        day, the cuts but for the month (in the spelling most orders have), customer_id (only where an order is
        counted as placed), billed_squared (for the spread of orders), and :data:`MEASURES`. ``shared`` are the costs of
        acquisition and the hidden ones that are of a time and of no channel or campaign; discounts are in no measure:
        they are taken off sales already.
    """
    sold = sales(facts, costs)
    counts = _by_event(sold, costs.revenue_basis) if basis == "event" else _by_order(sold)
    back = _by_credit_note(given_back(facts, costs))
    parts = [pl.DataFrame(schema=dict.fromkeys(MEASURES, pl.Int64)), counts, back, *_spent(ledger, sold, costs, basis)]
    table = pl.concat(parts, how="diagonal").with_columns(pl.col(MEASURES).fill_null(0))
    return table.with_columns(_one_spelling(table, name) for name in _OF_ORDER)


def _flags(sold: pl.DataFrame) -> pl.DataFrame:
    status = pl.col("status").fill_null("placed")
    return sold.with_columns(
        refused=status == "refused",
        cancelled=status == "cancelled",
        new_kept=pl.col("kept") & pl.col("is_new").fill_null(False),
    ).with_columns(pl.col(COUNTS).cast(pl.Int64))


def _by_order(sold: pl.DataFrame) -> pl.DataFrame:
    """One entry per order, on the day it was placed."""
    counted = pl.col("counted")
    return _flags(sold).select(
        pl.col("placed_on").alias("day"),
        *_OF_ORDER,
        "customer_id",
        *COUNTS,
        billed=pl.col("billed") * counted,
        refunds=pl.col("refunds") * counted,
        net_sales=(pl.col("sold") - pl.col("given_back")) * counted,
        billed_squared=(pl.col("billed").cast(pl.Float64) * counted).pow(2),
    )


def _by_event(sold: pl.DataFrame, revenue_basis: str) -> pl.DataFrame:
    """Entries on the day of each rung, of the sale and of the refund.

    An order that was delivered and is kept no more was a sale on the first of these days and none on the last.
    """
    flags = _flags(sold)
    days = {rung: f"{rung}_on" for rung in RUNGS} | {
        "refused": "delivered_on",
        "brought_back": "refund_on",
        "cancelled": "placed_on",
        "new_kept": "kept_on",
    }
    found = [
        flags.filter(pl.col(name) > 0).select(
            pl.col(day).alias("day"), *_OF_ORDER, name, *(["customer_id"] if name == "placed" else [])
        )
        for name, day in days.items()
    ]
    counted = pl.col("counted") > 0
    sale = flags.filter(pl.col("delivered") > 0 if revenue_basis == "kept" else counted)
    found.append(
        sale.select(
            pl.col("counted_on").alias("day"),
            *_OF_ORDER,
            "billed",
            counted=pl.lit(1, pl.Int64),
            net_sales=pl.col("sold"),
            billed_squared=pl.col("billed").cast(pl.Float64).pow(2),
        )
    )
    found.append(
        sale.select(
            pl.col("refund_on").alias("day"),
            *_OF_ORDER,
            refunds=pl.when(counted).then("refunds").otherwise("billed"),
            net_sales=-pl.when(counted).then("given_back").otherwise("sold"),
        ).filter(pl.col("refunds") != 0)
    )
    return pl.concat(found, how="diagonal")


def _by_credit_note(notes: pl.DataFrame) -> pl.DataFrame:
    """One entry per credit note, on its day: something was brought back, and sales are less."""
    return notes.select("day", *_OF_ORDER, "refunds", brought_back=pl.lit(1, pl.Int64), net_sales=-pl.col("given_back"))


def _measures(account: Mapping[str, Any], shared: Collection[int]) -> list[str]:
    """The measures that the rows of one item of cost belong to."""
    group, category = account["cost_group"], account["category"]
    if category == "discounts":
        return []
    found = [group]
    if category in ("media", "offline_media"):
        found += ["ad_spend"] if category == "offline_media" else ["ad_spend", "media"]
    return found + (["shared"] if account["rule_line"] in shared and group != "product" else [])


def _spent(ledger: Ledger, sold: pl.DataFrame, costs: Costs, basis: str) -> list[pl.DataFrame]:
    """Costs as measures with the cuts of their order; money that brought no order was spent on new customers."""
    shared = {item.line for item in costs.items if item.driver == "per_period" and not (item.channel or item.campaign)}
    orders = sold.select(*_OF_ORDER, new=pl.col("is_new").fill_null(False), day="placed_on")
    found, start = [_of_orders(ledger, orders, shared)] if basis == "cohort" else [], 0
    for account in ledger.accounts.iter_rows(named=True):
        names = _measures(account, shared)
        rows = ledger.cost_ledger.slice(start, account["rows"])
        places = ledger.places.slice(start, account["rows"])
        start += account["rows"]
        chosen = rows.select("channel", "campaign", "date", "base_minor").with_columns(place=places)
        if basis == "cohort":
            chosen = chosen.filter(pl.col("place").is_null())
        if names and chosen.height:
            found.append(_of_rows(chosen, orders, names))
    return found


def _of_orders(ledger: Ledger, orders: pl.DataFrame, shared: Collection[int]) -> pl.DataFrame:
    """What each order cost, on the day it was placed."""
    places, minor = ledger.places.fill_null(orders.height).to_numpy(), ledger.cost_ledger["base_minor"].to_numpy()
    sums = {name: np.zeros(orders.height + 1, dtype=np.int64) for name in (*GROUPS, "media", "ad_spend", "shared")}
    start = 0
    for account in ledger.accounts.iter_rows(named=True):
        end = start + account["rows"]
        for name in _measures(account, shared):
            np.add.at(sums[name], places[start:end], minor[start:end])
        start = end
    table = orders.with_columns(pl.Series(name, amounts[:-1]) for name, amounts in sums.items())
    return table.with_columns(_of_new(pl.col("new"), GROUPS)).drop("new")


def _of_rows(rows: pl.DataFrame, orders: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Rows of one item of cost, each on its own day."""
    of_order = orders.select(pl.all().gather(rows["place"]))
    table = rows.select(pl.coalesce("date", of_order["day"]).alias("day"), "channel", "campaign", minor="base_minor")
    table = table.with_columns(
        *(pl.coalesce(of_order[name], name).alias(name) for name in ("channel", "campaign")),
        *(of_order[name] for name in _OF_ORDER if name not in ("channel", "campaign")),
        new=of_order["new"].fill_null(True),
    )
    summed = table.group_by("day", *_OF_ORDER, "new").agg(pl.col("minor").sum())
    told = summed.with_columns(pl.col("minor").alias(name) for name in names)
    return told.with_columns(_of_new(pl.col("new"), names)).drop("new", "minor")


def _of_new(new: pl.Expr, names: Sequence[str]) -> list[pl.Expr]:
    """Acquisition and hidden costs of new customers."""
    sums = {"new_acquisition": ["acquisition"], "new_hidden": HIDDEN}
    parts = {name: [n for n in of if n in names] for name, of in sums.items()}
    return [pl.when(new).then(pl.sum_horizontal(of)).otherwise(0).alias(name) for name, of in parts.items() if of]


def _one_spelling(table: pl.DataFrame, name: str) -> pl.Expr:
    """The column with names that differ in accents, capitals or signs written as most orders write them."""
    counts = table.group_by(name).agg(pl.col("placed").sum()).drop_nulls(name)
    ranked = counts.sort("placed", name, descending=[True, False])[name].to_list()
    first: dict[str, str] = {}
    for label in ranked:
        first.setdefault(key(label), label)
    told = {label: first[key(label)] for label in ranked if first[key(label)] != label}
    return pl.col(name).replace(told) if told else pl.col(name)
