"""``ci contactability``: who can be reached, how, and who may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from custintel.errors import CustintelError, UsageError
from custintel.i18n import N_, _, ngettext
from custintel.options import Session, subcommand
from custintel.result_options import fail_on_option, xlsx_option

if TYPE_CHECKING:
    from datetime import timedelta

    import polars as pl

    from custintel.conditions import Condition
    from custintel.contactability.imports import Brought, Files
    from custintel.contactability.survey import Survey
    from custintel.project.folder import Project
    from custintel.project.settings import Settings
    from custintel.sheets.source import Sheet
    from custintel.tables import Table

JOURNAL = Path("cache") / "dns.sqlite"
"""Answers of the DNS, in the project folder: what may be asked again at any time."""
CHECK = "check"
FILES = ("feedback", "suppress", "register")
"""Options that take files."""


@subcommand(
    "contactability",
    N_(
        "Find out who can be reached by email, phone and WhatsApp, and who may be: a verdict on every address and "
        "number, the best permitted channel of every person, and what to repair first. Nobody is written to or called: "
        "the DNS is asked about the domains of the emails, and nothing else leaves this computer."
    ),
    examples=(
        "ci contactability",
        "ci contactability --offline --by source,month",
        "ci contactability --feedback bounces.csv --register rne=excluded.csv",
        "ci contactability check ana@gmial.com 3001234567",
    ),
)
@click.argument("check", nargs=-1, metavar=N_("[check VALUE...]"))
@click.option("--offline", is_flag=True, help=N_("Ask nobody: go by what is known already."))
@click.option(
    "--dns",
    metavar="SERVER",
    default="system",
    help=N_("DNS server to ask: system (the default), ADDRESS[:PORT] or https://..."),
)
@click.option("--qps", type=click.IntRange(1, 100_000), metavar="N", help=N_("At most N questions per second."))
@click.option("--max-age", metavar="AGE", help=N_("Ask again what was answered longer ago than this: 7d, 12h, 0."))
@click.option(
    "--profile",
    type=click.Choice(["mailable", "smtp", "rfc5322"]),
    default="mailable",
    help=N_("The rule of syntax: what providers take (the default), RFC 5321, or the widest, RFC 5322."),
)
@click.option("--by", metavar="LIST", help=N_("Also by: source, city, segment, month."))
@click.option("--country", metavar="CC", help=N_("Country of numbers that do not say theirs: CO, MX, ES, US..."))
@click.option(
    "--feedback",
    multiple=True,
    metavar="FILE",
    help=N_("A report of bounces, deliveries or verified addresses (Mailchimp, Klaviyo, ZeroBounce...)."),
)
@click.option("--suppress", multiple=True, metavar="FILE", help=N_("A list of who must not be contacted."))
@click.option(
    "--register",
    multiple=True,
    metavar="[CODE=]FILE",
    help=N_("A register of people who want no advertising: rne (Colombia), robinson (Spain)."),
)
@fail_on_option(N_('End with exit code 3 when this holds, such as "unknown>20%".'))
@xlsx_option()
def command(session: Session, check: tuple[str, ...], **options: Any) -> None:
    """Survey the project, or check single values."""
    from custintel.contactability.dns.journal import age_of
    from custintel.contactability.dns.servers import servers
    from custintel.contactability.groups import GROUPS
    from custintel.contactability.page import MEASURES

    settings = session.settings({"country": options["country"]})
    age = age_of(options["max_age"])
    if options["dns"] != "system":
        servers(options["dns"])
    if check:
        if check[0] != CHECK or len(check) == 1:
            raise UsageError(
                _("Only 'check' and values to check can be written here."),
                seen=" ".join(check),
                hint="ci contactability check ana@gmial.com 3001234567",
            )
        single(session, settings, check[1:], options, age)
        return
    from custintel.conditions import condition

    groups = [word.strip().lower() for word in (options["by"] or "").split(",") if word.strip()]
    if wrong := [word for word in groups if word not in GROUPS]:
        raise UsageError(
            _("There is no such way to group people."),
            where="--by",
            seen=", ".join(wrong),
            hint=_("Choose from: {names}").format(names=", ".join(GROUPS)),
        )
    conditions = [condition(text, MEASURES) for text in options["fail_on"]]
    whole(session, settings, groups, conditions, options, age)


def whole(
    session: Session,
    settings: Settings,
    groups: Sequence[str],
    conditions: Sequence[Condition],
    options: Mapping[str, Any],
    age: timedelta | None,
) -> None:
    """Every address, number and person of the project."""
    from custintel.conditions import check
    from custintel.contactability import page
    from custintel.contactability.imports import brought
    from custintel.contactability.workbook import pages
    from custintel.project.records import Input
    from custintel.sheets.output_file import check_output
    from custintel.sheets.write import write_workbook
    from custintel.tables import CONTACT_POINTS, CUSTOMERS
    from custintel.ui.ending import ending
    from custintel.ui.show import Page

    given = files_given(options)
    names = [name for _option, _code, name in given]
    if options["xlsx"]:
        check_output(options["xlsx"], "xlsx", [Path(name) for name in names])
    project = session.project(flags={"country": options["country"]})
    if not project.has(CUSTOMERS):
        raise CustintelError(
            _("There are no people in this project yet."),
            where=str(project.root),
            hint=_("Read your files first: ci clean crm.xlsx"),
        )
    zone = str(settings.get("timezone") or "") or None
    now = datetime.now(ZoneInfo(zone) if zone else UTC)
    country = str(settings.get("country") or "") or None
    files = sheets_of(session, given)
    new = brought(files, now=now.replace(tzinfo=None), country=country, zone=zone)
    if session.dry_run:
        made = surveyed(session, project, settings, new, options, age, now)
    else:
        inputs = [Input.of(Path(name)) for name in names if name != "-"]
        typed = [word for option in FILES for text in options[option] for word in (f"--{option}", text)]
        with project.write("contactability", arguments=typed, inputs=inputs, version=version("custintel")) as run:
            made = surveyed(session, project, settings, new, options, age, now)
            session.progress.step(_("Writing the tables"))
            for table, frame in made.tables.items():
                (run.amend if table in (CUSTOMERS, CONTACT_POINTS) else run.put)(table, frame)
            if options["xlsx"]:
                session.progress.step(_("Writing {file}").format(file=options["xlsx"]))
                write_workbook(options["xlsx"], pages(made), never=[Path(name) for name in names])
    country = country or made.home
    blocks = [*page.blocks(made, new, groups, str(settings.get("currency") or "") or None, country, now)]
    book = None if options["xlsx"] else "ci contactability --xlsx contacts.xlsx"
    blocks += ending(session.dry_run, project.root, written=[options["xlsx"]], following=[book])
    session.show(Page(blocks, page.data(made, new, groups, country, now)))
    check(conditions, page.measures(made))


def files_given(options: Mapping[str, Any]) -> list[tuple[str, str | None, str]]:
    """The option, the code written before the name (if any) and the name of each file; a name may hold a ``=``."""
    found = []
    for option in FILES:
        for text in options[option]:
            code, sign, name = text.partition("=")
            coded = sign and option != "suppress" and not Path(text).exists()
            found.append((option, code.lower(), name) if coded else (option, None, text))
    return found


def sheets_of(session: Session, given: Sequence[tuple[str, str | None, str]]) -> Files:
    """The sheets of the files that were given."""
    from custintel.contactability.imports import Files

    found = [(option, code, sheet) for option, code, name in given for sheet in read(session, name)]
    return Files(
        reports=[(sheet, code) for option, code, sheet in found if option == "feedback"],
        suppressed=[sheet for option, _code, sheet in found if option == "suppress"],
        registers=[(sheet, code) for option, code, sheet in found if option == "register"],
    )


def read(session: Session, file: str) -> list[Sheet]:
    """The sheets of one file."""
    from custintel.sheets.header_row import folded
    from custintel.sheets.read import read_file

    session.progress.step(_("Reading {file}").format(file=file))
    return read_file(
        file, known={folded(word) for word in ("email", "correo", "phone", "telefono", "status", "estado")}
    )


def surveyed(
    session: Session,
    project: Project,
    settings: Settings,
    new: Sequence[Brought],
    options: Mapping[str, Any],
    age: timedelta | None,
    now: datetime,
) -> Survey:
    """What the project's people can be reached by."""
    from dataclasses import replace

    from custintel.contactability import imports, survey
    from custintel.contactability.email_names import email_facts
    from custintel.contactability.law import permission_rules
    from custintel.tables import CONTACT_POINTS, CUSTOMERS, FEEDBACK, NOTICES

    before: dict[Table, pl.DataFrame] = {table: project.read(table) for table in (CUSTOMERS, CONTACT_POINTS)}
    for table in (FEEDBACK, NOTICES):
        before[table] = imports.merged(project.read(table), new, table)
    asked = survey.addresses(before[CONTACT_POINTS], before[CUSTOMERS])
    facts = email_facts(asked.filter(asked["kind"] == "email")["value"], options["profile"])
    domains = looked_up(session, project.root / JOURNAL, survey.askable(facts), options, age, now)
    session.progress.step(_("Judging addresses and numbers"))
    days = settings.get("contactability.consent_days")
    own = settings.get("contactability.own_numbers") or ()
    made = survey.survey(
        before,
        asked,
        facts,
        domains,
        today=now.date(),
        rules=permission_rules(consent_days=int(str(days)) if days else None),
        country=str(settings.get("country") or "") or None,
        own=[str(number) for number in own] if isinstance(own, tuple) else [],
    )
    kept = {table: before[table] for table in (FEEDBACK, NOTICES)}
    return replace(made, tables={**made.tables, **kept})


