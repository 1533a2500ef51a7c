"""What people look at on the website, and what articles are: their categories and names."""

from __future__ import annotations

import polars as pl


def categories_of(items: pl.LazyFrame, products: pl.LazyFrame) -> pl.DataFrame:
    """sku and the category it usually has: that of the list of products, else the most frequent of the lines."""
    listed = products.select("sku", "category").drop_nulls().with_columns(n=pl.lit(1 << 40, pl.Int64))
    sold = (
        items.select("sku", "category").drop_nulls().group_by("sku", "category").agg(pl.len().cast(pl.Int64).alias("n"))
    )
    both = pl.concat([listed, sold]).sort("sku", "n", "category", descending=[False, True, False])
    return both.unique("sku", keep="first", maintain_order=True).select("sku", "category").collect()


def browsed(events: pl.LazyFrame, categories: pl.DataFrame) -> pl.DataFrame:
    """customer_id, session_id, ``value`` (category) and ``day``, each category of a visit once.

    Args:
        events: table events; what does not count (robots, own people) is left out.
        categories: sku and category.
    """
    seen = events.filter(
        pl.col("customer_id").is_not_null(),
        pl.col("session_id").is_not_null(),
        pl.col("excluded").is_null(),
        ~pl.col("bot"),
        pl.col("sku").is_not_null() | pl.col("category").is_not_null(),
        ~pl.col("event").is_in(["purchase", "refund"]),
    ).select("customer_id", "session_id", "sku", "category", day=pl.col("ts").dt.date())
    told = seen.join(categories.lazy().rename({"category": "shelf"}), on="sku", how="left")
    named = told.select("customer_id", "session_id", "day", value=pl.coalesce("category", "shelf"))
    by = ("customer_id", "session_id", "value")
    return named.drop_nulls("value").group_by(by).agg(pl.col("day").max()).collect()


def article_names(items: pl.LazyFrame, products: pl.LazyFrame, skus: pl.Series) -> dict[str, str]:
    """The names of some articles: that of the list of products, else the most frequent of the lines."""
    wanted = pl.col("sku").is_in(skus.implode())
    listed = products.filter(wanted).select("sku", "name").drop_nulls().with_columns(n=pl.lit(1 << 40, pl.Int64))
    lines = items.select(sku=pl.coalesce("sku", "name"), name="name").filter(wanted).drop_nulls()
    sold = lines.group_by("sku", "name").agg(pl.len().cast(pl.Int64).alias("n"))
    both = pl.concat([listed, sold]).sort("sku", "n", "name", descending=[False, True, False])
    return dict(both.unique("sku", keep="first", maintain_order=True).select("sku", "name").collect().iter_rows())
