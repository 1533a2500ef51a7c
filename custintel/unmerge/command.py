"""``ci unmerge``: take apart a person who is several, for good."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from custintel.errors import CustintelError, UsageError
from custintel.i18n import N_, _, ngettext
from custintel.options import Session, subcommand

if TYPE_CHECKING:
    import polars as pl

    from custintel.people.decide import Decided
    from custintel.project.folder import Project
    from custintel.ui.show import Block


@subcommand(
    "unmerge",
    N_(
        "Take apart a person who is several: say which records are somebody else's. The others stay one person. It is "
        "remembered: cleaning again does not join them. ci undo or ci merge takes it back."
    ),
    examples=("ci unmerge ana@example.com", "ci unmerge ana@example.com --rows 2,3"),
)
@click.argument("who", metavar="WHO")
@click.option("--rows", metavar="N,N", help=N_("Numbers of the records that are somebody else's, as they are listed."))
@click.option(
    "--record",
    "named",
    multiple=True,
    metavar="ID",
    help=N_("The id of a record that is somebody else's; can be repeated."),
)
@click.option("--all", "everything", is_flag=True, help=N_("Every record becomes a person of its own."))
def command(session: Session, who: str, rows: str | None, named: tuple[str, ...], everything: bool) -> None:
    """Find the person, part their records, and let it hold."""
    from custintel.people.decide import decide
    from custintel.people.find import one
    from custintel.people.said import Said, parted
    from custintel.people.sides import records_of
    from custintel.tables import REVIEW, TABLES

    if sum((rows is not None, bool(named), everything)) > 1:
        raise UsageError(_("Only one of these can be given."), seen="--rows, --record, --all")
    project = session.project()
    before = {table: project.scan(table) for table in TABLES.values()}
    country = str(project.settings.get("country") or "") or None
    person = one(before, who, country).customer_id
    records = records_of(before, person)
    if records.height < 2:
        raise CustintelError(
            _("This person has only one record, so there is nothing to take apart."),
            where=person,
            hint=_("ci undo takes back the last run."),
        )
    parts = chosen(session, records, person, rows, named, everything)
    if len(parts) < 2 or not parts[1]:
        session.console.say(_("Nothing was changed."))
        return
    session.progress.step(_("Taking them apart"))
    at = datetime.now(UTC).replace(tzinfo=None)
    review = parted(before[REVIEW].collect(), parts, Said(at, "unmerge"))
    typed = (
        ["--all"] if everything else [word for group in parts[1:] for record in group for word in ("--record", record)]
    )
    made = decide(project, review, "unmerge", arguments=[who, *typed], dry_run=session.dry_run)
    tell(session, project, person, records, made)


def chosen(
    session: Session,
    records: pl.DataFrame,
    person: str,
    rows: str | None,
    named: Sequence[str],
    everything: bool,
) -> list[list[str]]:
    """The records as groups of one person each, by what was typed, or else by asking."""
    from custintel.people.sides import numbered, told
    from custintel.ui.show import Page
    from custintel.unmerge.parts import alone, groups, numbers

    ids = records["record_id"].to_list()
    if everything:
        return alone(ids)
    if rows is not None:
        return groups(ids, [ids[number - 1] for number in numbers(rows, len(ids))])
    if named:
        return groups(ids, named)
    if not session.interactive:
        session.talk(Page([numbered(records)]))
        raise UsageError(
            _("Which records are somebody else's? Nothing was changed."),
            where=person,
            seen=ngettext("{n} record", "{n} records", len(ids)).format(n=len(ids)),
            hint=_("Say it with --rows 2,3 (their numbers), with --record ID, or with --all to part every one."),
        )
    choices = [(record, f"{n}. {words}") for n, (record, words) in enumerate(zip(ids, told(records), strict=True), 1)]
    picked = session.ask.checkbox(_("Which records are somebody else's?"), choices, flag="--rows 2,3")
    return groups(ids, picked)


def tell(session: Session, project: Project, person: str, records: pl.DataFrame, made: Decided) -> None:
    """Who the records are now."""
    from custintel.ui.show import Commands, Grid, GridColumn, Heading, Page, Paragraph

    place = {record: n for n, record in enumerate(records["record_id"].to_list(), start=1)}
    now = made.identities.filter(made.identities["record_id"].is_in(list(place)))
    people: dict[str, list[str]] = {}
    for record, customer in sorted(now.select("record_id", "customer_id").iter_rows(), key=lambda row: place[row[0]]):
        people.setdefault(customer, []).append(record)
    rows = [(customer, ", ".join(str(place[record]) for record in held)) for customer, held in people.items()]
    text = _("{person} is {n} people now.").format(person=person, n=len(people))
    blocks: list[Block] = [Heading(text), Grid((GridColumn(_("Person")), GridColumn(_("Records"))), rows)]
    if session.dry_run:
        blocks.append(Paragraph(_("Dry run: nothing was written."), "yellow"))
    back = [shlex.join(["ci", "merge", *people])] if len(people) == 2 else []
    back += ["ci undo"] if made.run_id else []
    data = {
        "command": "unmerge",
        "project": project.root,
        "customer_id": person,
        "people": [{"customer_id": customer, "records": held} for customer, held in people.items()],
        "run_id": made.run_id,
        "dry_run": session.dry_run,
    }
    if back:
        blocks += [Heading(_("To take it back")), Commands(back)]
    session.show(Page(blocks, data))
