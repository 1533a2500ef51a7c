"""How numbers, money, dates and foreign text are printed. For people's eyes only: nothing here is ever parsed back.

The locale is the active language as the country writes it: Spanish of Colombia separates thousands with a point,
Spanish of Mexico with a comma. Babel is imported at the first call.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from custintel import i18n
from custintel.i18n import _, ngettext

if TYPE_CHECKING:
    from babel import Locale

Number = int | float | Decimal

_country = "CO"
WHOLE_CURRENCIES = frozenset({"COP", "CLP", "PYG", "CRC"})
"""Of which nobody writes decimals, though some have them."""

# C0 and C1 controls, soft hyphen, zero-width characters and joiners, bidirectional marks, embeddings, overrides and
# isolates, line and paragraph separators, Mongolian vowel separator, byte order mark, interlinear annotations, tags,
# lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
# CSI, OSC/DCS/PM/APC strings with their end, and two-character escapes.
_ESCAPE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?")


def safe(text: str) -> str:
    """``text`` fit for a terminal line: no control characters, escape sequences, direction overrides or invisible
    characters.

    Line breaks and tabs become one space each.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _ESCAPE.sub("", text)
    for blank in ("\r\n", "\n", "\r", "\t", "\u2028", "\u2029"):
        text = text.replace(blank, " ")
    return _UNSAFE.sub("", text)


def unsafe_pattern() -> re.Pattern[str]:
    """The characters that :func:`safe` removes, one at a time."""
    return _UNSAFE


def use_country(country: str) -> None:
    """Write numbers and dates from now on as ``country`` (ISO 3166 alpha-2) does in the active language."""
    global _country
    _country = country.upper()


@cache
def _find_locale(language: str, country: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    for name in (f"{language}_{country}", "es_419" if language == "es" else "en", "en"):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("Babel always knows English")


def locale() -> Locale:
    """The Babel locale of the active language and country."""
    return _find_locale(i18n.language(), _country)


def number(value: Number, decimals: int = 0) -> str:
    """``1234.5`` as "1.234,5" in Colombia, "1,234.5" in the United States; always with ``decimals`` places."""
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=locale()))


def percent(share: Number, decimals: int = 0) -> str:
    """A share of one as a percentage; one that is neither nothing nor everything never rounds to it ("<1 %")."""
    from babel.numbers import format_percent

    step = 10.0 ** -(decimals + 2)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + ("\u00a0%" if i18n.language() == "es" else "%")

    def written(value: Number) -> str:
        return str(format_percent(value, format=pattern, locale=locale()))

    if 0 < share <= step / 2:
        return "<" + written(step)
    if 1 - step / 2 <= share < 1:
        return ">" + written(1 - step)
    return written(share)


def money(value: Number, currency: str, *, whole: bool = False) -> str:
    """An amount with the sign and decimals usual for its currency (ISO 4217): "$45.900" for pesos in Colombia; without
    decimals when ``whole``, for large sums.
    """
    from babel.numbers import format_currency

    if not whole and currency not in WHOLE_CURRENCIES:
        return str(format_currency(value, currency, locale=locale()))
    pattern = locale().currency_formats["standard"].pattern.replace(".00", "")
    return str(format_currency(value, currency, format=pattern, locale=locale(), currency_digits=False))


def whole_money(value: Number, currency: str) -> str:
    """An amount rounded to whole units: "£1,200"."""
    from babel.numbers import format_currency

    pattern = locale().currency_formats["standard"].pattern.replace(".00", "")
    return str(format_currency(round(value), currency, format=pattern, locale=locale(), currency_digits=False))


def compact(value: Number) -> str:
    """A large amount in a few signs, for narrow columns: 156806992 as "156.8M", in Spanish "156,8 M"; 45900 whole."""
    from babel.numbers import format_compact_decimal

    if abs(float(value)) < 1_000_000:
        return number(value)
    return str(format_compact_decimal(value, locale=locale(), fraction_digits=1))


def date(value: dt.date) -> str:
    """The day, month as a word, so that nobody confuses the two: "5 mar 2024"."""
    from babel.dates import format_date

    if i18n.language() == "es":
        return str(format_date(value, "d MMM y", locale=locale())).replace(".", "")
    return str(format_date(value, "MMM d, y" if _country == "US" else "d MMM y", locale=locale()))


def moment(value: dt.datetime) -> str:
    """The day and the time of day: "5 mar 2024, 14:30"."""
    return f"{date(value)}, {value:%H:%M}"


def duration(seconds: float) -> str:
    """A length of time in the two largest units that matter: "0.4 s", "2 min 5 s", "3 h 20 min"."""
    if seconds < 10:
        return f"{number(seconds, 1)} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{number(whole // 3600)} h {whole % 3600 // 60} min"


def ago(then: dt.datetime, now: dt.datetime) -> str:
    """How long ago ``then`` was: "3 hours ago"; a moment of the last minute, or still to come, is "just now"."""
    minutes = int((now - then).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("{n} minute ago", "{n} minutes ago", minutes).format(n=minutes)
    if minutes < 48 * 60:
        hours = minutes // 60
        return ngettext("{n} hour ago", "{n} hours ago", hours).format(n=hours)
    days = minutes // (24 * 60)
    return ngettext("{n} day ago", "{n} days ago", days).format(n=number(days))


def size(n_bytes: float) -> str:
    """A size on disk: "512 B", "1.5 MB"; units of 1,000."""
    for unit in ("B", "kB", "MB", "GB"):
        if n_bytes < 1000:
            return f"{number(n_bytes, 0 if unit == 'B' or n_bytes >= 10 else 1)} {unit}"
        n_bytes /= 1000
    return f"{number(n_bytes, 1)} TB"
