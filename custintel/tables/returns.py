"""returns: what came back, was refused at the door, exchanged, repaired or charged back."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.orders import PROVENANCE
from custintel.tables.records import MONEY, TIME
from custintel.tables.vocabulary import Column, Table

RETURN_KIND = pl.Enum(["return", "refusal", "exchange", "warranty", "chargeback"])

RETURNS = Table(
    name="returns",
    label=N_("One row per article or order that came back."),
    written_by="load",
    key=("return_id",),
    columns=(
        Column("return_id", pl.String(), N_("Its number; made from the row when the file gives none."), False),
        Column("order_id", pl.String(), N_("The order."), False),
        Column("stated_order", pl.String(), N_("The order, as the file names it."), False),
        Column("line_no", pl.Int32(), N_("The line of the order, where it is of one.")),
        Column("sku", pl.String(), N_("The article, where it is of one."), optional=True),
        Column("customer_id", pl.String(), N_("The person.")),
        Column("kind", RETURN_KIND, N_("Return, refusal at the door, exchange, warranty or chargeback."), False),
        Column("requested_at", TIME, N_("When it was asked for.")),
        Column("received_at", TIME, N_("When it came in."), optional=True),
        Column("qty", pl.Float64(), N_("How many came back."), unit="units"),
        Column("refund", MONEY, N_("Given back, in the currency of the order.")),
        Column("logistics_cost", MONEY, N_("What the way back cost."), optional=True),
        Column("restocked", pl.Boolean(), N_("Whether it can be sold again; empty when nothing says it.")),
        Column("write_off", MONEY, N_("What was lost with it."), optional=True),
        Column("reason", pl.String(), N_("Why."), optional=True),
        *PROVENANCE,
    ),
)
