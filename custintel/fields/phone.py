"""Phone numbers in E.164 form, the one spelling that telephones, SMS gateways and WhatsApp share.

The judge is the library phonenumbers (libphonenumber). On top of it come the ways numbers were written before a country
changed its plan, and what spreadsheets and people do to a cell. A country is never assumed: a number without ``+`` and
without a country is not guessed.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

from custintel.fields import phone_cell, phone_number, phone_plan
from custintel.fields.vocabulary import Rule, fired, then
from custintel.i18n import N_

Hint = Literal["mobile", "landline", "whatsapp"]

E164 = Rule("phone.e164", "format", N_("The same number with its country code and without punctuation"))
CO_2021 = Rule("phone.co_2021", "repair", N_("A Colombian number as it was written before 2021"), 0.98)
MX_2019 = Rule("phone.mx_2019", "repair", N_("A Mexican number as it was written before 2019"), 0.99)
CL_2016 = Rule("phone.cl_2016", "repair", N_("A Chilean number as it was written before 2016"), 0.97)
BR_2016 = Rule("phone.br_2016", "repair", N_("A Brazilian number as it was written before 2016"), 0.97)
EC_2012 = Rule("phone.ec_2012", "repair", N_("An Ecuadorian number as it was written before 2012"), 0.95)
AR_15 = Rule("phone.ar_15", "repair", N_("An Argentine mobile written with 15 after the area code"), 0.98)
MOBILE_NINE = Rule(
    "phone.mobile_nine", "guess", N_("The 9 of an Argentine mobile added, because the column holds mobiles"), 0.9
)
DIGITS_LOST = Rule("phone.digits_lost", "drop", N_("A spreadsheet rounded the number, and its last digits are lost"))
COUNTRY_UNKNOWN = Rule(
    "phone.country_unknown", "drop", N_("The number does not say its country, and neither does its row")
)
AREA_MISSING = Rule("phone.area_missing", "drop", N_("A local number without its area code"))
PLACEHOLDER = Rule("phone.placeholder", "drop", N_("A number typed to fill the field, such as 1234567890"))
INVALID = Rule("phone.invalid", "drop", N_("Not a phone number of its country"))
RULES = (
    *phone_cell.RULES,
    *(CO_2021, MX_2019, CL_2016, BR_2016, EC_2012, AR_15, phone_number.AREA, MOBILE_NINE, E164),
    *(DIGITS_LOST, COUNTRY_UNKNOWN, AREA_MISSING, PLACEHOLDER, INVALID),
)

_ENOUGH_VOTERS = 20_000
_KEPT = ("row", "value", "more", "line", "extension")
_SEVEN_EQUAL = "|".join(f"{digit}{{7,}}" for digit in range(10))
_ALL_EQUAL = r"^(?:" + "|".join(f"{digit}{{3,}}" for digit in range(10)) + ")$"
_REPEATED = rf"^[0-9]{{0,3}}(?:{_SEVEN_EQUAL})$"
_SEQUENTIAL = r"^[0-9]{0,3}1234567(?:8(?:90?)?)?$|^0?[0-9]?(?:98765432|987654321|87654321|9876543210)$"
_FAKE = f"{_REPEATED}|{_SEQUENTIAL}"


def normalise(frame: pl.DataFrame, *, hint: Hint | None = None, keep_placeholders: bool = False) -> pl.DataFrame:
    """Numbers in E.164 form, one per cell.

    Args:
        frame: ``raw`` and, where there are such columns, ``country`` (ISO alpha-2), ``region`` and ``city`` (names) and
            ``area_code``, which stand for the number's place when the number does not say it.
        hint: what the column's header says the numbers are. It fills in the line where the country's plan cannot tell,
            and adds the 9 to Argentine mobiles.
        keep_placeholders: numbers such as 9999999999 stay, where their country has them: :func:`junk` tells them.

    Returns:
        ``value`` (String), ``more`` (List[String]: the further numbers of a cell), ``line`` (``mobile``, ``landline``
        or ``unknown``; null where there is no value), ``extension`` (String) and ``rules``.
    """
    numbered = frame.with_row_index("row")
    places = numbered.select("row", _country(frame), _area_code(frame), *_places(frame))
    numbers = phone_cell.candidates(numbered.select("row", "raw")).join(
        places, on="row", how="left", maintain_order="left"
    )
    fake = pl.lit(False) if keep_placeholders else _fake()
    numbers = _nine(phone_number.resolve(numbers), hint).with_columns(fake=fake)
    numbers = numbers.with_columns(value=pl.when(~pl.col("fake")).then("value"))
    return _gather(numbered.select("row", "raw"), numbers, hint)


def country_votes(values: pl.Series) -> dict[str, int]:
    """How many numbers of a column name each country by themselves, most first.

    Counts numbers written with ``+`` or ``00`` that are valid; the countries that share ``+1`` are told apart by area
    code. Of more than 20,000 distinct numbers an even sample votes. The outcome is evidence for the country of a file,
    to be shown and not assumed.
    """
    prefixed = pl.DataFrame({"raw": values}).filter(pl.col("raw").str.contains(r"\+|^[^0-9]*00"))
    cells = prefixed.group_by("raw").len("votes").sort("raw").with_row_index("row")
    cells = cells.gather_every(-(-cells.height // _ENOUGH_VOTERS) or 1)
    numbers = phone_cell.candidates(cells.select("row", "raw")).filter(pl.col("intl") & (pl.col("part") == 0))
    numbers = phone_number.resolve(
        numbers.with_columns(country=pl.lit(None, pl.String), area_code=pl.lit(None, pl.String))
    )
    numbers = numbers.filter(pl.col("value").is_not_null() & ~_fake() & pl.col("region").is_not_null())
    votes = numbers.join(cells, on="row").group_by("region").agg(pl.col("votes").sum())
    votes = votes.sort("votes", "region", descending=[True, False])
    return dict(votes.iter_rows())


def junk(digits: pl.Expr) -> pl.Expr:
    """Why national digits look typed to fill a field: ``repeated_digits``, ``sequential_digits``, or null."""
    repeated = digits.str.contains(_REPEATED) | digits.str.contains(_ALL_EQUAL)
    sequential = digits.str.contains(_SEQUENTIAL)
    return pl.when(repeated).then(pl.lit("repeated_digits")).when(sequential).then(pl.lit("sequential_digits"))


def line(value: pl.Expr) -> pl.Expr:
    """``mobile``, ``landline`` or ``unknown`` for numbers in E.164 form, null where there is none.

    Unknown are the countries whose plan does not tell (Mexico, the United States) and those that are not in
    ``data/phones.toml``.
    """
    return phone_plan.line(value)


def not_landline(values: pl.Series) -> pl.Series:
    """E.164 numbers that are, or may be, mobiles; null in the place of landlines."""
    number = pl.col(values.name)
    return values.to_frame().select(pl.when(line(number) != "landline").then(number)).to_series()


def _country(frame: pl.DataFrame) -> pl.Expr:
    if "country" not in frame.columns:
        return pl.lit(None, pl.String).alias("country")
    country = pl.col("country").cast(pl.String)
    return pl.when(country.is_in(phone_plan.supported())).then(country).alias("country")


def _area_code(frame: pl.DataFrame) -> pl.Expr:
    if "area_code" not in frame.columns:
        return pl.lit(None, pl.String).alias("area_code")
    digits = pl.col("area_code").cast(pl.String).str.replace(r"\.0$", "").str.replace_all(r"[^0-9]", "")
    return digits.str.strip_chars_start("0").replace("", None).alias("area_code")


def _places(frame: pl.DataFrame) -> list[pl.Expr]:
    """Region and city; those the frame has."""
    present = [name for name in ("region", "city") if name in frame.columns]
    return [pl.col(name).cast(pl.String).alias(f"place_{name}") for name in present]


def _nine(numbers: pl.DataFrame, hint: Hint | None) -> pl.DataFrame:
    """Argentine numbers written without the 9 of mobiles, in a column that says it holds mobiles."""
    plan = phone_plan.plan("AR") if hint in ("mobile", "whatsapp") else None
    if plan is None or not (numbers.get_column("region") == "AR").any():
        return numbers.with_columns(nine=pl.lit(False))
    longer = pl.lit("9") + pl.col("national")
    nine = ((pl.col("region") == "AR") & (pl.col("line") == "landline") & (plan.line(longer) == "mobile")).fill_null(
        False
    )
    return numbers.with_columns(nine=nine).with_columns(
        value=pl.when("nine").then(pl.lit("+549") + pl.col("national")).otherwise("value"),
        line=pl.when("nine").then(pl.lit("mobile")).otherwise("line"),
    )


def _fake() -> pl.Expr:
    national = pl.coalesce("national", "digits")
    return national.str.contains(_FAKE) | pl.col("digits").str.contains(_ALL_EQUAL)


def _is_local(numbers: pl.DataFrame) -> pl.Expr:
    """Whether a number is as long as its country's numbers are without their area code."""
    lengths = {
        str(region): plan.local_lengths
        for region in numbers.get_column("country").drop_nulls().unique()
        if (plan := phone_plan.plan(region)) is not None and plan.local_lengths
    }
    local = [(pl.col("country") == region) & pl.col("digits").str.len_bytes().is_in(n) for region, n in lengths.items()]
    return pl.any_horizontal(pl.lit(False), *local)


