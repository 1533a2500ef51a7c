"""What a table is: its columns, their types and meaning, declared once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: as people query it.
        dtype: its Polars type.
        label: what it means, in English, marked for translation with ``N_``.
        nullable: whether a cell may be empty.
        optional: whether the whole column may be absent from a stored file, which then means that every cell is empty.
        unit: the unit of a number ("rows", "days"), empty when it has none.
    """

    name: str
    dtype: pl.DataType
    label: str
    nullable: bool = True
    optional: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """One Parquet table of a project folder.

    Attributes:
        name: file name without ``.parquet``.
        label: what a row is, in English, marked for translation.
        columns: in the order they are stored.
        key: the columns whose values no two rows share; rows are stored in their order. Empty when a row has no key
            of its own.
        written_by: the subcommand that writes it.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    written_by: str = ""
    _schema: pl.Schema = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_schema", pl.Schema({column.name: column.dtype for column in self.columns}))

    @property
    def schema(self) -> pl.Schema:
        """Names and types of every declared column."""
        return self._schema

    def column(self, name: str) -> Column:
        """The declaration of one column; ``KeyError`` when there is none of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def empty(self) -> pl.DataFrame:
        """A frame without rows and with every column."""
        return pl.DataFrame(schema=self._schema)

    def fill(self, frame: pl.DataFrame) -> pl.DataFrame:
        """``frame`` with the optional columns it lacks added as empty ones, in declared order."""
        missing = [
            pl.lit(None, c.dtype).alias(c.name) for c in self.columns if c.optional and c.name not in frame.columns
        ]
        return frame.with_columns(missing).select(self._schema.names())

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """``frame`` as it is stored: declared order and types, optional columns dropped when nothing is in them.

        Raises:
            CustintelError: a column is missing, unknown, of another type, or empty where it may not be. That is a
                fault of the program or of a file written by something else, so the message names table and column.
        """
        unknown = [name for name in frame.columns if name not in self._schema]
        missing = [c.name for c in self.columns if not c.optional and c.name not in frame.columns]
        if unknown or missing:
            raise CustintelError(
                _("Table {table} does not have the columns it should.").format(table=self.name),
                seen=_("missing: {missing}; not known: {unknown}").format(
                    missing=", ".join(missing) or "-", unknown=", ".join(unknown) or "-"
                ),
            )
        kept = [
            c
            for c in self.columns
            if c.name in frame.columns and not (c.optional and frame[c.name].null_count() == frame.height)
        ]
        frame = frame.select(pl.col(c.name).cast(c.dtype) for c in kept)
        empty = [c.name for c in kept if not c.nullable and frame[c.name].null_count()]
        if empty:
            raise CustintelError(
                _("Table {table} has empty cells where none may be.").format(table=self.name), seen=", ".join(empty)
            )
        return frame


def by_name(tables: Iterable[Table]) -> dict[str, Table]:
    """Tables by their names."""
    return {table.name: table for table in tables}
