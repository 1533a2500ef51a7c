"""What happened to one project folder: its runs, one writer at a time, each committed at one instant and then shown."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.project import disk, lock
from custintel.project.records import Manifest, RunRecord, damaged_manifest, load_manifest, save_manifest
from custintel.project.store import Store


class Journal:
    """The runs of the project in ``root`` as they were when last looked at, and the only way to add one.

    Attributes:
        root: the project folder.
        folder: its ``history``.
        store: the files of its tables.
        manifest: the runs.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "history"
        self.store = Store(root)
        self.manifest = Manifest()

    @property
    def _path(self) -> Path:
        return self.folder / "manifest.json"

    def stored(self) -> Manifest:
        """The runs as they are on disk now; :class:`CustintelError` when their list is damaged."""
        try:
            return load_manifest(self._path)
        except FileNotFoundError:
            if any(path.suffix == ".parquet" for path in self.store.leftovers(())):
                raise damaged_manifest(self._path) from None
            return Manifest()

    def open(self) -> None:
        """Look at the runs on disk; show their tables if a command was killed between its commit and that.

        While somebody is writing, that is left to them.

        Raises:
            CustintelError: the list of runs is damaged.
        """
        self.manifest = self.stored()
        if self.store.is_published(self.manifest.current, self.manifest.hashes()):
            return
        with lock.held_if_free(self.folder) as free:
            if free:
                self.manifest = self.stored()
                self.publish()

    def make_folders(self) -> None:
        """Make the folders of a project where they are missing, closed to version control."""
        with disk.explained(self.root):
            self.store.tables.mkdir(exist_ok=True)
            self.store.objects.mkdir(parents=True, exist_ok=True)
            for folder in (self.store.tables, self.folder):
                if not (folder / ".gitignore").exists():
                    content = "# People's data does not belong in version control.\n*\n"
                    # Another command may be sweeping; whoever writes next tries again.
                    with contextlib.suppress(FileNotFoundError):
                        disk.replace_file(folder / ".gitignore", content.encode())

    @contextlib.contextmanager
    def writing(self, command: str, seen: Mapping[str, str | None]) -> Iterator[None]:
        """Hold the lock on the newest state of the folder, and leave nothing behind that no run needs.

        Args:
            command: the subcommand that writes.
            seen: the hashes of the tables that its work starts from, ``None`` for one that was not there.

        Raises:
            CustintelError: somebody else is writing, a table in ``seen`` has changed, or the disk cannot take it.
        """
        self.make_folders()
        with contextlib.ExitStack() as stack:
            with disk.explained(self.root):
                stack.enter_context(lock.held(self.folder))
                newest = self.stored()
                lock.sign(self.folder, command, newest.next_id, datetime.now(UTC))
                if not self._path.exists():
                    save_manifest(self._path, newest)
            now = {name: version.sha256 for name, version in newest.current.items()}
            outdated = [name for name, sha256 in seen.items() if sha256 != now.get(name)]
            if outdated:
                raise self.overtaken(outdated)
            self.manifest = newest
            try:
                self._sweep()
                yield
            finally:
                self._sweep()

    def commit(self, record: RunRecord, keep: int | None) -> None:
        """Add ``record``: from this instant its tables are the tables. Only inside :meth:`writing`.

        Args:
            record: the run.
            keep: how many runs can be undone from now on; all when ``None``.

        Raises:
            CustintelError: the disk cannot take it; nothing has changed then.
        """
        manifest = self.manifest.with_run(record, keep)
        with disk.explained(self._path):
            save_manifest(self._path, manifest)
        self.manifest = manifest

    def publish(self) -> tuple[str, ...]:
        """Show people the current tables; the names of those whose file another program holds open."""
        return self.store.publish(self.manifest.current, self.manifest.hashes())

    def overtaken(self, tables: list[str]) -> CustintelError:
        """What to say when ``tables`` are no longer those that the command looked at."""
        return CustintelError(
            _("Another command changed the project while this one was working."),
            where=str(self.root),
            seen=", ".join(sorted(tables)),
            hint=_("Run this command again."),
        )

    def _sweep(self) -> None:
        """Delete what no run on disk needs. (In memory the last one may be missing: Ctrl-C just after its commit.)"""
        self.store.sweep(self.stored().kept())
