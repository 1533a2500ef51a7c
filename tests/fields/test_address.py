from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.fields import address


def keys(*texts: str, country: str | None = "CO") -> list[str | None]:
    frame = pl.DataFrame({"raw": texts}).with_columns(country=pl.lit(country, pl.String))
    return address.normalise(frame)["key"].to_list()


SAME = {
    "CL|45|12|34||": [
        "Cl 45 12 34",
        "Calle 45 No. 12-34",
        "CLL 45 # 12 - 34",
        "calle 45 nº 12-34",
        "Calle 45 N 12 34",
        "Cl. 045 N° 12-34",
        "C45#12-34",
    ],
    "CL|45A BIS|12|34|S|501": [
        "CL 45A BIS 12 34 SUR AP 501",
        "Calle 45 A Bis # 12-34 Sur, Apto 501",
        "Calle 45A bis Sur No. 12 - 34 apartamento 501",
        "calle 45abis sur#12-34 ap501",
    ],
    "KR|7|45|12||3-501": [
        "KR 7 45 12 TO 3 AP 501",
        "Carrera séptima No 45-12 apto 501 torre 3",
        "Cra. 7 # 45-12 T3 501",
    ],
    "AV|6|23|45|N|": ["Av 6N # 23N-45", "Avenida 6 Norte # 23 Norte - 45", "Avda 6 norte 23-45"],
    "CL|26|68|12||": ["AC 26 # 68 - 12", "Avenida El Dorado # 68-12", "Calle 26 68 12", "Av. Calle 26 No 68-12"],
    "KR|14|45|12||": ["Av Caracas # 45-12", "AK 14 45 12"],
    "TV|3|12C|34||": ["Transversal 3 # 12 C 34", "Tv 3 12C-34"],
    "DG|12 BIS|3A|21|E|": ["Diagonal 12 Bis # 3A-21 Este", "DG 12BIS ESTE # 3A - 21"],
    "MZ|5|12|pinos": ["Mz 5 Casa 12 Barrio Los Pinos", "MANZANA 5 CS 12 LOS PINOS"],
}


@pytest.mark.parametrize(("key", "spellings"), SAME.items())
def test_spellings_of_one_colombian_address_share_its_key(key: str, spellings: list[str]) -> None:
    assert keys(*spellings) == [key] * len(spellings)


def test_the_quadrant_the_letter_and_the_flat_make_another_address() -> None:
    spellings = [
        "Calle 45 # 12-34",
        "Calle 45 Sur # 12-34",
        "Calle 45A # 12-34",
        "Calle 45 # 12-34 apto 501",
        "Calle 45 # 12-34 torre B",
    ]
    assert len(set(keys(*spellings))) == len(spellings)


def test_colombian_grammar_is_tried_where_the_country_is_not_known() -> None:
    assert keys("Calle 45 No. 12-34", country=None) == ["CL|45|12|34||"]
    assert keys("Gran Vía 12, 3º A", country=None) == ["a gran|12-3"]


def test_rural_addresses_are_marked_and_left_as_they_are() -> None:
    answer = address.normalise(
        pl.DataFrame(
            {"raw": ["Km 5 vía La Calera", "Vereda El Roble, finca La Paz", "Calle 5 # 3-20"], "country": ["CO"] * 3}
        )
    )
    assert answer["rural"].to_list() == [True, True, False]
    assert answer["rules"].null_count() == 3
    assert answer["key"].to_list() == [None, None, "CL|5|3|20||"]


def test_an_address_that_says_too_little_is_not_compared() -> None:
    assert keys("Mz 5 casa 12", "Edificio Torre Norte", "Calle 45", "Barrio Centro") == [None, None, None, None]
    assert keys("Gran Vía s/n", country="ES") == [None]


