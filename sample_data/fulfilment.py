"""What becomes of an order: payment or a call, parcel, door, and the way back."""

from __future__ import annotations

import datetime as dt
from random import Random

import catalogue
from orders import AS_OF, Call, Order, Return
from people import weighted

CARRIERS = {"Interrapidísimo": 38, "Servientrega": 30, "Coordinadora": 22, "Envía": 10}
REASONS = ["No le gustó", "Llegó roto", "Talla equivocada", "No era lo que esperaba", "Demora en la entrega"]
REFUSALS = ["CLIENTE NO RECIBE", "NO TIENE DINERO", "CLIENTE AUSENTE", "DIRECCIÓN ERRADA", "CLIENTE DESISTE"]


def fulfil(rng: Random, order: Order) -> None:
    """Take an order as far as it gets by the day of the export."""
    if order.shop == "dropi":
        _confirm_by_phone(rng, order)
    else:
        _pay(rng, order)
    if order.status in ("cancelled", "placed") or not order.confirmed:
        return
    shipped = _at_work(order.at + dt.timedelta(hours=rng.randint(14, 60)))
    if shipped > AS_OF:
        return
    order.shipped_at, order.status = shipped, "shipped"
    order.carrier = "Mercado Envíos" if order.shop == "mercadolibre" else weighted(rng, CARRIERS)
    order.freight = catalogue.MARKETPLACE_FREIGHT if order.shop == "mercadolibre" else _freight(order)
    arrives = _at_work(shipped + dt.timedelta(hours=rng.randint(24, 150)))
    if arrives > AS_OF:
        return
    order.attempts = int(weighted(rng, {"1": 80, "2": 15, "3": 5}))
    if order.payment == "cod" and rng.random() < 0.21:
        _refuse(rng, order, arrives)
        return
    order.delivered_at, order.status = arrives, "delivered"
    if order.payment == "cod":
        order.paid_at = arrives
    _maybe_back(rng, order, arrives)


def _at_work(at: dt.datetime) -> dt.datetime:
    """``at``, or the same minute of the next hour at which people carry parcels and make calls."""
    if at.hour < 8:
        return at.replace(hour=8)
    return at if at.hour < 19 else (at + dt.timedelta(days=1)).replace(hour=8)


def _freight(order: Order) -> int:
    """What the carrier charges the shop for the parcel."""
    far = catalogue.FREIGHT_SMALL_TOWN if order.person.address.city.small else 0
    return catalogue.FREIGHT + round(order.kg * catalogue.FREIGHT_PER_KG) + far


def _pay(rng: Random, order: Order) -> None:
    """Payment before shipping: most pay at once, vouchers take a day, some never do."""
    fails = rng.random() < {"cash_voucher": 0.35, "pse": 0.09}.get(order.payment, 0.025)
    delay = (
        dt.timedelta(hours=rng.randint(3, 40))
        if order.payment == "cash_voucher"
        else dt.timedelta(minutes=rng.randint(0, 6))
    )
    if fails:
        order.cancelled_at = order.at + dt.timedelta(days=3)
        order.status = "cancelled" if order.cancelled_at <= AS_OF else "placed"
        order.cancelled_at = order.cancelled_at if order.status == "cancelled" else None
        return
    if order.at + delay > AS_OF:
        return
    order.confirmed, order.paid_at, order.status = True, order.at + delay, "paid"
    if rng.random() < 0.012:
        order.status, order.cancelled_at = "cancelled", min(order.paid_at + dt.timedelta(hours=5), AS_OF)
        order.returns.append(Return("cancellation", order.cancelled_at, 0, order.total, 0, True, "Cliente cancela"))


def _confirm_by_phone(rng: Random, order: Order) -> None:
    """Cash on delivery is confirmed by a call before it is shipped; up to three calls, then the order is dropped."""
    at = order.at
    for attempt in range(3):
        at = _at_work(at + dt.timedelta(minutes=rng.randint(20, 600)))
        if at > AS_OF:
            return
        result = weighted(rng, {"Confirmado": 66, "No contesta": 25 - 5 * attempt, "Cancela": 6, "Número errado": 3})
        seconds = {"Confirmado": rng.randint(55, 240), "Cancela": rng.randint(30, 150)}.get(result, rng.randint(8, 30))
        order.calls.append(Call(at, "Confirmación", result, seconds))
        if result == "Confirmado":
            order.confirmed, order.status = True, "confirmed"
            return
        if result != "No contesta":
            break
    order.status, order.cancelled_at = "cancelled", at


def _refuse(rng: Random, order: Order, at: dt.datetime) -> None:
    """The parcel is not accepted at the door: freight out and back, no money."""
    order.status, order.attempts = "refused", rng.randint(2, 3)
    order.incident = rng.choice(REFUSALS)
    pieces = sum(line.qty for line in order.lines)
    back = min(at + dt.timedelta(days=rng.randint(3, 9)), AS_OF)
    order.returns.append(Return("refusal", back, pieces, 0, catalogue.REFUSAL_FREIGHT, True, order.incident))


def _maybe_back(rng: Random, order: Order, delivered_at: dt.datetime) -> None:
    """A few delivered parcels come back, wholly or in part; a few are exchanged, repaired or charged back."""
    kind = weighted(
        rng, {"": 922, "return": 48, "exchange": 14, "warranty": 11, "chargeback": 8 if order.payment == "card" else 0}
    )
    at = delivered_at + dt.timedelta(days=rng.randint(2, 25), hours=rng.randint(0, 9))
    if not kind or at > AS_OF or order.total == 0:
        return
    at_line = rng.randrange(len(order.lines))
    line = order.lines[at_line]
    whole = kind == "chargeback" or (kind == "return" and len(order.lines) == 1 and line.qty == 1)
    qty = sum(one.qty for one in order.lines) if whole else 1
    refund = {
        "return": order.total - order.shipping if whole else line.price * (order.gross - order.discount) // order.gross,
        "chargeback": order.total,
    }.get(kind, 0)
    order.returns.append(
        Return(
            kind,
            at,
            qty,
            refund,
            0 if kind == "chargeback" else catalogue.RETURN_FREIGHT,
            rng.random() < 0.6,
            rng.choice(REASONS),
            at_line,
        )
    )
    if kind in ("return", "chargeback"):
        line.returned = qty if whole else 1
    if whole:
        order.status = "returned"
