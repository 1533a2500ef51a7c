from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custintel.errors import CustintelError
from custintel.project import disk, lock
from custintel.project.folder import Project
from custintel.project.records import Input
from custintel.project.run import Run
from custintel.project.store import Store
from custintel.tables.vocabulary import Column, Table

CUSTOMERS = Table(
    "customers",
    "people",
    (
        Column("customer_id", pl.String(), "id", nullable=False),
        Column("name", pl.String(), "name"),
        Column("nickname", pl.String(), "nickname", optional=True),
    ),
    key=("customer_id",),
    written_by="clean",
)
ORDERS = Table(
    "orders",
    "orders",
    (
        Column("order_id", pl.String(), "id"),
        Column("line", pl.Int64(), "line"),
        Column("status", pl.Enum(["paid", "refused"]), "status"),
        Column("tags", pl.List(pl.String()), "tags"),
    ),
    key=("order_id", "line"),
    written_by="load",
)


def customers(*names: str) -> pl.DataFrame:
    return pl.DataFrame({"customer_id": [f"c{i}" for i in range(len(names))], "name": names})


def orders(n: int) -> pl.DataFrame:
    rows = {"order_id": ["o"] * n, "line": range(n), "status": ["paid"] * n, "tags": [["x"]] * n}
    return pl.DataFrame(rows, schema=ORDERS.schema)


def commit(
    project: Project, *names: str, command: str = "clean", version: str = "1", inputs: tuple[Input, ...] = ()
) -> Run:
    with project.write(command, version=version, inputs=inputs) as run:
        run.put(CUSTOMERS, customers(*names))
    return run


def names(project: Project) -> list[str]:
    return project.read(CUSTOMERS)["name"].to_list()


def shown(project: Project) -> dict[str, bytes]:
    """The bytes of the files that people open."""
    return {path.name: path.read_bytes() for path in sorted((project.root / "tables").glob("*.parquet"))}


def everything(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


class TestFinding:
    def test_a_project_is_found_from_a_folder_inside_it(self, project: Project) -> None:
        inside = project.root / "a" / "b"
        inside.mkdir(parents=True)
        assert Project.find(inside, None) == project.root

    def test_there_is_none_above_a_folder_without_one(self, tmp_path: Path) -> None:
        assert Project.find(tmp_path, None) is None

    @pytest.mark.parametrize("named", ["", "/custintel.toml"])
    def test_the_override_wins_over_the_folder_one_is_in(self, project: Project, tmp_path: Path, named: str) -> None:
        other = Project.create(tmp_path / "other")
        assert Project.find(project.root, str(other.root) + named) == other.root

    def test_an_override_that_is_no_project_is_none(self, project: Project, tmp_path: Path) -> None:
        assert Project.find(project.root, str(tmp_path / "new")) is None

    def test_an_override_that_is_a_file_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "crm.xlsx").write_bytes(b"")
        with pytest.raises(CustintelError, match="is a folder"):
            Project.find(tmp_path, str(tmp_path / "crm.xlsx"))

    def test_opening_a_folder_that_is_no_project_says_how_to_make_it_one(self, tmp_path: Path) -> None:
        with pytest.raises(CustintelError, match="ci init"):
            Project.open(tmp_path)


class TestCreating:
    def test_the_text_of_the_settings_is_kept_as_given(self, tmp_path: Path) -> None:
        text = '# ours\ncountry = "CO"  # Colombia\n'
        project = Project.create(tmp_path / "shop", settings=text)
        assert (project.root / "custintel.toml").read_text() == text
        assert project.settings.get("country") == "CO"

    def test_an_existing_project_is_not_overwritten(self, project: Project) -> None:
        before = everything(project.root)
        with pytest.raises(CustintelError, match="already is"):
            Project.create(project.root, settings={"country": "MX"})
        assert everything(project.root) == before

    def test_a_wrong_setting_leaves_no_project(self, tmp_path: Path) -> None:
        for wrong in ({"country": "Colombia"}, {"contry": "CO"}, "country = 3", "country ="):
            with pytest.raises(CustintelError):
                Project.create(tmp_path / "shop", settings=wrong)
            assert Project.find(tmp_path / "shop", None) is None

    def test_peoples_data_stays_out_of_version_control(self, project: Project) -> None:
        commit(project, "Ana")
        for folder in ("tables", "history"):
            assert "*" in (project.root / folder / ".gitignore").read_text().splitlines()

    def test_a_file_in_the_way_of_a_folder_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "tables").write_text("mine")
        with pytest.raises(CustintelError, match="A file stands where a folder is needed"):
            Project.create(tmp_path)
        assert everything(tmp_path) == {"tables": b"mine"}


