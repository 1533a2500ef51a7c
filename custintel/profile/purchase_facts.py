"""What each purchase and each of its lines says: the traits of orders, before they are counted by person.

Everything is a purchase, neither refused, returned nor cancelled, unless it says otherwise; people and orders are
numbers. Money is hundredths of the one currency; of orders in other currencies it is empty, all else counts.
"""

from __future__ import annotations

import polars as pl

PARTS = {
    **dict.fromkeys(range(6), "night"),
    **dict.fromkeys(range(6, 12), "morning"),
    **dict.fromkeys(range(12, 18), "afternoon"),
    **dict.fromkeys(range(18, 24), "evening"),
}
"""The part of the day of every hour."""
SEASONS = {month: f"q{(month + 2) // 3}" for month in range(1, 13)}
"""The quarter of every month."""
UNTIMED = 0.01
"""Share of the orders of a shop at exactly 00:00:00 from which these are taken for orders of an unknown hour: of
orders at any second, one in 86,400 is."""
CHEAP, DEAR = 0.8, 1.25
"""Price over the category's usual one, below and above which it is low or high."""
BELOW_USUAL = 0.95
"""Price over the article's usual one, below which it counts as bought cheaply."""
USUAL_FROM = 5
"""Lines from which an article or a category has a usual price."""
CARRIED = (
    *("origin", "currency", "discount", "gross", "shipping_charged", "payment_method", "installments", "coupon"),
    *("sale_channel", "store_id", "channel", "city", "region", "country", "refunded", "total"),
)
"""The columns of orders that say something about a habit."""


def order_traits(orders: pl.DataFrame) -> pl.DataFrame:
    """One row per order with what it says, empty where nothing does.

    Args:
        orders: person, ordered_at, day and :data:`CARRIED`, as the tables have them.

    Returns:
        ``orders`` and, as codes: ``hour`` (0 to 23; empty where the shop gives dates without a time), ``weekday``
        (1 Monday to 7), ``month``, ``parts`` (number of payments), ``payday`` (Boolean: the 15th or the last day of the
        month, or one of the two days after); and Booleans ``with_coupon``, ``discounted``, ``shipped_free``. A shop of
        whose orders not one carries a coupon does not say whether there was one.
    """
    at, day = pl.col("ordered_at"), pl.col("day")
    midnight = at.dt.time() == pl.time(0, 0, 0)
    untimed = midnight & (midnight.mean().over("origin") > UNTIMED)
    coupons = pl.col("coupon").is_not_null()
    reported = coupons.any().over("origin")
    return orders.with_columns(
        pl.col("payment_method", "sale_channel").cast(pl.String),
        hour=pl.when(~untimed).then(at.dt.hour()),
        weekday=day.dt.weekday(),
        month=day.dt.month(),
        parts=pl.when(pl.col("installments") > 0).then("installments"),
        payday=payday(day),
        with_coupon=pl.when(reported).then(coupons),
        discounted=pl.col("discount") > 0,
        shipped_free=pl.col("shipping_charged") <= 0,
    )


def payday(day: pl.Expr) -> pl.Expr:
    """Whether a day is the 15th or the last of its month, or one of the two days after: when wages are paid twice a
    month, as in Colombia and Mexico.
    """
    of_month = day.dt.day()
    return of_month.is_in([15, 16, 17, 1, 2]) | (day == day.dt.month_end())


def lines(items: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """The lines of purchases: person, order (a number), day, sku, category, qty, ``price`` (of one, in hundredths of
    the currency; empty in others), and that of the usual: ``level`` (price over the category's) and ``cheap`` (Boolean:
    below the article's usual price).

    Where no article has a category, ``level`` is over the usual price of everything.

    Args:
        items: table order_items.
        orders: order_id, person, order, day and ``counts`` (whether its money is in the currency).
    """
    found = (
        items.lazy()
        .select("order_id", "sku", "category", "qty", "unit_price")
        .join(orders.lazy().select("order_id", "person", "order", "day", "counts"), on="order_id")
    )
    hundredths = pl.col("unit_price").cast(pl.Decimal(18, 2)).to_physical().cast(pl.Int64)
    price = pl.when(pl.col("counts") & (hundredths > 0)).then(hundredths)
    table = (
        found.select("person", "order", "day", pl.col("sku", "category").cast(pl.Categorical), "qty", price=price)
        .filter(pl.col("qty") > 0)
        .collect()
    )
    shelf = "category" if table["category"].null_count() < table.height else None
    usual = _usual(table, shelf)
    ratio = pl.col("price") / pl.col("usual")
    own = _usual(table, "sku").rename({"usual": "usual_of_it"})
    table = table.join(usual, on=shelf, how="left") if shelf else table.join(usual, how="cross")
    table = table.join(own, on="sku", how="left")
    return table.select(
        pl.exclude("usual", "usual_of_it"),
        level=ratio,
        cheap=pl.col("price") < BELOW_USUAL * pl.col("usual_of_it"),
    )


def _usual(table: pl.DataFrame, by: str | None) -> pl.DataFrame:
    """The median price of what has at least :data:`USUAL_FROM` lines."""
    enough = pl.when(pl.col("price").count() >= USUAL_FROM).then(pl.col("price").median()).alias("usual")
    if by is None:
        return table.select(enough)
    return table.drop_nulls([by, "price"]).group_by(by).agg(enough)


def price_band(level: pl.Expr) -> pl.Expr:
    """low, middle or high of a price over the usual one."""
    band = pl.when(level < CHEAP).then(pl.lit("low")).when(level > DEAR).then(pl.lit("high"))
    return pl.when(level.is_not_null()).then(band.otherwise(pl.lit("middle")))


def novelty(lines: pl.DataFrame) -> pl.DataFrame:
    """Per person: ``x``, articles that they bought for the first time after their first day, of ``n`` articles bought
    after it, each once per day; ``last`` day of the new ones.

    Args:
        lines: person, sku, day.
    """
    bought = lines.select("person", "sku", "day").drop_nulls("sku").unique()
    first = bought.group_by("person").agg(pl.col("day").min().alias("first"))
    articles = bought.group_by("person", "sku").agg(pl.col("day").min().alias("day"), pl.len().alias("days"))
    new = pl.col("day") > pl.col("first")
    return (
        articles.join(first, on="person")
        .group_by("person")
        .agg(
            new.sum().cast(pl.Int64).alias("x"),
            (pl.col("days").sum() - (~new).sum()).cast(pl.Int64).alias("n"),
            pl.col("day").filter(new).max().alias("last"),
        )
        .filter(pl.col("n") > 0)
    )
