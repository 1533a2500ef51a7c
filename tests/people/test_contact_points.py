"""Every address and number of a person, once, with where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from custintel.tables import CONTACT_POINTS, CUSTOMERS, RECORDS

CELL, OTHER = "3124567801", "3208841937"


def points(found: Any) -> list[tuple[str, str, bool]]:
    return sorted(found.tables[CONTACT_POINTS].select("kind", "value", "is_primary").rows())


def one(cleaned: Any, sheet: Any, *rows: dict[str, str | None]) -> Any:
    found = cleaned(sheet(rows))
    assert found.tables[CUSTOMERS].height == 1
    return found


def test_several_addresses_in_a_cell_are_several_points_and_the_first_is_primary(cleaned: Any, sheet: Any) -> None:
    found = one(cleaned, sheet, {"full_name": "Ana Gil", "email": "ana@a.example; gil@a.example"})
    assert points(found) == [("email", "ana@a.example", True), ("email", "gil@a.example", False)]
    assert found.tables[CONTACT_POINTS]["raw"].unique().to_list() == ["ana@a.example; gil@a.example"]


def test_several_numbers_in_a_cell_are_several_points(cleaned: Any, sheet: Any) -> None:
    found = one(cleaned, sheet, {"full_name": "Ana Gil", "mobile": f"{CELL} / {OTHER}"})
    assert points(found) == [("mobile", f"+57{CELL}", True), ("mobile", f"+57{OTHER}", False)]


def test_a_value_on_two_records_is_one_point_that_names_both(cleaned: Any, sheet: Any) -> None:
    ana = {"full_name": "Ana Gil", "email": "ana@a.example"}
    found = one(cleaned, sheet, ana, {**ana, "email": "ANA@a.example", "city": "Cali"})
    (came,) = found.tables[CONTACT_POINTS]["from"].to_list()
    assert came == sorted(found.tables[RECORDS]["record_id"])


def test_a_number_in_two_columns_of_a_record_is_one_point_per_kind(cleaned: Any, sheet: Any) -> None:
    found = one(cleaned, sheet, {"full_name": "Ana Gil", "mobile": CELL, "phone": CELL, "whatsapp": CELL})
    assert points(found) == [("mobile", f"+57{CELL}", True), ("whatsapp", f"+57{CELL}", True)]
    assert found.tables[CONTACT_POINTS]["from"].list.len().to_list() == [1, 1]


def test_the_number_itself_tells_a_landline_from_a_mobile(cleaned: Any, sheet: Any) -> None:
    found = one(cleaned, sheet, {"full_name": "Ana Gil", "phone": "601 456 7890", "landline": CELL})
    assert [(kind, value) for kind, value, _ in points(found)] == [
        ("landline", "+576014567890"),
        ("mobile", f"+57{CELL}"),
    ]


def test_the_losing_address_of_a_merge_is_kept_as_a_second_point(cleaned: Any, sheet: Any) -> None:
    ana = {"full_name": "Ana Gil", "mobile": CELL}
    found = one(
        cleaned,
        sheet,
        {**ana, "email": "vieja@a.example", "updated_at": "2025-01-02"},
        {**ana, "email": "nueva@a.example", "updated_at": "2026-01-02"},
    )
    assert [p for p in points(found) if p[0] == "email"] == [
        ("email", "nueva@a.example", True),
        ("email", "vieja@a.example", False),
    ]


def test_a_postal_address_is_one_line_and_the_chosen_one_is_primary(cleaned: Any, sheet: Any) -> None:
    ana = {"full_name": "Ana Gil", "mobile": CELL}
    found = one(
        cleaned,
        sheet,
        {**ana, "address": "Calle 45 # 12-34", "city": "Cali"},
        {**ana, "address": "Cra 7 # 1-2", "city": None},
    )
    postal = [(value.split(",")[0], primary) for kind, value, primary in points(found) if kind == "postal"]
    assert sorted(primary for _, primary in postal) == [False, True]
    chosen = found.tables[CUSTOMERS]["address"][0]
    assert [value.startswith(chosen.split(",")[0]) for value, primary in postal if primary] == [True]


def test_every_email_and_phone_shown_in_customers_is_a_primary_point(cleaned: Any, sheet: Any) -> None:
    rows: Sequence[dict[str, str | None]] = [
        {"full_name": "Ana Gil", "email": "ana@a.example", "mobile": None},
        {"full_name": "Luis Rey", "email": None, "mobile": CELL},
        {"full_name": "Eva Sol", "email": "eva@a.example", "mobile": OTHER},
    ]
    found = cleaned(sheet(rows))
    people, held = found.tables[CUSTOMERS], found.tables[CONTACT_POINTS].filter("is_primary")
    shown = {(c, v) for c, *values in people.select("customer_id", "email", "phone").rows() for v in values if v}
    assert shown == set(held.select("customer_id", "value").rows())


def test_people_without_a_way_to_reach_them_have_no_points(cleaned: Any, sheet: Any) -> None:
    assert cleaned(sheet([{"full_name": "Ana Gil"}])).tables[CONTACT_POINTS].height == 0
