"""Lists of invoices: what they are numbered by, how far an invoiced order got, and notes that take sales back."""

from __future__ import annotations

import polars as pl

from custintel.tables.orders import ORDER_STATUS

_TELLING = ("status", "payment_status", "fulfilment_status", "shipped_at", "delivered_at", "cancelled_at", "returned")
"""Columns that say how far an order got."""
_OF_DELIVERY = ("status", "fulfilment_status", "delivered_at", "returned")
_NO_SALE = ("cancelled", "test")


def with_numbers(rows: pl.DataFrame) -> tuple[pl.DataFrame, bool]:
    """Orders numbered by their invoice, where they have no number of their own; and whether the rows are invoices only.

    An invoice is written when goods are handed over: where nothing else says how far an order got, it was sent.

    Args:
        rows: ``number`` or ``invoice``, and what else is known of orders.
    """
    if "number" in rows.columns or "invoice" not in rows.columns:
        return rows.drop("invoice", strict=False), False
    rows = rows.rename({"invoice": "number"})
    if any(name in rows.columns for name in _TELLING):
        return rows, False
    return rows.with_columns(fulfilment_status=pl.lit("shipped")), True


def tells_how_far(rows: pl.DataFrame) -> bool:
    """Whether people's own sheet says what arrived; one that knows only when parcels were sent does not."""
    return "shipped_at" not in rows.columns or any(name in rows.columns for name in _OF_DELIVERY)


def with_credit_notes(orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """``credit_note``: true for orders that take back what others sold, which then count as returned; else null.

    That is what has a negative total, or is worth nothing and takes all of its articles back. What was cancelled, or is
    a test, takes nothing back.

    Args:
        orders: ``number``, ``total``, ``stated_status``.
        lines: ``number`` and ``qty`` of their lines.
    """
    taken = lines.group_by("number").agg(_taken=(pl.col("qty") < 0).all())
    orders = orders.join(taken, on="number", how="left", maintain_order="left")
    back = (pl.col("total") < 0) | ((pl.col("total") == 0) & pl.col("_taken").fill_null(False))
    back &= ~pl.col("stated_status").cast(pl.String).is_in(_NO_SALE)
    return orders.with_columns(
        credit_note=pl.when(back).then(pl.lit(True)),
        stated_status=pl.when(back).then(pl.lit("returned", ORDER_STATUS)).otherwise("stated_status"),
    ).drop("_taken")
