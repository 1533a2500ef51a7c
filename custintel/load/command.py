"""``ci load``: reads orders, ads, visits, returns and calls as platforms export them, and commits the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from custintel import process
from custintel.errors import UsageError
from custintel.i18n import N_, _
from custintel.options import Session, subcommand

if TYPE_CHECKING:
    import polars as pl

    from custintel.load.loading import Loaded, Site
    from custintel.load.part import Part
    from custintel.load.parts import Wanted
    from custintel.project.folder import Project
    from custintel.project.settings import Settings
    from custintel.tables import Table

NAMES = (
    "orders", "order_items", "products", "spend", "returns", "calls", "surveys", "actions", "events", "traffic",
    "geo_index",
)  # fmt: skip
"""The tables that files can be loaded into."""
REMEMBERED = ("currency", "timezone")
"""Settings that hold for the project once they are typed."""


@subcommand(
    "load",
    N_(
        "Load what shops, ad platforms and web analytics export: orders, money spent, visits, returns, calls, surveys. "
        "Each file is recognised by its headers; a file that comes again, or overlaps with another, counts once. "
        "Without files, what was loaded is joined again with the people the project knows now."
    ),
    examples=(
        "ci load tienda_shopify.csv meta_ads.csv google_ads.csv events.csv",
        "ci load ventas.xlsx --as orders --map total=Importe --currency COP",
        "ci load access.log --timezone America/Bogota --own mitienda.co",
    ),
)
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--as",
    "table",
    type=click.Choice(NAMES),
    metavar="TABLE",
    help=N_(
        "The table that the files are for: orders, order_items, products, spend, returns, calls, surveys, actions, "
        "events, traffic or geo_index."
    ),
)
@click.option(
    "--origin", metavar="NAME", help=N_("The shop they come from, where two shops export from the same platform.")
)
@click.option("--map", "maps", multiple=True, metavar="COLUMN=HEADER", help=N_("Say what a column is."))
@click.option("--sheet", "sheets", multiple=True, metavar="NAME", help=N_("Read only this sheet; can be repeated."))
@click.option(
    "--header-row", type=click.IntRange(0), metavar="N", help=N_("The row of the headers; 0 when there are none.")
)
@click.option("--country", metavar="CC", help=N_("Country of what does not say its own: CO, MX, ES, US..."))
@click.option("--currency", metavar="CODE", help=N_("Currency of amounts that do not say theirs: COP, EUR, USD..."))
@click.option("--timezone", metavar="ZONE", help=N_("Time zone of the shop, such as America/Bogota."))
@click.option("--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), help=N_("Order of day, month and year."))
@click.option("--decimal", type=click.Choice([",", "."]), help=N_("Decimal mark of numbers."))
@click.option("--own", multiple=True, metavar="DOMAIN", help=N_("A domain of the shop, which sends no visitors."))
@click.option(
    "--internal", multiple=True, metavar="ADDRESS", help=N_("An address or network of your own people, not counted.")
)
def command(session: Session, files: tuple[str, ...], **options: Any) -> None:
    """Load the files into the project's tables."""
    process.fit([*files, session.folder / "tables" / "events.parquet"])
    from custintel.load.loading import Site
    from custintel.load.questions import Questions

    flags = {name: options[name] for name in ("country", "currency", "timezone", "date_order", "decimal")}
    known = session.project(flags=flags) if session.find_project() else None
    settings = session.settings(flags)
    typed = {name: options[name] for name in ("date_order", "decimal")}
    questions = Questions(session.ask, settings, wanted_of(settings, home_of(known), options), typed)
    questions.check_columns()
    parts: list[Part] = []
    for file in files:
        session.progress.step(_("Reading {file}").format(file=file))
        parts += questions.parts(file)
    questions.check_headers()
    project = known or session.project(create=bool(files), flags=flags)
    loaded, run_id = load_and_commit(session, project, parts, files, Site(options["own"], options["internal"]))
    if not session.dry_run:
        remember(project.settings, flags)
        questions.remember(project.settings)
    show(session, project, parts, loaded, questions.repeat(files), run_id)


