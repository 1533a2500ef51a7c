"""``ci value``: what each customer brings after hidden costs, what to expect of them, whom to keep."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import click

from custintel.errors import CustintelError
from custintel.i18n import N_, _
from custintel.options import Session, subcommand
from custintel.result_options import fail_on_option, xlsx_option

if TYPE_CHECKING:
    import polars as pl

    from custintel.project.folder import Project
    from custintel.value.valuation import Valuation

MODELS = ("pareto_nbd", "mbg_nbd", "bg_nbd", "none")


@subcommand(
    "value",
    N_(
        "Find out what each customer brings after hidden costs, who loses you money and through which cost, what to "
        "expect of each over the coming months and how far to believe it, and whom to keep."
    ),
    examples=(
        "ci value",
        "ci value --days 60 --by segment --xlsx value.xlsx",
        'ci value --fail-on "losing_share>20%"',
    ),
)
@click.option(
    "--days",
    type=click.IntRange(1, 730),
    default=90,
    help=N_("Days within which the probability of a purchase is asked for: 90 unless said otherwise."),
)
@click.option(
    "--months",
    type=click.IntRange(1, 60),
    default=12,
    help=N_("Months over which purchases and money are expected: 12 unless said otherwise."),
)
@click.option(
    "--model",
    type=click.Choice(MODELS),
    help=N_("Model of repeat buying, used even with little data; pareto_nbd where there is enough; none for no model."),
)
@click.option("--as-of", metavar="DATE", help=N_("The last day that counts, such as 2026-10-31; by default the last."))
@click.option("--by", type=click.Choice(["segment"]), help=N_("Also tell what each segment is worth."))
@click.option(
    "--cohorts",
    type=click.Choice(["month", "quarter"]),
    help=N_("Period of cohorts: months, or quarters where the data go far back."),
)
@fail_on_option(N_('End with exit code 3 when this holds, such as "losing_share>20%".'))
@xlsx_option()
def command(session: Session, **options: Any) -> int:
    """Value every customer of the project."""
    from custintel.conditions import check, condition
    from custintel.periods import day
    from custintel.ui.ending import ending
    from custintel.ui.show import Page
    from custintel.value import page, result

    conditions = [condition(text, result.MEASURES) for text in options["fail_on"]]
    as_of = day("--as-of", options["as_of"], last=True)
    project = session.project_with_orders()
    made, cut = written(session, project, options, as_of)
    book = None if options["xlsx"] else "ci value --xlsx value.xlsx"
    costs = None if made.basis == "profit" else "ci kpis"
    last = ending(session.dry_run, project.root, written=[options["xlsx"]], following=[costs, book])
    session.show(Page([*page.blocks(made, cut), *last], result.data(made, cut)))
    check(conditions, result.measures(made))
    return 0


def written(
    session: Session, project: Project, options: dict[str, Any], as_of: date | None
) -> tuple[Valuation, pl.DataFrame | None]:
    """What was found out, and by segment when that was asked for; the table written unless it is a dry run."""
    from custintel.sheets.write import write_workbook
    from custintel.tables import CUSTOMER_VALUE
    from custintel.value.valuation import customer_value
    from custintel.value.workbook import pages

    def valued() -> tuple[Valuation, pl.DataFrame | None]:
        made = valuation_of(session, project, options, as_of)
        return made, by(project, made, options["by"])

    if session.dry_run:
        return valued()
    with project.write("value", arguments=typed(options), version=version("custintel")) as run:
        made, cut = valued()
        table = customer_value(made)
        session.progress.step(_("Writing the tables"))
        run.put(CUSTOMER_VALUE, table)
        if options["xlsx"]:
            session.progress.step(_("Writing {file}").format(file=options["xlsx"]))
            write_workbook(options["xlsx"], pages(made, table, cut))
    return made, cut


def typed(options: dict[str, Any]) -> list[str]:
    """What of the options decides how the table comes out, as it is typed."""
    usual = {"days": 90, "months": 12, "model": None, "as_of": None}
    changed = [name for name, value in usual.items() if options[name] != value]
    return [word for name in changed for word in (f"--{name.replace('_', '-')}", str(options[name]))]


def valuation_of(session: Session, project: Project, options: dict[str, Any], as_of: date | None) -> Valuation:
    """Read the tables and value everybody.

    Raises:
        CustintelError: no order is of anybody known, or none is as early as ``as_of``.
    """
    from custintel.purchases.purchases import purchases
    from custintel.tables import COST_LEDGER, ORDER_MARGINS, ORDERS
    from custintel.value.valuation import Asked, valuation

    session.progress.step(_("Reading the tables"))
    orders, margins = project.read(ORDERS), project.read(ORDER_MARGINS)
    bought = purchases(orders, margins, currency=str(session.settings().get("currency") or ""), as_of=as_of)
    if not bought.frame.height or bought.as_of is None:
        raise nobody(project, orders, bought.unknown)
    session.progress.step(_("Valuing every customer"))
    asked = Asked(options["days"], options["months"], options["model"] or "", options["cohorts"] or "")
    return valuation(bought, margins, project.read(COST_LEDGER), asked)


def nobody(project: Project, orders: pl.DataFrame, unknown: int) -> CustintelError:
    """Why there is nobody to value, and what to do."""
    if unknown:
        return CustintelError(
            _("None of the orders is of anybody the project knows, so there are no customers to value."),
            where=str(project.root),
            seen=_("{n} orders").format(n=unknown),
            hint=_("Clean the files they come from: ci clean FILE; then ci load."),
        )
    return CustintelError(
        _("There are no orders to value."),
        where=str(project.root),
        seen=_("{n} orders").format(n=orders.height),
        hint=_("Check --as-of, and the orders: ci load orders.csv"),
    )


def by(project: Project, made: Valuation, cut: str | None) -> pl.DataFrame | None:
    """What each segment is worth, when that was asked for.

    Raises:
        CustintelError: there are no segments yet.
    """
    from custintel.tables import SEGMENTS
    from custintel.value.page import by_segment

    if cut is None:
        return None
    if not project.has(SEGMENTS):
        raise CustintelError(
            _("There are no segments in this project yet."),
            where=str(project.root),
            hint=_("Make them: ci segment"),
        )
    return by_segment(made, project.read(SEGMENTS))
