"""goals and goal_people: what each segment could reach, and who is in the group that gets nothing, to measure it."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.records import MONEY
from custintel.tables.vocabulary import Column, Table

GOAL_MEASURE = pl.Enum(["frequency", "ticket", "breadth"])
TARGET_BASIS = pl.Enum(["next_segment", "own_best", "person"])
VERDICT = pl.Enum(["not_begun", "too_early", "too_small", "no_difference", "better", "worse"])

GOALS = Table(
    name="goals",
    label=N_("One row per goal: where the segment is, where it could be, what that is worth, and how far it has come."),
    written_by="goals",
    key=("goal",),
    columns=(
        Column("goal", pl.String(), N_("The goal: segment, measure and first day."), False),
        Column("segment", pl.String(), N_("The segment; empty for the whole base.")),
        Column("segment_id", pl.Int32(), N_("Place of the segment, from 1, the best; empty for the whole base.")),
        Column("measure", GOAL_MEASURE, N_("Frequency, ticket or breadth, as a code."), False),
        Column("from", pl.Date(), N_("First day."), False),
        Column("to", pl.Date(), N_("Last day."), False),
        Column("n", pl.Int64(), N_("Customers in it when it began."), False, unit="customers"),
        Column("holdout", pl.Int64(), N_("How many of them get nothing."), False, unit="customers"),
        Column("control_needed", pl.Int64(), N_("How many that takes to see the change; empty: too small to be seen.")),
        Column("visible", pl.Float64(), N_("The smallest change that the group there is can show, per customer.")),
        Column("baseline", pl.Float64(), N_("Median of its customers over the 364 days before it began.")),
        Column("target", pl.Float64(), N_("What to reach over 364 days.")),
        Column("basis", TARGET_BASIS, N_("Where the target comes from, as a code."), False),
        Column("p_buy", pl.Float64(), N_("Part of its customers who are expected to buy."), unit="share"),
        Column("unit_margin", MONEY, N_("What one more of it leaves; empty where no costs are counted.")),
        Column("offer_cost", MONEY, N_("What the offer costs per customer."), False),
        Column("value", MONEY, N_("What the goal is worth over 364 days; empty where no costs are counted.")),
        Column("currency", pl.String(), N_("Currency of the money, ISO 4217."), False),
        Column("now", pl.Float64(), N_("Median of those same customers over the last 364 days.")),
        Column("gap", pl.Float64(), N_("What is missing to the target.")),
        Column("progress", pl.Float64(), N_("Part of the way from baseline to target that is done."), unit="share"),
        Column("days_measured", pl.Int32(), N_("Days since it began."), False, unit="days"),
        Column("treated_mean", pl.Float64(), N_("Mean since it began of those who get offers.")),
        Column("holdout_mean", pl.Float64(), N_("Mean since it began of those who get nothing.")),
        Column("effect", pl.Float64(), N_("Difference of both, corrected by what they did before.")),
        Column("effect_low", pl.Float64(), N_("Lower end of its 95 % interval.")),
        Column("effect_high", pl.Float64(), N_("Upper end of its 95 % interval.")),
        Column("verdict", VERDICT, N_("What can be said of the effect, as a code."), False),
    ),
)

GOAL_PEOPLE = Table(
    name="goal_people",
    label=N_("One row per goal and customer who was in its segment when it began; it stays as it was drawn."),
    written_by="goals",
    key=("goal", "customer_id"),
    columns=(
        Column("goal", pl.String(), N_("The goal."), False),
        Column("customer_id", pl.String(), N_("The person."), False),
        Column("holdout", pl.Boolean(), N_("Whether they get nothing, so that the effect can be measured."), False),
        Column("drawn_on", pl.Date(), N_("Last day of the data when it was drawn: what counts comes after."), False),
    ),
)