def wanted_of(settings: Settings, home: str | None, options: Mapping[str, Any]) -> Wanted:
    """What the person said about the files, now or in the settings.

    Raises:
        UsageError: a ``--map`` has no equals sign.
    """
    from custintel.load.conventions import Given
    from custintel.load.parts import Wanted

    maps = {}
    for said in options["maps"]:
        column, sign, header = said.partition("=")
        if not sign or not column or not header:
            raise UsageError(_("--map takes a column and a header."), seen=said, hint="--map total=Importe")
        maps[column.strip()] = header.strip()
    said = {name: settings.get(name) for name in ("country", "currency", "timezone", "date_order", "decimal")}
    return Wanted(
        given=Given(home=home, **said),
        today=date.today(),
        table=options["table"],
        origin=options["origin"],
        maps=maps,
        sheets=options["sheets"],
        header_row=options["header_row"],
    )


def home_of(project: Project | None) -> str | None:
    """The country of more than half of the customers who have one."""
    import polars as pl

    from custintel.tables import CUSTOMERS

    if project is None:
        return None
    counted = project.scan(CUSTOMERS).select("country").drop_nulls().group_by("country").len("n").collect()
    most = counted.filter(pl.col("n") * 2 > pl.col("n").sum())
    return str(most["country"].item()) if most.height else None


def load_and_commit(
    session: Session, project: Project, parts: Sequence[Part], files: Sequence[str], site: Site
) -> tuple[Loaded, str | None]:
    """The new tables, committed unless this is a dry run; and the run's id, None when it changed nothing."""
    from custintel.load.loading import READ, WRITTEN, load
    from custintel.people.settings import merging_of, survivorship_of
    from custintel.project.records import Input

    session.progress.step(_("Joining with what the project holds"))
    survivorship, merging = survivorship_of(project.settings), merging_of(project.settings)

    def made(run_id: str) -> Loaded:
        before = tables_of(project)
        return load(parts, before, run_id=run_id, site=site, survivorship=survivorship, merging=merging)

    if session.dry_run:
        return made("r0000"), None
    inputs = [Input.of(Path(file)) for file in files if file != "-"]
    with project.write("load", arguments=list(files), inputs=inputs, version=version("custintel")) as run:
        loaded = made(run.run_id)
        session.progress.step(_("Writing the tables"))
        run.put_all(WRITTEN, {**loaded.tables, **loaded.people})
        for table in READ:
            if table in loaded.people:
                run.extend(table, loaded.people[table])
    return loaded, run.run_id if run.changed else None


def tables_of(project: Project) -> Mapping[Table, pl.LazyFrame]:
    """The tables of a project, each noted as read when it is asked for."""

    class Scanned(dict["Table", "pl.LazyFrame"]):
        def __missing__(self, table: Table) -> pl.LazyFrame:
            self[table] = project.scan(table)
            return self[table]

    return Scanned()


def remember(settings: Settings, flags: Mapping[str, Any]) -> None:
    """Keep what was typed that holds for every file to come."""
    for name in REMEMBERED:
        if flags[name]:
            settings.set(name, flags[name])


def show(
    session: Session,
    project: Project,
    parts: Sequence[Part],
    loaded: Loaded,
    repeat: Sequence[str],
    run_id: str | None,
) -> None:
    """The account of the run and what to do next."""
    from custintel.load.page import blocks
    from custintel.load.result import Report, data, following
    from custintel.ui.ending import ending
    from custintel.ui.show import Page

    report = Report(parts, loaded, run_id, written=not session.dry_run)
    told = [*blocks(report), *ending(session.dry_run, project.root, following=[*repeat, *following(report)])]
    session.show(Page(told, data(report) | {"project": str(project.root)}))
