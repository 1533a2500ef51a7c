"""All of ``ci clean`` but the terminal and the disk: sheets and earlier tables in, new tables and quality out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from custintel.clean import quality, trail
from custintel.clean.contact_points import contact_points
from custintel.clean.decisions import Decisions
from custintel.clean.duplicates import identify
from custintel.clean.gather import gather
from custintel.clean.identities import customer_ids
from custintel.clean.normalise import is_somebody, normalise
from custintel.clean.survivorship import CONSENTS, GROUPS, Survivorship, bound, customers
from custintel.sheets.headers import Matching
from custintel.sheets.source import Sheet
from custintel.tables import CHANGES, CONTACT_POINTS, CUSTOMERS, IDENTITIES, RECORDS, REFUSED, Table


@dataclass(frozen=True)
class Batch:
    """One sheet and everything decided about it."""

    sheet: Sheet
    matching: Matching
    decisions: Decisions


@dataclass(frozen=True)
class Cleaned:
    """What a run of ``ci clean`` makes.

    Attributes:
        tables: the new version of every table it writes, conforming to its declaration.
        quality: the numbers of the report.
    """

    tables: Mapping[Table, pl.DataFrame]
    quality: quality.Quality


def clean(
    batches: Sequence[Batch],
    before: Mapping[Table, pl.DataFrame],
    *,
    run_id: str,
    today: dt.date,
    survivorship: Survivorship | None = None,
) -> Cleaned:
    """Unify the rows of ``batches`` with what the project already holds.

    Args:
        batches: the sheets of this run; their order does not matter.
        before: the tables of the project, empty in a new one.
        run_id: this run.
        today: the day after which a birth or an order cannot be.
        survivorship: how to choose among a person's values, where it is not as declared.
    """
    rows, counts = read_rows(batches, before, run_id, today)
    somebody = is_somebody(rows)
    nobody, rows = rows.filter(~somebody), rows.filter(somebody)
    records = with_earlier(rows, before[RECORDS])
    found = identify(records)
    identities = customer_ids(found.clusters, before[IDENTITIES], run_id)
    people = bound(customers(records, identities, survivorship or Survivorship()), records)
    rows = rows.join(identities.select("record_id", "customer_id"), on="record_id", how="left", maintain_order="left")
    changed = trail.cell_changes(rows)
    refused = all_refused(batches, nobody, changed, rows, before[REFUSED], run_id)
    merges = trail.merge_changes(
        records, identities, people, [*(field for group in GROUPS for field in group.fields), *CONSENTS]
    )
    tables = {
        RECORDS: RECORDS.conform(records),
        IDENTITIES: identities,
        CUSTOMERS: people,
        CONTACT_POINTS: contact_points(records, identities, people),
        CHANGES: CHANGES.conform(all_changes(before[CHANGES], changed, merges, rows, records, identities)),
        REFUSED: refused,
    }
    flow = quality.Flow(
        read=sum(count.read for count in counts),
        skipped=sum(count.skipped for count in counts),
        nobody=sum(count.nobody for count in counts),
        known=sum(count.known for count in counts),
        new=sum(count.new for count in counts),
        before=before[RECORDS].height,
        records=records.height,
        merged=records.height - people.height,
        people=people.height,
        same=unchanged(before[RECORDS], tables[RECORDS]),
    )
    return Cleaned(
        tables,
        quality.measure(flow, counts, rows, changed, records, identities, people, before[CUSTOMERS], found.apart),
    )


def unchanged(before: pl.DataFrame, after: pl.DataFrame) -> bool:
    """Whether two versions of the ``records`` table hold the same rows."""
    if before.height != after.height:
        return False
    old, new = (RECORDS.fill(frame).sort(RECORDS.key) for frame in (before, after))
    return old.equals(new)


def read_rows(
    batches: Sequence[Batch], before: Mapping[Table, pl.DataFrame], run_id: str, today: dt.date
) -> tuple[pl.DataFrame, list[quality.SheetCount]]:
    """The rows of all sheets, normalised, each once, sorted by file, sheet and row; and what became of the rows of
    each sheet.

    A row that the project has already read keeps its place and its run, so reading a file again changes nothing.
    """
    frames, counts = [], []
    seen = pl.concat([before[RECORDS].select("record_id"), before[REFUSED].select("record_id").drop_nulls()]).unique()
    known = before[RECORDS].select("record_id", *(pl.col(c).alias(f"_{c}") for c in ("row", "file_hash", "run_id")))
    for batch in sorted(batches, key=lambda batch: (batch.sheet.source, batch.sheet.sheet, batch.sheet.file_hash)):
        rows = normalise(gather(batch.sheet, batch.matching), batch.decisions, today=today)
        fresh = rows.join(seen, on="record_id", how="anti")
        nobody = fresh.height - int(is_somebody(fresh).sum())
        skipped = batch.sheet.skipped.height
        counts.append(
            quality.SheetCount(
                batch.sheet.source,
                batch.sheet.sheet,
                batch.sheet.header_row,
                skipped,
                nobody,
                rows.height - fresh.height,
                fresh.height - nobody,
            )
        )
        seen = pl.concat([seen, rows.select("record_id")]).unique()
        frames.append(rows)
    rows = pl.concat(frames, how="diagonal_relaxed") if len(frames) > 1 else frames[0]
    if len(frames) > 1:
        rows = rows.unique("record_id", keep="first", maintain_order=True)
    rows = rows.join(known, on="record_id", how="left", maintain_order="left").with_columns(
        row=pl.coalesce("_row", "row"),
        file_hash=pl.coalesce("_file_hash", "file_hash"),
        run_id=pl.coalesce("_run_id", pl.lit(run_id)),
    )
    return rows.drop("_row", "_file_hash", "_run_id").sort("source", "sheet", "row", "record_id"), counts


def with_earlier(rows: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The rows of this run and the records of earlier ones that it did not read again."""
    new = rows.select(name for name in rows.columns if name in RECORDS.schema)
    if not before.height:
        return new
    filled = before.select(name for name in before.columns if before[name].null_count() < before.height)
    return pl.concat([filled.join(new, on="record_id", how="anti", maintain_order="left"), new], how="diagonal_relaxed")


