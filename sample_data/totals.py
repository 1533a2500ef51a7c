"""``truth/persons.csv``, ``orders.csv`` and ``numbers.json``: what reports about this shop should find."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import costs as ledger
from advertising import Day
from costs import Cost
from names import HEADERS
from orders import Order
from people import FIRST_DAY, LAST_DAY, Person
from truth import WhoIsWho, write_csv
from web import SINCE, Visit

ORDER_COLUMNS = HEADERS["orders_truth"]
RUNGS = ("placed", "confirmed", "paid", "shipped", "delivered", "kept")


def rungs(order: Order) -> dict[str, bool]:
    """Which rungs of the ladder an order reached; a test order reaches none."""
    real = order.status != "test"
    return {
        "placed": real,
        "confirmed": real and order.confirmed,
        "paid": real and order.paid_at is not None,
        "shipped": real and order.shipped_at is not None,
        "delivered": real and order.delivered,
        "kept": real and order.kept,
    }


def make_persons(folder: Path, people: list[Person]) -> None:
    """Write one row per true person or firm; several emails are joined by a space."""
    rows = [
        (
            *(p.id, p.household, p.role, p.given, p.given_2, p.surname, p.surname_2, p.firm, p.sex),
            *("" if p.firm else p.birth, p.document_type, p.document, " ".join(p.emails or [p.household_email])),
            *(p.mobile, p.old_mobile, p.landline, p.address.city.name, p.address.city.region, p.country),
            *(p.address.city.code if p.country == "CO" else "", p.employer, p.arrived, p.channel),
        )
        for p in people
    ]
    write_csv(folder / "truth" / "persons.csv", HEADERS["persons_truth"], rows)


def make_orders(folder: Path, orders: list[Order]) -> None:
    """Write one row per order: amounts in its currency (cost of goods, freight: pesos), 1 for each rung reached."""
    rows = [
        (
            o.id,
            o.reference,
            o.shop,
            o.person.id,
            o.seq,
            o.at,
            o.status,
            *(int(reached) for reached in rungs(o).values()),
            o.currency,
            o.gross,
            o.discount,
            o.shipping,
            o.total,
            o.refunded,
            sum(line.product.cost * line.qty for line in o.lines),
            o.kg,
            o.freight,
            o.payment,
            o.coupon,
            o.channel,
            o.campaign,
            int(o.tracked),
        )
        for o in orders
    ]
    write_csv(folder / "truth" / "orders.csv", ORDER_COLUMNS, rows)


def make_numbers(
    folder: Path,
    people: list[Person],
    orders: list[Order],
    visits: list[Visit],
    days: list[Day],
    costs: list[Cost],
    truth: WhoIsWho,
) -> None:
    """Write the summary; every object has stable keys, amounts are whole units of their currency."""
    numbers = {
        "period": {"from": str(FIRST_DAY), "to": str(LAST_DAY)},
        "people": _people(people, orders, truth),
        "orders": _orders(orders),
        "money": {currency: _money(o for o in orders if o.currency == currency) for currency in ("COP", "USD")},
        "returns": dict(sorted(Counter(back.kind for order in orders for back in order.returns).items())),
        "calls": _calls(orders),
        "visits": _visits(orders, visits),
        "spend": _spend(days),
        "costs": ledger.totals(costs, orders),
    }
    text = json.dumps(numbers, ensure_ascii=False, indent=1)
    (folder / "truth" / "numbers.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _people(people: list[Person], orders: list[Order], truth: WhoIsWho) -> dict[str, object]:
    real = [order for order in orders if order.status != "test"]
    sizes = Counter(person.household for person in people)
    seen = {
        file: {row[4] for row in truth.rows if row[0] == file and row[4]}
        for file in dict.fromkeys(row[0] for row in truth.rows)
    }
    return {
        "people": len(people),
        "buyers": len({order.person.id for order in real}),
        "repeat_buyers": sum(count > 1 for count in Counter(order.person.id for order in real).values()),
        "households": len(sizes),
        "households_of_several": sum(size > 1 for size in sizes.values()),
        "by_country": dict(sorted(Counter(person.country for person in people).items())),
        "left_newsletter": sum(person.left_newsletter for person in people),
        "in_file": {file: len(ids) for file, ids in seen.items()},
        "in_any_file": len(set().union(*seen.values())),
    }


def _orders(orders: list[Order]) -> dict[str, object]:
    shops = sorted({order.shop for order in orders})
    return {
        "by_status": dict(sorted(Counter(order.status for order in orders).items())),
        "by_shop": dict(sorted(Counter(order.shop for order in orders).items())),
        "by_channel": dict(sorted(Counter(order.channel for order in orders if order.status != "test").items())),
        "ladder": {shop: _ladder(o for o in orders if o.shop == shop) for shop in shops} | {"all": _ladder(orders)},
    }


def _ladder(orders: Iterable[Order]) -> dict[str, int]:
    reached = [rungs(order) for order in orders]
    return {rung: sum(one[rung] for one in reached) for rung in RUNGS}


def _money(orders: Iterable[Order]) -> dict[str, dict[str, int]]:
    """Sums over the orders that reached each rung, refunds of any kind beside them."""
    table = {}
    chosen = list(orders)
    for rung in RUNGS:
        on = [order for order in chosen if rungs(order)[rung]]
        table[rung] = {
            "orders": len(on),
            "gross": sum(order.gross for order in on),
            "discount": sum(order.discount for order in on),
            "shipping": sum(order.shipping for order in on),
            "total": sum(order.total for order in on),
            "refunded": sum(order.refunded for order in on),
        }
    return table


def _calls(orders: list[Order]) -> dict[str, object]:
    calls = [call for order in orders for call in order.calls]
    results = dict(sorted(Counter(call.result for call in calls).items()))
    return {"calls": len(calls), "seconds": sum(call.seconds for call in calls), "by_result": results}


def _visits(orders: list[Order], visits: list[Visit]) -> dict[str, object]:
    """Visits since analytics was kept, without robots; the orders placed then on the web, and those analytics saw."""
    human = [visit for visit in visits if visit.channel != "bot"]
    web = [
        o
        for o in orders
        if o.at.date() >= SINCE and o.shop != "mercadolibre" and not (o.shop == "dropi" and o.channel == "whatsapp")
    ]
    return {
        "since": str(SINCE),
        "visits": len(human),
        "by_channel": dict(sorted(Counter(visit.channel for visit in human).items())),
        "robots": len(visits) - len(human),
        "visitors": len({visit.visitor for visit in human}),
        "visits_with_order": sum(visit.order is not None for visit in human),
        "orders_by_channel": dict(sorted(Counter(visit.channel for visit in human if visit.order).items())),
        "web_orders": len(web),
        "web_orders_tracked": sum(order.tracked for order in web),
        "events": sum(len(visit.rows) for visit in visits),
    }


def _spend(days: list[Day]) -> dict[str, object]:
    by_channel: Counter[str] = Counter()
    by_campaign: Counter[str] = Counter()
    by_month: Counter[str] = Counter()
    for day in days:
        by_channel[day.campaign.channel] += day.spend
        by_campaign[day.campaign.name] += day.spend
        by_month[f"{day.date:%Y-%m}"] += day.spend
    return {
        "currency": "COP",
        "total": sum(day.spend for day in days),
        "by_channel": dict(sorted(by_channel.items())),
        "by_campaign": dict(sorted(by_campaign.items())),
        "by_month": dict(sorted(by_month.items())),
        "clicks": sum(day.clicks for day in days),
        "claimed_sales": sum(day.claimed for day in days),
    }
