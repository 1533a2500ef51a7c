"""``ci segment``: who belongs together, what sets them apart, and the rule that rebuilds it anywhere."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from custintel.errors import CustintelError, UsageError
from custintel.i18n import N_, _
from custintel.options import Session, subcommand
from custintel.result_options import fail_on_option, xlsx_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from custintel.project.folder import Project
    from custintel.segment.making import Asked
    from custintel.segment.survey import Survey, Tables

_MOST = 50


@subcommand(
    "segment",
    N_(
        "Put customers into segments that a marketer recognises: by how recently, how often and for how much they buy, "
        "or by whatever you name. Every segment comes with a card: money and margin, what sets it apart, a goal, and "
        "the rule that rebuilds it in Klaviyo or Excel. Segments stay what they are from month to month, so that you "
        "see who moved."
    ),
    examples=(
        "ci segment",
        "ci segment --k auto --xlsx segments.xlsx",
        "ci segment --by recency,ticket,margin --k 4",
        "ci segment --rules rfm",
        'ci segment --fail-on "moved>30%"',
    ),
)
@click.option("--k", metavar="N", help=N_("How many segments: 5 by default, or auto: as many as are stable."))
@click.option("--by", metavar="COLUMNS", help=N_("What to compare customers by: rfm (the default), or columns."))
@click.option(
    "--method",
    type=click.Choice(["kmeans", "gmm", "ward", "hdbscan"]),
    help=N_("How groups are found; kmeans, the default, is the only one we found stable."),
)
@click.option("--refit", is_flag=True, help=N_("Make them anew; those that are still the same keep their names."))
@click.option("--rules", metavar="FILE", help=N_("Use rules instead: a file of yours, or rfm: eleven segments."))
@click.option("--as-of", metavar="DATE", help=N_("The day they speak of, such as 2026-10-31; by default the last."))
@fail_on_option(N_('End with exit code 3 when this holds, such as "moved>30%".'))
@xlsx_option()
def command(session: Session, **options: Any) -> None:
    """Make the segments, or keep them and see who moved."""
    from custintel.conditions import check, condition
    from custintel.periods import day
    from custintel.segment import page, result
    from custintel.ui.ending import ending
    from custintel.ui.show import Page

    conditions = [condition(text, result.MEASURES) for text in options["fail_on"]]
    k, by = number_of(options["k"]), columns_of(options["by"])
    as_of = day("--as-of", options["as_of"], last=True)
    if options["rules"] and (k is not None or by is not None or options["method"]):
        raise UsageError(
            _("Rules say themselves how many segments there are and by what."),
            where="--rules",
            seen=" ".join(f"--{name}" for name in ("k", "by", "method") if options[name]),
            hint=_("Leave the other options out."),
        )
    if options["xlsx"]:
        from custintel.sheets.output_file import check_output

        check_output(options["xlsx"], "xlsx", [Path(options["rules"])] if options["rules"] else [])
    project = with_people(session)
    made = written(session, project, options, k, by, as_of)
    book = None if options["xlsx"] else "ci segment --xlsx segments.xlsx"
    last = ending(
        session.dry_run,
        project.root,
        written=[options["xlsx"]],
        following=[book, "ci kpis --by segment" if made.people.from_orders else None],
    )
    session.show(Page([*page.blocks(made), *last], result.data(made)))
    check(conditions, result.measures(made))


def number_of(text: str | None) -> int | None:
    """The value of ``--k``: 0 for auto.

    Raises:
        UsageError: it is neither a number from 2 to 50 nor auto.
    """
    if text is None:
        return None
    if text.strip().lower() == "auto":
        return 0
    if text.strip().isdecimal() and 2 <= int(text) <= _MOST:
        return int(text)
    hint = _("Write a number from 2 to {most}, or auto.").format(most=_MOST)
    raise UsageError(_("This is no number of segments."), where="--k", seen=text, hint=hint)


def columns_of(text: str | None) -> tuple[str, ...] | None:
    """The value of ``--by``."""
    from custintel.segment.features import RFM

    if text is None:
        return None
    names = [word.strip().lower() for word in text.split(",") if word.strip()]
    found = tuple(dict.fromkeys(name for word in names for name in (RFM if word == "rfm" else (word,))))
    if not found or len(found) > 20:
        raise UsageError(
            _("Customers can be compared by 1 to 20 columns."), where="--by", seen=text, hint="ci segment --by rfm"
        )
    return found


def with_people(session: Session) -> Project:
    """The project that holds here.

    Raises:
        CustintelError: there is none, or it has neither orders nor people.
    """
    from custintel.tables import CUSTOMERS, ORDERS

    project = session.project()
    if not project.has(ORDERS) and not project.has(CUSTOMERS):
        raise CustintelError(
            _("There are neither orders nor people in this project yet."),
            where=str(project.root),
            hint=_("Load what your shop exports: ci load orders.csv"),
        )
    return project


def written(
    session: Session,
    project: Project,
    options: Mapping[str, Any],
    k: int | None,
    by: tuple[str, ...] | None,
    day: date | None,
) -> Survey:
    """The survey, its tables written unless it is a dry run."""
    from custintel.project.records import Input
    from custintel.segment.survey import survey
    from custintel.segment.workbook import pages
    from custintel.sheets.write import write_workbook
    from custintel.tables import SEGMENT_MODEL, SEGMENT_PROFILES, SEGMENTS

    currency = str(session.settings().get("currency") or "")
    file = rules_path(options["rules"])

    def surveyed() -> Survey:
        session.progress.step(_("Reading the tables"))
        tables = tables_of(project, by)
        asked = asked_of(options, k, by, file, tables)
        return survey(tables, asked, currency=currency, as_of=day, step=session.progress.step)

    if session.dry_run:
        return surveyed()
    inputs = [Input.of(file)] if file else []
    with project.write("segment", arguments=typed(options), inputs=inputs, version=version("custintel")) as run:
        made = surveyed()
        session.progress.step(_("Writing the tables"))
        run.put(SEGMENTS, made.segments)
        run.put(SEGMENT_PROFILES, made.profiles)
        run.put(SEGMENT_MODEL, made.model)
        if options["xlsx"]:
            session.progress.step(_("Writing {file}").format(file=options["xlsx"]))
            write_workbook(options["xlsx"], pages(made), never=[file] if file else [])
    return made


def rules_path(named: str | None) -> Path | None:
    """The file of ``--rules``; ``None`` for none and for the name of a preset."""
    from custintel.segment.rules_file import PRESETS

    return None if named is None or named.lower() in PRESETS else Path(named)


def asked_of(
    options: Mapping[str, Any], k: int | None, by: tuple[str, ...] | None, file: Path | None, tables: Tables
) -> Asked:
    """What was asked for."""
    from custintel.segment.making import Asked
    from custintel.segment.rules_file import preset, read_rules

    rules = None
    if options["rules"]:
        rules = read_rules(file, known_columns(tables)) if file else preset(options["rules"].lower())
    return Asked(k, by, options["method"], rules, options["refit"])


def known_columns(tables: Tables) -> dict[str, bool]:
    """The columns of customers that rules can name, and whether each is a number (or a day, counted from it)."""
    return {
        name: dtype.is_numeric() or dtype.is_temporal()
        for frame in (tables.customers, *tables.more.values())
        for name, dtype in frame.schema.items()
        if name != "customer_id" and not dtype.is_nested() and frame[name].null_count() < frame.height
    }


def typed(options: Mapping[str, Any]) -> list[str]:
    """What of the options decides how the tables come out, as it is typed."""
    names = {"k": "--k", "by": "--by", "method": "--method", "rules": "--rules", "as_of": "--as-of"}
    found = [word for name, option in names.items() if options[name] for word in (option, str(options[name]))]
    return [*found, "--refit"] if options["refit"] else found


def tables_of(project: Project, by: tuple[str, ...] | None) -> Tables:
    """The tables that segments come from; those of other commands only where their columns are asked for."""
    from custintel.segment.features import KINDS
    from custintel.segment.survey import Tables
    from custintel.tables import CUSTOMERS, ORDER_ITEMS, ORDER_MARGINS, ORDERS, SEGMENT_MODEL, SEGMENTS, TABLES

    model = project.read(SEGMENT_MODEL)
    kept = set(model.filter(model["name"] == "asked")["text"].drop_nulls())
    more: dict[str, pl.DataFrame] = {}
    if {*(by or ()), *kept} - KINDS.keys():
        own = {CUSTOMERS.name, SEGMENTS.name}
        known = [one for name, one in TABLES.items() if one.key == ("customer_id",) and name not in own]
        more = {one.name: project.read(one) for one in known if project.has(one)}
    orders = ("order_id", "customer_id", "ordered_at", "status", "currency", "total", "net_revenue", "discount")
    margins = ("order_id", "currency", "net_sales", "margin", "acquisition")
    return Tables(
        orders=project.scan(ORDERS).select(*orders, "payment_method", "sale_channel", "channel", "coupon").collect(),
        margins=project.scan(ORDER_MARGINS).select(margins).collect(),
        customers=project.read(CUSTOMERS),
        items=project.scan(ORDER_ITEMS).select("order_id", "category").collect(),
        model=model,
        segments=project.read(SEGMENTS),
        more=more,
    )
