"""notices: who must not be contacted, and by which channel, kept for ever."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.vocabulary import Column, Table

CHANNEL = pl.Enum(["email", "sms", "whatsapp", "call"])
NOTICE_KIND = pl.Enum(["email", "phone", "hash"])
NOTICE_WHY = pl.Enum(["unsubscribed", "complaint", "suppressed", "register_rne", "register_robinson"])

NOTICES = Table(
    name="notices",
    label=N_("One row per notice that an address or number must not be contacted."),
    written_by="contactability",
    columns=(
        Column("kind", NOTICE_KIND, N_("Email or phone; hash when a register gives its entries encrypted."), False),
        Column(
            "value", pl.String(), N_("The address or number, normalised, or the SHA-256 that stands for it."), False
        ),
        Column("channel", CHANNEL, N_("The channel it is about; empty when it is about all of them.")),
        Column("why", NOTICE_WHY, N_("Unsubscribed, complaint, suppressed, or the register it is in."), False),
        Column("since", pl.Date(), N_("The earliest day it is known from; empty when no file says.")),
        Column("source", pl.String(), N_("Name of the file that says so."), False),
    ),
)
