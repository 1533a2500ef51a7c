from __future__ import annotations

import hashlib

import pytest

from custintel.sheets.column_letters import column_letter, column_number
from custintel.sheets.read import read_file

PAGE = """<html><head><meta charset="utf-8"></head><body><p>Ventas &amp; más</p><table border=1>
<tr><td colspan=3><b>Pedidos de mayo</b></td></tr>
<tr><th>Pedido</th><th>Cliente</th><th>Valor</th></tr>
<tr><td>1001</td><td>Ana<br>Núñez</td><td>10,5</td></tr>
<tr><td>1002</td><td>&lt;script&gt;</td><td></td></tr></table></body></html>"""


def test_a_text_file_is_one_sheet_without_a_name(tmp_path):
    data = "Nombre;Correo\nÁna;ana@example.com\n".encode("cp1252")
    (tmp_path / "crm.csv").write_bytes(data)
    (sheet,) = read_file(tmp_path / "crm.csv")
    assert (sheet.source, sheet.sheet, sheet.header_row) == ("crm.csv", "", 1)
    assert sheet.file_hash == hashlib.sha256(data).hexdigest()
    assert sheet.frame.rows() == [(2, "Ána", "ana@example.com")]


def test_a_web_page_called_xls_is_read(tmp_path):
    (tmp_path / "ventas.xls").write_text(PAGE, encoding="utf-8")
    (sheet,) = read_file(tmp_path / "ventas.xls")
    assert sheet.headers == ("Pedido", "Cliente", "Valor")
    assert sheet.frame.rows() == [(3, "1001", "Ana\nNúñez", "10,5"), (4, "1002", "<script>", None)]
    assert "web page" in str(sheet.notes[0])


def test_the_same_file_gives_the_same_sheet_twice(tmp_path):
    (tmp_path / "crm.csv").write_text("a;b\n" + "".join(f"{i};x\n" for i in range(3000)) + "1;2;3\n\n")
    first, second = read_file(tmp_path / "crm.csv"), read_file(tmp_path / "crm.csv")
    assert first[0].frame.equals(second[0].frame)
    assert first[0].skipped.equals(second[0].skipped)
    assert first[0].notes == second[0].notes


def test_ragged_rows_come_in_order_with_the_other_rows_that_are_not_data(tmp_path):
    text = "Lista\nnombre;correo\n" + "Ana;ana@example.com\n" * 60 + "Eva;e@example.com;Cali\n\nSol;s@example.com\n"
    (tmp_path / "crm.csv").write_text(text)
    (sheet,) = read_file(tmp_path / "crm.csv")
    assert [(row, reason) for row, reason, _text in sheet.skipped.rows()] == [
        (1, "title"),
        (63, "ragged"),
        (64, "blank"),
    ]
    assert sheet.frame.height == 61


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_are_called_as_in_excel(number, letters):
    assert column_letter(number) == letters
    assert column_number(letters) == number
