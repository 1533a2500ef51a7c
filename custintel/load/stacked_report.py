"""Reports of Google Analytics 4 as CSV: remarks after ``#`` with the dates, then tables below each other."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from custintel.sheets.encoding import decode
from custintel.sheets.layout import arrange
from custintel.sheets.source import Grid, Sheet

_DATE = re.compile(r"^#.*?(start|inicio|end|fin).*?:\s*(\d{8}|\d{4}-\d{2}-\d{2})\s*$", re.IGNORECASE)
_LOOKED_AT = 4096
_FIRST_WORDS = ("start", "inicio")


@dataclass(frozen=True)
class Block:
    """One table of a report, and the first and last day that the remarks above it name."""

    sheet: Sheet
    period: tuple[dt.date, dt.date] | None


def is_report(data: bytes) -> bool:
    """Whether a file begins with the remarks of a report."""
    head = decode(data[:_LOOKED_AT])[0].lstrip("\ufeff")
    lines = head.splitlines()
    return bool(lines) and lines[0].startswith("#") and any(_DATE.match(line.rstrip(", ")) for line in lines)


def blocks(data: bytes, *, source: str, known: Collection[str] = ()) -> list[Block]:
    """The tables of a report; rows are numbered as lines of the file.

    Args:
        data: the bytes of the file.
        source: its name.
        known: header words that help to find headers.
    """
    text = decode(data)[0].lstrip("\ufeff")
    file_hash = hashlib.sha256(data).hexdigest()
    found: list[Block] = []
    days: dict[str, dt.date] = {}
    held: list[tuple[int, str]] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.strip() and not line.startswith("#"):
            held.append((number, line))
            continue
        if held:
            sheet = _sheet(held, source, len(found) + 1, file_hash, known)
            found.append(Block(sheet, (days["first"], days["last"]) if len(days) == 2 else None))
            held = []
        if said := _DATE.match(line.rstrip(", ")):
            which = "first" if said.group(1).lower() in _FIRST_WORDS else "last"
            days[which] = dt.date.fromisoformat(said.group(2))
    return found


def _sheet(held: Sequence[tuple[int, str]], source: str, number: int, file_hash: str, known: Collection[str]) -> Sheet:
    rows = list(csv.reader(line for _, line in held))
    width = max(map(len, rows))
    columns = {
        f"c{at}": pl.Series([row[at] or None if at < len(row) else None for row in rows], dtype=pl.String)
        for at in range(width)
    }
    cells = pl.DataFrame({"row": pl.Series([at for at, _ in held], dtype=pl.UInt32), **columns})
    name = "" if number == 1 else str(number)
    return arrange(Grid(cells), source=source, sheet=name, file_hash=file_hash, header_row=held[0][0], known=known)
