"""``ci clean``: reads the files, asks what they leave open, commits the tables, prints the quality report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from custintel import process
from custintel.i18n import N_, _
from custintel.options import Session, subcommand
from custintel.result_options import xlsx_option

if TYPE_CHECKING:
    import polars as pl

    from custintel.clean.cleaning import Cleaned
    from custintel.clean.questions import Questions
    from custintel.project.folder import Project
    from custintel.records.rows import Batch
    from custintel.sheets.source import Sheet
    from custintel.tables import Table


@subcommand(
    "clean",
    N_(
        "Read customer files of any shape and make one table of people: every row accounted for, every change "
        "explained, duplicates joined, nothing lost."
    ),
    examples=("ci clean crm.xlsx newsletter.csv", "ci clean crm.xlsx --country CO --xlsx clean.xlsx"),
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--sheet", "sheets", multiple=True, metavar="NAME", help=N_("Read only this sheet; can be repeated."))
@click.option(
    "--header-row", type=click.IntRange(0), metavar="N", help=N_("The row of the headers; 0 when there are none.")
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="FIELD=HEADER",
    help=N_("Say what a column is; 'ignore=HEADER' leaves it out."),
)
@click.option("--country", metavar="CC", help=N_("Country of what does not say its own: CO, MX, ES, US..."))
@click.option("--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), help=N_("Order of day, month and year."))
@click.option("--decimal", type=click.Choice([",", "."]), help=N_("Decimal mark of numbers."))
@click.option(
    "--name-order", type=click.Choice(["given_first", "surname_first"]), help=N_("Order of names in one column.")
)
@click.option(
    "--merge",
    type=click.Choice(["sure", "likely", "certain"]),
    help=N_("Merge what is sure (the default), also what is likely, or only what shares a certain key."),
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    metavar="P",
    help=N_("Probability from which to merge, besides certain keys."),
)
@click.option(
    "--compare", multiple=True, metavar="COLUMN", help=N_("A column we do not know, to compare people by as well.")
)
@click.option("--anew", is_flag=True, help=N_("Match everybody anew, not only what is new with everybody."))
@click.option(
    "--placeholder",
    "placeholders",
    multiple=True,
    metavar="VALUE",
    help=N_("A value that stands for nothing, nobody's."),
)
@click.option(
    "--keep", "kept", multiple=True, metavar="VALUE", help=N_("A frequent value that is real, not a placeholder.")
)
@xlsx_option()
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=N_("Also write the report as HTML.")
)
@click.option(
    "--csv", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=N_("Also write the people as CSV.")
)
def command(session: Session, files: tuple[str, ...], **options: Any) -> None:
    """Clean the files into the project's tables."""
    process.fit(files)  # however large the project is: what a few rows cost is mostly not shared among threads
    from custintel.clean.questions import Questions
    from custintel.sheets.output_file import check_output

    wanted = {ending: options[ending] for ending in ("xlsx", "csv", "html") if options[ending]}
    flags = {key: options[key] for key in ("country", "date_order", "decimal")} | merging_flags(options)
    settings = session.settings(flags)
    questions = Questions(session.ask, settings, options)
    batches = [
        batch
        for file in files
        for batch in questions.settle(read(session, file, options["sheets"], options["header_row"]), file)
    ]
    questions.check_headers()
    questions.check_compared(batches)
    for ending, path in wanted.items():
        check_output(path, ending, [Path(file) for file in files if file != "-"])
    project = session.project(create=True, flags=flags)
    cleaned, run_id = clean_and_commit(session, project, batches, files, wanted, anew=options["anew"])
    if not session.dry_run:
        questions.remember(project.settings)
        for key, value in merging_flags(options).items():
            if value:
                project.settings.set(key, value)
    show(session, project, cleaned, batches, questions, files, run_id, wanted)


def read(session: Session, file: str, sheets: Sequence[str], header_row: int | None) -> list[Sheet]:
    """The sheets of one file."""
    from custintel.records.gather import header_words
    from custintel.sheets.read import read_file

    session.progress.step(_("Reading {file}").format(file=file))
    return read_file(file, sheets=sheets, header_row=header_row, known=header_words())


