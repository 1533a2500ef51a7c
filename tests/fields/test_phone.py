from __future__ import annotations

import random

import phonenumbers as library
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.fields import phone, phone_plan

COUNTRIES = ("CO", "MX", "ES", "US", "AR", "CL", "PE", "EC", "BR")


def read(*cells: tuple[str, str | None], hint: phone.Hint | None = None) -> pl.DataFrame:
    frame = pl.DataFrame(cells, schema={"raw": pl.String, "country": pl.String}, orient="row")
    return phone.normalise(frame, hint=hint)


@pytest.mark.parametrize(
    ("cell", "country", "value"),
    [
        ("3001112233", "CO", "+573001112233"),
        ("300 111-22.33", "CO", "+573001112233"),
        ("57 3001112233", "CO", "+573001112233"),
        ("(604) 6112233", "CO", "+576046112233"),
        ("+57 300 111 2233", None, "+573001112233"),
        ("0057 3001112233", None, "+573001112233"),
        ("+34 612 34 56 70", "CO", "+34612345670"),
        ("55 1234 5679", "MX", "+525512345679"),
        ("0 11 15 2234-5670", "AR", "+5491122345670"),
        ("(11) 98123-4560", "BR", "+5511981234560"),
        ("0991234560", "EC", "+593991234560"),
        ("1 (415) 555-2671", "US", "+14155552671"),
        ("3.001.112.233", "CO", "+573001112233"),
    ],
)
def test_any_usual_spelling_becomes_e164(cell: str, country: str | None, value: str) -> None:
    told = read((cell, country))
    assert told["value"].item() == value
    assert told["rules"].item() in ("phone.e164", "phone.ar_15+phone.e164")


@pytest.mark.parametrize(
    ("cell", "country", "value", "rule"),
    [
        ("3001112233.0", "CO", "+573001112233", "phone.float"),
        ("3.001112233E+09", "CO", "+573001112233", "phone.float"),
        ("'3001112233", "CO", "+573001112233", "phone.apostrophe"),
        ('="3001112233"', "CO", "+573001112233", "phone.apostrophe"),
        ("Cel. 3001112233", "CO", "+573001112233", "phone.words"),
        ("3001112233 (mamá)", "CO", "+573001112233", "phone.words"),
        ("3OO1112233", "CO", "+573001112233", "phone.letters"),
        ("4 6112233", "CO", "+576046112233", "phone.co_2021"),
        ("46112233", "CO", "+576046112233", "phone.co_2021"),
        ("032 6112233", "CO", "+576026112233", "phone.co_2021"),
        ("+57 1 2345679", None, "+576012345679", "phone.co_2021"),
        ("521 55 1234 5679", "MX", "+525512345679", "phone.mx_2019"),
        ("+521 55 1234 5679", None, "+525512345679", "phone.mx_2019"),
        ("044 55 1234 5679", "MX", "+525512345679", "phone.mx_2019"),
        ("8123 4560", "CL", "+56981234560", "phone.cl_2016"),
        ("09 8123 4560", "CL", "+56981234560", "phone.cl_2016"),
        ("11 8123-4560", "BR", "+5511981234560", "phone.br_2016"),
        ("091234560", "EC", "+593991234560", "phone.ec_2012"),
    ],
)
def test_damage_and_old_plans_are_repaired_and_said(cell: str, country: str | None, value: str, rule: str) -> None:
    assert read((cell, country)).select("value", "rules").rows() == [(value, f"{rule}+phone.e164")]


@pytest.mark.parametrize(
    ("cell", "country", "rule"),
    [
        ("3.00111E+09", "CO", "phone.digits_lost"),
        ("2.4100000E+09", "MX", "phone.digits_lost"),
        ("3001112233", None, "phone.country_unknown"),
        ("3001112233", "ZZ", "phone.country_unknown"),
        ("6112233", "CO", "phone.area_missing"),
        ("3001234567", "CO", "phone.placeholder"),
        ("0000000000", None, "phone.placeholder"),
        ("1234567890", "CO", "phone.placeholder"),
        ("9999999999", "MX", "phone.placeholder"),
        ("3111111111", "CO", "phone.placeholder"),
        ("300111223", "CO", "phone.invalid"),
        ("0055 12363800053", "BR", "phone.invalid"),
        ("+51 123456", "PE", "phone.invalid"),
        ("no tiene", "CO", "phone.invalid"),
        ("=1+1", "CO", "phone.invalid"),
        ("😀", "CO", "phone.invalid"),
        ("58" * 5_000, "CO", "phone.invalid"),
    ],
)
def test_what_cannot_be_used_is_dropped_with_its_reason(cell: str, country: str | None, rule: str) -> None:
    assert read((cell, country)).row(0) == (None, [], None, None, rule)


