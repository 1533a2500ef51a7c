"""How an error is told: four parts on standard error, and one JSON object on standard output when JSON was asked for.

Light on purpose (no rich): it is imported by the root command, and an error must be printable whatever else is broken.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

import click

from custintel.errors import CustintelError
from custintel.i18n import _

BUG = 70
_KINDS = {1: "failed", 2: "usage", 3: "check", BUG: "bug"}


def report(error: CustintelError, *, as_json: bool, debug: bool = False) -> int:
    """Tell ``error`` and return its exit code."""
    return _tell(error, error.exit_code, as_json=as_json, debug=debug)


def report_bug(error: BaseException, arguments: Sequence[str], *, as_json: bool, debug: bool = False) -> int:
    """Tell that an exception nobody foresaw is our bug, keep its details in a private file, and return 70."""
    kept = None if debug else _keep_details(error, arguments)
    told = CustintelError(
        _("Something broke inside custintel. This is our bug, not your mistake."),
        seen=f"{type(error).__name__}: {error}",
        hint=(
            _("Nothing was left half done. Details: {path} (may quote your data: read it before you send it).").format(
                path=kept
            )
            if kept
            else _("Nothing was left half done. Run it again with --debug to see the details.")
        ),
    )
    told.__cause__ = error
    return _tell(told, BUG, as_json=as_json, debug=debug)


def from_system(error: OSError | MemoryError) -> CustintelError:
    """What the operating system refused, in words, with what to do about it."""
    if isinstance(error, MemoryError):
        made = CustintelError(
            _("There is not enough memory for this."),
            hint=_("Close other programs, or split the file into smaller ones."),
        )
    elif error.errno in {errno.ENOSPC, errno.EDQUOT}:
        made = CustintelError(_("The disk is full."), hint=_("Free some space and run the same command again."))
    elif isinstance(error, PermissionError):
        made = CustintelError(
            _("The system does not let us read or write this."),
            hint=_("Close it if it is open in Excel, and check that you may write in its folder."),
        )
    elif isinstance(error, FileNotFoundError):
        made = CustintelError(
            _("This file or folder does not exist."), hint=_("Check the name; quote it if it has spaces.")
        )
    else:
        made = CustintelError(
            _("The system refused to do this."), seen=os.strerror(error.errno) if error.errno else str(error)
        )
    made.where = str(getattr(error, "filename", None) or "")
    made.__cause__ = error
    return made


def _tell(error: CustintelError, code: int, *, as_json: bool, debug: bool) -> int:
    import json
    import traceback

    from custintel.formats import safe

    if debug:
        click.echo("".join(traceback.format_exception(error.__cause__ or error)), err=True)
    color = False if os.environ.get("NO_COLOR") or "--no-color" in sys.argv else None
    click.echo(click.style(_("Error:"), fg="red", bold=True) + " " + safe(error.message), err=True, color=color)
    parts = ((_("Where"), error.where), (_("Seen"), error.seen), (_("Do"), error.hint))
    width = max(len(name) for name, _text in parts)
    for name, text in parts:
        if text:
            click.echo(_part(f"  {name + ':':<{width + 1}} ", text), err=True)
    if as_json:
        told = {
            "code": code, "kind": _KINDS.get(code, "failed"), "message": error.message, "where": error.where,
            "seen": error.seen, "hint": error.hint,
        }  # fmt: skip
        click.echo(json.dumps({"error": told}, indent=2))
    return code


def _part(mark: str, text: str) -> str:
    """One part of an error: hanging lines, words never broken, so that a command in it can be copied."""
    import textwrap

    from custintel.formats import safe

    lines: list[str] = []
    for line in text.split("\n")[:20]:
        lines += textwrap.wrap(safe(line)[:1000], 80 - len(mark), break_long_words=False, break_on_hyphens=False) or [
            ""
        ]
    return mark + ("\n" + " " * len(mark)).join(lines)


def _keep_details(error: BaseException, arguments: Sequence[str]) -> str | None:
    """Write the traceback to a file only this person can read; its path, or ``None`` when that is not possible."""
    import platform
    import tempfile
    import traceback
    from importlib.metadata import version

    text = "\n".join(
        (
            f"custintel {version('custintel')}, Python {platform.python_version()}, {platform.platform()}",
            f"ci {' '.join(arguments)}",
            "".join(traceback.format_exception(error)),
        )
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="replace", prefix="custintel-", suffix=".log", delete=False
        ) as file:
            file.write(text)
    except OSError:
        return None
    return file.name
