"""Events of any origin in the columns of the table ``events``, each with a name of its own."""

from __future__ import annotations

import polars as pl

from custintel.load.cells import REFUSED_CELLS
from custintel.load.order_rows import INCOMPLETE
from custintel.load.visits.event_ids import event_ids
from custintel.load.visits.gather import WORKING
from custintel.tables.events import EVENTS


def event_rows(rows: pl.DataFrame, *, source: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Events and the rows that are none, since they lack a moment or say nothing that happened.

    Args:
        rows: ``ts``, ``event``, ``visitor_id`` and any further column of ``events`` or of
            :data:`custintel.load.visits.gather.WORKING`; ``row`` when they come from a sheet.
        source: name of the file.

    Returns:
        The events, and what was refused, in ``REFUSED_CELLS``.
    """
    usable = pl.col("ts").is_not_null() & pl.col("event").is_not_null()
    lost = rows.filter(~usable)
    refused = pl.DataFrame(schema=REFUSED_CELLS)
    if lost.height:
        nothing = pl.lit(None, pl.String)
        refused = lost.select("row", field=nothing, value=nothing, reason=pl.lit(INCOMPLETE))
    known = [name for name in rows.columns if name in EVENTS.schema or name in WORKING]
    absent = {name: EVENTS.schema[name] for name in ("page", "visitor_id") if name not in known}
    events = rows.filter(usable).select(
        *(pl.col(name).cast(EVENTS.schema.get(name, rows.schema[name])) for name in known),
        *(pl.lit(None, dtype).alias(name) for name, dtype in absent.items()),
    )
    made = event_ids(events.drop("event_id", strict=False).with_columns(pl.col("visitor_id").fill_null("")))
    given = pl.coalesce("event_id", pl.lit(made)) if "event_id" in events.columns else pl.lit(made)
    return events.with_columns(event_id=given, origin=pl.lit(source)), refused
