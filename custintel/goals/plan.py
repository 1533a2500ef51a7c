"""Goals and offers from the tables of a project: everything ``ci goals`` finds out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor

import polars as pl

from custintel.goals import offers, progress, reach
from custintel.goals.articles import article, bought, pairs
from custintel.goals.cross_sell import cross_sell
from custintel.goals.diary import Diary
from custintel.goals.earnings import Earnings, earnings
from custintel.goals.measures import QUARTER, kind_of
from custintel.goals.pair_rules import pair_rules
from custintel.goals.replenish import replenish
from custintel.goals.targets import Goal, Group, groups, proposed
from custintel.goals.taste_check import Check, check
from custintel.goals.threshold import NEAR, Threshold, threshold
from custintel.goals.win_back import rhythm, win_back
from custintel.purchases.purchases import Purchases, hundredths, purchases
from custintel.purchases.summary import summary
from custintel.tables import OFFERS


@dataclass(frozen=True)
class Tables:
    """The tables that goals and offers come from; those that were never written are without rows."""

    orders: pl.DataFrame
    items: pl.DataFrame
    margins: pl.DataFrame
    ledger: pl.DataFrame
    segments: pl.DataFrame
    value: pl.DataFrame
    customers: pl.DataFrame
    goal_people: pl.DataFrame


@dataclass(frozen=True)
class Base:
    """A base, ready for goals and offers.

    Attributes:
        sold: every order of a known person.
        as_of: the last day of the data.
        parts: the segments from best to last, by name; one without a name where there are none.
        diary: what everybody did.
        earnings: what the ledger says.
        visible: order_id, day, total and shipping of every purchase in the currency, as the customer paid them.
        proposals: a goal for every segment and measure with room.
        tables: what it was made of.
    """

    sold: Purchases
    as_of: dt.date
    parts: Mapping[str | None, Group]
    diary: Diary
    earnings: Earnings
    visible: pl.DataFrame
    proposals: Sequence[Goal]
    tables: Tables


@dataclass(frozen=True)
class Plan:
    """What to reach and what to offer.

    Attributes:
        base: what it rests on.
        goals: table goals.
        people: table goal_people.
        offers: table offers.
        checked: how well tastes foretell; ``None`` when there was too little to measure.
        rules: how many pairs of articles are bought together more often than chance explains.
        thresholds: by segment and, without a name, for everybody, where one can be worked out.
        losing: articles that lose money and are therefore not offered.
        left_out: offers of other things that are not made, because to whom they would go they leave less than nothing.
        drawn_otherwise: rows of ``people`` of goals that were drawn by another share than is wanted now, and keep it.
        wanted: the share that is held out of goals to come; ``None`` without goals.
        silent: customers with an offer who may not be contacted by any channel; ``None`` when that is not known.
    """

    base: Base
    goals: pl.DataFrame
    people: pl.DataFrame
    offers: pl.DataFrame
    checked: Check | None
    rules: int
    thresholds: Mapping[str | None, Threshold]
    losing: Sequence[str]
    left_out: int
    drawn_otherwise: pl.DataFrame
    wanted: float | None
    silent: int | None


def base_of(tables: Tables, *, as_of: dt.date | None = None, days: int = QUARTER) -> Base | None:
    """The base up to a day; ``None`` when no known person has bought anything by then.

    Args:
        tables: of the project.
        as_of: the last day that counts; by default the day of the last order.
        days: how long a proposed goal lasts.
    """
    sold = purchases(tables.orders, tables.margins, as_of=as_of)
    if sold.as_of is None or not sold.frame["bought"].any():
        return None
    lines = bought(tables.items, sold.frame)
    customers = sold.frame.filter("bought")["customer_id"]
    customers = pl.concat([customers, tables.segments["customer_id"]]).unique().sort()
    parts = groups(customers, tables.segments)
    diary = Diary(customers, sold.frame, lines, kind_of(lines))
    members = sold.frame.select("order_id", "customer_id").join(
        tables.segments.select("customer_id", "segment"), on="customer_id", how="left", maintain_order="left"
    )
    every_line = tables.items.select("order_id", "line_no", article(), net=hundredths("net"))
    counted = tables.margins.filter(pl.col("placed_on") <= sold.as_of) if tables.margins.height else tables.margins
    made = earnings(counted, tables.ledger, every_line, members.drop("customer_id"), sold.currency)
    same = pl.col("currency").fill_null(sold.currency) == sold.currency
    visible = tables.orders.filter(same).select(
        "order_id", *(hundredths(name).fill_null(0) / 100 for name in ("total", "shipping_charged"))
    )
    visible = visible.join(sold.frame.filter("bought").select("order_id", "customer_id", "day"), on="order_id")
    year = diary.year(customers, sold.as_of)
    goals = proposed(parts, year, sold.as_of, days)
    by_name = {part.segment: part for part in parts}
    return Base(sold, sold.as_of, by_name, diary, made, visible, goals, tables)


def plan(base: Base, goals: Sequence[Goal]) -> Plan:
    """Goals with their value and progress, and offers for everybody.

    Args:
        base: from :func:`base_of`.
        goals: those of goals.yaml, or the proposed ones.
    """
    tables, as_of, currency = base.tables, base.as_of, base.sold.currency
    people = progress.draw(goals, base.parts, tables.goal_people, as_of)
    chances = _chances(tables.value)
    paid = base.visible.select("order_id", "total")
    rows = progress.rows(goals, base.parts, people, base.diary, base.earnings, paid, chances, as_of, currency)
    owned = pairs(base.diary.lines)
    strength, checked = check(owned, as_of)
    never = offers.losing(base.earnings)
    new = cross_sell(owned, as_of, strength, checked, never=never)
    rules = pair_rules(base.diary.lines)
    thresholds = _thresholds(base)
    found = [
        _replenished(base, never),
        _new(offers.because(new, owned, rules)),
        _near(base, thresholds),
        _late(base),
    ]
    made = pl.concat(found, how="diagonal_relaxed")
    segments = tables.segments.select("customer_id", "segment")
    made = made.join(segments, on="customer_id", how="left", maintain_order="left")
    before = made.height
    made = offers.worthwhile(offers.guarded(made, base.earnings))
    left_out = before - made.height
    made, silent = _told(made, tables.customers)
    made = offers.drawn(made, _in_force(goals, as_of), people)
    articles = base.diary.lines.select("article", "sku", "name", "category").unique("article", keep="first")
    made = offers.table(made, articles, currency)
    otherwise = progress.drawn_otherwise(goals, people, as_of)
    wanted = goals[0].holdout if goals else None
    return Plan(base, rows, people, made, checked, rules.height, thresholds, never, left_out, otherwise, wanted, silent)


def _chances(value: pl.DataFrame) -> pl.DataFrame:
    """customer_id and p_buy, the probability of a purchase within 12 months, of those for whom a model says it.

    By chance at the orders expected over those months, 1 - exp(-orders); not below what the model says of fewer days.
    """
    year = 1 - (-pl.col("expected_orders") * 12 / pl.col("months")).exp()
    found = value.select("customer_id", p_buy=pl.max_horizontal("p_buy", year))
    return found.filter(pl.col("p_buy").is_not_null())


def _in_force(goals: Sequence[Goal], as_of: dt.date) -> list[Goal]:
    """Goals that run on the day after the data end."""
    tomorrow = as_of + dt.timedelta(days=1)
    return [goal for goal in goals if goal.start <= tomorrow <= goal.end]


_OFFER = pl.Schema(
    {
        "customer_id": pl.String(),
        "kind": OFFERS.schema["kind"],
        "rank": pl.Int32(),
        "article": pl.String(),
        "with_article": pl.String(),
        "reason": OFFERS.schema["reason"],
        "due_on": pl.Date(),
        "from_amount": pl.Float64(),
        "limit": pl.Float64(),
        "leaves": pl.Float64(),
    }
)


def _as_offer(frame: pl.DataFrame, **constants: str) -> pl.DataFrame:
    """``frame`` with every column that an offer has before it is guarded."""
    frame = frame.with_columns(pl.lit(value).alias(name) for name, value in constants.items())
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in _OFFER.items() if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in _OFFER.items())


def _replenished(base: Base, never: Sequence[str]) -> pl.DataFrame:
    lines = base.diary.lines.filter(~pl.col("article").is_in(list(never)))
    own = pl.when("own").then(pl.lit("own_rhythm")).otherwise(pl.lit("usual_rhythm"))
    return _as_offer(replenish(lines, base.as_of).with_columns(reason=own), kind="replenish")


def _new(new: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("with_article").is_not_null()
    why = pl.when(known).then(pl.lit("bought_with")).otherwise(pl.lit("bought_by_alike"))
    return _as_offer(new.with_columns(reason=why), kind="cross_sell")


def _thresholds(base: Base) -> dict[str | None, Threshold]:
    """The threshold of everybody and of each segment, where there is one."""
    everybody = Group(None, None, base.diary.customers)
    found = {}
    for name, part in {None: everybody, **base.parts}.items():
        own = base.visible.filter(pl.col("customer_id").is_in(part.customers.implode()))
        rates = base.earnings.rates(name, base.visible.select("order_id", "total"))
        orders = own.select(goods=pl.col("total") - pl.col("shipping_charged"), shipping="shipping_charged")
        made = threshold(orders, *(rates or (None,)))
        if made:
            found[name] = made
    return found


def _near(base: Base, thresholds: Mapping[str | None, Threshold]) -> pl.DataFrame:
    """Customers whose orders usually come close to the threshold of their segment, where one pays."""
    found = [_as_offer(pl.DataFrame(schema=_OFFER))]
    for name, made in thresholds.items():
        if name not in base.parts or not made.pays:
            continue
        own = base.visible.filter(pl.col("customer_id").is_in(base.parts[name].customers.implode()))
        usual = own.group_by("customer_id").agg(goods=(pl.col("total") - pl.col("shipping_charged")).median())
        near = usual.filter(pl.col("goods") >= NEAR * made.amount, pl.col("goods") < made.amount)
        # A discount comes on top of the shipping given away, so it is held against what is left after that.
        left = made.left or 0.0
        limit = floor(100 * left / made.amount - 1e-6) / 100
        near = near.with_columns(
            from_amount=pl.lit(made.amount), rank=pl.lit(1), limit=pl.lit(limit), leaves=pl.lit(left)
        )
        found.append(_as_offer(near, kind="threshold", reason="close_to_it"))
    return pl.concat(found)


def _late(base: Base) -> pl.DataFrame:
    """Customers to win back; their place is among all of them, in the order to go through."""
    frame = base.sold.frame
    people = summary(frame, base.as_of)
    own = rhythm(frame.filter("bought").select("customer_id", "day").unique())
    people = people.join(own, on="customer_id", how="left", maintain_order="left")
    people = people.join(base.tables.value.select("customer_id", "p_buy"), on="customer_id", how="left")
    brought = pl.coalesce("margin", "net") if base.sold.priced else pl.col("net")
    lost = win_back(people.with_columns(brought=brought), base.as_of)
    return _as_offer(lost.with_row_index("rank", offset=1), kind="win_back", reason="overdue")


def _told(made: pl.DataFrame, customers: pl.DataFrame) -> tuple[pl.DataFrame, int | None]:
    """Offers to those who may be contacted, by which channel, and to how many others there would have been some."""
    if not reach.known(customers):
        return made.with_columns(channel=pl.lit(None, pl.String)), None
    before = made["customer_id"].n_unique()
    made = made.join(reach.channels(customers), on="customer_id", how="inner", maintain_order="left")
    listed = pl.col("kind").cast(pl.String) == "win_back"
    made = made.with_columns(
        rank=pl.when(listed).then(pl.col("rank").rank().over("kind")).otherwise("rank").cast(pl.Int32)
    )
    return made, before - made["customer_id"].n_unique()
