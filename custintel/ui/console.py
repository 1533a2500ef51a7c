"""The terminal: data on standard output, talk on standard error."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from rich.console import Console as RichConsole
from rich.text import Text

from custintel.formats import safe

MAX_WIDTH = 100


class Console:
    """The two streams of a run.

    Attributes:
        out: where results go.
        err: where talk goes.
        quiet: whether talk is held back; warnings are not.
    """

    def __init__(
        self, *, quiet: bool = False, color: bool = True, out: TextIO | None = None, err: TextIO | None = None
    ) -> None:
        self.quiet = quiet
        self.out = _stream(out or sys.stdout, color=color)
        self.err = _stream(err or sys.stderr, color=color)

    def say(self, text: str, style: str = "") -> None:
        """One line of talk, held back when quiet. ``text`` is data, never markup."""
        if not self.quiet:
            self.err.print(Text(safe(text), style=style))

    def warn(self, text: str) -> None:
        """One line that must be seen even when quiet."""
        self.err.print(Text(safe(text), style="yellow"))

    @property
    def draws(self) -> bool:
        """Whether standard output can carry block characters."""
        return "utf" in (self.out.encoding or "").lower()


def _stream(file: TextIO, *, color: bool) -> RichConsole:
    """A rich console that never interprets data, and is never wider than people read."""
    width = None if os.environ.get("COLUMNS", "").isdigit() else 80
    console = RichConsole(
        file=file,
        markup=False,
        emoji=False,
        highlight=False,
        no_color=True if not color or os.environ.get("NO_COLOR") else None,
        width=None if file.isatty() else width,
    )
    if console.width > MAX_WIDTH:
        console.width = MAX_WIDTH
    return console
