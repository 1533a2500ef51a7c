"""What each purchase and each of its lines says: the traits of orders, before they are counted by person.

Everything is a purchase, neither refused, returned nor cancelled, unless it says otherwise; people and orders are
numbers. Money is hundredths of the one currency; of orders in other currencies it is empty, all else counts.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from custintel.profile.counts import distinct, first_of_runs
from custintel.tables.profiles import PART_OF_DAY, PRICE_BAND, SEASON

UNTIMED = 0.01
"""Share of the orders of a shop at exactly 00:00:00 from which these are taken for orders of an unknown hour: of
orders at any second, one in 86,400 is."""
CHEAP, DEAR = 0.8, 1.25
"""Price over the category's usual one, below and above which it is low or high."""
BELOW_USUAL = 0.95
"""Price over the article's usual one, below which it counts as bought cheaply."""
_DECIMALS, _ROOM = 10_000, 1 << 36
USUAL_FROM = 5
"""Lines from which an article or a category has a usual price."""


def order_traits(orders: pl.DataFrame) -> pl.DataFrame:
    """One row per order with what it says, empty where nothing does.

    Args:
        orders: as :func:`custintel.profile.orders.known_orders` gives them, purchases only.

    Returns:
        ``orders`` and, as codes: ``hour`` (0 to 23; empty where the shop gives dates without a time), ``part_of_day``,
        ``weekday`` (1 Monday to 7), ``month``, ``season``, ``parts`` (number of payments), ``payday`` (Boolean: the
        15th or the last day of the month, or one of the two days after) and ``with_coupon`` (Boolean). A shop of whose
        orders not one carries a coupon does not say whether there was one.
    """
    at, day = pl.col("ordered_at"), pl.col("day")
    midnight = at.dt.time() == pl.time(0, 0, 0)
    untimed = midnight & (midnight.mean().over("origin") > UNTIMED)
    coupons = pl.col("has_coupon")
    reported = coupons.any().over("origin")
    hour, month = pl.when(~untimed).then(at.dt.hour()), day.dt.month()
    return orders.with_columns(
        hour=hour,
        part_of_day=(hour // 6).replace_strict(dict(enumerate(PART_OF_DAY.categories)), return_dtype=PART_OF_DAY),
        weekday=day.dt.weekday(),
        month=month,
        season=((month - 1) // 3).replace_strict(dict(enumerate(SEASON.categories)), return_dtype=SEASON),
        parts=pl.when(pl.col("installments") > 0).then("installments"),
        payday=payday(day),
        with_coupon=pl.when(reported).then(coupons),
    )


def payday(day: pl.Expr) -> pl.Expr:
    """Whether a day is the 15th or the last of its month, or one of the two days after: when wages are paid twice a
    month, as in Colombia and Mexico.
    """
    of_month = day.dt.day()
    return of_month.is_in([15, 16, 17, 1, 2]) | (day == day.dt.month_end())


def lines(items: pl.LazyFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """The lines of purchases: order (a number), person, day, sku (the name of an article that has none) and category
    (Categorical), ``milli`` (thousandths of units); ``level``, the price over the usual one of its category; and
    ``cheap`` (Boolean): whether it is below the article's own usual price. The last two are empty in other currencies
    than that of the project.

    Where no article has a category, ``level`` is over the usual price of everything.

    Args:
        items: table order_items.
        orders: order_id, order, person, day and ``counts`` (whether its money is in the currency).
    """
    known = orders.lazy().select("order_id", "order", "person", "day", "counts")
    hundredths = pl.col("unit_price").to_physical().cast(pl.Int64)
    table = (
        items.filter(pl.col("qty") > 0)
        .select(
            "order_id",
            pl.coalesce("sku", "name").cast(pl.Categorical).alias("sku"),
            pl.col("category").cast(pl.Categorical),
            (pl.col("qty") * 1000).round().cast(pl.Int64).alias("milli"),
            pl.when(hundredths > 0).then(hundredths).alias("price"),
        )
        .join(known, on="order_id")
        .select(pl.exclude("order_id", "price", "counts"), pl.when("counts").then("price").alias("price"))
        .collect()
    )
    shelf = "category" if table["category"].null_count() < table.height else None
    level = table["price"] / _usual(table, shelf)
    cheap = table["price"] < BELOW_USUAL * _usual(table, "sku")
    return table.drop("price").with_columns(level=level, cheap=cheap)


def _usual(table: pl.DataFrame, by: str | None) -> pl.Series:
    """Beside each line the median price of what it is one of, where there are :data:`USUAL_FROM` prices at least."""
    enough = pl.when(pl.col("price").count() >= USUAL_FROM).then(pl.col("price").median()).alias("usual")
    if by is None:
        return table.select(enough)["usual"].new_from_index(0, table.height)
    usual = table.select(by, "price").drop_nulls().group_by(by).agg(enough)
    return table.select(by).join(usual, on=by, how="left", maintain_order="left")["usual"]


def price_band(level: pl.Expr) -> pl.Expr:
    """low, middle or high of a price over the usual one."""
    band = pl.when(level < CHEAP).then(pl.lit("low")).when(level > DEAR).then(pl.lit("high"))
    return pl.when(level.is_not_null()).then(band.otherwise(pl.lit("middle"))).cast(PRICE_BAND)


def novelty(lines: pl.DataFrame) -> pl.DataFrame:
    """Per person: ``x``, articles that they bought for the first time after their first day, of ``n`` articles bought
    after it, each once per day.

    Args:
        lines: person, sku, day.
    """
    known = lines.select("person", "day", pl.col("sku").to_physical()).drop_nulls("sku")
    person, day, sku = (known[name].to_physical().cast(pl.Int64).to_numpy() for name in ("person", "day", "sku"))
    articles, days = int(sku.max(initial=0)) + 1, int(day.max(initial=0)) + 1
    bought = distinct((person * articles + sku) * days + day)
    starts = first_of_runs(bought // days)
    times = np.diff(np.append(starts, bought.size))
    whose, first = bought[starts] // days // articles, bought[starts] % days
    people = first_of_runs(whose)
    size = np.diff(np.append(people, whose.size))
    begun = np.repeat(np.minimum.reduceat(first, people), size) if people.size else first
    new = first > begun
    n = np.bincount(whose, times - ~new)
    ids = np.flatnonzero(n)
    table = pl.DataFrame({"person": ids.astype(np.uint32), "n": n[ids].astype(np.int64)})
    return table.with_columns(x=pl.Series(np.bincount(whose[new], minlength=n.size)[ids], dtype=pl.Int64))


def baskets(lines: pl.DataFrame) -> pl.DataFrame:
    """Per person: ``milli``, thousandths of units bought, ``itemised``, orders whose lines are known, and
    ``price_level``, the median of prices over the usual ones.
    """
    person, milli = lines["person"].to_numpy(), lines["milli"].to_numpy()
    units = np.bincount(person, milli)  # whole numbers: exact in any order
    whose = orders_person(lines)
    itemised = np.bincount(whose, minlength=units.size)
    ids = np.flatnonzero(itemised)
    table = {"person": ids.astype(np.uint32), "milli": units[ids].astype(np.int64), "itemised": itemised[ids]}
    return pl.DataFrame(table).join(_levels(lines), on="person", how="left")


def orders_person(lines: pl.DataFrame) -> np.ndarray:
    """The person of every order that has lines, once."""
    whose = np.full(int(lines["order"].max() or 0) + 1, -1, np.int64)  # type: ignore[arg-type]
    whose[lines["order"].to_numpy()] = lines["person"].to_numpy()
    return whose[whose >= 0]


def _levels(lines: pl.DataFrame) -> pl.DataFrame:
    """Per person the median of prices over the usual ones, to four decimals: one number holds person and price."""
    known = lines.select("person", "level").drop_nulls()
    level = (known["level"] * _DECIMALS).round().clip(0, _ROOM - 1).cast(pl.Int64).to_numpy()
    key = np.sort(known["person"].cast(pl.Int64).to_numpy() * _ROOM + level)
    person, level = np.divmod(key, _ROOM)
    starts = first_of_runs(person)
    size = np.diff(np.append(starts, person.size))
    middle = (level[starts + (size - 1) // 2] + level[starts + size // 2]) / 2 / _DECIMALS
    return pl.DataFrame({"person": person[starts].astype(np.uint32), "price_level": middle})
