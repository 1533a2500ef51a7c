"""``costs.yaml`` and ``productos.csv``, and what each cost truly came to in the eighteen months."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import catalogue
from advertising import Day
from names import SMALL_TOWNS
from orders import Order
from truth import write_csv

FILE, PRODUCTS_FILE = "costs.yaml", "productos.csv"
MONTHS = 18
HEADER = """\
# What it costs Vivero y Casa Lumbre to sell: rates in Colombian pesos, without VAT.
# Percentages are fractions (0.0299 is 2.99 %). A cost with `where` falls on the orders that match it.
currency: COP
timezone: America/Bogota
vat: 0.19
prices_include_vat: true
fx: {USD: 4000}
revenue_basis: kept
costs:
"""
Total = Callable[[list[Order]], Decimal]


class Cost(NamedTuple):
    """One entry of costs.yaml: its keys as they are written, and how its true total follows from the orders."""

    category: str
    driver: str
    keys: dict[str, str]
    total: Total
    counted: str
    """What the rate was multiplied with, in words."""


def _rate(rate: str | int, count: Callable[[Order], float], where: Callable[[Order], bool] = lambda _: True) -> Total:
    """The sum over the orders of ``rate`` × ``count``."""
    return lambda orders: sum((Decimal(str(rate)) * Decimal(str(count(o))) for o in orders if where(o)), Decimal(0))


def _own(order: Order) -> bool:
    return order.shop != "mercadolibre"


def _shipped(order: Order) -> bool:
    return order.shipped_at is not None and _own(order)


def _units(order: Order) -> int:
    return sum(line.qty for line in order.lines)


def _goods(order: Order) -> int:
    return sum(line.product.cost * line.qty for line in order.lines)


def _paid(order: Order) -> int:
    """What was paid, in pesos."""
    return order.total * order.pesos if order.paid_at else 0


def _kinds(*kinds: str) -> Callable[[Order], float]:
    return lambda order: sum(back.kind in kinds for back in order.returns)


def _wasted(order: Order) -> float:
    """Cost of the returned goods that could not be sold again."""
    lost = [back for back in order.returns if not back.restocked and back.kind in ("return", "refusal")]
    return sum(
        _goods(order) if back.qty == _units(order) else order.lines[back.line].product.cost * back.qty for back in lost
    )


def _minutes(order: Order) -> Decimal:
    return Decimal(sum(call.seconds for call in order.calls)) / 60


def _collected(orders: list[Order]) -> Decimal:
    """3 % of each amount collected at the door, at least 2,500."""
    return sum(
        (max(Decimal("0.03") * o.total, Decimal(2_500)) for o in orders if o.payment == "cod" and o.paid_at), Decimal(0)
    )


def _through(order: Order, method: str) -> bool:
    """Whether the web shop was paid in this way."""
    return order.shop == "shopify" and order.payment == method and order.paid_at is not None


def _fee(method: str, rate: str, fixed: int) -> Cost:
    total = _rate(rate, _paid, lambda o: _through(o, method))
    fixed_part = _rate(fixed, lambda _: 1, lambda o: _through(o, method))
    keys = {
        "rate": rate,
        "fixed": str(fixed),
        "where": f"{{payment_method: {method}, channel: web}}",
        "name": f"gateway {method}",
    }
    return Cost(
        "payment_fees",
        "pct_revenue",
        keys,
        lambda orders: total(orders) + fixed_part(orders),
        "paid orders of the web shop",
    )


def _monthly(category: str, rate: int) -> Cost:
    keys = {
        "rate": str(rate),
        "every": "month",
        "from": f"{catalogue.START}",
        "to": f"{catalogue.END}",
        "allocate_by": "orders",
    }
    return Cost(category, "per_period", keys, lambda _: Decimal(rate * MONTHS), "months")


def _offline(action: catalogue.Campaign) -> Cost:
    keys = {
        "rate": str(action.planned),
        "from": f"{action.begins}",
        "to": f"{action.ends}",
        "campaign": f'"{action.name}"',
        "name": f'"{action.name}"',
    }
    return Cost("offline_media", "per_period", keys, lambda _: Decimal(action.planned), "once")


def entries(days: Iterable[Day]) -> list[Cost]:
    """Every cost of the shop, in the order of costs.yaml."""
    media = Decimal(sum(day.spend for day in days))
    marketplace = "where", "{channel: marketplace}"
    return [
        Cost("media", "actual", {"name": '"Meta and Google reports"'}, lambda _: media, "the ad reports"),
        *(_offline(action) for action in catalogue.CAMPAIGNS if action.medium == "offline"),
        _monthly("agency_fee", 650_000),
        _monthly("marketing_tools", 240_000),
        _monthly("marketing_salaries", 1_400_000),
        Cost(
            "marketplace_commission",
            "pct_revenue",
            {"rate": "0.16", marketplace[0]: marketplace[1]},
            _rate("0.16", lambda o: o.gross, lambda o: not _own(o) and o.status != "cancelled"),
            "goods of the marketplace, cancelled sales left out",
        ),
        Cost("cogs", "actual", {"name": '"productos.csv"'}, _rate(1, _goods, lambda o: o.delivered), "goods delivered"),
        Cost(
            "inbound_freight", "per_unit", {"rate": "350"}, _rate(350, _units, lambda o: o.delivered), "units delivered"
        ),
        Cost(
            "outbound_shipping",
            "per_shipment",
            {"rate": str(catalogue.FREIGHT), "where": "{channel: [web, whatsapp]}"},
            _rate(catalogue.FREIGHT, lambda _: 1, _shipped),
            "parcels of our own",
        ),
        Cost(
            "transport",
            "per_kg",
            {"rate": str(catalogue.FREIGHT_PER_KG), "where": "{channel: [web, whatsapp]}"},
            _rate(catalogue.FREIGHT_PER_KG, lambda o: o.kg, _shipped),
            "kilograms of our own parcels",
        ),
        Cost(
            "last_mile",
            "per_shipment",
            {
                "rate": str(catalogue.FREIGHT_SMALL_TOWN),
                "where": f"{{channel: [web, whatsapp], city: [{', '.join(SMALL_TOWNS)}]}}",
            },
            _rate(catalogue.FREIGHT_SMALL_TOWN, lambda _: 1, lambda o: _shipped(o) and o.person.address.city.small),
            "parcels to small towns",
        ),
        Cost(
            "outbound_shipping",
            "per_shipment",
            {"rate": str(catalogue.MARKETPLACE_FREIGHT), marketplace[0]: marketplace[1], "name": '"Mercado Envíos"'},
            _rate(catalogue.MARKETPLACE_FREIGHT, lambda _: 1, lambda o: bool(o.shipped_at) and not _own(o)),
            "parcels of the marketplace",
        ),
        Cost(
            "packaging", "per_unit", {"rate": "900"}, _rate(900, _units, lambda o: bool(o.shipped_at)), "units shipped"
        ),
        Cost(
            "outer_packing",
            "per_shipment",
            {"rate": "2300"},
            _rate(2300, lambda _: 1, lambda o: bool(o.shipped_at)),
            "parcels",
        ),
        Cost(
            "handling",
            "per_shipment",
            {"rate": "1800"},
            _rate(1800, lambda _: 1, lambda o: bool(o.shipped_at)),
            "parcels",
        ),
        _monthly("storage", 700_000),
        Cost(
            "shipping_insurance",
            "pct_declared",
            {"rate": "0.01", "where": "{channel: [web, whatsapp]}"},
            _rate("0.01", lambda o: o.total * o.pesos, _shipped),
            "declared value of our own parcels",
        ),
        Cost(
            "confirmation_calls",
            "per_call_minute",
            {"rate": "380"},
            lambda orders: sum((380 * _minutes(o) for o in orders), Decimal(0)),
            "minutes of calls",
        ),
        Cost(
            "cod_refusal",
            "per_refusal",
            {"rate": str(catalogue.REFUSAL_FREIGHT)},
            _rate(catalogue.REFUSAL_FREIGHT, _kinds("refusal")),
            "refusals",
        ),
        _fee("card", "0.0299", 900),
        _fee("pse", "0.0150", 600),
        _fee("wallet", "0.0220", 0),
        _fee("bnpl", "0.0490", 0),
        _fee("cash_voucher", "0.0250", 2500),
        Cost(
            "cod_fee",
            "pct_collected",
            {"rate": "0.03", "min": "2500", "where": "{payment_method: cod}"},
            _collected,
            "amounts collected at the door",
        ),
        Cost(
            "returns_logistics",
            "per_return",
            {"rate": str(catalogue.RETURN_FREIGHT)},
            _rate(catalogue.RETURN_FREIGHT, _kinds("return", "exchange")),
            "returns and exchanges",
        ),
        Cost(
            "returns_write_off",
            "pct_returned_cogs",
            {"rate": "1.0"},
            _rate(1, _wasted),
            "cost of the goods that could not be sold again",
        ),
        Cost("warranties", "per_warranty", {"rate": "14000"}, _rate(14_000, _kinds("warranty")), "warranty claims"),
        _monthly("customer_service", 900_000),
        _monthly("platform_fee", 160_000),
        Cost("turnover_tax", "pct_revenue", {"rate": "0.00966"}, _rate("0.00966", _paid), "everything paid"),
    ]


def make(folder: Path, costs: list[Cost]) -> None:
    """Write costs.yaml and the price list with unit costs and weights."""
    blocks = []
    for cost in costs:
        keys = {"category": cost.category, "driver": cost.driver} | cost.keys
        lines = [f"{key}: {value}" for key, value in keys.items()]
        blocks.append("  - " + "\n    ".join(lines) + "\n")
    (folder / FILE).write_text(HEADER + "".join(blocks), encoding="utf-8", newline="\n")
    rows = [(p.sku, p.name, p.category, p.price, p.cost, f"{p.kg:.1f}".replace(".", ",")) for p in catalogue.PRODUCTS]
    write_csv(
        folder / PRODUCTS_FILE,
        ["sku", "producto", "categoría", "precio", "costo unitario", "peso kg"],
        rows,
        delimiter=";",
        encoding="cp1252",
    )


def totals(costs: list[Cost], orders: list[Order]) -> list[dict[str, str]]:
    """The true total of each entry in pesos, unrounded rates, rounded to the centavo at the end."""
    real = [order for order in orders if order.status != "test"]
    cent = Decimal("0.01")
    return [
        {
            "category": c.category,
            "driver": c.driver,
            "name": c.keys.get("name", "").strip('"'),
            "counted": c.counted,
            "total": str(c.total(real).quantize(cent)),
        }
        for c in costs
    ]
