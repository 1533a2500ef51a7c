"""The pages say what the program does: made from it where they can be, compared with it where they cannot."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import polars as pl
import pytest

from custintel import cli, formats, i18n
from custintel.sheets.write import Page, write_workbook

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```", re.DOTALL)
PROMISED = {"--fail-on"}
"""Options that pages name and no command has yet: exit code 3 is kept for it."""


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the files of the invented shop, where nothing outside it decides anything."""
    for path in (ROOT / "sample_data").iterdir():
        if path.suffix in {".xlsx", ".csv"}:
            shutil.copyfile(path, tmp_path / path.name)
    for name in ("CI_LANG", "CI_PROJECT", "CI_COUNTRY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    i18n.activate("en")
    yield tmp_path
    formats.use_country("CO")


@pytest.mark.parametrize("name", ["make_tables", "make_rules"])
def test_a_page_is_the_one_its_script_makes(name: str) -> None:
    made = script(name)
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), f"run python docs/{name}.py"


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith("https://"):
            continue
        file, _hash, anchor = target.partition("#")
        aimed = (page.parent / file).resolve() if file else page
        assert aimed.is_file(), target
        assert not anchor or anchor in anchors(aimed), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_of_the_docs_can_be_reached_from_the_readme(page: Path) -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        here = waiting.pop()
        if here in reached or here.suffix != ".md":
            continue
        reached.add(here)
        targets = (target.partition("#")[0] for target in LINK.findall(here.read_text(encoding="utf-8")))
        waiting += [(here.parent / target).resolve() for target in targets if target and "://" not in target]
    assert page in reached


def our_options() -> set[str]:
    root = cli.root_command()
    commands = [root, *(root.get_command(click.Context(root), entry.name) for entry in cli.TABLE)]
    return {name for command in commands if command for option in command.params for name in option.opts} | {"--help"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    spans = re.findall(r"`([^`\n]+)`", CODE.sub("", text))
    named = {option for span in spans for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", span)}
    assert named <= our_options() | PROMISED
    commands = {span.split()[1] for span in spans if re.match(r"ci [a-z]+\b", span)}
    assert commands <= {entry.name for entry in cli.TABLE}


def documented_paths() -> tuple[set[str], set[str]]:
    """The paths of a result and those of an error."""
    paths = set(re.findall(r"^\| `([^`]+)` \|", (DOCS / "json.md").read_text(encoding="utf-8"), re.MULTILINE))
    errors = {path for path in paths if path.startswith("error.")}
    return paths - errors, errors


def paths_of(value: Any, known: set[str], path: str = "") -> Iterator[str]:
    """The paths of everything in ``value``; a key that is not in ``known`` is ``*`` where that is."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            dotted = f"{path}.{key}".lstrip(".")
            star = f"{path}.*"
            named = any(p == dotted or p.startswith((f"{dotted}.", f"{dotted}[")) for p in known)
            starred = any(p == star or p.startswith((f"{star}.", f"{star}[")) for p in known)
            yield from paths_of(inner, known, star if starred and not named else dotted)
    elif isinstance(value, list) and not path.endswith(".evidence.*"):
        for inner in value:
            yield from paths_of(inner, known, f"{path}[]")
    else:
        yield path


@pytest.fixture
def run(desk: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    def as_json(*arguments: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert cli.run([*arguments, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return as_json


def test_the_json_of_clean_has_exactly_the_keys_of_its_page(run: Callable[..., Any]) -> None:
    known, _errors = documented_paths()
    shown = re.search(r"```sh\nci (.+) --json\n```", (DOCS / "json.md").read_text(encoding="utf-8"))
    assert shown is not None
    first = run("clean", "newsletter.csv", "--csv", "people.csv")
    second = run(*shown[1].split())
    people, products = pl.DataFrame({"Correo": ["a@a.example"]}), pl.DataFrame({"SKU": ["A1"], "Precio": ["10"]})
    write_workbook(Path("two_sheets.xlsx"), [Page("Clientes", people), Page("Productos", products)])
    third = run("clean", "two_sheets.xlsx")
    assert {path for result in (first, second, third) for path in paths_of(result, known)} == known
    for result in (first, second):
        flow = result["quality"]["flow"]
        assert flow["read"] == flow["skipped"] + flow["nobody"] + flow["known"] + flow["new"]
        assert flow["records"] == flow["people"] + flow["merged"]


def test_the_json_of_an_error_has_exactly_the_keys_of_its_page(run: Callable[..., Any]) -> None:
    _known, errors = documented_paths()
    told = run("clean", "not-there.xlsx", code=1)
    assert set(paths_of(told, errors)) == errors


def test_the_changelog_tells_of_the_version_and_every_command() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"', project, re.MULTILINE)
    assert version is not None
    assert version[1] in text
    assert all(f"`ci {entry.name}`" in text for entry in cli.TABLE)
