"""``ci history``: every run of the project."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from custintel.i18n import N_, _, ngettext
from custintel.options import Session, subcommand

if TYPE_CHECKING:
    from custintel.project.records import RunRecord
    from custintel.ui.show import Page


@subcommand(
    "history",
    N_("List the runs of the project, newest first: what was run, when, what it wrote, and what was undone."),
    examples=("ci history", "ci history --limit 5"),
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help=N_("How many runs to show."), metavar="N"
)
def command(session: Session, limit: int) -> None:
    """Show the newest runs."""
    runs = session.project().history()[::-1]
    session.show(page(runs[:limit], len(runs)))


def page(runs: Sequence[RunRecord], total: int) -> Page:
    """The runs shown, of ``total`` there are."""
    from custintel import formats
    from custintel.ui.show import Block, Grid, GridColumn, Page, Paragraph

    columns = (
        GridColumn(_("run"), wrap=False),
        GridColumn(_("when"), format=lambda at: formats.moment(at.astimezone())),
        GridColumn(_("command")),
        GridColumn(_("what it did")),
        GridColumn(_("time"), "right", formats.duration),
    )
    rows = [(run.run_id, datetime.fromisoformat(run.at), typed(run), outcome(run), run.seconds) for run in runs]
    blocks: list[Block] = [Grid(columns, rows)] if rows else [Paragraph(_("Nothing has been run here yet."))]
    if total > len(runs):
        more = ngettext(
            "{n} older run is not shown; see --limit.", "{n} older runs are not shown; see --limit.", total - len(runs)
        )
        blocks.append(Paragraph(more.format(n=formats.number(total - len(runs))), "dim"))
    data = {"runs": [{**asdict(run), "written": sorted(run.written)} for run in runs], "total": total}
    return Page(blocks, data)


def typed(run: RunRecord) -> str:
    """The command line of a run."""
    return shlex.join(["ci", run.command, *run.arguments])


def outcome(run: RunRecord) -> str:
    """What a run did to the tables, in a phrase."""
    from custintel import formats

    if run.undoes:
        return _("took back {run}").format(run=run.undoes)
    written = ", ".join(f"{name} {formats.number(version.rows)}" for name, version in sorted(run.written.items()))
    if run.undone_by:
        return _("undone by {run}").format(run=run.undone_by)
    return written or _("changed no table")
