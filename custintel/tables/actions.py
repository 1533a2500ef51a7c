"""actions: marketing actions, on- and offline."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.orders import PROVENANCE
from custintel.tables.records import MONEY
from custintel.tables.vocabulary import Column, Table

ACTION_MEDIUM = pl.Enum(["online", "offline"])

ACTIONS = Table(
    name="actions",
    label=N_("One row per marketing action, on- or offline."),
    written_by="load",
    key=("action_id",),
    columns=(
        Column("action_id", pl.String(), N_("Its id; its name when the file gives none."), False),
        Column("name", pl.String(), N_("Its name, as campaigns are named."), False),
        Column("medium", ACTION_MEDIUM, N_("Online or offline.")),
        Column("channel", pl.String(), N_("Where it runs: Meta, radio, flyer...")),
        Column("from", pl.Date(), N_("First day.")),
        Column("to", pl.Date(), N_("Last day.")),
        Column("geo", pl.List(pl.String), N_("The cities it reaches; empty for everywhere.")),
        Column("coupon_prefix", pl.String(), N_("How its discount codes begin."), optional=True),
        Column("phone_number", pl.String(), N_("The number it asks to call, normalised."), optional=True),
        Column("qr_url", pl.String(), N_("Where its code leads."), optional=True),
        Column("audience_id", pl.String(), N_("Whom it addresses."), optional=True),
        Column("holdout", pl.Float64(), N_("Share of its audience that is left out to compare."), unit="share"),
        Column("planned_cost", MONEY, N_("What it should cost.")),
        Column("currency", pl.String(), N_("Currency of that, ISO 4217.")),
        *PROVENANCE,
    ),
)
