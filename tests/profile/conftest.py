from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from custintel.profile.trait_counts import Tables
from custintel.tables import (
    CUSTOMERS,
    EVENTS,
    ORDER_ITEMS,
    ORDER_MARGINS,
    ORDERS,
    PRODUCTS,
    RETURNS,
    SURVEYS,
    VISITS,
    Table,
)

SHOP = Path(__file__).parents[2] / "sample_data"
MAY = dt.datetime(2026, 5, 4, 10)
BLANKS: dict[Any, Any] = {
    pl.String: "x",
    pl.UInt32: 1,
    pl.Int32: 1,
    pl.Int64: 1,
    pl.Float64: 1.0,
    pl.Boolean: False,
    pl.Date: MAY.date(),
    pl.Datetime: MAY,
    pl.List: ["x"],
}
Rows = list[dict[str, Any]]
Make = Callable[..., Tables]


def rows(table: Table, given: Rows) -> pl.DataFrame:
    """Rows of ``table`` with what may not be empty filled in."""
    if not given:
        return table.empty()
    needed = {c.name: BLANKS.get(c.dtype.base_type()) for c in table.columns if not c.nullable}
    frame = pl.DataFrame([needed | row for row in given], infer_schema_length=None)
    missing = [pl.lit(None, c.dtype).alias(c.name) for c in table.columns if c.name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(c.name).cast(c.dtype) for c in table.columns)


def order(number: str, who: str | None, at: dt.datetime = MAY, **more: Any) -> dict[str, Any]:
    """A delivered order of 100,000 pesos."""
    money = {"total": 100_000, "gross": 100_000, "net_revenue": 100_000, "currency": "COP"}
    row = {"order_id": number, "customer_id": who, "ordered_at": at, "status": "delivered", **money}
    return row | {"stated_status": more.get("status", "delivered")} | more


def line(number: str, sku: str, category: str | None = None, price: int = 10_000, **more: Any) -> dict[str, Any]:
    """One unit of an article."""
    row = {"order_id": number, "line_no": 1, "sku": sku, "category": category, "qty": 1.0, "unit_price": price}
    return row | more


@pytest.fixture(scope="session")
def make() -> Make:
    """The tables of a project from a few rows."""

    def tables(
        orders: Rows = [],  # noqa: B006 - never changed
        items: Rows = [],  # noqa: B006
        customers: Rows = [],  # noqa: B006
        **more: Rows,
    ) -> Tables:
        read = {
            name: rows(table, more.get(name, []))
            for name, table in (("margins", ORDER_MARGINS), ("returns", RETURNS), ("surveys", SURVEYS))
        }
        lazy = {
            name: rows(table, more.get(name, [])).lazy()
            for name, table in (("products", PRODUCTS), ("events", EVENTS), ("visits", VISITS))
        }
        return Tables(
            rows(CUSTOMERS, customers), rows(ORDERS, orders).lazy(), rows(ORDER_ITEMS, items).lazy(), **read, **lazy
        )

    return tables


@pytest.fixture(scope="session")
def shop() -> Any:
    """The people and orders of the invented shop, as its simulation knows them: people, orders, categories."""
    sys.path.insert(0, str(SHOP))
    try:
        import catalogue  # type: ignore[import-not-found]
        import make  # type: ignore[import-not-found]
        import population  # type: ignore[import-not-found]
        import trade  # type: ignore[import-not-found]

        people, _firms = population.everybody(make.SEED)
        return people, trade.simulate(people, make.SEED), catalogue
    finally:
        sys.path.remove(str(SHOP))


@pytest.fixture(scope="session")
def shop_tables(shop: Any) -> Tables:
    """The invented shop as a perfect reader would load it."""
    people, orders, _catalogue = shop
    return Tables(
        rows(CUSTOMERS, [_card(person) for person in people]),
        rows(ORDERS, [_order(one) for one in orders]).lazy(),
        rows(ORDER_ITEMS, [_line(one, n, each) for one in orders for n, each in enumerate(one.lines, 1)]).lazy(),
        ORDER_MARGINS.empty(),
        RETURNS.empty(),
        SURVEYS.empty(),
        PRODUCTS.empty().lazy(),
        EVENTS.empty().lazy(),
        VISITS.empty().lazy(),
    )


def _card(person: Any) -> dict[str, Any]:
    city = person.address.city
    where = {"city": city.name, "country": city.country}
    return {"customer_id": person.id, "gender": person.sex.lower() or None, "birth_date": person.birth, **where}


def _order(one: Any) -> dict[str, Any]:
    city = one.person.address.city
    return {
        "order_id": one.id,
        "origin": one.shop,
        "customer_id": one.person.id,
        "ordered_at": one.at,
        "status": one.status,
        "currency": one.currency,
        "gross": one.gross,
        "discount": one.discount,
        "shipping_charged": None if one.shop == "mercadolibre" else one.shipping,
        "total": one.total,
        "refunded": one.refunded,
        "net_revenue": one.total - one.refunded,
        "payment_method": one.payment,
        "coupon": one.coupon or None,
        "channel": one.channel,
        "city": city.name,
        "country": city.country,
    }


def _line(one: Any, number: int, each: Any) -> dict[str, Any]:
    product = each.product
    told = {"sku": product.sku, "category": product.category, "qty": float(each.qty), "unit_price": each.price}
    return {"order_id": one.id, "line_no": number, **told}
