"""Of what was loaded several times, the newest: an order edited, a report exported again, files that overlap.

What is newer is decided by what the rows say and not by the order in which files are loaded: an order that got
further or was given back more, then the file that speaks of the later moment. Only where these are equal the file
loaded last counts, so a file loaded again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.tables.order_items import ORDER_ITEMS
from custintel.tables.orders import ORDERS
from custintel.tables.spend import SPEND
from custintel.tables.traffic import TRAFFIC
from custintel.tables.vocabulary import Table

ORDER = ("origin", "number")
SPENT = ("origin", "campaign", "date")
_MOMENTS = ("ordered_at", "paid_at", "shipped_at", "delivered_at", "cancelled_at")
_AGE = "_age"
"""Which of the frames a row is of, the stored one 0: of equals the last counts."""


def newest(table: Table, stored: pl.DataFrame, loaded: Sequence[pl.DataFrame], key: Sequence[str]) -> pl.DataFrame:
    """One row per key: of the latest file, else of the one loaded last.

    Args:
        table: the table; frames that lack optional columns are filled.
        stored: its rows in the project.
        loaded: the rows of each file, in the order of loading.
        key: what makes two rows the same thing.
    """
    rows = _stacked(table, stored, loaded).sort("exported_at", _AGE, nulls_last=False, maintain_order=True)
    return rows.unique(key, keep="last", maintain_order=True).drop(_AGE)


def newest_orders(stored: pl.DataFrame, loaded: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """One row per origin and number: the state that is furthest, with ``_age``: which frame it is of."""
    rows = _stacked(ORDERS, stored, loaded)
    moments = pl.max_horizontal(_MOMENTS)
    rank = pl.col("stated_status").to_physical()
    rows = rows.with_columns(_moment=moments, _back=pl.col("stated_refund").fill_null(0), _rank=rank)
    rows = rows.sort("_moment", "_back", "_rank", "exported_at", _AGE, nulls_last=False, maintain_order=True)
    return rows.unique(ORDER, keep="last", maintain_order=True).drop("_moment", "_back", "_rank")


def newest_items(stored: pl.DataFrame, loaded: Sequence[pl.DataFrame], orders: pl.DataFrame) -> pl.DataFrame:
    """The lines of every order: all from one file.

    From the file that brings the order as it is now; where that brings no lines, from the latest that does.

    Args:
        stored: the table ``order_items``.
        loaded: the lines of each file, in the order of loading, as those of orders.
        orders: the answer of :func:`newest_orders`.
    """
    lines = _stacked(ORDER_ITEMS, stored, loaded)
    whose = orders.select(*ORDER, _wanted=_AGE)
    lines = lines.join(whose, on=ORDER, how="left", maintain_order="left")
    files = lines.group_by(*ORDER, _AGE, maintain_order=True).agg(
        pl.col("exported_at").max(), _mine=(pl.col(_AGE) == pl.col("_wanted")).any()
    )
    best = files.sort("_mine", "exported_at", _AGE, nulls_last=False, maintain_order=True)
    best = best.unique(ORDER, keep="last", maintain_order=True).select(*ORDER, _AGE)
    kept = lines.join(best, on=[*ORDER, _AGE], how="semi", maintain_order="left")
    return kept.drop(_AGE, "_wanted")


def newest_spend(stored: pl.DataFrame, loaded: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The money of each origin, campaign and day: all from one file, since reports overlap and differ in detail."""
    rows = _stacked(SPEND, stored, loaded)
    files = rows.group_by(*SPENT, _AGE, "source_file", maintain_order=True).agg(pl.col("exported_at").max())
    best = files.sort("exported_at", _AGE, nulls_last=False, maintain_order=True)
    best = best.unique(SPENT, keep="last", maintain_order=True).select(*SPENT, _AGE, "source_file")
    kept = rows.join(best, on=[*SPENT, _AGE, "source_file"], how="semi", nulls_equal=True, maintain_order="left")
    return kept.drop(_AGE).sort(SPEND.schema.names(), nulls_last=False)


def newest_traffic(stored: pl.DataFrame, loaded: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Counts of visits: a report takes the place of all that is known of days that lie within its period.

    Raises:
        CustintelError: a report and what is known share some days of a longer period, which cannot be told apart.
    """
    known = _filled(TRAFFIC, stored)
    for report in loaded:
        first, last = report["date"].min(), report["date_to"].max()
        outside = known.filter((pl.col("date") < first) | (pl.col("date_to").fill_null(pl.col("date")) > last))
        begun = outside.filter((pl.col("date") <= last) & (pl.col("date_to").fill_null(pl.col("date")) >= first))
        if begun.height:
            file, since, until = begun.select("source_file", "date", "date_to").row(0)
            raise CustintelError(
                _("This report and one that was loaded share some days, whose visits would count twice."),
                where=str(report["source_file"][0]),
                seen=_("{first} to {last}; {file}: {since} to {until}").format(
                    first=first, last=last, file=file, since=since, until=until
                ),
                hint=_("Export whole periods that do not overlap, or a report by day."),
            )
        known = pl.concat([outside, _filled(TRAFFIC, report)])
    return known.sort(TRAFFIC.schema.names(), nulls_last=False)


def _stacked(table: Table, stored: pl.DataFrame, loaded: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All rows with every declared column, and ``_age``."""
    frames = [
        _filled(table, frame).with_columns(pl.lit(age).alias(_AGE)) for age, frame in enumerate([stored, *loaded])
    ]
    return pl.concat(frames, how="vertical")


def _filled(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in table.schema.items() if name not in frame.columns]
    whole = frame.with_columns(absent)
    return whole.select(pl.col(name).cast(dtype) for name, dtype in table.schema.items())
