from __future__ import annotations

import random
from functools import cache

import phonenumbers as library
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.contactability.phone_check import one_phone
from custintel.contactability.phones import FLAGS, LINE_CHANNELS, STATUS, phone_facts
from custintel.fields import phone, phone_kind

COUNTRIES = ("CO", "MX", "ES", "US", "CL", "AR", "BR", "EC", "PE")
SAID = ("phone.co_2021", "phone.mx_2019", "phone.cl_2016", "phone.br_2016", "phone.ec_2012", "phone.ar_15")


SCHEMA = {"kind": pl.String, "value": pl.String, "raw": pl.String, "country": pl.String}


def point(
    raw: str | None, country: str | None = None, *, kind: str = "mobile", value: str | None = None, people: int = 1
) -> pl.DataFrame:
    return pl.DataFrame(
        [(kind, value, raw, country, people)],
        schema={**SCHEMA, "people": pl.UInt32},
        orient="row",
    )


def told(raw: str | None, country: str | None = None, **more: object) -> dict[str, object]:
    return phone_facts(point(raw, country, **more)).row(0, named=True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "country", "kind", "reason", "line"),
    [
        ("300 111 2233", "CO", "mobile", "valid_mobile", "mobile"),
        ("+34 612 34 56 70", None, "mobile", "valid_mobile", "mobile"),
        ("(601) 611 2233", "CO", "landline", "valid_fixed", "fixed"),
        ("55 1234 5679", "MX", "mobile", "valid_fixed_or_mobile", "fixed_or_mobile"),
        ("(212) 555-2671", "US", "mobile", "valid_fixed_or_mobile", "fixed_or_mobile"),
        ("018000 912233", "CO", "landline", "toll_free", "toll_free"),
        ("+1 900 555 2671", None, "landline", "premium", "premium"),
        ("902 123 456", "ES", "landline", "shared_cost", "shared_cost"),
        ("+44 56 0029 0037", None, "landline", "valid_voip", "voip"),
        ("+44 70 0150 2937", None, "mobile", "special_line", "personal"),
        ("+44 55 0029 0037", None, "landline", "company_number", "company"),
        ("601 611 2233", "CO", "whatsapp", "whatsapp_on_fixed", "fixed"),
        ("11 2234 5670", "AR", "mobile", "guessed", "mobile"),
        ("3OO1112233", "CO", "mobile", "guessed", "mobile"),
        ("9999999999", "MX", "mobile", "repeated_digits", "fixed_or_mobile"),
        ("300 123 4567", "CO", "mobile", "sequential_digits", "mobile"),
    ],
)
def test_a_valid_number_is_told_by_its_line_and_by_what_makes_it_doubtful(
    raw: str, country: str | None, kind: str, reason: str, line: str
) -> None:
    facts = told(raw, country, kind=kind)
    assert (facts["reason"], facts["line_type"]) == (reason, line)
    assert facts["status"] == (
        "deliverable" if reason in ("valid_mobile", "valid_fixed", "valid_fixed_or_mobile") else "risky"
    )


@pytest.mark.parametrize(
    ("raw", "country", "reason"),
    [
        (None, "CO", "empty"),
        ("N/A", "CO", "empty"),
        ("llamar luego", "CO", "not_a_number"),
        ("3.00111E+09", "CO", "digits_lost"),
        ("611 2233", "CO", "area_missing"),
        ("300 111 223", "CO", "too_short"),
        ("300 111 22334", "CO", "too_long"),
        ("12", None, "too_short"),
        ("58" * 5_000, None, "too_long"),
        ("999 111 2233", "CO", "invalid_number"),
        ("+999 111 2233", None, "invalid_number"),
    ],
)
def test_what_is_no_number_says_why(raw: str | None, country: str | None, reason: str) -> None:
    facts = told(raw, country)
    assert (facts["status"], facts["reason"], facts["value"]) == ("undeliverable", reason, None)


