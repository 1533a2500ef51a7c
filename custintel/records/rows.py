"""The rows of a run: read, normalised, each once, and told apart from what the project already holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from custintel.records.decisions import Decisions
from custintel.records.gather import gather
from custintel.records.normalise import is_somebody, normalise
from custintel.sheets.headers import Matching
from custintel.sheets.source import Sheet
from custintel.tables import RECORDS, REFUSED, Table

PLACE = ("row", "file_hash", "run_id")
"""What a row that was read before keeps from then."""


@dataclass(frozen=True)
class Batch:
    """One sheet and everything decided about it."""

    sheet: Sheet
    matching: Matching
    decisions: Decisions


@dataclass(frozen=True)
class SheetCount:
    """What became of the rows of one sheet: read = skipped + nobody + known + new."""

    source: str
    sheet: str
    header_row: int
    skipped: int
    nobody: int
    known: int
    new: int

    @property
    def read(self) -> int:
        """Rows of the sheet below and above its header, without empty ones at the end."""
        return self.skipped + self.nobody + self.known + self.new


@dataclass(frozen=True)
class Rows:
    """The rows of a run.

    Attributes:
        people: the rows about somebody, normalised, sorted by file, sheet and row.
        nobody: the rows that do not say who they are about.
        fresh: of ``people``, those that the project does not hold, or holds with other values.
        counts: what became of the rows of each sheet.
    """

    people: pl.DataFrame
    nobody: pl.DataFrame
    fresh: pl.DataFrame
    counts: Sequence[SheetCount]


def read_rows(batches: Sequence[Batch], before: Mapping[Table, pl.LazyFrame], run_id: str, today: dt.date) -> Rows:
    """The rows of all sheets, normalised, each once.

    A row that the project has already read keeps its place and its run, so reading a file again changes nothing.

    Args:
        batches: the sheets of this run; their order does not matter.
        before: the tables of the project.
        run_id: this run.
        today: the day after which a birth or an order cannot be.
    """
    known = before[RECORDS].select("record_id", *PLACE).collect()
    refused = before[REFUSED].select("record_id").drop_nulls().collect()
    seen = pl.concat([known.select("record_id"), refused])
    frames, counts = [], []
    for batch in sorted(batches, key=lambda batch: (batch.sheet.source, batch.sheet.sheet, batch.sheet.file_hash)):
        rows = normalise(gather(batch.sheet, batch.matching), batch.decisions, today=today)
        new = without(rows, seen)
        counts.append(count(batch.sheet, rows, new))
        seen = pl.concat([seen, new.select("record_id")])
        frames.append(rows)
    rows = pl.concat(frames, how="diagonal_relaxed")
    if len(frames) > 1:
        rows = rows.unique("record_id", keep="first", maintain_order=True).sort("source", "sheet", "row", "record_id")
    rows = in_their_places(rows, known, run_id)
    somebody = is_somebody(rows)
    nobody, people = rows.filter(~somebody), rows if somebody.all() else rows.filter(somebody)
    return Rows(people, nobody, differing(people, before[RECORDS], known), counts)


def count(sheet: Sheet, rows: pl.DataFrame, new: pl.DataFrame) -> SheetCount:
    """What became of the rows of one sheet."""
    about = int(is_somebody(new).sum())
    return SheetCount(
        sheet.source,
        sheet.sheet,
        sheet.header_row,
        skipped=sheet.skipped.height,
        nobody=new.height - about,
        known=rows.height - new.height,
        new=about,
    )


def without(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The rows whose record_id is not among those of ``known``."""
    return rows.join(known, on="record_id", how="anti", maintain_order="left") if known.height else rows


def in_their_places(rows: pl.DataFrame, known: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """``rows`` with the run that read them; those that were read before where and when they were."""
    rows = rows.with_columns(run_id=pl.lit(run_id))
    if not known.height:
        return rows
    known = known.rename({name: f"_{name}" for name in PLACE})
    rows = rows.join(known, on="record_id", how="left", maintain_order="left")
    rows = rows.with_columns(pl.coalesce(f"_{name}", name).alias(name) for name in PLACE)
    return rows.drop(f"_{name}" for name in PLACE).sort("source", "sheet", "row", "record_id")


def differing(rows: pl.DataFrame, records: pl.LazyFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The rows that ``records`` does not hold, or holds with other values."""
    again = rows.select("record_id").join(known, on="record_id", how="semi")
    if not again.height:
        return rows
    now = RECORDS.fill(rows.select(name for name in rows.columns if name in RECORDS.schema))
    stored = records.join(again.lazy(), on="record_id", how="semi").collect().sort(RECORDS.key)
    same = now.join(again, on="record_id", how="semi").sort(RECORDS.key)
    alike = pl.all_horizontal(pl.lit(stored[name]).eq_missing(pl.col(name)) for name in stored.columns)
    return without(rows, same.filter(alike).select("record_id"))
