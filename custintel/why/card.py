"""The card of a person: their records, what joined them, what was changed, and who was nearly taken for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from custintel.people.sides import records_of
from custintel.tables import CHANGES, CONTACT_POINTS, CUSTOMERS, IDENTITIES, RECORDS, Table
from custintel.why.links import Link, Tie, explained, joining, repeats, ties

OTHERS = 50
"""People nearly taken for the person that are looked at, the nearest first."""


@dataclass(frozen=True)
class Near:
    """Somebody who is nearly the person.

    Attributes:
        customer_id: who it is.
        name: what they are called.
        link: the strongest pair of a record of each; its record of the person is ``mine``.
        mine: record_id of the person's record.
        other: the other's record: record_id, source, sheet, row.
    """

    customer_id: str
    name: str | None
    link: Link
    mine: str
    other: Mapping[str, Any]

    @property
    def waits(self) -> bool:
        """Whether the pair waits for somebody to judge it."""
        return self.link.tie.said is None and self.link.tie.band == "likely"


@dataclass(frozen=True)
class Card:
    """All there is to say about a person.

    Attributes:
        customer: the row of the ``customers`` table.
        contacts: kind, value and is_primary of every address and number.
        household: customer_id and full_name of the other people of the household.
        records: rows of the ``records`` table in the order in which they are numbered, with probability, evidence and
            decided_by of the ``identities`` table.
        links: the fewest and strongest pairs that hold the records together.
        repeats: record_id → the record that says the same.
        changes: rows of the ``changes`` table about the records, in their order; those of kind ``merge`` are values
            that the merge left out.
        near: who was nearly taken for the person.
    """

    customer: Mapping[str, Any]
    contacts: pl.DataFrame
    household: pl.DataFrame
    records: pl.DataFrame
    links: Sequence[Link]
    repeats: Mapping[str, str]
    changes: pl.DataFrame
    near: Sequence[Near]

    @property
    def number(self) -> dict[str, int]:
        """record_id → its number on the card."""
        return {record: n for n, record in enumerate(self.records["record_id"].to_list(), start=1)}


def card(before: Mapping[Table, pl.LazyFrame], customer_id: str) -> Card:
    """The card of a person who is in the ``customers`` table; ``before`` are the tables of the project."""
    customer = before[CUSTOMERS].filter(pl.col("customer_id") == customer_id).collect().row(0, named=True)
    decided = before[IDENTITIES].filter(pl.col("customer_id") == customer_id).collect()
    records = records_of(before, customer_id).join(
        decided.select("record_id", "probability", "evidence", "decided_by"),
        on="record_id",
        how="left",
        maintain_order="left",
    )
    names = {row["record_id"]: called(row) for row in records.iter_rows(named=True)}
    known = ties(before, list(names))
    inside = [tie for tie in known if tie.a in names and tie.b in names]
    outside = [tie for tie in known if (tie.a in names) != (tie.b in names)]
    points = before[CONTACT_POINTS].filter(pl.col("customer_id") == customer_id)
    return Card(
        customer=customer,
        contacts=points.select("kind", "value", "is_primary").collect(),
        household=household(before, customer),
        records=records,
        links=explained(before, joining(inside, names), names),
        repeats=repeats(records, inside) if len(names) > 1 else {},
        changes=changes(before, records),
        near=neighbours(before, outside, names),
    )


def called(record: Mapping[str, Any]) -> str | None:
    """The name on a record."""
    name: str | None = record["full_name"] or record["company"]
    return name


def household(before: Mapping[Table, pl.LazyFrame], customer: Mapping[str, Any]) -> pl.DataFrame:
    """The other people of the household: customer_id, full_name."""
    home, me = customer.get("household_id"), customer["customer_id"]
    same = (pl.col("household_id") == pl.lit(home, pl.String)) & (pl.col("customer_id") != me)
    return before[CUSTOMERS].filter(same).select("customer_id", "full_name").sort("customer_id").collect()


def changes(before: Mapping[Table, pl.LazyFrame], records: pl.DataFrame) -> pl.DataFrame:
    """What was changed in records, in their order."""
    place = records.select("record_id", _number=pl.int_range(pl.len()))
    found = before[CHANGES].filter(pl.col("record_id").is_in(records["record_id"].implode())).collect()
    found = found.filter(pl.col("undone_by").is_null())
    return found.join(place, on="record_id", how="left", maintain_order="left").sort("_number", maintain_order=True)


def neighbours(
    before: Mapping[Table, pl.LazyFrame], outside: Sequence[Tie], mine: Mapping[str, str | None]
) -> list[Near]:
    """The nearest of other people, each by their strongest pair; ``mine`` are the names of the person's records.

    A pair of which somebody has spoken stands for its two people.
    """
    nearest = sorted(outside, key=lambda tie: (tie.weight is None, -(tie.weight or 0), tie.a, tie.b))
    other_of = {tie: tie.b if tie.a in mine else tie.a for tie in nearest}
    people = pl.col("record_id").is_in(sorted(set(other_of.values())))
    whose = dict(before[IDENTITIES].filter(people).select("record_id", "customer_id").collect().iter_rows())
    strongest: dict[str, Tie] = {}
    for tie, other in other_of.items():
        if other in whose:
            kept = strongest.setdefault(whose[other], tie)
            if kept.said is None and tie.said is not None:
                strongest[whose[other]] = tie
    chosen = list(strongest.items())[:OTHERS]
    ids = [other_of[tie] for _person, tie in chosen]
    rows = before[RECORDS].filter(pl.col("record_id").is_in(ids))
    told = rows.select("record_id", "source", "sheet", "row", "full_name", "company").collect()
    theirs = {row["record_id"]: row for row in told.iter_rows(named=True)}
    names = {**mine, **{record: called(row) for record, row in theirs.items()}}
    links = explained(before, [tie for _person, tie in chosen], names)
    return [
        Near(person, names[other_of[tie]], link, tie.a if tie.a in mine else tie.b, theirs[other_of[tie]])
        for (person, tie), link in zip(chosen, links, strict=True)
    ]
