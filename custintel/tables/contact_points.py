"""contact_points: every address and number a person has."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.vocabulary import Column, Table

CONTACT_KIND = pl.Enum(["email", "mobile", "landline", "whatsapp", "postal"])

CONTACT_POINTS = Table(
    name="contact_points",
    label=N_("One row per distinct address or number a person has."),
    written_by="clean",
    key=("customer_id", "kind", "value"),
    columns=(
        Column("customer_id", pl.String(), N_("The person."), False),
        Column("kind", CONTACT_KIND, N_("Email, mobile, landline, WhatsApp or postal address."), False),
        Column("value", pl.String(), N_("The address or number, normalised."), False),
        Column("raw", pl.String(), N_("As it came in the first of the records.")),
        Column("is_primary", pl.Boolean(), N_("Whether it is the one in the customers table."), False),
        Column("status", pl.String(), N_("Deliverable, risky, undeliverable or unknown."), optional=True),
        Column("from", pl.List(pl.String), N_("The records that bring it."), False),
    ),
)
