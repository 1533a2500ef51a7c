"""The table ``refused`` with what loading could not use."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from custintel.load.cells import UNKNOWN_WORD
from custintel.load.order_rows import INCOMPLETE, ORPHAN
from custintel.load.part import Part
from custintel.load.visits.access_log import REFUSALS
from custintel.tables import REFUSED

KEPT_REASONS = ("total", "ragged")
"""Rows that are no data and yet may be missed: the others are titles, notes and empty rows."""
OWN = (INCOMPLETE, ORPHAN, UNKNOWN_WORD, *REFUSALS)
"""Reasons that only loading gives."""
_PLACE = ("source", "sheet", "row", "field", "value", "reason")


def all_refused(
    parts: Iterable[Part], before: pl.DataFrame, run_id: str, of_people: pl.DataFrame | None = None
) -> pl.DataFrame:
    """What earlier runs refused, what this one does, and cells of the people it added, each once.

    What an earlier loading refused of a file that is loaded again is forgotten, unless it is refused again; it then
    keeps its run. Cells have the table before the name of their column.
    """
    found = pl.concat([REFUSED.empty(), *(_refused(part, run_id) for part in parts)], how="diagonal")
    found = found.unique(_PLACE, keep="first", maintain_order=True)
    first = before.select(*_PLACE, _run="run_id").unique(_PLACE, keep="first", maintain_order=True)
    found = found.join(first, on=_PLACE, how="left", nulls_equal=True, maintain_order="left")
    found = found.with_columns(run_id=pl.coalesce("_run", "run_id")).drop("_run")
    files = found.select("source", "sheet").unique()
    again = pl.DataFrame([(part.source, part.sheet) for part in parts], schema=files.schema, orient="row").unique()
    mine = pl.col("reason").is_in(OWN) | pl.col("field").str.contains(".", literal=True).fill_null(False)
    kept = pl.concat([before.filter(~mine), before.filter(mine).join(again, on=["source", "sheet"], how="anti")])
    others = kept.join(found, on=_PLACE, how="anti", nulls_equal=True, maintain_order="left")
    added = REFUSED.empty() if of_people is None else of_people
    rows = pl.concat([others, *(frame.select(others.columns) for frame in (found, added))])
    return rows.sort("source", "sheet", "row", "field", "reason", "record_id", "value", nulls_last=False)


def _refused(part: Part, run_id: str) -> pl.DataFrame:
    """What was refused of one part, as the table has it."""
    lost = part.skipped.filter(pl.col("reason").is_in(KEPT_REASONS)).select(
        "row", field=pl.lit(None, pl.String), value="text", reason=pl.format("row.{}", "reason")
    )
    told = pl.concat([part.refused, lost.match_to_schema(part.refused.schema)])
    return told.select(
        "row",
        "value",
        "reason",
        run_id=pl.lit(run_id),
        source=pl.lit(part.source),
        sheet=pl.lit(part.sheet),
        record_id=pl.lit(None, pl.String),
        field=pl.format("{}.{}", pl.lit(part.table), "field"),
    )
