"""A file for the person that appears whole or not at all, and never in the place of one that was read."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

from custintel.errors import CustintelError, UsageError
from custintel.i18n import _

CREATOR = "custintel"
"""Who a workbook says has made it."""


def check_output(path: Path, ending: str, inputs: Collection[Path]) -> None:
    """Refuse a file that could not be written, before anything is done.

    Args:
        path: the file that was asked for with ``--<ending>``.
        ending: what its name must end in, and the name of the option: ``xlsx``.
        inputs: the files that are read.

    Raises:
        UsageError: another ending, no such folder, one of ``inputs``, or a workbook of somebody else's.
    """
    seen = f"--{ending} {path}"
    if path.suffix.lower() != f".{ending}":
        hint = _("Choose a name that ends in {ending}.").format(ending=f".{ending}")
        raise UsageError(_("The name of this file does not end as it should."), seen=seen, hint=hint)
    if not path.parent.is_dir():
        raise UsageError(_("There is no such folder."), seen=seen, hint=_("Make it, or choose another."))
    if path.resolve() in {other.resolve() for other in inputs}:
        raise UsageError(_("This would overwrite a file that is being read."), seen=seen, hint=_read_only())
    if ending == "xlsx" and not _is_free(path):
        raise UsageError(
            _("This workbook is there already, and custintel did not make it."),
            seen=seen,
            hint=_("Choose another name, or move it away first."),
        )


def _is_free(path: Path) -> bool:
    """Whether nobody misses what is at ``path``: nothing, or a workbook that custintel has made."""
    try:
        with zipfile.ZipFile(path) as archive:
            return f"<dc:creator>{CREATOR}</dc:creator>".encode() in archive.read("docProps/core.xml")
    except (zipfile.BadZipFile, KeyError):
        return False
    except OSError:  # it is not there, or writing it will say what is the matter
        return True


def _read_only() -> str:
    return _("Choose another name: files that were read are never changed.")


@contextlib.contextmanager
def replacing(path: Path, never: Collection[Path]) -> Iterator[Path]:
    """A file to write to that takes the place of ``path`` when the block ends well, and is gone when it does not."""
    if path.resolve() in {other.resolve() for other in never}:
        raise CustintelError(_("This would overwrite a file that is being read."), where=str(path), hint=_read_only())
    from polars.exceptions import ComputeError

    temporary = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        yield temporary
        os.replace(temporary, path)
    except (OSError, ComputeError) as error:
        number = re.search(r"\(os error (\d+)\)", str(error))
        # The fourth argument is what Windows calls an error; there, its errno is found by it.
        reason = OSError(int(number[1]), "", "", int(number[1])).errno if number else getattr(error, "errno", None)
        if reason is None:
            raise
        raise _explanation(path, reason) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _explanation(path: Path, reason: int) -> CustintelError:
    """What to say when the operating system refuses to write ``path`` for ``reason``, an ``errno``."""
    where = str(path)
    if reason in (errno.ENOSPC, errno.EDQUOT):
        return CustintelError(_("The disk is full."), where=where, hint=_("Free some space, or choose another folder."))
    if reason == errno.ENOENT:
        return CustintelError(
            _("There is no such folder."), where=str(path.parent), hint=_("Make it, or choose another.")
        )
    if reason in (errno.EACCES, errno.EPERM, errno.EROFS):
        message = _("This file cannot be written: it may be open in another program.")
        return CustintelError(message, where=where, hint=_("Close it in Excel, or choose another name."))
    hint = _("Choose another name or folder.")
    return CustintelError(_("This file cannot be written."), where=where, seen=os.strerror(reason), hint=hint)
