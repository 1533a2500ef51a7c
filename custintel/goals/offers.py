"""Offers of every kind as one table: who, what, why, by which channel, and how much may be taken off."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from custintel.goals.earnings import Earnings
from custintel.goals.holdout import held_out
from custintel.goals.targets import Goal
from custintel.tables.offers import OFFERS
from custintel.tables.records import MONEY

MEASURE_OF = {"replenish": "frequency", "cross_sell": "breadth", "threshold": "ticket", "win_back": "frequency"}
"""The measure that each kind of offer is to raise."""
SURELY_LOSES = 10
"""Orders of an article from which it is not offered when they leave nothing."""
_GUARDED = ("max_discount", "why", "left", "orders")


def losing(earnings: Earnings) -> list[str]:
    """Articles that lose money, by enough orders to say so; sorted."""
    nothing = pl.col("why").cast(pl.String) == "leaves_nothing"
    found = earnings.by_article.filter(nothing, pl.col("orders") >= SURELY_LOSES, pl.col("left") < 0)
    return found["article"].sort().to_list()


def because(new: pl.DataFrame, owned: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """New articles with ``with_article``, what the customer has that others bought together with it most markedly.

    Args:
        new: customer_id and article.
        owned: customer_id and article of everything they have.
        rules: from :func:`custintel.goals.pair_rules.pair_rules`.
    """
    both = pl.concat(
        [
            rules.select("article", "lift", with_article="other"),
            rules.select("lift", article="other", with_article="article").select("article", "lift", "with_article"),
        ]
    )
    wanted = new.select("article").unique()
    both = both.join(wanted, on="article", how="semi")
    both = both.sort("article", "lift", "with_article", descending=[False, True, False])
    both = both.group_by("article", maintain_order=True).head(20)
    have = owned.select("customer_id", with_article="article")
    found = new.select("customer_id", "article").join(both, on="article").join(have, on=["customer_id", "with_article"])
    found = found.sort("customer_id", "article", "lift", "with_article", descending=[False, False, True, False])
    found = found.unique(["customer_id", "article"], keep="first", maintain_order=True)
    return new.join(
        found.select("customer_id", "article", "with_article"),
        on=["customer_id", "article"],
        how="left",
        maintain_order="left",
    )


def guarded(offers: pl.DataFrame, earnings: Earnings) -> pl.DataFrame:
    """Offers with max_discount, no_discount and expected_margin.

    An article is held against its orders of the segment and against all its orders, and the smaller discount counts;
    what it leaves is that of the segment from :data:`SURELY_LOSES` orders on, and of all its orders below. An offer
    without an article is held against the orders of the segment, or of everybody where there are no segments; free
    shipping also against what is left when it is given away.

    Args:
        offers: customer_id, segment, kind, article, ``limit`` and ``leaves``: of free shipping the most that may be
            taken off an order of just its amount besides, and what that leaves.
        earnings: what the ledger says.
    """
    offers = _held_against(offers, earnings)
    free = pl.col("kind").cast(pl.String) == "threshold"
    most = pl.when(free).then(pl.min_horizontal("max_discount", "limit")).otherwise("max_discount")
    offers = offers.with_columns(
        max_discount=pl.when(pl.col("no_discount").is_null()).then(most),
        expected_margin=pl.when(free & pl.lit(earnings.counted)).then("leaves").otherwise("expected_margin"),
    )
    nothing = pl.lit("leaves_nothing", OFFERS.schema["no_discount"])
    none_left = free & pl.col("no_discount").is_null() & (pl.col("max_discount") <= 0)
    return offers.with_columns(
        no_discount=pl.when(none_left).then(nothing).otherwise("no_discount"),
        max_discount=pl.when(~none_left).then("max_discount"),
    ).drop("limit", "leaves")


def worthwhile(offers: pl.DataFrame) -> pl.DataFrame:
    """Guarded offers without those that leave less than nothing; the places of the others close up."""
    kept = offers.filter(pl.col("expected_margin").fill_null(0) >= 0)
    whole_list = pl.col("kind").cast(pl.String) == "win_back"
    own = pl.col("rank").rank("ordinal").over("customer_id", "kind")
    place = pl.when(whole_list).then(pl.col("rank").rank("ordinal").over("kind")).otherwise(own)
    return kept.with_columns(rank=place.cast(pl.Int32))


def _held_against(offers: pl.DataFrame, earnings: Earnings) -> pl.DataFrame:
    """Offers with what the guard of their article, or of whole orders, says."""
    if not earnings.counted:
        nothing = pl.lit("not_counted", OFFERS.schema["no_discount"])
        return offers.with_columns(
            max_discount=pl.lit(None, pl.Float64), no_discount=nothing, expected_margin=pl.lit(None, pl.Float64)
        )
    near = earnings.by_segment_article.select(
        "segment", "article", *(pl.col(name).alias(f"near_{name}") for name in _GUARDED)
    )
    far = earnings.by_article.select("article", *(pl.col(name).alias(f"far_{name}") for name in _GUARDED))
    group = earnings.by_segment.select("segment", *(pl.col(name).alias(f"group_{name}") for name in _GUARDED))
    every = earnings.whole.row(0, named=True)
    joined = (
        offers.join(near, on=["segment", "article"], how="left", maintain_order="left")
        .join(far, on="article", how="left", maintain_order="left")
        .join(group, on="segment", how="left", maintain_order="left")
    )
    whole_order, alone = pl.col("article").is_null(), pl.col("segment").is_null()
    never = pl.lit("never_sold", OFFERS.schema["no_discount"])
    of_article = pl.coalesce("near_why", "far_why", pl.when(pl.col("far_left").is_null()).then(never))
    of_order = pl.when(alone).then(pl.lit(every["why"], OFFERS.schema["no_discount"])).otherwise(pl.col("group_why"))
    why = pl.when(whole_order).then(of_order).otherwise(of_article)
    least = pl.min_horizontal("near_max_discount", "far_max_discount")
    order_most = pl.when(alone).then(pl.lit(every["max_discount"], pl.Float64)).otherwise("group_max_discount")
    of_enough = pl.when(pl.col("near_orders") >= SURELY_LOSES).then("near_left").otherwise("far_left")
    left = pl.when(~whole_order).then(of_enough).when(alone).then(every["left"])
    return joined.with_columns(
        no_discount=why,
        max_discount=pl.when(why.is_null()).then(pl.when(whole_order).then(order_most).otherwise(least)),
        expected_margin=left.otherwise(pl.col("group_left")),
    ).drop(pl.selectors.starts_with("near_", "far_", "group_"))


def drawn(offers: pl.DataFrame, goals: Sequence[Goal], people: pl.DataFrame) -> pl.DataFrame:
    """Offers with the goal that each serves and whether the person is held out of it.

    Args:
        offers: customer_id, segment and kind.
        goals: those in force.
        people: table goal_people: who was drawn before stays as drawn; who came later is drawn by the same hash.
    """
    held = [pl.DataFrame(schema={"customer_id": pl.String, "goal": pl.String, "holdout": pl.Boolean})]
    named = pl.DataFrame(
        [(goal.segment, goal.measure, goal.name) for goal in goals],
        schema={"segment": pl.String, "measure": pl.String, "goal": pl.String},
        orient="row",
    )
    served = offers.with_columns(measure=pl.col("kind").cast(pl.String).replace_strict(MEASURE_OF))
    served = served.join(named, on=["segment", "measure"], how="left", maintain_order="left", nulls_equal=True)
    for goal in goals:
        ids = served.filter(pl.col("goal") == goal.name)["customer_id"].unique().sort()
        made = pl.DataFrame({"customer_id": ids, "holdout": held_out(ids, goal.name, goal.holdout)})
        held.append(made.select("customer_id", pl.lit(goal.name).alias("goal"), "holdout"))
    drawn_before = people.select("goal", "customer_id", pl.col("holdout").alias("before"))
    both = pl.concat(held).join(drawn_before, on=["goal", "customer_id"], how="left", maintain_order="left")
    both = both.select("goal", "customer_id", holdout=pl.coalesce("before", "holdout"))
    served = served.join(both, on=["goal", "customer_id"], how="left", maintain_order="left")
    return served.with_columns(pl.col("holdout").fill_null(False)).drop("measure")


def table(offers: pl.DataFrame, articles: pl.DataFrame, currency: str) -> pl.DataFrame:
    """The table ``offers``.

    Args:
        offers: with every column of it but sku, name, category and bought_with; with article and with_article.
        articles: article, sku, name and category.
        currency: of the money.
    """
    other = articles.select(with_article="article", bought_with=pl.coalesce("name", "article"))
    made = offers.join(articles, on="article", how="left", maintain_order="left")
    made = made.join(other, on="with_article", how="left", maintain_order="left")
    made = made.with_columns(
        pl.col("from_amount", "expected_margin").round(2).cast(MONEY), currency=pl.lit(currency, pl.String)
    )
    return made.select(pl.col(name).cast(dtype) for name, dtype in OFFERS.schema.items()).sort(OFFERS.key)
