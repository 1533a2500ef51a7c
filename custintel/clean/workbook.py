"""The workbook of ``ci clean --xlsx``: people, duplicates, changes and what was refused."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from custintel.i18n import _
from custintel.matching.words import label as evidence_label
from custintel.people.words import rule_label
from custintel.sheets.write import Page, labels_of
from custintel.tables import CHANGES, CUSTOMERS, IDENTITIES, RECORDS, REFUSED, Table
from custintel.tables.labels import label_of

NOTED = ("customer_id", "field", "before", "after", "rule", "kind")
SHOWN = (CUSTOMERS, IDENTITIES, RECORDS, CHANGES, REFUSED)
"""The tables that the workbook is made of."""
COMMENTED = 5_000
"""Cells that get a note saying what they were; beyond that the changes sheet tells."""


def pages(tables: Mapping[Table, pl.DataFrame]) -> list[Page]:
    """The sheets of the workbook."""
    return [
        people_page(tables),
        duplicates_page(tables),
        changes_page(tables),
        refused_page(tables),
    ]


def people_page(tables: Mapping[Table, pl.DataFrame]) -> Page:
    """One row per person; a note on every cell that is not as it came."""
    people = filled(tables[CUSTOMERS])
    notes = cell_notes(people, tables[CHANGES])
    comments = {cell: "\n".join(lines) for cell, lines in notes.items()}
    return Page(_("People"), people, labels_of(people), comments=comments, highlights=list(notes))


def cell_notes(people: pl.DataFrame, changes: pl.DataFrame) -> dict[tuple[int, str], list[str]]:
    """What to say about each cell: what it was before a repair, a guess or a refusal, and what other records say."""
    places = {customer: index for index, customer in enumerate(people["customer_id"].to_list())}
    notes: dict[tuple[int, str], list[str]] = {}
    told = changes.filter(pl.col("kind") != "format")
    for customer, field, before, after, rule, kind in told.select(*NOTED).iter_rows():
        column = "phone" if field in ("mobile", "whatsapp", "landline") else field
        if customer not in places or column not in people.columns:
            continue
        if kind == "merge":
            line = _("Another record says: {value}").format(value=before)
        else:
            line = _("{before} → {after}: {why}").format(before=before or "—", after=after or "—", why=rule_label(rule))
        lines = notes.setdefault((places[customer], column), [])
        if line not in lines:
            lines.append(line)
        if len(notes) >= COMMENTED:
            break
    return notes


def filled(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame without the columns that nobody filled; lists as text."""
    kept = [name for name in frame.columns if frame[name].null_count() < frame.height or not frame.height]
    return frame.select(
        pl.col(name).list.join(", ") if isinstance(frame.schema[name], pl.List) else pl.col(name) for name in kept
    )


def duplicates_page(tables: Mapping[Table, pl.DataFrame]) -> Page:
    """The records of every person with more than one, together, with what joined them."""
    identities = tables[IDENTITIES].filter(pl.col("customer_id").is_duplicated())
    codes = identities.select(pl.col("evidence").explode().drop_nulls().unique()).to_series().to_list()
    words = {code: evidence_label(code) for code in codes}
    said = identities.select(
        "customer_id",
        "record_id",
        evidence=pl.col("evidence").list.eval(pl.element().replace(words)).list.join(", "),
    )
    wanted = (
        "source",
        "sheet",
        "row",
        "full_name",
        "email",
        "mobile",
        "phone",
        "document_id",
        "company",
        "address",
        "city",
    )
    records = tables[RECORDS]
    shown = [name for name in wanted if name in records.columns]
    frame = said.join(records.select("record_id", *shown), on="record_id", how="inner", maintain_order="left")
    frame = frame.sort("customer_id", "source", "sheet", "row").select("customer_id", *shown, "evidence")
    return Page(_("Duplicates"), frame, labels_of(frame))


def changes_page(tables: Mapping[Table, pl.DataFrame]) -> Page:
    """Every changed cell with where it is and why."""
    changes = tables[CHANGES]
    words = {codes: rule_label(codes) for codes in changes["rule"].unique().to_list()}
    fields = {name: label_of(name) for name in changes["field"].unique().to_list()}
    places = tables[RECORDS].select("record_id", "source", "sheet", "row")
    frame = (
        changes.join(places, on="record_id", how="left", maintain_order="left")
        .with_columns(why=pl.col("rule").replace(words), field=pl.col("field").replace(fields))
        .select("source", "sheet", "row", "customer_id", "field", "before", "after", "why", "confidence")
        .sort("source", "sheet", "row", "field", nulls_last=True)
    )
    return Page(_("Changes"), frame, labels_of(frame), formats={"confidence": "0%"})


def refused_page(tables: Mapping[Table, pl.DataFrame]) -> Page:
    """Rows and cells that could not be used, with the reason."""
    refused = tables[REFUSED]
    words = {code: rule_label(code) for code in refused["reason"].unique().to_list()}
    fields = {name: label_of(name) for name in refused["field"].drop_nulls().unique().to_list()}
    frame = refused.with_columns(why=pl.col("reason").replace(words), field=pl.col("field").replace(fields)).select(
        "source", "sheet", "row", "field", "value", "why"
    )
    return Page(_("Refused"), frame, labels_of(frame))
