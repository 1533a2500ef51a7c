"""``ci doctor``: check that everything works on this computer, and say how to repair what does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from custintel.errors import CustintelError
from custintel.i18n import N_, _
from custintel.options import Session, subcommand

if TYPE_CHECKING:
    from custintel.doctor.checks import Check


@subcommand(
    "doctor",
    N_(
        "Check Python, packages, terminal, disk and the project, and say how to repair what is wrong. "
        "Ends with exit code 1 when something does not work."
    ),
    examples=("ci doctor",),
)
def command(session: Session) -> None:
    """Run every check and show what it found."""
    from custintel.doctor import checks
    from custintel.ui.show import Grid, GridColumn, Page, Paragraph

    folder = session.folder if session.folder.is_dir() else session.folder.cwd()
    found = [*checks.computer(folder, shutil.get_terminal_size().columns), *_project(session)]
    words = {checks.OK: _("ok"), checks.WARN: _("look"), checks.FAIL: _("FAIL")}
    columns = (
        GridColumn("", wrap=False, format=lambda state: words[state]),
        GridColumn(_("check"), wrap=False),
        GridColumn(_("found")),
        GridColumn(_("what to do")),
    )
    failed = [check for check in found if check.state == checks.FAIL]
    verdict = _("Something does not work: see what to do above.") if failed else _("Everything works.")
    rows = [(check.state, check.name, check.seen, check.repair) for check in found]
    data = {"ok": not failed, "checks": [asdict(check) for check in found]}
    session.show(Page([Grid(columns, rows), Paragraph(verdict, "bold red" if failed else "bold")], data))
    if failed:
        click.get_current_context().exit(1)


def _project(session: Session) -> Iterator[Check]:
    """The project folder, read to the last byte."""
    from custintel.doctor.checks import FAIL, OK, WARN, Check

    name = _("project")
    try:
        if session.find_project() is None:
            yield Check("project", OK, name, _("none in this folder"), _("Start one with ci init."))
            return
        project = session.project()
        session.progress.step(_("Reading every table of the project"))
        problems = project.verify()
    except CustintelError as error:
        yield Check("project", FAIL, name, f"{error.message} {error.where} {error.seen}".strip(), error.hint)
        return
    damaged = {"object_missing", "object_damaged"}
    for problem in problems:
        state = FAIL if problem.code in damaged else WARN
        yield Check(problem.code, state, name, f"{problem.message} {problem.where}", problem.hint)
    if not problems:
        yield Check("project", OK, name, str(project.root))
