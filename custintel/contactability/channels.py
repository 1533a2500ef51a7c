"""By which channels each person can be reached, and which of those to use first."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from custintel.contactability.permission import UNPROVEN, YES
from custintel.contactability.phones import LINE_CHANNELS

CHANNELS = ("email", "whatsapp", "sms", "call")
"""In the order in which they are used: what costs and disturbs less comes first."""
STRANGERS = (
    *("typo_live", "typo_suspected", "spamtrap", "disposable", "disposable_mx", "parked_mx"),
    *("own_number", "repeated_digits"),
)
"""Reasons for which an address or number leads to somebody else or to nobody, though it may take messages."""
SURENESS = ("deliverable", "risky", "unknown")
"""Statuses with which an address is worth a try, the surest first."""
CONTACT_COLUMNS = ("reachable_by", "best_channel")


def ways(answers: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Every way that leads to somebody: an address or number by a channel that its line can take, and that is not a
    stranger's.

    Args:
        answers: ``customer_id``, ``kind``, ``value``, ``channel`` and ``answer``, as
            :func:`.permission.point_permission` gives it.
        verdicts: the table ``contactability``.

    Returns:
        ``customer_id``, ``channel``, ``kind``, ``value``, ``status``, ``answer``: of one person the best first, by
        permission, then status, then channel.
    """
    judged = verdicts.select(
        pl.col("kind").cast(pl.String), "value", pl.col("status").cast(pl.String), "reason", "flags", "provider"
    )
    usable = pl.col("status").is_in(SURENESS) & ~pl.col("reason").is_in(STRANGERS)
    found = answers.join(judged, on=["kind", "value"]).filter(usable)
    line = pl.col("provider").replace_strict(LINE_CHANNELS, default=[], return_dtype=pl.List(pl.String))
    lost = (pl.col("channel") == "whatsapp") & pl.col("flags").list.contains("not_on_whatsapp")
    found = found.filter((pl.col("kind") == "email") | line.list.contains(pl.col("channel")), ~lost)
    permitted = pl.when(pl.col("answer") == YES).then(0).when(pl.col("answer") == UNPROVEN).then(1).otherwise(2)
    ranked = found.with_columns(
        permitted.alias("_permitted"), _rank("status", SURENESS), _rank("channel", CHANNELS)
    ).sort("customer_id", "_permitted", "_status", "_channel", "kind", "value")
    return ranked.select("customer_id", "channel", "kind", "value", "status", "answer")


def _rank(column: str, order: Sequence[str]) -> pl.Expr:
    places = {code: place for place, code in enumerate(order)}
    return pl.col(column).replace_strict(places, return_dtype=pl.Int8).alias(f"_{column}")


def of_customers(customers: pl.DataFrame, ways: pl.DataFrame, permission: pl.DataFrame) -> pl.DataFrame:
    """``customers`` with ``best_channel``, ``reachable_by`` and ``may_contact_<channel>``.

    The best channel is the best way that is permitted; who gave no permission that can be proven has none.

    Args:
        customers: the table ``customers``.
        ways: as :func:`ways` gives it.
        permission: as :func:`.permission.permission` gives it.
    """
    each = ways.select("customer_id", "channel").unique().with_columns(_rank("channel", CHANNELS))
    reached = each.sort("customer_id", "_channel").group_by("customer_id").agg(reachable_by="channel")
    best = ways.filter(pl.col("answer") == YES).unique("customer_id", keep="first", maintain_order=True)
    known = customers.drop(*CONTACT_COLUMNS, *permission.columns[1:], strict=False)
    for more in (reached, best.select("customer_id", best_channel="channel"), permission):
        known = known.join(more, on="customer_id", how="left", maintain_order="left")
    return known.with_columns(pl.col("reachable_by").fill_null([]))


def by_channel(ways: pl.DataFrame, money: pl.DataFrame) -> pl.DataFrame:
    """How many people each channel reaches, and what they have spent.

    Args:
        ways: as :func:`ways` gives it.
        money: ``customer_id`` and ``revenue`` of everybody.

    Returns:
        ``channel``, in the order of :data:`CHANNELS`; ``reached``, ``permitted``, ``unproven`` and ``forbidden``,
        people; ``revenue``, ``revenue_permitted``: what they have spent so far.
    """
    once = ways.unique(["customer_id", "channel"], keep="first", maintain_order=True)
    told = once.join(money, on="customer_id", how="left", maintain_order="left")
    yes, unproven = pl.col("answer") == YES, pl.col("answer") == UNPROVEN
    counted = told.group_by("channel").agg(
        reached=pl.len(),
        permitted=yes.sum(),
        unproven=unproven.sum(),
        forbidden=(~yes & ~unproven).sum(),
        revenue=pl.col("revenue").sum(),
        revenue_permitted=pl.col("revenue").filter(yes).sum(),
    )
    listed = pl.DataFrame({"channel": list(CHANNELS)}).join(counted, on="channel", how="left", maintain_order="left")
    return listed.with_columns(pl.exclude("channel").fill_null(0))
