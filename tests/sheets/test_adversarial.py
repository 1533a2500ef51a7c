"""Files that are broken, hostile, or not what they say."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from custintel.errors import CustintelError
from custintel.sheets.read import read_file


def refusal(path: Path) -> str:
    with pytest.raises(CustintelError) as caught:
        read_file(path)
    assert path.name in caught.value.message
    assert caught.value.hint
    return str(caught.value)


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def repacked(source: Path, target: Path, changes: dict[str, bytes]) -> Path:
    """A copy of a workbook with members of its archive replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *changes}:
            new.writestr(name, changes.get(name) or old.read(name))
    return target


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\0\0\0\0"])
def test_an_empty_file_is_called_empty(tmp_path, data):
    assert "is empty" in refusal(written(tmp_path / "crm.csv", data))


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_truncated_workbook_is_called_damaged(tmp_path, workbook, share):
    data = workbook.read_bytes()
    assert "damaged" in refusal(written(tmp_path / "crm.xlsx", data[: int(len(data) * share)]))


def test_a_workbook_with_a_broken_sheet_is_refused(tmp_path, workbook):
    broken = repacked(workbook, tmp_path / "crm.xlsx", {"xl/workbook.xml": b"<workbook><sheets>"})
    assert "crm.xlsx" in refusal(broken)


def test_a_password_is_called_a_password(tmp_path):
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    path = written(tmp_path / "crm.xlsx", header + "EncryptedPackage".encode("utf-16-le") + bytes(480))
    assert "password" in refusal(path)


def test_a_zip_bomb_is_not_opened(tmp_path, workbook):
    bomb = repacked(workbook, tmp_path / "crm.xlsx", {"xl/sharedStrings.xml": b"<sst>" + b" " * (40 * 2**20)})
    assert bomb.stat().st_size < 200_000
    assert "unreasonable size" in refusal(bomb)


def test_a_cell_in_the_far_corner_is_an_error_and_not_a_crash(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "Nombre"
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "crm.xlsx")
    assert "stray cell" in refusal(tmp_path / "crm.xlsx")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "PNG"),
        (bytes(range(256)) * 4, "binary"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "Excel 2003"),
    ],
)
def test_what_is_not_a_table_is_said_to_be_what_it_is(tmp_path, data, said):
    assert said in refusal(written(tmp_path / "crm.csv", data))


def test_an_archive_of_files_is_not_a_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "crm.zip", "w") as archive:
        archive.writestr("clientes.csv", "a;b\n1;2\n")
    assert "clientes.csv" in refusal(tmp_path / "crm.zip")


def test_a_workbook_called_csv_is_read_and_noted(tmp_path, workbook):
    (sheet,) = read_file(written(tmp_path / "crm.csv", workbook.read_bytes()))
    assert sheet.frame.height == 4
    assert "Excel workbook" in str(next(note for note in sheet.notes if note.code == "other_kind"))


def test_text_called_xls_is_read_and_noted(tmp_path):
    (sheet,) = read_file(written(tmp_path / "crm.xls", "Nombre\tCorreo\nÁna\ta@example.com\n".encode("utf-16")))
    assert sheet.frame.rows() == [(2, "Ána", "a@example.com")]
    assert [note.code for note in sheet.notes] == ["other_kind"]


def test_a_file_that_begins_with_pk_is_text_all_the_same(tmp_path):
    (sheet,) = read_file(written(tmp_path / "museos.csv", b"PK;NOMBRE\n1;Prado\n2;Sorolla\n"))
    assert sheet.headers == ("PK", "NOMBRE")


def test_a_cell_with_html_does_not_make_a_web_page(tmp_path):
    text = b"Nombre,Nota,Correo\nAna,<table><tr><td>x</td></tr></table>,ana@example.com\n"
    (sheet,) = read_file(written(tmp_path / "crm.csv", text))
    assert sheet.frame.row(0) == (2, "Ana", "<table><tr><td>x</td></tr></table>", "ana@example.com")


def test_a_web_page_without_a_table_says_to_log_in(tmp_path):
    assert "log in" in refusal(written(tmp_path / "ventas.xls", b"<!DOCTYPE html><html><body>Login</body></html>"))


def test_brackets_in_a_name_are_not_a_pattern(tmp_path):
    written(tmp_path / "crm1.csv", b"a;b\n1;2\n")
    (sheet,) = read_file(written(tmp_path / "crm[1].csv", b"Nombre;Correo\nAna;a@example.com\n"))
    assert sheet.headers == ("Nombre", "Correo")


def test_a_missing_file_suggests_the_name_there_is(tmp_path):
    written(tmp_path / "clientes.csv", b"a;b\n1;2\n")
    with pytest.raises(CustintelError, match=r"Did you mean clientes\.csv"):
        read_file(tmp_path / "cliente.csv")


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(CustintelError, match="is a folder"):
        read_file(tmp_path)


def test_a_file_held_by_another_program_says_to_close_it(tmp_path, monkeypatch):
    def held(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path / "crm.xlsx", b"x")
    monkeypatch.setattr(Path, "read_bytes", held)
    assert "Close it in Excel" in refusal(path)


def test_the_lock_file_of_excel_names_the_workbook(tmp_path):
    assert "crm.xlsx is open" in refusal(written(tmp_path / "~$crm.xlsx", b"\x03Ana".ljust(165)))


def test_a_workbook_whose_only_sheet_is_broken_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Nombre", "Correo"])
    book.save(tmp_path / "whole.xlsx")
    sheet = b"<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>999</v></c></row></sheetData"
    refusal(repacked(tmp_path / "whole.xlsx", tmp_path / "crm.xlsx", {"xl/worksheets/sheet1.xml": sheet}))


def test_an_input_is_never_written_to(tmp_path, workbook):
    before = (workbook.read_bytes(), workbook.stat().st_mtime_ns)
    read_file(workbook)
    assert (workbook.read_bytes(), workbook.stat().st_mtime_ns) == before


def test_entities_of_xml_are_not_expanded(tmp_path, workbook):
    bomb = io.BytesIO()
    bomb.write(b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">')
    for name, of in zip("bcdefghi", "abcdefgh", strict=True):
        bomb.write(f'<!ENTITY {name} "{f"&{of};" * 10}">'.encode())
    bomb.write(b"]><styleSheet>&i;</styleSheet>")
    (sheet,) = read_file(repacked(workbook, tmp_path / "crm.xlsx", {"xl/styles.xml": bomb.getvalue()}))
    assert sheet.frame.height == 4
