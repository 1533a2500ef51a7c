"""Whole months where a day is expected: ``mayo 2026``, ``may-26``, ``2026-05``, ``05/2026`` are all of their days."""

from __future__ import annotations

import polars as pl

from custintel.fields import text
from custintel.fields.date import from_parts
from custintel.fields.date_forms import words

_NAMED = r"^([a-z]+)(?: de| del)? (\d{4}|\d{2})$"
_YEAR_FIRST = r"^(\d{4}) (\d{1,2})$"
_YEAR_LAST = r"^(\d{1,2}) (\d{4})$"
_CENTURY = 2000


def with_days(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells of ``date`` that name a month as its first day, with its last in ``date_to``, where nothing else is said.

    Args:
        cells: text; ``date`` and, perhaps, ``date_to``.
    """
    plain = text.key(pl.col("date"))
    named, first, last = (plain.str.extract_groups(form).struct for form in (_NAMED, _YEAR_FIRST, _YEAR_LAST))
    month = pl.coalesce(
        named[0].replace_strict(words()["months"], default=None, return_dtype=pl.Int32),
        first[1].cast(pl.Int32),
        last[0].cast(pl.Int32),
    )
    year = pl.coalesce(named[1], first[0], last[1]).cast(pl.Int32)
    year = pl.when(year < 100).then(year + _CENTURY).otherwise(year)
    day = from_parts(year, month, pl.lit(1))
    found = cells.select(_first=day, _last=day.dt.month_end())
    if found["_first"].null_count() == cells.height:
        return cells
    said = pl.col("date_to") if "date_to" in cells.columns else pl.lit(None, pl.String)
    begun, ended = (pl.lit(found[name].cast(pl.String)) for name in ("_first", "_last"))
    return cells.with_columns(
        date=pl.coalesce(begun, "date"),
        date_to=pl.when(begun.is_not_null() & said.is_null()).then(ended).otherwise(said),
    )
