"""The formats openpyxl does not write: the smallest file of each, made by hand."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from custintel.sheets.read import read_file

ROWS = [["Nombre", "Celular"], ["Ángela Muñoz", 3001234567.0], ["Íñigo", 10.5]]


def ods(path: Path) -> None:
    def cell(value: object) -> str:
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in ROWS)
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{space}office:1.0" '
        f'xmlns:table="{space}table:1.0" xmlns:text="{space}text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Clientes">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{space}manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)


def xlsb(path: Path) -> None:
    def number(value: int) -> bytes:
        parts = []
        while True:
            value, low = value >> 7, value & 0x7F
            parts.append(low | (0x80 if value else 0))
            if not value:
                return bytes(parts)

    def record(kind: int, data: bytes = b"") -> bytes:
        return number(kind) + number(len(data)) + data

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    book = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + text("rId1") + text("Clientes"))
    book += record(144) + record(132)
    sheet = record(129) + record(148, struct.pack("<IIII", 0, 2, 0, 1)) + record(145)
    for row, cells in enumerate(ROWS):
        sheet += record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0, 0, 0))
        for column, value in enumerate(cells):
            at = struct.pack("<II", column, 0)
            is_number = isinstance(value, float)
            sheet += record(5, at + struct.pack("<d", value)) if is_number else record(6, at + text(str(value)))
    sheet += record(146) + record(130)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", relations)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)


def xls(path: Path) -> None:
    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))

    name = "Clientes"
    end = record(0x0A)

    def globals_with(offset: int) -> bytes:
        sheet = struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name.encode()
        return begin(5) + record(0x85, sheet) + end

    stream = globals_with(len(globals_with(0))) + begin(0x10) + record(0x200, struct.pack("<IIHHH", 0, 3, 0, 2, 0))
    for row, cells in enumerate(ROWS):
        for column, value in enumerate(cells):
            at = struct.pack("<HHH", row, column, 0)
            if isinstance(value, float):
                stream += record(0x203, at + struct.pack("<d", value))
            else:
                stream += record(0x204, at + struct.pack("<HB", len(str(value)), 1) + str(value).encode("utf-16-le"))
    stream = (stream + end).ljust(4096, b"\0")
    free, last, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, last, 0, last, 0) + struct.pack("<I", 0)
    header += struct.pack("<I", free) * 108
    chain = [fat, last, *range(3, 10), last]
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = title.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBIII", len(raw) if title else 0, kind, 1, free, free, child)
        return raw.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, last, 0) + entry("Workbook", 2, free, 2, 4096)
    directory += entry("", 0, free, 0, 0) * 2
    path.write_bytes(header + table + directory + stream)


@pytest.mark.parametrize("make", [ods, xlsb, xls], ids=lambda make: make.__name__)
def test_each_format_gives_the_same_table(tmp_path, make):
    path = tmp_path / f"clientes.{make.__name__}"
    make(path)
    (sheet,) = read_file(path)
    assert (sheet.sheet, sheet.header_row, sheet.headers) == ("Clientes", 1, ("Nombre", "Celular"))
    assert sheet.frame.rows() == [(2, "Ángela Muñoz", "3001234567"), (3, "Íñigo", "10.5")]
    assert sheet.notes == ()


def test_an_old_excel_file_with_another_name_is_read_and_noted(tmp_path):
    xls(tmp_path / "clientes.csv")
    (sheet,) = read_file(tmp_path / "clientes.csv")
    assert sheet.frame.height == 2
    assert [note.code for note in sheet.notes] == ["other_kind"]
