"""What is known of each visit: when, how much, from where, and the orders placed in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.load.visits.bots import PAGE_VIEWS
from custintel.load.visits.sessions import DIRECT, NO_MEDIUM, TAGS, Marks, Rows, Sessions

PURCHASE = "purchase"
ENGAGED = 10 * 1_000_000
"""How long an engaged visit lasts at least, in microseconds (Google Analytics 4)."""

_FIRST_FILLED = ("device", "country", "city")


def purchases(events: pl.LazyFrame) -> pl.DataFrame:
    """The event that placed each order: ``event_id`` and ``transaction_id``, the earliest of those that name it.

    A page of thanks that is opened again, even another day or on another device, places no second order.
    """
    counted = pl.col("excluded").is_null() if "excluded" in events.collect_schema() else pl.lit(True)
    placed = events.filter(counted & (pl.col("event") == PURCHASE) & (pl.col("transaction_id") != ""))
    found = placed.select("ts", "event_id", transaction_id=pl.col("transaction_id").cast(pl.String)).collect()
    return found.sort("ts", "event_id").unique("transaction_id", keep="first", maintain_order=True).drop("ts")


def visits(
    cut: Sessions, *, placed: pl.DataFrame | None = None, key_events: Sequence[str] = (PURCHASE,)
) -> pl.DataFrame:
    """One row per visit, in no particular order: the table ``visits`` but the customer and the channels.

    Args:
        cut: the events in visits.
        placed: the answer of :func:`purchases` over all events, when ``cut`` holds only some of the visitors.
        key_events: events that make a visit an engaged one, whatever else happens in it.
    """
    pages = cut.in_order(pl.col("event").is_in(PAGE_VIEWS))
    n_events, n_pages = (cut.ends - cut.starts + 1), _sum(pages, cut.starts)
    lasted = cut.moments[cut.ends] - cut.moments[cut.starts]
    keyed = cut.first(cut.in_order(pl.col("event").is_in(key_events))).is_not_null()
    touch = cut.first(cut.touched)
    frame = pl.DataFrame(
        {
            "session_id": cut.ids,
            "visitor_id": cut.at("visitor_id", cut.starts).cast(pl.String),
            "started_at": cut.at("ts", cut.starts).dt.replace_time_zone(None),
            "ended_at": cut.at("ts", cut.ends).dt.replace_time_zone(None),
            "n_events": pl.Series(n_events, dtype=pl.UInt32),
            "n_pages": pl.Series(n_pages, dtype=pl.UInt32),
            "engaged": pl.Series((lasted >= ENGAGED) | (n_pages > 1)) | keyed,
        }
    )
    told = {name: cut.cells(name, touch) for name in TAGS}
    told |= {name: _filled(cut, name, cut.first) for name in _FIRST_FILLED}
    told |= {"landing": _filled(cut, "page", cut.first), "exit": _filled(cut, "page", cut.last)}
    frame = frame.with_columns(column.cast(pl.String).alias(name) for name, column in told.items())
    direct = touch.is_null()
    frame = frame.with_columns(
        source=pl.when(direct).then(pl.lit(DIRECT)).otherwise("source"),
        medium=pl.when(direct).then(pl.lit(NO_MEDIUM)).otherwise("medium"),
    )
    return frame.with_columns(_orders(cut, placed))


def _orders(cut: Sessions, placed: pl.DataFrame | None) -> pl.DataFrame:
    """``order_id`` (the first), ``n_orders`` and ``converted`` of each visit."""
    n = cut.starts.size
    if "transaction_id" not in cut.events.columns:
        nothing = pl.lit(None, pl.String).alias("order_id")
        return pl.select(pl.repeat(0, n, dtype=pl.UInt32).alias("n_orders")).select(
            nothing, "n_orders", converted=pl.col("n_orders") > 0
        )
    placed = purchases(cut.events.lazy()) if placed is None else placed
    candidates = cut.in_order((pl.col("event") == PURCHASE) & (pl.col("transaction_id").cast(pl.String) != ""))
    places = np.flatnonzero(candidates)
    counted = cut.at("event_id", places).is_in(placed["event_id"].implode()).to_numpy()
    places = places[counted]
    first = cut.place(places[::-1])
    number = np.bincount(cut.numbers[places], minlength=n)
    return pl.DataFrame(
        {
            "order_id": cut.cells("transaction_id", first).cast(pl.String),
            "n_orders": pl.Series(number, dtype=pl.UInt32),
            "converted": pl.Series(number > 0),
        }
    )


def _filled(cut: Sessions, column: str, which: Callable[[Marks], pl.Series]) -> pl.Series:
    """The first or last cell of each visit that is not empty."""
    if column not in cut.events.columns:
        return pl.Series([None], dtype=pl.String).new_from_index(0, cut.starts.size)
    return cut.cells(column, which(cut.in_order(pl.col(column).is_not_null())))


def _sum(marks: Marks, starts: Rows) -> NDArray[np.int64]:
    """How many marked places each run has."""
    if not starts.size:
        return np.zeros(0, dtype=np.int64)
    return np.add.reduceat(marks, starts, dtype=np.int64)
