"""Golden cases: a folder each, with the commands as typed, the files they read, and everything they say and write.

``pytest tests/golden --refresh-golden`` writes what comes out now into ``expected``; review it as a diff.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from custintel import cli, formats, i18n
from custintel.tables import TABLES

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/command"))
SHOWN = [name for name in TABLES if name not in ("records", "pairs", "matching")]
"""Records repeat the input and, where they differ from it, the changes tell."""
FOLDER = re.compile(r"(• (?:tables|tablas):)\s.*?(?=\n\n|\n +•)", re.DOTALL)
"""Where the project is, which is another place each time and may take more than one line."""


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("CI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    yield
    i18n.activate("en")
    formats.use_country("CO")


def as_text(frame: pl.DataFrame) -> str:
    """A table as comma-separated text without its empty columns; lists are joined by ``|``."""
    filled = [column.name for column in frame if column.null_count() < frame.height]
    plain = [
        pl.col(name).list.join("|") if isinstance(frame.schema[name], pl.List) else pl.col(name) for name in filled
    ]
    return frame.select(plain).with_columns(pl.selectors.float().round(4)).write_csv()


def played(case: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What the commands of a case print, and the tables they leave, by the names of the files they are kept in."""
    said = []
    for line in (case / "command").read_text(encoding="utf-8").splitlines():
        words = shlex.split(line)
        assert words[0] == "ci"
        i18n.activate("en")
        code = cli.run(words[1:])
        printed = capsys.readouterr()
        told = FOLDER.sub(r"\1 FOLDER", printed.out) if code == 0 else f"{printed.err}exit code {code}\n"
        said.append(f"$ {line}\n{told}")
    found = {"said.txt": "\n".join(said)}
    for name in SHOWN:
        stored = folder / "tables" / f"{name}.parquet"
        if stored.exists() and (frame := pl.read_parquet(stored)).height:
            found[f"{name}.csv"] = as_text(frame)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_commands_say_and_write_what_is_expected(
    case: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(case / "input", folder)
    monkeypatch.chdir(folder)
    found = played(case, folder, capsys)
    expected = case / "expected"
    if request.config.getoption("--refresh-golden"):
        shutil.rmtree(expected, ignore_errors=True)
        expected.mkdir()
        for name, text in found.items():
            (expected / name).write_text(text, encoding="utf-8", newline="\n")
    kept = {path.name: path.read_text(encoding="utf-8") for path in expected.iterdir()}
    assert sorted(found) == sorted(kept)
    for name, text in found.items():
        assert text == kept[name], name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_that_is_said_is_wider_than_a_terminal(case: Path) -> None:
    """But for commands as typed, and the sentence of an error, which a terminal breaks where it likes."""
    lines = (case / "expected" / "said.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 80 and not line.startswith(("$ ", "Error:"))] == []
