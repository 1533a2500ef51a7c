"""Amounts of lines that a sheet with a row per line writes where others write those of the order."""

from __future__ import annotations

import polars as pl

from custintel.tables.records import MONEY

_OF_LINE = {"total": "item.net", "gross": "item.net", "discount": "item.discount", "tax": "item.tax"}
"""Column of an order -> what it is when it is of the line."""
_ARTICLE = ("item.sku", "item.name")
_SHARE = 1.0
"""Discounts that are all at most this, and not all whole, are shares of the price and no amounts."""


def of_lines(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """``rows`` with the amounts that differ among the lines of most orders as amounts of lines; and their names.

    An order has one total: where each row names an article, and most orders of several articles have several totals,
    these are of the articles. Where totals are, so are the discount and the tax beside them.

    Args:
        rows: ``number``, and any columns of orders and lines; typed.

    Returns:
        The rows, and the columns of orders that were of lines.
    """
    articles = [name for name in _ARTICLE if name in rows.columns]
    if not articles or not rows.select(pl.any_horizontal(pl.col(name).is_not_null() for name in articles).all()).item():
        return rows, []
    found = [name for name in _OF_LINE if name in rows.columns and _differs(rows, name)]
    if {"total", "gross"} & set(found):
        found += [name for name in ("discount", "tax") if name in rows.columns and name not in found]
    renamed: dict[str, str] = {}
    for name in found:
        if _OF_LINE[name] not in (*rows.columns, *renamed.values()):
            renamed[name] = _OF_LINE[name]
    rows = rows.drop(name for name in found if name not in renamed).rename(renamed)
    return with_amounts_off(rows), found


def with_amounts_off(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with discounts of lines that are shares of the price (0.2) as the amount that was taken off.

    Only where the amount after the discount is known: what was taken off a price of 100 that came to 80 is 20.
    """
    if "item.discount" not in rows.columns or "item.net" not in rows.columns:
        return rows
    share = pl.col("item.discount").cast(pl.Float64).abs()
    shares = rows.select((share.max() <= _SHARE) & (share != share.round()).any() & (share < 1).any()).item()
    if not shares:
        return rows
    off = pl.when(share < 1).then(pl.col("item.net").cast(pl.Float64) * share / (1 - share))
    return rows.with_columns(off.round(2).cast(MONEY, strict=False).alias("item.discount"))


def _differs(rows: pl.DataFrame, name: str) -> bool:
    """Whether most orders with several values have different ones."""
    known = rows.drop_nulls(name).group_by("number").agg(rows=pl.len(), values=pl.col(name).n_unique())
    several = known.filter(pl.col("rows") > 1)
    return several.filter(pl.col("values") > 1).height * 2 > several.height
