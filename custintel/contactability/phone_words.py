"""What the codes about phone numbers mean, in words; shown by :mod:`custintel.contactability.words`."""

from __future__ import annotations

from collections.abc import Mapping

from custintel.i18n import N_

REASONS: Mapping[str, str] = {
    "valid_mobile": N_("A mobile number"),
    "valid_fixed": N_("A landline"),
    "valid_fixed_or_mobile": N_("A mobile number or a landline"),
    "own_number": N_("Your own shop's number"),
    "repeated_digits": N_("The same digit over and over"),
    "sequential_digits": N_("Digits in a row, such as 123456789"),
    "shared": N_("On more people than a household has"),
    "valid_voip": N_("An internet phone (VoIP)"),
    "premium": N_("A premium-rate number"),
    "toll_free": N_("A free number, of a company"),
    "shared_cost": N_("A shared-cost number, of a company"),
    "company_number": N_("A company's number for the whole country"),
    "special_line": N_("A special line (pager, voicemail...)"),
    "whatsapp_on_fixed": N_("A landline, given for WhatsApp"),
    "guessed": N_("Part of the number is a guess"),
    "country_unknown": N_("Its country is not known"),
    "not_a_number": N_("No number in the cell"),
    "digits_lost": N_("A spreadsheet rounded its last digits away"),
    "area_missing": N_("The area code is missing"),
    "too_short": N_("Too few digits"),
    "too_long": N_("Too many digits"),
    "invalid_number": N_("Not a number of its country"),
}
"""Why a number can be reached or not; the first of them are flags as well."""

FLAGS: Mapping[str, str] = {
    "legacy_repaired": N_("Was in an old format, now in the new one"),
    "area_added": N_("The area code of its place was added"),
    "spreadsheet_repaired": N_("As it was before a spreadsheet changed it"),
    "several_numbers": N_("The cell held several numbers"),
    "extension": N_("Has an extension"),
    "part_left_out": N_("Part of the cell was left out"),
    "kind_differs": N_("Not the kind of line its column says"),
    "country_differs": N_("Of another country than the person"),
}

LINE_TYPES: Mapping[str, str] = {
    "mobile": N_("Mobile"),
    "fixed": N_("Landline"),
    "fixed_or_mobile": N_("Mobile or landline"),
    "toll_free": N_("Free number"),
    "premium": N_("Premium-rate number"),
    "shared_cost": N_("Shared-cost number"),
    "voip": N_("Internet phone (VoIP)"),
    "personal": N_("Personal number"),
    "pager": N_("Pager"),
    "company": N_("Company number"),
    "voicemail": N_("Voicemail"),
    "other": N_("Other line"),
}

STEPS: Mapping[str, str] = {
    "digits": N_("Digits in the cell: {digits}"),
    "several": N_("Other numbers in the cell: {others}"),
    "extension": N_("Extension: {digits}"),
    "rule": N_("What was done: {rule}"),
    "refused": N_("Why it cannot be used: {rule}"),
    "country_from_number": N_("The number says its country: {country}"),
    "country_given": N_("Its country, as you gave it: {country}"),
    "number": N_("The number: {international}, at home {national}"),
    "line": N_("Kind of line: {line_type}"),
    "channels": N_("It can be used for: {channels}"),
    "place": N_("Numbers like it are given out in: {place}"),
    "first_operator": N_("Given out first by {operator}; people keep it when they move to another operator"),
    "time_zones": N_("Time zones: {zones}"),
    "flag": N_("To note: {flag}"),
    "suggestion": N_("Probably meant: {value}. Nothing was changed."),
    "verdict": N_("{status}: {reason}"),
}
"""The steps of :func:`.phone_check.one_phone`."""
