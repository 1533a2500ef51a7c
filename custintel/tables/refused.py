"""refused: the rows and cells that could not be used, kept with the reason."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.vocabulary import Column, Table

REFUSED = Table(
    name="refused",
    label=N_("One row per row or cell that could not be used, with the reason."),
    written_by="clean",
    columns=(
        Column("run_id", pl.String(), N_("The run that read it."), False),
        Column("source", pl.String(), N_("Name of the file."), False),
        Column("sheet", pl.String(), N_("Name of the sheet; empty in a text file."), False),
        Column("row", pl.UInt32(), N_("Row number as the person sees it."), False, unit="row"),
        Column("record_id", pl.String(), N_("The record a refused cell is in; empty when the whole row was refused.")),
        Column("field", pl.String(), N_("The field of a refused cell; empty when the whole row was refused.")),
        Column("value", pl.String(), N_("What it said.")),
        Column("reason", pl.String(), N_("Code of the reason."), False),
    ),
)
