"""One phone number with every step of the evidence, for a person who asks about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from custintel.contactability.phones import LINE_CHANNELS, phone_facts
from custintel.fields import phone, phone_cell, text
from custintel.fields.registry import RULES


@dataclass(frozen=True)
class Step:
    """One thing that was found out.

    Attributes:
        code: what, see :func:`one_phone`.
        details: names and values that its sentence needs; never translated, and none of the text of the cell but its
            digits.
    """

    code: str
    details: Mapping[str, str] = field(default_factory=dict)


def one_phone(written: str, country: str | None = None, *, kind: str = "phone", language: str = "en") -> list[Step]:
    """What is known of a number, in the order in which it was found out.

    Args:
        written: as a person writes it.
        country: where it is, if it does not say so itself (ISO alpha-2).
        kind: mobile, landline, whatsapp, or phone where nobody said.
        language: of the names of places and companies ("en", "es").

    Returns:
        Steps with these codes: ``digits`` (digits), ``several`` (others), ``extension`` (digits), ``rule`` (rule: a
        code of :data:`custintel.fields.phone.RULES`, whose label says what was done), ``refused`` (the same, whose
        label says why it is no number), ``country_from_number`` and
        ``country_given`` (country), ``number`` (value, international, national: as it is dialled from abroad and at
        home), ``line`` (line_type), ``channels`` (channels), ``place`` (place), ``first_operator`` (operator: who gave
        the number out first; people keep it when they move to another), ``time_zones`` (zones), ``flag`` (flag),
        ``suggestion`` (value), and last ``verdict`` (status, reason).
    """
    point = pl.DataFrame(
        {"kind": [kind], "value": [None], "raw": [written], "country": [country]}, schema_overrides={"value": pl.String}
    )
    facts = phone_facts(point).row(0, named=True)
    steps = _reading(written, country)
    steps += [
        Step("refused" if RULES[code].kind == "drop" else "rule", {"rule": code})
        for code in (facts["evidence"] or "").split("+")
        if code
    ]
    if facts["line_type"] is not None:
        steps += _number(facts, country, language)
    steps += [Step("flag", {"flag": flag}) for flag in facts["flags"]]
    if facts["suggestion"] is not None:
        steps.append(Step("suggestion", {"value": facts["suggestion"]}))
    return [*steps, Step("verdict", {"status": facts["status"], "reason": facts["reason"]})]


def _reading(written: str, country: str | None) -> list[Step]:
    """What the text holds."""
    cell = text.tidy(pl.DataFrame({"raw": [written]}), kind="phone").select(raw="value").drop_nulls()
    if cell.is_empty():
        return []
    numbers = phone_cell.candidates(cell.with_row_index("row")).filter(pl.col("digits") != "").sort("part")
    read = cell.with_columns(country=pl.lit(country, pl.String))
    told = phone.normalise(read, keep_placeholders=True)
    steps = [Step("digits", {"digits": digits}) for digits in numbers["digits"].head(1)]
    if others := told["more"].item().to_list():
        steps.append(Step("several", {"others": ", ".join(others)}))
    if (extension := told["extension"].item()) is not None:
        steps.append(Step("extension", {"digits": extension}))
    return steps


def _number(facts: Mapping[str, str], given: str | None, language: str) -> list[Step]:
    """What the library knows of a valid number."""
    import phonenumbers as library
    from phonenumbers import carrier, geocoder, timezone

    number = library.parse(facts["value"], None)
    place = geocoder.description_for_number(number, language)
    operator = carrier.name_for_number(number, language)
    zones = timezone.time_zones_for_number(number)
    told = {
        "number": {
            "value": facts["value"],
            "international": library.format_number(number, library.PhoneNumberFormat.INTERNATIONAL),
            "national": library.format_number(number, library.PhoneNumberFormat.NATIONAL),
        },
        "line": {"line_type": facts["line_type"]},
        "channels": {"channels": ", ".join(LINE_CHANNELS.get(facts["line_type"], ()))},
        "place": {"place": place} if place else {},
        "first_operator": {"operator": operator} if operator else {},
        "time_zones": {"zones": ", ".join(zones)} if zones != (timezone.UNKNOWN_TIMEZONE,) else {},
    }
    where = [Step("country_given", {"country": given})] if given is not None and given == facts["country"] else []
    if not where and facts["country"] is not None:
        where = [Step("country_from_number", {"country": facts["country"]})]
    return [*where, *(Step(code, details) for code, details in told.items() if details)]
