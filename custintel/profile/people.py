"""One row per person: the table customer_profiles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from custintel.intervals import wilson
from custintel.profile.card_facts import age_band
from custintel.profile.counts import Counts
from custintel.profile.orders import Numbers
from custintel.profile.purchase_facts import price_band
from custintel.profile.shares import FEW
from custintel.profile.trait_counts import Counted, Tables, answers
from custintel.purchases.rhythm import Rhythm
from custintel.tables import CUSTOMER_PROFILES

FAVOURITES = {
    "category": "top_category",
    "product": "top_product",
    "payment_method": "payment_method",
    "hour": "hour",
    "part_of_day": "part_of_day",
    "weekday": "weekday",
    "month": "month",
    "season": "season",
    "channel": "channel",
    "sale_channel": "sale_channel",
    "store": "store",
    "city": "city",
    "region": "region",
    "country": "country",
}
"""Traits of which the favourite is a column."""
SHARES = {
    "coupon": "coupon_share",
    "discount": "discount_share",
    "free_shipping": "free_shipping_share",
    "novelty": "novelty_share",
    "low_price": "low_price_share",
}
"""Traits of which the share is a column; each moves a person who shows it surely more often than everybody together."""
UNDONE = ("refused", "returned", "cancelled")
AT_LEAST = 2
"""How often a person must have shown something before it is said to move them."""


def people(counted: Counted, tables: Tables, rhythm: Rhythm, currency: str, as_of: dt.date | None) -> pl.DataFrame:
    """The table customer_profiles.

    Args:
        counted: what was counted.
        tables: of the project.
        rhythm: of the purchases of ``counted``, by person.
        currency: of money.
        as_of: the day of which ages are.
    """
    frame = counted.ids.to_frame("customer_id").with_row_index("person")
    for part in (
        *_bought(counted),
        _windows(rhythm),
        *_favourites(counted.traits),
        *(_shares(counted.traits[code], name) for code, name in SHARES.items() if code in counted.traits),
        *(_times(counted.traits[code], code) for code in UNDONE if code in counted.traits),
        *(_breadth(counted.traits[code]) for code in ("category",) if code in counted.traits),
        *_lists(counted.traits),
        _last_answer(tables, counted.ids),
        _card(tables, counted.ids, as_of),
    ):
        frame = frame.join(part, on="person", how="left", maintain_order="left")
    table = _with_everything(frame, currency)
    return table.select(pl.col(name).cast(dtype, strict=False) for name, dtype in CUSTOMER_PROFILES.schema.items())


def _windows(rhythm: Rhythm) -> pl.DataFrame:
    """The gaps of each person and when they are to be expected; not by those of everybody where these are too few."""
    shown = (pl.col("next_by") == "own") | pl.lit(rhythm.gaps >= FEW)
    ends = [pl.when(shown).then(name).alias(name) for name in ("next_from", "next_to", "next_by")]
    return rhythm.people.rename({"customer_id": "person"}).with_columns(ends)


def _favourites(traits: Mapping[str, Counts]) -> list[pl.DataFrame]:
    """person and the favourite value of a trait, as its column."""
    found = ((name, traits[code].favourites) for code, name in FAVOURITES.items() if code in traits)
    return [best.select("person", pl.col("value").alias(name)) for name, best in found if best is not None]


def _bought(counted: Counted) -> list[pl.DataFrame]:
    """Numbers of the purchases and the lines of each person. Sums are of whole numbers: no order matters."""
    real = counted.orders.filter("bought")
    gross, discount = pl.col("gross"), pl.col("discount")
    both = gross.is_not_null() & discount.is_not_null()
    orders = real.group_by("person").agg(
        pl.len().alias("orders"),
        pl.col("day").min().alias("first_day"),
        pl.col("day").max().alias("last_day"),
        pl.col("net").sum(),
        pl.col("net").count().alias("counted"),
        discount.filter(both).sum().alias("discount"),
        gross.filter(both).sum().alias("gross"),
    )
    several = (("category", "n_categories"), ("product", "n_products"))
    kinds = [
        counted.traits[code].frame.group_by("person").agg(pl.len().alias(name))
        for code, name in several
        if code in counted.traits
    ]
    return [orders, counted.baskets, *kinds]


def _shares(found: Counts, name: str) -> pl.DataFrame:
    """The share of each person as ``name``, and ``name_sure``: whether it is surely above that of everybody."""
    shown = found.frame.group_by("person").agg(pl.col("x").cast(pl.Int64).sum())
    joined = found.totals.join(shown, on="person", how="left").with_columns(pl.col("x").fill_null(0))
    base = float(joined.select(pl.col("x").sum() / pl.col("n").sum()).item())
    low, _high = wilson(pl.col("x"), pl.col("n"))
    sure = (low > base) & (pl.col("x") >= AT_LEAST)
    return joined.select("person", (pl.col("x") / pl.col("n")).alias(name), sure.alias(f"{name}_sure"))


def _times(found: Counts, name: str) -> pl.DataFrame:
    return found.frame.group_by("person").agg(pl.col("x").sum().alias(name))


def _breadth(found: Counts) -> pl.DataFrame:
    """Categories per order."""
    shown = found.frame.group_by("person").agg(pl.col("x").sum()).join(found.totals, on="person")
    return shown.select("person", breadth=pl.col("x") / pl.col("n"))


def _lists(traits: Mapping[str, Counts]) -> list[pl.DataFrame]:
    """person and a list of names, what is shown most often first."""
    told = []
    for code, name in (("browsed", "browsed"), ("browsed_not_bought", "browsed_not_bought"), ("interests", "stated")):
        if code in traits:
            ordered = traits[code].frame.sort("person", "x", "value", descending=[False, True, False])
            named = ordered.select("person", value=traits[code].names.gather(ordered["value"]))
            told.append(named.group_by("person", maintain_order=True).agg(pl.col("value").alias(name)))
    return told


def _last_answer(tables: Tables, ids: pl.Series) -> pl.DataFrame:
    said = answers(Numbers(ids).of(tables.surveys.lazy()).collect()).sort("person", "answered_at", "survey_id")
    return said.group_by("person", maintain_order=True).agg(pl.col("value").last().alias("satisfaction"))


def _card(tables: Tables, ids: pl.Series, as_of: dt.date | None) -> pl.DataFrame:
    told = Numbers(ids).of(tables.customers.lazy())
    home = [pl.col(name).alias(f"home_{name}") for name in ("city", "region", "country")]
    return told.select(
        "person", "gender", *home, stated_reason="motivator", age_band=age_band("birth_date", as_of)
    ).collect()


def _with_everything(frame: pl.DataFrame, currency: str) -> pl.DataFrame:
    """The columns that several parts make together; a part that nobody has is empty."""
    absent = {name: dtype for name, dtype in CUSTOMER_PROFILES.schema.items() if name not in frame.columns}
    absent |= {name: pl.List(pl.String) for name in ("stated",) if name not in frame.columns}
    absent |= {f"{name}_sure": pl.Boolean() for name in SHARES.values() if f"{name}_sure" not in frame.columns}
    frame = frame.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in absent.items())
    moved = [
        pl.when(f"{name}_sure").then(pl.lit("low_price" if code == "low_price" else code))
        for code, name in SHARES.items()
    ]
    stated = pl.when(pl.col("stated_reason").is_not_null()).then(pl.lit("stated"))
    nothing = pl.lit([], pl.List(pl.String))
    lives = pl.all_horizontal(pl.col("city", "region", "country").is_null())
    return frame.with_columns(
        pl.col("orders", "gaps", *UNDONE).fill_null(0),
        basket=pl.col("milli") / 1000 / pl.col("itemised"),
        ticket=pl.when(pl.col("counted") > 0).then(pl.col("net") / 100 / pl.col("counted")),
        currency=pl.when(pl.col("counted") > 0).then(pl.lit(currency or None, pl.String)),
        discount_depth=pl.when(pl.col("gross") > 0).then(pl.col("discount") / pl.col("gross")),
        price_band=price_band(pl.col("price_level")),
        interests=pl.concat_list(pl.col("stated").fill_null(nothing), pl.col("browsed").fill_null(nothing)).list.unique(
            maintain_order=True
        ),
        motivators=pl.concat_list(*moved, stated).list.drop_nulls(),
        **{name: pl.when(lives).then(f"home_{name}").otherwise(name) for name in ("city", "region", "country")},
    )
