"""The truth beside the files: which person each row is about, and what became of each order."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from people import Person

PERSON_COLUMNS = ("file", "sheet", "row", "kind", "person_id", "household_id")


@dataclass
class WhoIsWho:
    """Every row of every file with the person it is about.

    ``kind`` is ``person``, ``firm``, or why there is nobody: ``placeholder``, ``test``, ``header``, ``total``,
    ``note``, ``blank``; ``masked`` is a person whom the row does not name.
    """

    rows: list[tuple[str, str, int, str, str, str]] = field(default_factory=list)

    def note(self, file: str, sheet: str, row: int, person: Person | None, kind: str = "") -> None:
        """Note who row ``row`` (counted from 1, as a spreadsheet shows it) is about."""
        if person is None:
            self.rows.append((file, sheet, row, kind, "", ""))
        else:
            who = kind or ("firm" if person.firm else "person")
            self.rows.append((file, sheet, row, who, person.id, person.household))


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    above: Sequence[str] = (),
) -> None:
    """Write a delimited file, ``above`` as lines before its header; Windows line ends where it is for Excel (``;``)."""
    end = "\r\n" if delimiter == ";" else "\n"
    with path.open("w", encoding=encoding, newline="") as file:
        file.writelines(line + end for line in above)
        writer = csv.writer(file, delimiter=delimiter, lineterminator=end)
        writer.writerow(header)
        writer.writerows(rows)