class TestReading:
    def test_a_table_never_written_has_every_column_and_no_rows(self, project: Project) -> None:
        assert not project.has(CUSTOMERS)
        assert project.read(CUSTOMERS).schema == CUSTOMERS.schema
        assert project.read(CUSTOMERS).height == 0

    def test_what_was_put_is_read_with_its_types_and_optional_columns_filled(self, project: Project) -> None:
        with project.write("load", version="1") as run:
            run.put(ORDERS, orders(2))
            run.put(CUSTOMERS, customers("Ana", "Luz"))
        assert project.has(CUSTOMERS)
        assert project.read(ORDERS).equals(orders(2))
        assert project.read(CUSTOMERS).schema == CUSTOMERS.schema
        assert project.read(CUSTOMERS)["nickname"].to_list() == [None, None]

    def test_a_project_once_opened_shows_one_set_whatever_others_commit(self, project: Project) -> None:
        commit(project, "Ana")
        reader = Project.open(project.root)
        commit(project, "Luz")
        assert names(reader) == ["Ana"]
        assert names(Project.open(project.root)) == ["Luz"]

    def test_a_table_of_another_version_of_the_program_says_which_command_makes_it_again(
        self, project: Project
    ) -> None:
        commit(project, "Ana")
        newer = Table(
            "customers", "people", (*CUSTOMERS.columns, Column("city", pl.String(), "city")), written_by="clean"
        )
        with pytest.raises(CustintelError, match="ci clean"):
            project.read(newer)

    def test_the_file_of_a_table_says_what_made_it(self, project: Project) -> None:
        project.settings.set("country", "co")
        commit(project, "Ana", version="1.2", inputs=(Input("crm.xlsx", "", "f" * 64),))
        made_by = json.loads(pl.read_parquet_metadata(project.root / "tables" / "customers.parquet")["custintel"])
        assert made_by == {
            "table": "customers",
            "command": "clean",
            "version": "1.2",
            "settings": {"country": "CO"},
            "inputs": [{"label": "crm.xlsx", "sha256": "f" * 64}],
        }

    def test_absent_columns_take_no_memory(self, project: Project) -> None:
        """The table of records declares some 160 columns, and a file has twenty."""
        wide = Table(
            "wide",
            "wide",
            (
                Column("key", pl.String(), "key"),
                *(Column(f"c{i}", pl.String(), "c", optional=True) for i in range(100)),
            ),
            key=("key",),
            written_by="clean",
        )
        keys = pl.DataFrame({"key": [f"{i:08}" for i in range(10_000)]})
        with project.write("clean", version="1") as run:
            run.put(wide, keys)
        found = project.read(wide)
        assert found.shape == (10_000, 101)
        assert found.estimated_size() < keys.estimated_size() * 1.1

    def test_a_table_that_others_no_longer_keep_is_not_called_damaged(self, project: Project) -> None:
        project.settings.set("history.keep", 1)
        commit(project, "Ana")
        slow = Project.open(project.root)
        for name in ("Luz", "Eva", "Sol"):
            commit(project, name)
        with pytest.raises(CustintelError, match="Another command changed the project"):
            slow.read(CUSTOMERS)

    def test_file_names_with_brackets_are_read_as_they_are(self, tmp_path: Path) -> None:
        project = Project.create(tmp_path / "shop [1] *")
        commit(project, "Ana")
        assert names(project) == ["Ana"]


