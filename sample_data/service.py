"""What happens around an order: ``llamadas.csv``, ``devoluciones.csv``, ``encuestas.csv``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import traps
from names import HEADERS
from orders import AS_OF, Order
from truth import WhoIsWho, write_csv

CALLS, RETURNS, SURVEYS = "llamadas.csv", "devoluciones.csv", "encuestas.csv"
CALLS_HEADER = HEADERS["calls"]
RETURNS_HEADER = HEADERS["returns"]
SURVEYS_HEADER = HEADERS["surveys"]
KINDS = {
    "return": "Devolución",
    "refusal": "Rechazo en entrega",
    "exchange": "Cambio",
    "warranty": "Garantía",
    "chargeback": "Contracargo",
}
CHANNELS = {"shopify": "Tienda web", "dropi": "Contraentrega", "mercadolibre": "Mercado Libre"}
ADVISERS = ["Yurany", "Kevin", "Marcela"]
PRAISE = ["Todo llegó perfecto", "Muy bonito, gracias", "Rápido y bien empacado", "", ""]
BLAME = ["Se demoró mucho", "La caja llegó golpeada", "No contestan el WhatsApp", "=1+1 ya no compro más", ""]


def make_calls(folder: Path, orders: list[Order], seed: str, truth: WhoIsWho) -> None:
    """Write every call to a customer, oldest first; durations are ``mm:ss``."""
    rng = Random(f"{seed} calls")
    rows: list[list[object]] = []
    for order, call in sorted(((o, c) for o in orders for c in o.calls), key=lambda pair: (pair[1].at, pair[0].id)):
        name = " ".join(filter(None, traps.short_name(rng, order.person)))
        duration = f"{call.seconds // 60:02d}:{call.seconds % 60:02d}"
        phone = order.person.mobile.removeprefix("+57")
        number = f"L{len(rows) + 1:05d}"
        rows.append(
            [
                number,
                f"{call.at:%d/%m/%Y %H:%M}",
                order.id,
                name,
                phone,
                call.purpose,
                call.result,
                duration,
                rng.choice(ADVISERS),
            ]
        )
        truth.note(CALLS, "", len(rows) + 1, order.person)
    write_csv(folder / CALLS, CALLS_HEADER, rows, encoding="utf-8-sig")


def make_returns(folder: Path, orders: list[Order], truth: WhoIsWho) -> None:
    """Write what came back, by date; amounts as ``45.900,00`` in the order's currency."""
    rows: list[list[object]] = []
    backs = ((o, r) for o in orders for r in o.returns if r.kind in KINDS)
    for order, back in sorted(backs, key=lambda pair: (pair[1].at, pair[0].id)):
        whole = back.kind in ("refusal", "chargeback")
        rows.append(
            [
                f"D{len(rows) + 1:04d}",
                f"{back.at:%d/%m/%Y}",
                order.id,
                CHANNELS[order.shop],
                KINDS[back.kind],
                "" if whole else order.lines[back.line].product.sku,
                back.qty,
                traps.spanish_number(back.refund),
                traps.spanish_number(back.logistics),
                "Vuelve a inventario" if back.restocked else "Merma",
                back.reason,
            ]
        )
        truth.note(RETURNS, "", len(rows) + 1, order.person)
    write_csv(folder / RETURNS, RETURNS_HEADER, rows, delimiter=";", encoding="cp1252")


def make_surveys(folder: Path, orders: list[Order], seed: str, truth: WhoIsWho) -> None:
    """Write the answers to the form sent after delivery: kept orders please, late and returned ones do not."""
    rng = Random(f"{seed} surveys")
    answers = []
    for order in orders:
        if order.delivered_at is None or order.shop == "mercadolibre" or not order.person.email or rng.random() > 0.21:
            continue
        at = order.delivered_at + dt.timedelta(days=rng.randint(2, 12), minutes=rng.randint(0, 600))
        if at <= AS_OF:
            late = (order.delivered_at - order.at).days > 5
            score = (
                rng.choice([0, 2, 3, 5, 6])
                if order.returns or (late and rng.random() < 0.4)
                else rng.choice([7, 8, 9, 9, 10, 10, 10])
            )
            answers.append((at, order, score))
    rows: list[list[object]] = []
    for at, order, score in sorted(answers, key=lambda answer: (answer[0], answer[1].id)):
        email = traps.typed_email(rng, order.person.email)
        number = rng.choice([order.id, order.reference, ""])
        rows.append([f"{at:%d/%m/%Y %H:%M:%S}", email, score, rng.choice(BLAME if score < 7 else PRAISE), number])
        truth.note(SURVEYS, "", len(rows) + 1, order.person)
    write_csv(folder / SURVEYS, SURVEYS_HEADER, rows)