def test_the_country_is_never_assumed() -> None:
    facts = told("300 111 2233")
    assert (facts["status"], facts["reason"], facts["country"]) == ("unknown", "country_unknown", None)
    assert told("300 111 2233", "CO")["value"] == "+573001112233"
    said = phone_facts(point("300 111 2233"), country="CO").row(0, named=True)
    assert (said["value"], said["country"]) == ("+573001112233", "CO")
    other = phone_facts(point("55 1234 5679", "MX"), country="CO").row(0, named=True)
    assert other["value"] == "+525512345679"


def test_a_number_that_begins_with_the_code_of_its_country_is_suggested_and_not_applied() -> None:
    facts = told("57 300 111 2233")
    assert (facts["reason"], facts["value"], facts["suggestion"]) == ("country_unknown", None, "+573001112233")


@pytest.mark.parametrize(
    ("raw", "country", "value", "rule"),
    [
        ("1 2345679", "CO", "+576012345679", "phone.co_2021"),
        ("03 4 6112233", "CO", "+576046112233", "phone.co_2021"),
        ("03 300 1112233", "CO", "+573001112233", "phone.co_2021"),
        ("052 6112233", "CO", "+576026112233", "phone.co_2021"),
        ("521 55 1234 5679", "MX", "+525512345679", "phone.mx_2019"),
        ("044 55 1234 5679", "MX", "+525512345679", "phone.mx_2019"),
        ("045 55 1234 5679", "MX", "+525512345679", "phone.mx_2019"),
        ("01 55 1234 5679", "MX", "+525512345679", "phone.mx_2019"),
        ("8123 4560", "CL", "+56981234560", "phone.cl_2016"),
        ("09 8123 4560", "CL", "+56981234560", "phone.cl_2016"),
        ("11 8123-4560", "BR", "+5511981234560", "phone.br_2016"),
        ("0 15 11 8123-4560", "BR", "+5511981234560", "phone.br_2016"),
        ("09 123 4560", "EC", "+593991234560", "phone.ec_2012"),
        ("0 11 15 2234-5670", "AR", "+5491122345670", "phone.ar_15"),
    ],
)
def test_numbers_of_older_plans_are_repaired_and_flagged(raw: str, country: str, value: str, rule: str) -> None:
    facts = told(raw, country, kind="phone")
    assert facts["value"] == value
    assert facts["flags"] == ["legacy_repaired"]
    assert facts["status"] == "deliverable"
    assert rule in str(facts["evidence"])
    stored = told(raw, country, kind="phone", value=value)
    assert (stored["value"], stored["flags"]) == (value, ["legacy_repaired"])


@pytest.mark.parametrize(
    "raw", ["3001112233.0", "3001112233,00", "3.001112233E9", "3,001112233e+09", "3.001112233E+09"]
)
def test_a_number_that_a_spreadsheet_wrote_as_a_decimal_is_the_same_number(raw: str) -> None:
    facts = told(raw, "CO")
    assert (facts["value"], facts["flags"]) == ("+573001112233", ["spreadsheet_repaired"])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(10**6, 10**13), min_size=1, max_size=30), st.integers(0, 12), st.sampled_from(COUNTRIES))
def test_a_float_never_becomes_another_number(numbers: list[int], precision: int, country: str) -> None:
    rows = [
        ("mobile", None, written, country)
        for number in numbers
        for written in (
            f"{number}",
            f"{number}.0",
            f"{number:.{precision}E}",
            f"{number:.{precision}e}".replace(".", ","),
            repr(float(number)),
        )
    ]
    values = phone_facts(pl.DataFrame(rows, schema=SCHEMA, orient="row"))["value"].to_list()
    for first in range(0, len(values), 5):
        assert set(values[first + 1 : first + 5]) <= {values[first], None}


def test_what_was_read_of_a_cell_is_flagged() -> None:
    assert told("601 611 2233 ext 12", "CO", kind="landline")["flags"] == ["extension"]
    assert told("3001112233 / 3109998877", "CO")["flags"] == ["several_numbers"]
    second = told("3001112233 / 3109998877", "CO", value="+573109998877")
    assert (second["value"], second["flags"]) == ("+573109998877", ["several_numbers"])
    assert told("601 611 2233", "CO")["flags"] == ["kind_differs"]
    assert told("300 111 2233", "CO", kind="landline")["flags"] == ["kind_differs"]
    assert told("+34 612 34 56 70", "CO")["flags"] == ["country_differs"]


