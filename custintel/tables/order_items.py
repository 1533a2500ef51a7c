"""order_items: the lines of orders."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.orders import PROVENANCE
from custintel.tables.records import MONEY
from custintel.tables.vocabulary import Column, Table

ORDER_ITEMS = Table(
    name="order_items",
    label=N_("One row per line of an order."),
    written_by="load",
    key=("order_id", "line_no"),
    columns=(
        Column("order_id", pl.String(), N_("The order."), False),
        Column("line_no", pl.Int32(), N_("Its place in the order, from 1."), False),
        Column("origin", pl.String(), N_("The shop or platform."), False),
        Column("number", pl.String(), N_("The number of the order, as the platform writes it."), False),
        Column("sku", pl.String(), N_("The article.")),
        Column("name", pl.String(), N_("Its name.")),
        Column("category", pl.String(), N_("Its category.")),
        Column("brand", pl.String(), N_("Its brand."), optional=True),
        Column("variant", pl.String(), N_("Its size, colour..."), optional=True),
        Column("qty", pl.Float64(), N_("How many."), False, unit="units"),
        Column("unit_price", MONEY, N_("Price of one.")),
        Column("discount", MONEY, N_("Taken off the line."), optional=True),
        Column("tax", MONEY, N_("Tax of the line."), optional=True),
        Column("net", MONEY, N_("Quantity times price, without the line's discount.")),
        Column("unit_cost", MONEY, N_("What one costs the shop.")),
        Column("kg", pl.Float64(), N_("Weight of one."), optional=True, unit="kg"),
        Column("returned_qty", pl.Float64(), N_("How many came back."), optional=True, unit="units"),
        Column(
            "from_catalogue",
            pl.List(pl.String),
            N_("The columns that the order does not bring and the list of products does."),
            optional=True,
        ),
        *PROVENANCE,
    ),
)
