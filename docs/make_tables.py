"""Make ``docs/tables.md`` from the declared tables: ``python docs/make_tables.py``. A test compares the two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from custintel.tables import TABLES
from custintel.tables.vocabulary import Column, Table

PAGE = Path(__file__).parent / "tables.md"
HEAD = """\
# The tables of a project

<!-- Made by docs/make_tables.py from custintel/tables. Do not edit: run it again. -->

Each table is one Parquet file, `tables/NAME.parquet`, that Power BI, DuckDB, Python and R open as it is. Tables are
joined by `record_id` (one row of one of your files) and `customer_id` (one person).

- **empty?** says whether a cell may be empty. Empty always means *unknown*: never "no", never zero.
- A column marked *if any* is left out of the file when every cell of it would be empty.
- A date and time carries no time zone: it is what your file says.

How files become the tables that `ci load` writes: [load.md](load.md).
"""
NAMES: dict[type[pl.DataType] | pl.DataType, str] = {
    pl.String: "text",
    pl.Boolean: "true or false",
    pl.Date: "date",
    pl.Datetime: "date and time",
    pl.Float64: "number",
    pl.Int32: "whole number",
    pl.Int64: "whole number",
    pl.UInt32: "whole number",
}
ALIKE = 2
"""This many optional columns of one type and one meaning are written as one line."""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(part for table in TABLES.values() for part in section(table))


def section(table: Table) -> Iterator[str]:
    """One table: what a row is, its key, its columns."""
    yield f"\n## {table.name}\n\n{table.label}\n\n"
    yield f"Written by `ci {table.written_by}`. "
    yield f"Sorted by {names(table.key)}, which no two rows share.\n\n" if table.key else "Its rows have no key.\n\n"
    yield "| column | type | empty? | meaning |\n|---|---|---|---|\n"
    alike: dict[tuple[str, pl.DataType], list[str]] = {}
    for column in table.columns:
        if column.optional:
            alike.setdefault((column.label, column.dtype), []).append(column.name)
    together = {key for key, members in alike.items() if len(members) >= ALIKE}
    for column in table.columns:
        if (column.label, column.dtype) not in together or not column.optional:
            yield line(names([column.name]), column)
    for column in table.columns:
        key = (column.label, column.dtype)
        if column.optional and key in together and alike[key][0] == column.name:
            yield line(names(alike[key]), column)


def line(shown: str, column: Column) -> str:
    """One line of a table of columns."""
    empty = "if any" if column.optional else "yes" if column.nullable else "no"
    return f"| {shown} | {type_name(column.dtype)} | {empty} | {escaped(column.label)} |\n"


def escaped(text: str) -> str:
    """Text that says the same inside a table of Markdown."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


def names(columns: list[str] | tuple[str, ...]) -> str:
    """Column names as code."""
    return ", ".join(f"`{name}`" for name in columns)


def type_name(dtype: pl.DataType) -> str:
    """A type in words."""
    if isinstance(dtype, pl.Enum):
        return "one of " + names(dtype.categories.to_list())
    if isinstance(dtype, pl.List):
        return "list of texts" if dtype.inner == pl.String else f"list of {type_name(dtype.inner)}"
    if isinstance(dtype, pl.Decimal):
        return f"money, {dtype.scale} decimals"
    return NAMES[type(dtype)]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
