"""Which report a sheet is: of whose, with which columns. Declared in ``data/feedback.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from custintel.errors import CustintelError, UsageError
from custintel.fields.text import bare_key
from custintel.i18n import N_, _
from custintel.sheets.source import Sheet
from custintel.tables.headers import key

PLAIN = "plain"
NAMES: Mapping[str, str] = {
    "mailchimp_subscribed": N_("Mailchimp, subscribed contacts"),
    "mailchimp_unsubscribed": N_("Mailchimp, unsubscribed contacts"),
    "mailchimp_cleaned": N_("Mailchimp, cleaned contacts"),
    "klaviyo_suppressed": N_("Klaviyo, suppressed profiles"),
    "klaviyo_profiles": N_("Klaviyo, profiles"),
    "sendgrid_bounces": N_("SendGrid, bounces"),
    "sendgrid_blocks": N_("SendGrid, blocks"),
    "sendgrid_invalid_emails": N_("SendGrid, invalid emails"),
    "sendgrid_spam_reports": N_("SendGrid, spam reports"),
    "sendgrid_unsubscribes": N_("SendGrid, unsubscribes"),
    "brevo_log": N_("Brevo, transactional log"),
    "brevo_events": N_("Brevo, events"),
    "brevo_blocklisted": N_("Brevo, contacts with their blocklist"),
    "zerobounce": "ZeroBounce",
    "kickbox": "Kickbox",
    "neverbounce": "NeverBounce",
    "hunter": "Hunter",
    PLAIN: N_("Emails or numbers, each with what happened"),
}
"""What people call each report; the names of firms are not translated."""
_SHOWN_HEADERS = 12


@dataclass(frozen=True)
class Event:
    """One thing that every row of a report may say.

    Attributes:
        outcome: what it is, unless ``status`` says something else; empty when only the words tell.
        status: headers of the column whose words tell it, in the order they are looked for.
        detail: the same of a column that says it more exactly.
        answers: headers of the columns with a mail server's own words.
        at: headers of the column that says when.
        if_at: whether there is such an event only where ``at`` is filled.
    """

    outcome: str = ""
    status: tuple[str, ...] = ()
    detail: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    if_at: bool = False


@dataclass(frozen=True)
class Report:
    """One known report.

    Attributes:
        code: how it is called in tables and on the command line.
        headers: what must be there, each as the spellings it may have, in normal form.
        without: headers that may not be there.
        only: whether there may be no other headers.
        file: what the name of the file holds, where headers do not tell two reports apart.
        events: what its rows say.
        words: normalised word -> outcome, beyond the words that any report may use.
    """

    code: str
    headers: tuple[frozenset[str], ...] = ()
    without: frozenset[str] = frozenset()
    only: bool = False
    file: str = ""
    events: tuple[Event, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How people call it, in the active language."""
        return _(NAMES[self.code])

    def fits(self, present: frozenset[str]) -> bool:
        """Whether a sheet with these headers, in normal form, may be this report."""
        spelled = frozenset[str]().union(*self.headers)
        return (
            all(present & spellings for spellings in self.headers)
            and not present & self.without
            and not (self.only and present - spelled)
        )


def recognise(sheet: Sheet, asked: str | None = None) -> Report | None:
    """The report that ``sheet`` is; None when it is none that we know, and may be in the plain form.

    Args:
        sheet: as read.
        asked: the code of the report that the person says it is.

    Raises:
        UsageError: there is no report called ``asked``.
        CustintelError: ``sheet`` is not what ``asked`` says, or may be several reports.
    """
    present = frozenset(map(key, sheet.headers))
    if asked is not None:
        return _as_asked(sheet, present, asked)
    found = [report for report in known() if report.fits(present)]
    if len(found) > 1:
        named = [report for report in found if report.file and report.file in bare_key(sheet.source)]
        found = named if len(named) == 1 else found
    if len(found) > 1:
        raise CustintelError(
            _("This file may be {reports}.").format(reports=" / ".join(report.name for report in found)),
            where=sheet.source,
            seen=seen(sheet),
            hint=_("Say which one it is: --feedback {example}").format(example=f"{found[0].code}={sheet.source}"),
        )
    return found[0] if found else None


def _as_asked(sheet: Sheet, present: frozenset[str], asked: str) -> Report | None:
    if asked == PLAIN:
        return None
    report = next((report for report in known() if report.code == asked), None)
    if report is None:
        raise UsageError(
            _("There is no report called {name}.").format(name=asked),
            where=sheet.source,
            hint=_("The reports are: {reports}").format(reports=", ".join([PLAIN, *(one.code for one in known())])),
        )
    lacking = [" / ".join(sorted(spellings)) for spellings in report.headers if not present & spellings]
    if lacking:
        raise CustintelError(
            _("This file is not a report of {report}: columns are missing.").format(report=report.name),
            where=sheet.source,
            seen=_("missing: {columns}").format(columns=", ".join(lacking)),
            hint=plain_form(),
        )
    return report


def unrecognised(sheet: Sheet) -> CustintelError:
    """Why a sheet cannot be used as a report, in words."""
    return CustintelError(
        _("This file is not a report that we know."),
        where=sheet.source,
        seen=seen(sheet),
        hint=_("Known are: {reports}.").format(reports="; ".join(report.name for report in known()))
        + " "
        + plain_form(),
    )


def plain_form() -> str:
    """The form of a report that always works, in words."""
    return _(
        "What always works is a file with the columns email, status and date, where the status is a word such as "
        "delivered, hard bounce, soft bounce, complaint or unsubscribed; for numbers the columns phone and status."
    )


def seen(sheet: Sheet) -> str:
    """The headers of a sheet, in words."""
    shown = ", ".join(sheet.headers[:_SHOWN_HEADERS])
    return _("Columns: {columns}").format(columns=shown + (" …" if len(sheet.headers) > _SHOWN_HEADERS else ""))


def column(headers: Sequence[str], wanted: Iterable[str]) -> str | None:
    """The header that is the first of ``wanted`` (in normal form) which is there."""
    by_key = {key(header): header for header in reversed(headers)}
    return next((by_key[name] for name in wanted if name in by_key), None)


@cache
def known() -> tuple[Report, ...]:
    """Every declared report."""
    return tuple(
        Report(
            code,
            tuple(frozenset(_keys(spellings)) for spellings in entry["headers"]),
            frozenset(_keys(entry.get("without", ()))),
            entry.get("only", False),
            entry.get("file", ""),
            tuple(_event(event) for event in entry["events"]),
            MappingProxyType(entry.get("words", {})),
        )
        for code, entry in facts()["reports"].items()
    )


def _event(entry: Mapping[str, Any]) -> Event:
    columns = {name: _keys(entry.get(name, ())) for name in ("status", "detail", "answers", "at")}
    return Event(outcome=entry.get("outcome", ""), if_at=entry.get("if_at", False), **columns)


def _keys(headers: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(key(header) for header in ([headers] if isinstance(headers, str) else headers))


@cache
def answer_patterns() -> tuple[tuple[str, str], ...]:
    """Outcome and pattern, for the words of mail servers, in the order they are tried."""
    return tuple((entry["outcome"], re.compile(entry["pattern"]).pattern) for entry in facts()["answers"])


@cache
def common_words() -> Mapping[str, str]:
    """Normalised word -> outcome, for any report."""
    return MappingProxyType({word: outcome for outcome, words in facts()["words"].items() for word in words})


@cache
def facts() -> Mapping[str, Any]:
    """``data/feedback.toml``."""
    return tomllib.loads(files("custintel.contactability").joinpath("data/feedback.toml").read_text("utf-8"))
