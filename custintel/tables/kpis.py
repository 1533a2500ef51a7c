"""kpis: every number of ``ci kpis``, for the whole and for every cut."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.vocabulary import Column, Table

CUT = pl.Enum(["all", "channel", "campaign", "segment", "category", "city", "month"])
BASIS = pl.Enum(["cohort", "event"])
UNIT = pl.Enum(["share", "money", "amount", "ratio", "months"])

KPIS = Table(
    name="kpis",
    label=N_("One row per number, for the whole and for every channel, campaign, segment, category, city and month."),
    written_by="kpis",
    columns=(
        Column("cut", CUT, N_("What is told apart: all, channel, campaign, segment, category, city or month."), False),
        Column("group", pl.String(), N_("Which of them; empty for the whole, and for what belongs to none.")),
        Column("kpi", pl.String(), N_("The number, as a code."), False),
        Column("unit", UNIT, N_("Share, money per order, amount, ratio or months."), False),
        Column("numerator", pl.Float64(), N_("What is divided; money in units of the currency."), True),
        Column("denominator", pl.Float64(), N_("By what; empty for amounts.")),
        Column("value", pl.Float64(), N_("The number; empty when the denominator is nothing.")),
        Column("low", pl.Float64(), N_("Lower end of its 95 % interval; empty where nothing was sampled.")),
        Column("high", pl.Float64(), N_("Upper end of its 95 % interval.")),
        Column("currency", pl.String(), N_("Currency of money, ISO 4217."), False),
        Column("basis", BASIS, N_("Whether costs and refunds count on the day of the order or on their own."), False),
        Column("from", pl.Date(), N_("First day that counts.")),
        Column("to", pl.Date(), N_("Last day that counts.")),
        Column("provisional", pl.Boolean(), N_("Whether many of its orders are too young to have come back."), False),
    ),
)
