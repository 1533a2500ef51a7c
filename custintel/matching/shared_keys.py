"""Keys on records of several people: what nearly joined them, or is shared by too many to join anybody."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.fields import phone
from custintel.matching.comparisons import MANY_NAMES
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
    """kind (an evidence code), key (as people know it), names (people on it), records, shared (whether it is on too many
    names to merge anybody); sorted.

    Args:
        records: as they were given.
        of: their profiles.
        people: per record, the first record of its person.
    """
    prints = of.names.prints[of.of_record]
    frames = [
        _several(kind, values, people, prints)
        for kind, values in _keys(records.sort("record_id"))
        if values.null_count() < len(values)
    ]
    return pl.concat(frames).sort("kind", "key") if frames else pl.DataFrame(schema=SCHEMA)


def _keys(records: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    if "document_id" in records.columns:
        yield "same_document", records["document_id"]
    if "email" in records.columns:
        yield "same_email", records["email"]
    for column in ("mobile", "whatsapp", "phone"):
        if column in records.columns:
            yield "same_mobile", phone.not_landline(records[column])
    if "source_id" in records.columns and "source" in records.columns:
        guest = pl.col("source_id").str.contains("^0+$")
        key = pl.concat_str("source", "source_id", separator="\x1f")
        yield "same_source_id", records.select(pl.when(~guest).then(key)).to_series()


def _several(kind: str, values: pl.Series, people: Rows, prints: NDArray[np.uint64]) -> pl.DataFrame:
    """The values that several named people have."""
    frame = pl.DataFrame({"key": values, "person": people, "print": prints})
    repeated = frame.filter(pl.col("key").is_not_null() & pl.col("key").is_duplicated())
    named = pl.col("person").filter(pl.col("print") > 0).n_unique()
    counted = repeated.group_by("key").agg(
        names=named.cast(pl.UInt32),
        records=pl.len().cast(pl.UInt32),
        shared=pl.col("print").filter(pl.col("print") > 0).n_unique() >= MANY_NAMES,
    )
    return counted.filter(pl.col("names") > 1).select(pl.lit(kind).alias("kind"), "key", "names", "records", "shared")