def _reason(local: pl.Expr) -> pl.Expr:
    """Why a number could not be used."""
    nowhere = ~pl.col("intl") & pl.col("country").is_null() & (pl.col("digits") != "")
    return (
        pl.when("lost")
        .then(pl.lit(DIGITS_LOST.code))
        .when("fake")
        .then(pl.lit(PLACEHOLDER.code))
        .when(nowhere)
        .then(pl.lit(COUNTRY_UNKNOWN.code))
        .when(~pl.col("intl") & local)
        .then(pl.lit(AREA_MISSING.code))
        .otherwise(pl.lit(INVALID.code))
    )


def _gather(cells: pl.DataFrame, numbers: pl.DataFrame, hint: Hint | None) -> pl.DataFrame:
    """One row per cell again: its first usable number, the others beside it, and what was done."""
    crowded = numbers.filter(pl.col("part") > 0)["row"].unique()
    numbers = numbers.join(cells, on="row", how="left", maintain_order="left").with_columns(
        line=pl.when(pl.col("value").is_not_null()).then(_line(hint)),
        more=pl.lit([], pl.List(pl.String)),
        crowded=pl.col("row").is_in(crowded.implode()),
    )
    rewritten = pl.any_horizontal(pl.col("repairs", "how").is_not_null(), "nine", "leftover")
    plain = numbers.select(pl.col("value").is_not_null() & ~rewritten & ~pl.col("crowded")).to_series()
    easy = numbers.filter(plain).select(*_KEPT, fired((E164, pl.col("raw") != pl.col("value"))).alias("rules"))
    rows = pl.concat([easy, _gather_odd(numbers.filter(~plain))])
    return rows.sort("row").drop("row")


