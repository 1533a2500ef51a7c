"""The language of every word a person reads.

Source text is English; ``locales/<language>/LC_MESSAGES/custintel.po`` holds the rest. Sentences are made where they
are shown: kernels return codes, and a code's English sentence is marked with :func:`N_` where it is declared and
translated with :func:`_` when printed.
"""

from __future__ import annotations

import copy
import gettext
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

LANGUAGES = ("en", "es")
LOCALES = os.path.join(os.path.dirname(__file__), "locales")

_translations: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark ``message`` for translation without translating it yet."""
    return message


def _(message: str) -> str:
    """``message`` in the active language."""
    return _translations.gettext(message) if message else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form of a sentence that fits the number ``n``, in the active language."""
    return _translations.ngettext(singular, plural, n)


def activate(language: str) -> None:
    """Speak ``language`` from now on; a language we do not have falls back to English.

    The process-wide gettext domain is set as well, so that click's own words ("Usage:", "No such option") follow.
    """
    global _translations, _language
    _language = language if language in LANGUAGES else "en"
    _translations = gettext.translation("custintel", LOCALES, [_language], fallback=True)
    os.environ["LANGUAGE"] = _language
    gettext.bindtextdomain("custintel", LOCALES)
    gettext.textdomain("custintel")


def language() -> str:
    """The active language, ``en`` or ``es``."""
    return _language


def system_language(environ: Mapping[str, str] = os.environ) -> str:
    """The language the system asks for (``LC_ALL``, ``LC_MESSAGES``, ``LANG``), ``en`` when we do not have it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        code = environ.get(name, "")[:2].lower()
        if code in LANGUAGES:
            return code
    return "en"


def choose_language(*asked: str | Callable[[], str | None] | None, environ: Mapping[str, str] = os.environ) -> str:
    """The first of ``asked`` that is a language we have, else what the system asks for.

    Args:
        asked: codes from the strongest wish to the weakest (flag, environment, project, user). One that costs
            something to find out may be a function, which is only called when nothing before it decided.
        environ: where the system's wish is read.
    """
    for wish in asked:
        code = ((wish() if callable(wish) else wish) or "")[:2].lower()
        if code in LANGUAGES:
            return code
    return system_language(environ)


def localise(command: click.Command) -> click.Command:
    """A copy of ``command`` whose help, and that of its options and arguments, is in the active language."""
    made = copy.copy(command)
    made.params = [copy.copy(parameter) for parameter in command.params]
    for part in (made, *made.params):
        for name in ("help", "epilog", "metavar", "options_metavar", "subcommand_metavar"):
            if text := getattr(part, name, None):
                setattr(part, name, _(text))
    return made
