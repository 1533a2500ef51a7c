"""The project folder: where the subcommands meet. One run changes all its tables at one instant, or none."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.project import disk
from custintel.project.condition import Problem, TableState, problems, table_states
from custintel.project.journal import Journal
from custintel.project.records import Input, RunRecord, TableVersion
from custintel.project.run import Run
from custintel.project.settings import FILE, Settings
from custintel.tables.vocabulary import Table

_SETTINGS_TEXT = """\
# Settings of this custintel project. "ci status --settings" shows them all, and where each value comes from.
"""


class Project:
    """A project folder as it was when opened: it reads one whole set of tables, whatever others commit meanwhile.

    Use :meth:`open` or :meth:`create`; made directly it has no tables, as in a folder that is no project yet.

    Attributes:
        root: the folder.
        settings: what holds in it.
    """

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root = root
        self.settings = settings
        self._journal = Journal(root)
        self._reads: dict[str, str | None] = {}

    @staticmethod
    def find(start: Path, override: str | None = None) -> Path | None:
        """The folder of the project that ``start`` is in, or the one named by ``override`` (``--project``).

        ``None`` when there is no project.

        Raises:
            CustintelError: ``override`` is a file.
        """
        if override:
            root = Path(override).expanduser().absolute()
            root = root.parent if root.name == FILE else root
            if root.exists() and not root.is_dir():
                raise _not_a_folder(root)
            return root if (root / FILE).is_file() else None
        folders = (start.absolute(), *start.absolute().parents)
        return next((folder for folder in folders if (folder / FILE).is_file()), None)

    @classmethod
    def open(cls, root: Path, *, settings: Settings | None = None) -> Project:
        """The project in ``root``. Tables that a killed command left half shown under ``tables`` are put right.

        Args:
            root: a folder with a ``custintel.toml``.
            settings: already loaded ones; read from the folder when ``None``.

        Raises:
            CustintelError: it is no project, or its settings or list of runs cannot be read.
        """
        root = root.absolute()
        if root.exists() and not root.is_dir():
            raise _not_a_folder(root)
        if not (root / FILE).is_file():
            raise CustintelError(
                _("This folder is not a custintel project."),
                where=str(root),
                hint=_("Make it one with ci init, or name the right folder with --project."),
            )
        project = cls(root, settings or Settings.load(root))
        project._journal.open()
        return project

    @classmethod
    def create(cls, root: Path, *, settings: str | Mapping[str, object] | None = None) -> Project:
        """Make ``root`` a project and open it. Nothing that is there is overwritten.

        Args:
            root: made when missing.
            settings: the text of its ``custintel.toml`` (comments and all), or values by key.

        Raises:
            CustintelError: it already is a project, a setting is wrong, or the folder cannot be written to.
        """
        root = root.absolute()
        if (root / FILE).exists():
            raise CustintelError(_("This folder already is a custintel project."), where=str(root))
        text = settings if isinstance(settings, str) else _SETTINGS_TEXT
        Settings.check(text, root / FILE)
        with disk.explained(root):
            root.mkdir(parents=True, exist_ok=True)
            disk.replace_file(root / FILE, text.encode())
        try:
            project = cls.open(root)
            for key, value in settings.items() if isinstance(settings, Mapping) else ():
                project.settings.set(key, value)
            project._journal.make_folders()
        except BaseException:
            with contextlib.suppress(OSError):
                (root / FILE).unlink(missing_ok=True)
            raise
        return project

    def has(self, table: Table) -> bool:
        """Whether ``table`` was ever written (and not undone)."""
        return table.name in self._journal.manifest.current

    def scan(self, table: Table) -> pl.LazyFrame:
        """The current ``table`` with every declared column; without rows when it was never written.

        Optional columns that are not in its file are constants, which take no memory however many the rows.

        Raises:
            CustintelError: its file is damaged, lacks a column that an older version of the program did not write, or
                was deleted by commands that ran since this project was opened.
        """
        version = self._journal.manifest.current.get(table.name)
        self._reads[table.name] = version.sha256 if version else None
        if version is None:
            return table.empty().lazy()
        frame = pl.scan_parquet(self._file(table.name, version), glob=False)
        stored = frame.collect_schema()
        for column in table.columns:
            if stored.get(column.name, column.dtype if column.optional else None) != column.dtype:
                hint = _("Make it again: ci {command}").format(command=table.written_by)
                message = _("Table {table} was written by another version of custintel.").format(table=table.name)
                raise CustintelError(
                    message, where=str(self._journal.store.shown(table.name)), seen=column.name, hint=hint
                )
        absent = [pl.lit(None, c.dtype).alias(c.name) for c in table.columns if c.name not in stored]
        return frame.with_columns(absent).select(table.schema.names())

    def read(self, table: Table) -> pl.DataFrame:
        """:meth:`scan`, read."""
        return self.scan(table).collect()

    @contextlib.contextmanager
    def write(
        self,
        command: str,
        *,
        arguments: Sequence[str] = (),
        inputs: Sequence[Input] = (),
        version: str,
    ) -> Iterator[Run]:
        """Do a command's work as the only writer; leaving the block commits every table put, an exception none.

        The tables read through this object since it was opened (or since its last commit) are noted as what the run was
        computed from. A run that changes no table, from the same files and tables as before, is not recorded.

        Args:
            command: the subcommand, for the history.
            arguments: what was typed after it.
            inputs: the files that were read.
            version: of this program.

        Raises:
            CustintelError: somebody else is writing, what was read has changed since, or the disk cannot take it.
        """
        begun, journal = time.perf_counter(), self._journal
        with journal.writing(command, self._reads):
            metadata = self._metadata(command, version, inputs)
            run = Run(journal.manifest.next_id, journal.store, metadata, journal.manifest.current)
            yield run
            own = {*run.written, *run.kept}
            reads = {name: seen for name, seen in self._reads.items() if name not in own}
            reads |= {name: run.written[name].sha256 for name in {*run.amended, *run.extended}}
            record = RunRecord(
                run_id=run.run_id,
                command=command,
                version=version,
                at=_now().isoformat(timespec="seconds"),
                seconds=round(time.perf_counter() - begun, 3),
                arguments=tuple(arguments),
                tables={**journal.manifest.current, **run.written},
                inputs=tuple(self._as_stored(found) for found in inputs),
                reads=dict(sorted(reads.items())),
                amended=tuple(sorted(run.amended)),
            )
            run.changed = self._differs(record)
            if run.changed:
                self._commit(record)
                run.pending = journal.publish()

    def history(self) -> list[RunRecord]:
        """Every run, newest last."""
        return list(self._journal.manifest.runs)

    def undo(self) -> RunRecord:
        """Put back, byte for byte, the tables before the last run that is not undone; can be repeated, run by run.

        Returns:
            The record of the undo itself; its ``undoes`` names the run that was taken back.

        Raises:
            CustintelError: nothing is left to undo, or the tables to put back are damaged.
        """
        begun, journal = time.perf_counter(), self._journal
        with journal.writing("undo", self._reads):
            undoable = journal.manifest.undoable()
            if not undoable:
                hint = _("ci history shows the runs; the setting history.keep says how many can be undone.")
                raise CustintelError(_("There is nothing to undo."), where=str(self.root), hint=hint)
            last = undoable[-1]
            tables = journal.manifest.before(last)
            back = {name: version for name, version in tables.items() if last.tables.get(name) != version}
            lost = [name for name, version in back.items() if not journal.store.intact(version)]
            if lost:
                raise CustintelError(
                    _("Run {run} cannot be undone: tables from before it are damaged.").format(run=last.run_id),
                    where=str(journal.store.objects),
                    seen=", ".join(lost),
                    hint=_("Run the commands that make these tables again."),
                )
            record = RunRecord(
                run_id=journal.manifest.next_id,
                command="undo",
                version=last.version,
                at=_now().isoformat(timespec="seconds"),
                seconds=round(time.perf_counter() - begun, 3),
                tables=tables,
                undoes=last.run_id,
            )
            self._commit(record)
            journal.publish()
            return record

    def state(self) -> list[TableState]:
        """Every current table: rows, when and by whom written, and why it is stale if it is."""
        return table_states(self.root, self._journal.manifest, self._journal.store)

    def verify(self) -> list[Problem]:
        """What is wrong with the folder; reads every byte of the tables that are kept. Empty when all is well."""
        return problems(self._journal.folder, self._journal.manifest, self._journal.store)

    def _file(self, name: str, version: TableVersion) -> Path:
        """The file of a current table, unless it is damaged or other commands ran and no longer keep it."""
        store = self._journal.store
        if not store.whole(version) and version.sha256 not in self._journal.stored().kept():
            raise self._journal.overtaken([name])
        return store.sound(name, version)

    def _commit(self, record: RunRecord) -> None:
        keep = self.settings.get("history.keep")
        self._journal.commit(record, keep if isinstance(keep, int) else None)
        self._reads.clear()

    def _differs(self, record: RunRecord) -> bool:
        """Whether the run wrote other bytes than there were, or the same bytes from other files or tables."""
        manifest = self._journal.manifest
        for name, version in record.written.items():
            found = manifest.current.get(name)
            if found is None or found.sha256 != version.sha256:
                return True
            before = manifest.run(found.run_id)
            if before.reads != record.reads or _files(before) != _files(record):
                return True
        return False

    def _metadata(self, command: str, version: str, inputs: Sequence[Input]) -> dict[str, object]:
        files = sorted((found.label, found.sha256) for found in inputs)
        return {
            "command": command,
            "version": version,
            "settings": self.settings.shaping(),
            "inputs": [{"label": label, "sha256": sha256} for label, sha256 in files],
        }

    def _as_stored(self, found: Input) -> Input:
        path = Path(found.path)
        inside = bool(found.path) and path.is_relative_to(self.root)
        return replace(found, path=path.relative_to(self.root).as_posix() if inside else found.path)


def _now() -> datetime:
    return datetime.now(UTC)


def _files(record: RunRecord) -> set[tuple[str, str]]:
    return {(found.label, found.path) for found in record.inputs}


def _not_a_folder(path: Path) -> CustintelError:
    return CustintelError(
        _("A project is a folder, and this is a file."), where=str(path), hint=_("Name a folder with --project.")
    )