def _gather_odd(numbers: pl.DataFrame) -> pl.DataFrame:
    """The same for cells of several numbers or none, and for numbers of which more is to be said."""
    usable = pl.col("value").is_not_null()
    repaired = pl.col("repairs").is_not_null() & ((pl.lit("+") + pl.col("digits")) == pl.col("value"))
    numbers = numbers.with_columns(
        dropped=_reason(_is_local(numbers)),
        leftover=pl.col("leftover") | ~usable,
        steps=then(
            "repairs",
            "how",
            fired((MOBILE_NINE, pl.col("nine")), (E164, (pl.col("raw") != pl.col("value")) & ~repaired)),
        ),
    )
    kept = [*_KEPT, "steps", "dropped", "leftover"]
    shared = (
        numbers.filter("crowded")
        .sort("row", "part")
        .group_by("row", maintain_order=True)
        .agg(
            pl.col("value").filter(usable).first(),
            pl.col("value").filter(usable).unique(maintain_order=True).slice(1).alias("more"),
            *(pl.col(name).filter(usable).first() for name in ("line", "extension", "steps")),
            pl.col("dropped").first(),
            pl.col("leftover").any(),
        )
    )
    told = then(
        "steps",
        fired((phone_cell.SEVERAL, pl.col("more").list.len() > 0), (phone_cell.LEFTOVER, pl.col("leftover"))),
    )
    return pl.concat([numbers.filter(~pl.col("crowded")).select(kept), shared.select(kept)]).select(
        "row",
        "value",
        "more",
        "line",
        pl.when(usable).then("extension").alias("extension"),
        pl.when(usable).then(told).otherwise("dropped").alias("rules"),
    )


def _line(hint: Hint | None) -> pl.Expr:
    """The line by the country's plan; by the header where the plan cannot tell."""
    said = {None: "unknown", "landline": "landline"}.get(hint, "mobile")
    return pl.col("line").replace("either", said)
