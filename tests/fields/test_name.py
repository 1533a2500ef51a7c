from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.fields import name, name_list

WORDS = st.sampled_from(
    ["JUAN", "María", "josé", "de", "la",
     "DE LOS", "Cruz", "pérez", "O'NEIL", "McDonald",
     "Jr.", "Sra.", "don", "y", "II", ",", "(x)", "S.A.S.", "🌟", "J.", "-",
     "GARCÍA", "ŉ", "ß", "viuda de", "3"]
)  # fmt: skip
CELLS = st.one_of(st.text(min_size=1, max_size=25), st.lists(WORDS, min_size=1, max_size=6).map(" ".join))


def full(*raw: str, order: str = "given_first") -> pl.DataFrame:
    return name.normalise_full(pl.DataFrame({"raw": raw}, schema={"raw": pl.String}), order=order)


def part(*raw: str, part: str = "first_name") -> pl.DataFrame:
    return name.normalise_part(pl.DataFrame({"raw": raw}, schema={"raw": pl.String}), part=part)


def agreement(a: str, b: str) -> name.NameAgreement:
    both = pl.DataFrame({"raw": [a, b]}).select(name.tokens(pl.col("raw"))).to_series().to_list()
    return name.compatible(*both)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("MARÍA DE LA CRUZ O'NEIL", "María de la Cruz O'Neil"),
        ("JOSÉ ORTEGA Y GASSET", "José Ortega y Gasset"),
        ("ana-lucía mcdonald", "Ana-Lucía McDonald"),
        ("DE LA CRUZ", "De la Cruz"),
        ("JOÃO DA SILVA", "João da Silva"),
        ("J. PEREZ", "J. Perez"),
        ("JUAN PEREZ III", "Juan Perez III"),
        ("Juan PÉREZ", "Juan Pérez"),
        ("juan Pérez", "Juan Pérez"),
        ("Leonardo DiCaprio", "Leonardo DiCaprio"),
        ("María de la O", "María de la O"),
        ("ÑANDÚ", "Ñandú"),
    ],
)
def test_capitals_become_what_people_write(raw: str, value: str) -> None:
    assert pl.DataFrame({"raw": [raw]}).select(name.proper(pl.col("raw"))).item() == value


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("Ana Gómez", "Ana", "Gómez"),
        ("Ana Gómez Ruiz", "Ana", "Gómez Ruiz"),
        ("María José García", "María José", "García"),
        ("MARÍA JOSÉ GARCÍA LÓPEZ", "María José", "García López"),
        ("María de los Ángeles Rodríguez Pérez", "María de los Ángeles", "Rodríguez Pérez"),
        ("Juan de la Cruz", "Juan", "De la Cruz"),
        ("Ana Pérez de Gómez", "Ana", "Pérez de Gómez"),
        ("Laura Sofía Gómez", "Laura Sofía", "Gómez"),
        ("Carlos Pérez Gómez Ruiz", "Carlos", "Pérez Gómez Ruiz"),
        ("Juan San Martín", "Juan", "San Martín"),
        ("JOÃO DA SILVA NETO", "João", "Da Silva Neto"),
        ("Juan Pérez, Jr.", "Juan", "Pérez Jr."),
        ("GARCÍA LÓPEZ, María José", "María José", "García López"),
        ("Dr. Juan Pérez", "Juan", "Pérez"),
        ("García López, Dr. Juan", "Juan", "García López"),
        ("Johnson, Don", "Don", "Johnson"),
        ("Pepe", "Pepe", None),
    ],
)
def test_a_full_name_is_parted_where_given_names_end(raw: str, first: str, last: str | None) -> None:
    assert full(raw).select("first_name", "last_name").row(0) == (first, last)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("GARCIA LOPEZ MARIA JOSE", "Maria Jose Garcia Lopez"),
        ("PEREZ JUAN CARLOS", "Juan Carlos Perez"),
        ("DE LA CRUZ ROJAS ANA", "Ana De la Cruz Rojas"),
        ("GARCIA MARIA", "Maria Garcia"),
    ],
)
def test_a_surname_first_column_is_turned_round(raw: str, value: str) -> None:
    row = full(raw, order="surname_first").row(0, named=True)
    assert row["value"] == value
    assert row["rules"] == "name.case+name.order"


@pytest.mark.parametrize(
    "raw", ["Ferretería El Tornillo", "ACME S.A.S.", "Acme, Inc.", "Pérez e Hijos", "INVERSIONES GARCÍA LTDA"]
)
def test_a_company_keeps_its_spelling_and_has_no_parts(raw: str) -> None:
    assert full(raw).select("value", "first_name", "last_name", "rules").row(0) == (raw, None, None, None)


@pytest.mark.parametrize(
    ("raw", "rules"),
    [
        ("Consumidor final", "name.placeholder"),
        ("CLIENTE", "name.placeholder"),
        ("12345", "name.not_a_name"),
        ("ana@example.com", "name.not_a_name"),
        ("<script>alert(1)</script>", "name.not_a_name"),
        ('=HYPERLINK("http://a")', "name.not_a_name"),
        ("+CMD|' /C calc'!A0", "name.not_a_name"),
        ("a" * 10_000, "name.not_a_name"),
    ],
)
def test_what_is_no_name_is_dropped_with_its_reason(raw: str, rules: str) -> None:
    for found in (full(raw), part(raw)):
        assert found.select("value", "rules").row(0) == (None, rules)


def test_juan_perez_is_a_person() -> None:
    assert full("Juan Pérez")["value"].item() == "Juan Pérez"


