"""Everything ``ci profile`` finds out, from the tables of a project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from custintel.periods import Period
from custintel.profile import payday
from custintel.profile.counts import most_frequent
from custintel.profile.free_shipping import Threshold
from custintel.profile.groups import SAME, Groups, everybody, groups_by
from custintel.profile.medians import medians
from custintel.profile.people import people
from custintel.profile.purchase_facts import CARRIED
from custintel.profile.shares import FEW, shares
from custintel.profile.trait_counts import Counted, Tables, count_traits
from custintel.profile.traits import TRAITS, Trait
from custintel.proportions import holm
from custintel.purchases.purchases import purchases
from custintel.purchases.rhythm import Rhythm, rhythm
from custintel.tables import PROFILES

SURE = 0.05
"""Probability, after Holm, below which a difference is told."""
EFFECT = 0.2
"""Size of a difference from which it is told: small by Cohen (1988), such as 50 % beside 40 %, or 12 % beside 6 %."""
VALUES = 50
"""Values of a trait that are told apart, the most frequent first."""


@dataclass(frozen=True)
class Portrait:
    """What was found.

    Attributes:
        people: table customer_profiles.
        profiles: table profiles.
        buyers, purchases: people with a purchase, and their purchases.
        unknown: orders of nobody known.
        foreign: orders in another currency, whose money does not count.
        currency: of money; empty when no order says any.
        period: the days that count.
        as_of: the last day of the data; ``None`` when nothing has a date.
        rhythm: of purchases, by the place of a person.
        threshold: from which amount on shipping is free, if that can be told.
        payday: whether more is bought on paydays, if that can be told.
        cuts: how people are told apart, everybody first.
    """

    people: pl.DataFrame
    profiles: pl.DataFrame
    buyers: int
    purchases: int
    unknown: int
    foreign: int
    currency: str
    period: Period
    as_of: dt.date | None
    rhythm: Rhythm
    threshold: Threshold | None
    payday: payday.Effect | None
    cuts: tuple[str, ...]

    @property
    def base(self) -> pl.DataFrame:
        """The rows of everybody."""
        return self.profiles.filter(pl.col("cut") == "all")


def portrait(tables: Tables, by: Sequence[str] = (), *, period: Period | None = None, currency: str = "") -> Portrait:
    """Everything.

    Args:
        tables: of the project.
        by: how to tell people apart, each one of :data:`custintel.profile.groups.CUTS` or a column of
            ``tables.groups``.
        period: the days that count; of events, visits, returns and answers too. Cards of people have no day.
        currency: of money, where no costs have been counted; by default the one that most orders have.
    """
    period = period or Period()
    tables = within(tables, period)
    bought = purchases(tables.orders, tables.margins, currency=currency, as_of=period.end, keep=CARRIED, foreign=True)
    if bought.as_of is None:
        bought = replace(bought, as_of=tables.customers.select(pl.col("last_seen").dt.date().max()).item())
    counted = count_traits(tables, bought)
    real = counted.orders.filter("bought")
    pace = rhythm(real.select(pl.col("person").alias("customer_id"), "day"))
    found = people(counted, tables, pace, bought.currency, bought.as_of)
    groups = [everybody(found.height), *(groups_by(cut, found, tables.groups) for cut in by)]
    rows = pl.concat([told(counted, found, one, bought.currency, period) for one in groups])
    return Portrait(
        people=found,
        profiles=rows,
        buyers=int((found["orders"] > 0).sum()),
        purchases=real.height,
        unknown=bought.unknown,
        foreign=bought.foreign,
        currency=bought.currency,
        period=period,
        as_of=bought.as_of,
        rhythm=pace,
        threshold=counted.threshold,
        payday=payday.effect(real["day"]),
        cuts=("all", *by),
    )


def within(tables: Tables, period: Period) -> Tables:
    """The rows of a period."""
    if period.start is None and period.end is None:
        return tables

    def holds(name: str) -> pl.Expr:
        return period.holds(pl.col(name).dt.date())

    return replace(
        tables,
        orders=tables.orders.filter(holds("ordered_at")),
        returns=tables.returns.filter(holds("requested_at")),
        surveys=tables.surveys.filter(holds("answered_at")),
        events=tables.events.filter(holds("ts")),
        visits=tables.visits.filter(holds("started_at")),
    )


def told(counted: Counted, people: pl.DataFrame, groups: Groups, currency: str, period: Period) -> pl.DataFrame:
    """The rows of table profiles about some groups; probabilities are corrected for all that are tested here."""
    names = pl.DataFrame(
        {
            "place": pl.int_range(len(groups.names), dtype=pl.UInt32, eager=True),
            "name": pl.Series(groups.names, dtype=pl.String),
            "people": pl.Series(groups.people, dtype=pl.UInt32),
        }
    )
    parts = [part for trait in TRAITS for part in _of_trait(trait, counted, people, groups, currency)]
    if not parts:
        return PROFILES.empty()
    found = pl.concat(parts, how="diagonal").join(names, left_on="group", right_on="place", maintain_order="left")
    found = found.with_row_index("row")
    corrected = found.select("row", "p").drop_nulls()
    corrected = corrected.with_columns(p=pl.Series(holm(corrected["p"].to_list()), dtype=pl.Float64))
    found = found.drop("p").join(corrected, on="row", how="left", maintain_order="left")
    figure = pl.coalesce("share", "median")
    table = found.with_columns(
        cut=pl.lit(groups.cut),
        group=pl.col("name"),
        lift=pl.when(pl.col("rest") > 0).then(figure / pl.col("rest")),
        distinct=((pl.col("p") < SURE) & (pl.col("effect").abs() >= EFFECT)).fill_null(False),
        small=pl.col("of_people") < FEW,
        **{"from": pl.lit(period.start, pl.Date), "to": pl.lit(period.end, pl.Date)},
    )
    order = {trait.code: at for at, trait in enumerate(TRAITS)}
    table = table.with_columns(place=pl.col("trait").replace_strict(order, return_dtype=pl.Int32))
    ordered = table.sort("people", "name", "place", "row", descending=[True, False, False, False])
    return ordered.select(pl.col(name).cast(dtype) for name, dtype in PROFILES.schema.items())


def _of_trait(
    trait: Trait, counted: Counted, people: pl.DataFrame, groups: Groups, currency: str
) -> Iterator[pl.DataFrame]:
    """The rows of one trait, values in their natural order; those that make the groups are not tested."""
    tested = trait.code not in SAME.get(groups.cut, ())
    money = pl.lit(currency or None, pl.String) if trait.money else pl.lit(None, pl.String)
    about = {
        "topic": pl.lit(trait.topic),
        "trait": pl.lit(trait.code),
        "counted": pl.lit(trait.counted),
        "currency": money,
    }
    if trait.median:
        found = medians(numbers(trait.code, people), groups.place, tested=tested)
        of = pl.col("of")
        yield found.with_columns(measure=pl.lit("median"), n=of, of_people=of, **about)
    elif trait.code in counted.traits:
        chosen = most_frequent(counted.traits[trait.code], VALUES)
        yield shares(chosen, groups.place, tested=tested).with_columns(measure=pl.lit("share"), **about)


def numbers(code: str, people: pl.DataFrame) -> pl.Series:
    """The number of each person that a trait has the median of; empty where there is none."""
    buyer = pl.col("orders") > 0
    made = {
        "orders": pl.when(buyer).then("orders"),
        "n_categories": pl.when(pl.col("n_categories") > 0).then("n_categories"),
    }
    return people.select(made.get(code, pl.col(code)).alias(code))[code]