class TestCommitting:
    def test_rows_are_stored_in_the_order_of_the_key(self, project: Project) -> None:
        with project.write("load", version="1") as run:
            run.put(ORDERS, orders(5).reverse())
        assert project.read(ORDERS).equals(orders(5))

    def test_two_rows_of_one_key_are_refused(self, project: Project) -> None:
        with (
            pytest.raises(CustintelError, match="two rows for the same thing"),
            project.write("load", version="1") as run,
        ):
            run.put(ORDERS, pl.concat([orders(3), orders(1)]))
        assert not project.has(ORDERS)

    def test_an_exception_commits_nothing_and_leaves_nothing(self, project: Project) -> None:
        commit(project, "Ana")
        before = everything(project.root)

        def broken() -> None:
            with project.write("clean", version="1") as run:
                run.put(CUSTOMERS, customers("Luz"))
                raise RuntimeError

        with pytest.raises(RuntimeError):
            broken()
        assert everything(project.root) == before
        assert names(project) == ["Ana"]

    def test_the_same_again_is_no_run(self, project: Project) -> None:
        assert commit(project, "Ana").changed
        assert not commit(project, "Ana").changed
        assert len(project.history()) == 1

    def test_a_run_without_tables_is_no_run(self, project: Project) -> None:
        with project.write("clean", version="1") as run:
            pass
        assert not run.changed
        assert project.history() == []

    def test_tables_of_other_commands_stay(self, project: Project) -> None:
        commit(project, "Ana")
        with project.write("load", version="1") as run:
            run.put(ORDERS, orders(1))
        assert set(shown(project)) == {"customers.parquet", "orders.parquet"}
        assert list(project.history()[-1].written) == ["orders"]
        assert set(project.history()[-1].tables) == {"customers", "orders"}

    def test_two_projects_given_the_same_hold_the_same_bytes(self, tmp_path: Path) -> None:
        first, second = Project.create(tmp_path / "a"), Project.create(tmp_path / "somewhere" / "else")
        commit(first, "Old")
        commit(first, "Ana", "Luz")
        with second.write("clean", version="1") as run:
            run.put(CUSTOMERS, pl.concat([customers("Ana", "Luz")[1:], customers("Ana", "Luz")[:1]], rechunk=False))
        assert shown(first) == shown(second)

    def test_what_was_read_before_somebody_else_changed_it_cannot_be_built_upon(self, project: Project) -> None:
        commit(project, "Ana")
        slow = Project.open(project.root)
        seen = slow.read(CUSTOMERS)
        commit(project, "Luz")
        with pytest.raises(CustintelError, match="Another command changed"), slow.write("clean", version="1") as run:
            run.put(CUSTOMERS, seen)
        assert names(Project.open(project.root)) == ["Luz"]

    def test_a_new_column_of_only_empty_cells_costs_nothing(self, project: Project) -> None:
        with project.write("clean", version="1") as run:
            run.put(CUSTOMERS, customers("Ana").with_columns(nickname=pl.lit(None, pl.String)))
        assert "nickname" not in pl.read_parquet_schema(project.root / "tables" / "customers.parquet")

    def test_runs_are_numbered_and_described(self, project: Project) -> None:
        with project.write("clean", arguments=["crm.xlsx", "--country", "CO"], version="3") as run:
            run.put(CUSTOMERS, customers("Ana"))
        commit(project, "Luz")
        first, second = project.history()
        assert (first.run_id, second.run_id) == ("r0001", "r0002")
        assert first.command == "clean"
        assert first.arguments == ("crm.xlsx", "--country", "CO")
        assert first.version == "3"
        assert first.at.endswith("+00:00")
        assert first.tables["customers"].rows == 1
        assert Project.open(project.root).history() == [first, second]


class TestUndoing:
    def test_every_step_back_is_byte_for_byte(self, project: Project) -> None:
        sets = [shown(project)]
        for n in range(1, 4):
            commit(project, *"abc"[:n])
            if n == 2:
                with project.write("load", version="1") as run:
                    run.put(ORDERS, orders(2))
                sets.append(shown(project) | {"orders.parquet": b""})
                sets[-1].pop("orders.parquet")
            sets.append(shown(project))
        undone = []
        for expected in reversed(sets[:-1]):
            undone.append(project.undo().undoes)
            assert shown(project) == expected
            assert shown(Project.open(project.root)) == expected
        assert undone == ["r0004", "r0003", "r0002", "r0001"]
        with pytest.raises(CustintelError, match="nothing to undo"):
            project.undo()

    def test_work_after_an_undo_goes_on_from_there(self, project: Project) -> None:
        commit(project, "Ana")
        commit(project, "Luz")
        project.undo()
        commit(project, "Eva")
        assert names(project) == ["Eva"]
        assert [project.undo().undoes, project.undo().undoes] == ["r0004", "r0001"]
        assert not project.has(CUSTOMERS)
        history = project.history()
        assert [(r.command, r.undone_by) for r in history[:2]] == [("clean", "r0006"), ("clean", "r0003")]

    def test_undoing_then_doing_the_same_gives_the_same_bytes(self, project: Project) -> None:
        commit(project, "Ana")
        before = shown(project)
        project.undo()
        assert shown(project) == {}
        commit(project, "Ana")
        assert shown(project) == before

    def test_only_as_many_runs_as_the_setting_says_are_kept(self, project: Project) -> None:
        project.settings.set("history.keep", 2)
        for name in "abcde":
            commit(project, name)
        assert len(list((project.root / "history" / "objects").iterdir())) == 3
        project.undo()
        project.undo()
        assert names(project) == ["c"]
        with pytest.raises(CustintelError, match=r"history\.keep"):
            project.undo()
        assert names(project) == ["c"]
        assert project.verify() == []


