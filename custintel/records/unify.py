"""Records joined with the people a project already holds: who is who now, and the tables about people that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from custintel.people.rebuild import People, rebuilt, with_people
from custintel.people.survivorship import Survivorship
from custintel.people.who import Merging, Who, who_is_who
from custintel.records import trail
from custintel.records.rows import Rows
from custintel.tables import Table


@dataclass(frozen=True)
class Unified:
    """Records among the people of a project.

    Attributes:
        who: who is who.
        changed: every cell of the rows that is not as it came.
        people: the tables about people.
    """

    who: Who
    changed: pl.DataFrame
    people: People


def unify(
    rows: Rows,
    before: Mapping[Table, pl.LazyFrame],
    columns: Sequence[str],
    *,
    run_id: str,
    survivorship: Survivorship,
    merging: Merging,
) -> Unified:
    """Join rows with the records of the project and make its tables about people anew.

    Args:
        rows: of this run.
        before: the tables of the project.
        columns: the columns of ``records`` that are read of every record, however few are new;
            :data:`custintel.matching.engine.COMPARED`, record_id and what reaches people among them.
        run_id: this run.
        survivorship: how to choose among a person's values.
        merging: what is merged.
    """
    who = who_is_who(before, rows.fresh, columns, merging, run_id)
    people = with_people(rows.people, who.identities)
    fresh = people if rows.fresh is rows.people else with_people(rows.fresh, who.identities)
    changed = trail.cell_changes(people)
    cells = changed if fresh is people else changed.join(fresh, on="record_id", how="semi")
    return Unified(who, changed, rebuilt(before, who, fresh, cells, run_id, survivorship))
