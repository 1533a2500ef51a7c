"""The law on contacting people with advertising, as dated data: what each rule says, where it stands, when we read it.

None of this is legal advice. Texts change and accounts differ, so every rule is shown with its source and dates.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from custintel.i18n import N_

NOT_ADVICE = N_("This is not legal advice: texts change, so read the source of each rule, or ask a lawyer.")
ADULT = 18
"""Age below which somebody counts as a minor where no rule of the country is known, or where the country is not."""

SAYS = {
    "co_consent": N_(
        "Contact people only if they agreed beforehand, knowing what for, and keep the proof; silence is no consent."
    ),
    "co_minors": N_("The data of people under 18 are specially protected: leave them out of advertising."),
    "co_channels": N_("Advertise only through the channels that the person authorised."),
    "co_hours": N_(
        "Advertise from Monday to Friday from 7:00 to 19:00 and on Saturdays from 8:00 to 15:00, "
        "never on Sundays or public holidays."
    ),
    "co_frequency": N_(
        "Once a person was reached, do not contact them by several channels in the same week, or twice on one day."
    ),
    "co_rne": N_(
        "Consult the register of excluded numbers (RNE) before advertising, and leave out who is in it for a channel."
    ),
    "es_messages": N_(
        "Send advertising by email or message only to people who asked for it or agreed, or to your customers about "
        "similar products, always with a simple and free way to say no."
    ),
    "es_calls": N_(
        "Call to sell only with the person's prior consent, or another ground that the data protection law accepts."
    ),
    "es_hours": N_("Call to sell from Monday to Friday from 9:00 to 21:00, never at weekends or on public holidays."),
    "es_robinson": N_(
        "Consult the advertising exclusion lists (Lista Robinson) before advertising to people who did not agree to it."
    ),
    "es_minors": N_("People under 14 cannot agree to the use of their data by themselves."),
    "us_hours": N_("Do not call or text to sell before 8:00 or after 21:00, in the time of the person called."),
    "us_florida_hours": N_("In Florida, do not call or text to sell before 8:00 or after 20:00 in the person's time."),
    "us_calls": N_("Sell with automatic calls or texts to mobiles only with the person's prior consent in writing."),
    "us_do_not_call": N_(
        "Do not call or text numbers of the National Do Not Call Registry to sell, unless the person agreed in writing "
        "or bought from you in the last 18 months."
    ),
    "us_email": N_(
        "Every advertising email says who sends it and a postal address, and offers a way out that is honoured within "
        "10 business days."
    ),
    "us_minors": N_("Ask the parents before collecting data of children under 13 online."),
    "mx_repep": N_(
        "Consult the public register against advertising (REPEP) before calling or texting, and leave out who is in it."
    ),
    "cl_opt_out": N_(
        "Every advertising message says who sends it and how to stop it; after a person asks for that, sending more is "
        "forbidden."
    ),
    "ar_no_llame": N_(
        "Consult the do-not-call register (No Llame) every 30 days if you call or text, and leave out who is in it."
    ),
    "ar_opt_out": N_("People may ask at any time to be taken off an advertising list."),
    "br_consent": N_(
        "Using personal data needs a legal ground; consent must be provable and may be withdrawn at any time."
    ),
    "br_minors": N_("The data of children under 12 needs the consent of a parent."),
    "pe_consent": N_(
        "Advertise by calls, texts or mass messages only to people who contacted you and agreed beforehand, and stop "
        "at once when they withdraw it."
    ),
    "ec_consent": N_("Consent must be free, specific, informed and unmistakable, and may be withdrawn at any time."),
    "bulk_senders": N_(
        "Gmail and Yahoo ask senders of 5,000 or more emails a day for SPF, DKIM and DMARC, unsubscribing with one "
        "click, and complaints below 0.3 %."
    ),
}
"""What each rule asks, in one sentence."""


@dataclass(frozen=True)
class Rule:
    """One rule of a country, or of large mail providers.

    Attributes:
        code: never translated.
        country: ISO 3166 alpha-2; None for a provider's rule.
        topic: consent, channels, hours, frequency, register, opt_out, minors or sending.
        channels: which it is about.
        source: law and article.
        dated: day of the text.
        checked: day on which we read its text or accounts of it; None where we know its citation only.
        says: the sentence, to be translated with ``_`` when shown.
    """

    code: str
    country: str | None
    topic: str
    channels: tuple[str, ...]
    source: str
    dated: dt.date
    checked: dt.date | None
    says: str


@dataclass(frozen=True)
class Hours:
    """When a rule lets people be reached.

    Attributes:
        rule: its code.
        country: ISO 3166 alpha-2.
        channels: which it is about.
        week: Monday to Sunday, from and to in the recipient's time; None on days when nobody may be reached.
        holidays: whether public holidays are days like others.
    """

    rule: str
    country: str
    channels: tuple[str, ...]
    week: tuple[tuple[dt.time, dt.time] | None, ...]
    holidays: bool


@dataclass(frozen=True)
class PermissionRules:
    """What the law, and the person's own caution, say about who may agree and for how long.

    Attributes:
        minor_age: country -> the age from which somebody may agree.
        minor_age_elsewhere: the same for other countries and where none is known.
        consent_days: days after which consent is no longer relied upon; None: no law of ours says so.
    """

    minor_age: Mapping[str, int]
    minor_age_elsewhere: int = ADULT
    consent_days: int | None = None


def rules(country: str | None) -> tuple[Rule, ...]:
    """The rules for people of a country, those of providers last; only these where the country is None or not known."""
    ours = [rule for rule in _rules() if rule.country == country or rule.country is None]
    return tuple(sorted(ours, key=lambda rule: rule.country is None))


def countries() -> tuple[str, ...]:
    """Countries of which we know any rule."""
    return tuple(sorted({rule.country for rule in _rules() if rule.country is not None}))


def permission_rules(*, consent_days: int | None = None) -> PermissionRules:
    """The ages of the data file, with the person's own limit on how long consent counts."""
    ages = {entry["country"]: entry["minor_age"] for entry in _facts()["rule"] if "minor_age" in entry}
    return PermissionRules(MappingProxyType(ages), ADULT, consent_days)


def hours(country: str, region: str | None, channel: str) -> Hours | None:
    """When people of a place may be reached by a channel; None where we know of no rule.

    Args:
        country: ISO 3166 alpha-2.
        region: letters of ISO 3166-2 without the country ("FL"); a region's own rule stands for the country's.
        channel: email, sms, whatsapp or call.
    """
    by_code = {rule.code: rule for rule in _rules()}
    found: Hours | None = None
    for entry in _facts()["hours"]:
        rule = by_code[entry["rule"]]
        if rule.country != country or channel not in rule.channels or entry.get("region", region) != region:
            continue
        if found is None or "region" in entry:
            found = Hours(rule.code, country, rule.channels, tuple(map(_span, entry["week"])), entry["holidays"])
    return found


def _span(written: str) -> tuple[dt.time, dt.time] | None:
    if not written:
        return None
    opens, closes = written.split("-")
    return dt.time.fromisoformat(opens), dt.time.fromisoformat(closes)


@cache
def _rules() -> tuple[Rule, ...]:
    facts = _facts()
    return tuple(
        Rule(
            entry["code"],
            entry.get("country"),
            entry["topic"],
            tuple(entry["channels"]),
            entry["source"],
            entry["dated"],
            facts["checked"] if entry.get("read", True) else None,
            SAYS[entry["code"]],
        )
        for entry in facts["rule"]
    )


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(files("custintel.contactability").joinpath("data/law.toml").read_text("utf-8"))
