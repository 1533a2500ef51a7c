"""The workbook shows numbers as people write them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl

from custintel.profile.portrait import portrait
from custintel.profile.workbook import pages
from custintel.sheets.write import write_workbook

from .conftest import Make, order


def test_shares_of_a_person_are_percentages(make: Make, english: None, tmp_path: Path) -> None:
    made = portrait(make([order("a", "ana", coupon="MAYO"), order("b", "ana"), order("c", "ana")]))
    names = pl.DataFrame({"customer_id": ["ana"], "full_name": ["Ana Gil"]})
    write_workbook(tmp_path / "p.xlsx", pages(made, names))
    heads, ana = openpyxl.load_workbook(tmp_path / "p.xlsx")["People"].iter_rows()
    told = {head.value: (cell.value, cell.number_format) for head, cell in zip(heads, ana, strict=True)}
    assert told["Of their orders, those with a coupon"] == (1 / 3, "0.0%")
    assert told["What an order brings on average, in units of the currency"] == (100_000, "#,##0")
    assert told["Full name"] == ("Ana Gil", "@")
