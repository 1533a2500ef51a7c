from __future__ import annotations

import csv
import datetime as dt
import io
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from custintel.load.conventions import Given
from custintel.load.loading import READ, WRITTEN, Site, load
from custintel.load.part import Part
from custintel.load.parts import Wanted, read_parts
from custintel.tables import Table
from custintel.tables.patch import whole

SHOP = Path(__file__).parents[2] / "sample_data"
TODAY = dt.date(2026, 11, 1)
HEADERS: Mapping[str, str] = tomllib.loads((Path(__file__).parent / "headers.toml").read_text("utf-8"))
Tables = dict[Table, pl.DataFrame]
Row = Mapping[str, str]


@dataclass(frozen=True)
class Desk:
    """A folder of exports and the tables made of them."""

    folder: Path

    def export(
        self,
        name: str,
        platform: str,
        rows: Sequence[Row],
        *,
        encoding: str = "utf-8",
        above: str = "",
        below: str = "",
        delimiter: str = "",
    ) -> str:
        """A file with the headers of a platform; cells by header, of two headers alike the second as ``Estado (2)``."""
        line = HEADERS[platform]
        own = ";" if line.count(";") > 10 else ","
        headers = next(csv.reader([line], delimiter=own))
        seen: dict[str, int] = {}
        names = []
        for header in headers:
            seen[header] = seen.get(header, 0) + 1
            names.append(header if seen[header] == 1 else f"{header} ({seen[header]})")
        unknown = {header for row in rows for header in row} - set(names)
        assert not unknown, unknown
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter or own)
        writer.writerow(headers)
        writer.writerows([row.get(header, "") for header in names] for row in rows)
        return self.write(name, above + text.getvalue() + below, encoding=encoding)

    def write(self, name: str, text: str, *, encoding: str = "utf-8") -> str:
        """A file of text."""
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return str(path)

    def parts(self, *files: str, given: Given | None = None, **wanted: Any) -> list[Part]:
        """What files bring."""
        said = Wanted(given or Given(country="CO"), TODAY, **wanted)
        return [part for file in files for part in read_parts(file, said)]

    def part(self, file: str, **wanted: Any) -> Part:
        """What a file of one table brings."""
        (part,) = self.parts(file, **wanted)
        return part

    def load(self, *files: str, before: Tables | None = None, **wanted: Any) -> Tables:
        """All tables after one run."""
        return loaded(self.parts(*files, **wanted), before)


def loaded(parts: Sequence[Part], before: Tables | None = None, run_id: str = "r0001") -> Tables:
    """All tables after one run, each with every column."""
    held = {
        table: table.fill(before[table]) if before and table in before else table.empty() for table in (*WRITTEN, *READ)
    }
    made = load(parts, {table: frame.lazy() for table, frame in held.items()}, run_id=run_id, site=Site())
    people = {table: whole(table, content, held[table].lazy()) for table, content in made.people.items()}
    return {**held, **{table: table.fill(frame) for table, frame in {**made.tables, **people}.items()}}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def run() -> Callable[..., Tables]:
    return loaded