def clean_and_commit(
    session: Session,
    project: Project,
    batches: Sequence[Batch],
    files: Sequence[str],
    wanted: Mapping[str, Path],
    *,
    anew: bool,
) -> tuple[Cleaned, str | None]:
    """The new tables, committed unless this is a dry run; and the run's id, None when it changed nothing.

    The files that were asked for are written before the tables count: when one cannot be, nothing has happened.
    """
    from custintel.clean.cleaning import clean
    from custintel.people.settings import merging_of, survivorship_of
    from custintel.project.records import Input
    from custintel.tables import TABLES

    session.progress.step(_("Cleaning and joining {files}").format(files=", ".join(files)))
    survivorship, merging = survivorship_of(project.settings), replace(merging_of(project.settings), anew=anew)
    if session.dry_run:
        before = {table: project.scan(table) for table in TABLES.values()}
        dry = clean(batches, before, run_id="r0000", today=date.today(), survivorship=survivorship, merging=merging)
        return dry, None
    inputs = [Input.of(Path(file)) for file in files if file != "-"]
    with project.write("clean", arguments=list(files), inputs=inputs, version=version("custintel")) as run:
        before = {table: project.scan(table) for table in TABLES.values()}
        cleaned = clean(
            batches, before, run_id=run.run_id, today=date.today(), survivorship=survivorship, merging=merging
        )
        session.progress.step(_("Writing the tables"))
        run.put_all(TABLES.values(), cleaned.tables)
        write_files(session, cleaned, before, batches, wanted, files)
    return cleaned, run.run_id if run.changed else None


def merging_flags(options: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed about merging, by setting."""
    typed = {f"matching.{name}": options[name] for name in ("merge", "threshold", "compare")}
    return {setting: None if value == () else value for setting, value in typed.items()}


def write_files(
    session: Session,
    cleaned: Cleaned,
    before: Mapping[Table, pl.LazyFrame],
    batches: Sequence[Batch],
    wanted: Mapping[str, Path],
    files: Sequence[str],
) -> None:
    """The workbook, the CSV and the HTML page that were asked for."""
    from custintel.tables.patch import whole

    never = [Path(file) for file in files if file != "-"]

    def now(table: Table) -> pl.DataFrame:
        return (
            whole(table, cleaned.tables[table], before[table]) if table in cleaned.tables else before[table].collect()
        )

    for ending, path in wanted.items():
        session.progress.step(_("Writing {file}").format(file=path))
        if ending == "xlsx":
            from custintel.clean.workbook import SHOWN, pages
            from custintel.sheets.write import write_workbook

            write_workbook(path, pages({table: now(table) for table in SHOWN}), never=never)
        elif ending == "csv":
            from custintel.sheets.write import labels_of, write_csv
            from custintel.tables import CUSTOMERS

            people = now(CUSTOMERS)
            write_csv(path, people, language=session.lang, headers=labels_of(people), never=never)
        else:
            from custintel.clean.page import blocks
            from custintel.sheets.output_file import replacing
            from custintel.ui.html import to_html
            from custintel.ui.show import Page

            page = Page(list(blocks(cleaned.quality, batches)))
            with replacing(path, never) as temporary:
                temporary.write_text(to_html(page, title=_("Quality of the data")), encoding="utf-8")


def show(
    session: Session,
    project: Project,
    cleaned: Cleaned,
    batches: Sequence[Batch],
    questions: Questions,
    files: Sequence[str],
    run_id: str | None,
    wanted: Mapping[str, Path],
) -> None:
    """The quality report and where everything is."""
    from custintel.clean import page
    from custintel.ui.ending import ending
    from custintel.ui.show import Page

    blocks = list(page.blocks(cleaned.quality, batches, questions.left_out))
    review = "ci review" if dict(cleaned.quality.to_fix).get("maybe_same") else None
    following = (questions.repeat(files), review, "ci status", "ci undo" if run_id else None)
    blocks += ending(session.dry_run, project.root, written=wanted.values(), following=following)
    data = page.data(cleaned.quality, batches, questions.left_out, run_id)
    data["written"] = [] if session.dry_run else [str(path) for path in wanted.values()]
    data["project"] = str(project.root)
    session.show(Page(blocks, data))
