"""Which of a person's records are somebody else's: what was typed, as groups of records."""

from __future__ import annotations

from collections.abc import Sequence

from custintel.errors import UsageError
from custintel.i18n import _

MOST = 250_000
"""Pairs of records that one answer may part."""


def numbers(text: str, most: int) -> list[int]:
    """``2,3`` or ``2-4,7`` as numbers from 1 to ``most``, each once.

    Raises:
        UsageError: it is something else.
    """
    found: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        ends = (first, last if dash else first)
        if not all(end.isascii() and end.isdigit() and len(end) < 10 and 1 <= int(end) <= most for end in ends):
            raise UsageError(
                _("There is no record of this number."),
                seen=f"--rows {text}",
                hint=_("Write numbers from 1 to {most}, for example 2,3 or 2-4.").format(most=most),
            )
        found.update(range(int(ends[0]), int(ends[1]) + 1))
    return sorted(found)


def groups(records: Sequence[str], others: Sequence[str]) -> list[list[str]]:
    """The records that stay, and those that are somebody else's.

    Raises:
        UsageError: none would stay, none would leave, or one is not among ``records``.
    """
    strange = [record for record in others if record not in records]
    if strange:
        raise UsageError(
            _("This record is not this person's."),
            seen=", ".join(strange),
            hint=_("It must be one of: {records}").format(records=", ".join(records)),
        )
    stay = [record for record in records if record not in others]
    if not stay:
        raise UsageError(
            _("Not all records can be somebody else's: one must stay."),
            hint=_("With --all every record becomes a person of its own."),
        )
    return [stay, [record for record in records if record in others]]


def alone(records: Sequence[str]) -> list[list[str]]:
    """Every record by itself.

    Raises:
        UsageError: they are too many for that.
    """
    if len(records) * (len(records) - 1) // 2 > MOST:
        raise UsageError(
            _("This person has too many records to part each from each."),
            seen=str(len(records)),
            hint=_("What they share is probably nobody's own: clean again with --placeholder VALUE, or use --rows."),
        )
    return [[record] for record in records]
