"""Help must cost next to nothing."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "polars",
    "rich",
    "babel",
    "openpyxl",
    "fastexcel",
    "questionary",
    "prompt_toolkit",
    "phonenumbers",
    "tomlkit",
    "decimal",
    "asyncio",
}
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("CI_")}


@pytest.mark.parametrize("arguments", [[], ["--help"], ["status", "--help"], ["--lang", "es", "init", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    code = (
        "import sys\nfrom custintel import process\nprocess.leave = sys.exit\nfrom custintel.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=ENVIRON, capture_output=True, text=True, check=True
    )
    assert HEAVY.isdisjoint(done.stderr.split())


def test_the_error_boundary_imports_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys, custintel.ui.failure, custintel.formats\nsys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=ENVIRON, capture_output=True, text=True, check=True
    )
    assert (HEAVY - {"decimal"}).isdisjoint(done.stderr.split())


def cpu_seconds(arguments: list[str], cwd: Path) -> float:
    """CPU seconds of one child process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], cwd=cwd, env=ENVIRON, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_costs_little_more_than_importing_click(tmp_path: Path) -> None:
    click = min(cpu_seconds(["-c", "import click"], tmp_path) for _ in range(6))
    ours = min(cpu_seconds(["-m", "custintel", "--help"], tmp_path) for _ in range(6))
    assert ours < click + 0.05
