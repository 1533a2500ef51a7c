"""``tienda_shopify.csv``: the orders export of Shopify, one row per line, order cells on the first of them only."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import traps
from names import HEADERS
from orders import Order
from people import Person
from truth import WhoIsWho, write_csv

FILE = "tienda_shopify.csv"
HEADER = HEADERS["shopify"]
GATEWAYS = {
    "card": ["Wompi", "Mercado Pago Checkout Pro"],
    "pse": ["Wompi (PSE)"],
    "wallet": ["Nequi"],
    "bnpl": ["Addi"],
    "cash_voucher": ["Efecty"],
}
PROVINCES = {
    "Bogotá D.C.": "DC",
    "Antioquia": "ANT",
    "Valle del Cauca": "VAC",
    "Atlántico": "ATL",
    "Cundinamarca": "CUN",
}


def make(folder: Path, orders: list[Order], seed: str, truth: WhoIsWho) -> None:
    """Write the export, newest order first as Shopify does."""
    rng = Random(f"{seed} shopify")
    rows: list[list[object]] = []
    for order in sorted((o for o in orders if o.shop == "shopify"), key=lambda o: o.at, reverse=True):
        head = _order_cells(rng, order)
        email = head["Email"]
        for number, line in enumerate(order.lines):
            cells: dict[str, object] = dict(head) if number == 0 else {"Name": order.id, "Email": email}
            cells |= {
                "Created at": _time(order.at),
                "Lineitem quantity": line.qty,
                "Lineitem name": line.product.name,
                "Lineitem price": f"{line.price:.2f}",
                "Lineitem sku": line.product.sku,
                "Lineitem requires shipping": "true",
                "Lineitem taxable": "true",
                "Lineitem fulfillment status": "fulfilled" if order.shipped_at else "pending",
                "Lineitem discount": "0.00",
                "Vendor": "Lumbre",
            }
            rows.append([cells.get(name, "") for name in HEADER])
            tried = order.status == "test"
            truth.note(FILE, "", len(rows) + 1, None if tried else order.person, "test" if tried else "")
    write_csv(folder / FILE, HEADER, rows)


def _order_cells(rng: Random, order: Order) -> dict[str, object]:
    """The cells that stand on an order's first row."""
    person = order.person
    tax = 0.0 if order.currency == "USD" else round(order.total * 19 / 119, 2)
    financial = {"placed": "pending", "cancelled": "voided", "test": "paid"}.get(order.status, "paid")
    if order.refunded:
        financial = "refunded" if order.refunded >= order.total - order.shipping else "partially_refunded"
    gateway = rng.choice(GATEWAYS[order.payment])
    cells: dict[str, object] = {
        "Name": order.id,
        "Email": _email(rng, person),
        "Financial Status": financial,
        "Paid at": _time(order.paid_at),
        "Fulfillment Status": "fulfilled" if order.shipped_at else "unfulfilled",
        "Fulfilled at": _time(order.shipped_at),
        "Accepts Marketing": "yes" if person.accepts_shop else "no",
        "Currency": order.currency,
        "Subtotal": f"{order.gross - order.discount:.2f}",
        "Shipping": f"{order.shipping:.2f}",
        "Taxes": f"{tax:.2f}",
        "Total": f"{order.total:.2f}",
        "Discount Code": order.coupon,
        "Discount Amount": f"{order.discount:.2f}",
        "Shipping Method": "Envío gratis" if not order.shipping else "Envío estándar",
        "Notes": rng.choice(["", "", "", "", "Dejar en portería", "Es para regalo"]),
        "Cancelled at": _time(order.cancelled_at),
        "Payment Method": gateway,
        "Payment Reference": f"c{order.id[1:]}.1",
        "Refunded Amount": f"{order.refunded:.2f}",
        "Outstanding Balance": "0.00" if order.paid_at else f"{order.total:.2f}",
        "Id": 5_500_000_000_000 + int(order.id[1:]) * 32_768,
        "Tags": "PRUEBA" if order.status == "test" else "",
        "Risk Level": "Low",
        "Source": "web",
        "Tax 1 Name": "IVA 19%" if tax else "",
        "Tax 1 Value": f"{tax:.2f}" if tax else "",
    }
    return cells | _address_cells(rng, person)


def _address_cells(rng: Random, person: Person) -> dict[str, object]:
    """Buyer and recipient; Shopify writes an apostrophe before numbers that begin with a plus sign."""
    city = person.address.city
    name = " ".join(filter(None, traps.short_name(rng, person)))
    street = person.address.written(rng)
    number = person.old_mobile or person.mobile
    phone = f"'{number}" if rng.random() < 0.5 else traps.typed_mobile(rng, number)
    common = {
        "Name": name,
        "Street": street,
        "Address1": street,
        "City": city.name,
        "Zip": f"'{person.address.postal_code or city.code + '0'}",
        "Province": PROVINCES.get(city.region, city.region[:3].upper()),
        "Country": city.country,
        "Phone": phone,
        "Province Name": city.region,
        "Company": person.employer if rng.random() < 0.3 else "",
    }
    cells: dict[str, object] = {
        f"{side} {key}": value for side in ("Billing", "Shipping") for key, value in common.items()
    }
    return cells | {"Phone": phone if rng.random() < 0.4 else ""}


def _email(rng: Random, person: Person) -> str:
    email = person.emails[-1] if len(person.emails) > 1 and rng.random() < 0.5 else person.email
    return email if rng.random() < 0.9 else email.capitalize()


def _time(at: dt.datetime | None) -> str:
    """A time as Shopify writes it, in Colombian time."""
    return f"{at:%Y-%m-%d %H:%M:%S} -0500" if at else ""
