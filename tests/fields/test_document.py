from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.fields import document

Row = tuple[str, str | None, str | None, str | None]
COLUMNS = ["raw", "document_type", "document_dv", "country"]


def read(raw: str, country: str | None = None, said: str | None = None, dv: str | None = None) -> dict[str, str | None]:
    frame = pl.DataFrame([(raw, said, dv, country)], schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    return document.normalise(frame).row(0, named=True)


@pytest.mark.parametrize(
    ("raw", "country", "said", "value", "code", "strength"),
    [
        ("1.020.304.050", "CO", None, "1020304050", "CC", "plausible"),
        ("C.C. No. 79.123.456", "CO", None, "79123456", "CC", "plausible"),
        ("79123456", "CO", "Cédula de Ciudadanía", "79123456", "CC", "plausible"),
        ("0079123456", "CO", "cc", "79123456", "CC", "plausible"),
        ("123456", "CO", "13 - CC", None, None, None),
        ("NIT: 900.373.913-4", "CO", None, "900373913", "NIT", "checked"),
        ("12.345.670-k", "CL", None, "12345670K", "RUT", "checked"),
        ("53263742C", "ES", None, "53263742C", "DNI", "checked"),
        ("X-1234567-L", "ES", "NIF", "X1234567L", "NIE", "checked"),
        ("B58378431", "ES", "NIF", "B58378431", "CIF", "checked"),
        ("BOXW310820HNERXN09", None, None, "BOXW310820HNERXN09", "CURP", "checked"),
        ("GODE561231GR8", "MX", "rfc", "GODE561231GR8", "RFC", "checked"),
        ("390.533.447-05", None, None, "39053344705", "CPF", "checked"),
        ("20-05536168-2", "AR", None, "20055361682", "CUIT", "checked"),
        ("20512333797", "PE", None, "20512333797", "RUC", "checked"),
        ("536-90-4399", "US", None, "536904399", "SSN", "plausible"),
        ("AB1234567", "CO", "Pasaporte", "AB1234567", "PA", "plausible"),
    ],
)
def test_a_document_is_read_by_its_column_its_prefix_or_its_country_and_form(
    raw: str, country: str | None, said: str | None, value: str | None, code: str | None, strength: str | None
) -> None:
    answer = read(raw, country, said)
    assert (answer["value"], answer["document_type"], answer["strength"]) == (value, code, strength)


@pytest.mark.parametrize(
    ("raw", "dv", "strength"),
    [
        ("900373913-4", None, "checked"),
        ("900373913", "4", "checked"),
        ("900373913", "4.0", "checked"),
        ("9003739134", None, "checked"),
        ("9003739134", "4", "checked"),
        ("900373913", None, "plausible"),
        ("900373913", "5", "failed"),
    ],
)
def test_a_nit_with_and_without_its_digit_is_one_document(raw: str, dv: str | None, strength: str) -> None:
    answer = read(raw, "CO", "NIT", dv)
    assert (answer["value"], answer["strength"]) == ("900373913", strength)


def test_the_nit_of_a_person_is_their_cedula() -> None:
    from stdnum.co import nit

    carried = f"79123456-{nit.calc_check_digit('79123456')}"
    assert read(carried, "CO", "NIT")["value"] == read("79.123.456", "CO", "CC")["value"]
    assert read(carried, "CO", "CC")["document_type"] == "CC"


def test_a_cedula_is_never_judged_as_a_nit() -> None:
    assert read("79123456", "CO", "CC", "9")["strength"] == "plausible"
    assert read("1020304051", "CO", "CC")["strength"] == "plausible"


@pytest.mark.parametrize(
    ("raw", "country", "said"),
    [("900373913-5", "CO", "NIT"), ("53263742Z", "ES", None), ("7608642-8", "CL", None), ("39053344706", "BR", "CPF")],
)
def test_a_mistyped_number_is_kept_but_is_no_key(raw: str, country: str, said: str | None) -> None:
    answer = read(raw, country, said)
    assert answer["value"] == raw.replace("-", "")
    assert answer["strength"] == "failed"


@pytest.mark.parametrize(
    ("raw", "country", "said", "value"),
    [
        ("926687856", "EC", None, "0926687856"),
        ("1234567", "ES", None, None),
        ("234567J", "ES", "DNI", "00234567J"),
        ("4567891", "PE", "DNI", "04567891"),
        ("4567891", "PE", None, "4567891"),
        ("36904399", "US", "SSN", "036904399"),
        ("36904399", "US", None, "36904399"),
    ],
)
def test_lost_zeros_come_back_only_where_it_is_certain(raw: str, country: str, said: str | None, value: str) -> None:
    answer = read(raw, country, said)
    assert answer["value"] == value
    assert (answer["rules"] == "document.lost_zeros") == (value is not None and value != raw)


def test_a_dni_without_letter_is_the_same_as_with_it() -> None:
    assert read("53263742", "ES") == {
        "value": "53263742C",
        "document_type": "DNI",
        "strength": "plausible",
        "rules": "document.check_letter",
    }


def test_a_rut_is_completed_from_the_column_of_its_digit() -> None:
    assert read("76086428", "CL", "RUT", "5")["value"] == "760864285"
    assert read("760864285", "CL", "RUT", "5")["value"] == "760864285"


@pytest.mark.parametrize(
    ("raw", "value", "rule"),
    [
        ("1020304050.0", "1020304050", "document.spreadsheet_number"),
        ("1.020.304.050,00", "1020304050", "document.spreadsheet_number+document.format"),
        ("1.020304050E+09", "1020304050", "document.spreadsheet_number"),
        ("1,02E+09", None, "document.lost_digits"),
    ],
)
def test_what_a_spreadsheet_did_is_undone_only_when_no_digit_is_lost(raw: str, value: str | None, rule: str) -> None:
    answer = read(raw, "CO", "CC")
    assert (answer["value"], answer["rules"]) == (value, rule)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        *(
            (fake, "document.placeholder")
            for fake in (
                "222222222222",
                "222.222.222-7",
                "1111111111",
                "123456789",
                "12345678",
                "0987654321",
                "XAXX010101000",
                "00000000T",
                "12345678Z",
                "66666666-6",
                "111.111.111-11",
                "9999999999999",
            )
        ),
        ("no tiene", "document.no_digits"),
        ("12", "document.length"),
        ("1" * 10_000, "document.length"),
    ],
)
def test_a_number_that_stands_for_nobody_is_dropped_with_its_reason(raw: str, rule: str) -> None:
    assert read(raw, "CO") == {"value": None, "document_type": None, "strength": None, "rules": rule}


