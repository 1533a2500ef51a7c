"""What a portrait means, as codes with the figures that the sentences name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import polars as pl

from custintel.findings import Finding
from custintel.profile.portrait import Portrait
from custintel.profile.shares import FEW

FAMILIES = {
    "region": "city",
    "country": "city",
    "residence": "city",
    "store": "city",
    "hour": "part_of_day",
    "season": "month",
    "product": "category",
    "n_categories": "breadth",
    "price_level": "price_band",
    "discount": "coupon",
    "discount_depth": "coupon",
    "low_price": "coupon",
    "browsed_not_bought": "browsed",
}
"""Traits that mostly say the same as another: of each family a group is told once."""
EACH, MOST = 4, 12
"""Sentences about one group, and about all groups of a cut."""


def differences(made: Portrait, cut: str) -> list[Finding]:
    """What sets the groups of a cut apart: of each group the largest differences, of each family of traits one."""
    refusal = pl.col("trait").str.starts_with("consent_") & (pl.col("value") == "no")
    alike = (pl.col("measure") == "median") & (pl.col("median") == pl.col("rest"))
    rows = made.profiles.filter(pl.col("cut") == cut, "distinct", ~refusal.fill_null(False), ~alike.fill_null(False))
    rows = rows.with_columns(
        size=pl.col("effect").abs().round(9), more=pl.col("effect") > 0, family=pl.col("trait").replace(FAMILIES)
    )
    rows = rows.sort("size", "more", "trait", "value", descending=[True, True, False, False], nulls_last=True)
    rows = rows.unique(["group", "family"], keep="first", maintain_order=True)
    rows = rows.with_columns(place=pl.int_range(pl.len()).over("group")).filter(pl.col("place") < EACH)
    chosen = rows.sort("place", "size", "group", descending=[False, True, False]).head(MOST)
    told = chosen.sort("people", "group", "place", descending=[True, False, False])
    return [
        Finding("median_differs" if row["measure"] == "median" else "share_differs", named(made, row))
        for row in told.drop("size", "more", "family", "place").iter_rows(named=True)
    ]


def named(made: Portrait, row: dict[str, Any]) -> dict[str, Any]:
    """A row and, of an article, its name."""
    return row | ({"name": made.articles.get(row["value"], row["value"])} if row["trait"] == "product" else {})


def everybody(made: Portrait) -> list[Finding]:
    """What is true of everybody."""
    return [*_habits(made), *_when(made), *_motives(made), *_website(made), *_doubts(made)]


def _most(made: Portrait, trait: str) -> dict[str, Any] | None:
    """The most frequent value of a trait; the first by name of several."""
    rows = made.base.filter(pl.col("trait") == trait, pl.col("n") > 0)
    return rows.sort("share", "value", descending=[True, False]).row(0, named=True) if rows.height else None


def _habits(made: Portrait) -> Iterator[Finding]:
    if made.purchases:
        again = int((made.people["orders"] > 1).sum())
        yield Finding("bought", {"buyers": made.buyers, "orders": made.purchases, "again": again})
    for trait in ("category", "payment_method", "channel", "city"):
        if found := _most(made, trait):
            yield Finding(f"most_{trait}", found)


def _when(made: Portrait) -> Iterator[Finding]:
    if found := _most(made, "part_of_day"):
        yield Finding("most_part_of_day", found)
    if (found := _most(made, "weekday")) and made.purchases:
        yield Finding("most_weekday" if found["low"] > 1 / 7 else "no_weekday", found)
    if made.payday is not None:
        figures = {name: getattr(made.payday, name) for name in ("ratio", "low", "high", "months", "near", "other")}
        clear = "more_on_payday" if made.payday.ratio > 1 else "less_on_payday"
        yield Finding(clear if made.payday.clear else "payday_not_seen", figures)
    pace = made.rhythm
    if pace.low is not None and pace.high is not None and pace.gaps >= FEW:
        yield Finding("rhythm", {"low": pace.low, "middle": pace.middle, "high": pace.high, "gaps": pace.gaps})
        if pace.tested:
            yield Finding("rhythm_tested", {"tested": pace.tested, "inside": pace.inside})


def _motives(made: Portrait) -> Iterator[Finding]:
    for trait in ("coupon", "discount"):
        if (found := _most(made, trait)) and found["n"]:
            yield Finding(f"with_{trait}", found)
            break
    if made.threshold is not None:
        near = _most(made, "over_threshold")
        figures = {"amount": made.threshold.amount / 100, "currency": made.currency, "orders": made.threshold.orders}
        yield Finding("threshold", figures)
        if near and not near["small"] and (near["low"] > 0.5):
            yield Finding(
                "adds_to_threshold", {**near, "amount": made.threshold.amount / 100, "currency": made.currency}
            )
    if found := _most(made, "novelty"):
        yield Finding("novelty", found)


def _website(made: Portrait) -> Iterator[Finding]:
    if found := _most(made, "browsed_not_bought"):
        yield Finding("browsed_not_bought", found)
    for trait in ("interests", "motivator"):
        if found := _most(made, trait):
            yield Finding(f"stated_{trait}", found)


def _doubts(made: Portrait) -> Iterator[Finding]:
    """What to keep in mind."""
    if not made.purchases:
        yield Finding("no_purchases", {"people": made.people.height})
    if made.unknown:
        yield Finding("unknown", {"orders": made.unknown})
    if made.foreign:
        yield Finding("foreign", {"orders": made.foreign, "currency": made.currency})
    first, last = (
        made.people.select(getattr(pl.col(f"{end}_day"), how)()).item()
        for end, how in (("first", "min"), ("last", "max"))
    )
    if made.purchases and not whole_years(first, last):
        yield Finding("months_uneven", {"start": first, "end": last})
    if made.purchases and not made.base.filter(pl.col("trait") == "product").height:
        yield Finding("no_articles", {})
    elif made.purchases and not made.base.filter(pl.col("trait") == "category").height:
        yield Finding("no_categories", {})
    if made.purchases and not made.base.filter(pl.col("trait") == "hour").height:
        yield Finding("no_hours", {})


def whole_years(first: dt.date, last: dt.date) -> bool:
    """Whether two days hold whole years between them, give or take a week."""
    days = (last - first).days + 1
    return days > 358 and min(days % 365.25, 365.25 - days % 365.25) <= 7
