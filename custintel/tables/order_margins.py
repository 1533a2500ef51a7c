"""order_margins: what each order brought in and what it cost, added up from the cost ledger."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.records import MONEY
from custintel.tables.vocabulary import Column, Table

ORDER_MARGINS = Table(
    name="order_margins",
    label=N_("One row per order that is no test, and per credit note: net sales, every group of costs, what is left."),
    written_by="kpis",
    key=("order_id",),
    columns=(
        Column("order_id", pl.String(), N_("The order."), False),
        Column("placed_on", pl.Date(), N_("The day it was placed.")),
        Column("counted", pl.Boolean(), N_("Whether it got as far as to be revenue, by costs.yaml."), False),
        Column("currency", pl.String(), N_("Currency of costs.yaml, in which everything here is, ISO 4217."), False),
        Column("net_sales", MONEY, N_("What was sold less what was given back, without VAT and gift cards."), False),
        Column("product", MONEY, N_("Cost of the goods and of bringing them in."), False),
        Column("fulfilment", MONEY, N_("Cost of packing, freight, calls, failed attempts and refusals."), False),
        Column("payment", MONEY, N_("Cost of getting paid."), False),
        Column("post_sale", MONEY, N_("Cost of returns, warranties and service."), False),
        Column("commercial", MONEY, N_("Cost of points and platforms."), False),
        Column("tax", MONEY, N_("Turnover taxes."), False),
        Column("acquisition", MONEY, N_("Cost of advertising and commissions for it."), False),
        Column("margin", MONEY, N_("Net sales less every cost but acquisition: contribution margin 2."), False),
        Column("profit", MONEY, N_("Margin less acquisition: contribution margin 3."), False),
    ),
)
