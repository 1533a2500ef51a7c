"""geo_index: figures about places, such as stratum or purchasing power."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.orders import PROVENANCE
from custintel.tables.vocabulary import Column, Table

GEO_INDEX = Table(
    name="geo_index",
    label=N_("One row per place, index and year."),
    written_by="load",
    key=("country", "level", "code", "index", "year"),
    columns=(
        Column("country", pl.String(), N_("Country, ISO 3166 alpha-2."), False),
        Column("level", pl.String(), N_("Kind of place: municipality, postal_code, region..."), False),
        Column("code", pl.String(), N_("Official code of the place."), False),
        Column("index", pl.String(), N_("What is measured."), False),
        Column("year", pl.Int32(), N_("Of which year; 0 when nothing says it."), False),
        Column("value", pl.Float64(), N_("The figure."), False),
        Column("source", pl.String(), N_("Who published it."), optional=True),
        *PROVENANCE,
    ),
)
