"""Every field through its kernel, and the fields that are made from others."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from custintel.records.decisions import Decisions
from custintel.records.gather import CARRIED, gather
from custintel.records.normalise import is_somebody, kernel_of, normalise
from custintel.tables.headers import declared
from custintel.tables.records import dtype_of

TODAY = dt.date(2026, 11, 1)


@pytest.fixture
def row(sheet: Any, batch: Any) -> Any:
    """One row normalised."""

    def normalised(**cells: str | None) -> dict[str, Any]:
        decided = batch(sheet([cells]))
        rows = normalise(gather(decided.sheet, decided.matching), decided.decisions, today=TODAY)
        return rows.row(0, named=True)

    return normalised


def test_a_full_name_is_made_of_its_parts(row: Any) -> None:
    found = row(first_name="ANA", middle_name="maría", last_name="GIL", last_name_2="MORA")
    assert (found["full_name"], found["first_name"], found["last_name"]) == (
        "Ana María Gil Mora",
        "Ana María",
        "Gil Mora",
    )


def test_the_parts_are_made_of_a_full_name(row: Any) -> None:
    found = row(full_name="ana maría gil mora")
    assert (found["first_name"], found["last_name"]) == ("Ana María", "Gil Mora")


def test_a_birth_date_in_three_columns_is_one_date(row: Any) -> None:
    found = row(full_name="Ana Gil", birth_year="1990", birth_month="2", birth_day="13")
    assert found["birth_date"] == dt.date(1990, 2, 13)


def test_who_unsubscribed_does_not_consent_to_email_whatever_another_column_says(row: Any) -> None:
    assert row(email="ana@a.example", consent_email="si", unsubscribed="si")["consent_email"] is False
    assert row(email="ana@a.example", unsubscribed="si")["consent_email"] is False
    assert row(email="ana@a.example", consent_email="si", unsubscribed="no")["consent_email"] is True
    assert row(email="ana@a.example", unsubscribed="no")["consent_email"] is None


def test_a_phone_is_read_in_the_country_of_its_row(row: Any) -> None:
    assert row(mobile="612 908 417", country="España")["mobile"] == "+34612908417"
    assert row(mobile="312 456 7801", country=None)["mobile"] == "+573124567801"


def test_a_person_was_first_and_last_seen_when_the_row_says(row: Any) -> None:
    found = row(email="ana@a.example", created_at="2024-05-06", updated_at="2026-01-02 10:30", last_purchase_at=None)
    assert found["born_at"] == dt.datetime(2024, 5, 6)
    assert found["seen_at"] == dt.datetime(2026, 1, 2, 10, 30)
    assert row(email="ana@a.example")["seen_at"] is None


def test_what_cannot_be_a_birth_date_today_is_refused(row: Any) -> None:
    found = row(full_name="Ana Gil", birth_date="31/12/2026")
    assert found["birth_date"] is None
    assert found["birth_date_rules"]


def test_the_cell_as_it_came_is_kept_to_the_letter(row: Any) -> None:
    assert row(full_name="  aNA\tgil ")["full_name_raw"] == "  aNA\tgil "


def test_every_field_comes_out_with_the_type_its_table_declares(sheet: Any, batch: Any) -> None:
    decided = batch(sheet([dict.fromkeys(CARRIED, "1"), dict.fromkeys(CARRIED)]))
    rows = normalise(gather(decided.sheet, decided.matching), decided.decisions, today=TODAY)
    wrong = {
        field: rows.schema[field]
        for field in CARRIED
        if rows[field].null_count() < rows.height and rows.schema[field] != dtype_of(declared()[field])
    }
    assert wrong == {}


def test_every_field_with_a_kernel_of_its_kind_gets_it() -> None:
    without = {field for field in CARRIED if kernel_of(field, Decisions(()), TODAY)[0] is None}
    kinds = {declared()[field].kind for field in without}
    assert kinds.isdisjoint({"name", "email", "phone", "consent", "flag", "list", "money", "number", "date", "int"})


def test_a_row_is_about_somebody_when_anything_says_who() -> None:
    rows = pl.DataFrame({"email": ["a@a.example", None, None], "company": [None, "Acme", None], "city": ["Cali"] * 3})
    assert is_somebody(rows).to_list() == [True, True, False]
    assert is_somebody(pl.DataFrame({"city": ["Cali"]})).to_list() == [False]
