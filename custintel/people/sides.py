"""Two records or two people beside each other, and the numbered records of one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import polars as pl

from custintel import formats
from custintel.i18n import _
from custintel.people.mentions import place
from custintel.tables import IDENTITIES, RECORDS, Table
from custintel.tables.labels import label_of
from custintel.tables.records import raw
from custintel.ui.show import Grid, GridColumn

SHOWN = (
    *("full_name", "first_name", "last_name", "company", "document_type", "document_id", "email"),
    *("mobile", "whatsapp", "phone", "landline", "birth_date", "gender", "address", "address_2", "neighbourhood"),
    *("city", "region", "postal_code", "country", "source_id", "job_title", "occupation", "created_at"),
    *("last_purchase_at", "total_orders", "total_spent"),
)
"""What is compared by eye, in this order."""
NO_SIGN = ("source_id", "created_at", "last_purchase_at", "total_orders", "total_spent")
"""What differs between the records of one person as well, so that a sign would say nothing."""
TOLD = ("full_name", "company", "email", "mobile", "phone", "landline", "document_id", "birth_date", "city")
"""What tells the records of one person from each other in a list."""
SAME, DIFFERENT = "=", "≠"


def records_of(before: Mapping[Table, pl.LazyFrame], customer_id: str) -> pl.DataFrame:
    """The records of a person in the order in which they are numbered: by file, sheet and row."""
    theirs = before[IDENTITIES].filter(pl.col("customer_id") == customer_id).select("record_id")
    found = before[RECORDS].join(theirs, on="record_id", how="semi").collect()
    return found.sort("source", "sheet", "row", "record_id")


def values(record: Mapping[str, object]) -> dict[str, str]:
    """What is shown of a record or a person, as text; a cell that could not be used as it came."""
    found = {}
    for field in SHOWN:
        value = record.get(field)
        value = record.get(raw(field)) if value is None else value
        if value is not None:
            found[field] = text_of(value)
    if "full_name" in found:
        found.pop("first_name", None)
        found.pop("last_name", None)
    return found


def text_of(value: object) -> str:
    """A value as people read it."""
    if isinstance(value, dt.datetime | dt.date):
        return formats.date(value)
    if isinstance(value, Decimal | float):
        return formats.number(value)
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)


def beside(left: Mapping[str, object], right: Mapping[str, object], heads: Sequence[tuple[str, str, str]] = ()) -> Grid:
    """Two records or two people, a field per row: what is the same and what differs is marked by a sign and a colour.

    Args:
        left: field -> value.
        right: field -> value.
        heads: label, left and right of rows above the fields, which are not compared.
    """
    a, b = values(left), values(right)
    rows: list[tuple[str, str, str, str]] = [(label, one, "", other) for label, one, other in heads]
    styles = ["dim"] * len(rows)
    for field in SHOWN:
        one, other = a.get(field, ""), b.get(field, "")
        if one or other:
            sign = (SAME if one == other else DIFFERENT) if one and other and field not in NO_SIGN else ""
            rows.append((label_of(field), one, sign, other))
            styles.append({SAME: "green", DIFFERENT: "bold yellow"}.get(sign, ""))
    return Grid((GridColumn(""), GridColumn("A"), GridColumn("", wrap=False), GridColumn("B")), rows, styles)


def where(record: Mapping[str, object]) -> str:
    """Where a record stands."""
    return place(str(record["source"]), str(record["sheet"] or ""), int(str(record["row"])))


def told(records: pl.DataFrame) -> list[str]:
    """What tells each record from the person's others, and where it stands."""
    fields = [name for name in TOLD if name in records.columns and records[name].null_count() < records.height]
    lines = []
    for record in records.iter_rows(named=True):
        said = (text_of(record[name]) for name in fields if record[name] is not None)
        lines.append(" · ".join([*said, where(record)]))
    return lines


def numbered(records: pl.DataFrame) -> Grid:
    """The records of one person with their numbers."""
    return Grid((GridColumn(_("No."), "right"), GridColumn(_("Record"))), list(enumerate(told(records), start=1)))
