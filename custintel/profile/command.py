"""``ci profile``: who people are: what they buy, how they pay, when, where, what interests and what moves them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import click

from custintel.errors import CustintelError, UsageError
from custintel.i18n import N_, _
from custintel.options import Session, subcommand
from custintel.result_options import xlsx_option

if TYPE_CHECKING:
    import polars as pl

    from custintel.periods import Period
    from custintel.profile.portrait import Portrait
    from custintel.profile.trait_counts import Tables
    from custintel.project.folder import Project


@subcommand(
    "profile",
    N_(
        "Find out what people buy, how they pay, when, where, what interests them and what moves them, each share with "
        "how sure it is; and what sets a segment, a city, a channel or a payment method apart from everybody else. "
        "With WHO (an email, a phone, a document, an id or words of the name), the profile of one person."
    ),
    examples=(
        "ci profile --by segment,city",
        "ci profile ana@example.com",
        "ci profile --from 2026-01 --to 2026-06 --xlsx profile.xlsx",
    ),
)
@click.argument("who", metavar="[WHO]", required=False)
@click.option(
    "--by",
    metavar="LIST",
    help=N_(
        "Tell apart by: segment (the default, once there are segments), frequency, city, region, country, channel, "
        "sale_channel, store, payment_method, category, price_band, part_of_day, gender, age_band, satisfaction, or a "
        "column of the table customers."
    ),
)
@click.option("--from", "start", metavar="DATE", help=N_("First day that counts: 2026-10-01, or a month, 2026-10."))
@click.option("--to", "end", metavar="DATE", help=N_("Last day that counts: 2026-10-31, or a month, 2026-10."))
@xlsx_option()
def command(session: Session, who: str | None, **options: Any) -> None:
    """Show one person, or survey the base."""
    from custintel.periods import period_of

    period = period_of(options["start"], options["end"])
    project = with_people(session)
    if who is not None:
        if options["by"] or options["xlsx"]:
            raise UsageError(_("One person is told apart from nobody."), where="--by, --xlsx", seen=who)
        return show_person(session, project, who, period)
    return show_base(session, project, period, options)


def with_people(session: Session) -> Project:
    """The project that holds here.

    Raises:
        CustintelError: there is none, or it knows nobody.
    """
    from custintel.tables import CUSTOMERS, ORDERS

    project = session.project()
    if not (project.has(CUSTOMERS) or project.has(ORDERS)):
        raise CustintelError(
            _("There is nobody in this project yet."),
            where=str(project.root),
            hint=_("Clean the files that have people, then load what your shop exports: ci clean crm.xlsx"),
        )
    return project


def show_base(session: Session, project: Project, period: Period, options: dict[str, Any]) -> None:
    """Survey everybody, write the tables, and show the page."""
    from custintel.profile.page import blocks, following
    from custintel.profile.result import data
    from custintel.ui.ending import ending
    from custintel.ui.show import Page

    made = written(session, project, period, options)
    last = ending(session.dry_run, project.root, written=[options["xlsx"]], following=following(made, made.cuts))
    session.show(Page([*blocks(made), *last], data(made)))


def written(session: Session, project: Project, period: Period, options: dict[str, Any]) -> Portrait:
    """The portrait, its tables written unless it is a dry run."""
    from custintel.profile.workbook import pages
    from custintel.sheets.write import write_workbook
    from custintel.tables import CUSTOMER_PROFILES, PROFILES

    if session.dry_run:
        return drawn(session, project, period, options["by"])
    with project.write("profile", arguments=typed(options), version=version("custintel")) as run:
        made = drawn(session, project, period, options["by"])
        session.progress.step(_("Writing the tables"))
        run.put(PROFILES, made.profiles)
        run.put(CUSTOMER_PROFILES, made.people)
        if options["xlsx"]:
            session.progress.step(_("Writing {file}").format(file=options["xlsx"]))
            write_workbook(options["xlsx"], pages(made, names_of(project)))
    return made


def typed(options: dict[str, Any]) -> list[str]:
    """What of the options decides how the tables come out, as it is typed."""
    names = {"by": "--by", "start": "--from", "end": "--to"}
    return [word for name, option in names.items() if options[name] for word in (option, str(options[name]))]


def drawn(session: Session, project: Project, period: Period, by: str | None) -> Portrait:
    """The portrait.

    Raises:
        UsageError: people cannot be told apart by that.
        CustintelError: no order is of anybody known, and there are no cards of people.
    """
    from custintel.formats import number
    from custintel.profile.portrait import portrait

    session.progress.step(_("Reading the tables"))
    tables, cuts = tables_of(project, by)
    session.progress.step(_("Drawing the profiles"))
    made = portrait(tables, cuts, period=period, currency=str(project.settings.get("currency") or ""))
    if not made.people.height:
        raise CustintelError(
            _("None of the {n} orders is of anybody known: there is nobody to profile.").format(n=number(made.unknown)),
            where=str(project.root),
            hint=_("Clean the files they come from, so that their people are known: ci clean orders.csv"),
        )
    return made


def tables_of(project: Project, by: str | None) -> tuple[Tables, list[str]]:
    """The tables that speak of people, and how to tell people apart.

    Raises:
        UsageError: people cannot be told apart by that, or there are no segments yet.
    """
    import polars as pl

    from custintel.profile.trait_counts import Tables
    from custintel.tables import (
        CUSTOMERS,
        EVENTS,
        ORDER_ITEMS,
        ORDER_MARGINS,
        ORDERS,
        PRODUCTS,
        RETURNS,
        SEGMENTS,
        SURVEYS,
        VISITS,
    )

    customers = project.read(CUSTOMERS)
    cuts = asked(by, project.has(SEGMENTS), customers.columns)
    groups = customers.select("customer_id", *(pl.col(name).cast(pl.String) for name in cuts if own(name, customers)))
    if "segment" in cuts:
        segments = project.scan(SEGMENTS).select("customer_id", pl.col("segment").cast(pl.String)).collect()
        groups = groups.select(pl.exclude("segment")).join(segments, on="customer_id", how="full", coalesce=True)
    return (
        Tables(
            customers=customers,
            orders=project.scan(ORDERS),
            items=project.scan(ORDER_ITEMS),
            margins=project.read(ORDER_MARGINS),
            returns=project.read(RETURNS),
            surveys=project.read(SURVEYS),
            products=project.scan(PRODUCTS),
            events=project.scan(EVENTS),
            visits=project.scan(VISITS),
            groups=groups,
        ),
        cuts,
    )


def own(name: str, customers: pl.DataFrame) -> bool:
    """Whether a way to tell people apart is a column of customers, and none of ours."""
    import polars as pl

    from custintel.profile.groups import CUTS

    return name not in CUTS and name in customers.columns and customers.schema[name] != pl.List(pl.String)


def asked(by: str | None, segmented: bool, columns: Sequence[str]) -> list[str]:
    """The value of ``--by``; without one segments where there are any, else how often people bought.

    Raises:
        UsageError: it names something else, or segments that nobody made.
    """
    from custintel.profile.groups import CUTS

    if by is None:
        return ["segment" if segmented else "frequency"]
    cuts = list(dict.fromkeys(word.strip().lower() for word in by.split(",") if word.strip()))
    if wrong := [word for word in cuts if word not in CUTS and word not in columns]:
        raise UsageError(
            _("People cannot be told apart by that."),
            where="--by",
            seen=", ".join(wrong),
            hint=_("Choose from: {names}").format(names=", ".join(CUTS)),
        )
    if "segment" in cuts and not segmented:
        raise UsageError(_("There are no segments yet."), where="--by", seen="segment", hint="ci segment --k 5")
    return cuts


def names_of(project: Project) -> pl.DataFrame:
    """customer_id and full_name of everybody."""
    from custintel.tables import CUSTOMERS

    return project.scan(CUSTOMERS).select("customer_id", "full_name").collect()


def show_person(session: Session, project: Project, who: str, period: Period) -> None:
    """Show the profile of one person.

    Raises:
        CustintelError: it is nobody, or several.
    """
    import polars as pl

    from custintel.people.find import one
    from custintel.profile.page_person import blocks, data
    from custintel.tables import TABLES
    from custintel.ui.show import Page

    before = {table: project.scan(table) for table in TABLES.values()}
    found = one(before, who, str(project.settings.get("country") or "") or None)
    people, base, as_of = profiles_of(session, project, period)
    person = people.filter(pl.col("customer_id") == found.customer_id).collect().row(0, named=True)
    session.show(Page(list(blocks(person, base, found.full_name, as_of)), data(person, base, found.by)))


def profiles_of(session: Session, project: Project, period: Period) -> tuple[pl.LazyFrame, pl.DataFrame, Any]:
    """customer_profiles, the rows of everybody in profiles, and the last day of the data.

    From the tables when they are fresh and of the same days, else drawn again, and not written.
    """
    import polars as pl

    from custintel.tables import CUSTOMER_PROFILES, PROFILES

    fresh = {state.name for state in project.state() if not state.stale}
    if {PROFILES.name, CUSTOMER_PROFILES.name} <= fresh:
        base = project.scan(PROFILES).filter(pl.col("cut") == "all").collect()
        same = base.filter(pl.col("from").eq_missing(period.start), pl.col("to").eq_missing(period.end)).height
        if same:
            people = project.scan(CUSTOMER_PROFILES)
            return people, base, people.select(pl.col("last_day").max()).collect().item()
    made = drawn(session, project, period, "frequency")
    return made.people.lazy(), made.base, made.as_of
