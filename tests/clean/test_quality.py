"""The numbers of the report."""

from __future__ import annotations

from typing import Any

import polars as pl

from custintel.clean.field_quality import patterns
from custintel.tables import CUSTOMERS, IDENTITIES, RECORDS

CELL, OTHER = "3124567801", "3208841937"
ROWS = [
    {"full_name": "Ana Gil", "email": "ana@a.example", "mobile": CELL, "city": "Cali"},
    {"full_name": "ANA GIL", "email": "ANA@A.EXAMPLE", "mobile": None, "city": None},
    {"full_name": "Luis Rey", "email": "luis@@a", "mobile": OTHER, "city": None},
    {"full_name": "Eva Sol", "email": None, "mobile": None, "city": "Cali"},
    {"full_name": None, "email": None, "mobile": None, "city": "Cali"},
]


def test_the_sums_close_over_one_run_and_the_next(cleaned: Any, sheet: Any) -> None:
    first = cleaned(sheet(ROWS, skipped=[(9, "total", "Total")]))
    flow = first.quality.flow
    assert (flow.read, flow.skipped, flow.nobody, flow.known, flow.new) == (6, 1, 1, 0, 4)
    assert (flow.before, flow.records, flow.merged, flow.people) == (0, 4, 1, 3)
    again = cleaned(sheet([*ROWS, {"full_name": "Sol Paz"}], skipped=[(9, "total", "Total")]), before=first.tables)
    flow = again.quality.flow
    assert flow.read == flow.skipped + flow.nobody + flow.known + flow.new
    assert (flow.read, flow.new, flow.before, flow.records) == (7, 1, 4, 5)
    assert flow.records == flow.people + flow.merged


def test_each_sheet_has_its_own_sum(cleaned: Any, sheet: Any) -> None:
    counts = cleaned(sheet(ROWS, "a.csv"), sheet(ROWS[:2], "b.csv")).quality.sheets
    assert [(c.source, c.read, c.new, c.nobody) for c in counts] == [("a.csv", 5, 4, 1), ("b.csv", 2, 2, 0)]


def test_a_field_before_and_after(cleaned: Any, sheet: Any) -> None:
    (email,) = (field for field in cleaned(sheet(ROWS[:4])).quality.fields if field.field == "email")
    assert (email.rows, email.filled, email.valid, email.unique) == (4, 3, 2, 1)
    assert email.by_kind == {"drop": 1, "format": 1}
    assert ("luis@@a", None) in [(before, after) for before, after, _ in email.examples]


def test_the_most_frequent_forms_of_a_column() -> None:
    assert patterns(pl.Series(["312 456", "320 884", "Calle 45", None])) == [("999 999", 2), ("A 99", 1)]


def test_levels_and_channels_count_every_person_once(cleaned: Any, sheet: Any) -> None:
    found = cleaned(sheet(ROWS))
    assert found.quality.levels == {"complete": 1, "usable": 1, "to_repair": 1, "unusable": 0}
    assert found.quality.channels == {"0": 1, "1": 1, "2": 1}
    assert sum(found.quality.sizes.values()) == found.quality.flow.people


def test_what_each_file_brings_and_what_another_knows_too(cleaned: Any, sheet: Any) -> None:
    found = cleaned(sheet(ROWS[:1], "crm.csv"), sheet(ROWS[1:3], "web.csv"))
    assert found.quality.sources == [
        {"source": "crm.csv", "people": 1, "only_here": 0, "elsewhere_too": 1},
        {"source": "web.csv", "people": 2, "only_here": 1, "elsewhere_too": 1},
    ]


def test_agreement_counts_people_whose_records_say_the_same(cleaned: Any, sheet: Any) -> None:
    rows = [{**ROWS[0], "city": "Cali"}, {**ROWS[0], "city": "Cali", "mobile": OTHER}]
    agreement = {a["field"]: (a["people"], a["alike"]) for a in cleaned(sheet(rows)).quality.agreement}
    assert agreement["city"] == (1, 1)
    assert agreement["mobile"] == (1, 0)


def test_the_riskiest_merge_is_shown_with_its_names(cleaned: Any, sheet: Any) -> None:
    rows = [{"full_name": "José Ramírez", "mobile": CELL}, {"full_name": "Pepe Ramírez", "mobile": CELL}]
    (risky,) = cleaned(sheet(rows)).quality.riskiest
    assert risky["names"] == ["José Ramírez", "Pepe Ramírez"]
    assert "name_nickname" in risky["evidence"]


def test_what_only_people_can_fix_is_counted_and_ranked(cleaned: Any, sheet: Any) -> None:
    family = [{"full_name": name, "email": "casa@a.example"} for name in ("Julia Vélez", "Pedro Cano")]
    to_fix = cleaned(sheet([*ROWS, *family])).quality.to_fix
    assert dict(to_fix) | {"no_consent_known": 5, "unreachable": 1, "same_key_other_name": 1, "invalid_email": 1} == (
        dict(to_fix)
    )
    assert [n for _, n in to_fix] == sorted((n for _, n in to_fix), reverse=True)


def test_the_trend_compares_with_the_project_before_the_run(cleaned: Any, sheet: Any) -> None:
    first = cleaned(sheet(ROWS[2:4], "enero.csv"))
    assert first.quality.trend == {}
    second = cleaned(sheet(ROWS[:2], "febrero.csv"), before=first.tables, run_id="r0002")
    assert second.quality.trend["people"] == (2.0, 3.0)
    assert second.quality.trend["with_email"] == (0.0, 1 / 3)


def test_evidence_counts_the_records_it_joined(cleaned: Any, sheet: Any) -> None:
    found = cleaned(sheet(ROWS))
    assert found.quality.evidence["same_email"] == 2
    assert found.tables[IDENTITIES].height == found.tables[RECORDS].height
    assert found.tables[CUSTOMERS]["n_records"].sum() == found.tables[RECORDS].height