def looked_up(
    session: Session,
    journal_path: Path,
    domains: Sequence[str],
    options: Mapping[str, Any],
    age: timedelta | None,
    now: datetime,
) -> pl.DataFrame:
    """What the DNS says of the domains; whom it is asked of and what is said before it begins."""
    from custintel import formats
    from custintel.contactability.dns.journal import Journal
    from custintel.contactability.dns.lookup import Progress, look_up
    from custintel.contactability.dns.resolver import resolver
    from custintel.contactability.dns.servers import servers
    from custintel.contactability.mail_domain import classify

    asking = None
    if domains and not options["offline"]:
        asked = servers(options["dns"])
        asking = resolver(asked, qps=options["qps"])

    def observer(done: Progress) -> None:
        if not done.asked:
            left = done.of - done.domains
            told = ngettext(
                "Asking the DNS server {server} about {n} domain; only its name leaves this computer.",
                "Asking the DNS server {server} about {n} domains; only their names leave this computer.",
                left,
            )
            session.console.say(told.format(server=asked, n=formats.number(left)))
        told = _("Looked up {done} of {n} domains")
        session.progress.step(told.format(done=formats.number(done.domains), n=formats.number(done.of)))

    with Journal(journal_path) as journal:
        (journal_path.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        if journal.set_aside:
            session.console.say(
                _("The answers of earlier runs could not be read; the file is kept as {file}.").format(
                    file=journal.set_aside
                )
            )
        evidence = look_up(domains, asking, journal, now=now, max_age=age, observer=observer)
    return classify(evidence)


def single(
    session: Session, settings: Settings, values: Sequence[str], options: Mapping[str, Any], age: timedelta | None
) -> None:
    """Single values, with every step of the evidence."""
    import tempfile

    from custintel.contactability import single_value
    from custintel.contactability.email_names import email_facts
    from custintel.contactability.survey import askable
    from custintel.ui.show import Page

    country = str(settings.get("country") or "") or None
    emails, now = single_value.emails(values), datetime.now(UTC)
    facts = email_facts(emails, options["profile"])
    root = session.find_project()
    with tempfile.TemporaryDirectory() as folder:
        journal = (root or Path(folder)) / JOURNAL
        domains = looked_up(session, journal, askable(facts), options, age, now)
    found = single_value.checked(values, facts, domains, country, session.lang, now)
    session.show(Page(list(single_value.blocks(found)), {"command": "contactability check", "values": found}))