def test_a_number_of_unknown_country_may_be_a_key_when_it_is_long_enough() -> None:
    assert read("7845123")["strength"] == "plausible"
    assert read("78451")["strength"] == "weak"


def test_a_number_without_the_form_of_the_type_it_claims_is_weak() -> None:
    assert read("900373913", "CO", "CC")["strength"] == "weak"


def test_an_empty_frame_gives_an_empty_answer() -> None:
    assert document.normalise(pl.DataFrame(schema={"raw": pl.String})).shape == (0, 4)


def test_every_rule_that_fires_is_declared() -> None:
    assert len({rule.code for rule in document.RULES}) == len(document.RULES) == 12


pieces = st.lists(
    st.sampled_from(
        [
            "CC",
            "C.C.",
            "NIT",
            "DNI",
            "PA",
            "RUT",
            "CI",
            "V",
            "X",
            "K",
            "No.",
            "N",
            " ",
            "-",
            ".",
            "0",
            "1",
            "9",
            "12",
            "345",
            "900",
            "1020304050",
            "53263742",
            "/",
            "E+09",
            ",00",
            ".0",
            "#",
            "é",
            "ñ",
            "&",
            "Z",
            "\u202e",
            "١",
            "ID ",
        ]
    ),
    min_size=1,
    max_size=7,
).map("".join)
cells = st.one_of(pieces, st.text(max_size=30), st.from_regex(r"[0-9]{5,14}[KTZ]?", fullmatch=True))
rows = st.tuples(
    cells,
    st.sampled_from([None, "CC", "nit", "DNI", "RUT", "CI", "NIF", "Pasaporte", "SSN", "CPF", "?"]),
    st.sampled_from([None, "5", "K"]),
    st.sampled_from([None, "CO", "ES", "MX", "CL", "PE", "EC", "AR", "BR", "US", "VE", "PY", "DO", "FR"]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(rows, min_size=1, max_size=40))
def test_reading_a_read_number_changes_nothing_and_row_order_does_not_matter(given_rows: list[Row]) -> None:
    frame = pl.DataFrame(given_rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    once = document.normalise(frame)
    assert once.height == frame.height
    again = frame.with_columns(raw=once["value"]).filter(pl.col("raw").is_not_null())
    twice = document.normalise(again)
    assert twice["value"].to_list() == again["raw"].to_list()
    assert twice["rules"].null_count() == twice.height
    assert document.normalise(frame.reverse()).reverse().equals(once)
