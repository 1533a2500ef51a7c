"""Options that commands which find something out have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from custintel.i18n import N_

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _checked(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    """The workbook asked for, if it can be written and is nobody else's: before anything is done."""
    if path is not None:
        from custintel.sheets.output_file import check_output

        check_output(path, "xlsx", ())
    return path


def xlsx_option(help: str = N_("Also write a workbook.")) -> Decorator:
    """``--xlsx``, a file that replaces no workbook but custintel's own."""
    file = click.Path(path_type=Path, dir_okay=False)
    return click.option("--xlsx", type=file, metavar="FILE", callback=_checked, help=help)


def fail_on_option(help: str) -> Decorator:
    """``--fail-on``, as often as wanted; ``help`` names a condition of the command (see custintel.conditions)."""
    return click.option("--fail-on", multiple=True, metavar="CONDITION", help=help)
