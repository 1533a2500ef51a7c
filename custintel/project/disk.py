"""Files that are wholly old or wholly new, and what the operating system says when it cannot write, in plain words."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from custintel.errors import CustintelError
from custintel.i18n import _

T = TypeVar("T")

UNFINISHED = ".unfinished"
"""How the name of a file ends while it is being written; what a killed command leaves behind can be swept by it."""

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_PAUSES = (0.01, 0.03, 0.1, 0.3, 0.6) if os.name == "nt" else ()
"""Seconds to wait before each new try."""
_IN_THE_WAY = {errno.ENOTDIR, errno.EEXIST, errno.EISDIR}


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn an ``OSError`` met while writing at ``path`` into a :class:`CustintelError` that says what to do."""
    try:
        yield
    except OSError as error:
        raise _explanation(path, error) from error


def _explanation(path: Path, error: OSError) -> CustintelError:
    where, seen = str(path), error.strerror or str(error)
    if error.errno in _FULL:
        hint = _("Free some space and run the command again: your tables are as they were before.")
        return CustintelError(_("The disk is full."), where=where, seen=seen, hint=hint)
    if error.errno in _FORBIDDEN:
        hint = _("Close the programs that have files of this folder open, or choose another folder with --project.")
        return CustintelError(_("Nothing can be written here."), where=where, seen=seen, hint=hint)
    if error.errno in _IN_THE_WAY:
        hint = _("Move that file elsewhere, or choose another folder with --project.")
        return CustintelError(_("A file stands where a folder is needed."), where=where, seen=seen, hint=hint)
    return CustintelError(_("The file could not be written."), where=where, seen=seen)


def replace_file(path: Path, content: bytes) -> None:
    """Make ``content`` the whole of ``path``, at one instant and for good, also when the power fails right after.

    Raises:
        OSError: the disk is full, the folder cannot be written to...; ``path`` is then as it was.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        move(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    settle(path.parent)


def move(source: Path, target: Path) -> None:
    """Put ``source`` in the place of ``target`` at one instant; may raise ``OSError``."""
    patiently(lambda: os.replace(source, target))


def patiently(access: Callable[[], T]) -> T:
    """What ``access`` to a file gives, tried again for a second on Windows, where others who look at it are in the way.

    Without it a command could fail at its very end because another one was reading the list of runs.
    """
    for pause in _PAUSES:
        try:
            return access()
        except PermissionError:
            time.sleep(pause)
    return access()


def settle(folder: Path) -> None:
    """Ask the disk to remember the names in ``folder``; a system that cannot be asked keeps its own pace."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
