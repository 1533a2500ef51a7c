"""``ci review``: asks which pairs of records are one person, on the terminal or by a workbook, and applies it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from custintel.errors import UsageError
from custintel.i18n import N_, _, ngettext
from custintel.options import Session, subcommand
from custintel.result_options import xlsx_option

if TYPE_CHECKING:
    import polars as pl

    from custintel.people.decide import Decided
    from custintel.project.folder import Project
    from custintel.review.waiting import Pair
    from custintel.tables import Table
    from custintel.ui.show import Block

FIRST = 10
"""Pairs that are printed where nobody can be asked."""


@subcommand(
    "review",
    N_(
        "Say which records are the same person: pair by pair on the terminal, one key per answer, the most money "
        "first; or by a workbook that colleagues fill in. Answers are kept for ever, count more than what the program "
        "believes, and are applied at once. Stop whenever you like."
    ),
    examples=("ci review", "ci review --xlsx pairs.xlsx", "ci review --answers pairs.xlsx"),
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help=N_("The first N pairs only."))
@xlsx_option(N_("Write the pairs to a workbook with a column for the answers."))
@click.option(
    "--answers",
    metavar="FILE",
    help=N_("Read the answers from a workbook or CSV file; none is applied when one is wrong."),
)
def command(session: Session, limit: int | None, xlsx: Path | None, answers: str | None) -> None:
    """Hand out the queue, or take answers."""
    from custintel.tables import TABLES

    if xlsx and answers:
        raise UsageError(
            _("These two options cannot go together."),
            seen="--xlsx, --answers",
            hint=_("Give back the answers first, and write what is left with --xlsx afterwards."),
        )
    project = session.project()
    before = {table: project.scan(table) for table in TABLES.values()}
    if answers:
        take(session, project, before, answers)
    elif xlsx:
        hand_out(session, project, before, xlsx, limit)
    elif session.interactive:
        interview(session, project, before, limit)
    else:
        listing(session, project, before, limit)


def take(session: Session, project: Project, before: Mapping[Table, pl.LazyFrame], file: str) -> None:
    """Apply the answers of a file."""
    from custintel.people.mentions import contradiction
    from custintel.people.said import Said, answered, conflicts
    from custintel.project.records import Input
    from custintel.review.answers import answers_of, records_of
    from custintel.sheets.header_row import folded
    from custintel.sheets.read import read_file
    from custintel.tables import IDENTITIES, REVIEW
    from custintel.ui.show import Bullets, Paragraph

    session.progress.step(_("Reading {file}").format(file=file))
    found = answers_of(read_file(file, known={folded(word) for word in ("answer", "respuesta", "pair_id")}))
    review = before[REVIEW].collect()
    records = before[IDENTITIES].select("record_id").collect().to_series()
    told, unknown = records_of(found.said, review, records)
    now = answered(review, told, Said(clock(), "review"))
    if (wrong := conflicts(now)).height:
        raise contradiction(before, now, wrong, found.places)
    inputs = [] if file == "-" else [Input.of(Path(file))]
    blocks: list[Block] = []
    if unknown:
        n = len(unknown)
        blocks.append(
            Paragraph(
                ngettext(
                    "{n} pair is unknown by now and was left out: a record of it is no longer in the project.",
                    "{n} pairs are unknown by now and were left out: a record of each is no longer in the project.",
                    n,
                ).format(n=n),
                "yellow",
            )
        )
        blocks.append(Bullets([f"{found.places[pair]}: {pair}" for pair in unknown[:FIRST]]))
    said = {pair: same for pair, same in found.said.items() if pair not in set(unknown)}
    apply(session, project, review, now, said, blocks, ["--answers", file], inputs, unknown)


def interview(session: Session, project: Project, before: Mapping[Table, pl.LazyFrame], limit: int | None) -> None:
    """Ask pair by pair, then apply what was answered."""
    from custintel.people.follows import said_of_people
    from custintel.people.said import Said, answered
    from custintel.people.said import pairs as as_frame
    from custintel.review import page
    from custintel.review.interview import interview as ask_all
    from custintel.review.waiting import pairs_of, waiting
    from custintel.tables import IDENTITIES, REVIEW
    from custintel.ui.show import Page, Paragraph

    session.progress.step(_("Reading the queue"))
    queue = waiting(before)
    pairs = pairs_of(queue.head(limit) if limit else queue, before)
    session.progress.close()
    if not pairs:
        session.show(Page([Paragraph(_("No pair waits for an answer."))], summary(project, 0)))
        return
    currency = currency_of(project)

    def ask(pair: Pair, nth: int) -> Any:
        session.talk(Page(page.question(pair, nth + 1, len(pairs), currency)))
        return session.ask.key(_("One person?"), page.choices(), flag="--answers FILE")

    review = before[REVIEW].collect()
    heard = ask_all(pairs, said_of_people(review, before[IDENTITIES].collect()), ask)
    records = {pair.pair_id: (str(pair.a["record_id"]), str(pair.b["record_id"])) for pair in pairs}
    told = as_frame((*records[pair], same) for pair, same in heard.answers.items())
    blocks: list[Block] = []
    if heard.followed:
        text = ngettext(
            "{n} pair was not asked, since your answers settle it.",
            "{n} pairs were not asked, since your answers settle them.",
            heard.followed,
        )
        blocks.append(Paragraph(text.format(n=heard.followed)))
    now = answered(review, told, Said(clock(), "review"))
    apply(session, project, review, now, heard.answers, blocks, ["--limit", str(limit)] if limit else [])


def apply(
    session: Session,
    project: Project,
    review: pl.DataFrame,
    now: pl.DataFrame,
    said: Mapping[str, bool],
    blocks: list[Block],
    arguments: list[str],
    inputs: list[Any] | None = None,
    unknown: list[str] | None = None,
) -> None:
    """Let answers hold, and say what they changed."""
    from custintel import formats
    from custintel.people.decide import decide
    from custintel.ui.show import Commands, Heading, Page, Paragraph

    made: Decided | None = None
    if not now.equals(review):
        session.progress.step(_("Applying the answers"))
        made = decide(project, now, "review", arguments=arguments, inputs=inputs or (), dry_run=session.dry_run)
    same = sum(said.values())
    lines = [
        ngettext(
            "{n} answer: {same} the same person, {different} not.",
            "{n} answers: {same} the same person, {different} not.",
            len(said),
        ).format(n=formats.number(len(said)), same=formats.number(same), different=formats.number(len(said) - same))
    ]
    if made:
        lines.append(
            _("People: {before} before, {after} now. Pairs that still wait: {waiting}.").format(
                before=formats.number(made.before),
                after=formats.number(made.after),
                waiting=formats.number(made.waiting),
            )
        )
    else:
        lines.append(_("Nothing was changed."))
    following = ["ci review", "ci undo"] if made and made.run_id else ["ci review"]
    blocks = [*blocks, *(Paragraph(line) for line in lines)]
    if session.dry_run:
        blocks.append(Paragraph(_("Dry run: nothing was written."), "yellow"))
    blocks += [Heading(_("Next")), Commands(following)]
    data = summary(project, made.waiting if made else review["decision"].null_count())
    data |= {
        "answers": {"same": same, "different": len(said) - same, "unknown": unknown or []},
        "people": {"before": made.before, "after": made.after} if made else None,
        "run_id": made.run_id if made else None,
        "dry_run": session.dry_run,
    }
    session.show(Page(blocks, data))


def hand_out(
    session: Session, project: Project, before: Mapping[Table, pl.LazyFrame], path: Path, limit: int | None
) -> None:
    """Write the queue to a workbook."""
    from custintel.review.waiting import pairs_of, waiting
    from custintel.review.workbook import page
    from custintel.sheets.write import write_workbook
    from custintel.ui.show import Commands, Heading, Page, Paragraph

    queue = waiting(before)
    pairs = pairs_of(queue.head(limit) if limit else queue, before)
    if not session.dry_run:
        session.progress.step(_("Writing {file}").format(file=path))
        write_workbook(path, [page(pairs)])
    n = len(pairs)
    text = ngettext("{n} pair is in {file}.", "{n} pairs are in {file}.", n).format(n=n, file=path)
    how = _("Fill in its first column with {same} or {different}, save it, and give it back:").format(
        same=_("same"), different=_("different")
    )
    blocks: list[Block] = [Paragraph(_("Dry run: nothing was written."), "yellow")] if session.dry_run else []
    blocks += [Paragraph(text), Heading(how), Commands([f"ci review --answers {path}"])]
    session.show(Page(blocks, summary(project, queue.height) | {"written": [] if session.dry_run else [str(path)]}))


def listing(session: Session, project: Project, before: Mapping[Table, pl.LazyFrame], limit: int | None) -> None:
    """Print the first pairs, and how to answer."""
    from custintel import formats
    from custintel.review import page
    from custintel.review.waiting import pairs_of, waiting
    from custintel.ui.show import Commands, Heading, Page, Paragraph

    queue = waiting(before)
    pairs = pairs_of(queue.head(limit or FIRST), before)
    if not pairs:
        session.show(Page([Paragraph(_("No pair waits for an answer."))], summary(project, 0) | {"pairs": []}))
        return
    head = ngettext("{n} pair waits for an answer.", "{n} pairs wait for an answer.", queue.height)
    blocks: list[Block] = [
        Heading(head.format(n=formats.number(queue.height))),
        page.queue(pairs, currency_of(project)),
        Heading(_("How to answer: on a terminal, or by a workbook")),
        Commands(["ci review", "ci review --xlsx pairs.xlsx", "ci review --answers pairs.xlsx"]),
    ]
    session.show(Page(blocks, summary(project, queue.height) | {"pairs": [page.data(pair) for pair in pairs]}))


def summary(project: Project, waiting: int) -> dict[str, Any]:
    """What every form of the command tells programs."""
    return {"command": "review", "project": project.root, "waiting": waiting}


def currency_of(project: Project) -> str | None:
    """The currency of amounts, if the project says one."""
    found = project.settings.get("currency")
    return str(found) if found else None


def clock() -> datetime:
    """Now, UTC."""
    return datetime.now(UTC).replace(tzinfo=None)