@pytest.mark.parametrize(
    "cell",
    [
        "3001112233 / 3109998877",
        "3001112233;3109998877",
        "3001112233 o 3109998877",
        "3001112233 3109998877",
        "300 111 2233, 310 999 8877",
        "300-111-2233 - 310-999-8877",
        "3001112233+573109998877",
        "3001112233.0 / 3.109998877E+09",
    ],
)
def test_further_numbers_are_kept_beside_the_first(cell: str) -> None:
    told = read((cell, "CO"))
    assert told.select("value", "more").row(0) == ("+573001112233", ["+573109998877"])
    assert told["rules"].item().endswith("phone.several")


def test_an_extension_is_taken_apart() -> None:
    told = read(
        *((cell, "CO") for cell in ("601 7654321 ext. 12", "6017654321, Ext 12", "6017654321 x12 / 3001112233"))
    )
    assert told["extension"].to_list() == ["12"] * 3
    assert told["value"].to_list() == ["+576017654321"] * 3


def test_what_is_left_out_is_said() -> None:
    assert read(("6017654321/22", "CO")).row(0) == ("+576017654321", [], "landline", None, "phone.e164+phone.leftover")


def test_a_local_number_takes_the_area_of_its_place() -> None:
    frame = pl.DataFrame(
        {
            "raw": ["6112233", "6112233", "4412233", "15 2234 5670", "1234568"],
            "country": ["CO", "CO", "PE", "AR", "CO"],
            "region": ["Antioquia", None, None, None, None],
            "city": [None, "Bogotá, D.C.", "Lima", None, None],
            "area_code": [None, None, None, "11", "601.0"],
        }
    )
    told = phone.normalise(frame)
    assert told["value"].to_list() == [
        "+576046112233",
        "+576016112233",
        "+5114412233",
        "+5491122345670",
        "+576011234568",
    ]
    assert told["rules"].to_list() == ["phone.area+phone.e164"] * 5


def test_the_header_tells_the_line_only_where_the_plan_cannot() -> None:
    cells = (("5512345679", "MX"), ("6017654321", "CO"), ("018000 912233", "CO"))
    assert read(*cells)["line"].to_list() == ["unknown", "landline", "unknown"]
    assert read(*cells, hint="whatsapp")["line"].to_list() == ["mobile", "landline", "unknown"]
    assert read(*cells, hint="landline")["line"].to_list() == ["landline", "landline", "unknown"]


def test_argentine_mobiles_get_their_nine_only_in_a_column_of_mobiles() -> None:
    assert read(("1122345670", "AR"))["value"].item() == "+541122345670"
    told = read(("1122345670", "AR"), ("+54 11 2234 5670", None), hint="mobile")
    assert told["value"].to_list() == ["+5491122345670"] * 2
    assert told["rules"].to_list() == ["phone.mobile_nine+phone.e164"] * 2


def test_the_line_of_a_stored_number_is_the_one_told_when_it_was_read() -> None:
    cells = [cell for cell in spellings(8_000) if cell[0].startswith("+")]
    told = read(*cells).filter(pl.col("value").is_not_null())
    lines = told.select(phone.line(pl.col("value"))).to_series()
    assert lines.to_list() == told["line"].to_list()
    assert {"mobile", "landline", "unknown"} == set(lines)


def test_landlines_are_left_out_of_numbers_that_may_be_mobiles() -> None:
    numbers = pl.Series("phone", ["+573001112233", "+576017654321", "+525512345679", None])
    assert phone.not_landline(numbers).to_list() == ["+573001112233", None, "+525512345679", None]


def test_every_rule_of_an_old_plan_is_declared() -> None:
    declared = {rule.code for rule in phone.RULES}
    plans = phone_plan.plans()
    assert {old.rule for plan in plans for old in plan.legacy} <= declared
    assert {plan.region for plan in plans} >= set(COUNTRIES)


def test_prefixed_numbers_vote_for_their_country() -> None:
    cells = ["+57 300 111 2233", "+573109998877", "0034612345670", "+1 809 555 2671", "3001112233", "+57 12", None]
    assert phone.country_votes(pl.Series("phone", cells)) == {"CO": 2, "DO": 1, "ES": 1}


def spellings(count: int) -> list[tuple[str, str]]:
    """Numbers of nine countries, valid or nearly so, in the spellings people use."""
    chance = random.Random(7)
    cells: dict[tuple[str, str], None] = {}
    while len(cells) < count:
        country = chance.choice(COUNTRIES)
        metadata = library.PhoneMetadata.metadata_for_region(country, None)
        example = chance.choice([metadata.mobile, metadata.fixed_line]).example_number
        kept = chance.choice([0, 2, 3, 4])
        national = example[:kept] + "".join(chance.choices("0123456789", k=len(example) - kept))
        code = str(metadata.country_code)
        number = library.PhoneNumber(country_code=metadata.country_code, national_number=int(national))
        spelled = chance.choice(
            [
                national,
                f"+{code}{national}",
                f"{code}{national}",
                f"00{code}{national}",
                f"0{national}",
                f"{national[:3]}-{national[3:6]} {national[6:]}",
                library.format_number(number, library.PhoneNumberFormat.NATIONAL),
                library.format_number(number, library.PhoneNumberFormat.INTERNATIONAL),
            ]
        )
        cells[spelled, country] = None
    return list(cells)


