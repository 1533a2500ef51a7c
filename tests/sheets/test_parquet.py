"""Parquet tables, read as text like any other sheet."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from custintel.errors import CustintelError
from custintel.sheets import parquet
from custintel.sheets.read import read_file

BOGOTA = pl.Series([dt.datetime(2026, 1, 1, 5)]).dt.replace_time_zone("UTC").dt.convert_time_zone("America/Bogota")
CELLS = {
    "whole numbers with gaps": (pl.Series([17850.0, None, 12583.0]), ["17850", None, "12583"]),
    "fractions": (pl.Series([2.55, 6.0, float("nan")]), ["2.55", "6.0", None]),
    "three decimals, never thousands": (pl.Series([1.125, 2.5]), ["1.1250", "2.5"]),
    "tiny and huge": (pl.Series([1e-7, 1.5e20]), ["0.0000001", "150000000000000000000"]),
    "money": (pl.Series([Decimal("12.500"), Decimal("-1.234")]), ["12.5000", "-1.2340"]),
    "moments": (pl.Series([dt.datetime(2026, 5, 13, 8, 26), dt.datetime(2026, 5, 14)]),
                ["2026-05-13 08:26:00", "2026-05-14"]),
    "parts of a second": (pl.Series([dt.datetime(2026, 5, 13, 0, 0, 0, 25)]), ["2026-05-13 00:00:00.000025"]),
    "moments of a zone": (BOGOTA, ["2026-01-01 00:00:00-05:00"]),
    "days": (pl.Series([dt.date(2026, 5, 13), None]), ["2026-05-13", None]),
    "lengths of time": (pl.Series([dt.timedelta(minutes=1, seconds=1.5)]), ["61.5"]),
    "yes and no": (pl.Series([True, False]), ["true", "false"]),
    "categories": (pl.Series(["a", "b"], dtype=pl.Categorical), ["a", "b"]),
    "text kept as bytes": (pl.Series([b"x", b"\xc3\xb1"]), ["x", "ñ"]),
    "nothing": (pl.Series([None, "x"], dtype=pl.String), [None, "x"]),
}  # fmt: skip


def written(folder: Path, frame: pl.DataFrame, name: str = "ventas.parquet") -> Path:
    frame.write_parquet(folder / name)
    return folder / name


@pytest.mark.parametrize("what", CELLS)
def test_a_value_becomes_the_text_that_says_the_same(tmp_path: Path, what: str) -> None:
    column, expected = CELLS[what]
    texts = pl.Series(["x"] * column.len())
    (sheet,) = read_file(written(tmp_path, pl.DataFrame({"Nombre": texts, "Valor": column})))
    assert sheet.frame["Valor"].to_list() == expected


def test_rows_are_numbered_as_in_a_sheet_whose_first_row_holds_the_headers(tmp_path: Path) -> None:
    table = pl.DataFrame({"Nombre": ["Ana", "Luis"], "Correo": ["a@a.example", None]})
    (sheet,) = read_file(written(tmp_path, table))
    assert (sheet.headers, sheet.header_row, sheet.sheet) == (("Nombre", "Correo"), 1, "")
    assert sheet.frame.rows() == [(2, "Ana", "a@a.example"), (3, "Luis", None)]
    assert sheet.notes == ()


def test_it_says_the_same_as_the_csv_of_the_same_table(tmp_path: Path) -> None:
    table = pl.DataFrame({"Nombre": ["Ana", "Total"], "Edad": [31, 44], "Valor": [10.5, 20.25]})
    table.write_csv(tmp_path / "a.csv")
    (as_csv,), (as_parquet,) = read_file(tmp_path / "a.csv"), read_file(written(tmp_path, table))
    assert as_parquet.frame.equals(as_csv.frame)
    assert as_parquet.skipped.equals(as_csv.skipped)
    assert as_csv.skipped.height == 1


def test_a_parquet_file_with_another_name_is_read_and_noted(tmp_path: Path) -> None:
    (sheet,) = read_file(written(tmp_path, pl.DataFrame({"Nombre": ["Ana"]}), "crm.csv"))
    assert [note.code for note in sheet.notes] == ["other_kind"]
    assert "Parquet" in str(sheet.notes[0])


@pytest.mark.parametrize(
    ("column", "name"),
    [
        (pl.Series("etiquetas", [["a", "b"]]), "etiquetas"),
        (pl.Series("cliente", [{"nombre": "Ana"}]), "cliente"),
        (pl.Series("foto", [b"\xff\xd8\xff"]), "foto"),
    ],
)
def test_lists_records_and_bytes_are_refused_by_name(tmp_path: Path, column: pl.Series, name: str) -> None:
    with pytest.raises(CustintelError) as caught:
        read_file(written(tmp_path, pl.DataFrame([pl.Series("Nombre", ["Ana"]), column])))
    assert name in caught.value.seen
    assert "one value per cell" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_file_is_called_damaged(tmp_path: Path, share: float) -> None:
    path = written(tmp_path, pl.DataFrame({"Nombre": [f"Ana {n}" for n in range(100)]}))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(CustintelError, match="damaged"):
        read_file(path)


def test_more_cells_than_can_be_read_are_refused_before_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, pl.DataFrame({"a": pl.repeat(1, 1000, eager=True), "b": pl.repeat(1, 1000, eager=True)}))
    monkeypatch.setattr(parquet, "MOST_CELLS", 1999)
    with pytest.raises(CustintelError, match="more cells") as caught:
        read_file(path)
    assert caught.value.seen == "1000 rows, 2 columns"


def test_a_table_without_rows_has_its_headers(tmp_path: Path) -> None:
    (sheet,) = read_file(written(tmp_path, pl.DataFrame({"Nombre": ["x"], "Correo": ["y"]}).clear()))
    assert sheet.headers == ("Nombre", "Correo")
    assert sheet.frame.is_empty()
