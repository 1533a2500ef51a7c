"""Everything that is counted, as entries that can be added up: by day, by cut, by measure.

Because every measure is a plain sum of entries, the rows of any cut add up to its total. Money is minor units of the
currency of ``costs.yaml``.
"""

from __future__ import annotations

import polars as pl

from custintel.kpis.cost_vocabulary import key
from custintel.kpis.costs import Costs
from custintel.kpis.order_facts import Facts
from custintel.kpis.sales import RUNGS, sales

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


def entries(facts: Facts, costs: Costs, ledger: pl.DataFrame, basis: str = "cohort") -> pl.DataFrame:
    """What happened, as rows to add up.

    Args:
        facts: the tables.
        costs: for VAT, for the rung from which an order is revenue, and for which costs are of the whole business.
        ledger: table cost_ledger, made with them.
        basis: one of :data:`BASES`.

    Returns:
        day, the cuts but for the month (in the spelling most orders have), customer_id (only where an order is
        counted as placed), billed_squared (for the spread of orders), and :data:`MEASURES`. ``shared`` are the costs of
        acquisition and the hidden ones that are of a time and of no channel or campaign; discounts are in no measure:
        they are taken off sales already.
    """
    sold = sales(facts, costs)
    spent = _spent(ledger, costs, by_day=basis == "event")
    counts = _by_event(sold, costs.revenue_basis) if basis == "event" else _by_order(sold)
    parts = [counts, _with_cuts(spent, sold, basis)]
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


def _spent(ledger: pl.DataFrame, costs: Costs, *, by_day: bool) -> pl.DataFrame:
    """The costs of the ledger as measures, summed by order (or order and day); those of no order as they stand."""
    group, category = pl.col("cost_group").cast(pl.String), pl.col("category").cast(pl.String)
    shared = [item.line for item in costs.items if item.driver == "per_period" and not (item.channel or item.campaign)]
    among = (group == "acquisition") | group.is_in(HIDDEN)
    which = {name: group == name for name in GROUPS} | {
        "media": category == "media",
        "ad_spend": category.is_in(["media", "offline_media"]),
        "shared": among & pl.col("rule_line").is_in(shared),
    }
    keys = ["order_id", "channel", "campaign", "date"] if by_day else ["order_id", "channel", "campaign"]
    told = ledger.lazy().filter(category != "discounts").with_columns(pl.col("base_minor").alias("minor"))
    sums = [pl.col("minor").filter(chosen).sum().alias(name) for name, chosen in which.items()]
    of_orders = told.filter(pl.col("order_id").is_not_null()).group_by(keys).agg(sums)
    of_none = told.filter(pl.col("order_id").is_null()).group_by("order_id", "channel", "campaign", "date").agg(sums)
    found = pl.concat([of_orders, of_none], how="diagonal").collect()
    return found if "date" in found.columns else found.with_columns(date=pl.lit(None, pl.Date))


def _with_cuts(spent: pl.DataFrame, sold: pl.DataFrame, basis: str) -> pl.DataFrame:
    """Costs with the cuts of their order; money that brought no order counts as spent on new customers."""
    orders = sold.select("order_id", "placed_on", "is_new", *(pl.col(name).alias(f"of_{name}") for name in _OF_ORDER))
    joined = spent.join(orders, on="order_id", how="left")
    new = pl.col("order_id").is_null() | pl.col("is_new").fill_null(False)
    hidden = pl.sum_horizontal(HIDDEN)
    own = {"channel", "campaign"}
    return joined.select(
        (pl.coalesce("placed_on", "date") if basis == "cohort" else pl.coalesce("date", "placed_on")).alias("day"),
        *((pl.coalesce(f"of_{n}", n) if n in own else pl.col(f"of_{n}")).alias(n) for n in _OF_ORDER),
        *GROUPS,
        "media",
        "ad_spend",
        "shared",
        new_acquisition=pl.when(new).then("acquisition").otherwise(0),
        new_hidden=pl.when(new).then(hidden).otherwise(0),
    )


def _one_spelling(table: pl.DataFrame, name: str) -> pl.Expr:
    """The column with names that differ in accents, capitals or signs written as most orders write them."""
    counts = table.group_by(name).agg(pl.col("placed").sum()).drop_nulls(name)
    ranked = counts.sort("placed", name, descending=[True, False])[name].to_list()
    first: dict[str, str] = {}
    for label in ranked:
        first.setdefault(key(label), label)
    told = {label: first[key(label)] for label in ranked if first[key(label)] != label}
    return pl.col(name).replace(told) if told else pl.col(name)
