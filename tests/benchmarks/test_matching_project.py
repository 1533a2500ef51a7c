from __future__ import annotations

from pathlib import Path

import polars as pl
from matching_project import people_of, queue_of, rows_of


def _project(folder: Path) -> Path:
    (tables := folder / "tables").mkdir()
    records = {"record_id": ["r1", "r2", "r2"], "source": ["a.csv", "a.csv", "b.csv"], "row": [2, 3, 2]}
    pl.DataFrame(records, schema_overrides={"row": pl.UInt32}).write_parquet(tables / "records.parquet")
    pl.DataFrame({"record_id": ["r1", "r2"], "customer_id": ["c1", "c2"]}).write_parquet(tables / "identities.parquet")
    return folder


def test_every_row_of_the_files_has_its_person_and_a_refused_one_is_alone(tmp_path: Path) -> None:
    rows = rows_of([Path("a.csv"), Path("b.csv")], [pl.Series([1, 2, 3]), pl.Series([2])])
    found = people_of(_project(tmp_path), rows)
    assert found[0] == "c1"
    assert found[1] == found[3] == "c2"
    assert found[2] not in {"c1", "c2"}


def test_pairs_of_the_queue_are_places_in_the_files(tmp_path: Path) -> None:
    project = _project(tmp_path)
    rows = rows_of([Path("a.csv")], [pl.Series([1, 2])])
    assert queue_of(project, rows) == []
    pairs = {"pair_id": ["p"], "record_a": ["r1"], "record_b": ["r2"]}
    pl.DataFrame(pairs).write_parquet(project / "tables" / "review.parquet")
    assert queue_of(project, rows) == [(0, 1)]
