"""All of ``ci clean`` but the terminal and the disk: sheets and earlier tables in, new tables and quality out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from custintel.clean import quality
from custintel.matching.engine import COMPARED
from custintel.people.rebuild import People
from custintel.people.survivorship import CONSENTS, Survivorship
from custintel.people.who import Merging
from custintel.records import trail
from custintel.records.rows import Batch, Rows, read_rows
from custintel.records.unify import unify
from custintel.tables import CUSTOMERS, IDENTITIES, RECORDS, REFUSED, Table
from custintel.tables.patch import Content

KEYS = tuple(dict.fromkeys(["record_id", *COMPARED, *quality.AGREEING, *CONSENTS]))
"""The columns of ``records`` that are read of every record, however few are new."""


@dataclass(frozen=True)
class Cleaned:
    """What a run of ``ci clean`` makes.

    Attributes:
        tables: the new version of every table that is not as it was, conforming to its declaration.
        quality: the numbers of the report.
    """

    tables: Mapping[Table, Content]
    quality: quality.Quality


def clean(
    batches: Sequence[Batch],
    before: Mapping[Table, pl.LazyFrame],
    *,
    run_id: str,
    today: dt.date,
    survivorship: Survivorship | None = None,
    merging: Merging | None = None,
) -> Cleaned:
    """Unify the rows of ``batches`` with what the project already holds.

    Args:
        batches: the sheets of this run; their order does not matter.
        before: the tables of the project, empty in a new one.
        run_id: this run.
        today: the day after which a birth or an order cannot be.
        survivorship: how to choose among a person's values, where it is not as declared.
        merging: what is merged, where it is not what is sure.
    """
    before = {**before, **{table: before[table].collect().lazy() for table in (IDENTITIES, CUSTOMERS, REFUSED)}}
    rows = read_rows(batches, before, run_id, today)
    made = unify(
        rows,
        before,
        KEYS,
        run_id=run_id,
        survivorship=survivorship or Survivorship(),
        merging=merging or Merging(),
    )
    who, changed, people = made.who, made.changed, made.people
    refused = all_refused(batches, rows, changed, before[REFUSED].collect(), run_id)
    measured = quality.measure(
        flow_of(rows, before, people, who.identities),
        rows.counts,
        rows.people,
        changed,
        who,
        people,
        before[CUSTOMERS].collect(),
    )
    return Cleaned({**people.tables, REFUSED: refused}, measured)


def flow_of(rows: Rows, before: Mapping[Table, pl.LazyFrame], people: People, identities: pl.DataFrame) -> quality.Flow:
    """Rows in, people out."""
    return quality.Flow(
        read=sum(count.read for count in rows.counts),
        skipped=sum(count.skipped for count in rows.counts),
        nobody=sum(count.nobody for count in rows.counts),
        known=sum(count.known for count in rows.counts),
        new=sum(count.new for count in rows.counts),
        before=before[RECORDS].select(pl.len()).collect().item(),
        records=identities.height,
        merged=identities.height - people.customers.height,
        people=people.customers.height,
        same=rows.fresh.is_empty() and not people.changed,
    )


def all_refused(
    batches: Sequence[Batch], rows: Rows, changed: pl.DataFrame, before: pl.DataFrame, run_id: str
) -> pl.DataFrame:
    """The ``refused`` table: what earlier runs refused, and this one's rows and cells, each once."""
    read_again = pl.concat([rows.people.select("record_id"), rows.nobody.select("record_id")])
    kept = before.join(read_again, on="record_id", how="anti", maintain_order="left")
    found_before = before.filter(pl.col("record_id").is_not_null() & pl.col("field").is_null())
    first_run = found_before.select("record_id", pl.col("run_id").alias("_run"), pl.col("row").alias("_row"))
    again = rows.nobody.join(first_run, on="record_id", how="left", maintain_order="left").with_columns(
        run_id=pl.coalesce("_run", "run_id"), row=pl.coalesce("_row", "row")
    )
    skipped = trail.skipped_rows((batch.sheet for batch in batches), run_id)
    place = ["source", "sheet", "row", "value", "reason"]
    skipped = skipped.unique(place, keep="first", maintain_order=True).join(
        kept, on=place, how="anti", nulls_equal=True, maintain_order="left"
    )
    cells = trail.refused_cells(changed, rows.people)
    found = pl.concat([kept, cells, trail.refused_rows(again), skipped], how="diagonal")
    return REFUSED.conform(
        found.sort("source", "sheet", "row", "field", "reason", "record_id", "value", nulls_last=False)
    )
