"""``init``, ``status``, ``history``, ``undo``, ``doctor``, ``help`` on a real project, as typed."""

from __future__ import annotations

import json
import shlex
import shutil
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from custintel import cli, i18n
from custintel.help.topics import TOPICS
from custintel.options import Session, subcommand
from custintel.project.folder import Project
from custintel.project.records import Input
from custintel.tables.vocabulary import Column, Table

PEOPLE = Table("people", "one row per person", (Column("id", pl.String(), "id", nullable=False),), ("id",), "clean")
Ci = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def commit(folder: Path, ids: list[str], file: Path | None = None) -> None:
    inputs = [Input.of(file)] if file else []
    with Project.open(folder).write("clean", arguments=["crm file.csv"], inputs=inputs, version="1") as run:
        run.put(PEOPLE, pl.DataFrame({"id": ids}))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "tables").glob("*.parquet")}


def test_init_writes_settings_and_sheets_in_the_language_and_says_how_to_repeat_it(ci: Ci, shop: Path) -> None:
    told = json.loads(ci("init", "--lang", "es", "--country", "mx", "--json"))
    assert told["command"] == "ci init --lang es --country MX --timezone America/Mexico_City --currency MXN"
    files = sorted(path.name for path in shop.iterdir() if path.is_file())
    assert files == ["costs.yaml", "custintel.toml", "personas.csv", "segmentos.yaml"]
    settings = tomllib.loads((shop / "custintel.toml").read_text(encoding="utf-8"))
    assert settings == {"language": "es", "country": "MX", "timezone": "America/Mexico_City", "currency": "MXN"}


@pytest.mark.parametrize("name", ["Tienda Sol", 'La "$currency" \\ d\'Ana 🌞', "# = [x]"])
def test_init_keeps_the_name_and_the_currency_it_was_told(ci: Ci, shop: Path, name: str) -> None:
    told = json.loads(ci("init", "--country", "CO", "--currency", "usd", "--name", name, "--json"))
    settings = tomllib.loads((shop / "custintel.toml").read_text(encoding="utf-8"))
    assert (settings["name"], settings["currency"]) == (name, "USD")
    (shop / "custintel.toml").unlink()
    ci(*shlex.split(told["command"])[1:])
    assert tomllib.loads((shop / "custintel.toml").read_text(encoding="utf-8")) == settings


@pytest.mark.parametrize(
    ("language", "country", "currency", "zone", "vat"),
    [
        ("en", "CO", "COP", "America/Bogota", "0.19"),
        ("es", "MX", "MXN", "America/Mexico_City", None),
        ("es", "ES", "EUR", "Europe/Madrid", None),
    ],
)
def test_init_writes_the_list_of_costs_for_the_shop(
    ci: Ci, shop: Path, language: str, country: str, currency: str, zone: str, vat: str | None
) -> None:
    from custintel.kpis.costs_file import read_costs

    ci("init", "--lang", language, "--country", country)
    costs = read_costs(shop / "costs.yaml")
    assert (costs.currency, costs.timezone) == (currency, zone)
    assert (None if costs.vat is None else str(costs.vat)) == vat


def test_init_refuses_what_is_no_currency(ci: Ci, shop: Path) -> None:
    assert "The currency of CO is COP" in ci("init", "--country", "CO", "--currency", "COL", code=1)
    assert not list(shop.iterdir())


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_template_explains_every_setting(ci: Ci, shop: Path, language: str) -> None:
    from custintel.project.vocabulary import SETTINGS

    ci("init", "--lang", language)
    text = (shop / "custintel.toml").read_text(encoding="utf-8")
    for setting in SETTINGS:
        section, _dot, name = setting.key.rpartition(".")
        assert f"[{section}]" in text if section else f"{name} =" in text


def test_init_asks_nothing_it_was_told_and_refuses_what_is_no_country(ci: Ci, shop: Path) -> None:
    assert "Colombia" in ci("init", "--country", "Colombia", code=1)
    assert not list(shop.iterdir())


def test_init_dry_run_writes_nothing(ci: Ci, shop: Path) -> None:
    assert "Would make" in ci("init", "--dry-run")
    assert not list(shop.iterdir())


def test_init_leaves_a_project_and_files_of_the_same_name_alone(ci: Ci, shop: Path) -> None:
    (shop / "people.csv").write_text("mine")
    ci("init")
    assert (shop / "people.csv").read_text() == "mine"
    before = (shop / "custintel.toml").read_bytes()
    assert "already is" in ci("init", code=1)
    assert (shop / "custintel.toml").read_bytes() == before


