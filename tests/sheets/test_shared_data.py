"""Real files, read where they are at hand; they are not part of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from custintel.sheets.read import read_file

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")


def test_a_directory_with_long_lines_in_a_legacy_encoding():
    (sheet,) = read_file(DATA / "directories" / "museos_madrid.csv")
    assert len(sheet.headers) == 32
    assert sheet.frame.height == 70
    assert sheet.frame["LOCALIDAD"].unique().to_list() == ["MADRID"]
    assert "Fundación" in sheet.frame["DESCRIPCION-ENTIDAD"][0]


def test_a_semicolon_file_with_a_mark():
    (sheet,) = read_file(DATA / "shops" / "marketing_campaign.csv")
    assert (sheet.header_row, sheet.frame.shape, sheet.notes) == (1, (2240, 30), ())


def test_a_legacy_workbook_with_three_tables():
    sheets = read_file(DATA / "shops" / "superstore.xls")
    assert {sheet.sheet: sheet.frame.height for sheet in sheets} == {"Orders": 9994, "Returns": 296, "People": 4}
    assert sheets[0].frame["Order Date"][0] == "2016-11-08"
    assert sheets[0].frame["Row ID"][0] == "1"


def test_two_sheets_of_one_table():
    sheets = read_file(DATA / "shops" / "online_retail_II.xlsx")
    assert sum(sheet.frame.height for sheet in sheets) == 34_766
    assert sheets[0].headers == sheets[1].headers


def test_a_very_hidden_sheet_is_skipped_and_codes_keep_their_zeros():
    (sheet,) = read_file(DATA / "geo" / "DIVIPOLA_Municipios.xlsx")
    assert [note.values["sheet"] for note in sheet.notes] == ["ESRI_MAPINFO_SHEET"]
    assert sheet.frame.height == 1121
    assert sheet.frame["Código (2)"][0] == "05001"


def test_titles_and_a_header_of_three_levels():
    departments, municipalities = read_file(DATA / "geo" / "CNPV-2018-NBI.xlsx")
    assert departments.header_row == 10
    assert "Cabeceras > Prop de Personas en NBI (%)" in departments.headers
    assert departments.frame.height == 33
    assert departments.skipped.filter(reason="total")["text"][0].startswith("00 | TOTAL NACIONAL")
    assert municipalities.frame.height >= 1122
