"""What ``ci clean`` decided, row by row of the files it was given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

HEADER_ROWS = 1


def rows_of(files: Sequence[Path], truth: Sequence[pl.Series]) -> pl.DataFrame:
    """One row per row of the files: ``source``, ``row`` as a person counts it, and ``truth``."""
    return pl.concat(
        pl.DataFrame({"source": [file.name] * len(labels), "truth": labels.cast(pl.String)})
        .with_row_index("row", offset=HEADER_ROWS + 1)
        .select("source", "row", "truth")
        for file, labels in zip(files, truth, strict=True)
    )


def people_of(project: Path, rows: pl.DataFrame) -> list[str]:
    """The customer of each row; a row that was refused is alone."""
    tables = project / "tables"
    records = pl.read_parquet(tables / "records.parquet", columns=["record_id", "source", "row"])
    identities = pl.read_parquet(tables / "identities.parquet", columns=["record_id", "customer_id"])
    known = records.join(identities, on="record_id")
    alone = pl.concat_str(pl.lit("row"), "source", "row", separator=" ")
    joined = rows.join(known.unique(["source", "row"]), on=["source", "row"], how="left", maintain_order="left")
    return joined.select(pl.col("customer_id").fill_null(alone))["customer_id"].to_list()


def queue_of(project: Path, rows: pl.DataFrame) -> list[tuple[int, int]]:
    """The pairs that wait for a person, as positions in ``rows``."""
    file = project / "tables" / "review.parquet"
    if not file.exists():
        return []
    records = pl.read_parquet(project / "tables" / "records.parquet", columns=["record_id", "source", "row"])
    place = rows.with_row_index("at").join(records, on=["source", "row"]).unique("record_id", keep="first")
    where = dict(place.select("record_id", "at").iter_rows())
    review = pl.read_parquet(file)
    left, right = [name for name in review.columns if name.startswith("record")][:2]
    pairs = review.select(left, right).iter_rows()
    return [(where[one], where[other]) for one, other in pairs if one in where and other in where]