def all_changes(
    before: pl.DataFrame,
    changed: pl.DataFrame,
    merges: pl.DataFrame,
    rows: pl.DataFrame,
    records: pl.DataFrame,
    identities: pl.DataFrame,
) -> pl.DataFrame:
    """The ``changes`` table: the cells of this run and of earlier ones, about the people as they are now; merges are
    worked out anew.
    """
    if not before.height:
        return pl.concat([changed, merges], how="diagonal")
    kept = before.filter(pl.col("kind") != "merge").join(rows, on="record_id", how="anti", maintain_order="left")
    kept = kept.drop("customer_id").join(
        identities.select("record_id", "customer_id"), on="record_id", how="left", maintain_order="left"
    )
    return trail.ordered(pl.concat([kept.select(before.columns), changed, merges], how="diagonal"), records)


def all_refused(
    batches: Sequence[Batch],
    nobody: pl.DataFrame,
    changed: pl.DataFrame,
    rows: pl.DataFrame,
    before: pl.DataFrame,
    run_id: str,
) -> pl.DataFrame:
    """The ``refused`` table: what earlier runs refused, and this one's rows and cells, each once."""
    read_again = pl.concat([rows.select("record_id"), nobody.select("record_id")])
    kept = before.join(read_again, on="record_id", how="anti", maintain_order="left")
    found_before = before.filter(pl.col("record_id").is_not_null() & pl.col("field").is_null())
    first_run = found_before.select("record_id", pl.col("run_id").alias("_run"), pl.col("row").alias("_row"))
    again = nobody.join(first_run, on="record_id", how="left", maintain_order="left").with_columns(
        run_id=pl.coalesce("_run", "run_id"), row=pl.coalesce("_row", "row")
    )
    skipped = trail.skipped_rows((batch.sheet for batch in batches), run_id)
    place = ["source", "sheet", "row", "value", "reason"]
    skipped = skipped.unique(place, keep="first", maintain_order=True).join(
        kept, on=place, how="anti", nulls_equal=True, maintain_order="left"
    )
    found = pl.concat([kept, trail.refused_cells(changed, rows), trail.refused_rows(again), skipped], how="diagonal")
    return REFUSED.conform(
        found.sort("source", "sheet", "row", "field", "reason", "record_id", "value", nulls_last=False)
    )
