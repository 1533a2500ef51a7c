"""How a project is doing: what is stale, and what is broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from custintel.i18n import _
from custintel.project import disk, lock
from custintel.project.records import Input, Manifest, RunRecord
from custintel.project.store import Store


@dataclass(frozen=True)
class Staleness:
    """Why a table no longer says what it would say if it were made now.

    Attributes:
        kind: ``input_changed``, ``input_missing`` or ``table_changed``.
        name: the file's label or the table's name.
    """

    kind: Literal["input_changed", "input_missing", "table_changed"]
    name: str

    @property
    def sentence(self) -> str:
        """The reason in the person's language."""
        sentences = {
            "input_changed": _("the file {name} has changed"),
            "input_missing": _("the file {name} is no longer there"),
            "table_changed": _("the table {name} has changed"),
        }
        return sentences[self.kind].format(name=self.name)


@dataclass(frozen=True)
class TableState:
    """One current table.

    Attributes:
        name: of the table.
        rows: how many it has.
        bytes: its size on disk.
        written_by: the subcommand that wrote it.
        run_id: the run that wrote it.
        at: when that run was committed, UTC.
        stale: why it should be made again; empty when it is fresh.
        edited: whether another program changed the file that people open (custintel does not read that one).
    """

    name: str
    rows: int
    bytes: int
    written_by: str
    run_id: str
    at: datetime
    stale: tuple[Staleness, ...]
    edited: bool


@dataclass(frozen=True)
class Problem:
    """Something wrong with a project folder.

    Attributes:
        code: ``object_missing``, ``object_damaged``, ``table_edited``, ``table_behind``,
            ``unfinished_run`` or ``leftovers``; never translated.
        message: what is wrong, in the person's language.
        where: the file.
        hint: what to do.
    """

    code: str
    message: str
    where: str
    hint: str


def table_states(root: Path, manifest: Manifest, store: Store) -> list[TableState]:
    """The state of every current table, by name."""
    known = manifest.hashes()
    runs = {record.run_id: record for record in manifest.runs}
    reasons = {run_id: _stale(root, manifest, runs[run_id]) for run_id in {v.run_id for v in manifest.current.values()}}
    return [
        TableState(
            name=name,
            rows=version.rows,
            bytes=version.bytes,
            written_by=runs[version.run_id].command,
            run_id=version.run_id,
            at=datetime.fromisoformat(runs[version.run_id].at),
            stale=reasons[version.run_id],
            edited=not store.shows(name, version) and store.is_foreign(name, known[name]),
        )
        for name, version in sorted(manifest.current.items())
    ]


def _stale(root: Path, manifest: Manifest, record: RunRecord) -> tuple[Staleness, ...]:
    reasons = [reason for found in record.inputs if (reason := _input_staleness(root, found))]
    changed = (name for name, seen in sorted(record.reads.items()) if not manifest.only_amended(name, seen))
    return (*reasons, *(Staleness("table_changed", name) for name in changed))


def _input_staleness(root: Path, found: Input) -> Staleness | None:
    if not found.path:
        return None
    path = root / found.path
    try:
        stat = path.stat()
        if (stat.st_size, stat.st_mtime_ns) == (found.bytes, found.mtime_ns) or disk.sha256(path) == found.sha256:
            return None
    except OSError:
        return Staleness("input_missing", found.label)
    return Staleness("input_changed", found.label)


def problems(history: Path, manifest: Manifest, store: Store) -> list[Problem]:
    """Everything wrong with the folder; every kept object is read and its hash compared.

    Args:
        history: the ``history`` folder.
        manifest: its list of runs.
        store: its files.
    """
    return [
        *_object_problems(manifest, store),
        *_shown_problems(manifest, store),
        *_unfinished(history, manifest, store),
    ]


def _object_problems(manifest: Manifest, store: Store) -> list[Problem]:
    again = _("Go back one step with ci undo, or run the command that makes the table again.")
    kept = manifest.kept()
    judged: set[str] = set()
    found = []
    for record in reversed(manifest.runs):
        for name, version in sorted(record.tables.items()):
            path = store.path(version)
            if version.sha256 in judged or version.sha256 not in kept:
                continue
            judged.add(version.sha256)
            if not path.is_file():
                message = _("Table {table} of run {run} is missing.").format(table=name, run=version.run_id)
                found.append(Problem("object_missing", message, str(path), again))
            elif disk.sha256(path) != version.sha256:
                message = _("Table {table} of run {run} is damaged.").format(table=name, run=version.run_id)
                found.append(Problem("object_damaged", message, str(path), again))
    return found


def _shown_problems(manifest: Manifest, store: Store) -> list[Problem]:
    found = []
    for name, hashes in sorted(manifest.hashes().items()):
        shown, version = store.shown(name), manifest.current.get(name)
        if store.is_foreign(name, hashes):
            message = _("Another program changed the file of table {table}.").format(table=name)
            hint = _("custintel does not read it. Rename it to keep it: the next command puts the right one back.")
            found.append(Problem("table_edited", message, str(shown), hint))
        elif shown.exists() != (version is not None) or (version and disk.sha256(shown) != version.sha256):
            message = _("The file of table {table} is not the current one.").format(table=name)
            hint = _("Close the programs that have it open: the next command puts the right one back.")
            found.append(Problem("table_behind", message, str(shown), hint))
    return found


def _unfinished(history: Path, manifest: Manifest, store: Store) -> list[Problem]:
    with lock.held_if_free(history) as free:
        if not free:
            return []
        who = lock.holder(history)
        hint = _("Nothing of it was kept and nothing was lost; run it again.")
        if who is not None and all(run.run_id != who.run_id for run in manifest.runs):
            message = _("ci {command}, started on {time}, did not finish.").format(
                command=who.command, time=who.started[:16].replace("T", " ")
            )
            return [Problem("unfinished_run", message, str(history), hint)]
        if store.leftovers(manifest.kept()):
            message = _("A command that was interrupted left files behind.")
            return [Problem("leftovers", message, str(store.objects), _("The next command that writes removes them."))]
    return []
