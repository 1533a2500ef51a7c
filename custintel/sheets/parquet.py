"""Parquet tables as a grid of text: what programs and data warehouses export, read like any other sheet."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.sheets.content import damaged
from custintel.sheets.source import Grid

MOST_CELLS = 300_000_000
"""Cells that are read as text at once; a file of a few kilobytes can declare any number of equal rows."""
_NAMED = 8
"""Columns named in an error."""
_EXACT = 2**53
_MIDNIGHT = r"^(\d{4}-\d\d-\d\d) 00:00:00$"
_FRACTION_OF_NOTHING = r"\.0+$"
_LIKE_THOUSANDS = r"^(-?\d{1,3}\.\d{3})$"


def read_parquet(data: bytes, source: str) -> Grid:
    """The rows of a Parquet file below a row of its column names, as they would stand in a spreadsheet.

    Args:
        data: the bytes of the file.
        source: its name, for messages.

    Raises:
        CustintelError: it is damaged, holds lists or records, or declares more cells than anybody has.
    """
    schema, rows = _described(data, source)
    nested = [name for name, dtype in schema.items() if dtype.is_nested() or dtype in (pl.Object, pl.Unknown)]
    if nested:
        raise _no_cells(source, nested)
    if rows * max(1, len(schema)) > MOST_CELLS:
        raise CustintelError(
            _("{file} has more cells than can be read at once.").format(file=source),
            seen=_("{rows} rows, {columns} columns").format(rows=rows, columns=len(schema)),
            hint=_("Export it in parts, or with the columns that are needed."),
        )
    try:
        frame = pl.read_parquet(io.BytesIO(data), use_pyarrow=False)
    except (pl.exceptions.PolarsError, OSError) as problem:
        raise damaged(source, str(problem).partition("\n")[0]) from None
    if bytes_only := [name for name in frame.columns if frame.schema[name] == pl.Binary and not _is_text(frame[name])]:
        raise _no_cells(source, bytes_only)
    columns = [cells_of(frame[name]).alias(f"column_{at}") for at, name in enumerate(frame.columns)]
    head = pl.DataFrame({f"column_{at}": [name] for at, name in enumerate(frame.columns)}, orient="col")
    cells = pl.concat([head, pl.DataFrame(columns)], rechunk=False) if columns else head
    return Grid(cells.with_row_index("row", offset=1))


def _described(data: bytes, source: str) -> tuple[Mapping[str, pl.DataType], int]:
    """The columns of a Parquet file and how many rows it says it has, read from its end."""
    try:
        rows = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()
        return pl.read_parquet_schema(io.BytesIO(data)), int(rows)
    except (pl.exceptions.PolarsError, OSError) as problem:
        raise damaged(source, str(problem).partition("\n")[0]) from None


def _no_cells(source: str, columns: Sequence[str]) -> CustintelError:
    return CustintelError(
        _("{file} holds lists, records or bytes inside cells, and a table has one value per cell.").format(file=source),
        seen=_("columns: {columns}").format(columns=", ".join(columns[:_NAMED])),
        hint=_("Export it without those columns, or with one column per value."),
    )


def _is_text(column: pl.Series) -> bool:
    """Whether bytes are all text, which some programs store without saying so."""
    try:
        column.cast(pl.String)
    except pl.exceptions.ComputeError:
        return False
    return True


def columns_of(data: bytes) -> frozenset[str]:
    """The names of the columns of a Parquet file; none when it cannot be read."""
    try:
        return frozenset(pl.read_parquet_schema(io.BytesIO(data)))
    except (pl.exceptions.PolarsError, OSError):
        return frozenset()


def cells_of(column: pl.Series) -> pl.Series:
    """The values of a column as text that says the same whatever the country: ISO dates, decimal points, whole
    numbers without a fraction; not-a-number is nothing.
    """
    dtype = column.dtype
    if dtype.is_float():
        return _numbers(column)
    if dtype.is_decimal():
        return _unlike_thousands(column.cast(pl.String))
    if isinstance(dtype, pl.Datetime):
        return _moments(column, dtype)
    if dtype == pl.Duration:
        return column.dt.total_seconds(fractional=True).cast(pl.String)
    return column.cast(pl.String)


def _numbers(column: pl.Series) -> pl.Series:
    """Floats: a column of whole ones, as that of a number with gaps, is of whole numbers."""
    known = column.fill_nan(None)
    whole = (known == known.round()) & (known.abs() < _EXACT)
    if whole.fill_null(True).all():
        return known.cast(pl.Int64).cast(pl.String)
    text = known.cast(pl.Float64).cast(pl.String)
    if text.str.contains("e", literal=True).any():
        written = {value: f"{Decimal(value):f}" for value in text.unique().drop_nulls() if "e" in value}
        text = text.replace(written)
    return _unlike_thousands(text)


def _unlike_thousands(text: pl.Series) -> pl.Series:
    """Numbers whose three decimals cannot be taken for thousands."""
    return text.str.replace(_LIKE_THOUSANDS, "${1}0")


def _moments(column: pl.Series, dtype: pl.Datetime) -> pl.Series:
    """Moments to the microsecond, with their offset where they have a zone; without an hour when all is midnight."""
    zone = "%:z" if dtype.time_zone else ""
    text = column.dt.to_string(f"%Y-%m-%d %H:%M:%S%.6f{zone}")
    text = text.str.replace(r"\.000000", "")
    return text.str.replace(_MIDNIGHT, "${1}")
