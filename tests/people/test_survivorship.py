"""The golden record: what goes into the customers table where a person's records differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from custintel.people.survivorship import GROUPS, TIES, Survivorship, customers
from custintel.tables import CUSTOMERS

JANUARY, JUNE = dt.datetime(2026, 1, 5), dt.datetime(2026, 6, 5)


def person(*records: Mapping[str, Any], survivorship: Survivorship | None = None) -> dict[str, Any]:
    """The row of the customers table of one person with these records."""
    columns = sorted({column for record in records for column in record})
    frame = pl.DataFrame(
        [
            {"record_id": f"r{n}", "source": "crm.csv"} | {name: record.get(name) for name in columns} | record
            for n, record in enumerate(records)
        ],
        schema_overrides={name: CUSTOMERS.schema[name] for name in columns if name in CUSTOMERS.schema},
        infer_schema_length=None,
    )
    for moment in ("seen_at", "born_at"):
        if moment not in frame.columns:
            frame = frame.with_columns(pl.lit(None, pl.Datetime("us")).alias(moment))
    made = customers(frame.with_columns(customer_id=pl.lit("c0")), survivorship or Survivorship())
    assert made.height == 1
    return made.row(0, named=True)


def test_the_parts_of_an_address_travel_together() -> None:
    """The newer record has a city of its own but only half an address: nobody lives in half of each."""
    found = person(
        {"address": "Calle 45 # 12-34", "city": "Bogotá", "region": "Bogotá D.C.", "postal_code": "110221"},
        {"address": None, "city": "Cali", "postal_code": None, "region": None, "seen_at": JUNE},
    )
    assert (found["address"], found["city"], found["region"], found["postal_code"]) == (
        "Calle 45 # 12-34",
        "Bogotá",
        "Bogotá D.C.",
        "110221",
    )


def test_an_emptier_address_is_not_filled_from_another() -> None:
    found = person(
        {"address": "Calle 45 # 12-34", "city": "Bogotá", "neighbourhood": "Teusaquillo"},
        {"address": "Carrera 7 # 1-2", "city": None, "neighbourhood": None, "postal_code": "760001"},
    )
    assert found["city"] == "Bogotá"
    assert found["postal_code"] is None


def test_a_document_keeps_its_own_type() -> None:
    found = person(
        {"document_id": "52419876", "document_type": None},
        {"document_id": "52419876", "document_type": "CC"},
        {"document_id": "AB123456", "document_type": "PA"},
        {"document_id": "52419876", "document_type": "CC"},
    )
    assert (found["document_type"], found["document_id"]) == ("CC", "52419876")


def test_the_fullest_name_the_newest_mailbox_and_the_most_frequent_birth_date_are_chosen() -> None:
    found = person(
        {"full_name": "Ana María Gil Mora", "first_name": "Ana María", "last_name": "Gil Mora", "email": "v@a.example"}
        | {"seen_at": JANUARY, "birth_date": dt.date(1990, 1, 2)},
        {"full_name": "Ana Gil", "first_name": "Ana", "last_name": "Gil", "email": "n@a.example", "seen_at": JUNE}
        | {"birth_date": dt.date(1990, 1, 2)},
        {"full_name": "Ana", "first_name": "Ana", "birth_date": dt.date(1990, 2, 1)},
    )
    assert (found["full_name"], found["first_name"], found["last_name"]) == (
        "Ana María Gil Mora",
        "Ana María",
        "Gil Mora",
    )
    assert found["email"] == "n@a.example"
    assert found["birth_date"] == dt.date(1990, 1, 2)


def test_a_date_is_newer_than_none() -> None:
    assert person({"email": "a@a.example"}, {"email": "b@a.example", "seen_at": JANUARY})["email"] == "b@a.example"


def test_ties_are_decided_by_the_record_id() -> None:
    assert person({"company": "Uno"}, {"company": "Dos"})["company"] == "Uno"


@pytest.mark.parametrize(
    ("strategy", "chosen"),
    [("recent", "new@a.example"), ("complete", "longest.of.all@a.example"), ("frequent", "o@a.example")],
)
def test_another_strategy_can_be_asked_for(strategy: str, chosen: str) -> None:
    records = (
        {"email": "o@a.example", "seen_at": JANUARY},
        {"email": "new@a.example", "seen_at": JUNE},
        {"email": "o@a.example"},
        {"email": "longest.of.all@a.example"},
    )
    assert person(*records, survivorship=Survivorship({"email": strategy}))["email"] == chosen


def test_a_trusted_file_wins_over_a_newer_one_and_the_order_of_trust_counts() -> None:
    records = (
        {"email": "crm@a.example", "source": "crm.csv", "seen_at": JANUARY},
        {"email": "web@a.example", "source": "web.csv", "seen_at": JUNE},
        {"email": "shop@a.example", "source": "shop.csv", "seen_at": JUNE},
    )
    for trusted, chosen in ((("crm.csv", "web.csv"), "crm"), (("shop.csv", "crm.csv"), "shop")):
        found = person(*records, survivorship=Survivorship({"email": "trusted"}, trusted))
        assert found["email"] == f"{chosen}@a.example"


def test_every_strategy_has_its_ties_and_every_group_a_strategy() -> None:
    assert {group.strategy for group in GROUPS} <= set(TIES)
    fields = [field for group in GROUPS for field in group.fields]
    assert len(fields) == len(set(fields)), "a field is chosen twice"


@pytest.mark.parametrize(
    ("answers", "kept"),
    [((True, False), False), ((True, None), True), ((None, None), None), ((False, None), False), ((True, True), True)],
)
def test_one_no_outweighs_every_yes_and_silence_is_not_an_answer(answers: tuple[Any, ...], kept: bool | None) -> None:
    assert person(*({"consent_email": answer} for answer in answers))["consent_email"] is kept


def test_the_date_of_a_consent_is_that_of_the_answer_that_counts() -> None:
    """The no of January outweighs the yes of June, and so does its date."""
    no, yes = {"consent_email": False, "consent_at": JANUARY}, {"consent_email": True, "consent_at": JUNE}
    assert person(no, yes)["consent_at"] == JANUARY
    assert person(yes, {"consent_email": True, "consent_at": JANUARY})["consent_at"] == JUNE
    assert person(yes, {"consent_email": False})["consent_at"] is None


@pytest.mark.parametrize("others", [[], [{"consent_email": True}]])
def test_who_refuses_that_data_be_held_is_not_contacted_at_all(others: list[dict[str, Any]]) -> None:
    found = person({"consent_data": False, "consent_sms": True}, *others)
    assert [found[f"consent_{channel}"] for channel in ("data", "email", "sms", "whatsapp", "call")] == [False] * 5


def test_first_and_last_seen_span_all_records_and_the_first_channel_is_the_earliest() -> None:
    found = person(
        {"born_at": JUNE, "seen_at": JUNE, "acquisition_source": "instagram"},
        {"born_at": JANUARY, "seen_at": JANUARY, "acquisition_source": "tienda"},
        {"acquisition_source": "feria"},
    )
    assert (found["first_seen"], found["last_seen"], found["first_channel"]) == (JANUARY, JUNE, "tienda")


def test_files_and_tags_of_all_records_are_collected_once_and_sorted() -> None:
    found = person(
        {"source": "web.csv", "tags": ["vip", "moda"]}, {"source": "crm.csv", "tags": ["moda"]}, {"source": "web.csv"}
    )
    assert (found["sources"], found["tags"], found["n_records"]) == (["crm.csv", "web.csv"], ["moda", "vip"], 3)


def test_a_person_with_one_record_has_its_values_and_no_empty_lists() -> None:
    found = person({"full_name": "Ana Gil", "mobile": "+573124567801", "acquisition_source": "feria"})
    assert (found["phone"], found["n_records"], found["sources"], found["tags"]) == (
        "+573124567801",
        1,
        ["crm.csv"],
        None,
    )
    assert found["first_channel"] == "feria"


def test_the_main_phone_is_the_mobile_before_any_other() -> None:
    assert person({"landline": "+576014567890", "phone": "+573208841937", "mobile": "+573124567801"})["phone"] == (
        "+573124567801"
    )
    assert person({"landline": "+576014567890"})["phone"] == "+576014567890"


def test_no_records_are_no_customers() -> None:
    records = pl.DataFrame(schema=dict.fromkeys(("record_id", "customer_id", "source"), pl.String))
    records = records.with_columns(seen_at=pl.lit(None, pl.Datetime("us")), born_at=pl.lit(None, pl.Datetime("us")))
    assert customers(records).height == 0
