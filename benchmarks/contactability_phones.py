"""What judging phone numbers costs: 1,000,000 distinct spellings of nine countries, from the text to the verdict.

The numbers are invented (seeded). The library phonenumbers alone reads a sample of the same texts in the same run, and
on that sample its word is compared with ours, one by one.

    uv run python benchmarks/contactability_phones.py [--numbers 1000000] [--sample 50000]
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable

import phonenumbers
import polars as pl

from custintel.contactability.phones import phone_facts
from custintel.fields import phone

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


def differences(facts: pl.DataFrame, points: pl.DataFrame) -> dict[str, list[str]]:
    """Texts on which we and the library disagree, by what we say was done to them."""
    found: dict[str, list[str]] = {"unsaid": [], "said": []}
    ours = zip(facts["value"], facts["line_type"], facts["evidence"], strict=True)
    for (raw, country), (value, line, rules) in zip(points.select("raw", "country").iter_rows(), ours, strict=True):
        library = by_library(raw, country)
        if (value, line) == (library or (None, None)):
            continue
        said = any(mark in (rules or "") for mark in ("_20", "ar_15", "mobile_nine"))
        found["said" if said else "unsaid"].append(raw)
    return found


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds that ``work`` takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Measure, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--numbers", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=50_000)
    wanted = parser.parse_args()
    points = invented(wanted.numbers)
    stored = points.with_columns(value=phone.normalise(points, hint="mobile")["value"]).drop_nulls("value")
    sample = points.head(wanted.sample)
    cells = list(sample.select("raw", "country").iter_rows())
    for name, rows, work in (
        ("from the text", points.height, lambda: phone_facts(points)),
        ("stored numbers with their text", stored.height, lambda: phone_facts(stored)),
        ("phonenumbers alone", len(cells), lambda: [by_library(*cell) for cell in cells]),
    ):
        seconds = cpu(work)
        print(f"{name:32} {rows:>9,} numbers  {seconds:6.2f} CPU s  {rows / seconds:>9,.0f} a second")
    found = differences(phone_facts(sample), sample)
    print(f"of {len(cells):,}: unlike the library without saying why {len(found['unsaid'])}", found["unsaid"][:5])
    print(f"of {len(cells):,}: rewritten by a rule that is said {len(found['said'])}", found["said"][:5])


if __name__ == "__main__":
    main()
