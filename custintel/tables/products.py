"""products: the list of products, with what each costs and weighs."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.orders import PROVENANCE
from custintel.tables.records import MONEY
from custintel.tables.vocabulary import Column, Table

PRODUCTS = Table(
    name="products",
    label=N_("One row per article of the list of products."),
    written_by="load",
    key=("sku",),
    columns=(
        Column("sku", pl.String(), N_("The article, in capitals."), False),
        Column("name", pl.String(), N_("Its name.")),
        Column("category", pl.String(), N_("Its category.")),
        Column("brand", pl.String(), N_("Its brand."), optional=True),
        Column("price", MONEY, N_("Price of one."), optional=True),
        Column("unit_cost", MONEY, N_("What one costs the shop."), optional=True),
        Column("kg", pl.Float64(), N_("Weight of one."), optional=True, unit="kg"),
        *PROVENANCE,
    ),
)
