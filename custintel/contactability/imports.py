"""What files bring that makes the answers truer: reports, suppression lists, registers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from custintel.contactability import feedback, outcomes
from custintel.contactability.feedback import Feedback
from custintel.contactability.notices import Notices, register, suppressions
from custintel.sheets.source import Sheet
from custintel.tables import FEEDBACK, NOTICES


@dataclass(frozen=True)
class Brought:
    """What one sheet brought.

    Attributes:
        source: name of the file.
        report: what it was taken for: the code of a report, ``suppressions`` or ``register``.
        taken: events or notices.
        left_out: rows that brought nothing, each with the reason.
        unrecognised: words of a report that no list holds, and how many rows say them.
    """

    source: str
    report: str
    taken: pl.DataFrame
    left_out: pl.DataFrame
    unrecognised: pl.DataFrame | None = None


@dataclass(frozen=True)
class Files:
    """The sheets that were given, with the code that was written before the name of each file, if any.

    Attributes:
        reports: of ``--feedback``.
        suppressed: of ``--suppress``.
        registers: of ``--register``.
    """

    reports: Sequence[tuple[Sheet, str | None]] = ()
    suppressed: Sequence[Sheet] = ()
    registers: Sequence[tuple[Sheet, str | None]] = ()

    def __bool__(self) -> bool:
        return bool(self.reports or self.suppressed or self.registers)


def brought(files: Files, *, now: dt.datetime, country: str | None, zone: str | None) -> list[Brought]:
    """Read every sheet.

    Args:
        files: the sheets.
        now: naive, in the project's time zone.
        country: of numbers that do not say theirs.
        zone: IANA name.

    Raises:
        CustintelError: a sheet is not what it was given as.
    """
    return list(_brought(files, now, country, zone))


def _brought(files: Files, now: dt.datetime, country: str | None, zone: str | None) -> Iterator[Brought]:
    for sheet, code in files.reports:
        told: Feedback = feedback.feedback(sheet, imported_at=now, report=code, country=country, zone=zone)
        yield Brought(sheet.source, told.report, told.events, told.left_out, told.unrecognised)
    for sheet in files.suppressed:
        found: Notices = suppressions(sheet, as_of=now.date(), country=country, zone=zone)
        yield Brought(sheet.source, "suppressions", found.notices, found.left_out)
    for sheet, code in files.registers:
        found = register(sheet, as_of=now.date(), which=code, country=country, zone=zone)
        yield Brought(sheet.source, "register", found.notices, found.left_out)


def merged(stored: pl.DataFrame, new: Sequence[Brought], table: object) -> pl.DataFrame:
    """The table ``feedback`` or ``notices`` with what the files brought; the same file again changes nothing."""
    for part in new:
        if table is FEEDBACK and part.taken.schema == FEEDBACK.schema:
            stored = feedback.merged(stored, part.taken)
        if table is NOTICES and part.taken.schema == NOTICES.schema:
            stored = outcomes.merged_notices(stored, part.taken)
    return stored
