"""``events.csv``: what visitors did on the web shop in the last three months, as its analytics kept it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import catalogue
import names
from advertising import Day
from catalogue import Product
from names import HEADERS
from orders import Order
from people import HOURS, weighted
from truth import write_csv

FILE = "events.csv"
SINCE = dt.date(2026, 8, 1)
HEADER = HEADERS["events"]
TRACKED = 0.94
"""Share of web orders whose thank-you page the analytics saw."""
LOADED = 0.75
"""Share of ad clicks that become a visit: the rest leave before the page has loaded."""
DAILY = {"organic_search": 22, "direct": 19, "organic_social": 8, "email": 8, "referral": 4, "whatsapp": 3, "bot": 5}
"""Visits a day of channels that nobody pays for by the click."""
TAGS = {
    "paid_social": [("facebook", "paid_social"), ("instagram", "paid_social"), ("facebook", "cpc"), ("ig", "pauta")],
    "paid_search": [("google", "cpc")],
    "organic_search": [("google", "organic"), ("google", "organic"), ("bing", "organic")],
    "organic_social": [("instagram", "social"), ("l.instagram.com", "referral"), ("pinterest", "social")],
    "email": [("boletin", "email"), ("boletin", "correo")],
    "referral": [("blogdecoracion.example", "referral"), ("revistahogar.example", "referral")],
    "whatsapp": [("whatsapp", "mensaje")],
    "offline": [("volante", "qr")],
    "direct": [("(direct)", "(none)")],
    "bot": [("(direct)", "(none)")],
}
GATEWAYS = {"card": "checkout.wompi.co", "pse": "checkout.wompi.co", "bnpl": "gateway.addi.com"}
TERMS = ["vela", "matera", "cobija", "cafetera", "sabanas", "regalo mama", "cortinas", "lampara"]
UNSOLD = {"cortinas", "lampara"}


@dataclass
class Visit:
    """One session: when, whose browser, through which channel, and the order it ends with, if any."""

    at: dt.datetime
    visitor: str
    channel: str
    campaign: str
    city: str
    order: Order | None = None
    rows: list[dict[str, object]] = field(default_factory=list)


def simulate(orders: list[Order], days: list[Day], seed: str) -> list[Visit]:
    """The visits since ``SINCE``: those of the ad clicks, those nobody paid for, and those that ended in an order.

    Two visits of one visitor are hours apart, so that every rule of what a visit is counts the same ones.
    """
    rng = Random(f"{seed} web")
    visits = [*_paid_visits(rng, days), *_free_visits(rng), *_order_visits(rng, orders)]
    visits.sort(key=lambda visit: (visit.at, visit.visitor))
    apart, seen = [], dict.fromkeys((visit.visitor for visit in visits), dt.datetime.min)
    for visit in visits:
        if visit.at - seen[visit.visitor] > dt.timedelta(hours=2):
            seen[visit.visitor] = visit.at
            _browse(rng, visit)
            apart.append(visit)
    return apart


def _somebody(rng: Random) -> tuple[str, str]:
    """A browser and its town; one visitor in three has been here before."""
    number = int(60_000 * rng.random() ** 1.4)
    return f"v{number:05d}", names.CITIES[number % 27].name


def _paid_visits(rng: Random, days: list[Day]) -> Iterator[Visit]:
    for day in days:
        if day.date < SINCE:
            continue
        channel = "paid_social" if day.campaign.channel == catalogue.META else "paid_search"
        for _ in range(round(day.clicks * LOADED)):
            yield Visit(_moment(rng, day.date), *_somebody_by(rng, channel, day.campaign.name))


def _free_visits(rng: Random) -> Iterator[Visit]:
    for at in range((catalogue.END - SINCE).days + 1):
        date = SINCE + dt.timedelta(days=at)
        for channel, daily in DAILY.items():
            busy = 4 if channel == "email" and at % 14 == 3 else 1
            for _ in range(round(daily * busy * rng.uniform(0.7, 1.3))):
                campaign = "Boletín quincenal" if channel == "email" else ""
                yield Visit(_moment(rng, date), *_somebody_by(rng, channel, campaign))


def _somebody_by(rng: Random, channel: str, campaign: str) -> tuple[str, str, str, str]:
    visitor, city = _somebody(rng)
    return visitor, channel, campaign, city


def _order_visits(rng: Random, orders: list[Order]) -> Iterator[Visit]:
    """The visits in which orders were placed; orders taken by chat or in the marketplace have none."""
    for order in orders:
        by_chat = order.shop == "dropi" and order.channel == "whatsapp"
        if order.shop == "mercadolibre" or by_chat or order.at.date() < SINCE:
            order.tracked = False
            continue
        order.tracked = rng.random() < TRACKED
        if order.tracked:
            campaign = catalogue.BY_ID[order.campaign].name if order.campaign else ""
            begins = order.at - dt.timedelta(minutes=rng.randint(6, 24))
            yield Visit(
                begins, f"c{order.person.id[1:]}", order.channel, campaign, order.person.address.city.name, order
            )


def _moment(rng: Random, date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(int(weighted(rng, HOURS)), rng.randrange(60), rng.randrange(60)))


def _browse(rng: Random, visit: Visit) -> None:
    """Fill in what a visit did, from its landing page to where it left."""
    tags = _tags(rng, visit)
    if visit.channel == "bot":
        for product in rng.sample(catalogue.PRODUCTS, 3):
            _add(visit, 1, "page_view", f"/p/{product.sku.lower()}", browser=tags["browser"])
        visit.rows[0] |= tags
        return
    product = rng.choice(visit.order.lines).product if visit.order else rng.choice(catalogue.PRODUCTS)
    landing = rng.choice(["/", f"/p/{product.sku.lower()}", f"/c/{catalogue.CATEGORIES.index(product.category)}"])
    _add(visit, 0, "page_view", "/contraentrega" if visit.order and visit.order.shop == "dropi" else landing)
    visit.rows[0] |= tags
    if rng.random() < 0.07:
        term = rng.choice(TERMS)
        _add(
            visit,
            rng.randint(5, 60),
            "view_search_results",
            "/buscar",
            search_term=term,
            results=0 if term in UNSOLD else rng.randint(1, 6),
        )
    if rng.random() < 0.012:
        _add(visit, rng.randint(5, 60), "exception", "/p/vel-999", error_code=404)
    if visit.order:
        _buy(rng, visit, visit.order)
        return
    if rng.random() < 0.62:
        _add(
            visit,
            rng.randint(8, 120),
            "view_item",
            f"/p/{product.sku.lower()}",
            sku=product.sku,
            value=product.price,
            currency="COP",
        )
        _perhaps_more(rng, visit, product)


def _perhaps_more(rng: Random, visit: Visit, product: Product) -> None:
    """Those who do not buy leave at the article, with it in the cart, or at the checkout."""
    if rng.random() < 0.35:
        other = rng.choice(catalogue.PRODUCTS)
        _add(
            visit,
            rng.randint(8, 120),
            "view_item",
            f"/p/{other.sku.lower()}",
            sku=other.sku,
            value=other.price,
            currency="COP",
        )
    if rng.random() < 0.14:
        _add(
            visit,
            rng.randint(5, 90),
            "add_to_cart",
            f"/p/{product.sku.lower()}",
            sku=product.sku,
            qty=1,
            value=product.price,
            currency="COP",
        )
        if rng.random() < 0.4:
            _add(visit, rng.randint(20, 300), "begin_checkout", "/checkout", value=product.price, currency="COP")


def _buy(rng: Random, visit: Visit, order: Order) -> None:
    """The way to the thank-you page, through a gateway that names itself as the source; some reload the page."""
    for line in order.lines:
        seen = {"sku": line.product.sku, "value": line.price, "currency": order.currency}
        _add(visit, rng.randint(10, 70), "view_item", f"/p/{line.product.sku.lower()}", **seen)
        _add(visit, rng.randint(5, 40), "add_to_cart", f"/p/{line.product.sku.lower()}", **seen, qty=line.qty)
    _add(visit, rng.randint(15, 60), "begin_checkout", "/checkout", value=order.total, currency=order.currency)
    done: dict[str, object] = {"value": order.total, "currency": order.currency, "transaction_id": order.reference}
    gateway = GATEWAYS.get(order.payment)
    if gateway:
        done |= {"source": gateway, "medium": "referral", "referrer": f"https://{gateway}/"}
    visit.rows.append({"ts": order.at, "event": "purchase", "page": "/gracias"} | done)
    if rng.random() < 0.04:
        visit.rows.append(
            {"ts": order.at + dt.timedelta(seconds=rng.randint(20, 300)), "event": "purchase", "page": "/gracias"}
            | done
        )


def _add(visit: Visit, wait: int, event: str, page: str, **more: object) -> None:
    """One more event, ``wait`` seconds after the last one, and never after the order that ends the visit."""
    last = visit.rows[-1]["ts"] if visit.rows else visit.at
    assert isinstance(last, dt.datetime)
    at = last + dt.timedelta(seconds=wait)
    if visit.order:
        at = min(at, visit.order.at - dt.timedelta(seconds=1))
    visit.rows.append({"ts": at, "event": event, "page": page} | more)


def _tags(rng: Random, visit: Visit) -> dict[str, object]:
    """The traffic source of a visit's first event; a few ad clicks lost their tags and kept the click's id only."""
    source, medium = rng.choice(TAGS[visit.channel])
    tags: dict[str, object] = {"source": source, "medium": medium, "campaign": visit.campaign}
    if visit.channel == "paid_search":
        tags["click_id"] = f"gclid.{rng.randrange(16**8):08x}"
    elif visit.channel == "paid_social" and rng.random() < 0.3:
        tags["click_id"] = f"fbclid.{rng.randrange(16**8):08x}"
    if "click_id" in tags and rng.random() < 0.15:
        tags |= {"source": "(direct)", "medium": "(none)", "campaign": ""}
    if medium in ("referral", "organic"):
        tags["referrer"] = f"https://{source if '.' in source else 'www.' + source + '.com'}/"
    device = weighted(rng, {"mobile": 78, "desktop": 20, "tablet": 2})
    browser = "AhrefsBot/7.0" if visit.channel == "bot" else rng.choice(["Chrome", "Chrome", "Safari", "Instagram"])
    return tags | {"device": device, "browser": browser, "city": visit.city}


def make(folder: Path, visits: list[Visit]) -> None:
    """Write the events by time; a session's number is the second in which it began, as in Google Analytics."""
    rows = []
    for visit in visits:
        session = int((visit.at - dt.datetime(1970, 1, 1)).total_seconds()) + 5 * 3600
        for row in visit.rows:
            rows.append((row["ts"], visit.visitor, row | {"visitor_id": visit.visitor, "session_id": session}))
    rows.sort(key=lambda row: (str(row[0]), row[1]))
    write_csv(folder / FILE, HEADER, ([row.get(name, "") for name in HEADER] for _, _, row in rows))
