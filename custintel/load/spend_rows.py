"""From the typed rows of a report of ads to money per campaign and day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from custintel.load.cells import CELL_CURRENCY, REFUSED_CELLS
from custintel.load.conventions import Conventions
from custintel.load.known import Platform
from custintel.load.order_rows import INCOMPLETE
from custintel.load.words import coded
from custintel.tables.records import MONEY, TIME
from custintel.tables.spend import SPEND

TOTAL = "row.total"
_LABEL = r"(?i)^\s*(?:total(?:es)?\s*:|(?:all|todas?|todos|total(?:es)?|summary|resumen|gran total)\s*$)"
_NAMED_TOTAL = r"(?i)^\s*total(?:es)?\s*:"
_PURCHASES = r"(?i)purchase|compra"
_NO_STATUS = ("", "--", "-")
Period = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class SpendRows:
    """Money of one sheet.

    Attributes:
        spend: the columns of the table ``spend`` that a file can bring, one row per row and day.
        read: the rows that were used, before their spreading: ``amount``, ``currency``, ``from``, ``to``.
        refused: in ``REFUSED_CELLS``; totals are among them.
    """

    spend: pl.DataFrame
    read: pl.DataFrame
    refused: pl.DataFrame


def spend_rows(
    rows: pl.DataFrame, platform: Platform | None, how: Conventions, *, source: str, origin: str, period: Period | None
) -> SpendRows:
    """The money of a report, without its rows of totals, spread evenly over the days of each row.

    Args:
        rows: as :func:`custintel.load.cells.typed` gives them; the texts of ``campaign`` as they came.
        platform: the known report; ``None`` for people's own sheets.
        how: the conventions of the sheet.
        source: name of the file.
        origin: the platform or list.
        period: first and last day that the lines above the header name.
    """
    texts = ("campaign", "ad_set", "ad", "channel", "campaign_status", "campaign_type", "result_indicator")
    absent = {**dict.fromkeys(texts, pl.String), "date": pl.Date, "date_to": pl.Date}
    rows = rows.with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in absent.items() if name not in rows.columns
    )
    totals = rows.select(_is_total(rows)).to_series()
    refused = [_refused(rows.filter(totals), TOTAL)]
    first, last = period or (None, None)
    rows = rows.filter(~totals).with_columns(
        pl.coalesce("date", pl.lit(first, pl.Date)).alias("from"),
        pl.coalesce("date_to", "date", pl.lit(last, pl.Date)).alias("to"),
    )
    usable = (pl.col("amount").is_not_null() & (pl.col("from") <= pl.col("to"))).fill_null(False)
    refused.append(_refused(rows.filter(~usable), INCOMPLETE))
    said = [pl.col(name) for name in ("currency", CELL_CURRENCY) if name in rows.columns]
    rows = rows.filter(usable).with_columns(
        currency=pl.coalesce(*said, pl.lit(how.currency, pl.String)).str.to_uppercase(),
        channel=_channel(rows.filter(usable), platform),
        exported_at=pl.lit(rows["to"].max()).cast(TIME),
        origin=pl.lit(origin),
        source_file=pl.lit(source),
        source_row="row",
    )
    if "claimed_conversions" in rows.columns:
        sale = pl.col("result_indicator").is_null() | pl.col("result_indicator").str.contains(_PURCHASES)
        rows = rows.with_columns(pl.when(sale).then("claimed_conversions").alias("claimed_conversions"))
    whole = ("impressions", "clicks", "claimed_conversions", "claimed_value")
    rows = rows.with_columns(pl.lit(None, SPEND.schema[name]).alias(name) for name in whole if name not in rows.columns)
    return SpendRows(
        spread(rows), rows.select("amount", "currency", "from", "to"), pl.concat(refused).match_to_schema(REFUSED_CELLS)
    )


def _is_total(rows: pl.DataFrame) -> pl.Expr:
    """Whether a row adds up others: it says so where another thing should stand, or lacks the campaign others have.

    "Total Wine" is a campaign. "Total: spring" is one where the row has a day or a status as other campaigns do.
    """
    beside = [pl.col(name).str.contains(_LABEL) for name in ("campaign_status", "campaign_type", "ad_set", "ad")]
    dated, stated = rows["date"].null_count() < rows.height, rows["campaign_status"].null_count() < rows.height
    placed = pl.lit(False)
    if dated:
        placed |= pl.col("date").is_not_null()
    if stated:
        placed |= ~pl.col("campaign_status").fill_null("").is_in(_NO_STATUS)
    named = pl.col("campaign").str.contains(_NAMED_TOTAL) & ~placed
    everything = pl.col("campaign").str.contains(r"(?i)^\s*(?:all|todas?|todos)\s*(?:campaigns|las campañas)?\s*$")
    nameless = pl.col("campaign").is_null() & pl.lit(rows["campaign"].null_count() < rows.height)
    return pl.any_horizontal(*beside, named, everything, nameless).fill_null(False)


def _channel(rows: pl.DataFrame, platform: Platform | None) -> pl.Expr:
    """Channel by our own rules, where the platform or the sheet's word for it says one; else the word."""
    if platform and platform.channel:
        kinds = {"Shopping": "Paid Shopping", "Display": "Display", "Video": "Paid Video"}
        found = [
            pl.when(pl.col("campaign_type").str.contains(f"(?i){word}")).then(pl.lit(channel))
            for word, channel in kinds.items()
        ]
        return pl.coalesce(*found, pl.lit(platform.channel))
    known = coded(rows["channel"], "ad_channel")
    return pl.coalesce(pl.lit(known), "channel")


def _refused(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    return rows.select("row", field=pl.lit(None, pl.String), value="campaign", reason=pl.lit(reason))


def spread(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per day of each row; what is counted or paid is divided so that the parts add up to the whole.

    Args:
        rows: ``from``, ``to``, ``amount``, ``impressions``, ``clicks``, ``claimed_conversions``, ``claimed_value``.
    """
    days = (pl.col("to") - pl.col("from")).dt.total_days() + 1
    each = rows.with_columns(period_days=days.cast(pl.UInt32), date=pl.date_ranges("from", "to")).explode("date")
    each = each.with_columns(_day=(pl.col("date") - pl.col("from")).dt.total_days())

    def part(name: str, units: int) -> pl.Expr:
        whole = (pl.col(name).cast(pl.Float64) * units).round().cast(pl.Int64)
        day, several = pl.col("_day"), pl.col("period_days").cast(pl.Int64)
        return (whole * (day + 1)) // several - (whole * day) // several

    money = [
        (part(name, 100).cast(pl.Decimal(38, 2)) / 100).cast(MONEY).alias(name) for name in ("amount", "claimed_value")
    ]
    counts = [part(name, 1).alias(name) for name in ("impressions", "clicks")]
    claims = (part("claimed_conversions", 100) / 100).alias("claimed_conversions")
    declared = [name for name in SPEND.schema.names() if name in each.columns]
    return each.with_columns(*money, *counts, claims).select(declared)
