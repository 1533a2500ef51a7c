"""What a run of ``ci load`` did, for the page and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from custintel.load.loading import Loaded
from custintel.load.part import Part
from custintel.load.persons import WHO, with_who
from custintel.tables import REVIEW
from custintel.tables.calls import CALLS
from custintel.tables.orders import ORDERS


@dataclass(frozen=True)
class Report:
    """What a run did.

    Attributes:
        parts: of all files.
        loaded: the tables.
        run_id: of the run; ``None`` when nothing changed or nothing was written.
        written: whether it was more than a dry run.
    """

    parts: Sequence[Part]
    loaded: Loaded
    run_id: str | None
    written: bool


def data(report: Report) -> dict[str, Any]:
    """The report for programs."""
    gathered = report.loaded.gathered
    return {
        "run_id": report.run_id,
        "files": [_part_data(part) for part in report.parts],
        "tables": {
            table.name: {"before": report.loaded.before[table], "rows": n} for table, n in report.loaded.now.items()
        },
        "people_added": report.loaded.added,
        "people_unknown": unknown(report.loaded),
        "orders_of_nobody": unusable(report.loaded).height,
        "visits": None
        if gathered is None
        else {
            "visits": gathered.visits.height,
            "with_order": int(gathered.visits["converted"].sum()),
            "events_repeated": gathered.repeated,
            "events": gathered.account.to_dicts(),
        },
    }


def _part_data(part: Part) -> dict[str, Any]:
    reasons = part.refused.with_columns(pl.col("field").fill_null("")).group_by("field", "reason").len("n")
    return {
        "file": part.source,
        "sheet": part.sheet,
        "table": part.table,
        "platform": part.platform or None,
        "rows": part.read,
        "used": part.used,
        "skipped": part.skipped.height,
        "refused": part.refused_rows,
        "makes": part.counted.height,
        "sums": part.sums,
        "from": part.span[0] if part.span else None,
        "to": part.span[1] if part.span else None,
        "reasons": reasons.sort("field", "reason").to_dicts(),
        "notes": [
            {"code": note.code, **{name: str(value) for name, value in note.values.items()}} for note in part.notes
        ],
    }


def unknown(loaded: Loaded) -> dict[str, int]:
    """Files whose orders or calls name people whom several customers fit equally, with how many."""
    found: dict[str, int] = {}
    for table in (ORDERS, CALLS):
        rows = loaded.tables.get(table)
        if rows is not None:
            named = with_who(rows).filter(pl.col("customer_id").is_null()).join(loaded.open, on=WHO, how="semi")
            for source, n in named.group_by("source_file").len().sort("source_file").iter_rows():
                found[source] = found.get(source, 0) + n
    return found


def unusable(loaded: Loaded) -> pl.DataFrame:
    """The orders that name somebody who is no person that could be known: a counter, a consumer in general."""
    orders = loaded.tables.get(ORDERS)
    if orders is None:
        return ORDERS.empty()
    named = with_who(orders).filter(pl.col("customer_id").is_null() & pl.col(WHO).is_not_null())
    return named.join(loaded.open, on=WHO, how="anti", maintain_order="left")


def following(report: Report) -> list[str]:
    """The command lines to run next."""
    asked = report.loaded.people.get(REVIEW)
    open_ = isinstance(asked, pl.DataFrame) and asked["decision"].null_count() > 0
    review = ["ci review", "ci load"] if open_ or unknown(report.loaded) else []
    return [*review, "ci status", *(["ci undo"] if report.run_id else [])]
