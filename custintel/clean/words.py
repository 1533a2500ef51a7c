"""What the codes of a cleaning run mean, in words."""

from __future__ import annotations

from custintel.i18n import N_

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
