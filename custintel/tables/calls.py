"""calls: telephone calls to and from customers."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.orders import CONTACTS, PROVENANCE
from custintel.tables.records import MONEY, TIME
from custintel.tables.vocabulary import Column, Table

CALL_DIRECTION = pl.Enum(["out", "in"])
CALL_PURPOSE = pl.Enum(["confirmation", "sales", "support", "recovery", "collection"])
CALL_RESULT = pl.Enum(["confirmed", "declined", "no_answer", "wrong_number", "call_back", "answered"])

CALLS = Table(
    name="calls",
    label=N_("One row per telephone call."),
    written_by="load",
    key=("call_id",),
    columns=(
        Column("call_id", pl.String(), N_("Its number; made from the row when the file gives none."), False),
        Column("customer_id", pl.String(), N_("The person.")),
        Column("order_id", pl.String(), N_("The order it is about.")),
        Column("stated_order", pl.String(), N_("The order, as the file names it."), optional=True),
        Column("direction", CALL_DIRECTION, N_("Out, to the customer, or in."), optional=True),
        Column("purpose", CALL_PURPOSE, N_("What it was for: confirmation, sales, support, recovery, collection.")),
        Column("started_at", TIME, N_("When it began."), False),
        Column("seconds", pl.Float64(), N_("How long it lasted."), unit="seconds"),
        Column("result", CALL_RESULT, N_("Confirmed, declined, no_answer, wrong_number, call_back or answered.")),
        Column("agent", pl.String(), N_("Who called."), optional=True),
        Column("dialled_number", pl.String(), N_("The number that was dialled, normalised."), optional=True),
        Column("cost", MONEY, N_("What it cost."), optional=True),
        *CONTACTS,
        *PROVENANCE,
    ),
)
