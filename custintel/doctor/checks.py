"""The checks of ``ci doctor``: each looks at one thing and says how it is, and how to repair it."""

from __future__ import annotations

import platform
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal, TextIO

from custintel import formats
from custintel.i18n import _

State = Literal["ok", "warn", "fail"]
OK: State = "ok"
WARN: State = "warn"
FAIL: State = "fail"
SCARCE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Check:
    """What one check found.

    Attributes:
        code: what was looked at, never translated.
        state: ``ok``; ``warn`` for what works but not well; ``fail`` for what does not work.
        name: what was looked at, for people.
        seen: what was found.
        repair: what to do, when there is something to do.
    """

    code: str
    state: State
    name: str
    seen: str
    repair: str = ""


def python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Check:
    """Whether this Python is one we run on."""
    enough = version >= (3, 11)
    seen = ".".join(map(str, version)) + f", {platform.system()} {platform.machine()}"
    repair = "" if enough else _("Install Python 3.11 or newer.")
    return Check("python", OK if enough else FAIL, "Python", seen, repair)


def packages(distribution: str = "custintel") -> Check:
    """Whether every package we need is installed, in a version we work with."""
    name = _("packages")
    try:
        required = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return Check("packages", WARN, name, _("custintel runs from a folder and is not installed"))
    required = [line for line in required if _is_for_here(line)]
    wrong = [found for line in required if (found := _unmet(line))]
    if wrong:
        return Check(
            "packages", FAIL, name, "; ".join(wrong), _("Install custintel again: pip install --upgrade custintel")
        )
    return Check("packages", OK, name, _("{n} installed").format(n=len(required)))


def _is_for_here(requirement: str) -> bool:
    """Whether a line of requirements is for everybody on this system."""
    system = re.search(r"sys_platform\s*==\s*['\"](\w+)['\"]", requirement)
    return "extra ==" not in requirement and (system is None or system[1] == sys.platform)


def _unmet(requirement: str) -> str:
    """What is wrong with one line of requirements, empty when it is met."""
    package = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
    least = re.search(r">=\s*([\d.]+)", requirement)
    try:
        found = metadata.version(package)
    except metadata.PackageNotFoundError:
        return _("{package} is missing").format(package=package)
    if least and _numbers(found) < _numbers(least[1]):
        return _("{package} {found} is older than {least}").format(package=package, found=found, least=least[1])
    return ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.split("+")[0])[:3])


def called(which: str | None, scripts: Path) -> Check:
    """Whether ``ci`` is us: another program of that name exists (RCS).

    Args:
        which: where the shell finds ``ci``.
        scripts: the folder this installation puts its commands in.
    """
    name = _("command ci")
    if which is None:
        return Check("command", WARN, name, _("not found by the shell"), _("Use: python -m custintel"))
    if Path(which).parent.resolve() != scripts.resolve():
        return Check("command", WARN, name, which, _("This may be another program: type custintel instead of ci."))
    return Check("command", OK, name, which)


def terminal(stream: TextIO, width: int) -> Check:
    """Whether the terminal is wide enough for our tables."""
    name = _("terminal")
    if not stream.isatty():
        return Check("terminal", OK, name, _("none: the output goes to a file or another program"))
    seen = _("{n} columns").format(n=width)
    if width < 80:
        return Check("terminal", WARN, name, seen, _("Make the window at least 80 columns wide."))
    return Check("terminal", OK, name, seen)


def encoding(stream: TextIO) -> Check:
    """Whether letters such as ñ and bars can be printed."""
    seen = str(stream.encoding or "?")
    good = "utf" in seen.lower()
    repair = "" if good else _("Set the variable PYTHONUTF8 to 1 to see every letter.")
    return Check("encoding", OK if good else WARN, _("letters"), seen, repair)


def disk_space(folder: Path) -> Check:
    """Whether there is room to work where the project is."""
    free = shutil.disk_usage(folder).free
    seen = _("{size} free").format(size=formats.size(free))
    if free < SCARCE_BYTES:
        return Check("disk", WARN, _("disk"), seen, _("Free some space before working with large files."))
    return Check("disk", OK, _("disk"), seen)


def time_zones() -> Check:
    """Whether the list of time zones is there; Windows brings none."""
    from zoneinfo import available_timezones

    n = len(available_timezones())
    repair = "" if n else _("Install it: pip install tzdata")
    return Check("timezones", OK if n else WARN, _("time zones"), formats.number(n), repair)


def writable(folder: Path) -> Check:
    """Whether files can be made in ``folder``."""
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=folder):
            return Check("writable", OK, _("folder"), str(folder))
    except OSError as error:
        return Check(
            "writable", FAIL, _("folder"), f"{folder}: {error.strerror}", _("Choose another one with --project.")
        )


def computer(folder: Path, width: int) -> Iterator[Check]:
    """Every check that needs no project."""
    import sysconfig

    yield python()
    yield packages()
    yield called(shutil.which("ci"), Path(sysconfig.get_path("scripts")))
    yield terminal(sys.stdout, width)
    yield encoding(sys.stdout)
    yield time_zones()
    yield disk_space(folder)
    yield writable(folder)
