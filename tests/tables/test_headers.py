from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel.sheets.decisions import ambiguous
from custintel.tables.headers import PERSON_FIELDS, declared, indexed_key, initials_joined, key, wording


@pytest.mark.parametrize(
    ("header", "normal"),
    [
        ("Correo Electrónico", "correo electronico"),
        ("Nº Móvil", "numero movil"),
        ("No. Documento", "numero documento"),
        ("# Orden", "numero orden"),
        ("Member #", "member number"),
        ("firstName", "first name"),
        ("EMAIL_ADDRESS", "email address"),
        ("Total (COP)", "total"),
        ("Dto. %", "dto"),
        ("WhatsApp", "whatsapp"),
        ("address1", "address 1"),
        ("  Teléfono\n(fijo) ", "telefono fijo"),
        ("😀", ""),
    ],
)
def test_a_header_has_one_normal_form(header: str, normal: str) -> None:
    assert key(header) == normal


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Teléfono 2", ("telefono", 2)),
        ("E-mail 1 - Value", ("e mail value", 1)),
        ("Teléfono", ("telefono", 0)),
        ("2do apellido", ("2 do apellido", 0)),
        ("Pregunta 12", ("pregunta 12", 0)),
    ],
)
def test_the_number_that_counts_a_header_is_told_apart(header: str, expected: tuple[str, int]) -> None:
    assert indexed_key(header) == expected


def test_initials_are_read_as_one_word() -> None:
    assert initials_joined("d o b") == "dob"
    assert initials_joined("numero de documento") == "numero de documento"


@given(st.text(max_size=60))
def test_the_normal_form_of_a_normal_form_is_itself(header: str) -> None:
    assert key(key(header)) == key(header)


def test_every_alias_is_declared_in_its_normal_form() -> None:
    assert [alias for header in declared().values() for alias in header.aliases if key(alias) != alias] == []


def test_no_two_fields_claim_one_alias_unless_values_decide_it() -> None:
    owners: dict[str, set[str]] = {}
    for header in declared().values():
        for alias in header.aliases:
            owners.setdefault(alias, set()).add(header.field)
    assert {alias: fields for alias, fields in owners.items() if len(fields) > 1 and alias not in ambiguous()} == {}


def test_a_header_kept_as_it_is_is_no_alias() -> None:
    aliases = {alias for header in declared().values() for alias in header.aliases}
    assert wording().kept_as_is.isdisjoint(aliases)


def test_person_fields_are_those_of_customers_each_with_its_kind() -> None:
    assert next(iter(PERSON_FIELDS)) == "source_id"
    assert PERSON_FIELDS["email"] == "email"
    assert PERSON_FIELDS["birth_month"] == "int"
    assert "order_id" not in PERSON_FIELDS
    assert all(declared()[name].kind == kind for name, kind in PERSON_FIELDS.items())
