"""Everything ``ci profile`` finds out, from the tables of a project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from custintel.periods import Period
from custintel.profile import payday
from custintel.profile.browsing import article_names
from custintel.profile.counts import Counts, most_frequent
from custintel.profile.free_shipping import Threshold
from custintel.profile.groups import SAME, Groups, everybody, groups_by
from custintel.profile.medians import MEDIANS, medians, ranked
from custintel.profile.people import people
from custintel.profile.shares import FEW, SHARES, shares, weighed
from custintel.profile.trait_counts import Tables, count_traits
from custintel.profile.traits import TRAITS
from custintel.proportions import holm
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
        articles: the names of the articles that are told of, by sku.
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
    articles: Mapping[str, str]

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
    counted = count_traits(tables, currency, period.end)
    bought = counted.bought
    real = counted.orders.filter("bought")
    pace = rhythm(real.select(pl.col("person").alias("customer_id"), "day"))
    found = people(counted, tables, pace, bought.currency, bought.as_of)
    groups = [everybody(found.height), *(groups_by(cut, found, tables.groups) for cut in by)]
    parts = measured(counted.traits, found, groups, bought.currency)
    rows = pl.concat([told(part, one, period) for part, one in zip(parts, groups, strict=True)])
    skus = rows.filter(pl.col("trait") == "product")["value"].unique()
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
        articles=article_names(tables.items, tables.products, skus),
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


def measured(
    traits: Mapping[str, Counts], people: pl.DataFrame, groups: Sequence[Groups], currency: str
) -> list[list[pl.DataFrame]]:
    """Shares and medians of every trait, for each way to tell people apart; values in their natural order. Traits by
    which groups are made are not tested.
    """
    parts: list[list[pl.DataFrame]] = [[] for _cut in groups]
    for trait in TRAITS:
        about = {
            "topic": pl.lit(trait.topic),
            "trait": pl.lit(trait.code),
            "counted": pl.lit(trait.counted),
            "currency": pl.lit(currency or None if trait.money else None, pl.String),
            "measure": pl.lit("median" if trait.median else "share"),
        }
        if trait.median:
            figures = ranked(numbers(trait.code, people))
            for part, one in zip(parts, groups, strict=True):
                found = medians(figures, one.place, tested=trait.code not in SAME.get(one.cut, ()))
                part.append(found.with_columns(n=pl.col("of"), of_people=pl.col("of"), **about))
        elif trait.code in traits:
            arrays = weighed(most_frequent(traits[trait.code], VALUES))
            for part, one in zip(parts, groups, strict=True):
                found = shares(arrays, one.place, tested=trait.code not in SAME.get(one.cut, ()))
                part.append(found.with_columns(**about))
    return parts


def told(parts: Sequence[pl.DataFrame], groups: Groups, period: Period) -> pl.DataFrame:
    """The rows of table profiles about some groups; probabilities are corrected for all that are tested here."""
    names = pl.DataFrame(
        {
            "place": pl.int_range(len(groups.names), dtype=pl.UInt32, eager=True),
            "name": pl.Series(groups.names, dtype=pl.String),
            "people": pl.Series(groups.people, dtype=pl.UInt32),
        }
    )
    every = [pl.DataFrame(schema=SHARES), pl.DataFrame(schema=MEDIANS), *parts]
    found = pl.concat(every, how="diagonal").join(names, left_on="group", right_on="place", maintain_order="left")
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


def numbers(code: str, people: pl.DataFrame) -> pl.Series:
    """The number of each person that a trait has the median of; empty where there is none."""
    buyer = pl.col("orders") > 0
    made = {
        "orders": pl.when(buyer).then("orders"),
        "n_categories": pl.when(pl.col("n_categories") > 0).then("n_categories"),
    }
    return people.select(made.get(code, pl.col(code)).alias(code))[code]
