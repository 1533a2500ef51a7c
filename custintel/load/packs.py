"""Sales of several articles in one parcel, written as a row for the whole and a row per article below it."""

from __future__ import annotations

import polars as pl

_YES = r"(?i)^\s*(?:s[ií]|yes|sim)\b"


def gathered(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the articles of a pack the number of their pack.

    The row of a pack says that it is one and names no article; its articles follow until their units add up to those
    of the pack. Other rows without amounts are articles of the sale above.

    Args:
        rows: ``number``, ``gross``, ``pack``, ``item.qty``, ``item.sku``, ``item.name``; in the order of the file.

    Returns:
        ``rows`` with ``number`` of the sale, null for an article above all sales, and ``_parent``: whether a row is
        that of a whole pack. Articles of packs lose their amounts, which the pack has.
    """
    absent = [name for name in ("pack", "item.sku", "item.name") if name not in rows.columns]
    rows = rows.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    article = pl.col("item.sku").is_not_null() | pl.col("item.name").is_not_null()
    parent = (pl.col("pack").str.contains(_YES) & ~article).fill_null(False)
    rows = rows.with_columns(_parent=parent)
    child = _children(rows) | rows.select(pl.col("gross").is_null() & ~pl.col("_parent")).to_series()
    own = pl.when(~pl.lit(child)).then("number")
    amounts = [name for name, dtype in rows.schema.items() if dtype.is_decimal() and not name.startswith("item.")]
    return rows.with_columns(
        own.forward_fill().alias("number"), *(pl.when(~pl.lit(child)).then(name).alias(name) for name in amounts)
    )


def _children(rows: pl.DataFrame) -> pl.Series:
    """Whether a row is an article of the pack above it, by counting units."""
    if not rows["_parent"].any():
        return rows["_parent"]
    left, found = 0.0, []
    for parent, units in zip(rows["_parent"], rows["item.qty"].fill_null(1.0), strict=True):
        found.append(not parent and left > 0)
        left = units if parent else max(left - units, 0.0) if left > 0 else 0.0
    return pl.Series(found, dtype=pl.Boolean)
