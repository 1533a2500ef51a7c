"""Judging phone numbers: ours on all of them at once, the library phonenumbers row by row on a sample.

The numbers are invented (seeded): of nine countries, in the spellings that people use. On the sample the library's word
is compared with ours; where ours is another because a rule of older plans was applied, our evidence says so.
"""

from __future__ import annotations

import random
from functools import partial
from typing import NamedTuple

import phonenumbers
import polars as pl
from contactability_contest import Contest, measured

from custintel.contactability.phones import phone_facts
from custintel.fields import phone

TASK = "phones"
TEXT = "from the text"
COUNTRIES = ("CO", "MX", "ES", "US", "CL", "AR", "BR", "EC", "PE")
LINES = {
    phonenumbers.PhoneNumberType.MOBILE: "mobile",
    phonenumbers.PhoneNumberType.FIXED_LINE: "fixed",
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_or_mobile",
}


def invented(count: int, seed: int = 5) -> pl.DataFrame:
    """``count`` distinct spellings: ``kind``, ``value`` (null), ``raw``, ``country``."""
    chance = random.Random(seed)
    examples = {}
    for country in COUNTRIES:
        metadata = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
        examples[country] = (str(metadata.country_code), metadata.mobile, metadata.fixed_line)
    cells: dict[tuple[str, str], None] = {}
    while len(cells) < count:
        country = chance.choice(COUNTRIES)
        code, *lines = examples[country]
        example = chance.choice(lines).example_number
        kept = chance.choice((2, 3, 4))
        number = example[:kept] + "".join(chance.choices("0123456789", k=len(example) - kept))
        cells[spelled(number, code, chance), country] = None
    return pl.DataFrame(
        [("mobile", None, raw, country) for raw, country in cells],
        schema={"kind": pl.String, "value": pl.String, "raw": pl.String, "country": pl.String},
        orient="row",
    )


def spelled(number: str, code: str, chance: random.Random) -> str:
    """A national number as one of those who type it might."""
    spellings = (
        f"{number}",
        f"+{code}{number}",
        f"+{code} {number[:3]} {number[3:6]} {number[6:]}",
        f"{code}{number}",
        f"00{code}{number}",
        f"0{number}",
        f"({number[:3]}) {number[3:6]}-{number[6:]}",
        f"{number[:3]} {number[3:]}",
        f"{number}.0",
    )
    return chance.choice(spellings)


def by_library(raw: str, country: str) -> tuple[str, str] | None:
    """The number and its line as the library has them; null where it is no valid number."""
    text = f"+{raw[2:]}" if raw.startswith("00") else raw.removesuffix(".0")
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    line = LINES.get(phonenumbers.number_type(number), "other")
    if value.startswith("+56") and line == "fixed_or_mobile":
        line = {"9": "mobile", "8": line}.get(value[3], "fixed")
    return value, line


class Differences(NamedTuple):
    """Texts on which we and the library disagree: with a rule in our evidence that says why, and without."""

    said: list[str]
    unsaid: list[str]


def differences(points: pl.DataFrame) -> Differences:
    """What we and the library make of the same texts, where it is not the same."""
    facts = phone_facts(points)
    found = Differences([], [])
    ours = zip(facts["value"], facts["line_type"], facts["evidence"], strict=True)
    for (raw, country), (value, line, rules) in zip(points.select("raw", "country").iter_rows(), ours, strict=True):
        if (value, line) == (by_library(raw, country) or (None, None)):
            continue
        said = any(mark in (rules or "") for mark in ("_20", "ar_15", "mobile_nine"))
        (found.said if said else found.unsaid).append(raw)
    return found


def contests(points: pl.DataFrame, sample: int) -> list[Contest]:
    """Ours on all numbers, as text and as stored numbers with their text; the library on the first of them."""
    stored = points.with_columns(value=phone.normalise(points, hint="mobile")["value"]).drop_nulls("value")
    cells = list(points.head(sample).select("raw", "country").iter_rows())
    works = {
        TEXT: (points.height, lambda: phone_facts(points)),
        "stored numbers with their text": (stored.height, lambda: phone_facts(stored)),
        "phonenumbers, row by row": (len(cells), lambda: [by_library(*cell) for cell in cells]),
    }
    return [Contest(TASK, tool, partial(measured, count, work)) for tool, (count, work) in works.items()]
