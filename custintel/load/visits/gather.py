"""Events as a platform exports them, to the tables ``events`` and ``visits`` and the account of what does not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from custintel.load.visits.bots import account, exclusions, without_tests
from custintel.load.visits.channels import channels
from custintel.load.visits.funnel import SHOP, funnel
from custintel.load.visits.sessions import Mode, sessions, with_ids
from custintel.load.visits.stitching import links, stitch, with_customers
from custintel.load.visits.utm import path, tagged
from custintel.load.visits.visit_rows import visits
from custintel.tables.events import EVENTS
from custintel.tables.visits import VISITS

WORKING = ("user_agent", "ip", "status", "method")
"""Columns that events may bring and that are not kept."""


@dataclass(frozen=True)
class Gathered:
    """What came of the events.

    Attributes:
        events: the table ``events``.
        visits: the table ``visits``, and ``depth``: how many steps of the shop's funnel each reached.
        account: events and visitors by the reason why they do not count; adds up to the events read.
        visitors: who was recognised, and which browsers several customers share.
        repeated: events that came more than once, under the same event id, and were taken once.
    """

    events: pl.DataFrame
    visits: pl.DataFrame
    account: pl.DataFrame
    visitors: pl.DataFrame
    repeated: int


def gather(
    events: pl.DataFrame,
    *,
    known: pl.DataFrame,
    test_orders: pl.Series,
    internal: Sequence[str] = (),
    own: Sequence[str] = (),
    mode: Mode = "ga4",
    steps: Sequence[str] = SHOP,
) -> Gathered:
    """Make the tables of visits from all events of a project.

    Args:
        events: the declared columns of ``events`` as far as they are known, at least ``event_id``, ``ts``,
            ``visitor_id``, ``event``, ``page`` and ``origin``; and any of ``WORKING``. ``page`` may be a whole address.
            Those of the stored table come again with the new ones, below them: gathering twice changes nothing.
        known: what says who a customer is, as :func:`links` takes it.
        test_orders: order numbers, as analytics names them, of orders that are no sales.
        internal: addresses and networks of the shop's own people.
        own: the shop's domains.
        mode: whose rule ends a visit.
        steps: events of the funnel.
    """
    once = events.unique("event_id", keep="first", maintain_order=True)
    unknown = pl.when(pl.col("visitor_id") != "").then("visitor_id").alias("visitor_id")
    once = once.with_columns(unknown, pl.col("^ga_session_id$").cast(pl.String))
    marked = exclusions(tagged(once, own=own), internal=internal).with_columns(path(pl.col("page")).alias("page"))
    cut = sessions(marked, mode=mode, own=own)
    named = with_ids(marked, cut)
    if "transaction_id" in named.columns:
        named = without_tests(named, test_orders)
    found = links(named, known)
    rows = visits(cut).with_columns(funnel(cut, steps))
    tested = named.filter(pl.col("excluded") == "test_order")["session_id"].drop_nulls().unique()
    rows = rows.filter(~pl.col("session_id").is_in(tested.implode()))
    rows = channels(with_customers(rows, found)).sort("session_id").select(*VISITS.schema.names(), "depth")
    named = with_customers(named, found).with_columns(
        pl.col("ts").dt.replace_time_zone(None),
        pl.col("visitor_id").fill_null(""),
        session_id=pl.when(pl.col("excluded").is_null()).then("session_id"),
    )
    declared = [name for name in EVENTS.schema.names() if name in named.columns]
    return Gathered(
        events=named.sort("event_id").select(declared),
        visits=rows,
        account=account(named),
        visitors=stitch(found),
        repeated=events.height - once.height,
    )
