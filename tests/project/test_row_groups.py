"""A table of which a few rows change is what it would be had it been written whole, whatever the row groups."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custintel.project import compact_protocol as compact
from custintel.project import store
from custintel.project.folder import Project
from custintel.project.row_groups import Groups, UnlikeError
from custintel.tables.patch import Patch
from custintel.tables.vocabulary import Column, Table

COLUMNS = (
    Column("source", pl.String(), "file", nullable=False),
    Column("row", pl.UInt32(), "row", nullable=False),
    Column("kind", pl.Enum(["a", "b"]), "kind"),
    Column("tags", pl.List(pl.String), "tags"),
    Column("note", pl.String(), "note", optional=True),
)
KEYED = Table("keyed", "rows with a key", COLUMNS, key=("source", "row"), written_by="clean")
LISTED = Table("listed", "rows as they come", COLUMNS, written_by="clean")
PLACES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 30)), unique=True, max_size=40)


@pytest.fixture(autouse=True)
def _small_row_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_ROW_GROUP", 4)


def rows(places: list[tuple[str, int]], note: str | None = None) -> pl.DataFrame:
    data = {
        "source": [source for source, _ in places],
        "row": [row for _, row in places],
        "kind": ["ab"[row % 2] if row % 3 else None for _, row in places],
        "tags": [["x"] * (row % 3) for _, row in places],
        "note": [note] * len(places),
    }
    return pl.DataFrame(data, schema=KEYED.schema)


def put(project: Project, table: Table, content: pl.DataFrame | Patch) -> None:
    with project.write("clean", version="1") as run:
        run.put(table, content)


def heights(project: Project, table: Table) -> list[int]:
    return Groups.of(project.root / "tables" / f"{table.name}.parquet").heights


@given(held=PLACES, come=PLACES, seed=st.integers(0, 2**16), keyed=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_patched_table_is_what_applying_the_patch_gives(
    tmp_path_factory: pytest.TempPathFactory,
    held: list[tuple[str, int]],
    come: list[tuple[str, int]],
    seed: int,
    keyed: bool,
) -> None:
    project, table = Project.create(tmp_path_factory.mktemp("p") / "shop"), KEYED if keyed else LISTED
    before = table.conform(rows(sorted(held), "old"))
    put(project, table, before)
    leave = [place in come or (seed >> n % 16) % 4 == 1 for n, place in enumerate(sorted(held))]
    patch = Patch(pl.Series(leave, dtype=pl.Boolean).arg_true(), table.conform(rows(come)))
    put(project, table, patch)
    stays = [place for place, gone in zip(sorted(held), leave, strict=True) if not gone]
    now = pl.concat([rows(stays, "old"), rows(come)])
    assert project.read(table).equals(now.sort(table.key) if keyed else now)
    assert patch.applied(table, before.lazy()).equals(table.conform(project.read(table)))
    assert project.read(table).height == sum(heights(project, table))
    assert not project.verify()


def test_row_groups_that_nothing_changes_in_are_copied_byte_for_byte(project: Project) -> None:
    put(project, KEYED, KEYED.conform(rows([("a", n) for n in range(0, 40, 2)])))
    old = (project.root / "tables" / "keyed.parquet").read_bytes()
    put(project, KEYED, Patch(pl.Series([0], dtype=pl.UInt32), KEYED.conform(rows([("a", 39)]))))
    new = (project.root / "tables" / "keyed.parquet").read_bytes()
    groups = Groups.of(project.root / "tables" / "keyed.parquet")
    assert groups.heights == [3, 4, 4, 4, 3, 2]
    middle = [column[3] for group in groups.footer[4].values[1:4] for column in group[1].values]
    for about in middle:
        first = min(about[field] for field in (9, 11) if field in about)
        assert new[first : first + about[7]] in old
    back = project.undo()
    assert back.undoes == "r0002"
    assert (project.root / "tables" / "keyed.parquet").read_bytes() == old


def test_the_same_patch_of_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one", "other"):
        project = Project.create(tmp_path / name)
        put(project, KEYED, KEYED.conform(rows([("b", n) for n in range(30)])))
        put(project, KEYED, Patch(pl.Series([3, 17], dtype=pl.UInt32), KEYED.conform(rows([("a", 1), ("c", 2)]))))
        made.append((project.root / "tables" / "keyed.parquet").read_bytes())
    assert made[0] == made[1]


def test_rows_with_a_column_that_was_empty_so_far_write_the_table_whole(project: Project) -> None:
    put(project, KEYED, KEYED.conform(rows([("a", n) for n in range(10)])))
    assert "note" not in pl.read_parquet_schema(project.root / "tables" / "keyed.parquet")
    put(project, KEYED, Patch(pl.Series([], dtype=pl.UInt32), KEYED.conform(rows([("a", 99)], "new"))))
    assert project.read(KEYED)["note"].to_list() == [None] * 10 + ["new"]


def test_a_patch_of_a_table_that_was_never_written_is_its_rows(project: Project) -> None:
    put(project, KEYED, Patch(pl.Series([], dtype=pl.UInt32), KEYED.conform(rows([("a", 1)]))))
    assert project.read(KEYED).height == 1


def test_two_rows_of_one_key_are_refused(project: Project) -> None:
    put(project, KEYED, KEYED.conform(rows([("a", n) for n in range(10)])))
    with pytest.raises(Exception, match="two rows for the same thing"):
        put(project, KEYED, Patch(pl.Series([], dtype=pl.UInt32), KEYED.conform(rows([("a", 5)]))))
    assert project.read(KEYED).height == 10


def test_a_footer_read_and_written_is_the_same_bytes(project: Project) -> None:
    put(project, KEYED, KEYED.conform(rows([("a", n) for n in range(70)], "x" * 200)))
    data = (project.root / "tables" / "keyed.parquet").read_bytes()
    footer = data[-8 - int.from_bytes(data[-8:-4], "little") : -8]
    assert compact.written(compact.read(footer)) == footer


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\xff" * 40 + b"PAR1", b"not a table" * 9])
def test_what_is_no_parquet_file_is_not_taken_for_one(tmp_path: Path, content: bytes) -> None:
    (path := tmp_path / "x.parquet").write_bytes(content)
    with pytest.raises(UnlikeError):
        Groups.of(path)
