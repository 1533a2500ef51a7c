"""Where orders came from: their own tags, the visit in which they were placed, or the coupon of an action."""

from __future__ import annotations

import polars as pl

from custintel.fields import text
from custintel.load.order_ids import meant
from custintel.load.visits.channels import channels
from custintel.load.visits.visit_rows import purchases
from custintel.tables.orders import TOUCHED_BY

MARKETPLACE = "Marketplace"
"""The channel of orders placed in a marketplace, which has no visits of ours."""
OFFLINE = "Offline"
TAGS = ("source", "medium", "campaign", "content", "term", "click_id")
_FROM_VISIT = ("source", "medium", "campaign", "click_id")
_WEAK = ("Direct", "Unassigned")


def with_channels(
    orders: pl.DataFrame, events: pl.DataFrame, visits: pl.DataFrame, actions: pl.DataFrame, spend: pl.DataFrame
) -> pl.DataFrame:
    """``source`` to ``click_id``, ``channel_ga4``, ``channel`` and ``touched_by`` of orders.

    What a visit or a coupon told in an earlier run is told anew; what the order said itself stays. A visit goes before
    the order's own tags, since it is where those come from and has click ids; the coupon of an offline action goes
    before a visit that says nothing. An order that names a campaign only is of the channel in which money was spent on
    that campaign.

    Args:
        orders: ``order_id``, ``number``, ``analytics_id``, ``ordered_at``, ``sale_channel``, ``coupon`` and the tags.
        events: the table ``events``.
        visits: the table ``visits``.
        actions: the table ``actions``.
        spend: the table ``spend``.
    """
    own = pl.col("touched_by").cast(pl.String).fill_null("order") == "order"
    orders = orders.with_columns(pl.when(own).then(name).alias(name) for name in TAGS)
    said = pl.any_horizontal(pl.col(name).is_not_null() for name in TAGS)
    orders = orders.with_columns(touched_by=pl.when(said).then(pl.lit("order")))
    orders = _by_visit(orders, events, visits)
    orders = channels(orders)
    untouched = pl.col("touched_by").is_null()
    orders = orders.with_columns(pl.when(~untouched).then(name).alias(name) for name in ("channel_ga4", "channel"))
    orders = _by_coupon(_by_campaign(orders, spend), actions)
    market = pl.col("sale_channel").cast(pl.String) == "marketplace"
    return orders.with_columns(
        channel=pl.when(pl.col("channel").is_null() & market).then(pl.lit(MARKETPLACE)).otherwise("channel"),
        touched_by=pl.col("touched_by").cast(TOUCHED_BY),
    )


def _by_visit(orders: pl.DataFrame, events: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    if "transaction_id" not in events.columns or visits.is_empty():
        return orders
    placed = purchases(events.lazy()).join(events.select("event_id", "session_id"), on="event_id")
    placed = placed.with_columns(order_id=meant(placed["transaction_id"], orders)).drop_nulls(
        ["order_id", "session_id"]
    )
    placed = placed.sort("order_id", "event_id").unique("order_id", keep="first", maintain_order=True)
    tags = visits.select("session_id", *(pl.col(name).alias(f"_{name}") for name in _FROM_VISIT), _seen=pl.lit(True))
    told = placed.select("order_id", "session_id").join(tags, on="session_id").drop("session_id")
    joined = orders.join(told, on="order_id", how="left", maintain_order="left")
    seen = pl.col("_seen").fill_null(False)
    return joined.with_columns(
        *(pl.when(seen).then(f"_{name}").otherwise(name).alias(name) for name in _FROM_VISIT),
        *(pl.when(~seen).then(name).alias(name) for name in ("content", "term")),
        touched_by=pl.when(seen).then(pl.lit("visit")).otherwise("touched_by"),
    ).drop("_seen", *(f"_{name}" for name in _FROM_VISIT))


def _by_campaign(orders: pl.DataFrame, spend: pl.DataFrame) -> pl.DataFrame:
    """Orders that say a campaign and neither source nor medium: not direct, but of the channel of the campaign."""
    bought = spend.select(_key=text.key(pl.col("campaign")), _channel="channel").drop_nulls().unique()
    single = bought.group_by("_key").agg(pl.len().alias("n"), pl.col("_channel").first()).filter(pl.col("n") == 1)
    joined = orders.with_columns(_key=text.key(pl.col("campaign"))).join(
        single.drop("n"), on="_key", how="left", maintain_order="left"
    )
    bare = pl.col("campaign").is_not_null() & pl.all_horizontal(
        pl.col(name).is_null() for name in ("source", "medium", "click_id")
    )
    return joined.with_columns(
        channel_ga4=pl.when(~bare).then("channel_ga4"),
        channel=pl.when(bare).then("_channel").otherwise("channel"),
    ).drop("_key", "_channel")


def _by_coupon(orders: pl.DataFrame, actions: pl.DataFrame) -> pl.DataFrame:
    """Orders with the coupon of an action, placed while it ran or later, where nothing better is known."""
    keyed = actions.filter(pl.col("coupon_prefix").is_not_null()).sort("action_id")
    coupons = orders["coupon"].drop_nulls().unique().sort()
    pairs = [
        (coupon, *action)
        for coupon in coupons
        for action in keyed.select("name", "medium", "from", "coupon_prefix").iter_rows()
        if coupon.upper().startswith(action[3].upper())
    ]
    schema = {"coupon": pl.String, "_action": pl.String, "_medium": pl.String, "_from": pl.Date, "_prefix": pl.String}
    table = pl.DataFrame(pairs, schema=schema, orient="row")
    table = table.sort(pl.col("_prefix").str.len_chars(), "_action", descending=[True, False])
    joined = orders.join(
        table.unique("coupon", keep="first", maintain_order=True), on="coupon", how="left", maintain_order="left"
    )
    weak = pl.col("channel").is_null() | pl.col("channel").is_in(_WEAK)
    begun = (pl.col("ordered_at").dt.date() >= pl.col("_from")).fill_null(True)
    wins = (pl.col("_action").is_not_null() & weak & begun).fill_null(False)
    offline = pl.when(pl.col("_medium") == "offline").then(pl.lit(OFFLINE))
    return joined.with_columns(
        campaign=pl.when(wins).then("_action").otherwise("campaign"),
        channel=pl.when(wins).then(pl.coalesce(offline, "channel")).otherwise("channel"),
        touched_by=pl.when(wins).then(pl.lit("coupon")).otherwise("touched_by"),
    ).drop("_action", "_medium", "_from", "_prefix")
