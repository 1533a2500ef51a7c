from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import matching_launch
import pytest


def _cost(folder: Path, code: str, seconds: float = 0, size: int = 0) -> list[float] | str:
    limits = [str(folder), str(seconds), str(size)]
    subprocess.run([sys.executable, matching_launch.__file__, *limits, sys.executable, "-c", code], check=True)
    found: list[float] | str = json.loads((folder / "cost.json").read_text())
    return found


def test_the_cost_of_a_command_is_its_own_and_its_childrens(tmp_path: Path) -> None:
    cost = _cost(tmp_path, "import subprocess, sys; subprocess.run([sys.executable, '-c', 'b = bytearray(10**8)'])")
    assert isinstance(cost, list)
    cpu, wall, peak = cost
    assert cpu > 0
    assert wall > 0
    assert 95 < peak < 200


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    assert _cost(tmp_path, "raise SystemExit('no such set')") == "failed: no such set"


def test_a_command_that_wants_too_much_memory_is_stopped(tmp_path: Path) -> None:
    assert _cost(tmp_path, "b = bytearray(10**9)", size=2 * 10**8) == "failed: MemoryError"


@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux shows whether a process is there")
def test_a_command_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    waits = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    assert _cost(tmp_path, waits, seconds=2) == "stopped after 2 s"
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists()