def test_a_local_number_takes_the_area_of_its_place_and_says_so() -> None:
    points = point("611 2233", "CO", kind="landline").with_columns(city=pl.lit("Medellín"))
    facts = phone_facts(points).row(0, named=True)
    assert (facts["value"], facts["flags"]) == ("+576046112233", ["area_added"])


def test_what_the_text_says_of_another_number_is_not_said_of_this_one() -> None:
    facts = told("1 2345679", "CO", value="+573001112233")
    assert (facts["reason"], facts["flags"], facts["evidence"]) == ("valid_mobile", [], None)


def test_numbers_of_many_and_of_the_shop_are_risky() -> None:
    assert told("3001112233", "CO", people=5)["reason"] == "valid_mobile"
    assert told("3001112233", "CO", people=6)["reason"] == "shared"
    facts = phone_facts(point("3001112233", "CO", people=9), own=["+573001112233"]).row(0, named=True)
    assert (facts["status"], facts["reason"], facts["flags"]) == ("risky", "own_number", ["shared"])
    lenient = phone_facts(point("3001112233", "CO", people=9), shared_by_more_than=10).row(0, named=True)
    assert lenient["status"] == "deliverable"


def test_a_stored_value_that_is_no_number_of_today_gets_a_suggestion() -> None:
    facts = told(None, value="+5215512345679")
    assert (facts["status"], facts["value"], facts["suggestion"]) == (
        "undeliverable",
        "+5215512345679",
        "+525512345679",
    )


def test_numbers_of_any_country_are_told_by_the_library() -> None:
    values = pl.Series(["+4915112345678", "+80012345678", "+18095552671", "+12042345678", "+57 300 1112233", "x", None])
    assert phone_kind.describe(values).rows() == [
        ("DE", "15112345678", "mobile"),
        (None, "12345678", "toll_free"),
        ("DO", "8095552671", "fixed_or_mobile"),
        ("CA", "2042345678", "fixed_or_mobile"),
        (None, None, None),
        (None, None, None),
        (None, None, None),
    ]


@cache
def spellings(count: int) -> list[tuple[str, str]]:
    """Numbers of nine countries, valid or nearly so, as people write them."""
    chance = random.Random(11)
    cells: dict[tuple[str, str], None] = {}
    while len(cells) < count:
        country = chance.choice(COUNTRIES)
        metadata = library.PhoneMetadata.metadata_for_region(country, None)
        lines = [metadata.mobile, metadata.mobile, metadata.fixed_line, metadata.fixed_line, metadata.toll_free]
        example = (chance.choice(lines) or metadata.mobile).example_number or metadata.mobile.example_number
        kept = chance.choice([1, 2, 3, 4])
        number = example[:kept] + "".join(chance.choices("0123456789", k=len(example) - kept))
        code = metadata.country_code
        written = chance.choice(
            [
                *(number, f"+{code}{number}", f"{code}{number}", f"00{code} {number}", f"0{number}", f"{number}.0"),
                *(f"({number[:3]}) {number[3:6]}-{number[6:]}", f"+{code} {number[:2]} {number[2:5]} {number[5:]}"),
            ]
        )
        cells[written, country] = None
    return list(cells)


def by_library(written: str, country: str) -> tuple[str, str] | None:
    text = f"+{written[2:]}" if written.startswith("00") else written.removesuffix(".0")
    try:
        number = library.parse(text, country)
    except library.NumberParseException:
        return None
    if not library.is_valid_number(number):
        return None
    value = library.format_number(number, library.PhoneNumberFormat.E164)
    names = dict(enumerate(("fixed", "mobile", "fixed_or_mobile", "toll_free", "premium", "shared_cost", "voip")))
    line = names.get(library.number_type(number), "special")
    if value.startswith("+56") and line == "fixed_or_mobile":
        line = {"9": "mobile", "8": line}.get(value[3], "fixed")
    return value, line


