"""From who is who to the tables about people: only the people whom something changed for are made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from custintel.people.contact_points import contact_points
from custintel.people.merges import merge_changes
from custintel.people.queue import review
from custintel.people.survivorship import CONSENTS, GROUPS, PHONES, Survivorship, bound, customers
from custintel.people.who import Who
from custintel.tables import (
    CHANGES,
    CONTACT_POINTS,
    CUSTOMERS,
    IDENTITIES,
    MATCHING,
    PAIRS,
    RECORDS,
    REVIEW,
    Table,
)
from custintel.tables.patch import Content, Patch

FIELDS = (*(field for group in GROUPS for field in group.fields), *CONSENTS)
"""The fields whose values a merge may leave out."""
FEW = 5_000
"""Places up to which rows are put between others by cutting; beyond, both are merged row by row."""


@dataclass(frozen=True)
class People:
    """The tables about people after a run.

    Attributes:
        tables: those that are not as they were.
        customers: the ``customers`` table, changed or not.
        review: the ``review`` table, likewise.
        changed: whether anybody is not as they were.
    """

    tables: Mapping[Table, Content]
    customers: pl.DataFrame
    review: pl.DataFrame
    changed: bool


@dataclass(frozen=True)
class Touched:
    """What a run changes.

    Attributes:
        people: customer_id of the people to make anew, those that are no more included.
        records: record_id of all their records.
        everybody: whether there was nobody before, and the two are left empty.
    """

    people: pl.DataFrame
    records: pl.DataFrame
    everybody: bool = False

    @property
    def something(self) -> bool:
        """Whether anything changes at all."""
        return self.everybody or self.people.height > 0


def rebuilt(
    before: Mapping[Table, pl.LazyFrame],
    who: Who,
    fresh: pl.DataFrame,
    cells: pl.DataFrame,
    run_id: str,
    survivorship: Survivorship,
) -> People:
    """The tables about people, once it is known who is who.

    Args:
        before: the tables of the project.
        who: who is who now; its records with :data:`CONSENTS` and what reaches people.
        fresh: the rows to add to ``records``, or to put in the place of those with their ids; normalised, with the
            customer_id of each.
        cells: the changed cells of ``fresh``.
        run_id: this run.
        survivorship: how to choose among a person's values.
    """
    identities, people_before = who.identities, before[CUSTOMERS].collect()
    touched = touched_by(fresh, identities, before[IDENTITIES].collect(), people_before, run_id)
    rows = whole_records(before[RECORDS], fresh, touched, identities)
    people = bound(customers(rows, survivorship), who.records)
    rows = numbered(rows, people)
    merges = merge_changes(rows, people, FIELDS)
    people_now = at_home(spliced(CUSTOMERS, before, people, touched), who)
    queue = review(who, people_now, before[REVIEW].collect())
    tables: dict[Table, Content] = {
        IDENTITIES: identities,
        CUSTOMERS: people_now,
        CONTACT_POINTS: spliced(CONTACT_POINTS, before, contact_points(rows, people), touched),
        PAIRS: PAIRS.conform(who.matched.pairs),
        MATCHING: learnt(who),
        REVIEW: queue,
    }
    if touched.something or cells.height:
        tables[CHANGES] = more_changes(before[CHANGES], fresh, cells, merges, touched, identities)
    if fresh.height:
        tables[RECORDS] = more_records(before[RECORDS], fresh)
    return People(tables, people_now, queue, touched.something)


def learnt(who: Who) -> pl.DataFrame:
    """The ``matching`` table; without records nothing was learnt."""
    model = who.matched.model.to_frame() if who.identities.height else MATCHING.empty().drop("position")
    return MATCHING.conform(model.with_row_index("position"))


def at_home(people: pl.DataFrame, who: Who) -> pl.DataFrame:
    """``people`` with the household of each."""
    homes = (
        who.matched.households.join(who.identities, on="record_id", how="inner")
        .group_by("customer_id")
        .agg(household_id=pl.concat_str(pl.lit("h"), pl.col("household").min().str.slice(1)))
    )
    people = people.drop("household_id", strict=False)
    return CUSTOMERS.conform(people.join(homes, on="customer_id", how="left", maintain_order="left"))


def touched_by(
    fresh: pl.DataFrame, identities: pl.DataFrame, earlier: pl.DataFrame, people: pl.DataFrame, run_id: str
) -> Touched:
    """Whom the run changes: who has fresh rows, who gained or lost records, who is refused something by a fresh row."""
    if not earlier.height:
        return Touched(identities.select("customer_id").clear(), identities.select("record_id").clear(), everybody=True)
    moved = identities.filter(pl.col("run_id") == run_id)
    now = pl.concat([moved, identities.join(fresh, on="record_id", how="semi")])
    once = earlier.join(moved, on="record_id", how="semi")
    touched = pl.concat([frame.select("customer_id") for frame in (now, once, refused_by(fresh, people))]).unique()
    records = identities.join(touched, on="customer_id", how="semi").select("record_id")
    return Touched(touched, records)


def refused_by(fresh: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The people whose main email or phone stands on a fresh row with a refusal."""
    consents = [pl.col(name) for name in CONSENTS if name in fresh.columns]
    if not consents:
        return people.clear()
    refusing = fresh.filter(~pl.all_horizontal(consent.fill_null(value=True) for consent in consents))
    reached = pl.lit(value=False)
    for main, fields in (("email", ("email",)), ("phone", PHONES)):
        values = [refusing[name].drop_nulls() for name in fields if name in refusing.columns]
        if values:
            reached |= pl.col(main).is_in(pl.concat(values).unique().implode()).fill_null(value=False)
    return people.filter(reached)


