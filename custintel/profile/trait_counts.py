"""Every trait of every person, counted: from the tables of a project to :class:`custintel.profile.counts.Counts`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from custintel.profile import browsing, purchase_facts
from custintel.profile.card_facts import card_traits
from custintel.profile.counts import Counts, counts, flags, grouped
from custintel.profile.free_shipping import Threshold, goods, just_above, threshold
from custintel.profile.traits import YES
from custintel.purchases.purchases import Purchases

SENT = ("shipped", "delivered", "refused", "returned")
DELIVERED = ("delivered", "returned")
PLAIN = {
    "payment_method": "payment_method",
    "installments": "parts",
    "hour": "hour",
    "weekday": "weekday",
    "month": "month",
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
        customers, orders, items, margins, returns, surveys: read.
        products, events, visits: not read yet.
        groups: customer_id and, per further way to tell people apart, a column of text.
    """

    customers: pl.DataFrame
    orders: pl.DataFrame
    items: pl.DataFrame
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
        traits: what each of them shows of each trait that anybody shows.
        orders: every order of a known person that was for something: person, day, status, ``bought``, net.
        lines: of purchases, as :func:`custintel.profile.purchase_facts.lines` gives them.
        threshold: from which amount on shipping is free, if that can be told.
    """

    ids: pl.Series
    traits: Mapping[str, Counts]
    orders: pl.DataFrame
    lines: pl.DataFrame
    threshold: Threshold | None


def count_traits(tables: Tables, bought: Purchases) -> Counted:
    """Count everything.

    Args:
        tables: of the project.
        bought: the purchases of known people, with :data:`custintel.profile.purchase_facts.CARRIED` and those in other
            currencies.
    """
    ids = pl.concat([tables.customers["customer_id"], bought.frame["customer_id"]]).unique().sort()
    people = Numbers(ids)
    orders = people.of(bought.frame.filter(pl.col("total") > 0)).with_columns(
        counts=pl.col("net").is_not_null() & (pl.col("currency").fill_null(bought.currency) == bought.currency)
    )
    real = purchase_facts.order_traits(orders.filter("bought").with_row_index("order"))
    real = real.with_columns(goods(real))
    found = threshold(real["goods"], real["shipped_free"])
    near = just_above(pl.col("goods"), found.amount) if found else pl.lit(None, pl.Boolean)
    real = real.with_columns(just_above=near)
    lines = purchase_facts.lines(tables.items, real)
    traits = dict(_of_orders(real))
    traits |= dict(_of_lines(lines))
    traits |= dict(_of_website(tables, people, traits.get("category")))
    traits |= dict(_of_returns(tables, people, orders))
    traits |= dict(card_traits(people.of(tables.customers), bought.as_of))
    known = {code: one for code, one in traits.items() if one.known}
    columns = ("person", "day", "status", "bought", "net", "counts", "gross", "discount")
    return Counted(ids, known, orders.select(columns), lines, found)


@dataclass(frozen=True)
class Numbers:
    """The numbers of people."""

    ids: pl.Series

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """``frame`` with ``person`` beside customer_id; rows of people who are not among them are dropped."""
        if not self.ids.len():
            return frame.clear().with_columns(person=pl.lit(None, pl.UInt32))
        known = pl.DataFrame({"customer_id": self.ids}).with_row_index("person")
        return frame.join(known, on="customer_id", how="inner", maintain_order="left")


def _of_orders(orders: pl.DataFrame) -> Iterator[tuple[str, Counts]]:
    for code, column in PLAIN.items():
        found = counts(orders.select("person", pl.col(column).alias("value"), "day"))
        yield code, found
        if code == "hour":
            yield "part_of_day", grouped(found, {str(hour): part for hour, part in purchase_facts.PARTS.items()})
        if code == "month":
            yield "season", grouped(found, {str(month): part for month, part in purchase_facts.SEASONS.items()})
    for code, column in HOLDS.items():
        yield code, flags(orders.select("person", pl.col(column).alias("holds"), "day"), YES)


def _of_lines(lines: pl.DataFrame) -> Iterator[tuple[str, Counts]]:
    for code, column in (("category", "category"), ("product", "sku")):
        each = lines.select("person", "order", "day", pl.col(column).alias("value")).drop_nulls("value").unique()
        orders = each.select("person", "order").unique().group_by("person").agg(pl.len().alias("n"))
        yield code, counts(each, orders)
    band = purchase_facts.price_band(pl.col("level")).alias("value")
    yield "price_band", counts(lines.select("person", "day", band))
    yield "low_price", flags(lines.select("person", "day", holds="cheap"), YES)
    new = purchase_facts.novelty(lines).with_columns(value=pl.lit(0, pl.UInt32))
    yield (
        "novelty",
        Counts(
            new.filter(pl.col("x") > 0).select("person", "value", "x", pl.col("last").to_physical().cast(pl.Int32)),
            new.select("person", "n"),
            pl.Series("name", [YES]),
        ),
    )


def _of_website(tables: Tables, people: Numbers, bought: Counts | None) -> Iterator[tuple[str, Counts]]:
    categories = browsing.categories_of(tables.items.lazy(), tables.products)
    seen = people.of(browsing.browsed(tables.events, categories))
    if seen.height:
        visits = seen.select("person", "session_id").unique().group_by("person").agg(pl.len().alias("n"))
        looked = counts(seen.select("person", "value", "day"), visits)
        yield "browsed", looked
        pairs = looked.frame.select("person", "last", value=looked.names.gather(looked.frame["value"]))
        if bought and bought.known:
            theirs = bought.frame.select("person", value=bought.names.gather(bought.frame["value"]))
            pairs = pairs.join(theirs, on=["person", "value"], how="anti")
        missing = pairs.select("person", "value", day=pl.col("last").cast(pl.Date))
        yield "browsed_not_bought", counts(missing, looked.totals.with_columns(n=pl.lit(1, pl.Int64)))
    known = tables.visits.filter(pl.col("customer_id").is_not_null(), pl.col("device").is_not_null())
    devices = people.of(known.select("customer_id", "device", day=pl.col("started_at").dt.date()).collect())
    yield "device", counts(devices.select("person", "day", value="device"))


def _of_returns(tables: Tables, people: Numbers, orders: pl.DataFrame) -> Iterator[tuple[str, Counts]]:
    kinds = tables.returns.filter(pl.col("kind").cast(pl.String).is_in(BACK)).select("order_id").unique()
    back = orders.select("order_id").join(
        kinds.with_columns(back=True), on="order_id", how="left", maintain_order="left"
    )
    came = (pl.col("status") == "returned") | (pl.col("refunded") > 0).fill_null(False) | back["back"].fill_null(False)
    seen = orders.select("person", "day", "status", came=came)
    status = pl.col("status")
    yield "refused", flags(seen.filter(status.is_in(SENT)).with_columns(holds=status == "refused"), YES)
    yield "returned", flags(seen.filter(status.is_in(DELIVERED)).with_columns(holds="came"), YES)
    yield "cancelled", flags(seen.with_columns(holds=status == "cancelled"), YES)
    whose = orders.select("order_id", "person", "day")
    reasons = tables.returns.select("order_id", value="reason").drop_nulls().join(whose, on="order_id")
    yield "return_reason", counts(reasons.select("person", "value", "day"))
    yield "satisfaction", counts(answers(people.of(tables.surveys)).select("person", "value", "day"))


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