def test_status_of_a_new_project_says_what_to_run(ci: Ci, shop: Path) -> None:
    ci("init")
    assert "ci clean" in ci("status")
    assert json.loads(ci("status", "--json"))["tables"] == []


def test_status_shows_rows_and_the_exact_command_when_a_file_changed(ci: Ci, shop: Path) -> None:
    ci("init")
    source = shop / "crm file.csv"
    source.write_text("one")
    commit(shop, ["a", "b"], source)
    told = json.loads(ci("status", "--json"))
    assert [(table["name"], table["rows"], table["stale"]) for table in told["tables"]] == [("people", 2, [])]
    assert told["next"] == []
    assert "Everything is up to date." in ci("status")
    source.write_text("other")
    told = json.loads(ci("status", "--json"))
    assert told["tables"][0]["stale"] == [{"kind": "input_changed", "name": "crm file.csv"}]
    assert told["next"] == ["ci clean 'crm file.csv'"]
    assert "crm file.csv has changed" in ci("status")


def test_status_settings_says_where_each_value_comes_from(ci: Ci, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ci("init", "--country", "CO")
    monkeypatch.setenv("CI_DECIMAL", ",")
    told = json.loads(ci("status", "--settings", "--json"))["settings"]
    assert told["country"] == {"value": "CO", "origin": "project"}
    assert told["decimal"] == {"value": ",", "origin": "environment"}
    assert told["date_order"] == {"value": None, "origin": "default"}


def test_status_works_from_a_folder_inside_the_project(ci: Ci, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ci("init")
    (shop / "march").mkdir()
    monkeypatch.chdir(shop / "march")
    assert json.loads(ci("status", "--json"))["project"] == str(shop)


def test_history_lists_runs_newest_first_and_what_they_wrote(ci: Ci, shop: Path) -> None:
    ci("init")
    assert "Nothing has been run" in ci("history")
    commit(shop, ["a"])
    commit(shop, ["a", "b"])
    told = json.loads(ci("history", "--json"))
    assert [run["run_id"] for run in told["runs"]] == ["r0002", "r0001"]
    text = ci("history", "--limit", "1")
    assert "people 2" in text
    assert "1 older run is not shown" in text


def test_undo_puts_every_byte_back_and_history_says_so(ci: Ci, shop: Path) -> None:
    ci("init")
    commit(shop, ["a"])
    before = bytes_of(shop)
    commit(shop, ["a", "b"])
    assert "Would undo run r0002" in ci("undo", "--dry-run")
    assert bytes_of(shop) != before
    told = json.loads(ci("undo", "--yes", "--json"))
    assert (told["undone"], told["tables"]) == ("r0002", ["people"])
    assert bytes_of(shop) == before
    text = ci("history")
    assert "undone by r0003" in text
    assert "took back r0002" in text


def test_undo_without_a_person_to_ask_names_the_flag_and_does_nothing(ci: Ci, shop: Path) -> None:
    ci("init")
    commit(shop, ["a"])
    before = bytes_of(shop)
    assert "--yes" in ci("undo", "--no-input", code=2)
    assert bytes_of(shop) == before


def test_undo_with_nothing_to_undo_says_so(ci: Ci, shop: Path) -> None:
    ci("init")
    assert "nothing to undo" in ci("undo", "--yes", code=1)


def test_doctor_finds_a_sound_project_sound_and_a_damaged_one_damaged(ci: Ci, shop: Path) -> None:
    ci("init")
    commit(shop, ["a"])
    assert json.loads(ci("doctor", "--json"))["ok"]
    stored = next((shop / "history" / "objects").glob("*.parquet"))
    content = stored.read_bytes()
    stored.chmod(0o644)
    stored.write_bytes(content[:-1] + b"?")
    i18n.activate("en")
    assert cli.run(["doctor", "--json"]) == 1


def test_doctor_says_what_is_wrong_with_settings_it_cannot_read(
    ci: Ci, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "custintel.toml").write_text("country = \n")
    assert cli.run(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [check["code"] for check in told["checks"] if check["state"] == "fail"] == ["project"]


def test_doctor_outside_of_a_project_is_content(ci: Ci, shop: Path) -> None:
    assert "none in this folder" in ci("doctor")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", [*TOPICS, *(entry.name for entry in cli.TABLE)])
def test_every_topic_and_command_is_explained_in_80_columns(ci: Ci, shop: Path, name: str, language: str) -> None:
    text = ci("help", name, "--lang", language)
    assert len(text) > 80
    assert [line for line in text.splitlines() if len(line) > 80] == []


def test_help_without_a_name_lists_the_topics_and_a_mistyped_one_is_guessed(ci: Ci, shop: Path) -> None:
    text = ci("help")
    assert all(name in text for name in TOPICS)
    assert "Did you mean privacy?" in ci("help", "privcy", code=2)
    assert json.loads(ci("help", "--json"))["topics"] == list(TOPICS)


def test_the_age_of_a_table_is_said(ci: Ci, shop: Path) -> None:
    from custintel.status.command import _tables_page

    ci("init")
    commit(shop, ["a"])
    later = datetime.now(UTC) + timedelta(days=3, minutes=1)
    from custintel.ui.show import Grid

    grids = [block for block in _tables_page(Project.open(shop), later).blocks if isinstance(block, Grid)]
    assert grids[0].columns[2].format(grids[0].rows[0][2]) == "3 days ago"


@pytest.fixture
def samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small stand-in for the files of the invented shop, and a table whose demo lines need no other command."""
    from custintel.demo import command

    source = tmp_path / "samples"
    source.mkdir()
    (source / "crm.csv").write_text("Correo\nana@example.com\n")
    (source / "make.py").write_text("")
    monkeypatch.setattr(command, "_sample_data", lambda: source)
    lines = {"init": "init --lang es", "status": "status"}
    table = tuple(entry._replace(demo=lines.get(entry.name, "")) for entry in cli.TABLE)
    monkeypatch.setattr(cli, "TABLE", table)
    return source


def test_demo_runs_the_lines_of_the_table_and_can_be_run_again(ci: Ci, shop: Path, samples: Path) -> None:
    told = json.loads(ci("demo", "--json"))
    assert [(run["command"], run["exit_code"]) for run in told["runs"]] == [("ci init --lang es", 0), ("ci status", 0)]
    assert "crm.csv" in told["files"]
    assert not (shop / "custintel-demo" / "make.py").exists()
    shutil.rmtree(shop / "custintel-demo" / "history")
    (shop / "custintel-demo" / "custintel.toml").unlink()
    assert json.loads(ci("demo", "--json"))["runs"][0]["exit_code"] == 0


def test_demo_reports_a_command_that_failed(ci: Ci, shop: Path, samples: Path) -> None:
    ci("demo", "--quiet")
    assert "ci init --lang es" in ci("demo", "--quiet", code=1)


def test_demo_does_not_touch_a_folder_it_did_not_make(ci: Ci, shop: Path, samples: Path) -> None:
    (shop / "custintel-demo").mkdir()
    (shop / "custintel-demo" / "mine.txt").write_text("mine")
    assert "not made by ci demo" in ci("demo", code=1)
    assert [path.name for path in (shop / "custintel-demo").iterdir()] == ["mine.txt"]


def test_demo_dry_run_only_says_what_it_would_run(ci: Ci, shop: Path, samples: Path) -> None:
    assert [run["command"] for run in json.loads(ci("demo", "--json", "--dry-run"))["runs"]] == [
        "ci init --lang es",
        "ci status",
    ]
    assert not (shop / "custintel-demo").exists()


def session_of(*arguments: str) -> Session:
    """The session that a subcommand is handed when it is called with ``arguments``."""
    handed: list[Session] = []
    probe = subcommand("probe", "probe")(handed.append)
    probe.main(list(arguments), standalone_mode=False)
    return handed[0]


def test_a_command_that_may_create_makes_the_folder_a_project_and_says_so(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert session_of().project(create=True).root == shop
    assert (shop / "custintel.toml").is_file()
    assert "is a custintel project now" in capsys.readouterr().err


def test_a_dry_run_gets_the_project_that_would_be_made_and_writes_nothing(shop: Path) -> None:
    assert session_of("-n").project(create=True, flags={"country": "MX"}).settings.get("country") == "MX"
    assert not list(shop.iterdir())


def test_a_flag_beats_what_the_project_has_set(ci: Ci, shop: Path) -> None:
    ci("init", "--country", "CO")
    assert session_of().project(flags={"country": "ES", "decimal": None}).settings.get("country") == "ES"
    assert session_of().settings().get("country") == "CO"


def test_json_is_quiet_and_never_asks(shop: Path) -> None:
    session = session_of("--json")
    assert session.quiet
    assert not session.interactive


def test_the_environment_names_the_project_and_the_flag_wins(
    ci: Ci, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_PROJECT", str(tmp_path / "a"))
    assert session_of().folder == tmp_path / "a"
    assert session_of("--project", str(tmp_path / "b")).folder == tmp_path / "b"
