"""spend: what was paid to be seen, day by day."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.orders import PROVENANCE
from custintel.tables.records import MONEY
from custintel.tables.vocabulary import Column, Table

SPEND = Table(
    name="spend",
    label=N_("One row per campaign and day; what a report says of several days is spread evenly over them."),
    written_by="load",
    columns=(
        Column("date", pl.Date(), N_("The day."), False),
        Column("origin", pl.String(), N_("The platform or list it comes from."), False),
        Column("channel", pl.String(), N_("Channel, by our own rules.")),
        Column("campaign", pl.String(), N_("Campaign, as the platform names it.")),
        Column("ad_set", pl.String(), N_("Ad set or ad group."), optional=True),
        Column("ad", pl.String(), N_("Ad."), optional=True),
        Column("action_id", pl.String(), N_("The marketing action it belongs to."), optional=True),
        Column("amount", MONEY, N_("Money spent."), False),
        Column("currency", pl.String(), N_("Its currency, ISO 4217; empty when nothing says it.")),
        Column("impressions", pl.Int64(), N_("How often ads were shown."), optional=True, unit="times"),
        Column("clicks", pl.Int64(), N_("How often they were clicked."), optional=True, unit="times"),
        Column("claimed_conversions", pl.Float64(), N_("Sales that the platform claims."), optional=True, unit="sales"),
        Column("claimed_value", MONEY, N_("What they are worth, as the platform claims."), optional=True),
        Column("period_days", pl.UInt32(), N_("Days of the period that the report gives as one."), False, unit="days"),
        *PROVENANCE,
    ),
)
