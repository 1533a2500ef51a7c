"""``ci goals``: what each segment could reach, and what to offer to whom."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from custintel.errors import CustintelError, UsageError
from custintel.i18n import N_, _
from custintel.options import Session, subcommand
from custintel.result_options import fail_on_option, xlsx_option

if TYPE_CHECKING:
    import datetime as dt

    from custintel.goals.plan import Base, Plan, Tables
    from custintel.goals.targets import Goal
    from custintel.project.folder import Project

GOALS_FILE = "goals.yaml"


@subcommand(
    "goals",
    N_(
        "Set a goal for each segment, know what it is worth, and get the offers that lead there: what each customer "
        "should buy again, what is new to them, from which amount shipping is free, whom to win back. No offer takes "
        "off more than leaves every cost paid, and one customer in ten gets nothing, so that the effect is measured."
    ),
    examples=(
        "ci goals --xlsx offers.xlsx",
        "ci goals --csv offers.csv",
        "ci goals --propose",
        'ci goals --fail-on "goals_that_harm>0"',
    ),
)
@click.option("--goals", metavar="FILE", help=N_("The list of goals; by default goals.yaml in the project folder."))
@click.option("--propose", is_flag=True, help=N_("Propose goals anew; a list that is there is kept beside it."))
@click.option(
    "--as-of", metavar="DATE", help=N_("Last day that counts, such as 2026-10-31; by default that of the last order.")
)
@fail_on_option(N_('End with exit code 3 when this holds, such as "goals_that_harm>0".'))
@xlsx_option()
@click.option(
    "--csv",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=N_("Also write the offers to send, for a mailing tool."),
)
def command(session: Session, **options: Any) -> int:
    """Plan, write the tables and the proposal, and say what came out."""
    from custintel.conditions import check, condition
    from custintel.goals import page, result
    from custintel.periods import day
    from custintel.sheets.output_file import check_output
    from custintel.ui.ending import ending
    from custintel.ui.show import Page

    conditions = [condition(text, result.NAMES) for text in options["fail_on"]]
    as_of = day("--as-of", options["as_of"], last=True)
    project = session.project_with_orders()
    path = Path(options["goals"]) if options["goals"] else project.root / GOALS_FILE
    if options["goals"] and options["propose"]:
        raise UsageError(
            _("A proposal goes to goals.yaml of the project, not to another list."), where="--goals, --propose"
        )
    for ending_of in ("xlsx", "csv"):
        if options[ending_of]:
            check_output(options[ending_of], ending_of, [path])
    made, proposal = _written(session, project, path, as_of, options)
    files = [options["xlsx"], options["csv"], path if proposal else None]
    following = [None if options["xlsx"] else "ci goals --xlsx offers.xlsx", *_before(made)]
    last = ending(session.dry_run, project.root, written=files, following=following)
    session.show(Page([*page.blocks(made), *last], {**result.data(made), "goals_file": str(path)}))
    check(conditions, result.measures(made))
    return 0


def _before(made: Plan) -> list[str]:
    """Commands that would make the plan better."""
    lines = []
    if not made.base.earnings.counted:
        lines.append("ci kpis")
    if None in made.base.parts:
        lines.append("ci segment --k 5")
    if not made.base.tables.value.height:
        lines.append("ci value")
    if made.silent is None:
        lines.append("ci contactability")
    return lines


def _written(
    session: Session, project: Project, path: Path, as_of: dt.date | None, options: dict[str, Any]
) -> tuple[Plan, bool]:
    """The plan, its tables and files written unless it is a dry run; and whether ``path`` is a new proposal."""
    from custintel.goals.plan import plan
    from custintel.project.records import Input
    from custintel.tables import GOAL_PEOPLE, GOALS, OFFERS

    proposing = options["propose"] or not (options["goals"] or path.is_file())

    def planned() -> tuple[Plan, list[Goal]]:
        base = _base(session, project, as_of)
        goals = list(base.proposals) if proposing else _goals(path, base)
        session.progress.step(_("Learning what goes together, and what is due"))
        return plan(base, goals), goals

    if session.dry_run:
        return planned()[0], False
    inputs = [] if proposing else [Input.of(path)]
    with project.write("goals", arguments=_typed(options), inputs=inputs, version=version("custintel")) as run:
        made, goals = planned()
        session.progress.step(_("Writing the tables"))
        for table, frame in ((GOALS, made.goals), (GOAL_PEOPLE, made.people), (OFFERS, made.offers)):
            run.put(table, frame)
        _write_files(session, made, options, path)
    proposal = proposing and bool(goals)
    if proposal:
        _write_proposal(path, goals, made)
    return made, proposal


def _base(session: Session, project: Project, as_of: dt.date | None) -> Base:
    """The base up to a day.

    Raises:
        CustintelError: nobody known has bought anything by then.
    """
    from custintel.goals.plan import base_of

    base = base_of(_tables(session, project), as_of=as_of)
    if base is None:
        raise CustintelError(
            _("Nobody known has bought anything: there is nobody to set a goal for."),
            where=str(project.root),
            seen=_("last day that counts: {day}").format(day=as_of) if as_of else "",
            hint=_("Clean the files that say who your customers are, and load orders again: ci clean, ci load."),
        )
    return base


def _tables(session: Session, project: Project) -> Tables:
    """The tables that goals and offers come from."""
    from custintel.goals.plan import Tables
    from custintel.tables import (
        COST_LEDGER,
        CUSTOMER_VALUE,
        CUSTOMERS,
        GOAL_PEOPLE,
        ORDER_ITEMS,
        ORDER_MARGINS,
        ORDERS,
        SEGMENTS,
    )

    session.progress.step(_("Reading the tables"))
    who = ("customer_id", "full_name", "email", "phone", "best_channel", "reachable_by")
    ways = tuple(f"may_contact_{way}" for way in ("email", "sms", "whatsapp", "call"))
    return Tables(
        orders=project.read(ORDERS),
        items=project.read(ORDER_ITEMS),
        margins=project.read(ORDER_MARGINS),
        ledger=project.read(COST_LEDGER),
        segments=project.scan(SEGMENTS).select("customer_id", "segment_id", "segment").collect(),
        value=project.scan(CUSTOMER_VALUE).select("customer_id", "p_buy", "expected_orders", "months").collect(),
        customers=project.scan(CUSTOMERS).select(*who, *ways).collect(),
        goal_people=project.read(GOAL_PEOPLE),
    )


def _goals(path: Path, base: Base) -> list[Goal]:
    """The goals of a file; those still as proposed keep the reason that they were proposed for."""
    from custintel.goals import words
    from custintel.goals.goals_file import read_goals

    known = {name: words.segment(name) for name in base.parts if name is not None}
    drawn = {name.rsplit(".", 2)[0] for name in base.tables.goal_people["goal"].unique()} - {"all"}
    gone = {name: words.segment(name) for name in sorted(drawn)}
    found = read_goals(path, {**gone, **known})
    proposed = {(goal.name, goal.target): goal.basis for goal in base.proposals}
    return [replace(goal, basis=proposed.get((goal.name, goal.target), goal.basis)) for goal in found]


def _typed(options: dict[str, Any]) -> list[str]:
    """What of the options decides how the tables come out, as it is typed."""
    names = {"--goals": "goals", "--as-of": "as_of"}
    found = [word for option, name in names.items() if options[name] for word in (option, options[name])]
    return [*found, "--propose"] if options["propose"] else found


def _write_files(session: Session, made: Plan, options: dict[str, Any], path: Path) -> None:
    """The workbook and the list that were asked for."""
    from custintel import i18n
    from custintel.goals import workbook
    from custintel.sheets.write import labels_of, write_csv, write_workbook

    if options["xlsx"]:
        session.progress.step(_("Writing {file}").format(file=options["xlsx"]))
        write_workbook(options["xlsx"], workbook.pages(made), never=[path])
    if options["csv"]:
        session.progress.step(_("Writing {file}").format(file=options["csv"]))
        frame = workbook.offers(made, held_out=False)
        headers = labels_of(frame, workbook.HEADERS)
        write_csv(options["csv"], frame, language=i18n.language(), headers=headers, never=[path])


def _write_proposal(path: Path, goals: list[Goal], made: Plan) -> None:
    """Write the proposal; a list that is there gets the first free number in its name."""
    from custintel.goals.goals_text import goals_text
    from custintel.project import disk

    with disk.explained(path):
        if path.exists():
            number = next(n for n in range(1, 10_000) if not path.with_stem(f"{path.stem}.{n}").exists())
            os.replace(path, path.with_stem(f"{path.stem}.{number}"))
        disk.replace_file(path, goals_text(goals, made).encode())
