"""Bring the catalogues up to date with the code: ``python custintel/locales/update.py``.

Extracts every sentence of the package and click's own words, merges them into ``<language>/LC_MESSAGES/custintel.po``
(what is no longer said is dropped, what is new waits with an empty translation), and compiles the ``.mo`` that is
shipped. Needs Babel only.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

LOCALES = Path(__file__).parent
PACKAGE = LOCALES.parent
LANGUAGES = ("es",)
CHANGING = ('"POT-Creation', '"PO-Revision', '"Last-', '"Language-Team', '"Report-', '"Generated-')
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}

CLICK: tuple[str | tuple[str, str], ...] = (
    "(dynamic)",
    "Aborted!",
    "Argument {name!r} takes {nargs} values.",
    "Commands",
    "Could not open file {filename!r}: {message}",
    "Error: {message}",
    "Invalid value for {param_hint}: {message}",
    "Invalid value: {message}",
    "Missing argument",
    "Missing command.",
    "Missing option",
    "Missing parameter",
    "Missing parameter: {param_name}",
    "Missing {param_type}",
    "No such command {name!r}.",
    "No such option {name!r}.",
    "Option {name!r} does not take a value.",
    "Options",
    "Positional arguments",
    "Show this message and exit.",
    "Try '{command} {option}' for help.",
    "Usage:",
    "default: {default}",
    "directory",
    "env var: {var}",
    "file",
    "path",
    "required",
    "unknown error",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is not readable.",
    "{name} {filename!r} is not writable.",
    "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.",
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)
"""What click itself says in help and errors; it looks words up in the catalogue of the process, which is ours."""


def extracted() -> Catalog:
    """Every sentence that can be shown, without translations."""
    catalog = Catalog(project="custintel", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        PACKAGE, [("**.py", "python")], keywords=KEYWORDS, comment_tags=(), strip_comment_tags=True
    )
    for file, _line, message, _comments, context in found:
        catalog.add(message, None, [(f"custintel/{Path(file).as_posix()}", 0)], context=context)
    for words in CLICK:
        catalog.add(words, None, [("click", 0)])
    return catalog


def read(language: str) -> Catalog:
    """The catalogue of ``language`` as it is on disk, empty when there is none."""
    path = LOCALES / language / "LC_MESSAGES" / "custintel.po"
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """The ``.mo`` of a catalogue; the same catalogue makes the same file."""
    catalog.creation_date = catalog.revision_date = NO_DATE
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def written(catalog: Catalog) -> bytes:
    """The ``.po`` of a catalogue, without the headers that change by themselves."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, sort_output=True, include_lineno=False)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(CHANGING)).encode()


def update(language: str) -> int:
    """Write the ``.po`` and ``.mo`` of ``language``; the number of sentences without a translation."""
    folder = LOCALES / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    catalog = read(language)
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.header_comment = "# The words of custintel. See update.py, two folders up."
    (folder / "custintel.po").write_bytes(written(catalog))
    (folder / "custintel.mo").write_bytes(compiled(catalog))
    return sum(1 for message in catalog if message.id and not all(translations(message)))


def translations(message: Message) -> tuple[str, ...]:
    """What a message is in the other language, one text per plural form; empty texts where it is not translated."""
    return (message.string or "",) if isinstance(message.string, str | None) else tuple(message.string)


if __name__ == "__main__":
    missing = {language: update(language) for language in LANGUAGES}
    for language, n in missing.items():
        sys.stdout.write(f"{language}: {n} sentences without a translation\n")
