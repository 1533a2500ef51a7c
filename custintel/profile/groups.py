"""The groups by which people can be told apart."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from custintel.profile.counts import coded

CUTS = {
    "segment": "segment",
    "city": "city",
    "region": "region",
    "country": "country",
    "channel": "channel",
    "sale_channel": "sale_channel",
    "store": "store",
    "payment_method": "payment_method",
    "category": "top_category",
    "price_band": "price_band",
    "part_of_day": "part_of_day",
    "frequency": "frequency",
    "gender": "gender",
    "age_band": "age_band",
    "satisfaction": "satisfaction",
}
"""What groups may be made by, and where it stands: in customer_profiles or among the groups given besides."""
SAME = {
    "segment": ("orders", "ticket", "n_categories", "novelty", "month", "season"),
    "city": ("city", "region", "country", "residence", "store"),
    "region": ("city", "region", "country", "residence"),
    "country": ("city", "region", "country", "residence"),
    "channel": ("channel",),
    "sale_channel": ("sale_channel",),
    "store": ("store",),
    "payment_method": ("payment_method",),
    "category": ("category", "product", "browsed", "browsed_not_bought"),
    "price_band": ("price_band", "price_level"),
    "part_of_day": ("part_of_day", "hour"),
    "frequency": ("orders", "n_categories", "novelty", "median_gap", "refused", "returned", "cancelled"),
    "gender": ("gender",),
    "age_band": ("age_band",),
    "satisfaction": ("satisfaction",),
}
"""Traits by which the groups of a cut are made, or that follow from it: that they differ says nothing new."""
TIMES = ("none", "once", "again")
"""The groups of ``frequency``: people who never bought, bought once, and came back."""


@dataclass(frozen=True)
class Groups:
    """One way to tell people apart.

    Attributes:
        cut: its name; ``all`` is one group of everybody.
        place: the group of every person (UInt32, empty for those in none); ``None`` for everybody.
        names: of the groups.
        people: how many are in each.
    """

    cut: str
    place: pl.Series | None
    names: list[str | None]
    people: list[int]


def everybody(people: int) -> Groups:
    """One group."""
    return Groups("all", None, [None], [people])


def groups_by(cut: str, profiles: pl.DataFrame, more: pl.DataFrame) -> Groups:
    """The groups of a cut.

    Args:
        cut: one of :data:`CUTS`, or a column of ``more``.
        profiles: table customer_profiles, a row per person.
        more: customer_id and further columns of text.
    """
    if cut in more.columns:
        values = profiles.select("customer_id").join(more, on="customer_id", how="left", maintain_order="left")[cut]
    elif cut == "frequency":
        orders = pl.col("orders")
        told = (
            pl.when(orders == 0).then(pl.lit("none")).when(orders == 1).then(pl.lit("once")).otherwise(pl.lit("again"))
        )
        values = profiles.select(told.alias("group"))["group"]
    else:
        values = profiles[CUTS[cut]]
    place, names = coded(values.cast(pl.String))
    sizes = dict(place.drop_nulls().value_counts().iter_rows())
    return Groups(cut, place, names.to_list(), [sizes.get(at, 0) for at in range(names.len())])
