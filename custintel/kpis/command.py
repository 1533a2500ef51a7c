"""``ci kpis``: conversion at every step, and what a sale really costs."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from custintel.errors import CustintelError, UsageError
from custintel.i18n import N_, _, ngettext
from custintel.options import Session, subcommand
from custintel.result_options import fail_on_option, xlsx_option

if TYPE_CHECKING:
    from custintel.kpis.costs import Costs
    from custintel.kpis.survey import Survey, Tables
    from custintel.periods import Period
    from custintel.project.folder import Project
    from custintel.remarks import Remark

COSTS_FILE = "costs.yaml"


@subcommand(
    "kpis",
    N_(
        "Find out how many orders are placed, confirmed, paid, delivered and kept, and what each of them really costs: "
        "advertising, freight, packing, calls, refusals, returns and fees, to the cent, by channel, campaign, segment, "
        "category, city and month."
    ),
    examples=(
        "ci kpis --by channel,campaign --xlsx kpis.xlsx",
        "ci kpis --from 2026-10 --to 2026-10 --compare previous",
        "ci kpis --check-costs",
        'ci kpis --fail-on "cpa_loaded>40000"',
    ),
)
@click.option("--costs", metavar="FILE", help=N_("The list of costs; by default costs.yaml in the project folder."))
@click.option("--check-costs", is_flag=True, help=N_("Only say what is wrong with the list of costs, all of it."))
@click.option(
    "--by", metavar="LIST", help=N_("Tell apart by: channel (the default), campaign, segment, category, city, month.")
)
@click.option("--from", "start", metavar="DATE", help=N_("First day that counts: 2026-10-01, or a month, 2026-10."))
@click.option("--to", "end", metavar="DATE", help=N_("Last day that counts: 2026-10-31, or a month, 2026-10."))
@click.option("--compare", type=click.Choice(["previous"]), help=N_("Compare with the period before."))
@click.option(
    "--basis",
    type=click.Choice(["cohort", "event"]),
    default="cohort",
    help=N_("Count costs and refunds on the day of their order (cohort, the default) or on their own (event)."),
)
@fail_on_option(N_('End with exit code 3 when this holds, such as "refusal_rate>20%".'))
@xlsx_option()
def command(session: Session, **options: Any) -> int:
    """Check the costs, or survey the project."""
    from custintel.conditions import check, condition
    from custintel.kpis import page, result
    from custintel.kpis.definitions import BY_CODE
    from custintel.periods import period_of
    from custintel.ui.ending import ending
    from custintel.ui.show import Page

    if options["check_costs"]:
        return check_costs(session, options["costs"])
    by = cuts(options["by"])
    conditions = [condition(text, BY_CODE) for text in options["fail_on"]]
    period = period_of(options["start"], options["end"])
    if options["compare"] and not (period.start and period.end):
        raise UsageError(
            _("A comparison needs the days to compare."),
            where="--compare",
            hint="ci kpis --from 2026-10 --to 2026-10 --compare previous",
        )
    project = session.project_with_orders()
    path = costs_path(session, options["costs"])
    costs = costs_of(session, project, path)
    made = written(session, project, costs, path, period, options, by)
    remarks = remarks_of(costs, made.ledger.warnings, path)
    book = None if options["xlsx"] else "ci kpis --by channel,campaign,month --xlsx kpis.xlsx"
    last = ending(session.dry_run, project.root, written=[options["xlsx"]], following=[book])
    blocks = [*page.blocks(made, by, remarks), *last]
    session.show(Page(blocks, result.data(made, by, remarks)))
    check(conditions, result.measures(made))
    return 0


def cuts(text: str | None) -> list[str]:
    """The value of ``--by``.

    Raises:
        UsageError: it names something that results cannot be told apart by.
    """
    from custintel.kpis.sales import CUTS

    asked = list(dict.fromkeys(word.strip().lower() for word in (text or "channel").split(",") if word.strip()))
    if wrong := [word for word in asked if word not in CUTS]:
        raise UsageError(
            _("Results cannot be told apart by that."),
            where="--by",
            seen=", ".join(wrong),
            hint=_("Choose from: {names}").format(names=", ".join(CUTS)),
        )
    return asked


def costs_path(session: Session, named: str | None) -> Path | None:
    """The list of costs: the one that was named, else that of the project; ``None`` when there is none."""
    if named:
        return Path(named)
    path = (session.find_project() or session.folder) / COSTS_FILE
    return path if path.is_file() else None


def costs_of(session: Session, project: Project, path: Path | None) -> Costs:
    """The list of costs; without one, what advertising reports say, and nothing else."""
    from custintel.kpis.costs_file import parse_costs, read_costs
    from custintel.tables import ORDERS

    if path is not None:
        return read_costs(path)
    currency = session.settings().get("currency")
    if not currency:
        used = project.read(ORDERS)["currency"].drop_nulls().mode().sort()
        currency = used[0] if used.len() else None
    if not currency:
        raise CustintelError(
            _("Nothing says in which currency the orders are."), hint=_("Write it down once: ci init --currency COP")
        )
    costs, _mistakes = parse_costs(f"currency: {currency}\ncosts:\n  - category: media\n".encode())
    assert costs is not None
    session.console.say(
        _("There is no list of costs: only what advertising reports say is counted. ci init writes a template of it."),
        "yellow",
    )
    return costs


def written(
    session: Session,
    project: Project,
    costs: Costs,
    path: Path | None,
    period: Period,
    options: dict[str, Any],
    by: Sequence[str],
) -> Survey:
    """The survey, its tables written unless it is a dry run."""
    from custintel.kpis.survey import survey
    from custintel.project.records import Input
    from custintel.sheets.write import write_workbook
    from custintel.tables import COST_LEDGER, KPIS, ORDER_MARGINS

    def surveyed() -> Survey:
        tables = tables_of(session, project, segments="segment" in by or by_segment(costs))
        session.progress.step(_("Putting every cost on its order"))
        return survey(tables, costs, basis=options["basis"], period=period, compare=bool(options["compare"]))

    if session.dry_run:
        return surveyed()
    inputs = [Input.of(path)] if path else []
    with project.write("kpis", arguments=typed(options), inputs=inputs, version=version("custintel")) as run:
        made = surveyed()
        session.progress.step(_("Writing the tables"))
        run.put(KPIS, made.numbers)
        run.put(COST_LEDGER, made.ledger.cost_ledger)
        run.put(ORDER_MARGINS, made.order_margins)
        if options["xlsx"]:
            from custintel.kpis.workbook import pages

            session.progress.step(_("Writing {file}").format(file=options["xlsx"]))
            write_workbook(options["xlsx"], pages(made, by), never=[path] if path else [])
    return made


def typed(options: dict[str, Any]) -> list[str]:
    """What of the options decides how the tables come out, as it is typed."""
    names = {"costs": "--costs", "start": "--from", "end": "--to"}
    found = [word for name, option in names.items() if options[name] for word in (option, str(options[name]))]
    if "segment" in cuts(options["by"]):
        found += ["--by", "segment"]
    return found if options["basis"] == "cohort" else [*found, "--basis", str(options["basis"])]


def tables_of(session: Session, project: Project, *, segments: bool) -> Tables:
    """The tables that results come from.

    Args:
        session: of the run.
        project: where they are.
        segments: whether segments matter. They are read only then: they are made from the margins that are worked out
            here, and results without them do not grow old when they change.
    """
    import polars as pl

    from custintel.kpis.survey import Tables
    from custintel.tables import (
        CALLS,
        CUSTOMERS,
        EVENTS,
        ORDER_ITEMS,
        ORDERS,
        RETURNS,
        SEGMENTS,
        SPEND,
        TRAFFIC,
        VISITS,
    )

    session.progress.step(_("Reading the tables"))
    orders = project.read(ORDERS)
    if segments:
        source = SEGMENTS if project.has(SEGMENTS) else CUSTOMERS
        people = project.scan(source).select("customer_id", pl.col("segment").cast(pl.String)).collect()
        orders = orders.join(people, on="customer_id", how="left", maintain_order="left")
    return Tables(
        orders,
        items=project.read(ORDER_ITEMS),
        returns=project.read(RETURNS),
        calls=project.read(CALLS),
        spend=project.read(SPEND),
        visits=project.read(VISITS),
        events=project.scan(EVENTS),
        traffic=project.read(TRAFFIC),
    )


def by_segment(costs: Costs) -> bool:
    """Whether some cost falls on the orders of a segment only."""
    return any("segment" in item.where for item in costs.items)


def remarks_of(costs: Costs, found: Sequence[Remark], path: Path | None) -> list[Remark]:
    """What is worth knowing about the costs, before and after looking at the data."""
    from custintel.kpis.costs_file import file_warnings

    return [*(file_warnings(costs) if path else []), *found]


def check_costs(session: Session, named: str | None) -> int:
    """Say everything that is wrong with the list of costs, and everything worth knowing.

    Returns:
        The exit code: 1 when there are mistakes.
    """
    from custintel.kpis.cost_remarks import told_together
    from custintel.kpis.costs_file import read_costs
    from custintel.remarks import MistakesError
    from custintel.ui.show import Bullets, Heading, Page, Paragraph

    path = costs_path(session, named) or session.folder / COSTS_FILE
    mistakes: Sequence[Remark] = ()
    warnings: list[Remark] = []
    try:
        costs = read_costs(path)
        warnings = remarks_of(costs, in_data(session, costs), path)
    except MistakesError as error:
        mistakes = error.mistakes
    n = len(mistakes)
    title = (
        ngettext("{file} has {n} mistake.", "{file} has {n} mistakes.", n).format(file=path.name, n=n)
        if n
        else _("{file} has no mistakes.").format(file=path.name)
    )
    blocks: list[Any] = [Paragraph(title, "bold red" if n else "bold green")]
    for heading, remarks in ((_("Repair these"), mistakes), (_("What to know about the costs"), warnings)):
        if remarks:
            blocks += [Heading(heading), Bullets(told_together(remarks, path.name))]
    data = {
        name: [{"code": one.code, "line": one.line, "message": one.told(path.name), **one.details} for one in remarks]
        for name, remarks in (("mistakes", mistakes), ("warnings", warnings))
    }
    session.show(Page(blocks, {"command": "kpis --check-costs", "file": str(path), **data}))
    return 1 if n else 0


def in_data(session: Session, costs: Costs) -> Sequence[Remark]:
    """What the data of the project say about the costs; nothing where there is no project or it has no orders."""
    from custintel.kpis.ledger import allocate
    from custintel.tables import ORDERS

    if session.find_project() is None:
        return ()
    project = session.project()
    if not project.has(ORDERS):
        return ()
    tables = tables_of(session, project, segments=by_segment(costs))
    parts = {"items": tables.items, "returns": tables.returns, "calls": tables.calls, "spend": tables.spend}
    return allocate(costs, tables.orders, **parts).warnings
