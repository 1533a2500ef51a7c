"""review: pairs of records that a person has judged, or should."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.records import MONEY
from custintel.tables.vocabulary import Column, Table

DECISION = pl.Enum(["same", "different"])

REVIEW = Table(
    name="review",
    label=N_("One row per two records of which a person should say, or has said, whether they are one person."),
    written_by="clean",
    key=("pair_id",),
    columns=(
        Column("pair_id", pl.String(), N_("Made from the two records."), False),
        Column("record_a", pl.String(), N_("A record."), False),
        Column("record_b", pl.String(), N_("Another."), False),
        Column("probability", pl.Float64(), N_("How likely the model holds it that they are one person, 0 to 1.")),
        Column("evidence", pl.List(pl.String), N_("What speaks for it."), False),
        Column("at_stake", MONEY, N_("What both have spent, as far as it is known.")),
        Column("decision", DECISION, N_("What a person said; empty while nobody has.")),
        Column("decided_at", pl.Datetime("us"), N_("When they said it.")),
        Column("decided_in", pl.String(), N_("The command they said it in: review, merge or unmerge.")),
    ),
)