def test_fifty_thousand_numbers_are_what_the_library_says_or_say_why_not() -> None:
    cells = spellings(50_000)
    points = pl.DataFrame(
        [("phone", None, *cell) for cell in cells],
        schema=SCHEMA,
        orient="row",
    )
    facts = phone_facts(points)
    ours = zip(facts["value"], facts["line_type"], facts["evidence"], facts["flags"], strict=True)
    agreed, rewritten, wrong = 0, 0, []
    for cell, (value, line, rules, flags) in zip(cells, ours, strict=True):
        line = "special" if line in ("personal", "pager", "company", "voicemail", "other") else line
        if (value, line) == (by_library(*cell) or (None, None)):
            agreed += 1
        elif "legacy_repaired" in flags and any(code in rules for code in SAID):
            rewritten += 1
        else:
            wrong.append((cell, value, line, by_library(*cell)))
    assert wrong == []
    assert agreed > 40_000
    assert rewritten > 100


TEXTS = st.text(max_size=25) | st.text(alphabet="0123456789+- ().,/xE'", max_size=20)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(TEXTS, st.sampled_from([*COUNTRIES, None, "ZZ"])), max_size=12),
    st.randoms(use_true_random=False),
)
def test_any_text_gets_a_verdict_that_does_not_depend_on_the_order_of_rows(
    cells: list[tuple[str, str | None]], chance: random.Random
) -> None:
    rows = [(chance.choice(["mobile", "landline", "whatsapp", "phone"]), None, *cell) for cell in cells]
    facts = phone_facts(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    assert facts["kind"].to_list() == [row[0] for row in rows]
    for told_ in facts.rows(named=True):
        assert told_["status"] == STATUS[told_["reason"]]
        assert (told_["value"] is None) == (told_["line_type"] is None)
        assert told_["value"] is None or told_["status"] in ("deliverable", "risky")
        assert set(told_["flags"]) <= set(FLAGS) - {told_["reason"]}
    shuffled = chance.sample(rows, len(rows))
    again = phone_facts(pl.DataFrame(shuffled, schema=SCHEMA, orient="row"))
    assert dict(zip(shuffled, again.rows(), strict=True)) == dict(zip(rows, facts.rows(), strict=True))


def test_every_kind_of_line_that_takes_a_channel_is_a_kind_the_library_knows() -> None:
    assert set(LINE_CHANNELS) <= set(phone_kind.KINDS)
    assert LINE_CHANNELS["fixed"] == ("call",)
    assert LINE_CHANNELS["mobile"] == ("call", "sms", "whatsapp")


def test_one_number_is_explained_step_by_step() -> None:
    steps = {step.code: dict(step.details) for step in one_phone("+57 1 2345679 ext 12", language="es")}
    assert steps["digits"] == {"digits": "5712345679"}
    assert steps["extension"] == {"digits": "12"}
    assert steps["country_from_number"] == {"country": "CO"}
    assert steps["number"] == {
        "value": "+576012345679",
        "international": "+57 601 2345679",
        "national": "(601) 2345679",
    }
    assert steps["place"] == {"place": "Bogotá"}
    assert steps["channels"] == {"channels": "call"}
    assert steps["verdict"] == {"status": "deliverable", "reason": "valid_fixed"}
    assert [step.code for step in one_phone("57", "CO")] == ["digits", "refused", "verdict"]
    rules = [step.details["rule"] for step in one_phone("+57 1 2345679") if step.code == "rule"]
    assert set(rules) <= {rule.code for rule in phone.RULES}
    assert rules[0] == "phone.co_2021"


@pytest.mark.parametrize("written", ["", "\x1b[31m", "=HYPERLINK(1)", "\u202e300", "+" * 300, "300" * 4_000])
def test_one_text_that_is_no_number_ends_in_a_verdict_and_is_not_repeated(written: str) -> None:
    steps = one_phone(written, "CO")
    assert steps[-1].code == "verdict"
    assert steps[-1].details["status"] == "undeliverable"
    assert all("\x1b" not in detail for step in steps for detail in step.details.values())


def test_one_number_without_a_country_says_so() -> None:
    assert one_phone("3001112233")[-1].details == {"status": "unknown", "reason": "country_unknown"}
