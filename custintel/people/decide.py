"""Apply what people have said: the shared end of ``ci review``, ``ci merge`` and ``ci unmerge``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import polars as pl

from custintel.matching.engine import COMPARED
from custintel.people.follows import unsettled
from custintel.people.mentions import contradiction
from custintel.people.rebuild import rebuilt, with_people
from custintel.people.said import conflicts
from custintel.people.settings import merging_of, survivorship_of
from custintel.people.survivorship import CONSENTS, Survivorship
from custintel.people.who import Merging, who_is_who
from custintel.project.folder import Project
from custintel.project.records import Input
from custintel.tables import CHANGES, CUSTOMERS, IDENTITIES, RECORDS, REVIEW, TABLES, Table
from custintel.tables.patch import Content

KEYS = tuple(dict.fromkeys(["record_id", *COMPARED, *CONSENTS]))
"""The columns of ``records`` that are read of every record."""


@dataclass(frozen=True)
class Decided:
    """What answers have made of the people.

    Attributes:
        tables: those that are not as they were.
        identities: the ``identities`` table now.
        before: how many people there were.
        after: how many there are.
        waiting: pairs that still wait for an answer.
        run_id: the run, None when it changed nothing or was none.
    """

    tables: Mapping[Table, Content]
    identities: pl.DataFrame
    before: int
    after: int
    waiting: int
    run_id: str | None = None


def decided(
    before: Mapping[Table, pl.LazyFrame],
    review: pl.DataFrame,
    run_id: str,
    merging: Merging | None = None,
    survivorship: Survivorship | None = None,
) -> Decided:
    """The tables about people once the answers in ``review`` hold.

    Args:
        before: the tables of the project.
        review: its ``review`` table with new answers, or without withdrawn ones.
        run_id: this run.
        merging: what is merged, where it is not what is sure.
        survivorship: how to choose among a person's values, where it is not as declared.

    Raises:
        CustintelError: answers contradict each other; it names the people.
    """
    if (wrong := conflicts(review)).height:
        raise contradiction(before, review, wrong)
    once = {table: before[table].collect() for table in (IDENTITIES, CUSTOMERS)}
    said = {**before, **{table: frame.lazy() for table, frame in once.items()}, REVIEW: review.lazy()}
    nothing = before[RECORDS].limit(0).collect()
    who = who_is_who(said, nothing, KEYS, merging or Merging(), run_id)
    nothing = with_people(nothing, who.identities)
    people = rebuilt(said, who, nothing, before[CHANGES].limit(0).collect(), run_id, survivorship or Survivorship())
    waiting = unsettled(people.review, who.identities).height
    return Decided(people.tables, who.identities, once[CUSTOMERS].height, people.customers.height, waiting)


def decide(
    project: Project,
    review: pl.DataFrame,
    command: str,
    *,
    arguments: Sequence[str] = (),
    inputs: Sequence[Input] = (),
    dry_run: bool = False,
) -> Decided:
    """:func:`decided` on a project, committed as one run unless this is a dry run.

    Args:
        project: whose tables ``review`` was made from.
        review: as in :func:`decided`.
        command: the subcommand, for the history.
        arguments: what was typed after it.
        inputs: the files that answers came from.
        dry_run: work it out and write nothing.

    Raises:
        CustintelError: as :func:`decided`, or somebody else has written meanwhile.
    """
    before = {table: project.scan(table) for table in TABLES.values()}
    merging, survivorship = merging_of(project.settings), survivorship_of(project.settings)
    if dry_run:
        return decided(before, review, "r0000", merging, survivorship)
    with project.write(command, arguments=arguments, inputs=inputs, version=version("custintel")) as run:
        made = decided(before, review, run.run_id, merging, survivorship)
        run.put_all(TABLES.values(), made.tables)
    return Decided(
        made.tables, made.identities, made.before, made.after, made.waiting, run.run_id if run.changed else None
    )
