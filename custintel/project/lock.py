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
    """Who is writing: the command, its process and machine, and since when (local time of that machine, ISO 8601)."""

    command: str
    pid: int
    host: str
    started: str


@contextlib.contextmanager
def held(folder: Path, command: str, started: datetime) -> Iterator[None]:
    """Be the only writer of the project whose ``history`` folder is ``folder``.

    Raises:
        CustintelError: somebody else is, and still was after :data:`PATIENCE` seconds.
        OSError: the folder cannot be written to.
    """
    lock = _acquire(folder, PATIENCE)
    if lock is None:
        raise _busy(holder(folder))
    try:
        who = Holder(command, os.getpid(), platform.node(), started.astimezone().isoformat(timespec="seconds"))
        disk.replace_file(folder / "writer.json", json.dumps(asdict(who)).encode())
        yield
    finally:
        with contextlib.suppress(OSError):
            (folder / "writer.json").unlink(missing_ok=True)
        lock.release()


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
    if who is None:
        return CustintelError(_("The project is being used by another command."), hint=hint)
    message = _("The project is being used by ci {command} (process {pid}, since {time}).")
    if who.host != platform.node():
        message = _("The project is being used by ci {command} on {host} (process {pid}, since {time}).")
    said = message.format(command=who.command, host=who.host, pid=who.pid, time=who.started[11:16])
    return CustintelError(said, hint=hint)
