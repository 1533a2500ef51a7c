"""What a command does to a project: it puts tables, and they count all together or not at all."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from custintel.project import disk
from custintel.project.records import TableVersion
from custintel.project.regions import in_key_order
from custintel.project.row_groups import UnlikeError
from custintel.project.store import Store
from custintel.tables.patch import Content, Patch
from custintel.tables.vocabulary import Table


@dataclass
class Run:
    """One command's work on a project, from :meth:`Project.write`.

    Attributes:
        run_id: its name in the history, if it comes to be recorded.
        changed: after the commit, whether anything differs from before; when not, no run was recorded.
        written: the tables put so far.
        kept: the tables that are its own to make and stay as they were.
        extended: the tables that other commands make as well, and that the run has read.
        amended: the tables of other commands to which it only added what is its own.
        pending: after the commit, tables whose file under ``tables`` another program holds open; the next command
            refreshes it.
    """

    run_id: str
    changed: bool = field(default=False, init=False)
    pending: tuple[str, ...] = field(default=(), init=False)
    _store: Store
    _metadata: Mapping[str, object]
    _current: Mapping[str, TableVersion]
    written: dict[str, TableVersion] = field(default_factory=dict, init=False)
    kept: set[str] = field(default_factory=set, init=False)
    extended: set[str] = field(default_factory=set, init=False)
    amended: set[str] = field(default_factory=set, init=False)

    def put(self, table: Table, content: Content) -> None:
        """Make ``content`` the new content of ``table`` when the run commits; rows are stored in order of its key.

        Raises:
            CustintelError: it is not such a table, two rows share a key, or the disk cannot take it.
        """
        metadata = {
            "custintel": json.dumps({"table": table.name, **self._metadata}, ensure_ascii=False, sort_keys=True)
        }
        with disk.explained(self._store.objects):
            self.written[table.name] = self._stored(table, content, metadata)

    def _stored(self, table: Table, content: Content, metadata: Mapping[str, str]) -> TableVersion:
        """The version of ``table`` with this content."""
        version = self._current.get(table.name)
        if isinstance(content, Patch):
            if version is not None:
                with contextlib.suppress(UnlikeError):
                    return self._store.patch(version, table, content, metadata, self.run_id)
                content = content.applied(table, pl.scan_parquet(self._store.path(version), glob=False))
            else:
                content = content.rows
        return self._store.add(in_key_order(table, table.conform(content)), metadata, self.run_id)

    def amend(self, table: Table, content: Content) -> None:
        """:meth:`put` a table of another command, in which only the columns that are this one's differ: whoever has
        read it need not run again.
        """
        self.put(table, content)
        self.amended.add(table.name)

    def extend(self, table: Table, content: Content) -> None:
        """:meth:`put` a table that other commands make as well: when they change it, what this run has computed from it
        is stale, as when it had only read it.
        """
        self.put(table, content)
        self.extended.add(table.name)

    def put_all(self, tables: Iterable[Table], contents: Mapping[Table, Content]) -> None:
        """:meth:`put` every table that ``contents`` has; the others are kept: the run makes them as they are."""
        for table in tables:
            if table in contents:
                self.put(table, contents[table])
            else:
                self.kept.add(table.name)
