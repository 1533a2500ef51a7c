from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.fields import place
from custintel.fields.gazetteer import gazetteer, one_edit_away

COLUMNS = ("city", "region", "country", "geo_code", "postal_code")


def rows(*cells: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [{name: cell.get(name) for name in COLUMNS} for cell in cells], schema=dict.fromkeys(COLUMNS, pl.String)
    )


def one(home: str | None = None, **cells: str) -> dict[str, str | None]:
    return place.normalise(rows(cells), home=home).row(0, named=True)


def found(home: str | None = None, **cells: str) -> tuple[str | None, ...]:
    answer = one(home, **cells)
    return answer["city"], answer["region"], answer["country"], answer["geo_code"]


BOGOTA = ("Bogotá", "Bogotá, D.C.", "CO", "11001")
MEDELLIN = ("Medellín", "Antioquia", "CO", "05001")
CALI = ("Cali", "Valle del Cauca", "CO", "76001")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"city": "BOGOTA"}, BOGOTA),
        ({"city": "Bogotá, D.C."}, BOGOTA),
        ({"city": "santafe de bogota d.c."}, BOGOTA),
        ({"city": "Bogotá - Cundinamarca"}, BOGOTA),
        ({"city": "Bogotá", "region": "Cundinamarca"}, BOGOTA),
        ({"city": "Bogotá", "region": "Suba"}, BOGOTA),
        ({"city": "Medellín (Antioquia)"}, MEDELLIN),
        ({"city": "Medellín, Antioquia, Colombia"}, MEDELLIN),
        ({"city": "medellin antioquia"}, MEDELLIN),
        ({"city": "Antioquia", "region": "Medellín"}, MEDELLIN),
        ({"city": "Medellin", "region": "Antioqia"}, MEDELLIN),
        ({"city": "Cali, Valle", "country": "COL"}, CALI),
        ({"city": "Cali", "region": "Cali", "country": "CO"}, CALI),
        ({"city": "Santiago de Cali"}, CALI),
        ({"city": "Bquilla", "region": "atl", "country": "co"}, ("Barranquilla", "Atlántico", "CO", "08001")),
        ({"city": "Cúcuta", "region": "N. de Santander"}, ("Cúcuta", "Norte de Santander", "CO", "54001")),
        ({"city": "Armenia", "region": "Antioquia"}, ("Armenia", "Antioquia", "CO", "05059")),
        ({"city": "Florencia", "region": "Cauca"}, ("Florencia", "Cauca", "CO", "19290")),
        ({"country": "Colombia", "geo_code": "5001"}, MEDELLIN),
        ({"country": "Colombia", "geo_code": "5,001"}, MEDELLIN),
        ({"country": "Colombia", "geo_code": " 05 001"}, MEDELLIN),
        ({"country": "Colombia", "geo_code": "5001.0"}, MEDELLIN),
        ({"country": "Colombia", "geo_code": "05001000"}, MEDELLIN),
        ({"city": "Rionegro", "country": "CO", "geo_code": "68615"}, ("Rionegro", "Santander", "CO", "68615")),
        ({"city": "Rionegro", "country": "CO", "postal_code": "054040"}, ("Rionegro", "Antioquia", "CO", "05615")),
    ],
)
def test_a_colombian_municipality_is_found_however_it_is_written(
    cells: dict[str, str], expected: tuple[str | None, ...]
) -> None:
    assert found(**cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"city": "cdmx", "country": "México"}, ("Ciudad de México", "Ciudad de México", "MX", None)),
        ({"city": "Guadalajara, Jal."}, ("Guadalajara", "Jalisco", "MX", None)),
        ({"city": "Mty", "region": "N.L.", "country": "MEX"}, ("Monterrey", "Nuevo León", "MX", None)),
        ({"city": "Miami, FL"}, ("Miami", "Florida", "US", None)),
        ({"city": "NYC", "country": "EE.UU."}, ("New York", "New York", "US", None)),
        ({"city": "Sevilla", "region": "Andalucía", "country": "Spain"}, ("Sevilla", "Andalucía", "ES", None)),
        ({"city": "HOSPITALET", "country": "España"}, ("L'Hospitalet de Llobregat", "Barcelona", "ES", None)),
        ({"city": "Lima, Perú"}, ("Lima", "Lima", "PE", None)),
        ({"city": "sao paulo", "region": "SP"}, ("São Paulo", "São Paulo", "BR", None)),
        ({"city": "Buenos Aires", "country": "ar"}, ("Buenos Aires", "Ciudad Autónoma de Buenos Aires", "AR", None)),
        ({"city": "Viña", "region": "V Región", "country": "Chile"}, ("Viña del Mar", "Valparaíso", "CL", None)),
        ({"city": "UIO", "country": "Ecuador"}, ("Quito", "Pichincha", "EC", None)),
    ],
)
def test_large_cities_of_other_countries_get_their_region(
    cells: dict[str, str], expected: tuple[str | None, ...]
) -> None:
    assert found(**cells) == expected


