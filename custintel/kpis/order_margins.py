"""What each order brought in and what it cost: the sales and the cost ledger, added up by order."""

from __future__ import annotations

import numpy as np
import polars as pl

from custintel.kpis.entries import GROUPS
from custintel.kpis.ledger import Ledger
from custintel.minor_units import minor_unit
from custintel.tables.order_margins import ORDER_MARGINS
from custintel.tables.records import MONEY

_AMOUNTS = ("net_sales", *GROUPS, "margin", "profit")


def margins(sold: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """What each order brought in and cost, in minor units of the currency of ``costs.yaml`` (Int64).

    Discounts are in no cost: they are taken off net sales already.

    Args:
        sold: :func:`custintel.kpis.sales.sales`.
        ledger: made of the same orders.

    Returns:
        ``sold`` with net_sales, the groups of cost, margin (net sales less every group but acquisition) and profit
        (margin less acquisition).
    """
    places, minor = ledger.places.fill_null(sold.height).to_numpy(), ledger.cost_ledger["base_minor"].to_numpy()
    sums = {group: np.zeros(sold.height + 1, dtype=np.int64) for group in GROUPS}
    start = 0
    for account in ledger.accounts.iter_rows(named=True):
        end = start + account["rows"]
        if account["category"] != "discounts":
            np.add.at(sums[account["cost_group"]], places[start:end], minor[start:end])
        start = end
    others = [group for group in GROUPS if group != "acquisition"]
    return (
        sold.with_columns(net_sales=(pl.col("sold") - pl.col("given_back")) * pl.col("counted"))
        .with_columns(pl.Series(group, amounts[:-1]) for group, amounts in sums.items())
        .with_columns(margin=pl.col("net_sales") - pl.sum_horizontal(others))
        .with_columns(profit=pl.col("margin") - pl.col("acquisition"))
    )


def order_margins(made: pl.DataFrame, notes: pl.DataFrame, currency: str) -> pl.DataFrame:
    """The table ``order_margins``, money in units of ``currency``.

    Args:
        made: :func:`margins`.
        notes: :func:`custintel.kpis.sales.given_back`; a credit note has only what it takes off sales.
        currency: of ``costs.yaml``.
    """
    unit = minor_unit(currency)
    lost = -pl.col("given_back")
    taken = notes.select("order_id", placed_on="day", counted=pl.lit(False), net_sales=lost, margin=lost, profit=lost)
    return (
        pl.concat([made, taken], how="diagonal")
        .with_columns(pl.col(GROUPS).fill_null(0))
        .with_columns((pl.col(name).cast(pl.Decimal(38, 2)) / unit).cast(MONEY) for name in _AMOUNTS)
        .with_columns(currency=pl.lit(currency))
        .select(ORDER_MARGINS.schema.names())
        .sort("order_id")
    )
