"""What everybody did between two days, worked out once however many goals ask for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import polars as pl

from custintel.goals.measures import YEAR, Kind, measured


@dataclass
class Diary:
    """The purchases of a base.

    Attributes:
        customers: everybody, sorted.
        purchases: :attr:`custintel.purchases.purchases.Purchases.frame`.
        lines: from :func:`custintel.goals.articles.bought`.
        kind: what breadth counts.
    """

    customers: pl.Series
    purchases: pl.DataFrame
    lines: pl.DataFrame
    kind: Kind
    _seen: dict[tuple[dt.date, dt.date], pl.DataFrame] = field(default_factory=dict, init=False)

    def of(self, customers: pl.Series, start: dt.date, end: dt.date) -> pl.DataFrame:
        """:func:`custintel.goals.measures.measured` of some customers, in their order."""
        if (start, end) not in self._seen:
            self._seen[start, end] = measured(self.customers, self.purchases, self.lines, start, end, self.kind)
        asked = pl.DataFrame({"customer_id": customers})
        found = asked.join(self._seen[start, end], on="customer_id", how="left", maintain_order="left")
        return found.with_columns(pl.col("orders", "kinds").fill_null(0), pl.col("net").fill_null(0.0))

    def year(self, customers: pl.Series, end: dt.date) -> pl.DataFrame:
        """The same over the 364 days up to ``end``."""
        return self.of(customers, end - dt.timedelta(days=YEAR - 1), end)
