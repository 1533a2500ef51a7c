"""``ci init``: make a folder a project, with settings to read and template sheets to fill in."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from string import Template

import click

from custintel import i18n
from custintel.errors import CustintelError
from custintel.i18n import N_, _
from custintel.options import Session, subcommand

COSTS_FILE = "costs.yaml"
_SAME_VAT = ("CO", "CL")  # where the rate of the template, 19 %, is the general one (DIAN; SII)
_LANGUAGES = (("es", "Español"), ("en", "English"))


@subcommand(
    "init",
    N_(
        "Make this folder a custintel project: settings with comments, and sheets to fill in. "
        "Asks what it needs to know; every question has an option that answers it."
    ),
    examples=("ci init", "ci init --lang es --country CO --currency COP"),
)
@click.option("--country", metavar=N_("CODE"), help=N_("Country of your customers, two letters: CO, MX, ES, US..."))
@click.option("--timezone", metavar=N_("ZONE"), help=N_("Time zone of your files, such as America/Bogota."))
@click.option("--currency", metavar=N_("CODE"), help=N_("Currency of your prices, three letters: COP, MXN, USD..."))
@click.option("--name", metavar=N_("NAME"), help=N_("Name of your shop."))
def command(
    session: Session, country: str | None, timezone: str | None, currency: str | None, name: str | None
) -> None:
    """Ask, write the project, and say how to do the same again."""
    from custintel.project.folder import Project
    from custintel.project.settings import FILE
    from custintel.ui.show import Commands, Heading, Page, Paragraph

    root = session.folder
    if (root / FILE).exists():
        raise CustintelError(
            _("This folder already is a custintel project."),
            where=str(root),
            hint=_("Change its settings in {file}, or name another folder with --project.").format(file=FILE),
        )
    answers = _ask(session, country, timezone, currency, name)
    i18n.activate(answers["language"])
    folder = _templates() / answers["language"]
    settings = _settings((folder / FILE).read_text(encoding="utf-8"), answers)
    sheets = [path for path in sorted(folder.iterdir()) if path.name != FILE]
    if not session.dry_run:
        Project.create(root, settings=settings)
        for sheet in sheets:
            if not (root / sheet.name).exists():
                content = sheet.read_bytes()
                (root / sheet.name).write_bytes(_costs(content, answers) if sheet.name == COSTS_FILE else content)
    made = [FILE, *(sheet.name for sheet in sheets)]
    again = _repeat(session, answers)
    sentence = _("Would make the project {folder}.") if session.dry_run else _("The project is ready: {folder}")
    following = [_("ci clean FILES")]
    if root != Path.cwd():
        following.insert(0, shlex.join(["cd", str(root)]))
    page = Page(
        [
            Paragraph(sentence.format(folder=root), "bold"),
            Paragraph(_("Files: {files}").format(files=", ".join(made))),
            Heading(_("The same without questions")),
            Commands([again]),
            Heading(_("Run next")),
            Commands(following),
        ],
        {"project": root, "files": made, "settings": answers, "command": again, "dry_run": session.dry_run},
    )
    session.show(page)


def _settings(template: str, answers: Mapping[str, str]) -> str:
    """The text of ``custintel.toml``; the line of the name stays a note where there is none."""
    import tomlkit

    name = tomlkit.item(answers["name"]).as_string() if "name" in answers else ""
    line = f"name = {name}" if name else '# name = "Tienda Sol"'
    return Template(template).substitute({**answers, "name_line": line})


def _costs(template: bytes, answers: Mapping[str, str]) -> bytes:
    """The list of costs in the currency and time zone of the shop; VAT stays a note where it is another than ours."""
    text = template.decode()
    text = re.sub(r"(?m)^(currency|moneda): \w+$", rf"\1: {answers['currency']}", text)
    text = re.sub(r"(?m)^(timezone|zona_horaria): \S+$", rf"\1: {answers['timezone']}", text)
    if answers["country"] not in _SAME_VAT:
        text = re.sub(r"(?m)^((vat|iva): \S+)$", r"# \1", text)
    return text.encode()


def _repeat(session: Session, answers: Mapping[str, str]) -> str:
    """The command line that gives the same answers."""
    flags = {"--lang" if key == "language" else f"--{key}": answer for key, answer in answers.items()}
    if session.folder != Path.cwd():
        flags["--project"] = str(session.folder)
    return shlex.join(["ci", "init", *(word for pair in flags.items() for word in pair)])


def _ask(
    session: Session, country: str | None, timezone: str | None, currency: str | None, name: str | None
) -> dict[str, str]:
    """What is decided: by flag, by a person, or, where nobody can be asked, as the system and the country suggest.

    Only a name is not suggested, and missing where nobody gave one.
    """
    from custintel.init import places
    from custintel.project.vocabulary import declared, parsed

    language = session.lang
    if session.interactive and not session.asked_language:
        language = session.ask.select(_("Language"), _LANGUAGES, flag="--lang es", default=language)
        i18n.activate(language)
    if not country:
        country = places.system_country(dict(os.environ))
        if session.interactive:
            question = _("Country of most of your customers")
            country = session.ask.select(question, places.countries(), flag="--country CO", default=country)
    country = str(parsed(declared("country"), country))
    if not timezone:
        zones = places.zones(country)
        timezone = zones[0]
        if session.interactive and len(zones) > 1:
            offered = [(zone, zone) for zone in zones]
            timezone = session.ask.select(_("Time zone"), offered, flag=f"--timezone {zones[0]}", default=timezone)
    timezone = str(parsed(declared("timezone"), timezone))
    answers = {"language": language, "country": country, "timezone": timezone}
    answers["currency"] = _currency(session, country, currency)
    if name is None and session.interactive:
        name = session.ask.text(_("Name of your shop (Enter to leave it out)"), flag="--name NAME") or None
    if name is not None:
        answers["name"] = str(parsed(declared("name"), name))
    return answers


def _currency(session: Session, country: str, currency: str | None) -> str:
    """The currency given, chosen, or else of ``country``.

    Raises:
        CustintelError: there is no such currency.
    """
    from custintel.init import places
    from custintel.project.vocabulary import declared, parsed

    offered = places.currencies(country)
    usual = offered[0][0]
    if not currency and session.interactive:
        question = _("Currency of your prices")
        currency = session.ask.select(question, offered, flag=f"--currency {usual}", default=usual)
    currency = str(parsed(declared("currency"), currency or usual))
    if not places.is_currency(currency):
        hint = _("The currency of {country} is {code}.").format(country=country, code=usual)
        raise CustintelError(_("There is no currency {code}.").format(code=currency), hint=hint)
    return currency


def _templates() -> Path:
    """Where the templates are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    shipped = package / "_shipped" / "templates"
    return shipped if shipped.is_dir() else package.parent / "templates"
