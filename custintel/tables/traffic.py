"""traffic: counts of visits where only totals exist, such as reports of Google Analytics."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.vocabulary import Column, Table

TRAFFIC = Table(
    name="traffic",
    label=N_("One row per period and source of visits, where only totals are known."),
    written_by="load",
    columns=(
        Column("date", pl.Date(), N_("The day, or the first day of the period."), False),
        Column("date_to", pl.Date(), N_("The last day of the period, when it has several."), optional=True),
        Column("channel_ga4", pl.String(), N_("Default channel group of Google Analytics 4, as the report has it.")),
        Column("channel", pl.String(), N_("Channel, by our own rules.")),
        Column("source", pl.String(), N_("Where visitors came from.")),
        Column("medium", pl.String(), N_("By which means.")),
        Column("campaign", pl.String(), N_("Campaign.")),
        Column("visits", pl.Int64(), N_("How many visits."), False, unit="visits"),
        Column("users", pl.Int64(), N_("How many visitors."), optional=True, unit="visitors"),
        Column("engaged", pl.Int64(), N_("How many engaged visits."), optional=True, unit="visits"),
        Column("orders", pl.Int64(), N_("How many orders the tool counted."), optional=True, unit="orders"),
        Column("source_file", pl.String(), N_("Name of the file."), False),
        Column("source_row", pl.UInt32(), N_("Row number as the person sees it."), False, unit="row"),
    ),
)
