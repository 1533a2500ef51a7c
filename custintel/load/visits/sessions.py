"""Visits: the events of one visitor with no pause of more than half an hour.

The rule of Google Analytics 4 (``ga4``): neither midnight nor a new campaign ends a visit. That of Universal Analytics
(``ua``) ends it at midnight and when the campaign changes. Events whose analytics has already said to which visit they
belong (``ga_session_id`` of the BigQuery export) keep together whatever their pauses.

Events are put in the order of visitor, time and event id; a visit is then a run of rows, and everything about it is
where in its run something first or last happens. So it costs two sorts of whole numbers, and the order in which
events come does not matter.

A visit is named by its visitor and the microsecond in which it begins, or by the visitor and ``ga_session_id``. Loading
later events changes no name; only events from before the beginning of a visit, within the pause, rename that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.load.visits.gateways import is_gateway
from custintel.load.visits.sites import sites
from custintel.load.visits.utm import NOT_SET

Mode = Literal["ga4", "ua"]
Rows = NDArray[np.intp]
Marks = NDArray[np.bool_]

PAUSE = 30 * 60 * 1_000_000
"""The longest pause within a visit, in microseconds."""

DIRECT, NO_MEDIUM = "(direct)", "(none)"
TAGS = ("source", "medium", "campaign", "click_id")
_SILENT = ("", DIRECT, "direct")
_UNSAID = ("", NO_MEDIUM, NOT_SET)


@dataclass(frozen=True)
class Sessions:
    """Events cut into visits.

    Attributes:
        events: as they came, without those that do not count.
        order: the rows of ``events`` by visitor, time and event id; what follows are places in this order.
        starts: where each visit begins.
        moments: the instant of each event, microseconds since 1970, in this order.
        touched: which events say where the visitor came from.
    """

    events: pl.DataFrame
    order: Rows
    starts: Rows
    moments: NDArray[np.int64]
    touched: Marks

    @cached_property
    def ends(self) -> Rows:
        """The place of the last event of each visit."""
        return np.append(self.starts, self.order.size)[1:] - 1

    @cached_property
    def numbers(self) -> NDArray[np.int32]:
        """To which visit, counted from 0, each place belongs."""
        return np.repeat(np.arange(self.starts.size, dtype=np.int32), np.diff(self.starts, append=self.order.size))

    @cached_property
    def ids(self) -> pl.Series:
        """The name of each visit."""
        begin = self.at("ts", self.starts)
        second = begin.dt.replace_time_zone(None).dt.epoch("us").cast(pl.String)
        if "ga_session_id" in self.events.columns:
            second = (
                self.at("ga_session_id", self.starts)
                .cast(pl.String)
                .zip_with(self.at("ga_session_id", self.starts).is_not_null(), second)
            )
        visitor = self.at("visitor_id", self.starts).cast(pl.String)
        return pl.select(pl.concat_str(visitor, second, separator=".")).to_series().alias("session_id")

    def at(self, column: str, places: Rows) -> pl.Series:
        """The cells of a column at some places."""
        return self.events[column].gather(self.order[places])

    def in_order(self, marks: pl.Expr) -> Marks:
        """Which places fulfil a condition."""
        held = self.events.select(marks.fill_null(False)).to_series().to_numpy()
        return held[self.order]

    def first(self, marks: Marks) -> pl.Series:
        """The first marked place of each visit; null when it has none."""
        return self.place(np.flatnonzero(marks)[::-1])

    def last(self, marks: Marks) -> pl.Series:
        """The last marked place of each visit; null when it has none."""
        return self.place(np.flatnonzero(marks))

    def place(self, places: Rows) -> pl.Series:
        """For each visit the last of its places in ``places``; null when none of them is its own."""
        found = np.full(self.starts.size, -1)
        found[self.numbers[places]] = places
        return pl.select(place=pl.when(pl.lit(pl.Series(found)) >= 0).then(pl.lit(pl.Series(found)))).to_series()

    def cells(self, column: str, places: pl.Series) -> pl.Series:
        """The cells of a column at places that may be null."""
        return self.events[column].gather(pl.Series(self.order).gather(places))


def sessions(events: pl.DataFrame, *, mode: Mode = "ga4", pause: int = PAUSE, own: Sequence[str] = ()) -> Sessions:
    """Cut events into visits.

    Args:
        events: ``event_id``, ``ts`` (wall clock of the project's time zone, or a moment with a zone), ``visitor_id``,
            ``event``; and any of ``source``, ``medium``, ``campaign``, ``click_id``, ``ga_session_id``, ``excluded``.
            Rows with a reason in ``excluded`` are left out.
        mode: whose rule ends a visit; ``ua`` has no use for ``ga_session_id``.
        pause: microseconds after which the next event begins another visit.
        own: the shop's domains, which are no source.
    """
    if "excluded" in events.columns:
        events = events.filter(pl.col("excluded").is_null())
    events = events.with_columns(pl.lit(None, pl.String).alias(name) for name in TAGS if name not in events.columns)
    if mode == "ua":
        events = events.drop("ga_session_id", strict=False)
    events = events.with_columns(pl.col("ts").dt.cast_time_unit("us"))
    owner = _owners(events)
    order = _order(events, owner)
    owners, moments = owner[order], events["ts"].to_physical().to_numpy()[order]
    other = np.diff(owners, prepend=owners[:1]) != 0
    other[:1] = True
    late = np.diff(moments, prepend=moments[:1]) > pause
    if "ga_session_id" in events.columns:
        late &= events["ga_session_id"].is_null().to_numpy()[order]
    touched = events.select(_touch(events, own)).to_series().to_numpy()[order]
    cut = other | late
    if mode == "ua":
        cut |= _new_day(events["ts"].gather(order))
        cut |= _new_campaign(events, order, cut, touched, moments)
    return Sessions(events, order, np.flatnonzero(cut), moments, touched)


def by_visitors(events: pl.LazyFrame, parts: int) -> Iterator[pl.DataFrame]:
    """Events in ``parts`` frames, all those of a visitor in one: for more events than fit in memory at once.

    Every kernel of visits gives the same rows for the parts as for the whole; ten million events take about 2 GiB.
    """
    share = pl.col("visitor_id").cast(pl.String).hash() % parts
    for part in range(parts):
        yield events.filter(share == part).collect(engine="streaming")


def with_ids(events: pl.DataFrame, cut: Sessions) -> pl.DataFrame:
    """``events`` with the ``session_id`` of each, null for those that do not count."""
    number = np.empty(cut.order.size, dtype=np.int32)
    number[cut.order] = cut.numbers
    counted = cut.ids.gather(pl.Series(number))
    if "excluded" in events.columns:
        counts = pl.col("excluded").is_null()
        place = events.select(pl.when(counts).then(counts.cum_sum() - 1)).to_series()
        counted = counted.gather(place)
    return events.with_columns(session_id=counted)


def _owners(events: pl.DataFrame) -> NDArray[np.uint32]:
    """A number for each visitor, or for each visit that the analytics has named."""
    owner = pl.col("visitor_id").cast(pl.String)
    if "ga_session_id" in events.columns:
        named = pl.concat_str(owner, pl.col("ga_session_id").cast(pl.String), separator="\x1f")
        owner = pl.when(pl.col("ga_session_id").is_not_null()).then(named).otherwise(owner)
    elif events["visitor_id"].dtype != pl.String:
        owner = pl.col("visitor_id")
    return events.select(owner.cast(pl.Categorical).to_physical()).to_series().to_numpy()


def _order(events: pl.DataFrame, owners: NDArray[np.uint32]) -> Rows:
    """The rows by owner, time and event id.

    First by time; then by one number of 64 bits, which has the owner above and the place in time below.
    """
    by_time = events["ts"].to_physical().arg_sort().to_numpy()
    packed = owners[by_time].astype(np.uint64) << np.uint64(32)
    packed |= np.arange(by_time.size, dtype=np.uint64)
    packed.sort()
    order = by_time[(packed & np.uint64(0xFFFFFFFF)).astype(np.intp)].astype(np.intp)
    return _ties(events, order, owners[order])


def _ties(events: pl.DataFrame, order: Rows, owners: NDArray[np.uint32]) -> Rows:
    """Rows of one owner at one instant by their event id."""
    moments = events["ts"].to_physical().to_numpy()[order]
    same = (np.diff(moments) == 0) & (np.diff(owners) == 0)
    if not same.any():
        return order
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    group = np.cumsum(~np.append(False, same))[tied]
    rows = pl.DataFrame({"group": group, "row": order[tied], "event_id": events["event_id"].gather(order[tied])})
    order[tied] = rows.sort("group", "event_id")["row"].to_numpy()
    return order


def _touch(events: pl.DataFrame, own: Sequence[str]) -> pl.Expr:
    """Whether an event says where the visitor came from: not direct, not the shop itself, not a payment page."""
    known = events["source"].unique().drop_nulls().cast(pl.String)
    small = known.str.to_lowercase().str.strip_chars()
    mine = sites({"own": [domain.lower().removeprefix("www.") for domain in own]})
    silent = known.filter(small.is_in(_SILENT) | is_gateway(known) | mine.of(small).is_not_null())
    unset = (pl.col("source") == NOT_SET) & pl.col("medium").cast(pl.String).fill_null("").is_in(_UNSAID)
    said = pl.col("source").is_not_null() & ~pl.col("source").cast(pl.String).is_in(silent.implode()) & ~unset
    return (said | pl.col("click_id").is_not_null()).fill_null(False)


def _new_day(moments: pl.Series) -> Marks:
    day = moments.dt.replace_time_zone(None).dt.date().to_physical().to_numpy()
    new: Marks = np.diff(day, prepend=day[:1]) != 0
    return new


def _new_campaign(events: pl.DataFrame, order: Rows, cut: Marks, touched: Marks, moments: NDArray[np.int64]) -> Marks:
    """Places that say another campaign than the last one said before, since the pause."""
    said = events.select(pl.struct(pl.col(TAGS[:3]).cast(pl.String)).rank("dense")).to_series().to_numpy()[order]
    places = np.arange(order.size)
    last = np.maximum.accumulate(np.where(touched, places, -1))
    before = np.append(-1, last)[:-1]
    begins = np.maximum.accumulate(np.where(cut, places, 0))
    changed = (before < begins) | (said != said[before])
    new: Marks = touched & changed & (np.diff(moments, prepend=moments[:1]) > 0)
    return new