class TestCondition:
    def test_a_fresh_table_is_not_stale(self, project: Project, tmp_path: Path) -> None:
        crm = tmp_path / "crm.csv"
        crm.write_text("name\nAna\n")
        commit(project, "Ana", inputs=(Input.of(crm),))
        (state,) = project.state()
        assert (state.name, state.rows, state.written_by, state.run_id, state.stale) == (
            "customers",
            1,
            "clean",
            "r0001",
            (),
        )

    def test_a_table_is_stale_when_its_file_changes_or_goes(self, project: Project) -> None:
        crm = project.root / "crm.csv"
        crm.write_text("name\nAna\n")
        commit(project, "Ana", inputs=(Input.of(crm),))
        os.utime(crm, ns=(1, 1))
        assert project.state()[0].stale == (), "only touched"
        crm.write_text("name\nLuz\n")
        assert [reason.kind for reason in project.state()[0].stale] == ["input_changed"]
        crm.unlink()
        assert [reason.sentence for reason in project.state()[0].stale] == ["the file crm.csv is no longer there"]

    def test_inputs_inside_the_project_are_found_after_it_moved(self, project: Project, tmp_path: Path) -> None:
        crm = project.root / "crm.csv"
        crm.write_text("name\nAna\n")
        commit(project, "Ana", inputs=(Input.of(crm),))
        project.root.rename(tmp_path / "moved")
        assert Project.open(tmp_path / "moved").state()[0].stale == ()

    def test_reading_a_file_that_moved_makes_its_table_fresh(self, project: Project, tmp_path: Path) -> None:
        crm = tmp_path / "crm.csv"
        crm.write_text("name\nAna\n")
        commit(project, "Ana", inputs=(Input.of(crm),))
        moved = crm.rename(project.root / "crm.csv")
        assert project.state()[0].stale
        assert commit(project, "Ana", inputs=(Input.of(moved),)).changed
        assert project.state()[0].stale == ()
        assert not commit(project, "Ana", inputs=(Input.of(moved),)).changed

    def test_a_table_is_stale_when_one_it_was_computed_from_changes(self, project: Project) -> None:
        commit(project, "Ana")
        project = Project.open(project.root)
        with project.write("load", version="1") as run:
            run.put(ORDERS, orders(project.read(CUSTOMERS).height))
        assert [state.stale for state in project.state()] == [(), ()]
        commit(project, "Ana", "Luz")
        stale = {state.name: [reason.sentence for reason in state.stale] for state in project.state()}
        assert stale == {"customers": [], "orders": ["the table customers has changed"]}

    def test_columns_that_another_command_adds_make_nothing_stale_until_the_table_itself_changes(
        self, project: Project
    ) -> None:
        commit(project, "Ana")
        project = Project.open(project.root)
        with project.write("load", version="1") as run:
            run.put(ORDERS, orders(project.read(CUSTOMERS).height))
        with project.write("contactability", version="1") as run:
            run.amend(CUSTOMERS, project.read(CUSTOMERS).with_columns(nickname=pl.lit("Anita")))
        project = Project.open(project.root)
        assert {state.name: state.stale for state in project.state()} == {"customers": (), "orders": ()}
        with project.write("contactability", version="1") as run:
            run.amend(CUSTOMERS, project.read(CUSTOMERS))
        assert not run.changed, "the same again is no run"
        commit(project, "Ana", "Luz")
        stale = {state.name: [reason.name for reason in state.stale] for state in project.state()}
        assert stale == {"customers": [], "orders": ["customers"]}

    def test_computing_the_same_from_changed_tables_makes_it_fresh(self, project: Project) -> None:
        for name in ("Ana", "Luz"):
            commit(project, name)
            project = Project.open(project.root)
            with project.write("load", version="1") as run:
                run.put(ORDERS, orders(project.read(CUSTOMERS).height))
            assert run.changed
        assert [state.stale for state in project.state()] == [(), ()]

    def test_a_healthy_project_has_no_problems(self, project: Project) -> None:
        assert project.verify() == []
        commit(project, "Ana")
        assert project.verify() == []

    def test_a_table_changed_by_another_program_is_said_and_left_alone(self, project: Project) -> None:
        commit(project, "Ana")
        path = project.root / "tables" / "customers.parquet"
        path.unlink()
        customers("Eve").write_parquet(path)
        edited = path.read_bytes()
        project = Project.open(project.root)
        commit(project, "Luz")
        assert names(project) == ["Luz"]
        assert path.read_bytes() == edited
        assert [problem.code for problem in project.verify()] == ["table_edited"]
        assert project.state()[0].edited
        path.rename(path.with_name("eve.parquet"))
        assert Project.open(project.root).verify() == []
        assert path.exists()

    def test_a_damaged_object_is_found_and_undo_leads_out(self, project: Project) -> None:
        commit(project, "Ana")
        commit(project, "Luz")
        version = project.history()[-1].tables["customers"]
        stored = project.root / "history" / "objects" / f"{version.sha256}.parquet"
        whole = stored.read_bytes()
        stored.unlink()
        stored.write_bytes(whole[:-1] + b"?")
        assert "object_damaged" in {problem.code for problem in project.verify()}
        stored.write_bytes(whole[:10])
        with pytest.raises(CustintelError, match="ci undo"):
            Project.open(project.root).read(CUSTOMERS)
        stored.unlink()
        assert "object_missing" in {problem.code for problem in project.verify()}
        project.undo()
        assert names(project) == ["Ana"]

    def test_making_a_damaged_table_again_repairs_it(self, project: Project) -> None:
        commit(project, "Ana")
        stored = damaged(project)
        commit(project, "Ana")
        assert "object_damaged" not in {problem.code for problem in project.verify()}
        assert names(Project.open(project.root)) == ["Ana"]
        assert stored.exists()

    def test_damaged_tables_are_not_put_back(self, project: Project) -> None:
        commit(project, "Ana")
        stored = damaged(project)
        commit(project, "Luz")
        with pytest.raises(CustintelError, match="cannot be undone") as caught:
            project.undo()
        assert caught.value.seen == "customers"
        assert stored.exists()
        assert names(project) == ["Luz"]


