"""``ci why``: the card of a person, with what joined their records and what was changed in them."""

from __future__ import annotations

import click

from custintel.i18n import N_, _
from custintel.options import Session, subcommand


@subcommand(
    "why",
    N_(
        "Explain a person: their records by file and row, what joined them, the cells that were changed and by which "
        "rule, and who was nearly taken for them. WHO is an email, a phone, a document, an id or words of the name."
    ),
    examples=("ci why ana@example.com", 'ci why "ana gil"', "ci why 3124567801 --all"),
)
@click.argument("who", metavar="WHO")
@click.option("--all", "everything", is_flag=True, help=N_("Show every line of long lists."))
def command(session: Session, who: str, everything: bool) -> None:
    """Find the person and show their card."""
    from custintel.people.find import one
    from custintel.tables import TABLES
    from custintel.ui.show import Page, Paragraph
    from custintel.why.card import card
    from custintel.why.page import blocks, data

    project = session.project()
    before = {table: project.scan(table) for table in TABLES.values()}
    found = one(before, who, str(project.settings.get("country") or "") or None)
    person = card(before, found.customer_id)
    told = list(blocks(person, everything=everything))
    if found.by == "former_id":
        told.insert(0, Paragraph(_("{id} is part of another person now.").format(id=who.strip()), "yellow"))
    session.show(Page(told, data(person, found.by)))
