"""How the page of a command that writes ends: where everything is, and what to run next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from custintel.i18n import _
from custintel.ui.show import Block, Bullets, Commands, Heading, Paragraph


def ending(
    dry_run: bool, root: Path, *, written: Iterable[Path | None] = (), following: Iterable[str | None] = ()
) -> Iterator[Block]:
    """The last blocks.

    Args:
        dry_run: whether nothing was written, which is then all there is to say.
        root: the project.
        written: files that were asked for besides the tables; ``None`` is none.
        following: command lines to run next; ``None`` is none.
    """
    if dry_run:
        yield Paragraph(_("Dry run: nothing was written."), "yellow")
        return
    files = [_("written: {file}").format(file=file) for file in written if file]
    yield Heading(_("Where it is"))
    yield Bullets([_("tables: {folder}").format(folder=root / "tables"), *files])
    if lines := [line for line in following if line]:
        yield Heading(_("Next"))
        yield Commands(lines)
