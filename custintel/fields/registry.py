"""Every rule by its code."""

from __future__ import annotations

from custintel.fields import (
    address,
    code,
    consent,
    date,
    document,
    email,
    gender,
    name,
    number,
    phone,
    place,
    text,
)
from custintel.fields.vocabulary import Rule

_MODULES = (text, name, gender, email, phone, consent, document, date, number, code, place, address)

RULES: dict[str, Rule] = {rule.code: rule for module in _MODULES for rule in module.RULES}
"""Code -> rule, over all field modules."""
