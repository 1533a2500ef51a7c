"""``ci undo``: put the tables back as they were before the last run."""

from __future__ import annotations

import shlex
from datetime import datetime

from custintel.errors import CustintelError
from custintel.i18n import N_, _
from custintel.options import Session, subcommand


@subcommand(
    "undo",
    N_(
        "Put every table back, byte for byte, as it was before the last run. Run it again to go back one more. "
        "The files you gave are never touched."
    ),
    examples=("ci undo", "ci undo --yes"),
)
def command(session: Session) -> None:
    """Undo the last run that is not undone, after asking."""
    from custintel import formats
    from custintel.ui.show import Page, Paragraph

    project = session.project()
    last = next((run for run in reversed(project.history()) if not run.undoes and not run.undone_by), None)
    if last is None:
        raise CustintelError(
            _("There is nothing to undo."), where=str(project.root), hint=_("ci history shows the runs.")
        )
    line = shlex.join(["ci", last.command, *last.arguments])
    when = formats.moment(datetime.fromisoformat(last.at).astimezone())
    data = {"project": project.root, "undone": last.run_id, "command": line, "dry_run": session.dry_run}
    if session.dry_run:
        sentence = _("Would undo run {run} ({command}, {when}).").format(run=last.run_id, command=line, when=when)
        session.show(Page([Paragraph(sentence)], data))
        return
    question = _("Undo run {run} ({command}, {when})?").format(run=last.run_id, command=line, when=when)
    if not session.ask.confirm(question, flag="--yes"):
        session.console.say(_("Nothing was changed."))
        return
    record = project.undo()
    back = ", ".join(sorted(record.tables)) or _("none")
    sentence = _("Run {run} is undone. Tables of the project now: {tables}.").format(run=record.undoes, tables=back)
    session.show(Page([Paragraph(sentence)], {**data, "run_id": record.run_id, "tables": sorted(record.tables)}))
