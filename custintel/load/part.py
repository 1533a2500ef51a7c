"""What one sheet, report or log brings to one table, with the account of its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl

from custintel.load.cells import REFUSED_CELLS
from custintel.load.persons import Persons
from custintel.sheets.source import SKIPPED_SCHEMA, Note

MEASURES: Mapping[str, tuple[str, str]] = {
    "orders": ("total", "ordered_at"),
    "order_items": ("net", ""),
    "spend": ("amount", "date"),
    "returns": ("refund", "requested_at"),
    "calls": ("seconds", "started_at"),
    "surveys": ("", "answered_at"),
    "actions": ("planned_cost", "from"),
    "traffic": ("visits", "date"),
    "events": ("", "ts"),
    "products": ("", ""),
    "geo_index": ("", ""),
}
"""What is added up of each table to compare with its platform, and which column says the time it is about."""


@dataclass(frozen=True)
class Part:
    """What a file, or one of its sheets, brings.

    Attributes:
        source: name of the file.
        sheet: name of the sheet, empty in a text file.
        table: where its rows go.
        platform: who wrote it, as people call it; empty for people's own sheets.
        rows: for the table.
        read: rows of the file, those that are no data among them.
        counted: what is added up: rows as the platform has them.
        items: lines of orders.
        refused: cells and rows that could not be used, in ``REFUSED_CELLS``; ``field`` is null for a whole row.
        skipped: rows that are no data, in ``SKIPPED_SCHEMA``.
        notes: what the person should know.
        persons: who its rows are about, where they say it.
        headers: of the sheet.
    """

    source: str
    sheet: str
    table: str
    platform: str
    rows: pl.DataFrame
    read: int
    counted: pl.DataFrame
    items: pl.DataFrame | None = None
    refused: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REFUSED_CELLS))
    skipped: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SKIPPED_SCHEMA))
    notes: Sequence[Note] = ()
    persons: Persons | None = None
    headers: Sequence[str] = ()

    @property
    def refused_rows(self) -> int:
        """Rows that could not be used as a whole."""
        return self.refused.filter(pl.col("field").is_null())["row"].n_unique()

    @property
    def used(self) -> int:
        """Rows that were used: read, and neither skipped nor refused."""
        return self.read - self.skipped.height - self.refused_rows

    @property
    def sums(self) -> dict[str, Decimal]:
        """What the table adds up, by currency; the currency is empty where nothing says it, or nothing is money."""
        measure, _when = MEASURES[self.table]
        if not measure or self.counted[measure].null_count() == self.counted.height:
            return {}
        currency = pl.col("currency") if "currency" in self.counted.columns else pl.lit(None, pl.String)
        sums = self.counted.group_by(currency.fill_null("").alias("currency")).agg(
            pl.col(measure).cast(pl.Decimal(38, 2)).sum()
        )
        return {name: Decimal(str(amount)) for name, amount in sums.sort("currency").iter_rows()}

    @property
    def span(self) -> tuple[dt.date, dt.date] | None:
        """First and last day that the rows speak of."""
        _measure, when = MEASURES[self.table]
        last = "to" if "to" in self.counted.columns and self.table == "spend" else when
        first = "from" if last == "to" else when
        if not when or self.counted[first].null_count() == self.counted.height:
            return None
        days = self.counted.select(first=pl.col(first).min().cast(pl.Date), last=pl.col(last).max().cast(pl.Date))
        return days.row(0)
