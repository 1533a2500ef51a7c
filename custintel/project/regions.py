"""Rows in the order of a table's key, and where in a stored table a few changed rows belong."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, groupby
from pathlib import Path

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.project.row_groups import Groups, UnlikeError
from custintel.tables.patch import Patch
from custintel.tables.vocabulary import Table


def regions(table: Table, patch: Patch, path: Path, groups: Groups) -> list[int | pl.DataFrame]:
    """A stored table as ``patch`` makes it: the numbers of row groups that stay as they are, and the rows between them.

    Args:
        table: which table.
        patch: what changes in it.
        path: its file.
        groups: of that file.

    Raises:
        UnlikeError: nothing is stored, or the new rows bring a column that is not.
        CustintelError: two rows share a key, which is a fault of the program.
    """
    stored = pl.scan_parquet(path, glob=False)
    columns = stored.collect_schema().names()
    brought = [
        name for name in patch.rows.columns if name not in columns and patch.rows[name].null_count() < patch.rows.height
    ]
    if brought or not groups.heights:
        raise UnlikeError
    ends = pl.Series(accumulate(groups.heights), dtype=pl.UInt32)
    starts = ends - pl.Series(groups.heights, dtype=pl.UInt32)
    whose = _groups_of(table, patch.rows, stored, starts)
    hit = {*ends.search_sorted(patch.gone, side="right").to_list(), *whose.to_list()}
    found: list[int | pl.DataFrame] = []
    for changed, numbers in groupby(range(len(ends)), lambda number: number in hit):
        run = list(numbers)
        if not changed:
            found += run
            continue
        first, last = int(starts[run[0]]), int(ends[run[-1]])
        part = stored.slice(first, last - first).collect()
        rows = patch.rows.filter((whose >= run[0]) & (whose <= run[-1]))
        made = in_key_order(table, Patch(patch.gone, rows).within(table, part, first))
        found.append(table.fill(made).select(columns))
    return found


def _groups_of(table: Table, rows: pl.DataFrame, stored: pl.LazyFrame, starts: pl.Series) -> pl.Series:
    """The row group of each new row: by the key the last that does not begin after it; without a key the last."""
    if not table.key:
        return pl.Series([len(starts) - 1], dtype=pl.UInt32).new_from_index(0, rows.height)
    keys = stored.select(table.key)
    begins = pl.concat(pl.collect_all([keys.slice(start, 1) for start in starts.to_list()]))
    new = rows.select(*table.key, pl.int_range(pl.len(), dtype=pl.UInt32).alias("_row"))
    both = pl.concat([begins.with_columns(_row=pl.lit(None, pl.UInt32)), new])
    begun = pl.col("_row").is_null().cum_sum().cast(pl.Int64)
    placed = both.sort(*table.key, "_row", nulls_last=False).with_columns(_group=(begun - 1).clip(0).cast(pl.UInt32))
    return placed.filter(pl.col("_row").is_not_null()).sort("_row")["_group"]


def in_key_order(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` sorted by the key of ``table``; sorting is skipped when it already is.

    Raises:
        CustintelError: two rows share a key, which is a fault of the program.
    """
    if not table.key or _ascends(frame, table.key):
        return frame
    frame = frame.sort(table.key)
    if not _ascends(frame, table.key):
        twice = frame.filter(frame.select(table.key).is_duplicated()).select(table.key).head(1)
        if twice.height:
            raise CustintelError(
                _("Table {table} has two rows for the same thing.").format(table=table.name), seen=str(twice.row(0))
            )
    return frame


def _ascends(frame: pl.DataFrame, key: Sequence[str]) -> bool:
    ascends, level = pl.lit(False), pl.lit(True)
    for name in key:
        ascends = ascends | (level & (pl.col(name) > pl.col(name).shift()))
        level = level & (pl.col(name) == pl.col(name).shift())
    steps = frame.lazy().select(ascends.alias("ascends")).slice(1).collect()["ascends"]
    return steps.null_count() == 0 and bool(steps.all())
