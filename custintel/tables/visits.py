"""visits: the events of one visitor with no pause of more than half an hour."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.records import TIME
from custintel.tables.vocabulary import Column, Table

VISITS = Table(
    name="visits",
    label=N_("One row per visit of the website or app; robots and your own people are left out."),
    written_by="load",
    key=("session_id",),
    columns=(
        Column("session_id", pl.String(), N_("Made from the visitor and the second in which the visit began."), False),
        Column("visitor_id", pl.String(), N_("The browser or device."), False),
        Column("customer_id", pl.String(), N_("The person behind the visitor, where it is known.")),
        Column("started_at", TIME, N_("When it began, in the project's time zone."), False),
        Column("ended_at", TIME, N_("When its last event happened."), False),
        Column("n_events", pl.UInt32(), N_("How many events it has."), False, unit="events"),
        Column("n_pages", pl.UInt32(), N_("How many pages were opened."), False, unit="pages"),
        Column("engaged", pl.Boolean(), N_("Ten seconds or more, two pages or more, or an order."), False),
        Column("landing", pl.String(), N_("The first page.")),
        Column("exit", pl.String(), N_("The last page.")),
        Column("source", pl.String(), N_("The first source that is not direct.")),
        Column("medium", pl.String(), N_("Its medium.")),
        Column("campaign", pl.String(), N_("Its campaign.")),
        Column("click_id", pl.String(), N_("The ad click that began it.")),
        Column("channel_ga4", pl.String(), N_("Default channel group of Google Analytics 4."), False),
        Column("channel", pl.String(), N_("Channel, by our own rules."), False),
        Column("device", pl.String(), N_("Mobile, desktop or tablet."), optional=True),
        Column("country", pl.String(), N_("Country the visitor was in."), optional=True),
        Column("city", pl.String(), N_("City the visitor was in."), optional=True),
        Column("order_id", pl.String(), N_("The first order placed in it, as analytics names it.")),
        Column("n_orders", pl.UInt32(), N_("How many orders were placed in it."), False, unit="orders"),
        Column("converted", pl.Boolean(), N_("Whether an order was placed in it."), False),
    ),
)
