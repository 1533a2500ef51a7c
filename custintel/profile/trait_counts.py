"""Every trait of every person, counted: from the tables of a project to :class:`custintel.profile.counts.Counts`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from custintel.profile import browsing, purchase_facts
from custintel.profile.card_facts import card_traits
from custintel.profile.counts import Counts, coded, counts, distinct, first_of_runs, flags, of_one, tallied
from custintel.profile.free_shipping import Threshold, just_above, threshold
from custintel.profile.orders import Numbers, known_orders, numbers_of, read_orders
from custintel.profile.traits import YES
from custintel.purchases.purchases import Purchases

SENT = ("shipped", "delivered", "refused", "returned")
DELIVERED = ("delivered", "returned")
PLAIN = {
    "payment_method": "payment_method",
    "installments": "parts",
    "hour": "hour",
    "part_of_day": "part_of_day",
    "weekday": "weekday",
    "month": "month",
    "season": "season",
    "sale_channel": "sale_channel",
    "store": "store_id",
    "channel": "channel",
    "city": "city",
    "region": "region",
    "country": "country",
}
"""Traits that a column of an order says."""
HOLDS = {
    "payday": "payday",
    "coupon": "with_coupon",
    "discount": "discounted",
    "free_shipping": "shipped_free",
    "over_threshold": "just_above",
}
"""Traits that hold of an order or not."""
BACK = ("return", "exchange", "warranty")
"""Kinds of returns of which something came back."""


@dataclass(frozen=True)
class Tables:
    """The tables of a project that speak of people; those that were never written are empty.

    Attributes:
        customers, margins, returns, surveys: read.
        orders, items, products, events, visits: not read yet.
        groups: customer_id and, per further way to tell people apart, a column of text.
    """

    customers: pl.DataFrame
    orders: pl.LazyFrame
    items: pl.LazyFrame
    margins: pl.DataFrame
    returns: pl.DataFrame
    surveys: pl.DataFrame
    products: pl.LazyFrame
    events: pl.LazyFrame
    visits: pl.LazyFrame
    groups: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"customer_id": pl.String}))


@dataclass(frozen=True)
class Counted:
    """What was counted.

    Attributes:
        ids: customer_id of every person, sorted; their places are the numbers of people everywhere else.
        bought: what there is to say of the orders, without the orders.
        traits: what each of them shows of each trait that anybody shows.
        orders: every order of a known person that was for something: person, day, ``bought``, and in hundredths net,
            gross and discount.
        baskets: as :func:`custintel.profile.purchase_facts.baskets` gives them.
        threshold: from which amount on shipping is free, if that can be told.
    """

    ids: pl.Series
    bought: Purchases
    traits: Mapping[str, Counts]
    orders: pl.DataFrame
    baskets: pl.DataFrame
    threshold: Threshold | None


def count_traits(tables: Tables, currency: str, end: dt.date | None) -> Counted:
    """Count everything. What is no longer needed is let go at once: orders are what takes most memory.

    Args:
        tables: of the project.
        currency: of money, where no costs have been counted.
        end: the last day that counts.
    """
    people = numbers_of(tables.customers, tables.orders)
    bought, orders = known_orders(read_orders(tables.orders, people), tables.margins, currency, end)
    if bought.as_of is None:
        bought = replace(bought, as_of=tables.customers.select(pl.col("last_seen").dt.date().max()).item())
    traits = dict(_of_returns(tables, orders))
    slim = orders.select("person", "day", "bought", "net", "gross", "discount")
    real = purchase_facts.order_traits(orders.filter("bought")).with_row_index("order")
    del orders
    found = threshold(real["goods"], real["shipped_free"])
    near = just_above(pl.col("goods"), found.amount) if found else pl.lit(None, pl.Boolean)
    traits |= dict(_of_orders(real.with_columns(just_above=near)))
    real = real.select("order_id", "order", "person", "day", "counts")
    lines = purchase_facts.lines(tables.items, real)
    traits |= dict(_of_lines(lines, real.select("person", "day")))
    baskets = purchase_facts.baskets(lines)
    del lines, real
    traits |= dict(_of_website(tables, people, traits.get("category")))
    said = answers(people.of(tables.surveys.lazy()).collect())
    traits["satisfaction"] = counts(said.select("person", "value", "day"))
    traits |= dict(card_traits(people.of(tables.customers.lazy()).collect(), bought.as_of))
    known = {code: one for code, one in traits.items() if one.known}
    return Counted(people.ids, bought, known, slim, baskets, found)


def _of_orders(orders: pl.DataFrame) -> Iterator[tuple[str, Counts]]:
    for code, column in PLAIN.items():
        yield code, counts(orders.select("person", "day", value=column), favourites=True)
    for code, column in HOLDS.items():
        yield code, flags(orders.select("person", holds=column), YES)


def _of_lines(lines: pl.DataFrame, orders: pl.DataFrame) -> Iterator[tuple[str, Counts]]:
    """Traits of lines; ``orders`` has person and day, by the number of the order."""
    for code, column in (("category", "category"), ("product", "sku")):
        places, names = coded(lines[column])
        many = max(names.len(), 1)
        known = lines.select("order", value=places).drop_nulls()
        each = distinct(known["order"].cast(pl.Int64).to_numpy() * many + known["value"].to_numpy())
        order = each // many
        seen = orders[order].select("person", "day").with_columns(value=pl.Series(each % many, dtype=pl.UInt32))
        itemised = flags(seen[first_of_runs(order)].select("person", holds=pl.lit(True)), YES).totals
        yield code, tallied(seen, names, itemised, favourites=True)
    band = purchase_facts.price_band(pl.col("level")).alias("value")
    yield "price_band", counts(lines.select("person", "day", band))
    yield "low_price", flags(lines.select("person", holds="cheap"), YES)
    yield "novelty", of_one(purchase_facts.novelty(lines), YES)


def _of_website(tables: Tables, people: Numbers, bought: Counts | None) -> Iterator[tuple[str, Counts]]:
    categories = browsing.categories_of(tables.items, tables.products)
    seen = people.of(browsing.browsed(tables.events, categories).lazy()).collect()
    if seen.height:
        visits = seen.select("person", "session_id").unique().group_by("person").agg(pl.len().alias("n"))
        looked = counts(seen.select("person", "value", "day"), visits)
        yield "browsed", looked
        pairs = looked.frame.select("person", value=looked.names.gather(looked.frame["value"]))
        if bought and bought.known:
            theirs = bought.frame.select("person", value=bought.names.gather(bought.frame["value"]))
            pairs = pairs.join(theirs, on=["person", "value"], how="anti")
        missing = pairs.with_columns(day=pl.lit(None, pl.Date))
        yield "browsed_not_bought", counts(missing, looked.totals.with_columns(n=pl.lit(1, pl.Int64)))
    known = tables.visits.filter(pl.col("customer_id").is_not_null(), pl.col("device").is_not_null())
    devices = people.of(known.select("customer_id", "device", day=pl.col("started_at").dt.date())).collect()
    yield "device", counts(devices.select("person", "day", value="device"))


def _of_returns(tables: Tables, orders: pl.DataFrame) -> Iterator[tuple[str, Counts]]:
    """What went wrong; of what never did with anybody it is not known whether anything would say so."""
    kinds = tables.returns.filter(pl.col("kind").cast(pl.String).is_in(BACK)).select("order_id").unique()
    back = orders.select("order_id").join(
        kinds.with_columns(back=True), on="order_id", how="left", maintain_order="left"
    )
    came = (pl.col("status") == "returned") | pl.col("refunded") | back["back"].fill_null(False)
    seen = orders.select("person", "day", pl.col("status").cast(pl.String), came=came)
    status = pl.col("status")
    undone = {
        "refused": seen.filter(status.is_in(SENT)).with_columns(holds=status == "refused"),
        "returned": seen.filter(status.is_in(DELIVERED)).with_columns(holds="came"),
        "cancelled": seen.with_columns(holds=status == "cancelled"),
    }
    for code, each in undone.items():
        if each["holds"].any():
            yield code, flags(each, YES)
    whose = orders.select("order_id", "person", "day")
    reasons = tables.returns.select("order_id", value="reason").drop_nulls().join(whose, on="order_id")
    yield "return_reason", counts(reasons.select("person", "value", "day"))


def answers(surveys: pl.DataFrame) -> pl.DataFrame:
    """person, answered_at, survey_id, day and ``value``: happy, neutral or unhappy.

    Of a recommendation from 0 to 10 happy is 9 and 10 and unhappy up to 6; of any other scale happy is its upper
    quarter and unhappy below its middle. What asks for effort is left out: whether much is good is not said.
    """
    score, low, high = (pl.col(name) for name in ("score", "scale_min", "scale_max"))
    place = (score - low) / (high - low)
    recommends = pl.col("kind") == "nps"
    happy = pl.when(recommends).then(score >= 9).otherwise(place >= 0.75)
    unhappy = pl.when(recommends).then(score <= 6).otherwise(place < 0.5)
    told = surveys.filter((pl.col("kind") != "ces") & score.is_not_null() & (high > low))
    return told.select(
        "person",
        "answered_at",
        "survey_id",
        day=pl.col("answered_at").dt.date(),
        value=pl.when(happy).then(pl.lit("happy")).when(unhappy).then(pl.lit("unhappy")).otherwise(pl.lit("neutral")),
    )
