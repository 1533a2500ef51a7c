"""What a project remembers of its runs: the manifest, whose replacement is the instant in which a run becomes true."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.project import disk

FORMAT = 1
"""The shape of the manifest; a higher number was written by a newer version of this program."""

_HASH = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Input:
    """A file that a run read.

    Attributes:
        label: how the person calls it, usually its file name.
        path: where it is, relative to the project when inside it; empty when it came through a pipe.
        sha256: of its content.
        bytes: its size.
        mtime_ns: when it was last changed, to see without reading it that it was not.
    """

    label: str
    path: str
    sha256: str
    bytes: int = 0
    mtime_ns: int = 0

    @classmethod
    def of(cls, path: Path, label: str = "") -> Input:
        """The file at ``path`` as it is now; ``OSError`` when it cannot be read."""
        stat = path.stat()
        return cls(label or path.name, str(path.absolute()), disk.sha256(path), stat.st_size, stat.st_mtime_ns)


@dataclass(frozen=True)
class TableVersion:
    """A table as one run wrote it: its size, the hash that names its bytes, and that run."""

    rows: int
    bytes: int
    sha256: str
    run_id: str


@dataclass(frozen=True)
class RunRecord:
    """One run of a command that wrote to the project.

    Attributes:
        run_id: ``r0001``, ``r0002``... in the order of the commits.
        command: the subcommand.
        arguments: what was typed after it.
        version: of this program.
        at: when it was committed, UTC, ISO 8601.
        seconds: how long it took.
        tables: the whole set after the run, tables of earlier runs included.
        inputs: the files it read.
        reads: the tables of other commands it read, with the hash of what it saw, ``None`` for one not yet written.
        amended: the tables of other commands in which it only wrote columns of its own; ``reads`` has them as it left
            them.
        undoes: the run that this one took back.
        undone_by: the run that took this one back.
    """

    run_id: str
    command: str
    version: str
    at: str
    seconds: float
    arguments: tuple[str, ...] = ()
    tables: Mapping[str, TableVersion] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    reads: Mapping[str, str | None] = field(default_factory=dict)
    amended: tuple[str, ...] = ()
    undoes: str | None = None
    undone_by: str | None = None

    @property
    def written(self) -> dict[str, TableVersion]:
        """The tables that this run itself wrote."""
        return {name: version for name, version in self.tables.items() if version.run_id == self.run_id}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> RunRecord:
        """The record that ``asdict`` took apart; ``ValueError``, ``TypeError`` or ``KeyError`` when it is not one."""
        tables = {name: TableVersion(**version) for name, version in fields["tables"].items()}
        for name, version in tables.items():
            if not (_NAME.fullmatch(name) and _HASH.fullmatch(version.sha256)):
                raise ValueError(name)
        inputs = tuple(Input(**found) for found in fields["inputs"])
        amended = {"amended": tuple(fields.get("amended", ()))}
        return cls(**{**fields, "tables": tables, "inputs": inputs, "arguments": tuple(fields["arguments"]), **amended})


@dataclass(frozen=True)
class Manifest:
    """Every run so far. The set of tables after the last one is the current set.

    Attributes:
        runs: oldest first.
        settled: how many of the oldest can no longer be undone, because the setting ``history.keep`` said so.
    """

    runs: tuple[RunRecord, ...] = ()
    settled: int = 0

    @property
    def current(self) -> Mapping[str, TableVersion]:
        """The tables of the project."""
        return self.runs[-1].tables if self.runs else {}

    @property
    def next_id(self) -> str:
        """The name of the run to come."""
        return f"r{len(self.runs) + 1:04d}"

    def with_run(self, record: RunRecord, keep: int | None) -> Manifest:
        """This manifest and one more run, which takes back the one it undoes if it undoes one.

        Args:
            record: the new run.
            keep: how many runs can be undone from now on; all when ``None``.
        """
        runs = tuple(replace(run, undone_by=record.run_id) if run.run_id == record.undoes else run for run in self.runs)
        manifest = replace(self, runs=(*runs, record))
        if keep is None or len(manifest.undoable()) <= keep:
            return manifest
        return replace(manifest, settled=manifest.runs.index(manifest.undoable()[-keep]))

    def run(self, run_id: str) -> RunRecord:
        """The record of one run; ``KeyError`` when there is none."""
        for record in self.runs:
            if record.run_id == run_id:
                return record
        raise KeyError(run_id)

    def before(self, record: RunRecord) -> Mapping[str, TableVersion]:
        """The set of tables that ``record`` found."""
        place = self.runs.index(record)
        return self.runs[place - 1].tables if place else {}

    def undoable(self) -> tuple[RunRecord, ...]:
        """The runs that can be undone, oldest first; the last of them is the next to be."""
        return tuple(
            record for record in self.runs[self.settled :] if record.undoes is None and record.undone_by is None
        )

    def only_amended(self, name: str, seen: str | None) -> bool:
        """Whether a table is the version ``seen``, or what commands have added to that without changing it."""
        for record in reversed(self.runs):
            version = record.tables.get(name)
            if (version.sha256 if version else None) == seen:
                return True
            if name in record.written and name not in record.amended:
                return False
        return seen is None

    def hashes(self) -> dict[str, set[str]]:
        """For every table there ever was, the hashes of all its versions."""
        known: dict[str, set[str]] = {}
        for record in self.runs:
            for name, version in record.tables.items():
                known.setdefault(name, set()).add(version.sha256)
        return known

    def kept(self) -> set[str]:
        """The hashes of the tables that must stay on disk: the current ones and those of the runs not yet settled."""
        sets = [record.tables for record in self.runs[max(self.settled - 1, 0) :]]
        return {version.sha256 for tables in sets for version in tables.values()}


def load_manifest(path: Path) -> Manifest:
    """The manifest at ``path``.

    Raises:
        FileNotFoundError: there is none.
        CustintelError: it is damaged, unreadable, or of a newer version.
    """
    try:
        stored = json.loads(disk.patiently(path.read_bytes))
        if stored["format"] > FORMAT:
            raise CustintelError(
                _("This project was written by a newer version of custintel."),
                where=str(path),
                hint=_("Update it: pip install --upgrade custintel"),
            )
        return Manifest(tuple(RunRecord.from_json(fields) for fields in stored["runs"]), int(stored["settled"]))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise CustintelError(
            _("The list of runs of this project cannot be read."), where=str(path), seen=error.strerror or str(error)
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise damaged_manifest(path) from error


def damaged_manifest(path: Path) -> CustintelError:
    """What to say when the list of runs is gone or makes no sense."""
    return CustintelError(
        _("The list of runs of this project is damaged."),
        where=str(path),
        hint=_(
            "Put the file back from a backup. Without one, move the folder history elsewhere and run your commands "
            "again: your spreadsheets and the folder tables are not touched."
        ),
    )


def save_manifest(path: Path, manifest: Manifest) -> None:
    """Replace the manifest at ``path``: until that instant nothing of a run counts, then all. May raise ``OSError``."""
    stored = {"format": FORMAT, "settled": manifest.settled, "runs": [asdict(record) for record in manifest.runs]}
    disk.replace_file(path, json.dumps(stored, ensure_ascii=False, indent=1).encode())
