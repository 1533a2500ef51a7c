"""What a file holds once it is read: a grid of cells, then a sheet with its header row found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from custintel import formats
from custintel.i18n import _

SKIPPED_SCHEMA = pl.Schema({"row": pl.UInt32, "reason": pl.String, "text": pl.String})
"""Rows that are not data: row as the person sees it, reason code (see ``layout.REASONS``), what is written there."""


@dataclass(frozen=True)
class Note:
    """Something the person should know about how a file was read.

    Attributes:
        code: stable, never translated.
        label: English sentence with ``{placeholders}``, marked with ``N_``.
        values: what the placeholders stand for.
    """

    code: str
    label: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        said = {n: formats.number(v) if isinstance(v, int) else v for n, v in self.values.items()}
        return _(self.label).format(**said)


@dataclass(frozen=True)
class Merge:
    """A block of merged cells, 1-based and inclusive, counted from the first row and column of the sheet."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet before anybody knows which row holds the headers.

    Attributes:
        cells: UInt32 column ``row`` (1-based as the person sees it), then one String column per column of the sheet;
            empty cells are null.
        first_column: which column of the sheet the first String column is, 1 for "A".
        merges: merged blocks of the sheet, where the format tells.
        skipped: rows that could not be laid into columns, in :data:`SKIPPED_SCHEMA`.
        notes: what reading them brought to light.
    """

    cells: pl.DataFrame
    first_column: int = 1
    merges: tuple[Merge, ...] = ()
    skipped: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SKIPPED_SCHEMA))
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One table of a file, every cell as text.

    Attributes:
        source: file name as the person calls it, ``stdin`` for ``-``.
        sheet: name of the sheet, empty for text files.
        file_hash: SHA-256 of the bytes of the file, in hexadecimal.
        header_row: 1-based, the last row of the headers; 0 when the file has none.
        frame: UInt32 column ``row``, then one String column per header, in order; empty cells are null, text is as in
            the file.
        headers: header texts made unique, the names of the String columns of ``frame``.
        skipped: rows that are not data, in :data:`SKIPPED_SCHEMA`, sorted by row.
        notes: what the person should know.
    """

    source: str
    sheet: str
    file_hash: str
    header_row: int
    frame: pl.DataFrame
    headers: tuple[str, ...]
    skipped: pl.DataFrame
    notes: tuple[Note, ...]
