"""What a run changes in a table that is large: a few rows of it, and not the table."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from custintel.tables.vocabulary import Table


@dataclass(frozen=True)
class Patch:
    """A table as it is stored, without some rows and with others.

    Attributes:
        gone: places (from 0) of rows of the stored table that are no more, ascending, each once.
        rows: what comes instead, conforming to the table: in the places that its key gives them, at the end in this
            order where it has none.
    """

    gone: pl.Series
    rows: pl.DataFrame

    @property
    def nothing(self) -> bool:
        """Whether the table stays as it is."""
        return not len(self.gone) and not self.rows.height

    def applied(self, table: Table, stored: pl.LazyFrame) -> pl.DataFrame:
        """The whole table as it becomes."""
        return self.within(table, stored.collect(), 0)

    def within(self, table: Table, part: pl.DataFrame, first: int) -> pl.DataFrame:
        """The rows of ``part``, which begins at place ``first`` of the stored table, as they become."""
        places = self.gone.filter((self.gone >= first) & (self.gone < first + part.height))
        if len(places):
            stays = pl.Series([True]).new_from_index(0, part.height).scatter((places - first).cast(pl.UInt32), False)
            part = part.filter(stays)
        whole = pl.concat([table.fill(part), table.fill(self.rows)], rechunk=False)
        return table.conform(whole.sort(table.key) if table.key else whole)


Content = pl.DataFrame | Patch
"""What a run makes of a table: all of it, or what changes in it."""


def whole(table: Table, made: Content, stored: pl.LazyFrame) -> pl.DataFrame:
    """A table as a run makes it."""
    return made.applied(table, stored) if isinstance(made, Patch) else made
