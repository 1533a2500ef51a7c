"""records: one row per row read, as it came and as it was understood."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.headers import PERSON_FIELDS, Header, declared
from custintel.tables.vocabulary import Column, Table

TIME = pl.Datetime("us")
MONEY = pl.Decimal(18, 2)

DTYPES: dict[str, pl.DataType] = {
    "int": pl.Int64(),
    "digit": pl.String(),
    "number": pl.Float64(),
    "float": pl.Float64(),
    "money": MONEY,
    "list": pl.List(pl.String),
    "consent": pl.Boolean(),
    "flag": pl.Boolean(),
}


def dtype_of(header: Header) -> pl.DataType:
    """The type of a normalised field: text, unless its kind says otherwise; a moment when it ends in ``_at``."""
    if header.kind == "date":
        return TIME if header.field.endswith("_at") else pl.Date()
    return DTYPES.get(header.kind, pl.String())


def raw(field: str) -> str:
    """The column that holds ``field`` as it came."""
    return f"{field}_raw"


def _field_columns() -> list[Column]:
    columns = []
    for name in PERSON_FIELDS:
        columns.append(Column(name, dtype_of(declared()[name]), N_("The field, normalised."), optional=True))
        columns.append(Column(raw(name), pl.String(), N_("The field, exactly as it came."), optional=True))
    return columns


RECORDS = Table(
    name="records",
    label=N_("One row per row read: every field as it came and, beside it, normalised. Merging never edits it."),
    written_by="clean",
    key=("source", "sheet", "row", "record_id"),
    columns=(
        Column("record_id", pl.String(), N_("Made from the cells of the row, so the same row has the same id."), False),
        Column("source", pl.String(), N_("Name of the file."), False),
        Column("sheet", pl.String(), N_("Name of the sheet; empty in a text file."), False),
        Column("row", pl.UInt32(), N_("Row number as the person sees it."), False, unit="row"),
        Column("file_hash", pl.String(), N_("SHA-256 of the file."), False),
        Column("run_id", pl.String(), N_("The run that read it."), False),
        Column("seen_at", TIME, N_("When the person was last seen, according to the row."), optional=True),
        Column("born_at", TIME, N_("When the person first appeared, according to the row."), optional=True),
        *_field_columns(),
        Column("email_more", pl.List(pl.String), N_("Further addresses in the email cell."), optional=True),
        Column("mobile_more", pl.List(pl.String), N_("Further numbers in the mobile cell."), optional=True),
        Column("phone_more", pl.List(pl.String), N_("Further numbers in the phone cell."), optional=True),
        Column("landline_more", pl.List(pl.String), N_("Further numbers in the landline cell."), optional=True),
        Column("whatsapp_more", pl.List(pl.String), N_("Further numbers in the WhatsApp cell."), optional=True),
        Column("document_strength", pl.String(), N_("How far the document number can be trusted."), optional=True),
        Column("address_key", pl.String(), N_("The address in the form used to compare."), optional=True),
        Column("extra", pl.String(), N_("The columns we did not recognise, as a JSON object."), optional=True),
    ),
)