def by_library(cell: str, country: str) -> tuple[str, str] | None:
    """What the library makes of a cell; 00 is the + of countries that dial it so."""
    text = f"+{cell[2:]}" if cell.startswith("00") else cell
    try:
        number = library.parse(text, country)
    except library.NumberParseException:
        return None
    if not library.is_valid_number(number):
        return None
    kinds = {library.PhoneNumberType.MOBILE: "mobile", library.PhoneNumberType.FIXED_LINE: "landline"}
    kind = library.number_type(number)
    line = kinds.get(kind, "unknown")
    value = library.format_number(number, library.PhoneNumberFormat.E164)
    if value.startswith("+56") and kind == library.PhoneNumberType.FIXED_LINE_OR_MOBILE:
        line = {"9": "mobile", "8": "unknown"}.get(value[3], "landline")
    return value, line


def test_every_number_the_library_accepts_is_what_the_library_says() -> None:
    cells = spellings(20_000)
    told = read(*cells)
    accepted = 0
    wrong = []
    for (cell, country), value, line, rules in zip(cells, told["value"], told["line"], told["rules"], strict=True):
        expected = by_library(cell, country)
        if expected is None or rules == "phone.placeholder":
            continue
        accepted += 1
        dead = expected[0].startswith("+5746") and value == f"+57604{expected[0][4:]}"
        if (value, line) != expected and not dead:
            wrong.append((cell, country, value, line, expected))
    assert accepted > 10_000
    assert wrong == []


def test_a_number_the_library_refuses_is_only_accepted_by_a_rule_that_says_so() -> None:
    cells = [cell for cell in spellings(5_000) if by_library(*cell) is None and not cell[0].startswith("00")]
    accepted = read(*cells).filter(pl.col("value").is_not_null())
    assert accepted.height > 20
    unsaid = accepted.filter(~pl.col("rules").str.contains(r"phone\.[a-z]{2}_\d"))
    assert unsaid.rows() == []


PHONE_LIKE = (
    st.text(alphabet="0123456789+- ().,/;xE'oO", max_size=30)
    | st.text()
    | st.from_regex(r"\+?(57|52|54|55)?[0-9]{7,11}", fullmatch=True)
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(PHONE_LIKE, st.sampled_from([*COUNTRIES, None])), unique=True, max_size=15), st.booleans())
def test_any_text_gives_a_number_that_reading_again_does_not_change(
    cells: list[tuple[str, str | None]], mobiles: bool
) -> None:
    hint: phone.Hint | None = "mobile" if mobiles else None
    once = read(*cells, hint=hint)
    assert once.height == len(cells)
    assert once.select((pl.col("value").is_null() == pl.col("line").is_null()).all()).item()
    stored = [
        (value, country) for value, (_raw, country) in zip(once["value"], cells, strict=True) if value is not None
    ]
    again = read(*stored, hint=hint)
    assert again["value"].to_list() == [value for value, _country in stored]
    assert again["line"].to_list() == once["line"].drop_nulls().to_list()
    assert again["rules"].null_count() == len(stored)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(PHONE_LIKE, st.sampled_from([*COUNTRIES, None])), unique=True, max_size=15),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_does_not_matter(cells: list[tuple[str, str | None]], chance: random.Random) -> None:
    shuffled = chance.sample(cells, len(cells))
    straight = dict(zip(cells, read(*cells).rows(), strict=True))
    assert dict(zip(shuffled, read(*shuffled).rows(), strict=True)) == straight


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("intl", [False, True])
def test_what_a_plan_refuses_the_library_refuses_too(country: str, intl: bool) -> None:
    chance = random.Random(country)
    found = phone_plan.plan(country)
    assert found is not None
    leads = ["", "0", "00", "1", "15", "9", found.calling_code]
    digits = [
        ("00" if chance.random() < 0.1 else "")
        + (found.calling_code if intl else "")
        + chance.choice(leads)
        + "".join(chance.choices("0123456789", k=chance.randrange(5, 12)))
        for _ in range(2000)
    ]
    asked = pl.DataFrame({"digits": digits, "intl": intl, "country": country})
    refused = asked.select(found.refuses(pl.col("digits"))).to_series()
    judged = phone_plan.judge(asked)
    assert refused.sum() > 200
    assert judged.filter(refused)["value"].null_count() == refused.sum()


def test_placeholders_stay_when_they_are_asked_for_and_are_told() -> None:
    frame = pl.DataFrame({"raw": ["9999999999", "3001234567", "0000000000"], "country": ["MX", "CO", "CO"]})
    told = phone.normalise(frame, keep_placeholders=True)
    assert told["value"].to_list() == ["+529999999999", "+573001234567", None]
    digits = pl.DataFrame({"digits": ["9999999999", "3001234567", "3001112233", "000000", None]})
    assert digits.select(phone.junk(pl.col("digits"))).to_series().to_list() == [
        "repeated_digits",
        "sequential_digits",
        None,
        "repeated_digits",
        None,
    ]
