"""Run a command and say what it took: ``python matching_launch.py FOLDER SECONDS BYTES COMMAND...``.

A process of its own, because the peak memory that the system tells of a child is never less than what its parent had
when it was born. ``cost.json`` has CPU seconds, wall seconds and peak memory in MiB of the command and its children, or
the reason why it did not end well. 0 is no limit.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path


def run(folder: Path, seconds: float, size: int, command: list[str]) -> list[float] | str:
    """The cost of a command, or why it did not end well; its output is in ``output``."""

    def limit() -> None:
        if size:
            resource.setrlimit(resource.RLIMIT_DATA, (size, size))

    started = time.perf_counter()
    with (folder / "output").open("w+b") as output:
        child = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=limit,
            start_new_session=True,
        )
        try:
            status = child.wait(seconds or None)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            return f"stopped after {seconds:.0f} s"
        if status:
            output.seek(0)
            said = output.read().decode(errors="replace").strip().splitlines()
            return f"failed: {said[-1][:60] if said else status}"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return [used.ru_utime + used.ru_stime, time.perf_counter() - started, used.ru_maxrss / 1024]


if __name__ == "__main__":
    place = Path(sys.argv[1])
    (place / "cost.json").write_text(json.dumps(run(place, float(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])))
