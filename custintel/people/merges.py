"""What a merge leaves out: the values of a person's records that are not the person's."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from custintel.fields.vocabulary import Rule
from custintel.i18n import N_
from custintel.tables import CHANGES
from custintel.tables.changes import KIND

MERGED = Rule(
    "merge.other_value", "merge", N_("another record's value was chosen for the person; this one is kept here")
)


def merge_changes(records: pl.DataFrame, people: pl.DataFrame, fields: Sequence[str]) -> pl.DataFrame:
    """The values of records that are not the ones in the customers table: kept here as alternatives.

    Args:
        records: columns of the ``records`` table, and of every record the customer_id and ``person``, its place among
            ``people``.
        people: the ``customers`` table of these records.
        fields: the fields to look at.
    """
    present = [field for field in fields if field in records.columns and field in people.columns]
    compared = [field for field in present if not isinstance(records.schema[field], pl.List)]
    everybody = records.select("run_id", "record_id", "customer_id", *compared, "person")
    together = everybody.filter(pl.col("person").is_duplicated())
    frames = [
        # A consent can be overruled by another person's record, so those of everybody are looked at.
        overruled(everybody if field.startswith("consent_") else together, people[field])
        for field in compared
    ]
    if not frames:
        return CHANGES.empty()
    return pl.concat(frames).with_columns(kind=pl.lit(MERGED.kind, KIND), confidence=pl.lit(MERGED.confidence))


def overruled(records: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """The records whose value of a field is not their person's, which ``person`` finds in ``chosen``."""
    field, dtype = chosen.name, records.schema[chosen.name]
    golden = pl.lit(chosen).gather(pl.col("person")).alias("_chosen")
    held = records.select("run_id", "record_id", "customer_id", field, golden)
    return held.filter(pl.col(field) != pl.col("_chosen")).select(
        "run_id",
        "record_id",
        "customer_id",
        pl.lit(field).alias("field"),
        as_text(pl.col(field), dtype).alias("before"),
        as_text(pl.col("_chosen"), dtype).alias("after"),
        pl.lit(MERGED.code).alias("rule"),
    )


def as_text(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A normalised value as the text that the audit trail shows."""
    if isinstance(dtype, pl.List):
        return value.list.join(", ")
    if dtype == pl.Boolean:
        return pl.when(value).then(pl.lit("yes")).when(~value).then(pl.lit("no"))
    return value.cast(pl.String)
