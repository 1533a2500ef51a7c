"""What of a record says who it is about."""

from __future__ import annotations

from typing import Any

import polars as pl

from custintel.people.who import evidence, without_fillers
from custintel.records.decisions import Given
from custintel.tables import RECORDS, REFUSED

TYPED = {"filler": "no@tiene.com", "broken": "ana.gil@@tienda", "named": "tienda@a.example"}


def test_a_value_that_stands_for_nothing_is_no_evidence_and_one_that_is_only_broken_is(
    cleaned: Any, sheet: Any
) -> None:
    rows = [{"full_name": f"Ana {name}", "email": email, "city": name} for name, email in TYPED.items()]
    given = Given(country="CO", placeholders=("tienda@a.example",))
    tables = cleaned(sheet(rows), given=given).tables
    stored = tables[RECORDS].sort("city_raw")
    assert stored["email_raw"].to_list() == [TYPED[name] for name in sorted(TYPED)]
    assert without_fillers(stored, tables[REFUSED])["email_raw"].to_list() == [TYPED["broken"], None, None]


def test_the_same_holds_for_rows_that_are_being_read() -> None:
    rules = ["email.placeholder", "email.syntax", "value.placeholder", "text.trimmed", None]
    fresh = pl.DataFrame({"email_raw": list("abcde"), "email_rules": rules, "city_raw": list("vwxyz")})
    assert evidence(fresh)["email_raw"].to_list() == [None, "b", None, "d", "e"]
    assert evidence(fresh)["city_raw"].to_list() == list("vwxyz")
