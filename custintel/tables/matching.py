"""matching: what the matching model learnt."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.vocabulary import Column, Table

MATCHING = Table(
    name="matching",
    label=N_("What the matching model learnt: how often records agree when they are one person, and when not."),
    written_by="clean",
    key=("position",),
    columns=(
        Column("position", pl.UInt32(), N_("The order of the rows."), False),
        Column(
            "comparison", pl.String(), N_("What is compared; pairs, profiles and keys are about all of them."), False
        ),
        Column("level", pl.String(), N_("How two records agree in it."), False),
        Column("class", pl.String(), N_("What they are to each other: one person, one household..."), False),
        Column("value", pl.Float64(), N_("Natural logarithm of the probability; a share, or a count."), False),
    ),
)