def test_a_name_that_several_municipalities_share_gets_no_code() -> None:
    assert found(city="Rionegro", country="CO") == ("Rionegro", None, "CO", None)


def test_a_shared_name_is_taken_for_the_departments_capital_as_a_guess() -> None:
    answer = one(city="ARMENIA", country="CO")
    assert (answer["city"], answer["region"], answer["geo_code"]) == ("Armenia", "Quindío", "63001")
    assert (answer["city_rules"], answer["region_rules"], answer["geo_code_rules"]) == (
        "place.case",
        "place.main_city",
        "place.main_city",
    )


def test_a_city_that_is_not_in_the_department_said_keeps_both_and_gets_no_code() -> None:
    assert found(city="Medellín", region="Cundinamarca", country="CO") == ("Medellín", "Cundinamarca", "CO", None)


@pytest.mark.parametrize("typed", ["Medelin", "Medellinn", "Medelíln", "Mdeellin", "Medelin - Antioquia"])
def test_one_wrong_letter_is_a_guess(typed: str) -> None:
    answer = one(city=typed, country="CO")
    assert (answer["city"], answer["geo_code"], answer["city_rules"]) == ("Medellín", "05001", "place.typo")


def test_a_wrong_letter_is_not_guessed_at_when_two_places_fit_or_the_name_is_short() -> None:
    assert found(city="Girardotu", country="CO")[0] == "Girardotu"
    assert found(city="Calu", country="CO") == ("Calu", None, "CO", None)


def test_a_known_name_is_never_a_misspelling_of_another() -> None:
    assert found(city="Girardota", country="CO")[3] == "05308"
    assert found(city="Girardot", country="CO")[3] == "25307"


def test_the_files_country_decides_where_the_row_says_nothing() -> None:
    assert found("CO", city="Madrid") == ("Madrid", "Cundinamarca", "CO", "25430")
    assert found("ES", city="Madrid") == ("Madrid", "Madrid", "ES", None)
    assert found(city="Madrid") == ("Madrid", None, None, None)
    assert found("CO", city="Miami") == ("Miami", "Florida", "US", None)


def test_a_country_said_is_not_overruled_by_a_city_of_another() -> None:
    assert found(city="Medellín", country="FR") == ("Medellín", None, "FR", None)


def test_the_province_comes_from_a_spanish_postal_code() -> None:
    answer = one(city="Pueblo Chico", country="ES", postal_code="28049")
    assert (answer["region"], answer["region_rules"]) == ("Madrid", "place.from_postcode")


def test_unknown_names_get_capitals_and_are_never_emptied() -> None:
    answer = one(city="VILLA PERDIDA DE LA SIERRA", region="zona norte")
    assert (answer["city"], answer["region"]) == ("Villa Perdida de la Sierra", "Zona Norte")
    assert answer["city_rules"] == answer["region_rules"] == "place.case"


def test_an_unknown_country_is_dropped_with_its_reason() -> None:
    answer = one(country="Narnia")
    assert (answer["country"], answer["country_rules"]) == (None, "place.country_unknown")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Colombia", "CO"),
        ("estados unidos", "US"),
        ("E.E.U.U.", "US"),
        ("Spain", "ES"),
        ("Espanha", "ES"),
        ("MEJICO", "MX"),
    ],
)
def test_countries_are_known_in_three_languages(name: str, code: str) -> None:
    assert one(country=name)["country"] == code


def test_a_code_of_another_place_gives_way_to_the_name() -> None:
    answer = one(city="Medellín", country="CO", geo_code="11001")
    assert (answer["geo_code"], answer["geo_code_rules"]) == ("05001", "place.code_replaced")


def test_a_code_that_is_none_is_dropped_in_colombia_and_left_alone_elsewhere() -> None:
    answer = one(country="CO", geo_code="99999")
    assert (answer["geo_code"], answer["geo_code_rules"]) == (None, "place.code_unknown")
    assert one(country="BR", geo_code="3550308")["geo_code"] == "3550308"


def test_what_is_right_already_is_not_touched() -> None:
    answer = one(city="Medellín", region="Antioquia", country="CO", geo_code="05001")
    assert [value for name, value in answer.items() if name.endswith("_rules")] == [None] * 4


