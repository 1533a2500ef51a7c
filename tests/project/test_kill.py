"""A command killed at any instant: nothing in here depends on how fast the machine is."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from custintel.project.folder import Project
from custintel.tables.vocabulary import Column, Table

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL")

KILLS = 50
TABLES = tuple(
    Table(name, name, (Column("counter", pl.Int64(), "counter"),), written_by="clean") for name in ("a", "b", "c")
)

COMMANDS = """
import os, signal, sys
from pathlib import Path
import polars as pl
from custintel.project.folder import Project
from custintel.tables.vocabulary import Column, Table

root = Path(sys.argv[1])
tables = [Table(name, name, (Column("counter", pl.Int64(), "counter"),), written_by="clean") for name in "abc"]
accesses = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.chmod"}

def die_at(nth):
    met = 0
    def audit(event, arguments):
        nonlocal met
        if event in accesses and str(arguments[0]).startswith(str(root)):
            met += 1
            if met == nth:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(audit)

def write(project, counter):
    with project.write("clean", version=str(counter)) as run:
        print("writing", flush=True)
        for table in tables:
            run.put(table, pl.DataFrame({"counter": [counter] * 2_000}))

def work(counter, rounds):
    project = Project.open(root)
    for counter in range(counter, counter + rounds):
        write(project, counter)
        if counter % 3 == 0:
            project.undo()

for line in sys.stdin:
    counter, rounds, nth = map(int, line.split())
    child = os.fork()
    if child == 0:
        print(os.getpid(), flush=True)
        die_at(nth)
        work(counter, rounds)
        if nth == 0:
            signal.pause()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    print("killed" if os.WIFSIGNALED(status) else f"ended {status}", flush=True)
"""
"""Runs a command in a process of its own per line of standard input, which says: the first counter to write, how many
rounds, and before which access to a file to die (0 to work and then wait to be killed). Starting Python anew for each
would take minutes."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Project.create(tmp_path / "shop", settings={"history.keep": 3}).root


@pytest.fixture
def commands(root: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", COMMANDS, root]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


def start(commands: subprocess.Popen[str], counter: int, rounds: int, nth: int = 0) -> int:
    """The process id of a new command."""
    assert commands.stdin is not None
    commands.stdin.write(f"{counter} {rounds} {nth}\n")
    commands.stdin.flush()
    return int(said(commands))


def said(commands: subprocess.Popen[str]) -> str:
    assert commands.stdout is not None
    return commands.stdout.readline().strip()


def end(commands: subprocess.Popen[str]) -> str:
    """How the command ended."""
    while (line := said(commands)) == "writing":
        pass
    return line


def the_one_counter(frames: list[pl.DataFrame]) -> int:
    """The number that every row of every table carries."""
    counters = {counter for frame in frames for counter in frame["counter"].unique()}
    assert len(counters) == 1, f"tables of different runs stand side by side: {counters}"
    return counters.pop()


def inspected(root: Path, runs_before: int) -> tuple[Project, set[str]]:
    """The project, found whole, as the API gives it and as people see its files; and what ``ci doctor`` would say."""
    project = Project.open(root)
    history = project.history()
    assert len(history) >= runs_before, "a run that was recorded is gone"
    alive = [run for run in history if run.undoes is None and run.undone_by is None]
    if alive:
        assert the_one_counter([project.read(table) for table in TABLES]) == int(alive[-1].version)
        files = [pl.read_parquet(root / "tables" / f"{table.name}.parquet") for table in TABLES]
        assert the_one_counter(files) == int(alive[-1].version)
    problems = {problem.code for problem in project.verify()}
    assert problems <= {"unfinished_run", "leftovers"}
    return project, problems


def test_killed_before_any_access_to_a_file_every_table_is_of_one_run(
    root: Path, commands: subprocess.Popen[str]
) -> None:
    """Each time one access later, and the next command is killed early too, while it repairs what it finds."""
    runs = 0
    found: set[str] = set()
    for nth in range(1, 1_000):
        start(commands, nth * 3, 2, nth)
        how = end(commands)
        start(commands, nth * 3 + 2, 1, nth % 17 + 1)
        assert end(commands) == "killed"
        project, problems = inspected(root, runs)
        runs = len(project.history())
        found |= problems
        if how != "killed":
            break
    assert how == "ended 0"
    assert nth > 100, "hardly any access was seen"
    assert found == {"unfinished_run", "leftovers"}
    with project.write("clean", version="0") as run:
        run.put(TABLES[0], pl.DataFrame({"counter": [0]}))
    assert project.verify() == []


def test_killed_at_any_instant_every_table_is_of_one_run(root: Path, commands: subprocess.Popen[str]) -> None:
    """Within a run or between two, also in the middle of a write, again and again on the same folder."""
    instants = random.Random(20_26)
    runs = interrupted = 0
    for _ in range(KILLS):
        process = start(commands, runs + 1, 6)
        assert said(commands) == "writing"
        begun, rounds = time.perf_counter(), instants.randint(1, 3)
        assert [said(commands) for _ in range(rounds)] == ["writing"] * rounds
        time.sleep(instants.uniform(0, (time.perf_counter() - begun) / rounds))
        os.kill(process, signal.SIGKILL)
        assert end(commands) == "killed"
        project, problems = inspected(root, runs)
        runs = len(project.history())
        interrupted += bool(problems)
    assert interrupted, "never killed in the middle of anything"
    with project.write("clean", version="0") as run:
        run.put(TABLES[0], pl.DataFrame({"counter": [0]}))
    assert project.verify() == []
