"""What the outcomes of reports mean: for deliverability, for permission, for the rate of bounces.

The table of meanings is in ``data/feedback.toml``. Of several outcomes of one address the newest decides; what happened
to a message counts as :data:`MESSAGE_LEAD` newer than what a verifier thinks, because a verifier only asks the server.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from custintel.contactability.feedback_reports import facts
from custintel.tables.notices import NOTICES

MESSAGE_LEAD = 90
"""Days by which the fate of a message counts as newer than a verifier's opinion."""


def evidence(events: pl.DataFrame) -> pl.DataFrame:
    """What the reports say about the deliverability of each address or number.

    Args:
        events: rows of the table ``feedback``. An event without a moment counts as of its import.

    Returns:
        ``kind``, ``value``, ``status``, ``reason`` (codes of the table ``contactability``), ``outcome``, ``at`` (as
        told, null when the report does not say) and ``report``: one row per address or number of which a report says
        anything, sorted by kind and value.
    """
    told = events.join(_meanings(), on="outcome").filter(pl.col("reason").is_not_null())
    when = pl.coalesce("at", "imported_at")
    lead = pl.when(pl.col("from") == "message").then(pl.duration(days=MESSAGE_LEAD)).otherwise(pl.duration(days=0))
    order = ["kind", "value", "_when", "weight", "outcome", "report", "at"]
    told = told.with_columns(_when=when + lead).sort(order, descending=[False, False, True, True, False, False, True])
    decided = told.unique(["kind", "value"], keep="first", maintain_order=True)
    return decided.select("kind", "value", "status", "reason", "outcome", "at", "report")


def notices_of(events: pl.DataFrame) -> pl.DataFrame:
    """What the reports say about permission, in the schema of the table ``notices``: an email that unsubscribed or
    complained, a number that said stop, whatever a sender suppressed.
    """
    told = events.join(_meanings(), on="outcome").filter(pl.col("notice").is_not_null())
    told = told.select(
        "kind",
        "value",
        channel=pl.lit(None, pl.String),
        why="notice",
        since=pl.col("at").dt.date(),
        source="source",
    )
    return gathered(told)


def gathered(notices: pl.DataFrame) -> pl.DataFrame:
    """Notices in the schema of their table, each once, sorted: the earliest day, and the file that gave it.

    Gathering what was gathered before changes nothing, so that a file may be imported any number of times.
    """
    every = notices.cast(NOTICES.schema)
    once = every.sort("kind", "value", "channel", "why", "since", "source", nulls_last=True).unique(
        ["kind", "value", "channel", "why"], keep="first", maintain_order=True
    )
    return once.select(NOTICES.schema.names())


def merged_notices(stored: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """The notices of both, gathered."""
    return gathered(pl.concat([stored, new]))


def last_signs_of_life(events: pl.DataFrame) -> pl.DataFrame:
    """``kind``, ``value`` and ``alive_at``, the last moment at which somebody opened, clicked or complained."""
    alive = events.join(_meanings(), on="outcome").filter(pl.col("alive") & pl.col("at").is_not_null())
    return alive.group_by("kind", "value").agg(pl.col("at").max().alias("alive_at")).sort("kind", "value")


def on_whatsapp(events: pl.DataFrame) -> pl.DataFrame:
    """``value`` and ``on_whatsapp``, the flag ``on_whatsapp`` or ``not_on_whatsapp``, as was last said."""
    flags = {"whatsapp_yes": "on_whatsapp", "whatsapp_no": "not_on_whatsapp"}
    told = events.filter(pl.col("outcome").is_in(list(flags))).sort(pl.coalesce("at", "imported_at"), "outcome")
    last = told.unique("value", keep="last", maintain_order=True).sort("value")
    return last.select(
        "value", on_whatsapp=pl.col("outcome").cast(pl.String).replace_strict(flags, return_dtype=pl.String)
    )


def trials(events: pl.DataFrame) -> pl.DataFrame:
    """The addresses whose fate is known, each once: ``value`` and ``bounced``, what happened to the last message.

    An address that its sender keeps on a list without having cleaned it counts as one that took mail, but only where
    nothing else is known of it. These are the trials that the rate of bounces is learned from.
    """
    sent = events.filter(pl.col("kind") == "email").join(_meanings(), on="outcome")
    sent = sent.filter(pl.col("bounced").is_not_null()).with_columns(
        _listed=pl.col("outcome") == "subscribed", _when=pl.coalesce("at", "imported_at")
    )
    sent = sent.sort("value", "_listed", "_when", "weight", descending=[False, False, True, True], nulls_last=True)
    return sent.unique("value", keep="first", maintain_order=True).select("value", "bounced")


def counted(events: pl.DataFrame) -> pl.DataFrame:
    """``outcome`` and ``values``, of how many different addresses and numbers it is told, most first."""
    each = events.select("kind", "value", "outcome").unique()
    found = each.group_by("outcome").agg(pl.len().cast(pl.UInt32).alias("values"))
    return found.sort("values", "outcome", descending=[True, False])


@cache
def _meanings() -> pl.DataFrame:
    """One row per outcome, with what ``data/feedback.toml`` says of it."""
    schema = {
        "outcome": pl.String(),
        "status": pl.String(),
        "reason": pl.String(),
        "from": pl.String(),
        "weight": pl.Int8(),
        "notice": pl.String(),
        "bounced": pl.Boolean(),
        "alive": pl.Boolean(),
    }
    rows = [{"outcome": code, "weight": 0, "alive": False, **entry} for code, entry in facts()["outcomes"].items()]
    return pl.DataFrame(rows, schema=schema)
