from __future__ import annotations

import io
import zipfile

import pytest

from custintel.sheets import worksheet_xml
from custintel.sheets.worksheet_xml import padded_styles, read_hints, sheet_parts

SHEET = b"""<worksheet><dimension ref="B2:D4"/><cols><col min="1" max="1" hidden="1"/></cols><sheetData>
<row r="2"><c r="B2" s="1" t="s"><v>0</v></c><c r="C2"><f>A1+1</f><v>3</v></c></row>
<row r="3" spans="1:4" hidden="1"><c r="B3" s="1"><v>8001</v></c><c r="C3"><f>1+1</f><v></v></c></row>
<row r="4"><c r="B4" s="1" t="n"><v>12</v></c><c r="C4"><f t="shared" si="0"/></c><c r="D4"><f>2</f><v/></c></row>
</sheetData><mergeCells count="1"><mergeCell ref="B2:C2"/></mergeCells></worksheet>"""


@pytest.fixture(params=[1, 64, 2**20], ids=lambda size: f"pieces of {size}")
def hints(request, monkeypatch):
    monkeypatch.setattr(worksheet_xml, "_PIECE", request.param)
    return read_hints(io.BytesIO(SHEET), {1: 5})


def test_hidden_rows_are_counted_and_hidden_columns_are_not(hints):
    assert hints.hidden_rows == 1


def test_formulas_without_a_value_are_counted_and_the_first_is_named(hints):
    assert (hints.empty_formulas, hints.first_empty_formula) == (3, "C3")


def test_merged_blocks_are_found(hints):
    assert hints.merges == [(2, 2, 2, 3)]


def test_numbers_with_a_padded_format_are_found_and_shared_texts_are_not(hints):
    assert hints.padded == {2: ([3, 4], [5, 5])}


def test_the_leftmost_column_is_told():
    assert read_hints(io.BytesIO(SHEET), {}).first_column == 2


@pytest.mark.parametrize("xml", [b"", b"<worksheet/>", b"\xff\xfe\0\0", b"<row" * 1000])
def test_xml_of_another_shape_gives_no_hints(xml):
    assert read_hints(io.BytesIO(xml), {1: 5}) == worksheet_xml.SheetHints()


@pytest.mark.parametrize(
    ("code", "digits"),
    [("00000", 5), ("00", 2), ("[$-240A]0000;@", 4), ("0", None), ("0.00", None), ("00:00", None), ("#,##0", None)],
)
def test_only_formats_of_zeros_restore_zeros(code, digits):
    book = io.BytesIO()
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    styles = (
        f'<styleSheet xmlns="{space}"><numFmts><numFmt numFmtId="164" formatCode="{code}"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/styles.xml", styles)
        assert padded_styles(archive) == ({1: digits} if digits else {})


def test_sheets_are_found_by_their_relations(workbook):
    with zipfile.ZipFile(workbook) as archive:
        parts = sheet_parts(archive)
        assert list(parts) == ["Clientes", "Oculta", "Muy oculta", "Vacía"]
        assert set(parts.values()) <= set(archive.namelist())
