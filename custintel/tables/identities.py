"""identities: which record is which person, and why."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.vocabulary import Column, Table

DECIDED_BY = pl.Enum(["rule", "model", "person"])

IDENTITIES = Table(
    name="identities",
    label=N_("One row per record: the person it belongs to and the evidence for it."),
    written_by="clean",
    key=("record_id",),
    columns=(
        Column("record_id", pl.String(), N_("The record."), False),
        Column("customer_id", pl.String(), N_("The person."), False),
        Column("probability", pl.Float64(), N_("How likely it is that the record is this person's, 0 to 1."), False),
        Column(
            "evidence", pl.List(pl.String), N_("What joined it to the person's other records; empty if there are none.")
        ),
        Column("decided_by", DECIDED_BY, N_("A rule, the model, or a person."), False),
        Column("run_id", pl.String(), N_("The run that decided it."), False),
    ),
)
