"""Lines of an order in cells of its row, as WooCommerce writes them: ``name:Candle|sku:C-1|quantity:2|total:85.00``."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

PARTS = {"item.sku": "sku", "item.name": "name", "item.qty": "quantity", "item.net": "total", "_list": "sub_total"}
"""Column of a line -> the word before its colon."""


def with_lines(cells: pl.DataFrame, headers: Sequence[str]) -> pl.DataFrame:
    """One row per line instead of one per order; orders without lines keep their row.

    Args:
        cells: the rows of a sheet, as text.
        headers: the columns that hold a line each.

    Returns:
        ``cells`` without these columns and with ``item.sku``, ``item.name``, ``item.qty`` and ``item.net``; the cells
        of the order are repeated.
    """
    listed = cells.with_columns(_line=pl.concat_list(headers).list.drop_nulls()).drop(headers)
    each = listed.explode("_line", empty_as_null=True, keep_nulls=True)
    found = {
        column: pl.col("_line").str.extract(rf"(?:^|\|)\s*{word}:([^|]*)").str.strip_chars()
        for column, word in PARTS.items()
    }
    each = each.with_columns(pl.when(text != "").then(text).alias(column) for column, text in found.items())
    return each.with_columns(pl.coalesce("item.net", "_list").alias("item.net")).drop("_line", "_list")
