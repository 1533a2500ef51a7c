"""The orders of known people as they are counted: people are numbers, words are codes, money is hundredths."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import polars as pl

from custintel.purchases.purchases import Purchases, hundredths, purchases

WORDS = ("origin", "store_id", "channel", "city", "region", "country")
"""Columns of text that many orders share: four bytes each."""
CARRIED = (
    *("payment_method", "sale_channel", *WORDS, "installments", "has_coupon"),
    *("discounted", "shipped_free", "refunded", "gross", "discount", "currency"),
)
"""What is carried along from the table of orders, or from what is made of it in :func:`read_orders`."""


@dataclass(frozen=True)
class Numbers:
    """The numbers of people: their places in the sorted list of customer_id."""

    ids: pl.Series

    def of(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """``frame`` with ``person`` beside customer_id; rows of people who are not among them are dropped."""
        return frame.join(self._known(), on="customer_id", how="inner", maintain_order="left")

    def beside(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """``frame`` with ``person``, empty for people who are not among them."""
        return frame.join(self._known(), on="customer_id", how="left", maintain_order="left")

    def _known(self) -> pl.LazyFrame:
        return pl.LazyFrame({"customer_id": self.ids.cast(pl.String)}).with_row_index("person")


def numbers_of(customers: pl.DataFrame, orders: pl.LazyFrame) -> Numbers:
    """Everybody who has a card or an order."""
    whose = pl.concat([customers.lazy().select("customer_id"), orders.select("customer_id")])
    return Numbers(whose.drop_nulls().unique().sort("customer_id").collect()["customer_id"])


def read_orders(orders: pl.LazyFrame, people: Numbers) -> pl.DataFrame:
    """The columns of orders that count here; ``customer_id`` is the number of the person."""
    needed = orders.select(
        "order_id",
        "customer_id",
        "ordered_at",
        "status",
        "total",
        "net_revenue",
        "payment_method",
        "sale_channel",
        pl.col("currency", *WORDS).cast(pl.Categorical),
        pl.col("installments").cast(pl.Int16, strict=False),
        pl.col("coupon").is_not_null().alias("has_coupon"),
        (pl.col("discount") > 0).alias("discounted"),
        (pl.col("shipping_charged") <= 0).alias("shipped_free"),
        (pl.col("refunded") > 0).fill_null(False).alias("refunded"),
        hundredths("gross").alias("gross"),
        hundredths("discount").alias("discount"),
    )
    return people.beside(needed).drop("customer_id").rename({"person": "customer_id"}).collect()


def known_orders(
    orders: pl.DataFrame, margins: pl.DataFrame, currency: str, as_of: dt.date | None
) -> tuple[Purchases, pl.DataFrame]:
    """Every order of a known person that was for something.

    Args:
        orders: as :func:`read_orders` gives them.
        margins: table order_margins.
        currency: of money, where no costs have been counted.
        as_of: the last day that counts.

    Returns:
        What :func:`custintel.purchases.purchases.purchases` says of them, without the orders; and these: person,
        order_id, ordered_at, day, status, ``bought``, ``net`` (hundredths of the currency; empty when it cannot be
        counted in it), ``counts`` (whether its prices are in the currency), ``goods`` after discount (empty where they
        are not), and :data:`CARRIED` but the currency.
    """
    found = purchases(orders, margins, currency=currency, as_of=as_of, keep=("total", *CARRIED), foreign=True)
    same = (pl.col("currency").cast(pl.String) == found.currency).fill_null(True)
    frame = found.frame.lazy().filter(pl.col("total") > 0)
    told = frame.select(
        pl.col("customer_id").alias("person"),
        pl.col("status").cast(pl.Categorical),
        *("order_id", "ordered_at", "day", "bought", "net"),
        *(name for name in CARRIED if name != "currency"),
        same.alias("counts"),
        pl.when(same).then(pl.col("gross") - pl.col("discount").fill_null(0)).alias("goods"),
    ).collect()
    return replace(found, frame=found.frame.clear()), told