@pytest.mark.parametrize(
    ("country", "spellings"),
    [
        ("ES", ["C/ Mayor, 12, 3º A", "CALLE MAYOR 12 3A", "Calle Mayor nº 12, 3 A, 28013", "Mayor 12 3 a"]),
        ("ES", ["Avda. de la Constitución 5, 2º izq", "Avenida Constitución, 5 - 2 izquierda"]),
        ("US", ["123 N Main Street Apt 4B", "123 Main St #4B", "123 main st., apt. 4 b"]),
        ("US", ["12345 Sunset Blvd", "12345 Sunset Boulevard, 90210"]),
        ("BR", ["Rua Augusta, 1500 ap 12", "R. Augusta 1500, apto 12"]),
        ("MX", ["Av. Insurgentes Sur 1602", "Avenida Insurgentes Sur No. 1602"]),
    ],
)
def test_spellings_of_one_address_elsewhere_share_a_key(country: str, spellings: list[str]) -> None:
    (key,) = set(keys(*spellings, country=country))
    assert key is not None


def test_other_numbers_are_other_addresses_elsewhere() -> None:
    assert (
        len(set(keys("C/ Mayor 12, 3º A", "C/ Mayor 12, 3º B", "C/ Mayor 3, 12 A", "C/ Menor 12, 3º A", country="ES")))
        == 4
    )


@pytest.mark.parametrize(
    ("raw", "value", "rules"),
    [
        ("Calle 45 No. 12-34", "Calle 45 No. 12-34", None),
        ("calle 45 # 12-34", "calle 45 # 12-34", None),
        ("CALLE 45A # 12-34 BARRIO VILLA DEL SOL", "Calle 45A # 12-34 Barrio Villa del Sol", "address.case"),
        ("CONJUNTO LA FLORIDA ETAPA II", "Conjunto La Florida Etapa II", "address.case"),
        ("KR 7 # 45-12", "KR 7 # 45-12", None),
        ("Calle 45 , apto 3 ,", "Calle 45, apto 3", "address.spacing"),
        ("---", None, "address.empty"),
    ],
)
def test_the_text_for_the_parcel_changes_in_spacing_and_capitals_only(
    raw: str, value: str | None, rules: str | None
) -> None:
    answer = address.normalise(pl.DataFrame({"raw": [raw]}))
    assert answer.select("value", "rules").row(0) == (value, rules)


WORDS = (
    "CALLE",
    "Cl",
    "45",
    "12-34",
    "A",
    "BIS",
    "SUR",
    "#",
    "No.",
    "apto",
    "501",
    ",",
    "MZ",
    "casa",
    "Mayor",
    "II",
    "LA",
    "3º",
    "ñ",
)
texts = st.one_of(
    st.text(min_size=1, max_size=40).map(lambda text: " ".join(text.split()) or "x"),
    st.lists(
        st.sampled_from(
            [
                "CALLE",
                "Cl",
                "45",
                "12-34",
                "A",
                "BIS",
                "SUR",
                "#",
                "No.",
                "apto",
                "501",
                ",",
                "MZ",
                "casa",
                "Mayor",
                "II",
                "LA",
                "3º",
                "ñ",
            ]
        ),
        min_size=1,
    ).map(" ".join),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(texts, min_size=1, max_size=6))
def test_tidying_twice_is_tidying_once_and_keeps_the_key(raw: list[str]) -> None:
    once = address.normalise(pl.DataFrame({"raw": raw}))
    kept = once.filter(pl.col("value").is_not_null())
    twice = address.normalise(kept.select(raw="value"))
    assert twice["value"].equals(kept["value"])
    assert twice["rules"].null_count() == twice.height
    assert twice["key"].equals(kept["key"])


@settings(max_examples=30, deadline=None)
@given(st.lists(texts, min_size=1, max_size=6))
def test_row_order_does_not_matter(raw: list[str]) -> None:
    frame = pl.DataFrame({"raw": raw})
    assert address.normalise(frame.reverse()).reverse().equals(address.normalise(frame))


def test_hostile_text_passes_through() -> None:
    raw = [
        "=HYPERLINK(1)",
        "\u202e12 ellaC",
        "<script>1</script>",
        "a1" * 10_000,
        "'; DROP TABLE x",
        "😀",
        "\x00",
        "(",
        "\\d+",
    ]
    answer = address.normalise(pl.DataFrame({"raw": raw}))
    assert answer.height == len(raw)
