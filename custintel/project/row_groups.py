"""Parquet files made of row groups of another file, byte for byte, and of new ones: what did not change is not read.

A Parquet file is row groups one after the other and a footer that says where the columns of each begin, so a row group
may be copied if the footer is told its new place (https://parquet.apache.org/docs/file-format/). The result is one
plain file that anything opens.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from custintel.project import compact_protocol as compact

MAGIC = b"PAR1"
_COPIED = 4_000_000
"""Bytes copied at a time."""

# Fields of the footer, of a row group, of a column of it, and of what is said about that column, by parquet.thrift.
_SCHEMA, _ROWS, _GROUPS, _NOTES = 2, 3, 4, 5
_COLUMNS, _GROUP_ROWS, _GROUP_AT, _ORDINAL = 1, 3, 5, 7
_COLUMN_AT, _ABOUT = 2, 3
_INDEXES = (4, 5, 6, 7)
_SIZE, _DATA_AT, _INDEX_AT, _DICTIONARY_AT, _BLOOM_AT, _BLOOM_SIZE = 7, 9, 10, 11, 14, 15


class UnlikeError(Exception):
    """The new rows cannot stand in one file with the old ones: other columns, or a file written by something else."""


@dataclass(frozen=True)
class Groups:
    """The row groups of a file.

    Attributes:
        path: the file.
        footer: what it says of itself.
    """

    path: Path
    footer: compact.Struct

    @classmethod
    def of(cls, path: Path) -> Groups:
        """The row groups of the file at ``path``; :class:`UnlikeError` when it is no Parquet file we understand."""
        with path.open("rb") as file:
            return cls(path, _footer(file))

    @property
    def heights(self) -> list[int]:
        """The rows of each."""
        return [group[_GROUP_ROWS] for group in self.footer[_GROUPS].values]


def write(
    target: BinaryIO,
    groups: Groups,
    parts: Sequence[int | pl.DataFrame],
    encode: Callable[[pl.DataFrame, io.BytesIO], None],
) -> None:
    """Write a file of row groups.

    Args:
        target: where.
        groups: of the file that parts come from.
        parts: in their order: the number of a row group to copy, or rows to write anew; at least one of these, which
            also gives the file its notes.
        encode: writes rows as a Parquet file of their own.

    Raises:
        UnlikeError: the rows are of other columns or types than the file.
    """
    written: list[compact.Struct] = []
    last: compact.Struct | None = None
    at = target.write(MAGIC)
    with groups.path.open("rb") as old:
        for part in parts:
            if isinstance(part, int):
                at = _copied(old, target, groups.footer[_GROUPS].values[part], at, written)
                continue
            encode(part, buffer := io.BytesIO())
            last = _footer(buffer)
            if compact.written(_of(last, _SCHEMA)) != compact.written(_of(groups.footer, _SCHEMA)):
                raise UnlikeError
            for group in last[_GROUPS].values:
                if group[_GROUP_ROWS]:
                    at = _copied(buffer, target, group, at, written)
    if last is None:
        raise UnlikeError
    last[_GROUPS] = compact.Sequence(compact.STRUCT, written)
    last[_ROWS] = sum(group[_GROUP_ROWS] for group in written)
    footer = compact.written(last)
    target.write(footer + len(footer).to_bytes(4, "little") + MAGIC)


def _of(footer: compact.Struct, number: int) -> compact.Struct:
    """One field of a footer alone."""
    return compact.Struct({number: footer.fields[number]})


def _footer(file: BinaryIO) -> compact.Struct:
    """The footer of a Parquet file; its last eight bytes are its length and the magic."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(size - 8, 0))
    tail = file.read(8)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or length > size - 12:
        raise UnlikeError
    file.seek(size - 8 - length)
    try:
        return compact.read(file.read(length))
    except (ValueError, IndexError) as error:
        raise UnlikeError from error


def _copied(source: BinaryIO, target: BinaryIO, group: compact.Struct, at: int, written: list[compact.Struct]) -> int:
    """Copy a row group to byte ``at`` of ``target`` and note it in ``written``; the byte after it."""
    columns = []
    begin = at
    for column in group[_COLUMNS].values:
        about = compact.Struct(dict(column[_ABOUT].fields))
        first = min(about[field] for field in (_DATA_AT, _INDEX_AT, _DICTIONARY_AT) if field in about)
        for field in (_DATA_AT, _INDEX_AT, _DICTIONARY_AT):
            if field in about:
                about[field] = about[field] - first + at
        for field in (_BLOOM_AT, _BLOOM_SIZE):
            about.fields.pop(field, None)
        moved = compact.Struct({n: field for n, field in column.fields.items() if n not in _INDEXES})
        moved[_COLUMN_AT] = 0  # what the format asks writers for
        moved[_ABOUT] = about
        columns.append(moved)
        _copy_bytes(source, target, first, about[_SIZE])
        at += about[_SIZE]
    moved = compact.Struct(dict(group.fields))
    moved[_COLUMNS] = compact.Sequence(compact.STRUCT, columns)
    if _GROUP_AT in moved:
        moved[_GROUP_AT] = begin
    if _ORDINAL in moved:
        moved[_ORDINAL] = len(written)
    written.append(moved)
    return at


def _copy_bytes(source: BinaryIO, target: BinaryIO, first: int, size: int) -> None:
    source.seek(first)
    while size:
        part = source.read(min(size, _COPIED))
        if not part:
            raise UnlikeError
        target.write(part)
        size -= len(part)
