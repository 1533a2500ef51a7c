"""Where the bytes of tables are: every version once under ``history/objects``, the current ones also under ``tables``.

Objects are named by the hash of their content and never change. ``tables/NAME.parquet`` is a second name of the current
object (a hard link; a copy where the disk knows no links), there for people and other programs; custintel itself reads
objects only.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Collection, Mapping
from io import BytesIO
from pathlib import Path

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.project import disk, row_groups
from custintel.project.records import TableVersion
from custintel.project.regions import regions
from custintel.project.row_groups import Groups
from custintel.tables.patch import Patch
from custintel.tables.vocabulary import Table

_ROW_GROUP = 125_000
"""Rows of a row group, at most. A run that changes a few rows writes the groups anew that they are in."""
_ZSTD_LEVEL = 1
_STATISTICS = {"min": False, "max": False, "distinct_count": False, "null_count": True}
"""Least and greatest values would be a tenth of the cost of writing; most columns are in no order, so nobody gains."""


class Store:
    """The Parquet files of one project.

    Args:
        root: the project folder.
    """

    def __init__(self, root: Path) -> None:
        self.tables = root / "tables"
        self.objects = root / "history" / "objects"

    def path(self, version: TableVersion) -> Path:
        """The file that holds ``version``."""
        return self.objects / f"{version.sha256}.parquet"

    def whole(self, version: TableVersion) -> bool:
        """Whether the file of ``version`` is there with the size it should have (its content is not read)."""
        try:
            return self.path(version).stat().st_size == version.bytes
        except OSError:
            return False

    def intact(self, version: TableVersion) -> bool:
        """Whether the file of ``version`` is there with every byte as it was written."""
        return self.whole(version) and disk.sha256(self.path(version)) == version.sha256

    def sound(self, name: str, version: TableVersion) -> Path:
        """The file of ``version``.

        Raises:
            CustintelError: it is gone or was cut, so table ``name`` cannot be read.
        """
        if not self.whole(version):
            raise CustintelError(
                _("Table {table} is damaged.").format(table=name),
                where=str(self.path(version)),
                hint=_("Go back one step with ci undo, then run the command that makes it again."),
            )
        return self.path(version)

    def add(self, frame: pl.DataFrame, metadata: Mapping[str, str], run_id: str) -> TableVersion:
        """Write ``frame`` as an object, safe on disk. The same frame and metadata give the same bytes anywhere.

        Raises:
            OSError: the disk is full, or the folder cannot be written to.
        """
        return self._added(lambda path: self._write(frame, metadata, path), frame.height, run_id)

    def patch(
        self, version: TableVersion, table: Table, patch: Patch, metadata: Mapping[str, str], run_id: str
    ) -> TableVersion:
        """Write what ``patch`` makes of a stored table, as :meth:`add` does; row groups that stay are copied.

        Raises:
            UnlikeError: the new rows bring other columns than are stored: the table has to be written whole.
            OSError: as for :meth:`add`.
        """
        path = self.path(version)
        groups = Groups.of(path)
        parts = regions(table, patch, path, groups)

        def encode(frame: pl.DataFrame, target: BytesIO) -> None:
            self._write(frame, metadata, target)

        def write(temporary: Path) -> None:
            with temporary.open("wb") as file:
                row_groups.write(file, groups, parts, encode)

        return self._added(write, version.rows - len(patch.gone) + patch.rows.height, run_id)

    def _added(self, write: Callable[[Path], None], rows: int, run_id: str) -> TableVersion:
        """The object that ``write`` makes of ``rows`` rows."""
        temporary = self.objects / f"{run_id}{disk.UNFINISHED}"
        try:
            write(temporary)
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            version = TableVersion(rows, temporary.stat().st_size, disk.sha256(temporary), run_id)
            if not self.intact(version):
                if os.name == "posix":
                    temporary.chmod(0o444)
                disk.move(temporary, self.path(version))
                disk.settle(self.objects)
        finally:
            temporary.unlink(missing_ok=True)
        return version

    @staticmethod
    def _write(frame: pl.DataFrame, metadata: Mapping[str, str], target: Path | BytesIO) -> None:
        pieces = max(-(-frame.height // _ROW_GROUP), 1)
        try:
            frame.rechunk().write_parquet(
                target,
                compression="zstd",
                compression_level=_ZSTD_LEVEL,
                row_group_size=max(-(-frame.height // pieces), 1),
                statistics=_STATISTICS,
                metadata=dict(metadata),
            )
        except (OSError, pl.exceptions.PolarsError) as error:
            number = re.search(r"\(os error (\d+)\)", str(error))
            if number is None:
                raise
            code = int(number[1])
            raise OSError(code, os.strerror(code), str(target), code) from error

    def shown(self, name: str) -> Path:
        """The file of table ``name`` that people open."""
        return self.tables / f"{name}.parquet"

    def is_published(self, current: Mapping[str, TableVersion], known: Collection[str]) -> bool:
        """Whether ``tables`` shows exactly ``current``, looking at names, sizes and times only."""
        gone = [name for name in known if name not in current]
        return all(self.shows(name, version) for name, version in current.items()) and not any(
            self.shown(name).exists() for name in gone
        )

    def publish(self, current: Mapping[str, TableVersion], known: Mapping[str, Collection[str]]) -> tuple[str, ...]:
        """Make ``tables`` show ``current``. A file that somebody else wrote or changed is left as it is.

        Args:
            current: the set of tables to show.
            known: every table there ever was, with the hashes of all its versions: what may be replaced.

        Returns:
            The tables whose file could not be replaced now, because another program holds it open or the disk is full.
        """
        pending = []
        for name, hashes in known.items():
            version = current.get(name)
            try:
                if (version and self._surely_shows(name, version)) or self.is_foreign(name, hashes):
                    continue
                if version:
                    self._show(name, version)
                else:
                    self.shown(name).unlink(missing_ok=True)
            except OSError:
                pending.append(name)
        disk.settle(self.tables)
        return tuple(pending)

    def is_foreign(self, name: str, hashes: Collection[str]) -> bool:
        """Whether the file of table ``name`` under ``tables`` is there and is no version of it that we ever wrote."""
        path = self.shown(name)
        return path.exists() and not (path.is_file() and disk.sha256(path) in hashes)

    def shows(self, name: str, version: TableVersion) -> bool:
        """Whether people see ``version`` as table ``name``, looking at names, sizes and times only."""
        try:
            shown, stored = self.shown(name).stat(), self.path(version).stat()
        except OSError:
            return False
        return os.path.samestat(shown, stored) or (shown.st_size, shown.st_mtime_ns) == (
            stored.st_size,
            stored.st_mtime_ns,
        )

    def _surely_shows(self, name: str, version: TableVersion) -> bool:
        """As :meth:`shows`; a copy is read, since the clocks of some disks tick every two seconds only."""
        if not self.shows(name, version):
            return False
        shown = self.shown(name)
        return os.path.samefile(shown, self.path(version)) or disk.sha256(shown) == version.sha256

    def _show(self, name: str, version: TableVersion) -> None:
        self.tables.mkdir(exist_ok=True)
        temporary = self.tables / f".{name}{disk.UNFINISHED}"
        temporary.unlink(missing_ok=True)
        try:
            try:
                os.link(self.path(version), temporary)
            except OSError:
                shutil.copy2(self.path(version), temporary)
            disk.move(temporary, self.shown(name))
        finally:
            temporary.unlink(missing_ok=True)

    def leftovers(self, kept: Collection[str]) -> list[Path]:
        """Objects whose hash is not in ``kept`` and half-written files: what killed commands and old runs leave."""
        objects = [path for path in self._listed(self.objects) if path.stem not in kept]
        beside = self._listed(self.objects.parent) + self._listed(self.tables)
        return objects + [path for path in beside if path.name.endswith(disk.UNFINISHED)]

    def sweep(self, kept: Collection[str]) -> None:
        """Delete the :meth:`leftovers`; what another program holds open stays until the next time."""
        for path in self.leftovers(kept):
            with contextlib.suppress(OSError):
                path.unlink()

    @staticmethod
    def _listed(folder: Path) -> list[Path]:
        try:
            return sorted(folder.iterdir())
        except OSError:
            return []
