from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from custintel.project.folder import Project
from custintel.tables.vocabulary import Column, Table

KILLS = 50
TABLES = tuple(
    Table(name, name, (Column("counter", pl.Int64(), "counter"),), written_by="clean") for name in ("a", "b", "c")
)

WRITER = """
import sys
from pathlib import Path
import polars as pl
from custintel.project.folder import Project
from custintel.tables.vocabulary import Column, Table

tables = [Table(name, name, (Column("counter", pl.Int64(), "counter"),), written_by="clean") for name in "abc"]
project = Project.open(Path(sys.argv[1]))
counter = len(project.history())
print("ready", flush=True)
while True:
    counter += 1
    if counter % 7 == 0:
        project.undo()
        continue
    with project.write("clean", version="1") as run:
        for table in tables:
            run.put(table, pl.DataFrame({"counter": [counter] * 2_000}))
"""


def the_one_counter(frames: list[pl.DataFrame]) -> int:
    """The number that every row of every table carries."""
    counters = {counter for frame in frames for counter in frame["counter"].unique()}
    assert len(counters) == 1, f"tables of different runs stand side by side: {counters}"
    return counters.pop()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_at_any_instant_every_table_is_of_one_run(tmp_path: Path) -> None:
    """The API and the files people open both show one whole set, again and again on the same folder."""
    instants = random.Random(20_26)
    root = Project.create(tmp_path / "shop").root
    (tmp_path / "writer.py").write_text(WRITER)
    last = interrupted = 0
    for _ in range(KILLS):
        with subprocess.Popen([sys.executable, tmp_path / "writer.py", root], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(instants.uniform(0, 0.15))
            writer.send_signal(signal.SIGKILL)
        project = Project.open(root)
        runs = len(project.history())
        assert runs >= last, "a run that was recorded is gone"
        last = runs
        if project.has(TABLES[0]):
            counter = the_one_counter([project.read(table) for table in TABLES])
            files = [pl.read_parquet(root / "tables" / f"{table.name}.parquet") for table in TABLES]
            assert the_one_counter(files) == counter
        problems = {problem.code for problem in project.verify()}
        assert problems <= {"unfinished_run", "leftovers"}
        interrupted += bool(problems)
    with project.write("clean", version="2") as run:
        run.put(TABLES[0], pl.DataFrame({"counter": [-1]}))
    assert project.verify() == []
    assert interrupted > KILLS // 10, "hardly ever killed in the middle of anything"
