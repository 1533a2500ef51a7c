"""Whoever is meant is found, by whatever somebody types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custintel.errors import CustintelError
from custintel.people.find import SIMILAR, find, one
from custintel.tables import CUSTOMERS, IDENTITIES, Table

Tables = Mapping[Table, pl.LazyFrame]
PEOPLE = (
    {
        "full_name": "José Muñoz García",
        "mobile": "312 456 7801",
        "email": "Jose.Munoz@gmail.example",
        "document_id": "52.345.678",
        "source_id": "A-17",
        "city": "Bogotá",
    },
    {"full_name": "José García", "mobile": "+34 612 345 678", "email": "jgarcia@gmail.com", "city": "Cali"},
    {"full_name": "Ana Gil", "phone": "602 555 0142", "email": "ana@a.example, ventas@gil.example", "city": "Cali"},
    {"full_name": "Ana María Gil Paz", "email": "anamaria arroba", "phone": "12 34 56", "city": "Cali"},
    {"company": "Ferretería El Tornillo", "phone": "601 345 6789", "city": "Cali"},
)


@pytest.fixture(scope="module")
def tables(cleaned: Callable[..., Any], sheet: Callable[..., Any]) -> Tables:
    return {table: table.fill(frame).lazy() for table, frame in cleaned(sheet(PEOPLE)).tables.items()}


def names(tables: Tables, text: str, country: str | None = "CO") -> list[str | None]:
    return find(tables, text, country)["full_name"].to_list()


@pytest.mark.parametrize(
    ("text", "name", "by"),
    [
        ("jose.munoz+blog@GMAIL.example", "José Muñoz García", "email"),
        ("j.garcia@googlemail.com", "José García", "email"),
        ("ventas@gil.example", "Ana Gil", "email"),
        ("3124567801", "José Muñoz García", "phone"),
        ("(+57) 312-456.78.01", "José Muñoz García", "phone"),
        ("612345678", None, None),
        ("+34612345678", "José García", "phone"),
        ("123456", "Ana María Gil Paz", "phone"),
        ("52345678", "José Muñoz García", "document"),
        ("CC 52-345-678", "José Muñoz García", "document"),
        ("a-17", "José Muñoz García", "source_id"),
        ("MUNOZ jose", "José Muñoz García", "name"),
        ("gil paz", "Ana María Gil Paz", "name"),
        ("ferreteria tornillo", None, "name"),
    ],
)
def test_a_person_is_found_in_whatever_form_they_are_named(
    tables: Tables, text: str, name: str | None, by: str | None
) -> None:
    found = find(tables, text, "CO").filter(~pl.col("by").is_in(SIMILAR))
    assert found.select("full_name", "by").rows() == ([(name, by)] if by else [])


def test_a_number_without_its_country_is_read_as_the_people_of_the_project_write_theirs(tables: Tables) -> None:
    assert names(tables, "312 456 7801", country=None) == ["José Muñoz García"]


def test_a_person_is_found_by_the_id_of_a_record_and_by_their_own(tables: Tables) -> None:
    for record_id, customer_id in tables[IDENTITIES].select("record_id", "customer_id").collect().iter_rows():
        assert one(tables, record_id.upper()).customer_id == customer_id
        assert one(tables, f" {customer_id} ") == (customer_id, one(tables, record_id).full_name, "customer_id")


def test_somebody_merged_into_another_is_found_by_the_id_they_had(tables: Tables) -> None:
    kept, gone = (one(tables, text).customer_id for text in ("ana@a.example", "Gil Paz"))
    merged = tables[IDENTITIES].with_columns(pl.col("customer_id").replace(gone, kept))
    people = tables[CUSTOMERS].filter(pl.col("customer_id") != gone)
    now = {**tables, IDENTITIES: merged, CUSTOMERS: people}
    assert [one(now, text) for text in (kept, gone)] == [
        (kept, "Ana Gil", "customer_id"),
        (kept, "Ana Gil", "former_id"),
    ]
    assert one(now, f"{gone}-r0002").by == "former_id"


def test_the_shortest_name_with_all_words_comes_first(tables: Tables) -> None:
    assert names(tables, "jose garcia") == ["José García", "José Muñoz García"]


def test_several_are_listed_with_their_ids(tables: Tables) -> None:
    with pytest.raises(CustintelError) as raised:
        one(tables, "gil")
    assert [line.split("  ")[1] for line in raised.value.seen.split("\n")] == ["Ana Gil", "Ana María Gil Paz"]
    assert raised.value.seen.startswith("c")


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("pepe munoz", "José Muñoz García"),
        ("Ana Gill", "Ana Gil"),
        ("jgarsia@gmail.com", "José García"),
    ],
)
def test_who_is_only_similar_is_offered_and_not_taken(tables: Tables, text: str, near: str) -> None:
    with pytest.raises(CustintelError) as raised:
        one(tables, text)
    assert near in raised.value.seen


def test_nobody_is_said_to_be_nobody(tables: Tables) -> None:
    with pytest.raises(CustintelError) as raised:
        one(tables, "Wolfgang\x1b[2J Amadeus")
    assert raised.value.message == 'Nobody in the project answers to "Wolfgang Amadeus".'
    assert raised.value.seen == ""


@given(text=st.one_of(st.text(max_size=40), st.from_regex(r"[+0-9 ().@a-zñ\\*-]{0,30}", fullmatch=True)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_finds_each_person_once_at_most(tables: Tables, text: str) -> None:
    found = find(tables, text, "CO")
    assert found["customer_id"].is_unique().all()
    assert found["by"].null_count() == 0
