"""What the rows of one sheet say of people: each person as they are written once, where they stand first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from custintel.load.conventions import Conventions
from custintel.load.recognise import Recognised
from custintel.records.decisions import Given, decide
from custintel.records.gather import CARRIED, cells
from custintel.records.rows import Batch
from custintel.sheets.headers import Match, Matching, match
from custintel.sheets.source import Sheet
from custintel.tables.orders import PERSON

WHO = "_who"
"""The column that tells persons as written apart."""
_GUEST = r"^0+$"
"""The customer number of buyers without an account."""
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "contact_email": ("email",),
    "contact_phone": ("phone", "mobile", "whatsapp", "landline"),
    "contact_document": ("document_id",),
    "contact_name": ("full_name", "first_name", "company"),
    "first_name": ("first_name", "full_name"),
    "last_name": ("last_name", "full_name"),
    "customer_number": ("source_id",),
    "city": ("city",),
    "region": ("region",),
    "country": ("country",),
    "postal_code": ("postal_code",),
}
"""Columns of a table -> the fields of a person that say the same, the usual one first."""


@dataclass(frozen=True)
class Persons:
    """The people of one sheet.

    Attributes:
        batch: the sheet with the rows on which somebody stands first, and how these rows are read.
        firsts: ``origin``, the columns :data:`PERSON` and ``row``, of each person as written.
        today: the day after which nothing is likely to have happened.
    """

    batch: Batch
    firsts: pl.DataFrame
    today: dt.date

    def of(self, rows: pl.Series) -> Batch:
        """The sheet with these rows only."""
        frame = self.batch.sheet.frame.filter(pl.col("row").is_in(rows.implode()))
        return replace(self.batch, sheet=replace(self.batch.sheet, frame=frame))


def persons_of(
    sheet: Sheet, known: Recognised, how: Conventions, rows: pl.DataFrame, *, today: dt.date
) -> Persons | None:
    """Who the rows of a sheet are about; ``None`` when nothing in them says it.

    Args:
        sheet: as read.
        known: what it is.
        how: its conventions.
        rows: what was made of it: orders, calls or answers, with ``source_row``.
        today: the day of the run.
    """
    told = with_who(rows).filter(pl.col(WHO).is_not_null()).sort("source_row")
    firsts = told.unique(WHO, keep="first", maintain_order=True).select("origin", *PERSON, row="source_row")
    if firsts.is_empty():
        return None
    frame = sheet.frame.filter(pl.col("row").is_in(firsts["row"].implode()))
    matching = _matching(sheet, known)
    given = Given(country=how.country, date_order=how.date_order, decimal=how.decimal)
    headers = {found.field: found.header for found in matching.matches if found.field}
    first = replace(sheet, frame=frame)
    return Persons(Batch(first, matching, decide(cells(first, matching), given, headers)), firsts, today)


def with_who(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with all columns :data:`PERSON`, ``origin`` (empty where rows are of no shop), and :data:`WHO`.

    :data:`WHO` is equal for rows that write a person in the same way, and null where they say nothing of one.
    """
    absent = [name for name in (*PERSON, "origin") if name not in rows.columns]
    rows = rows.with_columns(pl.lit("" if name == "origin" else None, pl.String).alias(name) for name in absent)
    number = pl.col("customer_number")
    rows = rows.with_columns(pl.when(~number.str.contains(_GUEST)).then(number).alias("customer_number"))
    somebody = pl.any_horizontal(pl.col(name).is_not_null() for name in PERSON)
    text = pl.concat_str(*(pl.col(name).fill_null("") for name in ("origin", *PERSON)), separator="\x1f")
    return rows.with_columns(pl.when(somebody).then(text).alias(WHO))


def _matching(sheet: Sheet, known: Recognised) -> Matching:
    """Which headers bring what of a person: as everywhere, and besides, those by which the table knows people.

    A number of rows or orders is no number of a customer, and a column that is uncertain is left out.
    """
    found = match(sheet.headers, sheet.frame.drop("row"), source=sheet.source)
    numbers = known.columns.get("customer_number", ())
    kept = {
        one.header: one.field
        for one in found.matches
        if one.field in CARRIED and not one.uncertain and (one.field != "source_id" or one.header in numbers)
    }
    for column, fields in _FIELDS.items():
        headers = known.columns.get(column, ())
        if headers and not any(kept.get(header) in fields for header in headers):
            kept[headers[0]] = fields[0]
    nth: dict[str, int] = {}
    matches = []
    for header in sheet.headers:
        field = kept.get(header)
        nth[field or ""] = nth.get(field or "", 0) + 1
        matches.append(Match(header, field, nth[field or ""], 1.0 if field else 0.0, "alias" if field else "none"))
    return Matching("order", found.profile, tuple(matches))
