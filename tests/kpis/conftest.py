from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from custintel.kpis.costs import Costs
from custintel.kpis.costs_file import parse_costs

SHOP = Path(__file__).parents[2] / "sample_data"
SALE_CHANNELS = {"shopify": "web", "dropi": "whatsapp", "mercadolibre": "marketplace"}
CALL_RESULTS = {
    "Confirmado": "confirmed",
    "Cancela": "declined",
    "No contesta": "no_answer",
    "Número errado": "wrong_number",
}
MONEY = pl.Decimal(18, 2)


@dataclass(frozen=True)
class Shop:
    """The invented shop as a perfect reader would load it."""

    orders: pl.DataFrame
    items: pl.DataFrame
    returns: pl.DataFrame
    calls: pl.DataFrame
    spend: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        return {"items": self.items, "returns": self.returns, "calls": self.calls, "spend": self.spend}


@pytest.fixture(scope="session")
def shop() -> Shop:
    sys.path.insert(0, str(SHOP))
    try:
        import advertising  # type: ignore[import-not-found]
        import catalogue  # type: ignore[import-not-found]
        import make  # type: ignore[import-not-found]
        import population  # type: ignore[import-not-found]
        import trade  # type: ignore[import-not-found]

        people, _firms = population.everybody(make.SEED)
        orders = trade.simulate(people, make.SEED)
        days = advertising.simulate(orders, make.SEED)
    finally:
        sys.path.remove(str(SHOP))
    return Shop(_orders(orders, catalogue.BY_ID), _items(orders), _returns(orders), _calls(orders), _spend(days))


def _orders(orders: list[Any], campaigns: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "order_id": o.id,
                "customer_id": o.person.id,
                "is_new": o.seq == 1,
                "ordered_at": o.at,
                "sale_channel": SALE_CHANNELS[o.shop],
                "status": o.status,
                "currency": o.currency,
                "total": o.total,
                "discount": o.discount,
                "refunded": o.refunded,
                "payment_method": o.payment,
                "channel": o.channel,
                "campaign": campaigns[o.campaign].name if o.campaign else None,
                "kg": o.kg,
                "shipped_at": o.shipped_at,
                "delivered_at": o.delivered_at,
                "city": o.person.address.city.name,
                "attempts": o.attempts or None,
            }
            for o in orders
        ],
        infer_schema_length=None,
    ).with_columns(pl.col("total", "discount", "refunded").cast(MONEY))


def _items(orders: list[Any]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "order_id": o.id,
                "line_no": number,
                "sku": line.product.sku,
                "category": line.product.category,
                "qty": line.qty,
                "unit_cost": line.product.cost,
                "kg": line.product.kg,
            }
            for o in orders
            for number, line in enumerate(o.lines, 1)
        ]
    ).with_columns(pl.col("unit_cost").cast(MONEY))


def _returns(orders: list[Any]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "order_id": o.id,
                "line_no": None if back.kind in ("refusal", "chargeback") else back.line + 1,
                "kind": back.kind,
                "requested_at": back.at,
                "qty": back.qty,
                "restocked": back.restocked,
            }
            for o in orders
            for back in o.returns
            if back.kind != "cancellation"
        ],
        infer_schema_length=None,
    )


def _calls(orders: list[Any]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "order_id": o.id,
                "purpose": "confirmation",
                "started_at": call.at,
                "seconds": call.seconds,
                "result": CALL_RESULTS[call.result],
            }
            for o in orders
            for call in o.calls
        ]
    )


def _spend(days: list[Any]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "date": day.date,
                "channel": {"Meta": "paid_social", "Google Ads": "paid_search"}[day.campaign.channel],
                "campaign": day.campaign.name,
                "amount": day.spend,
                "currency": "COP",
                "claimed_conversions": float(day.claimed),
            }
            for day in days
        ]
    ).with_columns(pl.col("amount").cast(MONEY))


@pytest.fixture(scope="session")
def costs() -> Callable[..., Costs]:
    """Costs from the lines of items, with what every file has above them."""

    def made(items: str, top: str = "currency: COP") -> Costs:
        found, mistakes = parse_costs(f"{top}\ncosts:\n{items}".encode())
        assert found, [mistake.told("costs.yaml") for mistake in mistakes]
        return found

    return made
