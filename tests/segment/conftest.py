from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest

from custintel.segment.making import Asked
from custintel.segment.survey import Survey, Tables, survey
from custintel.tables import CUSTOMERS, ORDER_ITEMS, ORDER_MARGINS, ORDERS, SEGMENT_MODEL, SEGMENTS, Table

LAST = dt.date(2026, 10, 31)
BLANKS: dict[Any, Any] = {pl.String: "x", pl.UInt32: 1, pl.Boolean: False, pl.List: ["x.csv"]}


def rows(table: Table, given: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """Rows of ``table`` with what may not be empty filled in."""
    needed = {c.name: BLANKS.get(c.dtype.base_type()) for c in table.columns if not c.nullable}
    frame = pl.DataFrame([needed | row for row in given], infer_schema_length=None)
    missing = [pl.lit(None, c.dtype).alias(c.name) for c in table.columns if c.name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(c.name).cast(c.dtype) for c in table.columns)


def order(number: int, who: str, ago: int, total: float, **more: Any) -> dict[str, Any]:
    """An order of ``who``, ``ago`` days before the last."""
    at = dt.datetime.combine(LAST - dt.timedelta(days=ago), dt.time(10, 30))
    usual = {"status": "delivered", "stated_status": "delivered", "currency": "COP", "net_revenue": total}
    return {"order_id": f"o{number:05d}", "customer_id": who, "ordered_at": at, "total": total, **usual, **more}


def shop(n: int = 400, seed: int = 0, **more: Any) -> pl.DataFrame:
    """Orders of an invented shop: many who bought once, some often; the last order is of :data:`LAST`."""
    draws = np.random.default_rng(seed)
    found = [order(0, "c0000", 0, 50.0, **more)]
    for person in range(n):
        first, often = int(draws.integers(1, 500)), int(draws.geometric(0.45))
        scale = float(np.exp(draws.normal(4, 0.8)))
        for _order in range(often):
            ago = int(draws.integers(0, first))
            total = round(scale * float(draws.uniform(0.5, 1.5)), 2)
            found.append(order(len(found), f"c{person:04d}", ago, total, **more))
    return rows(ORDERS, found)


def tables_of(orders: pl.DataFrame | None = None, **more: Any) -> Tables:
    """Tables of a project with these orders and nothing else, unless it is given."""
    parts = {
        "orders": ORDERS.empty() if orders is None else orders,
        "margins": ORDER_MARGINS.empty(),
        "customers": CUSTOMERS.empty(),
        "items": ORDER_ITEMS.empty().select("order_id", "category"),
        "model": SEGMENT_MODEL.empty(),
        "segments": SEGMENTS.empty(),
    }
    return Tables(**{**parts, **more})


def surveyed(orders: pl.DataFrame | None = None, asked: Asked | None = None, **more: Any) -> Survey:
    """What ``ci segment`` finds out."""
    as_of = more.pop("as_of", None)
    return survey(tables_of(orders, **more), asked or Asked(), as_of=as_of, step=lambda _step: None)


def codes(made: Survey) -> Sequence[str]:
    return [one.code for one in made.remarks]


@pytest.fixture(scope="session")
def orders() -> pl.DataFrame:
    return shop()


@pytest.fixture(scope="session")
def made(orders: pl.DataFrame) -> Survey:
    return surveyed(orders)


Surveyed = Callable[..., Survey]
