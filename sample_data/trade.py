"""Who buys what and when, and where the order came from."""

from __future__ import annotations

import datetime as dt
from random import Random

import catalogue
from fulfilment import fulfil
from orders import Line, Order
from people import HOURS, LAST_DAY, SEASON, Person, weighted

PAYMENTS = {
    "shopify": {"card": 50, "pse": 24, "wallet": 12, "bnpl": 8, "cash_voucher": 6},
    "abroad": {"card": 85, "wallet": 15},
    "mercadolibre": {"wallet": 100},
    "dropi": {"cod": 100},
}


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
            fulfil(rng, order)
    return orders


def _mark_tests(rng: Random, orders: list[Order]) -> None:
    """Four orders of the web shop were made by the shop itself, to see whether the checkout works."""
    for order in rng.sample([o for o in orders if o.shop == "shopify" and o.seq > 2], 4):
        order.status, order.payment, order.channel, order.campaign = "test", "card", "direct", ""


def _purchases(rng: Random, person: Person) -> list[Order]:
    """A buyer's orders: the first on arrival, later ones at the person's own rhythm until interest is lost."""
    orders: list[Order] = []
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
    shop = (
        person.shop
        if rng.random() < 0.88 or person.country != "CO"
        else weighted(rng, {"shopify": 6, "dropi": 3, "mercadolibre": 1})
    )
    abroad = person.country != "CO"
    order = Order(
        "", person, shop, at, seq, _basket(rng, person, abroad), weighted(rng, PAYMENTS["abroad" if abroad else shop])
    )
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
        channel = weighted(
            rng, {"direct": 26, "email": 30, "organic_search": 14, "paid_search": 12, "paid_social": 12, "whatsapp": 6}
        )
    order_day, town = order.at.date(), order.person.address.city.name
    running = [c for c in catalogue.CAMPAIGNS if c.begins <= order_day <= c.ends]
    fitting = {
        "paid_social": [
            c.id for c in running if c.channel == catalogue.META and (c.id == "A04") == (order.shop == "dropi")
        ],
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
