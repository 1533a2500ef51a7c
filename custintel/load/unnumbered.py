"""Numbers for the orders of sheets that have none: lists of sales with a date, an amount and a buyer."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import blake2b

import polars as pl

from custintel.fields import name
from custintel.tables.orders import PERSON
from custintel.tables.records import MONEY

AMOUNTS = ("total", "item.unit_price", "item.net")
ARTICLE = ("item.sku", "item.name")
_BUYER = ("contact_document", "contact_email", "contact_phone", "customer_number", "contact_name")
"""What tells buyers apart, the surest first: of each row the first that it says."""
_OF_LINE = {"total": "item.net", "discount": "item.discount", "tax": "item.tax"}
_MARK = "\x1f"


def lists_sales(columns: Collection[str], *, said: bool = False) -> bool:
    """Whether a sheet without numbers of orders has what orders can be told by.

    Args:
        columns: that the sheet brings.
        said: whether somebody says that these are orders; else an article or a way to pay has to say so.
    """
    if not {"number", "invoice"}.isdisjoint(columns) or "ordered_at" not in columns:
        return False
    about = not {*PERSON, "first_name"}.isdisjoint(columns) and not set(AMOUNTS).isdisjoint(columns)
    return about and (said or not {*ARTICLE, "payment_method"}.isdisjoint(columns))


def with_own_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with ``number``: the day and a mark that is the same in every export.

    Rows of one buyer at one moment (on one day, where there are no hours) are one order, and their totals are of their
    lines. A row that names no article, or nobody, is an order of its own; of several that say the same, the first is
    the first of every export.

    Args:
        rows: typed, with ``ordered_at`` and its hour.
    """
    buyer, several = _buyer(rows), _several(rows)
    said = [column for column in (*_OF_LINE, *AMOUNTS, *ARTICLE, "item.qty") if column in rows.columns]
    alone = pl.concat_str([pl.col(c).cast(pl.String).fill_null("") for c in dict.fromkeys(said)], separator=_MARK)
    at = pl.col("ordered_at").cast(pl.String)
    rows = rows.with_columns(_buyer=buyer, _several=several & buyer.is_not_null())
    rows = rows.with_columns(_key=pl.concat_str(at, pl.col("_buyer").fill_null(""), separator=_MARK))
    rows = rows.with_columns(
        _key=pl.when("_several").then("_key").otherwise(pl.concat_str("_key", alone, separator=_MARK))
    )
    nth = pl.int_range(pl.len()).over("_key").cast(pl.String)
    rows = rows.with_columns(
        _key=pl.when("_several").then("_key").otherwise(pl.concat_str("_key", nth, separator=_MARK))
    )
    keys = rows["_key"].drop_nulls().unique()
    marks = pl.Series([blake2b(text.encode(), digest_size=6).hexdigest() for text in keys], dtype=pl.String)
    mark = pl.col("_key").replace_strict(keys, marks, default=None, return_dtype=pl.String)
    rows = rows.with_columns(number=pl.concat_str(pl.col("ordered_at").dt.strftime("%Y%m%d"), mark, separator="-"))
    return _with_amounts_of_lines(rows, several).drop("_buyer", "_several", "_key")


def _buyer(rows: pl.DataFrame) -> pl.Expr:
    """Whose a row is, as text; null for nobody, such as a consumer in general."""
    told = [pl.col(column) for column in _BUYER if column in rows.columns and column != "contact_name"]
    parts = [pl.col(c).fill_null("") for c in ("contact_name", "first_name", "last_name") if c in rows.columns]
    if parts:
        whole = pl.concat_str(parts, separator=" ").str.strip_chars()
        names = rows.select(raw=whole)["raw"].unique().drop_nulls()
        names = names.filter(names != "")
        usable = name.normalise_full(pl.DataFrame({"raw": names}), order="given_first")["value"].is_not_null()
        told.append(pl.when(whole.is_in(names.filter(usable).implode())).then(whole.str.to_lowercase()))
    return pl.coalesce(told) if told else pl.lit(None, pl.String)


def _several(rows: pl.DataFrame) -> pl.Expr:
    """Whether a row names an article."""
    named = [pl.col(column).is_not_null() for column in ARTICLE if column in rows.columns]
    return pl.any_horizontal(named) if named else pl.lit(False)


def _with_amounts_of_lines(rows: pl.DataFrame, several: pl.Expr) -> pl.DataFrame:
    """Amounts of rows with an article as those of the line, unless prices show that the total of orders is repeated."""
    if _repeats_totals(rows):
        return rows
    for column, line in _OF_LINE.items():
        if column in rows.columns and line not in rows.columns:
            rows = rows.with_columns(
                pl.when(several).then(column).cast(MONEY).alias(line), pl.when(~several).then(column).alias(column)
            )
    return rows


def _repeats_totals(rows: pl.DataFrame) -> bool:
    """Whether most orders of several rows say one total on all of them that is not what their rows are worth."""
    if not {"total", "item.unit_price"} <= set(rows.columns):
        return False
    qty = pl.col("item.qty").cast(pl.Float64).fill_null(1.0) if "item.qty" in rows.columns else pl.lit(1.0)
    other = (pl.col("total").cast(pl.Float64) - qty * pl.col("item.unit_price").cast(pl.Float64)).abs() > 1
    known = rows.filter("_several").drop_nulls("total").with_columns(_other=other)
    each = known.group_by("number").agg(n=pl.len(), one=pl.col("total").n_unique() == 1, other=pl.col("_other").any())
    several = each.filter(pl.col("n") > 1)
    return bool(several.select((pl.col("one") & pl.col("other")).sum()).item() * 2 > several.height)
