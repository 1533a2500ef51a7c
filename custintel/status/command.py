"""``ci status``: what the project holds, how fresh it is, and the command to run next."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from custintel.i18n import N_, _
from custintel.options import Session, subcommand

if TYPE_CHECKING:
    from custintel.project.condition import TableState
    from custintel.project.folder import Project
    from custintel.ui.show import Block, Page


@subcommand(
    "status",
    N_("Show the tables of the project, how old they are, what is out of date, and which command to run next."),
    examples=("ci status", "ci status --settings"),
)
@click.option("--settings", is_flag=True, help=N_("Show every setting, its value and where the value comes from."))
def command(session: Session, settings: bool) -> None:
    """Show the tables or the settings."""
    session.show(_settings_page(session) if settings else _tables_page(session.project(), datetime.now(UTC)))


def _tables_page(project: Project, now: datetime) -> Page:
    from custintel import formats
    from custintel.ui.show import Commands, Grid, GridColumn, Heading, Page, Paragraph

    states = project.state()
    following = next_commands(project)
    blocks: list[Block] = [Heading(_("Project {folder}").format(folder=project.root))]
    if states:
        columns = (
            GridColumn(_("table"), wrap=False),
            GridColumn(_("rows"), "right", formats.number),
            GridColumn(_("made"), format=lambda at: formats.ago(at, now), wrap=False),
            GridColumn(_("by"), wrap=False),
            GridColumn(_("state")),
        )
        rows = [(state.name, state.rows, state.at, f"ci {state.written_by}", _freshness(state)) for state in states]
        blocks.append(Grid(columns, rows))
        edited = [state.name for state in states if state.edited]
        if edited:
            warning = _("Changed by another program, and not read by custintel: {tables}. See ci doctor.")
            blocks.append(Paragraph(warning.format(tables=", ".join(edited)), "yellow"))
    else:
        blocks.append(Paragraph(_("There are no tables yet.")))
    if following:
        blocks += [Heading(_("Run next")), Commands(following)]
    else:
        blocks.append(Paragraph(_("Everything is up to date.")))
    data = {
        "project": project.root,
        "tables": [
            {
                "name": state.name,
                "rows": state.rows,
                "bytes": state.bytes,
                "written_by": state.written_by,
                "run_id": state.run_id,
                "at": state.at,
                "stale": [{"kind": reason.kind, "name": reason.name} for reason in state.stale],
                "edited": state.edited,
            }
            for state in states
        ],
        "next": following,
    }
    return Page(blocks, data)


def _freshness(state: TableState) -> str:
    return "; ".join(reason.sentence for reason in state.stale) or _("up to date")


def next_commands(project: Project) -> list[str]:
    """The command lines that bring the project up to date: those that made its stale tables, oldest first."""
    states = project.state()
    if not states:
        return [_("ci clean FILES")]
    stale = {state.run_id for state in states if state.stale}
    runs = [run for run in project.history() if run.run_id in stale]
    return list(dict.fromkeys(shlex.join(["ci", run.command, *run.arguments]) for run in runs))


def _settings_page(session: Session) -> Page:
    from custintel.project.settings import ORIGINS
    from custintel.project.vocabulary import declared
    from custintel.ui.show import Grid, GridColumn, Page

    settings = session.settings()

    def written(value: object) -> str:
        return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)

    columns = (
        GridColumn(_("setting"), wrap=False),
        GridColumn(_("value"), format=written),
        GridColumn(_("from")),
        GridColumn(_("what it decides")),
    )
    found = [(key, settings.get(key), settings.origin(key)) for key in settings.keys()]  # noqa: SIM118 - not a dict
    rows = [
        (key, (None if value == () else value) or _("not set"), _(ORIGINS[origin]), _(declared(key).label))
        for key, value, origin in found
    ]
    return Page([Grid(columns, rows)], {"settings": {key: {"value": v, "origin": origin} for key, v, origin in found}})
