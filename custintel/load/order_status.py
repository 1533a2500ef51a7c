"""How far an order got, from whatever its platform says: words, payment, parcel, moments."""

from __future__ import annotations

import polars as pl

from custintel.tables.orders import ORDER_STATUS

ARRIVES_WITHIN = 7
"""Days after which a parcel counts as delivered where the platform does not know."""

_TEST = r"(?i)(?:^|[\s,;])(?:test|prueba|pruebas)(?:$|[\s,;])"


def stated_status(orders: pl.DataFrame) -> pl.Expr:
    """The status of each order according to its platform alone.

    Args:
        orders: any of ``status``, ``payment_status``, ``fulfilment_status``, ``returned``, ``payment_method``, ``tags``
            and the moments of an order.

    The strongest statement wins: a test, then cancelled, refused, returned, delivered, shipped, paid, confirmed. Money
    given back means returned when the parcel was sent and cancelled when it was not; a payment that was voided cancels.
    What is called rejected was refused at the door when it was to be paid there, else its payment was.
    """
    said, payment, parcel = (_text(orders, name) for name in ("status", "payment_status", "fulfilment_status"))
    delivered = (said == "delivered") | (parcel == "delivered") | _is(orders, "delivered_at")
    shipped = delivered | (said == "shipped") | (parcel == "shipped") | _is(orders, "shipped_at")
    back = payment == "refunded"
    rejected, cod = said == "rejected", _text(orders, "payment_method") == "cod"
    rules = (
        ((said == "test") | _text(orders, "tags").str.contains(_TEST), "test"),
        (
            (said == "cancelled")
            | (rejected & ~cod)
            | _is(orders, "cancelled_at")
            | (payment == "voided")
            | (back & ~shipped),
            "cancelled",
        ),
        ((said == "refused") | (rejected & cod), "refused"),
        ((said == "returned") | back | (_text(orders, "returned") == "yes"), "returned"),
        (delivered, "delivered"),
        (shipped, "shipped"),
        ((said == "paid") | (payment == "paid") | _is(orders, "paid_at"), "paid"),
        (said == "confirmed", "confirmed"),
    )
    first = pl.coalesce(*(pl.when(holds).then(pl.lit(status)) for holds, status in rules), pl.lit("placed"))
    return first.cast(ORDER_STATUS)


def with_assumed_delivery(orders: pl.DataFrame, *, tells_delivery: bool) -> pl.DataFrame:
    """Orders of a platform that does not know what arrived: sent a week before the export or earlier is delivered.

    Args:
        orders: ``stated_status``, ``ordered_at``, ``shipped_at``, ``exported_at``.
        tells_delivery: whether the platform knows; then nothing is assumed.
    """
    if tells_delivery:
        return orders.with_columns(delivery_assumed=pl.lit(None, pl.Boolean))
    sent = pl.coalesce("shipped_at", "ordered_at")
    old = (pl.col("stated_status") == "shipped") & (sent <= pl.col("exported_at") - pl.duration(days=ARRIVES_WITHIN))
    delivered = pl.when(old).then(pl.lit("delivered", ORDER_STATUS)).otherwise("stated_status")
    return orders.with_columns(delivery_assumed=pl.when(old).then(pl.lit(True)), stated_status=delivered)


def _text(orders: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name).fill_null("") if name in orders.columns else pl.lit("")


def _is(orders: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name).is_not_null() if name in orders.columns else pl.lit(False)
