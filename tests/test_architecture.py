"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from custintel import cli

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "custintel"
MODULES = sorted(PACKAGE.rglob("*.py"))
FORBIDDEN = {"util", "utils", "helper", "helpers", "common", "misc", "core", "manager", "internals", "base", "shared"}
MOST_LINES = 330
"""About 300, with room for a docstring that is worth having."""


def test_imports_go_downwards_only() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "path", [p for p in PACKAGE.rglob("*") if p.suffix in {".py", ""}], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_names_are_nouns_of_the_trade(path: Path) -> None:
    assert path.stem not in FORBIDDEN


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_one_thing_short_and_explained(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_the_table_and_the_folders_of_subcommands_agree() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/command.py")}
    assert folders == {entry.name for entry in cli.TABLE}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_sentence_to_translate_is_a_literal(path: Path) -> None:
    """``_(f"...")`` and ``_("..." + x)`` can never be found in a catalogue."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "N_", "ngettext"}:
            assert not any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in node.args[:2]), f"line {node.lineno}"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.name != "command.py"], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_only_commands_options_and_the_error_boundary_know_click(path: Path) -> None:
    known = {"cli.py", "options.py", "result_options.py", "i18n.py", "ui/failure.py"}
    if path.relative_to(PACKAGE).as_posix() in known:
        return
    assert not re.search(r"^\s*(import|from) click\b", path.read_text(encoding="utf-8"), re.MULTILINE)
