"""segments, segment_profiles and segment_model: who belongs together, what sets them apart, and what decides it."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.vocabulary import Column, Table

MODEL_PART = pl.Enum(["setting", "grid", "centre", "variance", "weight", "segment", "rule"])

SEGMENTS = Table(
    name="segments",
    label=N_("One row per customer who is in a segment. Whoever bought nothing is in none that is made of purchases."),
    written_by="segment",
    key=("customer_id",),
    columns=(
        Column("customer_id", pl.String(), N_("The person."), False),
        Column("segment_id", pl.Int32(), N_("Place of the segment, from 1, the best, to the last."), False),
        Column(
            "segment",
            pl.String(),
            N_("The segment: a code that stays the same in every language, or the name a rules file gives it."),
            False,
        ),
        Column(
            "distance",
            pl.Float64(),
            N_("How far from the centre of the segment, in ranks from 0 to 1; empty for rules."),
        ),
        Column("probability", pl.Float64(), N_("Probability of the segment, where a mixture decides."), optional=True),
        Column("moved_from", pl.String(), N_("The segment the person was in before; empty when it is the same.")),
        Column("is_new", pl.Boolean(), N_("Whether the person was in no segment before."), False),
        Column("as_of", pl.Date(), N_("The day the segments speak of."), False),
        Column("compared_with", pl.Date(), N_("The day of the segments before; empty the first time."), optional=True),
    ),
)

SEGMENT_PROFILES = Table(
    name="segment_profiles",
    label=N_("One row per segment and measure: what the segment is like, beside everybody in a segment."),
    written_by="segment",
    key=("segment_id", "measure", "level"),
    columns=(
        Column("segment_id", pl.Int32(), N_("Place of the segment, from 1, the best, to the last."), False),
        Column("segment", pl.String(), N_("The segment."), False),
        Column("measure", pl.String(), N_("What is measured, as a code."), False),
        Column(
            "level",
            pl.String(),
            N_("Which payment method, channel, category..., where the measure is a share of one; else nothing."),
            False,
        ),
        Column("value", pl.Float64(), N_("Its value in the segment.")),
        Column("base", pl.Float64(), N_("Its value among everybody in a segment.")),
        Column("lift", pl.Float64(), N_("Value divided by base.")),
        Column("n", pl.Int64(), N_("How many customers or orders it is measured on."), False),
        Column("low", pl.Float64(), N_("Lower end of the 95 % interval of the value; empty where nothing is sampled.")),
        Column("high", pl.Float64(), N_("Upper end of it.")),
        Column("p", pl.Float64(), N_("Probability of such a difference from the rest by chance, after Holm.")),
        Column("rule", pl.String(), N_("The rule that rebuilds the segment, as a WHERE clause.")),
    ),
)

SEGMENT_MODEL = Table(
    name="segment_model",
    label=N_("What decides the segment of a customer, and stays as it is until it is made anew."),
    written_by="segment",
    key=("part", "name", "segment_id", "position"),
    columns=(
        Column("part", MODEL_PART, N_("Setting, grid of ranks, centre, variance, weight, segment or rule."), False),
        Column("name", pl.String(), N_("Which setting, or the feature it belongs to."), False),
        Column("segment_id", pl.Int32(), N_("The segment it belongs to; 0 for none."), False),
        Column("position", pl.Int32(), N_("Its place in a list, from 0."), False),
        Column("value", pl.Float64(), N_("A number.")),
        Column("text", pl.String(), N_("A text.")),
    ),
)
