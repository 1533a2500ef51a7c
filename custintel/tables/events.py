"""events: what visitors did on the shop's pages, one row per event."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.records import MONEY, TIME
from custintel.tables.vocabulary import Column, Table

EVENTS = Table(
    name="events",
    label=N_("One row per thing a visitor did on the website or in the app."),
    written_by="load",
    key=("event_id",),
    columns=(
        Column("event_id", pl.String(), N_("Made from the event, or given by its analytics."), False),
        Column("ts", TIME, N_("When it happened, in the project's time zone."), False),
        Column("visitor_id", pl.String(), N_("The browser or device, as its analytics names it."), False),
        Column("customer_id", pl.String(), N_("The person behind the visitor, where it is known.")),
        Column("session_id", pl.String(), N_("The visit it belongs to; empty when the event does not count.")),
        Column("ga_session_id", pl.String(), N_("Number of the visit in Google Analytics."), optional=True),
        Column("user_id", pl.String(), N_("The account that was signed in, as analytics names it."), optional=True),
        Column("event", pl.String(), N_("What happened, in the names Google Analytics 4 recommends."), False),
        Column("page", pl.String(), N_("The page, without the name of the site and what follows a question mark.")),
        Column("page_type", pl.String(), N_("Kind of page: home, category, product, cart, checkout..."), optional=True),
        Column("content_id", pl.String(), N_("The content that was seen."), optional=True),
        Column("category", pl.String(), N_("Category of the article."), optional=True),
        Column("sku", pl.String(), N_("The article."), optional=True),
        Column("qty", pl.Float64(), N_("How many of it."), optional=True, unit="units"),
        Column("value", MONEY, N_("What the event is worth."), optional=True),
        Column("currency", pl.String(), N_("Currency of the value."), optional=True),
        Column("search_term", pl.String(), N_("What was searched for on the site."), optional=True),
        Column("results", pl.Int64(), N_("How many results the search had."), optional=True, unit="results"),
        Column("error_code", pl.String(), N_("The error that was shown."), optional=True),
        Column("source", pl.String(), N_("Where the visitor came from with this event: site or campaign source.")),
        Column("medium", pl.String(), N_("By which means: organic, cpc, email...")),
        Column("campaign", pl.String(), N_("Campaign.")),
        Column("content", pl.String(), N_("The ad or link, as its tag names it."), optional=True),
        Column("term", pl.String(), N_("The keyword, as its tag names it."), optional=True),
        Column("click_id", pl.String(), N_("Name and value of the id that an ad platform gave the click.")),
        Column("referrer", pl.String(), N_("The page before."), optional=True),
        Column("device", pl.String(), N_("Mobile, desktop or tablet."), optional=True),
        Column("browser", pl.String(), N_("Browser."), optional=True),
        Column("country", pl.String(), N_("Country the visitor was in."), optional=True),
        Column("city", pl.String(), N_("City the visitor was in."), optional=True),
        Column("transaction_id", pl.String(), N_("The order, for an event that placed one."), optional=True),
        Column("bot", pl.Boolean(), N_("Whether it was a robot."), False),
        Column("excluded", pl.String(), N_("Why it does not count, as a code; empty when it counts.")),
        Column("origin", pl.String(), N_("The file or tool it came from."), False),
    ),
)