def test_signs_titles_and_remarks_come_off_with_a_rule_each() -> None:
    assert full("Sra. Ana Ruiz 🌟 (esposa de Luis)").select("value", "rules").row(0) == (
        "Ana Ruiz",
        "name.aside+name.signs+name.title",
    )
    assert part("Sra. Ana").select("value", "rules").row(0) == ("Ana", "name.title")


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["Juan Pérez", "Ana Gómez Ruiz", "Luis Zapata"], "given_first"),
        (["PÉREZ GÓMEZ JUAN", "GÓMEZ ANA", "ZAPATA LUIS"], "surname_first"),
        (["Juan Pérez", "GÓMEZ ANA", "Ana Ruiz", "ROJAS LUIS"], "unclear"),
        (["Xyz Abc", "Qwe Rty"], "unclear"),
        (["Pérez, Juan"], "unclear"),
        ([], "unclear"),
    ],
)
def test_the_column_decides_the_order(values: list[str], order: str) -> None:
    assert name.column_order(pl.Series(values, dtype=pl.String)).order == order


def test_column_order_reports_shares() -> None:
    found = name.column_order(pl.Series(["Juan Pérez", "Ana Gómez", "Foo Bar", "PEREZ, ANA"]))
    assert (found.share_given_first, found.share_surname_first, found.n) == (0.6667, 0.0, 3)


@pytest.mark.parametrize(
    ("a", "b", "code", "evidence"),
    [
        ("Juan Pérez", "JUAN PEREZ", "same", ()),
        ("Juan Pérez", "Pérez, Juan", "reordered", ()),
        ("Jhon Glez", "John González", "same", ("spelling",)),
        ("Juan Pérez", "Juan Pérez Gómez", "subset", ("subset",)),
        ("Juan Carlos Pérez", "Juan Pérez Gómez", "subset", ("crossed", "subset")),
        ("Ana", "Ana Gómez", "subset", ("one_token", "subset")),
        ("J. Pérez", "Juan Pérez", "initial", ("initial",)),
        ("Pepe Ruiz", "José Ruiz", "nickname", ("nickname",)),
        ("Mafe Gómez", "María Fernanda Gómez", "nickname", ("nickname",)),
        ("Mariajosé Ruiz", "María José Ruiz", "reordered", ("joined",)),
        ("Juan Perrez", "Juan Pérez", "typo", ("typo",)),
        ("Juan Pérez Jr.", "Juan Pérez", "different", ("generation",)),
        ("María Pérez", "Juan Pérez", "different", ("given",)),
        ("Mario Pérez", "María Pérez", "different", ("given",)),
        ("Yeferson Pérez", "Yefersona Pérez", "different", ("other",)),
        ("María Pérez Gómez", "María Pérez López", "different", ("family",)),
        ("Juan Gil", "Ana Ruiz", "different", ("unrelated",)),
        ("J. P.", "Juan Pérez", "different", ("unrelated",)),
    ],
)
def test_two_names_agree_as_far_as_the_evidence_goes(a: str, b: str, code: str, evidence: tuple[str, ...]) -> None:
    assert agreement(a, b) == (code, evidence)
    assert agreement(b, a).compatible == (code != "different")


TOKENS = st.lists(
    st.sampled_from(
        [
            "juan",
            "jose",
            "pepe",
            "chepe",
            "maria",
            "fernanda",
            "mafe",
            "perez",
            "perrez",
            "gomez",
            "j",
            "p",
            "jr",
            "mariajose",
            "luisa",
            "ma",
        ]
    ),
    max_size=5,
)


@settings(max_examples=300, deadline=None)
@given(TOKENS, TOKENS)
def test_agreement_is_symmetric_and_blind_to_token_order_when_it_conflicts(a: list[str], b: list[str]) -> None:
    assert name.compatible(a, b) == name.compatible(b, a)
    assert name.compatible(a, b).compatible == name.compatible(sorted(a), sorted(b)).compatible


@settings(max_examples=150, deadline=None)
@given(st.lists(CELLS, unique=True, max_size=5))
def test_full_names_normalised_twice_are_normalised_once(raw: list[str]) -> None:
    kept = full(*raw)["value"].drop_nulls().unique(maintain_order=True)
    again = full(*kept)
    assert again["value"].to_list() == kept.to_list()
    assert again["rules"].null_count() == len(kept)


@settings(max_examples=100, deadline=None)
@given(st.lists(CELLS, unique=True, max_size=5))
def test_parts_normalised_twice_are_normalised_once_in_any_row_order(raw: list[str]) -> None:
    once = part(*raw)
    kept = once["value"].drop_nulls().unique(maintain_order=True)
    again = part(*kept)
    assert again["value"].to_list() == kept.to_list()
    assert again["rules"].null_count() == len(kept)
    assert part(*reversed(raw)).reverse().equals(once)
    silent = once.filter(pl.col("rules").is_null())
    assert silent["value"].to_list() == silent["raw"].to_list()


def test_tokens_leave_out_particles_titles_and_brackets() -> None:
    raw = pl.DataFrame({"raw": ["Sra. María de la Cruz (Mary)", "Ana Pérez viuda de Gómez", "Don Johnson", None]})
    assert raw.select(name.tokens(pl.col("raw"))).to_series().to_list() == [
        ["maria", "cruz"],
        ["ana", "perez"],
        ["don", "johnson"],
        None,
    ]


def test_canonical_tokens_give_one_spelling_to_a_class() -> None:
    raw = pl.DataFrame({"raw": ["Jhon Hdez", "John Hernández"]})
    a, b = raw.select(name.canonical_tokens(pl.col("raw"))).to_series().to_list()
    assert a == b == ["john", "hernandez"]


def test_the_lists_are_long_and_a_spelling_belongs_to_one_class() -> None:
    assert len(name_list.given()) >= 1_200
    assert len(name_list.surnames()) >= 1_200
    rows = [word for row in name_list.words("spellings") for word in set(row.split())]
    assert len(rows) == len(set(rows))
