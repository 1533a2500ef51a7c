"""Looking up domains: our resolver beside those that could be installed, against a server on loopback.

Two tasks, each with a server in a process of its own: *at once* (it answers everything immediately) and *mixed* (20-50
ms of delay, 5 % of packets lost, 3 % of the domains dead). Nobody is throttled. Each tool has a process of its own
(``contactability_dns_client``); slower tools get a tenth of the domains. Right is what a tool is right about: what is
lost three times is lost.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from contactability_contest import Contest, Cost

HERE = Path(__file__).parent
AT_ONCE, MIXED = "at once", "mixed"
OURS, WHOLE = "custintel, resolver alone", "custintel, whole look-up"
DNSPYTHON = ("dnspython on threads", "dnspython asyncio")
AIODNS = "aiodns"
SLOW = (*DNSPYTHON, "email-validator on threads")
SHARE = 0.1
"""Of the domains, for slow tools."""
HABITS = {AT_ONCE: [], MIXED: ["--delay", "0.02", "0.05", "--loss", "0.05"]}
DEAD = {AT_ONCE: 0.0, MIXED: 0.03}


@contextlib.contextmanager
def server(task: str) -> Iterator[int]:
    """The server of a task in its own process; its port."""
    command = [sys.executable, str(HERE / "contactability_dns_server.py"), *HABITS[task]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield int(running.stdout.readline())
        finally:
            running.kill()


def look_up(task: str, tool: str, domains: int, port: int, python: str) -> Cost | None:
    """One tool in its own process; nothing when it is not installed."""
    command = [python, str(HERE / "contactability_dns_client.py"), tool, str(port), str(domains), str(DEAD[task])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        if "ModuleNotFoundError" in done.stderr:
            return None
        sys.exit(done.stderr)
    return Cost(domains, **json.loads(done.stdout))


@contextlib.contextmanager
def contests(domains: int, many: int, python: str) -> Iterator[list[Contest]]:
    """Every tool at both tasks while the servers run; our whole look-up has ``many`` of the mixed domains."""
    slow = max(1, int(domains * SHARE))
    with contextlib.ExitStack() as running:
        ports = {task: running.enter_context(server(task)) for task in HABITS}
        yield [
            Contest(task, tool, partial(look_up, task, tool, count, ports[task], python))
            for task in HABITS
            for tool, count in [
                (OURS, domains),
                (WHOLE, many if task == MIXED else domains),
                (AIODNS, domains),
                *((tool, slow) for tool in SLOW),
            ]
        ]
