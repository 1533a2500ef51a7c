"""What long work says while it works: an observer that is handed to it, and that may be silent."""

from __future__ import annotations

import sys
from typing import Protocol, TextIO

from custintel.formats import safe


class Progress(Protocol):
    """Somebody who is told which step has begun."""

    def step(self, label: str) -> None:
        """Say that the step ``label`` (a translated phrase) has begun, and the one before it has ended."""

    def close(self) -> None:
        """Say that the last step has ended. May be called more than once."""


class Silent:
    """Nobody is watching."""

    def step(self, label: str) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Say nothing."""


class StatusLine:
    """The current step on one line of a terminal, rewritten in place and wiped at the end."""

    def __init__(self, file: TextIO, width: int = 78) -> None:
        self._file = file
        self._width = width
        self._shown = False

    def step(self, label: str) -> None:
        """Show ``label`` in place of the step before it."""
        line = safe(label)
        if len(line) > self._width - 2:
            line = line[: self._width - 3] + "…"
        self._write(f"\r\x1b[2K{line} …" if not line.endswith("…") else f"\r\x1b[2K{line}")
        self._shown = True

    def close(self) -> None:
        """Wipe the line."""
        if self._shown:
            self._write("\r\x1b[2K")
            self._shown = False

    def _write(self, text: str) -> None:
        self._file.write(text)
        self._file.flush()


def progress(*, silent: bool, file: TextIO | None = None) -> Progress:
    """The observer that fits: a status line on a terminal, otherwise silence."""
    file = file or sys.stderr
    return Silent() if silent or not file.isatty() else StatusLine(file)
