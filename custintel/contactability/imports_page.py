"""What imported files brought, and what was left out of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from custintel import formats
from custintel.contactability import words
from custintel.contactability.imports import Brought
from custintel.i18n import _, ngettext
from custintel.ui.show import Block, Bullets, Grid, GridColumn, Heading, Paragraph


def imported(new: Sequence[Brought]) -> Iterator[Block]:
    """What the files brought, and what was left out of them."""
    if not new:
        return
    yield Heading(_("What the files brought"))
    rows = [(part.source, words.file(part.report), _addressed(part), part.left_out.height) for part in new]
    columns = (
        GridColumn(_("File"), wrap=False),
        GridColumn(_("Taken for")),
        GridColumn(_("Addresses and numbers"), "right", formats.number),
        GridColumn(_("Rows left out"), "right", formats.number),
    )
    yield Grid(columns, rows)
    for part in new:
        reasons = part.left_out.group_by("reason").len().sort("len", "reason", descending=[True, False])
        lines = [f"{part.source}: {words.left_out(code)} ({formats.number(n)})" for code, n in reasons.iter_rows()]
        if part.unrecognised is not None:
            lines += [
                ngettext(
                    "{source}: we do not know the word {said} ({n} row); it was kept and counts for nothing",
                    "{source}: we do not know the word {said} ({n} rows); it was kept and counts for nothing",
                    n,
                ).format(source=part.source, said=repr(said), n=n)
                for said, n in part.unrecognised.head(5).iter_rows()
            ]
        if lines:
            yield Bullets(lines)
        if part.taken.is_empty() and part.left_out.height:
            text = _("Nothing could be taken from {file}: nobody is spared because of it.")
            yield Paragraph(text.format(file=part.source), "bold yellow")


def _addressed(part: Brought) -> int:
    return part.taken.select("kind", "value").n_unique() if part.taken.height else 0
