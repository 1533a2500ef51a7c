"""``ci demo``: every command at work on an invented shop, in a folder of its own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from custintel.errors import CustintelError
from custintel.i18n import N_, _, ngettext
from custintel.options import Session, subcommand, table_of

MARK = ".custintel-demo"
"""The file that says a folder was made by ``ci demo``, and may be made again."""


@subcommand(
    "demo",
    N_(
        "Copy the files of an invented shop into a new folder, run every command on them, and show what comes out. "
        "Run it as often as you like."
    ),
    examples=("ci demo", "ci demo my-test --lang es"),
)
@click.argument("folder", metavar=N_("[FOLDER]"), default="custintel-demo")
def command(session: Session, folder: str) -> None:
    """Make the demo folder and run the table's demo lines there."""
    from custintel.ui.show import Bullets, Commands, Heading, Page

    root = Path(folder).expanduser().absolute()
    lines = [entry.demo for entry in table_of(session.context) if entry.demo]
    if not session.dry_run:
        _copy_shop(root)
        session.console.say(_("The files of an invented shop are in {folder}").format(folder=root), "bold")
    runs = [_run(session, root, line) for line in lines]
    files = (
        sorted(path.name for path in root.iterdir() if path.is_file() and path.name != MARK) if root.is_dir() else []
    )
    failed = [str(run["command"]) for run in runs if run["exit_code"]]
    look = [
        _("Files of the shop, and what was made of them: {folder}").format(folder=root),
        _("Tables, for Power BI, DuckDB, Python or R: {folder}").format(folder=root / "tables"),
    ]
    own = [f"cd {shlex.quote(folder)}", "ci status", "ci undo", _("ci clean YOUR-FILE.xlsx --project ../my-shop")]
    page = Page(
        [Heading(_("Where everything is")), Bullets(look), Heading(_("Try next")), Commands(own)],
        {"folder": root, "files": files, "runs": runs, "dry_run": session.dry_run},
    )
    session.show(page)
    if failed:
        raise CustintelError(
            ngettext("{n} command of the demo failed.", "{n} commands of the demo failed.", len(failed)).format(
                n=len(failed)
            ),
            seen="; ".join(failed),
            hint=_("ci doctor looks for the reason."),
        )


def _run(session: Session, root: Path, line: str) -> dict[str, object]:
    """Run one command line in ``root`` as a person would, its output below it; not at all in a dry run."""
    session.console.say("")
    session.console.say(f"$ ci {line}", "bold cyan")
    begun = time.perf_counter()
    code = 0
    if not session.dry_run:
        sys.stdout.flush()
        code = subprocess.run(
            [sys.executable, "-m", "custintel", *shlex.split(line), "--no-input", "--project", str(root)],
            cwd=root,
            env={**os.environ, "CI_LANG": session.lang},
            stdout=subprocess.DEVNULL if session.json else None,
            check=False,
        ).returncode
    return {"command": f"ci {line}", "exit_code": code, "seconds": round(time.perf_counter() - begun, 2)}


def _copy_shop(root: Path) -> None:
    """Copy the sample files into ``root``, which must be new, empty, or of an earlier demo.

    Raises:
        CustintelError: it holds something else, or the sample files are not installed.
    """
    source = _sample_data()
    if root.exists() and not (root / MARK).exists() and (not root.is_dir() or any(root.iterdir())):
        raise CustintelError(
            _("This folder is not empty and was not made by ci demo."),
            where=str(root),
            hint=_("Name another folder: ci demo FOLDER"),
        )
    root.mkdir(parents=True, exist_ok=True)
    (root / MARK).touch()
    for path in _shop_files(source):
        shutil.copyfile(path, root / path.name)


def _shop_files(source: Path) -> Sequence[Path]:
    """The files of the shop itself: not the script that makes them, nor the truth about them that tests use."""
    hidden = {".py", ".md", ".pyc"}
    return sorted(path for path in source.iterdir() if path.is_file() and path.suffix not in hidden)


def _sample_data() -> Path:
    """Where the sample files are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    places = (package / "_shipped" / "sample_data", package.parent / "sample_data")
    found = next((place for place in places if place.is_dir() and _shop_files(place)), None)
    if found is None:
        raise CustintelError(
            _("The files of the invented shop are not installed."),
            where=str(places[0]),
            hint=_("Install custintel again: pip install --upgrade custintel"),
        )
    return found
