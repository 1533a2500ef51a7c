"""The orders of the invented shop, from the click to the parcel that stays or comes back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import catalogue
from catalogue import Product
from people import Person

AS_OF = dt.datetime(2026, 10, 31, 23, 59)
"""The moment at which all files were exported: later things have not happened yet."""


@dataclass
class Line:
    """One line of an order; money in minor-free units of the order's currency, VAT included."""

    product: Product
    qty: int
    price: int
    returned: int = 0

    @property
    def gross(self) -> int:
        """Before any discount."""
        return self.price * self.qty


@dataclass
class Call:
    """One confirmation or service call about an order."""

    at: dt.datetime
    purpose: str
    result: str
    seconds: int


@dataclass
class Return:
    """Something that came back: a return, a refusal at the door, an exchange, a warranty claim or a chargeback."""

    kind: str
    at: dt.datetime
    qty: int
    refund: int
    logistics: int
    restocked: bool
    reason: str
    line: int = 0


@dataclass
class Order:
    """One order.

    ``status`` is how it ended so far: placed, confirmed, paid, shipped, delivered, refused, returned, cancelled, test.
    """

    id: str
    person: Person
    shop: str
    at: dt.datetime
    seq: int
    lines: list[Line]
    payment: str
    currency: str = "COP"
    coupon: str = ""
    discount: int = 0
    shipping: int = 0
    channel: str = ""
    campaign: str = ""
    status: str = "placed"
    confirmed: bool = False
    paid_at: dt.datetime | None = None
    shipped_at: dt.datetime | None = None
    delivered_at: dt.datetime | None = None
    cancelled_at: dt.datetime | None = None
    attempts: int = 0
    carrier: str = ""
    freight: int = 0
    incident: str = ""
    calls: list[Call] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    tracked: bool = True

    @property
    def gross(self) -> int:
        """Goods at list price."""
        return sum(line.gross for line in self.lines)

    @property
    def total(self) -> int:
        """What the customer pays or should have paid."""
        return self.gross - self.discount + self.shipping

    @property
    def refunded(self) -> int:
        """Money given back."""
        return sum(r.refund for r in self.returns)

    @property
    def kg(self) -> float:
        """Weight of the parcel."""
        return round(sum(line.product.kg * line.qty for line in self.lines), 2)

    @property
    def kept(self) -> bool:
        """Delivered, and not brought back as a whole."""
        return self.status == "delivered"

    @property
    def reference(self) -> str:
        """The number the customer knows: of the web shop, of the landing page, or of the marketplace."""
        return f"LP-{int(self.id) // 7 % 100_000}" if self.shop == "dropi" else self.id.lstrip("#")

    @property
    def pesos(self) -> int:
        """Pesos for one unit of the order's currency."""
        return catalogue.PESOS_PER_DOLLAR if self.currency == "USD" else 1

    @property
    def delivered(self) -> bool:
        """The parcel was handed over, whatever became of it."""
        return self.delivered_at is not None
