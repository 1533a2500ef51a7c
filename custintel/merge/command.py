"""``ci merge``: join two people who are one, for good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from custintel.errors import CustintelError
from custintel.i18n import N_, _, ngettext
from custintel.options import Session, subcommand

if TYPE_CHECKING:
    from custintel.project.folder import Project
    from custintel.ui.show import Block


@subcommand(
    "merge",
    N_(
        "Join two people who are one. Each may be named by id, email, phone, document or name. It is remembered: "
        "cleaning again keeps them together. ci undo or ci unmerge takes it back."
    ),
    examples=("ci merge ana@example.com 3124567801", "ci merge c001y274z8mq c5dg8vp7zept --yes"),
)
@click.argument("a", metavar="WHO")
@click.argument("b", metavar="WHO")
def command(session: Session, a: str, b: str) -> None:
    """Show both, ask, and join them."""
    from custintel.people.decide import decide
    from custintel.people.find import one
    from custintel.people.said import Said, joined
    from custintel.people.sides import records_of
    from custintel.tables import REVIEW, TABLES
    from custintel.ui.show import Commands, Heading, Page, Paragraph

    project = session.project()
    before = {table: project.scan(table) for table in TABLES.values()}
    country = str(project.settings.get("country") or "") or None
    ids = [one(before, who, country).customer_id for who in (a, b)]
    if ids[0] == ids[1]:
        raise CustintelError(
            _("These two are one person already."), seen=f"{a} = {b} = {ids[0]}", hint=f"ci unmerge {ids[0]}"
        )
    records = [record for customer in ids for record in records_of(before, customer)["record_id"].to_list()]
    show_both(session, project, ids)
    if not session.dry_run and not session.ask.confirm(_("Are they one person?"), flag="--yes"):
        session.console.say(_("Nothing was changed."))
        return
    review = before[REVIEW].collect()
    at = datetime.now(UTC).replace(tzinfo=None)
    session.progress.step(_("Joining them"))
    made = decide(
        project, joined(review, records, Said(at, "merge")), "merge", arguments=[a, b], dry_run=session.dry_run
    )
    kept = made.identities.filter(record_id=records[0])["customer_id"].item()
    text = ngettext("They are one person: {id}, {n} record.", "They are one person: {id}, {n} records.", len(records))
    blocks: list[Block] = [Paragraph(text.format(id=kept, n=len(records)))]
    if session.dry_run:
        blocks.append(Paragraph(_("Dry run: nothing was written."), "yellow"))
    data = {
        "command": "merge",
        "project": project.root,
        "merged": ids,
        "customer_id": kept,
        "records": sorted(records),
        "people": {"before": made.before, "after": made.after},
        "run_id": made.run_id,
        "dry_run": session.dry_run,
    }
    following = [f"ci unmerge {kept}", *(["ci undo"] if made.run_id else [])]
    session.show(Page([*blocks, Heading(_("To take it back")), Commands(following)], data))


def show_both(session: Session, project: Project, ids: list[str]) -> None:
    """The two people beside each other, on standard error: it belongs to the question."""
    import polars as pl

    from custintel.people.sides import beside
    from custintel.tables import CUSTOMERS
    from custintel.ui.show import Page

    rows = project.scan(CUSTOMERS).filter(pl.col("customer_id").is_in(ids)).collect()
    people = {row["customer_id"]: row for row in rows.iter_rows(named=True)}
    left, right = (people[customer] for customer in ids)
    heads = [
        (_("Person"), ids[0], ids[1]),
        (_("Records"), str(left["n_records"]), str(right["n_records"])),
        (_("Files"), ", ".join(left["sources"]), ", ".join(right["sources"])),
    ]
    session.talk(Page([beside(left, right, heads)]))
