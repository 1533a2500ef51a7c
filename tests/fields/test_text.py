from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.fields import text

FRAGMENTS = st.sampled_from(
    [
        "José",
        "Mu?oz",
        "Ã",
        "Ã­",
        "MarÃƒÂ\xada",
        "&amp;",
        "&amp;amp;",
        "&nbsp;",
        "\u200b",
        "\u202e",
        " ",
        "\xa0",
        "\t",
        "'",
        '="',
        '"',
        "n/a",
        "x",
        "0",
        "e\u0301",
        "¤",
        "‚",
        "¡",
        "\x00",
        "_x000D_",
        "�",
        "?",
        "#N/A",
        "=",
        "-",
        "3001234567",
        "garcÃa",
        "√≠",
        "├¡",
        "&#xA0;",
        "a",
        "É",
    ]
)
CELLS = st.one_of(st.text(max_size=30), st.lists(FRAGMENTS, max_size=6).map("".join))
KINDS = st.sampled_from(["name", "city", "text", "email", "phone", "enum", "consent", "money", "int", "address"])


def tidied(*raw: str, kind: str = "text") -> pl.DataFrame:
    return text.tidy(pl.DataFrame({"raw": raw}, schema={"raw": pl.String}), kind=kind)


def one(raw: str, kind: str = "text") -> tuple[str | None, str | None]:
    row = tidied(raw, kind=kind).row(0, named=True)
    return row["value"], row["rules"]


@pytest.mark.parametrize(
    ("raw", "value", "rules"),
    [
        ("Juan Pérez", "Juan Pérez", None),
        ("  Juan \t\n Pérez\xa0", "Juan Pérez", "text.spaces"),
        ("Ju\u200ban\u202e\ufeff", "Juan", "text.invisible"),
        ("a\x1b[31mb", "a[31mb", "text.invisible"),
        ('="TN123456789AR"', "TN123456789AR", "text.unwrapped"),
        ("'3001234567", "3001234567", "text.unwrapped"),
        ("Tom &amp;amp; Ana", "Tom & Ana", "text.entity"),
        ("Jose\u0301", "José", "text.composed"),
        ("PeÃ±a", "Peña", "text.mojibake"),
        ("MarÃƒÂ\xada", "María", "text.mojibake"),
        ("Mar√≠a", "María", "text.mojibake"),
        ("Pe¤a", "Peña", "text.codepage"),
        ("Ibagu‚", "Ibagué", "text.codepage"),
    ],
)
def test_what_file_and_encoding_left_is_taken_off(raw: str, value: str, rules: str | None) -> None:
    assert one(raw) == (value, rules)


@pytest.mark.parametrize(
    "raw",
    [
        "JOÃO",
        "São Paulo – SP",
        "El Niño…",
        "vale 5£",
        "¿Qué? ¡Sí!",
        "'s-Gravenhage",
        "AT&T",
        "D’Ângelo",
        "=CONCATENAR(0,01)",
    ],
)
def test_text_that_only_looks_broken_is_left_alone(raw: str) -> None:
    assert one(raw) == (raw, None)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Mu?oz", "Muñoz"),
        ("Pe\ufffda", "Peña"),
        ("GARC?A", "GARCÍA"),
        ("Mar?a L?pez", "María López"),
        ("GarcÃa", "García"),
        ("MartÃ nez", "Martínez"),
    ],
)
def test_a_lost_letter_is_guessed_in_a_name(raw: str, value: str) -> None:
    assert one(raw, "name") == (value, "text.lost_letter")


@pytest.mark.parametrize("raw", ["Xq?zt", "M?nica", "?", "Qu�tz"])
def test_a_lost_letter_is_not_guessed_when_no_or_several_names_fit(raw: str) -> None:
    assert one(raw, "name")[0] in (raw, None)


def test_places_restore_from_their_own_words_and_free_text_from_none() -> None:
    assert one("Bogot?", "city") == ("Bogotá", "text.lost_letter")
    assert one("Bogot?", "text") == ("Bogot?", None)


@pytest.mark.parametrize(
    "raw",
    [
        "N/A",
        "n.a.",
        "sin información",
        "SIN  DATO",
        "(en blanco)",
        "-",
        "...",
        "#N/A",
        "#¡VALOR!",
        "#Â¡VALOR!",
        "null",
        "no aplica",
    ],
)
def test_fillers_are_junk_in_any_field(raw: str) -> None:
    for kind in ("name", "email", "consent", "enum", "money", "text"):
        value, rules = one(raw, kind)
        assert value is None
        assert rules is not None
        assert rules.split("+")[-1] == "text.junk"


@pytest.mark.parametrize(
    ("raw", "kind", "junk"),
    [
        ("x", "name", True),
        ("x", "consent", False),
        ("0", "email", True),
        ("0", "int", False),
        ("0", "id", False),
        ("000", "id", False),
        ("000", "doc", True),
        ("No", "phone", True),
        ("No", "consent", False),
        ("pendiente", "email", True),
        ("pendiente", "enum", False),
        ("test", "name", True),
        ("test", "enum", False),
        ("ninguno", "int", False),
        ("si", "consent", False),
        ("Null", "name", False),
        ("NULL", "name", True),
        ("ND", "region", False),
        ("✓", "consent", False),
        ("Nadal", "name", False),
        ("Nada Dieu", "name", False),
    ],
)
def test_the_kind_of_field_decides_what_a_filler_is(raw: str, kind: str, junk: bool) -> None:
    assert (one(raw, kind)[0] is None) == junk


def test_a_cell_of_blanks_is_empty_and_not_junk() -> None:
    assert one(" \u200b ") == (None, "text.invisible+text.spaces+text.blank")


@settings(max_examples=200, deadline=None)
@given(st.lists(CELLS, unique=True, max_size=5), KINDS)
def test_tidying_twice_is_tidying_once(raw: list[str], kind: str) -> None:
    once = tidied(*raw, kind=kind)
    kept = once["value"].drop_nulls().unique(maintain_order=True)
    again = tidied(*kept, kind=kind)
    assert again["value"].to_list() == kept.to_list()
    assert again["rules"].null_count() == len(kept)


@settings(max_examples=100, deadline=None)
@given(st.lists(CELLS, unique=True, max_size=6), KINDS)
def test_row_order_does_not_matter_and_every_change_has_a_rule(raw: list[str], kind: str) -> None:
    frame = tidied(*raw, kind=kind)
    assert tidied(*reversed(raw), kind=kind).reverse().equals(frame)
    assert (
        frame.filter(pl.col("rules").is_null())["value"].to_list()
        == frame.filter(pl.col("rules").is_null())["raw"].to_list()
    )


def test_key_drops_case_accents_and_signs() -> None:
    keys = (
        pl.DataFrame({"raw": ["  PEÑA,  José-Luis ", "Ünïcode№1", "¡!", "İ"]})
        .select(text.key(pl.col("raw")))
        .to_series()
    )
    assert keys.to_list() == ["pena jose luis", "unicodeno1", "", "i"]


def test_placeholders_are_values_on_too_many_rows_to_be_one_persons() -> None:
    column = pl.Series(["222222222222"] * 30 + ["5"] * 20 + [str(n) for n in range(100, 200)] + [None] * 50)
    assert text.placeholders(column).rows() == [("222222222222", 30)]


def test_placeholders_of_a_long_column_need_half_a_percent() -> None:
    column = pl.Series(["a"] * 30 + [str(n) for n in range(9_970)])
    assert text.placeholders(column).height == 0
