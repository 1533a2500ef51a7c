"""What looking up domains costs: our resolver beside those that could be installed, against a server on loopback.

Two settings, the server in a process of its own: *at once* (it answers everything immediately, nobody is throttled)
and *mixed* (20-50 ms of delay, 5 % of packets lost, 3 % of the domains dead; nobody is throttled either, as with
``--qps`` far above what comes back). Tools take turns within each round, each in a process of its own; the best round
counts. Slower tools get fewer domains. ``right`` is the share of domains that a tool is right about: what is lost three
times is lost. The last line is all of our work on 100,000 mixed domains: canaries, MX, addresses, hosts, SPF, journal,
evidence and verdict.

    uv run --with aiodns python benchmarks/contactability_dns.py [--rounds 3] [--domains 50000] [--python PYTHON]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
OURS, WHOLE = "custintel, resolver alone", "custintel, whole look-up"
SHARES = {
    OURS: 1.0,
    WHOLE: 1.0,
    "aiodns": 1.0,
    "dnspython on threads": 0.1,
    "dnspython asyncio": 0.1,
    "email-validator on threads": 0.1,
}
"""Tools, and the share of the domains that each is given."""
MIXED = ["--delay", "0.02", "0.05", "--loss", "0.05"]
DEAD = 0.03
MANY = 100_000
LIMIT = 30.0
"""Wall seconds that 100,000 mixed domains may take."""


class Cost(NamedTuple):
    """What a tool took for so many domains, and about how many it was right."""

    domains: int
    cpu: float
    wall: float
    right: int

    @property
    def rate(self) -> float:
        """Domains per CPU second."""
        return self.domains / self.cpu


@contextlib.contextmanager
def server(options: list[str]) -> Iterator[int]:
    """The server in its own process; its port."""
    command = [sys.executable, str(HERE / "contactability_dns_server.py"), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield int(running.stdout.readline())
        finally:
            running.kill()


def run(python: str, tool: str, port: int, domains: int, dead: float) -> Cost | None:
    """One tool in its own process; nothing when it is not installed."""
    command = [python, str(HERE / "contactability_dns_client.py"), tool, str(port), str(domains), str(dead)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        if "ModuleNotFoundError" in done.stderr:
            return None
        sys.exit(done.stderr)
    return Cost(domains, **json.loads(done.stdout))


def compare(options: argparse.Namespace, dead: float, habits: list[str], domains: int) -> dict[str, Cost]:
    """The best round of every tool in one setting."""
    best: dict[str, Cost] = {}
    missing: set[str] = set()
    with server(habits) as port:
        for _round in range(options.rounds):
            for tool, share in SHARES.items():
                if tool in missing:
                    continue
                cost = run(options.python, tool, port, int(domains * share), dead)
                if cost is None:
                    missing.add(tool)
                    print(f"({tool} is not installed: skipped)")
                elif tool not in best or cost.rate > best[tool].rate:
                    best[tool] = cost
    return best


def line(setting: str, tool: str, cost: Cost, ours: Cost) -> str:
    """A row of the table."""
    right = f"{cost.right / cost.domains:.2%}"
    cells = [f"{cost.domains:,}", f"{cost.rate:,.0f}", f"{ours.rate / cost.rate:.1f}", f"{cost.cpu:.2f}"]
    return f"| {' | '.join([setting, tool, *cells, f'{cost.wall:.1f}', right])} |"


def main() -> None:
    """Measure, print the table, and say whether the promises hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--domains", type=int, default=50_000, help="given to the quick tools")
    parser.add_argument("--python", default=sys.executable, help="the Python that has the tools")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores\n")
    print("| setting | tool | domains | per CPU second | ours is x | CPU s | wall s | right |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    at_once = compare(options, 0.0, [], options.domains)
    for tool, cost in at_once.items():
        print(line("at once", tool, cost, at_once[OURS]), flush=True)
    mixed = compare(options, DEAD, MIXED, options.domains // 5)
    for tool, cost in mixed.items():
        print(line("mixed", tool, cost, mixed[OURS]), flush=True)
    with server(MIXED) as port:
        many = run(options.python, WHOLE, port, MANY, DEAD)
    assert many
    print(line("mixed", WHOLE, many, many))
    peers = [at_once[tool].rate for tool in ("dnspython on threads", "dnspython asyncio") if tool in at_once]
    aiodns = at_once["aiodns"].rate if "aiodns" in at_once else 0.0
    print(
        f"\n10 x dnspython: {at_once[OURS].rate >= 10 * max(peers)}; above aiodns: {at_once[OURS].rate > aiodns}; ",
        end="",
    )
    print(f"100,000 mixed domains within {LIMIT:.0f} s: {many.wall <= LIMIT}")


if __name__ == "__main__":
    main()
