"""The invoices of UCI Online Retail as lines: Daqing Chen, 2015, UCI Machine Learning Repository."""

from __future__ import annotations

from pathlib import Path

import polars as pl


def invoices(path: Path) -> pl.DataFrame:
    """Every line that was bought by somebody known, as :data:`custintel.goals.articles.LINES`."""
    frame = pl.read_parquet(path).filter(
        pl.col("CustomerID").is_not_null(), ~pl.col("InvoiceNo").str.starts_with("C"), pl.col("Quantity") > 0,
        pl.col("UnitPrice") > 0,
    )  # fmt: skip
    sku = pl.col("StockCode").str.to_uppercase()
    return frame.select(
        pl.col("InvoiceNo").alias("order_id"),
        pl.col("CustomerID").cast(pl.Int64).cast(pl.String).alias("customer_id"),
        pl.col("InvoiceDate").dt.date().alias("day"),
        sku.alias("article"),
        sku.alias("sku"),
        pl.col("Description").alias("name"),
        pl.lit(None, pl.String).alias("category"),
        pl.col("Quantity").alias("qty"),
        (pl.col("Quantity") * pl.col("UnitPrice") * 100).round().cast(pl.Int64).alias("net"),
    )
