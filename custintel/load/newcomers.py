"""The people of orders, calls and answers: found among the customers, and those whom nobody knows added as records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from custintel.load.buyers import found_among, known_contacts, names_of, words_of
from custintel.load.part import Part
from custintel.load.persons import WHO, with_who
from custintel.matching.engine import COMPARED
from custintel.people.survivorship import CONSENTS, Survivorship
from custintel.people.who import Merging
from custintel.records import trail
from custintel.records.gather import record_ids
from custintel.records.rows import Batch, Rows, read_rows
from custintel.records.unify import unify
from custintel.tables import (
    CHANGES,
    CONTACT_POINTS,
    CUSTOMERS,
    IDENTITIES,
    MATCHING,
    PAIRS,
    RECORDS,
    REFUSED,
    REVIEW,
    Table,
)
from custintel.tables.orders import PERSON
from custintel.tables.patch import Content, whole

KNOWN_BY = (RECORDS, CUSTOMERS, IDENTITIES, CONTACT_POINTS)
"""The tables by which people are known."""
FOLLOWING = (CHANGES, REVIEW, PAIRS, MATCHING)
"""The tables that change with them when somebody is added."""
_COLUMNS = tuple(dict.fromkeys(["record_id", *COMPARED, *CONSENTS]))
_ANSWER = (WHO, "record_id", "customer_id", "open")
Tables = Mapping[Table, pl.LazyFrame]


@dataclass(frozen=True)
class Acquaintance:
    """Who the people of a run's rows are.

    Attributes:
        persons: :data:`custintel.load.persons.WHO`, ``record_id`` and ``customer_id`` of each person as written; either
            may be null; and ``open``: whether several customers fit equally.
        tables: the tables about people that are not as they were.
        added: how many records were added.
        refused: what of them could not be used, in the columns of the table ``refused``.
    """

    persons: pl.DataFrame
    tables: Mapping[Table, Content] = field(default_factory=dict)
    added: int = 0
    refused: pl.DataFrame = field(default_factory=REFUSED.empty)

    def of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """``record_id`` and ``customer_id`` of the person of each row."""
        asked = with_who(rows).select(WHO)
        return asked.join(self.persons, on=WHO, how="left", maintain_order="left").select("record_id", "customer_id")

    @property
    def open(self) -> pl.DataFrame:
        """:data:`custintel.load.persons.WHO` of the persons whom several customers fit equally."""
        return self.persons.filter(pl.col("customer_id").is_null() & pl.col("open")).select(WHO)


def acquaint(
    tables: Iterable[pl.DataFrame],
    earlier: Iterable[pl.DataFrame],
    parts: Sequence[Part],
    before: Tables,
    *,
    run_id: str,
    survivorship: Survivorship,
    merging: Merging,
) -> Acquaintance:
    """Find out who the people of rows are, and add those whom nobody knows as records, each as they are written once.

    Args:
        tables: rows with any of ``origin``, ``record_id`` and :data:`PERSON`.
        earlier: the same of earlier runs, which know what record was made of whom.
        parts: what this run read, where strangers are looked up.
        before: the tables of the project.
        run_id: this run.
        survivorship: how to choose among a person's values.
        merging: what is merged.
    """
    said = pl.concat([_said(rows) for rows in tables])
    recorded = pl.concat([_said(rows) for rows in earlier]).drop_nulls("record_id")
    said = pl.concat([said, recorded.join(said, on=WHO, how="semi")])
    persons = said.group_by(WHO).agg(pl.col("origin", *PERSON).first(), pl.col("record_id").min()).sort(WHO)
    known = _known(persons, before)
    strangers = known.filter(pl.col("customer_id").is_null() & ~pl.col("open") & ~one_word())
    batches, ids = _rows_of(parts, strangers)
    if not batches:
        return Acquaintance(known.select(_ANSWER))
    rows = _new_rows(batches, before, run_id, parts)
    persons = persons.join(ids, on=WHO, how="left", maintain_order="left")
    persons = persons.with_columns(record_id=pl.coalesce("record_id", "_id")).drop("_id")
    if rows.people.is_empty():
        return Acquaintance(_known(persons, before).select(_ANSWER))
    made = unify(rows, before, _COLUMNS, run_id=run_id, survivorship=survivorship, merging=merging)
    now: Tables = {table: _as_made(table, made.people.tables, before) for table in KNOWN_BY}
    refused = trail.refused_cells(made.changed, rows.people)
    found = _known(persons, now).select(_ANSWER)
    return Acquaintance(found, made.people.tables, rows.people.height, refused)


def one_word() -> pl.Expr:
    """Whether of a person nothing is known but a name of one word, which many people have."""
    others = [pl.col(name).is_null() for name in PERSON if name != "contact_name"]
    return pl.all_horizontal(others) & (words_of(pl.col("contact_name")).list.len() <= 1).fill_null(False)


def _said(rows: pl.DataFrame) -> pl.DataFrame:
    """What rows say of people, where they say something."""
    if "record_id" not in rows.columns:
        rows = rows.with_columns(record_id=pl.lit(None, pl.String))
    return with_who(rows).select(WHO, "origin", *PERSON, "record_id").drop_nulls(WHO)


def _known(persons: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """``persons`` with ``customer_id`` and ``open``: whether several customers fit.

    Whose record it is, is known since it was added; else their contacts say who they are, else their number.
    """
    whose = tables[IDENTITIES].select("record_id", _own="customer_id").collect()
    names = names_of(tables)
    found = found_among(persons, known_contacts(tables), names)
    persons = persons.join(whose, on="record_id", how="left", maintain_order="left").with_columns(
        customer_id=pl.coalesce("_own", pl.lit(found["customer_id"])), open=found["open"]
    )
    numbered = _by_number(persons, names)
    return persons.with_columns(
        customer_id=pl.coalesce("customer_id", pl.lit(numbered)),
        record_id=pl.when(pl.col("_own").is_not_null()).then("record_id"),
    ).drop("_own")


def _by_number(persons: pl.DataFrame, names: pl.DataFrame) -> pl.Series:
    """The customer who alone has the number of each person in the same shop, unless their names are others."""
    numbered = persons.drop_nulls("customer_number").drop_nulls("customer_id")
    single = (
        numbered.group_by("origin", "customer_number")
        .agg(pl.col("customer_id").n_unique().alias("n"), _other=pl.col("customer_id").first())
        .filter(pl.col("n") == 1)
    )
    asked = persons.select("origin", "customer_number", said=words_of(pl.col("contact_name")))
    found = asked.join(single, on=["origin", "customer_number"], how="left", maintain_order="left").join(
        names.rename({"customer_id": "_other"}), on="_other", how="left", maintain_order="left"
    )
    said, words = pl.col("said"), pl.col("words")
    nameless = (said.list.len().fill_null(0) == 0) | (words.list.len().fill_null(0) == 0)
    shared = said.list.set_intersection(words).list.len().fill_null(0) > 0
    return found.select(pl.when(nameless | shared).then("_other")).to_series()


def _rows_of(parts: Sequence[Part], strangers: pl.DataFrame) -> tuple[dict[int, Batch], pl.DataFrame]:
    """The rows on which strangers stand first, by part, and ``_id``: the record that each of them becomes."""
    firsts = [
        with_who(part.persons.firsts).select(WHO, "row", pl.lit(at).alias("part"))
        for at, part in enumerate(parts)
        if part.persons
    ]
    if not firsts:
        return {}, strangers.select(WHO, _id=pl.lit(None, pl.String)).clear()
    wanted = pl.concat(firsts).unique(WHO, keep="first", maintain_order=True)
    wanted = wanted.join(strangers, on=WHO, how="semi", maintain_order="left")
    batches, ids = {}, [pl.DataFrame(schema={WHO: pl.String, "_id": pl.String})]
    for (at,), rows in wanted.group_by("part", maintain_order=True):
        persons = parts[int(str(at))].persons
        assert persons, "a first row is of a sheet with people"
        batch = persons.of(rows["row"])
        batches[int(str(at))] = batch
        made = pl.DataFrame({"row": batch.sheet.frame["row"], "_id": record_ids(batch.sheet)})
        ids.append(rows.join(made, on="row", how="inner").select(WHO, "_id"))
    return batches, pl.concat(ids)


def _new_rows(batches: Mapping[int, Batch], before: Tables, run_id: str, parts: Sequence[Part]) -> Rows:
    """The rows normalised, without those that the project holds: these stay as they were read."""
    days = [persons.today for at in batches if (persons := parts[at].persons)]
    rows = read_rows(list(batches.values()), before, run_id, days[0])
    held = before[RECORDS].select("record_id").collect()
    new = rows.people.join(held, on="record_id", how="anti", maintain_order="left").drop("extra")
    return replace(rows, people=new, fresh=new)


def _as_made(table: Table, made: Mapping[Table, Content], before: Tables) -> pl.LazyFrame:
    """A table as a run makes it, or as it was."""
    return table.fill(whole(table, made[table], before[table])).lazy() if table in made else before[table]
