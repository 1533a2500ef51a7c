"""The audit trail: nothing is changed, merged or refused in silence."""

from __future__ import annotations

from typing import Any

import polars as pl

from custintel.fields.vocabulary import KINDS
from custintel.people.words import REASONS
from custintel.records.trail import as_text, pairs, rule_weights
from custintel.sheets.layout import REASONS as SKIPPED
from custintel.tables import CHANGES, CUSTOMERS, RECORDS, REFUSED

CELL = "3124567801"
DIRTY = [
    {"full_name": "GIL  MORA, ANA", "email": "ANA@A.EXAMPLE", "mobile": "312-456-78-01", "city": "medellin"},
    {"full_name": "Luis Rey", "email": "no tiene", "mobile": "123", "city": None},
    {"full_name": "Eva Sol", "email": "eva@a.example", "mobile": None, "city": "Cali"},
]


def test_every_cell_that_is_not_as_it_came_is_in_the_trail_and_no_other(cleaned: Any, sheet: Any) -> None:
    tables = cleaned(sheet(DIRTY)).tables
    records = tables[RECORDS]
    different = {
        (record["record_id"], field)
        for record in records.to_dicts()
        for field in ("full_name", "email", "mobile", "city")
        if record[f"{field}_raw"] is not None and record[f"{field}_raw"] != record[field]
    }
    told = set(tables[CHANGES].filter(pl.col("kind") != "merge").select("record_id", "field").rows())
    assert different == told
    assert len(different) >= 5


def test_a_change_tells_before_after_rule_and_person(cleaned: Any, sheet: Any) -> None:
    tables = cleaned(sheet(DIRTY[:1])).tables
    change = tables[CHANGES].filter(field="email").row(0, named=True)
    (customer,) = tables[CUSTOMERS]["customer_id"]
    assert (change["before"], change["after"], change["kind"]) == ("ANA@A.EXAMPLE", "ana@a.example", "format")
    assert (change["customer_id"], change["run_id"]) == (customer, "r0001")


def test_a_refused_cell_is_kept_with_where_it_is_and_why(cleaned: Any, sheet: Any) -> None:
    refused = cleaned(sheet(DIRTY)).tables[REFUSED]
    found = refused.select("source", "row", "field", "value").sort("field").rows()
    assert found == [("crm.csv", 3, "email", "no tiene"), ("crm.csv", 3, "mobile", "123")]
    assert all(reason in REASONS for reason in refused["reason"])


def test_a_row_about_nobody_is_refused_with_what_it_says(cleaned: Any, sheet: Any) -> None:
    found = cleaned(sheet([*DIRTY, {"full_name": None, "email": "n/a", "city": "Cali"}]))
    row = found.tables[REFUSED].filter(reason="row.nobody").row(0, named=True)
    assert (row["row"], row["field"]) == (5, None)
    assert "Cali" in row["value"]
    assert found.quality.flow.nobody == 1
    assert found.tables[RECORDS].height == 3


def test_the_unrecognised_cells_of_a_refused_row_are_told_by_header_without_the_empty_ones() -> None:
    told = pairs(
        pl.Series(['{"Turno":"mañana","Mesa":null,"Nota":"a: \\"b\\""}', '{"Turno":null,"Mesa":""}', None, "{}"])
    )
    assert told.to_list() == ['Turno: mañana | Nota: a: "b"', None, None, None]
    assert pairs(pl.Series([None], dtype=pl.String)).to_list() == [None]


def test_a_refused_row_shows_no_code(cleaned: Any, sheet: Any) -> None:
    row = {"full_name": None, "email": "n/a", "city": "Cali", "Turno": "mañana", "Mesa": None}
    found = cleaned(sheet([*DIRTY, row])).tables[REFUSED].filter(reason="row.nobody")
    assert found["value"].to_list() == ["n/a | Cali | Turno: mañana"]


def test_rows_that_are_no_data_are_refused_with_their_place(cleaned: Any, sheet: Any) -> None:
    found = cleaned(sheet(DIRTY, skipped=[(1, "title", "Clientes 2026"), (9, "total", "Total | 3")]))
    rows = found.tables[REFUSED].filter(pl.col("record_id").is_null()).select("row", "value", "reason").rows()
    assert rows == [(1, "Clientes 2026", "row.title"), (9, "Total | 3", "row.total")]
    assert found.quality.flow.skipped == 2


def test_every_reason_to_skip_a_row_has_words() -> None:
    assert {f"row.{reason}" for reason in SKIPPED} <= set(REASONS)


def test_every_rule_has_a_code_of_its_own_a_kind_and_words() -> None:
    for code, rule in REASONS.items():
        assert code == rule.code
        assert rule.kind in KINDS
        assert rule.label.strip()
        assert 0 < rule.confidence <= 1


def test_a_merge_keeps_the_value_that_was_not_chosen(cleaned: Any, sheet: Any) -> None:
    rows = [
        {"full_name": "Ana Gil", "mobile": CELL, "email": "vieja@a.example", "updated_at": "2025-01-02"},
        {"full_name": "Ana Gil", "mobile": CELL, "email": "nueva@a.example", "updated_at": "2026-01-02"},
    ]
    merges = cleaned(sheet(rows)).tables[CHANGES].filter(kind="merge", field="email")
    assert merges.select("before", "after").rows() == [("vieja@a.example", "nueva@a.example")]


def test_a_consent_that_was_overruled_is_in_the_trail(cleaned: Any, sheet: Any) -> None:
    rows = [{"full_name": "Ana Gil", "mobile": CELL, "consent_email": answer} for answer in ("si", "no")]
    tables = cleaned(sheet(rows)).tables
    assert tables[CUSTOMERS]["consent_email"].to_list() == [False]
    assert tables[CHANGES].filter(kind="merge", field="consent_email").select("before", "after").rows() == [
        ("yes", "no")
    ]


def test_a_list_of_rules_weighs_as_its_strongest_and_is_as_sure_as_all_together() -> None:
    guess = next(rule for rule in REASONS.values() if rule.kind == "guess" and rule.confidence < 1)
    format_ = next(rule for rule in REASONS.values() if rule.kind == "format")
    weighed = rule_weights(f"{format_.code}+{guess.code}")
    assert weighed == ("guess", round(guess.confidence * format_.confidence, 4))


def test_values_of_every_type_are_written_as_people_write_them() -> None:
    frame = pl.DataFrame({"list": [["a", "b"]], "flag": [False], "number": [3]})
    said = [frame.select(as_text(pl.col(name), dtype)).item() for name, dtype in frame.schema.items()]
    assert said == ["a, b", "no", "3"]
