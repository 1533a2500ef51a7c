"""pairs: records that were compared and come near to being one person, or are."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.vocabulary import Column, Table

BAND = pl.Enum(["sure", "likely", "apart"])

PAIRS = Table(
    name="pairs",
    label=N_("One row per two records that are one person, may be, or were nearly taken for one."),
    written_by="clean",
    key=("record_a", "record_b"),
    columns=(
        Column("record_a", pl.String(), N_("A record."), False),
        Column("record_b", pl.String(), N_("Another."), False),
        Column(
            "weight",
            pl.Float64(),
            N_("Odds that they are one person, as a logarithm to base 2."),
            False,
            unit="bits",
        ),
        Column("probability", pl.Float64(), N_("How likely it is that they are one person, 0 to 1."), False),
        Column("pattern", pl.Int64(), N_("How they agree, field by field, as the model numbers it."), False),
        Column("band", BAND, N_("Sure, likely (for review) or apart."), False),
    ),
)
