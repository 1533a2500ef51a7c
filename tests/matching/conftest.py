from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import pytest

from custintel.matching.engine import Matched, Merge, match

Row = Mapping[str, Any]


def frame_of(records: Mapping[str, Row]) -> pl.DataFrame:
    """Records that are already normalised, by their ids."""
    columns = sorted({column for record in records.values() for column in record})
    rows = [[name, *(record.get(column) for column in columns)] for name, record in records.items()]
    frame = pl.DataFrame(rows, schema=["record_id", *columns], orient="row", infer_schema_length=None)
    return frame if "source" in columns else frame.with_columns(pl.lit("crm.csv").alias("source"))


def people_of(matched: Matched) -> set[str]:
    """The ids of one person's records, joined by ``+``."""
    groups = matched.clusters.group_by("cluster").agg(pl.col("record_id").sort())
    return {"+".join(group) for group in groups["record_id"].to_list()}


@pytest.fixture(scope="session")
def records() -> Callable[..., pl.DataFrame]:
    return frame_of


@pytest.fixture(scope="session")
def people() -> Callable[[Matched], set[str]]:
    return people_of


@pytest.fixture(params=["certain", "sure"])
def clusters(request: pytest.FixtureRequest) -> Callable[..., set[str]]:
    merge: Merge = request.param

    def clusters_of(**rows: Row) -> set[str]:
        return people_of(match(frame_of(rows), merge=merge))

    return clusters_of
