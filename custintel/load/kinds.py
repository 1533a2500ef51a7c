"""What the cells of each column of each table are, and so how they are read.

The type of a column says it; columns that help to make others (the status of a payment, the hour of a day) are named
here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from custintel.tables.actions import ACTIONS
from custintel.tables.calls import CALLS
from custintel.tables.events import EVENTS
from custintel.tables.geo_index import GEO_INDEX
from custintel.tables.order_items import ORDER_ITEMS
from custintel.tables.orders import ORDERS
from custintel.tables.products import PRODUCTS
from custintel.tables.records import MONEY
from custintel.tables.returns import RETURNS
from custintel.tables.spend import SPEND
from custintel.tables.surveys import SURVEYS
from custintel.tables.traffic import TRAFFIC
from custintel.tables.vocabulary import Table

LOADED: Mapping[str, Table] = {
    table.name: table
    for table in (
        ORDERS, ORDER_ITEMS, PRODUCTS, SPEND, RETURNS, CALLS, SURVEYS, ACTIONS, EVENTS, TRAFFIC, GEO_INDEX,
    )
}  # fmt: skip
"""The tables that files are loaded into."""

CONTACT_KINDS = {
    "contact_email": "email",
    "contact_phone": "phone",
    "contact_document": "document",
    "contact_name": "name",
    "first_name": "name",
    "last_name": "name",
    "dialled_number": "phone",
    "phone_number": "phone",
}
PLACES = ("city", "region", "country", "postal_code", "geo_code")
_ORDERS = {
    **CONTACT_KINDS,
    "status": "word:status",
    "payment_status": "word:payment_status",
    "fulfilment_status": "word:fulfilment_status",
    "returned": "word:restocked",
    "invoice": "text",
    "tags": "text",
    "hour": "text",
    "pack": "text",
    "annulled": "money",
    "said_channel": "text",
    "sale_channel": "word:sale_channel",
    "payment_method": "word:payment_method",
    **dict.fromkeys(PLACES, "place"),
}
_SPEND = {
    "date": "day",
    "date_to": "day",
    "campaign_status": "text",
    "campaign_type": "text",
    "result_indicator": "text",
}
_ANSWERS = ("nps", "csat", "ces", "stars", "score")
_MORE: Mapping[str, Mapping[str, str]] = {
    "orders": _ORDERS,
    "order_items": {"number": "text"},
    "spend": _SPEND,
    "traffic": {"date": "day", "date_to": "day", "source_medium": "text"},
    "returns": {
        "kind": "word:return_kind",
        "restocked": "word:restocked",
        "returned": "word:restocked",
        "qty": "number",
    },
    "calls": {
        **CONTACT_KINDS,
        "seconds": "duration",
        "minutes": "number",
        "direction": "word:direction",
        "purpose": "word:purpose",
        "result": "word:result",
    },
    "surveys": {**CONTACT_KINDS, **dict.fromkeys(_ANSWERS, "number"), "kind": "word:survey_kind"},
    "actions": {**CONTACT_KINDS, "medium": "word:medium", "geo": "list"},
    "events": {"ga_session_id": "text", "user_agent": "text", "ip": "text"},
    "products": {},
    "geo_index": {},
}


@cache
def kinds(table: str) -> Mapping[str, str]:
    """Column -> kind of cell: text, money, number, count, moment, day, list, duration, email, phone, document, name,
    place or ``word:<vocabulary>``; columns of a line of an order begin with ``item.``.
    """
    found = {column.name: _kind(column.dtype) for column in LOADED[table].columns}
    found |= _MORE[table]
    if table in ("orders", "order_items"):
        found |= {f"item.{column.name}": _kind(column.dtype) for column in ORDER_ITEMS.columns}
        found["item.unit_price"] = "number"  # prices of a tenth of a cent, times thousands of units
    return found


def _kind(dtype: pl.DataType) -> str:
    if dtype == MONEY:
        return "money"
    if dtype == pl.Date:
        return "day"
    if isinstance(dtype, pl.Datetime):
        return "moment"
    if dtype == pl.Float64:
        return "number"
    if dtype.is_integer():
        return "count"
    return "list" if isinstance(dtype, pl.List) else "text"