def damaged(project: Project) -> Path:
    """The file of the current customers, with one byte changed and the size it had."""
    version = project.history()[-1].tables["customers"]
    stored = project.root / "history" / "objects" / f"{version.sha256}.parquet"
    whole = stored.read_bytes()
    stored.unlink()
    stored.write_bytes(whole[:-1] + b"?")
    return stored


class TestTrouble:
    def test_a_second_writer_is_told_who_the_first_is(self, project: Project) -> None:
        commit(project, "Ana")
        other = Project.open(project.root)
        with project.write("clean", version="1") as run:
            run.put(CUSTOMERS, customers("Luz"))
            with (
                pytest.raises(CustintelError, match=rf"used by ci clean \(process {os.getpid()}, since \d\d:\d\d\)"),
                other.write("load", version="1"),
            ):
                pytest.fail("two writers at once")
            assert names(Project.open(project.root)) == ["Ana"], "readers do not wait"
        assert names(Project.open(project.root)) == ["Luz"]

    def test_a_writer_in_another_process_keeps_this_one_out(self, project: Project) -> None:
        child = (
            "import sys; from pathlib import Path; from custintel.project.folder import Project\n"
            f"with Project.open(Path({str(project.root)!r})).write('clean', version='1'):\n"
            "    print('in', flush=True); sys.stdin.read()"
        )
        with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            with pytest.raises(CustintelError, match=f"process {holder.pid}"):
                commit(project, "Luz")
        commit(project, "Luz")

    def test_a_killed_writer_is_not_said_to_hold_the_project(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """While a reader repairs what it left, the name of the dead one still stands there."""
        monkeypatch.setattr(lock, "PATIENCE", 0.0)
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        lock.sign(project.root / "history", "clean", "r0001", datetime.now(UTC))
        path = project.root / "history" / "writer.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "pid": gone.pid}))
        with lock.held_if_free(project.root / "history") as free:
            assert free
            with pytest.raises(CustintelError, match="used by another command"):
                commit(project, "Luz")

    @pytest.mark.parametrize("problem", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
    @pytest.mark.parametrize("call", ["replace", "fsync", "link", "unlink"])
    def test_the_disk_failing_at_any_call_leaves_one_whole_set(
        self, project: Project, monkeypatch: pytest.MonkeyPatch, call: str, problem: int
    ) -> None:
        commit(project, "old", "old")
        with project.write("load", version="1") as run:
            run.put(ORDERS, orders(2))
        for nth in range(1, 20):
            said = ""
            with monkeypatch.context() as patched:
                failed = fail_at(patched, call, nth, problem)
                try:
                    with project.write("clean", version=f"try {nth}") as run:
                        run.put(CUSTOMERS, customers(*["new"] * nth))
                        run.put(ORDERS, orders(nth))
                except CustintelError as error:
                    said = error.where
            again = Project.open(project.root)
            committed = again.history()[-1].version == f"try {nth}"
            assert committed != bool(said), f"{call} {nth}: what was said is not what happened"
            assert again.read(ORDERS).height == again.read(CUSTOMERS).height
            problems = {problem.code for problem in again.verify()}
            assert problems <= ({"unfinished_run", "leftovers"} if call == "unlink" else set())
            assert pl.read_parquet(project.root / "tables" / "orders.parquet").height == again.read(ORDERS).height
            if not failed:
                break
        else:
            pytest.fail("never succeeded")

    def test_a_really_full_disk_is_said(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        commit(project, "Ana")
        message = "parquet: File out of specification: underlying IO error: No space left on device (os error 28)"

        def full(*_: object, **__: object) -> None:
            raise pl.exceptions.ComputeError(message)

        monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
        with pytest.raises(CustintelError, match="The disk is full"):
            commit(project, "Luz")
        assert names(Project.open(project.root)) == ["Ana"]

    def test_without_hard_links_tables_are_copies(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        def unsupported(*_: object) -> None:
            raise OSError(errno.EOPNOTSUPP, "not supported")

        monkeypatch.setattr(os, "link", unsupported)
        commit(project, "Ana")
        first = shown(project)
        commit(project, "Luz")
        assert project.verify() == []
        project.undo()
        assert shown(project) == first
        assert Project.open(project.root).verify() == []

    def test_a_copy_is_renewed_where_clocks_tick_slowly(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two tables of one size within one tick look alike to a disk without links, such as a memory stick."""

        def unsupported(*_: object) -> None:
            raise OSError(errno.EOPNOTSUPP, "not supported")

        monkeypatch.setattr(os, "link", unsupported)
        monkeypatch.setattr(Store, "shows", lambda self, name, version: self.shown(name).exists())
        for name in ("Ana", "Luz"):
            commit(project, name)
            assert pl.read_parquet(project.root / "tables" / "customers.parquet")["name"].to_list() == [name]

    def test_a_file_somebody_is_reading_is_replaced_a_moment_later(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Windows refuses to replace a file while another command reads it."""
        monkeypatch.setattr(disk, "_PAUSES", (0.0, 0.0))
        real, refused = os.replace, []

        def busy(source: Path, target: Path) -> None:
            if target.name == "manifest.json" and len(refused) < 2:
                refused.append(target)
                raise PermissionError(errno.EACCES, "in use")
            real(source, target)

        monkeypatch.setattr(os, "replace", busy)
        commit(project, "Ana")
        assert len(refused) == 2
        assert names(Project.open(project.root)) == ["Ana"]

    def test_a_project_copied_without_its_times_and_links_works_on(self, project: Project, tmp_path: Path) -> None:
        commit(project, "Ana")
        shutil.copytree(project.root, tmp_path / "copy", copy_function=shutil.copyfile)
        copy = Project.open(tmp_path / "copy")
        commit(copy, "Luz")
        copy.undo()
        assert shown(copy) == shown(project)
        assert copy.verify() == []

    def test_an_object_cannot_be_changed_through_its_second_name(self, project: Project) -> None:
        commit(project, "Ana")
        assert (project.root / "tables" / "customers.parquet").stat().st_mode & 0o222 == 0

    @pytest.mark.parametrize(
        "damage",
        [
            b"",
            b"{",
            b"[]",
            b"{}",
            b'{"format": 1, "settled": 0}',
            b'{"format": 1, "runs": [{}]}',
            b'{"format": "1", "runs": []}',
            b"\xff",
        ],
    )
    def test_a_damaged_list_of_runs_is_said_and_nothing_is_deleted(self, project: Project, damage: bytes) -> None:
        commit(project, "Ana")
        (project.root / "history" / "manifest.json").write_bytes(damage)
        before = everything(project.root)
        with pytest.raises(CustintelError, match="list of runs of this project is damaged"):
            Project.open(project.root)
        assert everything(project.root) == before

    def test_a_missing_list_of_runs_is_damage_when_there_are_tables(self, project: Project) -> None:
        commit(project, "Ana")
        (project.root / "history" / "manifest.json").unlink()
        with pytest.raises(CustintelError, match="damaged"):
            Project.open(project.root)
        assert list((project.root / "history" / "objects").iterdir())

    def test_names_that_lead_out_of_the_folder_are_damage(self, project: Project) -> None:
        commit(project, "Ana")
        path = project.root / "history" / "manifest.json"
        path.write_text(path.read_text().replace('"customers"', '"../../customers"'))
        with pytest.raises(CustintelError, match="damaged"):
            Project.open(project.root)

    def test_a_project_of_a_newer_version_is_not_touched(self, project: Project) -> None:
        commit(project, "Ana")
        path = project.root / "history" / "manifest.json"
        path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
        with pytest.raises(CustintelError, match="newer version"):
            Project.open(project.root)

    def test_a_project_that_cannot_be_written_to_can_be_read(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        commit(project, "Ana")
        (project.root / "tables" / "customers.parquet").unlink()

        def read_only(*_: object, **__: object) -> None:
            raise OSError(errno.EROFS, "Read-only file system")

        for call in ("link", "replace", "unlink", "mkdir"):
            monkeypatch.setattr(os, call, read_only)
        monkeypatch.setattr(shutil, "copy2", read_only)
        reader = Project.open(project.root)
        assert names(reader) == ["Ana"]
        with pytest.raises(CustintelError, match="Nothing can be written here"):
            commit(reader, "Luz")

    def test_an_unfinished_run_is_reported_until_the_next_one(self, project: Project) -> None:
        commit(project, "Ana")
        holder = {"command": "clean", "run_id": "r0002", "pid": 1, "host": "pc", "started": "2026-01-02T10:31:00-05:00"}
        (project.root / "history" / "writer.json").write_text(json.dumps(holder))
        (project.root / "history" / "objects" / "r0002.unfinished").write_bytes(b"PAR1")
        (problem,) = project.verify()
        assert problem.code == "unfinished_run"
        assert "ci clean, started on 2026-01-02 10:31" in problem.message
        commit(project, "Luz")
        assert project.verify() == []

    def test_a_run_killed_after_its_commit_did_finish(self, project: Project) -> None:
        commit(project, "Ana")
        lock.sign(project.root / "history", "clean", "r0001", datetime.now(UTC))
        assert project.verify() == []

    def test_what_a_killed_command_was_writing_is_swept(self, project: Project) -> None:
        commit(project, "Ana")
        for name in ("manifest.json.7.unfinished", "objects/r0002.unfinished"):
            (project.root / "history" / name).write_bytes(b"{")
        assert [problem.code for problem in project.verify()] == ["leftovers"]
        commit(project, "Luz")
        assert not list(project.root.rglob("*.unfinished"))


def fail_at(monkeypatch: pytest.MonkeyPatch, call: str, nth: int, problem: int) -> list[int]:
    """Make the ``nth`` call of ``os.call`` from now on fail; the list fills when it does."""
    real: Callable[..., object] = getattr(os, call)
    calls: list[int] = []
    failed: list[int] = []

    def failing(*arguments: object, **more: object) -> object:
        calls.append(1)
        if len(calls) == nth:
            failed.append(nth)
            raise OSError(problem, os.strerror(problem))
        return real(*arguments, **more)

    monkeypatch.setattr(os, call, failing)
    return failed


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(st.none(), st.text("ab", min_size=1, max_size=2)), max_size=8))
def test_any_mix_of_runs_and_undos_shows_what_a_stack_would(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str | None]
) -> None:
    project = Project.create(tmp_path_factory.mktemp("p"))
    stack: list[tuple[str, ...]] = [()]
    for step in steps:
        if step is None and len(stack) > 1:
            project.undo()
            stack.pop()
        elif step is not None and tuple(step) != stack[-1]:
            assert commit(project, *step).changed
            stack.append(tuple(step))
        assert tuple(names(project)) == stack[-1]
    assert Project.open(project.root).verify() == []
