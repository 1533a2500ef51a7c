"""Keys on records of several people: what nearly joined them, or is shared by too many to join anybody."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.fields import phone
from custintel.matching.frequency import MANY_NAMES
from custintel.matching.profiles import Profiles

Rows = NDArray[np.int64]

SCHEMA = {
    "kind": pl.String(),
    "key": pl.String(),
    "names": pl.UInt32(),
    "records": pl.UInt32(),
    "shared": pl.Boolean(),
}


def keys_apart(records: pl.DataFrame, of: Profiles, people: Rows) -> pl.DataFrame:
    """Keys on several people: kind (an evidence code), key (as people know it), names (people on it), records, shared
    (whether it is on too many names to merge anybody); sorted.

    Args:
        records: as they were given.
        of: their profiles.
        people: per record, the first record of its person.
    """
    given = np.empty(len(people), np.int64)
    given[of.order] = np.arange(len(people))
    frame = pl.DataFrame({"person": people[given], "print": of.names.prints[of.of_record][given]})
    kinds = [_several(kind, frame, columns) for kind, columns in _keys(records)]
    return pl.concat(kinds).sort("kind", "key") if kinds else pl.DataFrame(schema=SCHEMA)


def _keys(records: pl.DataFrame) -> Iterator[tuple[str, list[pl.Series]]]:
    """Evidence codes, each with the columns that hold its keys."""
    for kind, columns in (
        ("same_document", ("document_id",)),
        ("same_email", ("email",)),
        ("same_mobile", ("mobile", "whatsapp", "phone")),
    ):
        present = [records[column] for column in columns if column in records.columns]
        if present:
            yield kind, present
    if "source_id" in records.columns and "source" in records.columns:
        guest = pl.col("source_id").str.contains("^0+$")
        key = pl.concat_str("source", "source_id", separator="\x1f")
        yield "same_source_id", [records.select(pl.when(~guest).then(key)).to_series()]


def _several(kind: str, people: pl.DataFrame, columns: list[pl.Series]) -> pl.DataFrame:
    """The values that several named people have."""
    held = pl.concat([people.with_columns(column.alias("key")).drop_nulls("key") for column in columns])
    repeated = held.filter(pl.col("key").is_duplicated())
    if kind == "same_mobile":
        numbers = repeated["key"].unique()
        mobile = phone.not_landline(numbers).drop_nulls()
        repeated = repeated.filter(pl.col("key").is_in(mobile.implode()))
    named = pl.col("print") > 0
    counted = repeated.group_by("key").agg(
        names=pl.col("person").filter(named).n_unique().cast(pl.UInt32),
        records=pl.len().cast(pl.UInt32),
        shared=pl.col("print").filter(named).n_unique() >= MANY_NAMES,
    )
    return counted.filter(pl.col("names") > 1).select(pl.lit(kind).alias("kind"), "key", "names", "records", "shared")
