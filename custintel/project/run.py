"""What a command does to a project: it puts tables, and they count all together or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.project import disk
from custintel.project.records import TableVersion
from custintel.project.store import Store
from custintel.tables.vocabulary import Table


@dataclass
class Run:
    """One command's work on a project, from :meth:`Project.write`.

    Attributes:
        run_id: its name in the history, if it comes to be recorded.
        changed: after the commit, whether anything differs from before; when not, no run was recorded.
        written: the tables put so far.
        kept: the tables that are its own to make and stay as they were.
        amended: the tables of other commands to which it only added what is its own.
        pending: after the commit, tables whose file under ``tables`` another program holds open; the next command
            refreshes it.
    """

    run_id: str
    changed: bool = field(default=False, init=False)
    pending: tuple[str, ...] = field(default=(), init=False)
    _store: Store
    _metadata: Mapping[str, object]
    written: dict[str, TableVersion] = field(default_factory=dict, init=False)
    kept: set[str] = field(default_factory=set, init=False)
    amended: set[str] = field(default_factory=set, init=False)

    def put(self, table: Table, frame: pl.DataFrame) -> None:
        """Make ``frame`` the new content of ``table`` when the run commits; rows are stored in order of its key.

        Raises:
            CustintelError: the frame is not such a table, two rows share a key, or the disk cannot take it.
        """
        stored = _in_key_order(table, table.conform(frame))
        metadata = {
            "custintel": json.dumps({"table": table.name, **self._metadata}, ensure_ascii=False, sort_keys=True)
        }
        with disk.explained(self._store.objects):
            self.written[table.name] = self._store.add(stored, metadata, self.run_id)

    def amend(self, table: Table, frame: pl.DataFrame) -> None:
        """:meth:`put` a table of another command, in which only the columns that are this one's differ: whoever has
        read it need not run again.
        """
        self.put(table, frame)
        self.amended.add(table.name)

    def put_all(self, tables: Iterable[Table], frames: Mapping[Table, pl.DataFrame]) -> None:
        """:meth:`put` every table that ``frames`` has; the others are kept: the run makes them as they are."""
        for table in tables:
            if table in frames:
                self.put(table, frames[table])
            else:
                self.kept.add(table.name)


def _in_key_order(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` sorted by the key of ``table``; sorting is skipped when it already is.

    Raises:
        CustintelError: two rows share a key, which is a fault of the program.
    """
    if not table.key or _ascends(frame, table.key):
        return frame
    frame = frame.sort(table.key)
    if not _ascends(frame, table.key):
        twice = frame.filter(frame.select(table.key).is_duplicated()).select(table.key).head(1)
        if twice.height:
            raise CustintelError(
                _("Table {table} has two rows for the same thing.").format(table=table.name), seen=str(twice.row(0))
            )
    return frame


def _ascends(frame: pl.DataFrame, key: Sequence[str]) -> bool:
    ascends, level = pl.lit(False), pl.lit(True)
    for name in key:
        ascends = ascends | (level & (pl.col(name) > pl.col(name).shift()))
        level = level & (pl.col(name) == pl.col(name).shift())
    steps = frame.lazy().select(ascends.alias("ascends")).slice(1).collect()["ascends"]
    return steps.null_count() == 0 and bool(steps.all())
