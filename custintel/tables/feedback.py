"""feedback: what senders' reports and verifiers said of addresses and numbers, kept for ever."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.records import TIME
from custintel.tables.vocabulary import Column, Table

REACHED = pl.Enum(["email", "phone"])
"""What a report or a notice is about: a number is a phone here, whatever kind of line it has."""

FEEDBACK = Table(
    name="feedback",
    label=N_(
        "One row per thing that a report says of an address or number: a delivery, a bounce, a verifier's opinion."
    ),
    written_by="contactability",
    columns=(
        Column("kind", REACHED, N_("Email or phone."), False),
        Column("value", pl.String(), N_("The address or number, normalised."), False),
        Column("outcome", pl.String(), N_("What happened, as a code."), False),
        Column("at", TIME, N_("When it happened; empty when the report does not say.")),
        Column("said", pl.String(), N_("The report's own words.")),
        Column("report", pl.String(), N_("Which report it is, as a code."), False),
        Column("source", pl.String(), N_("Name of the file."), False),
        Column("row", pl.UInt32(), N_("Row number as the person sees it."), False, unit="row"),
        Column("file_hash", pl.String(), N_("SHA-256 of the file."), False),
        Column("imported_at", TIME, N_("When the file was first imported."), False),
    ),
)
