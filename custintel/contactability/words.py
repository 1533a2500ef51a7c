"""What every code of ``ci contactability`` means, in the words of the active language.

Codes are stable and never translated; a code that nobody declared is shown as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from custintel.contactability import contact_cells, email_words, feedback, feedback_reports, notices, phone_words
from custintel.fields.registry import RULES
from custintel.i18n import N_, _, language

STATUSES: Mapping[str, str] = {
    "deliverable": N_("Deliverable"),
    "risky": N_("Risky"),
    "undeliverable": N_("Undeliverable"),
    "unknown": N_("Not known"),
}
REASONS: Mapping[str, str] = {
    **email_words.OF_DOMAINS,
    **email_words.OF_NAMES,
    **email_words.OF_REPORTS,
    **phone_words.REASONS,
    **phone_words.FLAGS,
}
"""Reasons and flags: what is the reason of one address is a flag of another."""
ANSWERS: Mapping[str, str] = {"yes": N_("Yes"), "unproven": N_("Not proven"), "no": N_("No: {why}")}
WHYS: Mapping[str, str] = {
    "unsubscribed": N_("Unsubscribed"),
    "complaint": N_("Marked a message as spam"),
    "suppressed": N_("On a list of people not to contact"),
    "register_rne": N_("In the register of excluded numbers (RNE)"),
    "register_robinson": N_("In the Lista Robinson"),
    "no_consent": N_("Did not agree"),
    "consent_expired": N_("Agreed too long ago"),
    "minor": N_("Too young to agree"),
}
CHANNELS: Mapping[str, str] = {
    "email": N_("Email"),
    "sms": N_("SMS"),
    "whatsapp": N_("WhatsApp"),
    "call": N_("Call"),
}
KINDS: Mapping[str, str] = {
    "email": N_("Email"),
    "mobile": N_("Mobile"),
    "landline": N_("Landline"),
    "whatsapp": N_("WhatsApp"),
    "phone": N_("Phone"),
}
OUTCOMES: Mapping[str, str] = {
    "clicked": N_("Clicked a link"),
    "opened": N_("Opened a message"),
    "delivered": N_("Message delivered"),
    "mailbox_ok": N_("Mailbox found by a verifier"),
    "hard_bounce": N_("Came back for good (hard bounce)"),
    "mailbox_not_found": N_("No such mailbox, says a verifier"),
    "invalid_syntax": N_("Not an address"),
    "spamtrap": N_("Spam trap"),
    "full_mailbox": N_("Mailbox full"),
    "soft_bounce": N_("Did not arrive this time (soft bounce)"),
    "disposable": N_("Throwaway address"),
    "catch_all": N_("Domain that takes mail for any name"),
    "role": N_("Desk, not a person"),
    "blocked": N_("Blocked by the server"),
    "greylisted": N_("Put off by the server"),
    "complaint": N_("Marked as spam"),
    "unsubscribed": N_("Unsubscribed"),
    "suppressed": N_("On a list not to be contacted"),
    "subscribed": N_("Subscribed"),
    "whatsapp_yes": N_("On WhatsApp"),
    "whatsapp_no": N_("Not on WhatsApp"),
    "unknown": N_("Nothing that can be used"),
}
AGES: Mapping[str, str] = {
    "to_90": N_("Up to 90 days"),
    "to_180": N_("91 to 180 days"),
    "to_365": N_("181 days to a year"),
    "to_730": N_("One to two years"),
    "older": N_("More than two years"),
    "unknown": N_("Not known"),
}
BASES: Mapping[str, str] = {
    "feedback": N_("Learned from your own messages"),
    "prior": N_("From published figures only"),
}
LINES: Mapping[str, str] = {
    "healthy": N_("That is healthy"),
    "review": N_("The sender may review your account"),
    "pause": N_("The sender may pause your account"),
}
TOPICS: Mapping[str, str] = {
    "consent": N_("Consent"),
    "channels": N_("Channels"),
    "hours": N_("Hours"),
    "frequency": N_("How often"),
    "register": N_("Registers"),
    "opt_out": N_("The way out"),
    "minors": N_("Minors"),
    "sending": N_("Sending"),
}
FILES: Mapping[str, str] = {
    **feedback_reports.NAMES,
    "suppressions": N_("People not to contact"),
    "register": N_("Register"),
}
"""What a file that was given is taken for."""
LEFT_OUT: Mapping[str, str] = {**contact_cells.LEFT_OUT, **feedback.LEFT_OUT, **notices.LEFT_OUT}


def status(code: str) -> str:
    """Whether an address or number can be reached."""
    return _shown(STATUSES, code)


def reason(code: str) -> str:
    """The main reason of a status, short enough for a cell of a table."""
    if code.startswith(email_words.SYNTAX_PREFIX):
        why_not = _shown(email_words.SYNTAX, code.removeprefix(email_words.SYNTAX_PREFIX))
        return _("Not an address: {why}").format(why=why_not)
    return _shown(REASONS, code)


def flag(code: str) -> str:
    """What else is worth knowing; the reason that held before a report was heard may be among it."""
    return reason(code)


def slip(code: str) -> str:
    """Why something else was probably meant, see :mod:`.typos`."""
    return _shown(email_words.SLIPS, code)


def permission(answer: str) -> str:
    """Whether somebody may be contacted: ``yes``, ``unproven`` or ``no:<why>``."""
    no, colon, code = answer.partition(":")
    return _(ANSWERS["no"]).format(why=_within(why(code))) if no == "no" and colon else _shown(ANSWERS, answer)


def why(code: str) -> str:
    """Why somebody may not be contacted."""
    return _shown(WHYS, code)


def channel(code: str) -> str:
    """A way to contact people."""
    return _shown(CHANNELS, code)


def kind(code: str) -> str:
    """What an address or number is."""
    return _shown(KINDS, code)


def outcome(code: str) -> str:
    """What happened to a message, or what a verifier says."""
    return _shown(OUTCOMES, code)


def left_out(code: str) -> str:
    """Why a row of an imported file brought nothing."""
    if code in RULES:
        label = _(RULES[code].label)
        return label[:1].upper() + label[1:]
    return _shown(LEFT_OUT, code)


def file(code: str) -> str:
    """What a file that was given is taken for."""
    return _shown(FILES, code)


def line_type(code: str) -> str:
    """The kind of line that a number reaches."""
    return _shown(phone_words.LINE_TYPES, code)


def provider(code: str) -> str:
    """The name under which people know whoever takes the mail of a domain; names are not translated."""
    return _providers().get(code, code)


def age(code: str) -> str:
    """How long ago the last sign of life was."""
    return _shown(AGES, code)


def basis(code: str) -> str:
    """What a probability was learned from."""
    return _shown(BASES, code)


def line(code: str) -> str:
    """What a share of bounces means to the sender, see :class:`.risk.Forecast`."""
    return _shown(LINES, code)


def topic(code: str) -> str:
    """What a rule of :mod:`.law` is about."""
    return _shown(TOPICS, code)


def step(code: str, details: Mapping[str, str]) -> str:
    """A step of :func:`.phone_check.one_phone` as a sentence."""
    if code not in phone_words.STEPS:
        return code
    return _(phone_words.STEPS[code]).format(**{name: _detail(name, value) for name, value in details.items()})


def _detail(name: str, value: str) -> str:
    """A detail of a step as people read it: codes in words, all else as it is."""
    if name == "channels":
        return ", ".join(map(channel, value.split(", "))) if value else _("nothing")
    spoken = {"line_type": line_type, "flag": flag, "reason": reason, "rule": left_out}
    if name in spoken:
        return _within(spoken[name](value))
    return {"status": status, "country": country}.get(name, str)(value)


def _within(text: str) -> str:
    """Words within a sentence: without the capital of the first, unless that is an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def country(code: str) -> str:
    """The name of a country (ISO alpha-2)."""
    from babel import Locale

    return str(Locale(language()).territories.get(code, code))


def _shown(words: Mapping[str, str], code: str) -> str:
    return _(words[code]) if code in words else code


@cache
def _providers() -> dict[str, str]:
    text = files("custintel.contactability").joinpath("data/provider_names.toml").read_text("utf-8")
    return tomllib.loads(text)
