"""Who bought which article, when and for how much: where every offer of an article begins."""

from __future__ import annotations

import polars as pl

from custintel.purchases.purchases import hundredths

# Lines that are charged and not bought: freight, fees, corrections, money on a card.
_CHARGED = (
    *("postage", "dotcom postage", "post", "shipping", "freight", "carriage", "delivery", "handling", "packaging"),
    *("manual", "discount", "coupon", "adjustment", "adjust bad debt", "samples?", "tip", "commission", "surcharge"),
    *("gift ?cards?", "gift vouchers?", "bank charges", "insurance", "fee"),
    *("env[ií]os?", "flete", "domicilio", "despacho", "manejo", "empaque", "descuento", "cup[oó]n", "ajuste"),
    *("muestras?", "propina", "comisi[oó]n", "recargo", "seguro", "bonos? de regalo", "tarjetas? de regalo"),
)
_CHARGE = rf"(?i)\A(?:\w+ (?:de |por )?)?(?:{'|'.join(_CHARGED)})(?: (?:fees?|charges?|costs?))?\z"

LINES = pl.Schema(
    {
        "order_id": pl.String(),
        "customer_id": pl.String(),
        "day": pl.Date(),
        "article": pl.String(),
        "sku": pl.String(),
        "name": pl.String(),
        "category": pl.String(),
        "qty": pl.Float64(),
        "net": pl.Int64(),
    }
)


def article() -> pl.Expr:
    """What tells articles apart: the sku, and where there is none the name; empty for what is charged, not bought."""
    charged = pl.col("name").str.strip_chars().str.contains(_CHARGE).fill_null(False)
    return pl.when(~charged).then(pl.coalesce("sku", "name")).alias("article")


def bought(items: pl.DataFrame, purchases: pl.DataFrame) -> pl.DataFrame:
    """Every line of a purchase of a known person that is an article, by day, order and article.

    Args:
        items: table order_items; order_id, sku, name, category, qty, net and discount are used.
        purchases: :attr:`custintel.purchases.purchases.Purchases.frame`.

    Returns:
        :data:`LINES`; ``net`` in hundredths, the line's discount taken off; ``name`` and ``category`` are those that
        most lines of the article have, so that they do not change from one to the next.
    """
    orders = purchases.filter("bought").select("order_id", "customer_id", "day")
    lines = items.filter(pl.col("qty") > 0).with_columns(article()).filter(pl.col("article").is_not_null())
    worth = hundredths("net") - hundredths("discount").fill_null(0)
    lines = lines.join(orders, on="order_id").with_columns(net=worth.fill_null(0))
    named = lines.group_by("article").agg(
        pl.col("sku").drop_nulls().first(), *(_usual(name).alias(name) for name in ("name", "category"))
    )
    lines = lines.drop("sku", "name", "category").join(named, on="article")
    return lines.select(LINES.names()).sort("day", "order_id", "article", "net", "qty")


def _usual(name: str) -> pl.Expr:
    """The value that most rows of a group have; of several the first by name."""
    return pl.col(name).drop_nulls().mode().sort().first()


def pairs(lines: pl.DataFrame) -> pl.DataFrame:
    """One row per customer and article: ``first_day``, ``last_day`` and ``times``, the days on which it was bought."""
    return (
        lines.group_by("customer_id", "article")
        .agg(
            first_day=pl.col("day").min(),
            last_day=pl.col("day").max(),
            times=pl.col("day").n_unique().cast(pl.Int32),
        )
        .sort("customer_id", "article")
    )
