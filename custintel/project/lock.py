"""One writer at a time, and who it is."""

from __future__ import annotations

import contextlib
import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.project import disk

PATIENCE = 1.0
"""Seconds to wait for another writer before giving up."""


@dataclass(frozen=True)
class Holder:
    """Who is writing: the command, its run, process and machine, and since when (local time there, ISO 8601)."""

    command: str
    run_id: str
    pid: int
    host: str
    started: str

    @property
    def alive(self) -> bool:
        """Whether the process may still be there: it is not seen to be gone."""
        if self.host != platform.node() or os.name != "posix":
            return True
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except OSError:
            return True
        return True


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Be the only writer of the project whose ``history`` folder is ``folder``.

    Raises:
        CustintelError: somebody else is, and still was after :data:`PATIENCE` seconds.
        OSError: the folder cannot be written to.
    """
    lock = _acquire(folder, PATIENCE)
    if lock is None:
        raise _busy(holder(folder))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            (folder / "writer.json").unlink(missing_ok=True)
        lock.release()


def sign(folder: Path, command: str, run_id: str, started: datetime) -> None:
    """Say who holds the lock, for others who want it and for whoever finds the work unfinished; may raise ``OSError``.

    Args:
        folder: as for :func:`held`, which takes the signature away again.
        command: the subcommand.
        run_id: the name that its run will have once committed.
        started: when it got the lock.
    """
    since = started.astimezone().isoformat(timespec="seconds")
    who = Holder(command, run_id, os.getpid(), platform.node(), since)
    disk.replace_file(folder / "writer.json", json.dumps(asdict(who)).encode())


@contextlib.contextmanager
def held_if_free(folder: Path) -> Iterator[bool]:
    """Hold the lock for a repair that can wait; ``False`` when somebody else does or the folder is read-only."""
    try:
        lock = _acquire(folder, 0)
    except OSError:
        lock = None
    try:
        yield lock is not None
    finally:
        if lock is not None:
            lock.release()


def _acquire(folder: Path, timeout: float) -> FileLock | None:
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=timeout)
    except Timeout:
        return None
    return lock


def holder(folder: Path) -> Holder | None:
    """Who said last that they are writing and has not yet said that they finished."""
    try:
        return Holder(**json.loads((folder / "writer.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _busy(who: Holder | None) -> CustintelError:
    hint = _("Wait until it has finished, then run this again.")
    if who is None or not who.alive:
        return CustintelError(_("The project is being used by another command."), hint=hint)
    message = _("The project is being used by ci {command} (process {pid}, since {time}).")
    if who.host != platform.node():
        message = _("The project is being used by ci {command} on {host} (process {pid}, since {time}).")
    said = message.format(command=who.command, host=who.host, pid=who.pid, time=who.started[11:16])
    return CustintelError(said, hint=hint)
