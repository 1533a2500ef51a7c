"""Every setting there is, and what may be written for it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from custintel.errors import CustintelError
from custintel.i18n import N_, _

Value = str | int | float | tuple[str, ...] | None


@dataclass(frozen=True)
class Setting:
    """One thing that can be set.

    Attributes:
        key: dotted name; ``*`` as its last part stands for the name of a field.
        label: what it decides, marked for translation.
        kind: ``choice``, ``country`` (ISO 3166 alpha-2), ``currency`` (ISO 4217), ``timezone`` (IANA), ``count`` (1 or
            more), ``share`` (from 0 to 1), ``text`` (one line) or ``list`` of texts.
        default: the value when nobody set it; ``None`` lets the data decide.
        choices: the values of a ``choice``.
        variable: the environment variable.
        shapes_tables: whether tables come out otherwise when it changes.
    """

    key: str
    label: str
    kind: Literal["choice", "country", "currency", "timezone", "count", "share", "text", "list"]
    default: Value = None
    choices: tuple[str, ...] = ()
    variable: str = ""
    shapes_tables: bool = True


LONGEST_TEXT = 80
"""Characters that the value of a ``text`` may have."""

SETTINGS = (
    # Build servers have a variable CI_NAME of their own.
    Setting("name", N_("name of the shop"), "text", None, (), "CI_SHOP_NAME", shapes_tables=False),
    Setting("language", N_("language of what you read"), "choice", None, ("en", "es"), "CI_LANG", shapes_tables=False),
    Setting(
        "country",
        N_("country of what does not say its own"),
        "country",
        None,
        (),
        "CI_COUNTRY",
    ),
    Setting("currency", N_("currency of amounts that do not say theirs"), "currency", None, (), "CI_CURRENCY"),
    Setting("timezone", N_("time zone of dates and times"), "timezone", None, (), "CI_TIMEZONE"),
    Setting("date_order", N_("order of day, month and year"), "choice", None, ("dmy", "mdy", "ymd"), "CI_DATE_ORDER"),
    Setting("decimal", N_("decimal mark of numbers"), "choice", None, (",", "."), "CI_DECIMAL"),
    Setting(
        "history.keep", N_("how many runs can be undone"), "count", None, (), "CI_HISTORY_KEEP", shapes_tables=False
    ),
    Setting("trusted_sources", N_("files to believe first, most trusted first"), "list", (), (), "CI_TRUSTED_SOURCES"),
    Setting(
        "matching.merge",
        N_("which records are merged without asking: sure, also likely, or only those that share a certain key"),
        "choice",
        "sure",
        ("sure", "likely", "certain"),
        "CI_MATCHING_MERGE",
    ),
    Setting(
        "matching.threshold", N_("probability from which records are merged that share no certain key"), "share", None
    ),
    Setting("matching.compare", N_("further columns to compare people by"), "list", ()),
    Setting("contactability.own_numbers", N_("the shop's own phone numbers, which are nobody's"), "list", ()),
    Setting("contactability.consent_days", N_("days after which a permission is no longer relied upon"), "count", None),
    Setting(
        "survivorship.*",
        N_("which value stays when the records of a person differ"),
        "choice",
        None,
        ("complete", "recent", "frequent", "trusted"),
        "CI_SURVIVORSHIP_*",
    ),
)
"""Every setting there is."""


def declared(key: str) -> Setting:
    """The declaration of ``key``.

    Raises:
        CustintelError: there is no such setting; the hint names the nearest one.
    """
    for setting in SETTINGS:
        prefix = setting.key.removesuffix("*")
        if key == setting.key and prefix == setting.key:
            return setting
        if prefix != setting.key and re.fullmatch(re.escape(prefix) + "[a-z][a-z0-9_]*", key):
            return setting
    names = [setting.key for setting in SETTINGS]
    near = difflib.get_close_matches(key, names, 1, 0.6)
    hint = _("Did you mean {key}?").format(key=near[0]) if near else _("Settings: {keys}").format(keys=", ".join(names))
    raise CustintelError(_("There is no setting {key}.").format(key=key), hint=hint)


def parsed(setting: Setting, value: object) -> Value:
    """``value``, typed by a person or read from a file, as ``setting`` keeps it.

    Raises:
        CustintelError: it is not such a value.
    """
    text = str(value).strip()
    if setting.kind == "list":
        parts = value if isinstance(value, list | tuple) else text.split(",")
        return tuple(part for part in (str(part).strip() for part in parts) if part)
    if setting.kind == "count" and not isinstance(value, bool) and re.fullmatch("[0-9]{1,9}", text) and int(text):
        return int(text)
    if setting.kind == "share" and re.fullmatch(r"0?\.[0-9]{1,9}|[01](\.0*)?", text):
        return float(text)
    if setting.kind == "choice" and isinstance(value, str) and text.lower() in setting.choices:
        return text.lower()
    if setting.kind == "country" and isinstance(value, str) and text.upper() in country_codes():
        return text.upper()
    if setting.kind == "currency" and isinstance(value, str) and re.fullmatch("[A-Za-z]{3}", text):
        return text.upper()
    if setting.kind == "timezone" and isinstance(value, str) and _is_timezone(text):
        return text
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if setting.kind == "text" and isinstance(value, str) and 0 < len(line) <= LONGEST_TEXT:
        return line
    expected = {
        "choice": _("one of: {choices}").format(choices=", ".join(setting.choices)),
        "country": _("a country code of two letters, such as CO, MX, ES or US"),
        "currency": _("a currency code of three letters, such as COP, MXN, EUR or USD"),
        "timezone": _("a time zone such as America/Bogota"),
        "count": _("a whole number, 1 or more"),
        "share": _("a number from 0 to 1, such as 0.95"),
        "text": _("a line of at most {n} characters").format(n=LONGEST_TEXT),
        "list": "",
    }
    hint = _("It takes {expected}.").format(expected=expected[setting.kind])
    if setting.kind == "country" and (meant := country_meant(text)):
        hint = " ".join((hint, _("Did you mean {key}?").format(key=meant)))
    raise CustintelError(
        _("{value} is not a value for the setting {key}.").format(value=text[:80] or '""', key=setting.key), hint=hint
    )


@cache
def country_codes() -> frozenset[str]:
    """The codes of every country there is (ISO 3166 alpha-2)."""
    return frozenset(code for code, *_others in _countries())


def country_meant(text: str) -> str:
    """The code of the country that ``text`` names, well or badly spelled, or writes in three letters; else empty."""
    codes = {name.casefold(): code for code, *names in _countries() for name in names}
    near = difflib.get_close_matches(text[:LONGEST_TEXT].casefold(), codes, 1, 0.8)
    return codes[near[0]] if near else ""


@cache
def _countries() -> tuple[tuple[str, ...], ...]:
    """Code, code of three letters and names of every country."""
    lines = (files("custintel.fields") / "data" / "places_countries.tsv").read_text("utf-8").splitlines()
    return tuple(tuple(line.replace("|", "\t").split("\t")) for line in lines[1:])


def _is_timezone(name: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Windows brings no list of time zones of its own: there, anything of the right form must do.
        return not available_timezones() and re.fullmatch(r"[A-Z]\w+(/[A-Z][\w+-]+){1,2}|UTC", name) is not None
    return True
