"""What the codes of a cleaning run mean, in words."""

from __future__ import annotations

from custintel.clean.trail import REASONS
from custintel.i18n import N_, _

LEVEL_LABELS = {
    "complete": N_("Complete: name, contact and city"),
    "usable": N_("Usable: name and contact"),
    "to_repair": N_("To repair: name or contact missing"),
    "unusable": N_("Unusable"),
}
FIX_LABELS = {
    "unreachable": N_("people without a usable email or phone"),
    "invalid_email": N_("email cells that are not an address"),
    "invalid_phone": N_("phone cells that could not be used"),
    "guessed": N_("cells repaired by a guess: look at them"),
    "maybe_same": N_("pairs of people who may be one: say so with ci review"),
    "same_key_other_name": N_("emails, phones or documents under different names: one person or two?"),
    "shared_key": N_("emails, phones or documents on so many names that they merged nobody"),
    "no_consent_known": N_("people who never said whether you may write to them"),
}
DECISION_LABELS = {
    "dmy": N_("day first"),
    "mdy": N_("month first"),
    "ymd": N_("year first"),
    ".": N_("decimal point"),
    ",": N_("decimal comma"),
    "given_first": N_("given names first"),
    "surname_first": N_("surnames first"),
    "mf": N_("M is male"),
    "hm": N_("M is female (mujer)"),
}
TREND_LABELS = {
    "people": N_("People"),
    "with_email": N_("With email"),
    "with_phone": N_("With phone"),
    "consent_known": N_("Consent known"),
}


def rule_label(codes: str) -> str:
    """What a list of rule codes did, as one sentence."""
    first, *others = (_(REASONS[code].label) for code in codes.split("+"))
    return "; ".join([first[:1].upper() + first[1:], *(continued(label) for label in others)])


def continued(label: str) -> str:
    """A label within a sentence: without the capital of its first word, unless that is an abbreviation."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def value_label(value: str | None) -> str:
    """A value of the trail as people read it: a dash for none, yes and no in their language."""
    return {None: "—", "yes": _("yes"), "no": _("no")}.get(value, value or "—")
