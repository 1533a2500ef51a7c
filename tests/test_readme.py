"""Both READMEs say the same, and what they show is what happens."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from custintel import cli, formats, i18n

ROOT = Path(__file__).parent.parent
ENGLISH, SPANISH = ROOT / "README.md", ROOT / "README.es.md"
JSON = ROOT / "docs" / "json.md"
PAGES = [ENGLISH, ROOT / "CONTRIBUTING.md", *sorted({*(ROOT / "docs").glob("*.md")} - {JSON})]
"""The pages whose command lines are run here; those of ``docs/json.md`` are in ``test_docs.py``."""
CANNOT_RUN = {
    "pip install uv": "installs a program",
    "uv tool install .": "installs a program",
    "uv sync": "installs packages",
    "ci contactability": "asks a DNS server; tests/contactability runs it against one of their own",
    "ci contactability check ana@example.com 3001234567": "the same",
    "ci contactability --feedback bounces.csv --suppress unsubscribed.csv --xlsx contacts.xlsx": "the same",
    "uv run pytest": "is running",
    "uv run ruff check .": "a tool of development",
    "uv run ruff format .": "would change the code",
    "uv run mypy": "a tool of development",
    "uv run lint-imports": "a tool of development, run by test_architecture",
}
"""Command lines that are shown and that a test cannot run, with the reason."""
NOBODYS = {"example.com", "gmial.com"}
"""Domains of addresses in examples: the reserved one, and a misspelling that is shown to be one."""
UNDECLARED = ("pandas", "pyarrow")
"""What our libraries use when it happens to be there; a fresh machine does not have it."""
SCRIPT = re.compile(r"uv run python (\S+\.py)")


def command_lines(page: Path) -> list[str]:
    """The command lines that a page shows, one by one."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [part.strip() for block in blocks for line in block.splitlines() for part in line.split("&&")]


def shape(page: Path) -> list[str]:
    """What opens the lines of a page that are not running text: headings, list items, rows of tables, code."""
    text = re.sub(r"<!-- transcript.*?end of transcript -->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.findall(r"^(#+ |- |\| |```\w+)", text, re.MULTILINE)


def links(page: Path) -> list[str]:
    found = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    return sorted(target for target in found if not target.startswith("README"))


def test_both_readmes_have_the_same_sections_lists_and_tables() -> None:
    assert shape(ENGLISH) == shape(SPANISH)


def test_both_readmes_show_the_same_commands_and_link_to_the_same_pages() -> None:
    assert command_lines(ENGLISH) == command_lines(SPANISH)
    assert links(ENGLISH) == links(SPANISH)


def test_both_readmes_tell_of_every_command() -> None:
    for page in (ENGLISH, SPANISH):
        text = page.read_text(encoding="utf-8")
        assert all(re.search(rf"`(ci )?{entry.name}`", text) for entry in cli.TABLE), page.name


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_transcript_is_what_the_command_prints(language: str) -> None:
    spec = importlib.util.spec_from_file_location("make_transcripts", ROOT / "docs" / "make_transcripts.py")
    assert spec is not None
    assert spec.loader is not None
    made: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    page = made.READMES[language]
    expected = made.with_transcript(page, language)
    assert page.read_text(encoding="utf-8") == expected, "run python docs/make_transcripts.py"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The files of the invented shop, on a computer without a network and with nothing but what we declare to need."""

    def no_network(*_address: object) -> None:
        raise AssertionError("a command used the network")

    for path in (ROOT / "sample_data").iterdir():
        if path.suffix in {".xlsx", ".csv"}:
            shutil.copyfile(path, tmp_path / path.name)
    for name in ("CI_LANG", "CI_PROJECT", "CI_COUNTRY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
    monkeypatch.setattr(socket.socket, "connect", no_network)
    for name in UNDECLARED:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.chdir(tmp_path)
    i18n.activate("en")
    yield tmp_path
    formats.use_country("CO")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_command_lines_of_a_page_run_in_their_order(page: Path, shop: Path) -> None:
    before = {path: path.read_bytes() for path in shop.iterdir()}
    for line in command_lines(page):
        if line in CANNOT_RUN:
            continue
        if made := SCRIPT.fullmatch(line):
            assert (ROOT / made[1]).is_file()
            continue
        program, *arguments = shlex.split(line.removeprefix("uv run "))
        assert program == "ci", line
        assert cli.run([*arguments, "--yes"]) == 0, line
    assert {path: path.read_bytes() for path in before} == before


def test_what_cannot_run_is_still_shown_somewhere() -> None:
    assert {line for page in PAGES for line in command_lines(page)} >= CANNOT_RUN.keys()


def test_a_page_names_no_computer_and_no_person() -> None:
    for page in [*PAGES, JSON, SPANISH, ROOT / "CHANGELOG.md"]:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(?:home|root|tmp|work|Users)/", text), page.name
        assert set(re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text)) <= NOBODYS, page.name
