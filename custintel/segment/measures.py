"""The table segment_profiles: everything that is measured of every segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from custintel.purchases.purchases import Purchases
from custintel.segment import traits
from custintel.segment.card import Card
from custintel.segment.features import People
from custintel.segment.model import Assigned, Model
from custintel.segment.rules import where_of
from custintel.tables.segments import SEGMENT_PROFILES


@dataclass(frozen=True)
class Segmented:
    """Everybody, and the segment of each.

    Attributes:
        people: who can be in a segment.
        model: of the segments.
        found: the segment of each of them.
        card: the rules that rebuild the segments.
    """

    people: People
    model: Model
    found: Assigned
    card: Card


def segment_profiles(
    made: Segmented, bought: Purchases, orders: pl.DataFrame, items: pl.DataFrame, customers: pl.DataFrame
) -> pl.DataFrame:
    """The table segment_profiles.

    Args:
        made: everybody with their segment.
        bought: the orders of known people.
        orders: table orders.
        items: table order_items; only order_id and category are used.
        customers: table customers.
    """
    people, model, found, card = made.people, made.model, made.found, made.card
    numbers = [*dict.fromkeys((*traits.NUMBERS, *(one.name for one in model.features)))]
    parts = [traits.number_profile(people.frame, found.labels, model.k, numbers)]
    if people.from_orders:
        person = people.frame.select("customer_id").with_row_index("person")
        extra = ("payment_method", "sale_channel", "channel", "discount", "coupon")
        placed = (
            bought.frame.select("order_id", "customer_id", "ordered_at", "bought", "undone")
            .join(person, on="customer_id", how="inner")
            .join(orders.select("order_id", *extra), on="order_id", how="left")
        )
        lines = items.filter(pl.col("category").is_not_null())
        categories = placed.filter("bought").select("order_id", "person").join(lines, on="order_id", how="inner")
        levels = traits.order_levels(placed)
        parts.append(traits.attribute_profile(levels, categories, found.labels, model.k))
    tested = traits.corrected(pl.concat(parts))
    profile = pl.concat([tested, _totals(people, model, found), _reach(customers, people, model, found)])
    wheres = [where_of(card.rules, segment) or None for segment in range(model.k)]
    codes = pl.Series(model.codes, dtype=pl.String)
    return profile.with_columns(
        segment_id=pl.col("segment") + 1,
        rule=pl.Series(wheres, dtype=pl.String).gather(profile["segment"]),
        segment=codes.gather(profile["segment"]),
    ).select(SEGMENT_PROFILES.schema.names())


def _totals(people: People, model: Model, found: Assigned) -> pl.DataFrame:
    """How many customers each segment has, and how much money they brought."""
    here = found.labels >= 0
    counts = np.bincount(found.labels[here], minlength=model.k)
    sums: dict[str, np.ndarray] = {"customers": counts.astype(np.float64)}
    for name in ("net", "margin"):
        if name in people.frame.columns and people.frame[name].null_count() < people.frame.height:
            values = people.frame[name].cast(pl.Float64).fill_null(0).to_numpy()
            sums[f"{name}_total"] = np.bincount(found.labels[here], values[here], minlength=model.k)
    rows = []
    for measure, values in sums.items():
        total = float(values.sum())
        for segment in range(model.k):
            value = round(float(values[segment]), 2)
            rows.append(_plain(segment, measure, value, round(total, 2), int(counts[segment])))
    return pl.DataFrame(rows, schema=traits.PROFILE)


def _plain(segment: int, measure: str, value: float, base: float, n: int) -> dict[str, object]:
    lift = value / base if base > 0 else None
    return {"segment": segment, "measure": measure, "level": "", "value": value, "base": base, "lift": lift, "n": n}


def _reach(customers: pl.DataFrame, people: People, model: Model, found: Assigned) -> pl.DataFrame:
    """Which share of each segment can be reached, and by a channel that is permitted."""
    if not customers.height or customers["reachable_by"].null_count() == customers.height:
        return pl.DataFrame(schema=traits.PROFILE)
    reach = customers.select(
        "customer_id",
        reachable=pl.when(pl.col("reachable_by").is_not_null()).then(
            (pl.col("reachable_by").list.len() > 0).cast(pl.Float64)
        ),
        may_contact=pl.when(pl.col("reachable_by").is_not_null()).then(
            pl.col("best_channel").is_not_null().cast(pl.Float64)
        ),
    )
    frame = people.frame.select("customer_id").join(reach, on="customer_id", how="left", maintain_order="left")
    return traits.number_profile(frame, found.labels, model.k, ("reachable", "may_contact")).with_columns(
        p=pl.lit(None, pl.Float64)
    )
