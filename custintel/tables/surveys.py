"""surveys: what customers answered when they were asked."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.orders import CONTACTS, PROVENANCE
from custintel.tables.records import TIME
from custintel.tables.vocabulary import Column, Table

SURVEY_KIND = pl.Enum(["nps", "csat", "ces", "stars"])

SURVEYS = Table(
    name="surveys",
    label=N_("One row per answer to a survey."),
    written_by="load",
    key=("survey_id",),
    columns=(
        Column("survey_id", pl.String(), N_("Its number; made from the row when the file gives none."), False),
        Column("customer_id", pl.String(), N_("The person.")),
        Column("order_id", pl.String(), N_("The order it is about.")),
        Column("stated_order", pl.String(), N_("The order, as the file names it."), optional=True),
        Column("kind", SURVEY_KIND, N_("What was asked: would recommend, satisfaction, effort or stars."), False),
        Column("score", pl.Float64(), N_("The answer.")),
        Column("scale_min", pl.Float64(), N_("The lowest possible answer."), False),
        Column("scale_max", pl.Float64(), N_("The highest possible answer."), False),
        Column("asked_at", TIME, N_("When it was asked."), optional=True),
        Column("answered_at", TIME, N_("When it was answered.")),
        Column("channel", pl.String(), N_("Where it was asked."), optional=True),
        Column("verbatim", pl.String(), N_("What was said in words.")),
        *CONTACTS,
        *PROVENANCE,
    ),
)
