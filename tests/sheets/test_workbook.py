from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from custintel.errors import CustintelError
from custintel.sheets import workbook as workbook_module
from custintel.sheets.read import read_file
from custintel.sheets.source import Sheet


@pytest.fixture(scope="module")
def clientes(workbook: Path) -> Sheet:
    (sheet,) = read_file(workbook)
    return sheet


def column(sheet: Sheet, name: str) -> list[str | None]:
    return sheet.frame[name].to_list()


def test_rows_are_numbered_as_in_excel(clientes):
    assert clientes.header_row == 4
    assert clientes.frame["row"].to_list() == [5, 6, 7, 8]
    assert clientes.skipped.filter(reason="title").rows() == [(2, "title", "Clientes de la tienda")]


def test_whole_numbers_have_no_decimals_and_no_exponent(clientes):
    assert column(clientes, "Celular") == ["3001234567", "1234567890123456", None, "3007654321"]
    assert column(clientes, "Saldo") == ["10.5", "1000000000000000", None, "-0.1"]


def test_codes_shown_with_leading_zeros_have_them(clientes):
    assert column(clientes, "Código postal") == ["08001", "05001", "08002", "00011"]


def test_dates_are_iso_and_times_have_no_day(clientes):
    assert column(clientes, "Alta") == ["2024-01-02", "2024-01-02 03:04:05", "02/01/2024", None]
    assert column(clientes, "Hora") == ["09:30:00", None, None, None]


def test_what_the_person_should_know_is_noted(clientes):
    notes = {note.code: note.values for note in clientes.notes}
    assert notes["hidden_rows"]["count"] == 1
    assert notes["formula_without_value"] == {"count": 1, "cell": "H7"}
    assert notes["leading_zeros"]["count"] == 3
    assert [note.values["sheet"] for note in clientes.notes if note.code == "hidden_sheet"] == ["Oculta", "Muy oculta"]
    assert all(str(note) for note in clientes.notes)


def test_a_hidden_sheet_is_read_when_asked_for_by_any_letter_case(workbook):
    (sheet,) = read_file(workbook, sheets=["muy OCULTA "])
    assert sheet.sheet == "Muy oculta"
    assert sheet.frame.rows() == [(2, "Sol", "sol@example.com")]


def test_an_unknown_sheet_is_refused_with_the_names_there_are(workbook):
    with pytest.raises(CustintelError, match="Muy oculta"):
        read_file(workbook, sheets=["Ventas"])


def test_an_empty_sheet_alone_is_refused(workbook):
    with pytest.raises(CustintelError, match="no cell with data"):
        read_file(workbook, sheets=["Vacía"])


def test_a_workbook_on_standard_input_is_read(workbook):
    code = "from custintel.sheets.read import read_file; print(read_file('-')[0].source, read_file.__name__)"
    with workbook.open("rb") as stdin:
        done = subprocess.run([sys.executable, "-c", code], stdin=stdin, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["stdin", "read_file"]


def test_a_sheet_of_many_cells_is_handed_over_as_one_of_few_is_read(workbook, clientes, monkeypatch):
    handing_over = "from custintel.sheets import workbook_child as c\nc.FEW_CELLS = 0\nc.main()"
    monkeypatch.setattr(workbook_module, "CHILD", (sys.executable, "-c", handing_over))
    monkeypatch.setattr(workbook_module, "load_sheet", None)
    (sheet,) = read_file(workbook)
    assert sheet.frame.equals(clientes.frame)
    assert sheet.notes == clientes.notes


def test_the_child_does_not_import_polars_before_there_is_much_to_hand_over():
    looked = "import sys, custintel.sheets.workbook_child; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", looked], check=False).returncode == 0


def test_the_child_is_not_led_astray_by_files_of_the_folder_it_works_in(workbook, tmp_path, monkeypatch):
    (tmp_path / "polars.py").write_text("raise SystemExit('imported from the folder of the person')")
    monkeypatch.chdir(tmp_path)
    assert read_file(workbook)[0].frame.height == 4


def test_a_reader_that_takes_too_long_is_stopped(workbook, monkeypatch):
    monkeypatch.setattr(workbook_module, "SECONDS_LIMIT", 0.01)
    with pytest.raises(CustintelError, match="memory or time"):
        read_file(workbook)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a limit of address space")
def test_a_reader_that_takes_too_much_memory_is_stopped(tmp_path, monkeypatch):
    """Its cells need some 500 MB: no memory or thread kept from earlier can make up for that."""
    book = openpyxl.Workbook()
    book.active.append(["Nombre"])
    book.active.cell(20_000, 1_000, "x")
    book.save(tmp_path / "crm.xlsx")
    monkeypatch.setattr(workbook_module, "MEMORY_LIMIT", 50 * 2**20)
    with pytest.raises(CustintelError, match="memory or time") as caught:
        read_file(tmp_path / "crm.xlsx")
    assert "GB of memory" in caught.value.seen


@pytest.mark.parametrize(
    ("child", "said", "seen"),
    [
        ("raise MemoryError", "memory or time", "GB of memory"),
        ("raise OSError(12, 'Cannot allocate memory')", "memory or time", "GB of memory"),
        ('raise RuntimeError("can\'t start new thread")', "memory or time", "GB of memory"),
        ("raise ImportError('x.so: failed to map segment from shared object')", "memory or time", "GB of memory"),
        ("class Panic(BaseException): ...\nraise Panic('index out of bounds')", "damaged", "index out of bounds"),
        ("raise ValueError('a\\nb')", "damaged", "a"),
        ("raise ValueError('Workbook is encrypted')", "password", "encrypted"),
        ("import os; os.kill(os.getpid(), 9)", "memory or time", "code -9"),
        (
            "import os; os.write(2, b'memory allocation of 9 bytes failed'); os.abort()",
            "memory or time",
            "GB of memory",
        ),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_however_the_reader_ends_the_person_reads_why(workbook, monkeypatch, child, said, seen):
    failing = f"from custintel.sheets import workbook_child as c\ndef fail(*_):\n    exec({child!r})\n"
    failing += "c.read_workbook = fail\nc.main()"
    monkeypatch.setattr(workbook_module, "CHILD", (sys.executable, "-c", failing))
    with pytest.raises(CustintelError, match=said) as caught:
        read_file(workbook)
    assert seen in caught.value.seen
