"""contactability: whether each address and number can be reached."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.contact_points import CONTACT_KIND
from custintel.tables.records import TIME
from custintel.tables.vocabulary import Column, Table

STATUS = pl.Enum(["deliverable", "risky", "undeliverable", "unknown"])

CONTACTABILITY = Table(
    name="contactability",
    label=N_("One row per distinct email address or phone number."),
    written_by="contactability",
    key=("kind", "value"),
    columns=(
        Column("kind", CONTACT_KIND, N_("Email, mobile, landline or WhatsApp."), False),
        Column("value", pl.String(), N_("The address or number, normalised."), False),
        Column("status", STATUS, N_("Deliverable, risky, undeliverable or unknown."), False),
        Column("reason", pl.String(), N_("The main reason, as a code."), False),
        Column("flags", pl.List(pl.String), N_("What else is worth knowing, as codes."), False),
        Column("provider", pl.String(), N_("Who takes its mail; the kind of line, for a phone.")),
        Column("suggestion", pl.String(), N_("What was probably meant; never applied by itself.")),
        Column("evidence", pl.String(), N_("What the DNS said, or what was done to the number.")),
        Column("p_bounce", pl.Float64(), N_("Probability that a message bounces."), unit="share"),
        Column("people", pl.UInt32(), N_("How many people have it."), False, unit="people"),
        Column("checked_at", TIME, N_("When it was last looked up; empty when it never was.")),
    ),
)
