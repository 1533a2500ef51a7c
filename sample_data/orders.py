"""The orders of the invented shop, from the click to the parcel that stays or comes back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random

import catalogue
from catalogue import Product
from people import LAST_DAY, SEASON, Person, weighted

AS_OF = dt.datetime(2026, 10, 31, 23, 59)
"""The moment at which all files were exported: later things have not happened yet."""
HOURS = {str(hour): weight for hour, weight in enumerate([3, 1, 1, 1, 1, 2, 4, 6, 8, 9, 10, 10, 11, 9, 9, 9, 10, 10, 12, 14, 16, 15, 11, 6])}
PAYMENTS = {
    "shopify": {"card": 50, "pse": 24, "wallet": 12, "bnpl": 8, "cash_voucher": 6},
    "abroad": {"card": 85, "wallet": 15},
    "mercadolibre": {"wallet": 100},
    "dropi": {"cod": 100},
}
CARRIERS = {"Interrapidísimo": 38, "Servientrega": 30, "Coordinadora": 22, "Envía": 10}
REASONS = ["No le gustó", "Llegó roto", "Talla equivocada", "No era lo que esperaba", "Demora en la entrega"]
REFUSALS = ["CLIENTE NO RECIBE", "NO TIENE DINERO", "CLIENTE AUSENTE", "DIRECCIÓN ERRADA", "CLIENTE DESISTE"]


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
    """One order. ``status`` is the last rung it reached: placed, confirmed, paid, shipped, delivered, refused, returned, cancelled, test."""

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
    by_phone: str = ""
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
    def delivered(self) -> bool:
        """The parcel was handed over, whatever became of it."""
        return self.delivered_at is not None


def simulate(people: list[Person], seed: str) -> list[Order]:
    """Every order of the eighteen months, in the order in which they were placed."""
    rng = Random(f"{seed} orders")
    orders = []
    for person in people:
        if person.role == "buyer":
            orders += _purchases(rng, person)
    orders.sort(key=lambda order: (order.at, order.person.id))
    _mark_tests(rng, orders)
    counters = {"shopify": 1001, "dropi": 3_418_200, "mercadolibre": 2_000_006_100_000_000}
    for order in orders:
        order.id = f"#{counters['shopify']}" if order.shop == "shopify" else str(counters[order.shop])
        counters[order.shop] += {"shopify": 1, "dropi": 7, "mercadolibre": 38_417_302}[order.shop]
        if order.status != "test":
            _fulfil(rng, order)
    return orders


def _mark_tests(rng: Random, orders: list[Order]) -> None:
    """Four orders of the web shop were made by the shop itself, to see whether the checkout works."""
    for order in rng.sample([o for o in orders if o.shop == "shopify" and o.seq > 2], 4):
        order.status, order.payment, order.channel, order.campaign = "test", "card", "direct", ""


def _purchases(rng: Random, person: Person) -> list[Order]:
    """A buyer's orders: the first on arrival, later ones at the person's own rhythm until interest is lost."""
    orders = []
    rhythm = 25 + rng.expovariate(1 / 80)
    loyalty = rng.betavariate(1.2, 1.6)
    day = person.arrived
    while day <= LAST_DAY:
        at = dt.datetime.combine(day, dt.time(int(weighted(rng, HOURS)), rng.randrange(60), rng.randrange(60)))
        orders.append(_placed(rng, person, at, len(orders) + 1))
        if rng.random() > loyalty:
            break
        day += dt.timedelta(days=max(3, round(rng.expovariate(1 / rhythm))))
        while day <= LAST_DAY and rng.random() * max(SEASON.values()) > SEASON[day.month] + 3:
            day += dt.timedelta(days=9)
    return orders


def _placed(rng: Random, person: Person, at: dt.datetime, seq: int) -> Order:
    shop = person.shop if rng.random() < 0.88 or person.country != "CO" else weighted(rng, {"shopify": 6, "dropi": 3, "mercadolibre": 1})
    abroad = person.country != "CO"
    order = Order("", person, shop, at, seq, _basket(rng, person, abroad), weighted(rng, PAYMENTS["abroad" if abroad else shop]))
    order.currency = "USD" if abroad else "COP"
    order.channel, order.campaign = _channel(rng, order)
    order.coupon = _coupon(rng, order)
    if order.coupon:
        order.discount = order.gross * catalogue.COUPONS[order.coupon] // 100
    if shop != "mercadolibre" and order.gross - order.discount < (45 if abroad else catalogue.FREE_SHIPPING_FROM):
        order.shipping = 9 if abroad else catalogue.SHIPPING_CHARGED
    if shop == "shopify" and seq > 1 and rng.random() < 0.004:
        order.discount, order.shipping, order.coupon = order.gross, 0, ""
    return order


def _basket(rng: Random, person: Person, abroad: bool) -> list[Line]:
    lines: list[Line] = []
    for _ in range(1 + (rng.random() < 0.34) + (rng.random() < 0.13)):
        shelf = catalogue.BY_CATEGORY[person.favourite] if rng.random() < 0.6 else catalogue.PRODUCTS
        product = rng.choice(shelf)
        if all(line.product != product for line in lines):
            qty = int(weighted(rng, {"1": 80, "2": 15, "3": 5}))
            price = round(product.price / catalogue.PESOS_PER_DOLLAR * 1.4) if abroad else product.price
            lines.append(Line(product, qty, price))
    return lines


def _channel(rng: Random, order: Order) -> tuple[str, str]:
    """Where this order came from: the channel of arrival at first, then mostly direct, newsletter or search."""
    if order.shop == "mercadolibre":
        return "marketplace", ""
    if order.shop == "dropi":
        channel = weighted(rng, {"paid_social": 78, "whatsapp": 14, "organic_social": 8})
    elif order.seq == 1:
        channel = order.person.channel
    else:
        channel = weighted(rng, {"direct": 26, "email": 30, "organic_search": 14, "paid_search": 12, "paid_social": 12, "whatsapp": 6})
    order_day, town = order.at.date(), order.person.address.city.name
    running = [c for c in catalogue.CAMPAIGNS if c.begins <= order_day <= c.ends]
    fitting = {
        "paid_social": [c.id for c in running if c.channel == catalogue.META and (c.id == "A04") == (order.shop == "dropi")],
        "paid_search": [c.id for c in running if c.channel == catalogue.GOOGLE],
        "email": ["A08"],
        "whatsapp": [c.id for c in running if c.id == "A12" and order.seq > 1],
    }.get(channel, [])
    met_offline = [c.id for c in running if c.medium == "offline" and town in c.cities.split("|")]
    if met_offline and (channel == "offline" or (order.seq == 1 and rng.random() < 0.3)):
        return "offline", rng.choice(met_offline)
    if channel == "offline":
        return "direct", ""
    return channel, rng.choice(fitting) if fitting else ""


def _coupon(rng: Random, order: Order) -> str:
    own = catalogue.BY_ID[order.campaign].coupon if order.campaign else ""
    if order.shop == "shopify" and own:
        return own
    return "BIENVENIDA10" if order.shop == "shopify" and order.seq == 1 and rng.random() < 0.22 else ""


def _fulfil(rng: Random, order: Order) -> None:
    """Take an order as far as it gets by the day of the export."""
    if order.shop == "dropi":
        _confirm_by_phone(rng, order)
    else:
        _pay(rng, order)
    if order.status in ("cancelled", "placed") or not order.confirmed:
        return
    shipped = order.at + dt.timedelta(hours=rng.randint(14, 60))
    if shipped > AS_OF:
        return
    order.shipped_at, order.status = shipped, "shipped"
    order.carrier = "Mercado Envíos" if order.shop == "mercadolibre" else weighted(rng, CARRIERS)
    order.freight = 9_800 + 100 * round(order.kg * 14) + (4_000 if order.person.address.city.weight < 30 else 0)
    arrives = shipped + dt.timedelta(hours=rng.randint(24, 150))
    if arrives > AS_OF:
        return
    order.attempts = int(weighted(rng, {"1": 80, "2": 15, "3": 5}))
    if order.payment == "cod" and rng.random() < 0.21:
        _refuse(rng, order, arrives)
        return
    order.delivered_at, order.status = arrives, "delivered"
    if order.payment == "cod":
        order.paid_at = arrives
    _maybe_back(rng, order)


def _pay(rng: Random, order: Order) -> None:
    """Payment before shipping: most pay at once, vouchers take a day, some never do."""
    fails = rng.random() < {"cash_voucher": 0.35, "pse": 0.09}.get(order.payment, 0.025)
    delay = dt.timedelta(hours=rng.randint(3, 40)) if order.payment == "cash_voucher" else dt.timedelta(minutes=rng.randint(0, 6))
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
    order.by_phone = "whatsapp" if order.channel == "whatsapp" else ""
    for attempt in range(3):
        at += dt.timedelta(minutes=rng.randint(20, 600))
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
    order.returns.append(Return("refusal", at + dt.timedelta(days=rng.randint(3, 9)), pieces, 0, round(order.freight * 0.8), True, order.incident))


def _maybe_back(rng: Random, order: Order) -> None:
    """A few delivered parcels come back, wholly or in part; a few are exchanged, repaired or charged back."""
    kind = weighted(rng, {"": 922, "return": 48, "exchange": 14, "warranty": 11, "chargeback": 5 if order.payment == "card" else 0})
    at = order.delivered_at + dt.timedelta(days=rng.randint(2, 25), hours=rng.randint(0, 9))
    if not kind or at > AS_OF or order.total == 0:
        return
    at_line = rng.randrange(len(order.lines))
    line = order.lines[at_line]
    whole = kind == "chargeback" or (kind == "return" and len(order.lines) == 1 and line.qty == 1)
    qty = sum(one.qty for one in order.lines) if whole else 1
    refund = {"return": order.total - order.shipping if whole else line.price * (order.gross - order.discount) // order.gross, "chargeback": order.total}.get(kind, 0)
    order.returns.append(Return(kind, at, qty, refund, 0 if kind == "chargeback" else 11_500, rng.random() < 0.6, rng.choice(REASONS), at_line))
    if kind in ("return", "chargeback"):
        line.returned = qty if whole else 1
    if whole:
        order.status = "returned"
