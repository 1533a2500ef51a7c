"""changes: the audit trail of every cell that is not as it came."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.vocabulary import Column, Table

KIND = pl.Enum(["format", "repair", "guess", "merge", "drop"])

CHANGES = Table(
    name="changes",
    label=N_("One row per cell that was changed: before, after, and the rule that did it."),
    written_by="clean",
    columns=(
        Column("run_id", pl.String(), N_("The run that changed it."), False),
        Column("record_id", pl.String(), N_("The record it is in."), False),
        Column("customer_id", pl.String(), N_("The person it is about.")),
        Column("field", pl.String(), N_("The field."), False),
        Column("before", pl.String(), N_("What it said.")),
        Column("after", pl.String(), N_("What it says now; empty when it was not a value.")),
        Column("rule", pl.String(), N_("Codes of the rules applied, joined by + in their order."), False),
        Column("kind", KIND, N_("The strongest of them: format, repair, guess, merge or drop."), False),
        Column("confidence", pl.Float64(), N_("How often such a change is what was meant, 0 to 1."), False),
        Column("undone_by", pl.String(), N_("The run that took it back."), optional=True),
    ),
)