def test_every_municipality_is_found_by_its_department_and_by_its_code() -> None:
    known = gazetteer().places.filter(pl.col("country") == "CO")
    named = place.normalise(known.select(pl.col("city").str.to_uppercase(), "region"), home="CO")
    assert named["geo_code"].to_list() == known["geo_code"].to_list()
    coded = place.normalise(known.select(geo_code=pl.col("geo_code").str.strip_prefix("0"), country=pl.lit("CO")))
    assert coded.select("city", "region").equals(known.select("city", "region"))
    assert known.height == 1121


def test_every_region_has_a_country_and_every_city_a_region() -> None:
    known = gazetteer()
    assert known.places["region"].null_count() == 0
    assert set(known.regions["country"]) == {"CO", "MX", "ES", "US", "AR", "CL", "PE", "EC", "BR"}


def test_one_edit_is_a_letter_more_less_other_or_swapped() -> None:
    typed = pl.DataFrame({"key": ["cartagina", "cartagna", "carttagena", "catragena", "cartagan", "cartagena"]})
    near = one_edit_away(typed, pl.DataFrame({"key": ["cartagena"]}))
    assert set(near["key"]) == {"cartagina", "cartagna", "carttagena", "catragena"}


def test_votes_for_a_country_come_from_what_only_it_has() -> None:
    votes = place.country_votes(
        cities=pl.Series(["Bogotá", "MEDELLIN", "Medellin", "Córdoba", None]),
        regions=pl.Series(["Cundinamarca", "Jalisco", None]),
        countries=pl.Series(["Colombia"]),
        postal_codes=pl.Series(["01310-100", "110111", None]),
    )
    assert votes == {"CO": 5, "BR": 1, "MX": 1}
    assert place.country_votes() == {}


def test_votes_for_the_kind_of_place_a_column_holds() -> None:
    departments = place.kind_votes(pl.Series(["Antioquia", "CUNDINAMARCA", "Valle del Cauca", None]))
    assert departments["region"] == 1.0
    assert departments["country"] == 0.0
    assert place.kind_votes(pl.Series(["Suba", "Kennedy", "Comuna 13"]))["locality"] == 1.0
    assert place.kind_votes(pl.Series(["Pendiente", "Entregado"])) == dict.fromkeys(
        ("city", "region", "country", "locality"), 0.0
    )
    assert place.kind_votes(pl.Series([], dtype=pl.String))["city"] == 0.0


KNOWN = (
    "Bogotá",
    "medelin",
    "Antioquia",
    "CALI",
    "Valle",
    "Armenia",
    "Rionegro",
    "Cordoba",
    "Miami, FL",
    "Madrid",
    "Suba",
)
KNOWN += ("España", "co", "MX", "Colombia", "5001", "05615", "28001", "050021")
cell = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "Bogotá",
            "medelin",
            "Antioquia",
            "CALI",
            "Valle",
            "Armenia",
            "Rionegro",
            "Cordoba",
            "Miami, FL",
            "Madrid",
            "España",
            "co",
            "MX",
            "Colombia",
            "5001",
            "05615",
            "28001",
            "Suba",
        ]
    ),
    st.text(min_size=1, max_size=20).map(lambda text: " ".join(text.split()) or "x"),
)
tables = st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, cell)), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(tables, st.sampled_from([None, "CO", "ES"]))
def test_cleaning_twice_is_cleaning_once(cells: list[dict[str, str]], home: str | None) -> None:
    frame = rows(*cells)
    once = place.normalise(frame, home=home)
    clean = once.select("city", "region", "country", "geo_code", postal_code=frame["postal_code"])
    twice = place.normalise(clean, home=home)
    assert twice.select(place.COLUMNS).equals(once.select(place.COLUMNS))
    assert all(twice[f"{name}_rules"].null_count() == twice.height for name in place.COLUMNS)


@settings(max_examples=15, deadline=None)
@given(tables)
def test_row_order_does_not_matter(cells: list[dict[str, str]]) -> None:
    frame = rows(*cells)
    assert place.normalise(frame.reverse()).reverse().equals(place.normalise(frame))


def test_hostile_text_passes_through() -> None:
    cells = ["=1+1", "\u202eatogoB", "<script>", "a" * 10_000, "'; DROP TABLE x", "😀", "\x00", "(", "\\"]
    answer = place.normalise(pl.DataFrame({"city": cells, "region": cells[::-1]}))
    assert answer.height == len(cells)
    assert answer["city"].null_count() == 0