def whole_records(
    records: pl.LazyFrame, fresh: pl.DataFrame, touched: Touched, identities: pl.DataFrame
) -> pl.DataFrame:
    """All columns of the records of touched people, the fresh ones as they are now, with the customer_id of each."""
    rows = fresh.select(name for name in fresh.columns if name in RECORDS.schema or name == "customer_id")
    others = touched.records.join(fresh, on="record_id", how="anti")
    if others.height:
        stored = records.filter(pl.col("record_id").is_in(others["record_id"].implode())).collect()
        filled = stored.select(name for name in stored.columns if stored[name].null_count() < stored.height)
        rows = pl.concat([with_people(filled, identities), rows], how="diagonal_relaxed")
    return rows


def with_people(rows: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with the customer_id of each record."""
    whose = rows.select("record_id").join(identities, on="record_id", how="left", maintain_order="left")
    return rows.with_columns(whose["customer_id"])


def numbered(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with ``person``, the place among ``people`` of whom each is about."""
    places = people.select("customer_id", pl.int_range(pl.len(), dtype=pl.UInt32).alias("person"))
    found = rows.select("customer_id").join(places, on="customer_id", how="left", maintain_order="left")
    return rows.with_columns(found["person"])


def spliced(table: Table, before: Mapping[Table, pl.LazyFrame], made: pl.DataFrame, touched: Touched) -> pl.DataFrame:
    """A table by customer_id: the rows of touched people from ``made``, all others as they were."""
    gone = pl.col("customer_id").is_in(touched.people["customer_id"].implode())
    kept = before[table].filter(~gone).collect()
    if not kept.height:
        return made
    return table.conform(inserted(table.fill(kept), table.fill(made), "customer_id"))


def inserted(rows: pl.DataFrame, more: pl.DataFrame, key: str) -> pl.DataFrame:
    """Two frames in the order of ``key``, whose values they do not share, as one: cut where the smaller comes in."""
    places = rows[key].search_sorted(more[key])
    runs = places.rle_id()
    if not more.height or runs[-1] > FEW:
        return rows.merge_sorted(more, key=key)
    begins = runs.rle().struct.field("len").cum_sum().shift(1, fill_value=0)
    parts, done = [], 0
    for begin, length in zip(begins, runs.rle().struct.field("len"), strict=True):
        place = places[begin]
        parts += [rows[done:place], more[begin : begin + length]]
        done = place
    return pl.concat([*parts, rows[done:]], rechunk=True)


def more_records(before: pl.LazyFrame, fresh: pl.DataFrame) -> Content:
    """The ``records`` table with the fresh rows in it."""
    rows = RECORDS.conform(fresh.select(name for name in fresh.columns if name in RECORDS.schema))
    held = before.select("record_id").collect().to_series()
    if not len(held):
        return rows
    return Patch(held.is_in(rows["record_id"].implode()).arg_true(), rows)


def more_changes(
    before: pl.LazyFrame,
    fresh: pl.DataFrame,
    cells: pl.DataFrame,
    merges: pl.DataFrame,
    touched: Touched,
    identities: pl.DataFrame,
) -> Content:
    """The ``changes`` table: the cells of earlier runs and of this one, about the people as they are now, and what the
    merges of touched people leave out.
    """
    made = pl.concat([cells, merges], how="diagonal")
    if touched.everybody:
        return CHANGES.conform(made)
    concerned = before.select("record_id", "kind", "customer_id").with_row_index("_row")
    mine = concerned.filter(pl.col("record_id").is_in(touched.records["record_id"].implode())).collect()
    whose = with_people(mine.drop("customer_id"), identities)["customer_id"]
    again = pl.col("record_id").is_in(fresh["record_id"].implode()) | (pl.col("kind") == "merge")
    gone = mine.filter(again | pl.col("customer_id").ne_missing(pl.lit(whose)))
    moved = gone.filter(~again)
    kept = before.with_row_index("_row").join(moved.lazy().select("_row"), on="_row", how="semi").collect().drop("_row")
    kept = with_people(kept.drop("customer_id"), identities)
    return Patch(gone["_row"], CHANGES.conform(pl.concat([CHANGES.fill(kept), CHANGES.fill(made)])))
