from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.errors import UsageError
from custintel.sheets.source import Merge

PEOPLE = [
    ["Nombre", "Correo", "Celular", "Ciudad"],
    ["Ana", "ana@example.com", "3001234567", "Cali"],
    ["Luis", "luis@example.com", "3001234568", "Bogotá"],
    ["Eva", "eva@example.com", "3001234569", "Cali"],
]


def reasons(sheet):
    return [(row, reason) for row, reason, _text in sheet.skipped.rows()]


def test_headers_on_the_first_row(lay_out):
    sheet = lay_out(PEOPLE)
    assert sheet.header_row == 1
    assert sheet.headers == ("Nombre", "Correo", "Celular", "Ciudad")
    assert sheet.frame.columns == ["row", *sheet.headers]
    assert sheet.frame.row(0) == (2, "Ana", "ana@example.com", "3001234567", "Cali")
    assert sheet.skipped.is_empty()


def test_titles_and_notes_above_are_set_aside(lay_out):
    above = [["Reporte de clientes"], [None], ["Desde:", "01/01/2024"], ["# exportado por el CRM"]]
    sheet = lay_out(above + PEOPLE)
    assert sheet.header_row == 5
    assert reasons(sheet) == [(1, "title"), (2, "blank"), (3, "title"), (4, "note")]
    assert sheet.skipped["text"].to_list() == [
        "Reporte de clientes",
        "",
        "Desde: | 01/01/2024",
        "# exportado por el CRM",
    ]


def test_a_pair_of_words_above_is_not_the_header(lay_out):
    sheet = lay_out([["Vendedor", "Ana Ruiz"], ["Tienda", "Centro"], *PEOPLE])
    assert sheet.header_row == 3
    assert sheet.headers == ("Nombre", "Correo", "Celular", "Ciudad")


def test_known_words_point_at_the_header(lay_out):
    rows = [["Lista", "de", "invitados"], ["nombre", "ciudad", "notas"], ["Ana", "Cali", "x y"], ["Eva", "Pasto", "z"]]
    assert lay_out(rows, known={"nombre", "ciudad"}).header_row == 2


def test_a_file_that_begins_with_data_gets_letters_and_a_note(lay_out):
    sheet = lay_out(PEOPLE[1:])
    assert sheet.header_row == 0
    assert sheet.headers == ("column A", "column B", "column C", "column D")
    assert sheet.frame.height == 3
    assert "no_headers" in [note.code for note in sheet.notes]


def test_names_that_come_again_below_are_data(lay_out):
    sheet = lay_out([["Ana", "Cali"], ["Eva", "Cali"], ["Ana", "Pasto"], ["Sol", "Cali"]])
    assert sheet.header_row == 0
    assert sheet.frame.height == 4


def test_years_can_be_headers(lay_out):
    sheet = lay_out([["Producto", "2022", "2023"], ["Zapatos", "10", "20"], ["Bolsos", "5", "7"]])
    assert sheet.headers == ("Producto", "2022", "2023")


def test_headers_alone_are_a_table_without_rows(lay_out):
    sheet = lay_out([["Nombre", "Correo"]])
    assert sheet.headers == ("Nombre", "Correo")
    assert sheet.frame.height == 0


def test_a_single_column_has_a_header(lay_out):
    sheet = lay_out([["correo"], ["ana@example.com"], ["eva@example.com"]])
    assert sheet.headers == ("correo",)
    assert sheet.frame.height == 2


def test_a_single_column_without_header_loses_nobody(lay_out):
    assert lay_out([["ana@example.com"], ["eva@example.com"]]).frame.height == 2


def test_the_same_header_twice_is_told_apart(lay_out):
    sheet = lay_out([["Teléfono", "Teléfono", "row", "Teléfono"], ["3001", "3002", "5", "3003"]])
    assert sheet.headers == ("Teléfono", "Teléfono (2)", "row (2)", "Teléfono (3)")


def test_a_column_without_header_is_named_by_its_letter_when_it_holds_something(lay_out):
    rows = [["Nombre", None, None, "Celular"], ["Ana", None, "x", "3001234567"], ["Eva", None, None, "3001234568"]]
    sheet = lay_out(rows, first_column=3)
    assert sheet.headers == ("Nombre", "column E", "Celular")


def test_line_breaks_in_a_header_are_spaces(lay_out):
    assert (
        lay_out([["Correo\nelectrónico ", "Celular"], ["a@example.com", "3001234567"]]).headers[0]
        == "Correo electrónico"
    )


def test_groups_above_merged_headers_are_joined(lay_out):
    rows = [
        ["Pedidos de la tienda", None, None, None, None],
        ["Pedido", "Facturación", None, "Envío", None],
        [None, "Ciudad", "Dirección", "Ciudad", "Dirección"],
        ["1001", "Cali", "Calle 1", "Pasto", "Calle 2"],
    ]
    merges = [Merge(1, 1, 1, 5), Merge(2, 1, 3, 1), Merge(2, 2, 2, 3), Merge(2, 4, 2, 5)]
    sheet = lay_out(rows, merges)
    expected = ("Pedido", "Facturación > Ciudad", "Facturación > Dirección", "Envío > Ciudad", "Envío > Dirección")
    assert sheet.headers == expected
    assert sheet.header_row == 3
    assert reasons(sheet) == [(1, "title")]


def test_groups_are_joined_without_merges_too(lay_out):
    rows = [
        [None, "Facturación", None, "Envío", None],
        ["Pedido", "Ciudad", "Dirección", "Ciudad", "Dirección"],
        ["1001", "Cali", "Calle 1", "Pasto", "Calle 2"],
    ]
    sheet = lay_out(rows)
    assert sheet.headers[0] == "Pedido"
    assert sheet.headers[4] == "Envío > Dirección"


def test_details_below_some_headers_are_joined(lay_out):
    rows = [
        ["Nombre", "Contacto", None, "Ciudad"],
        [None, "Celular", "Correo", None],
        ["Ana", "3001234567", "ana@example.com", "Cali"],
        ["Eva", "3001234568", "eva@example.com", "Cali"],
    ]
    assert lay_out(rows).headers == ("Nombre", "Contacto > Celular", "Contacto > Correo", "Ciudad")


def test_three_levels_leave_out_the_one_that_says_nothing(lay_out):
    rows = [
        ["Zona", None, "Total", None, "Cabeceras", None],
        ["Código", "Nombre", "Necesidades", None, "Necesidades", None],
        [None, None, "Personas (%)", "Miseria", "Personas (%)", "Miseria"],
        ["05", "ANTIOQUIA", "10.6", "2.4", "8.1", "1.2"],
        ["08", "ATLÁNTICO", "11.2", "2.1", "9.1", "1.3"],
    ]
    merges = [Merge(1, 1, 1, 2), Merge(1, 3, 1, 4), Merge(1, 5, 1, 6), Merge(2, 1, 3, 1), Merge(2, 2, 3, 2)]
    merges += [Merge(2, 3, 2, 4), Merge(2, 5, 2, 6)]
    assert lay_out(rows, merges).headers == (
        "Zona > Código",
        "Zona > Nombre",
        "Total > Personas (%)",
        "Total > Miseria",
        "Cabeceras > Personas (%)",
        "Cabeceras > Miseria",
    )


def test_a_first_row_with_gaps_is_not_taken_for_details(lay_out):
    rows = [
        ["Nombre", "Correo", None, "Celular"],
        ["Ana", None, "amiga de Eva", None],
        ["Eva", "eva@example.com", "nueva", "3001234568"],
    ]
    assert lay_out(rows).frame.height == 2


def test_repeated_headers_are_set_aside(lay_out):
    sheet = lay_out([*PEOPLE, PEOPLE[0], ["Sol", "sol@example.com", "3001234570", "Cali"]])
    assert reasons(sheet) == [(5, "header_repeated")]
    assert sheet.frame.height == 4


@pytest.mark.parametrize(
    "word", ["Total", "TOTAL GENERAL", "Total:", "Subtotal", "Gran total", "Suma", "Totales", " total "]
)
def test_totals_are_set_aside(lay_out, word):
    rows = [["Cliente", "Ciudad", "Pedidos", "Valor"], ["Ana", "Cali", "2", "10,5"], ["Eva", "Pasto", "3", "20"]]
    sheet = lay_out([*rows, [word, None, "5", "$ 30,50"]])
    assert reasons(sheet) == [(4, "total")]


def test_a_total_in_the_second_column_is_a_total(lay_out):
    rows = [["Código", "Nombre", "A", "B"], ["05", "ANTIOQUIA", "1", "2"], ["00", "TOTAL NACIONAL", "1", "2"]]
    assert reasons(lay_out(rows)) == [(3, "total")]


@pytest.mark.parametrize(
    "row",
    [
        ["Total", "Wine", "3001234567", "Cali"],
        ["Total Wine", "ventas@example.com", "3001234567", "Cali"],
        ["Suma", "suma@example.com", None, None],
        ["Total Play", None, "3001234567", None],
    ],
)
def test_people_and_firms_called_total_stay(lay_out, row):
    assert lay_out([*PEOPLE, row]).frame.height == 4


def test_blank_rows_among_the_data_are_set_aside_and_those_at_the_end_counted(lay_out):
    sheet = lay_out([*PEOPLE[:2], [None], ["  ", " "], *PEOPLE[2:], [None], [" "]])
    assert reasons(sheet) == [(3, "blank"), (4, "blank")]
    assert sheet.frame["row"].to_list() == [2, 5, 6]
    assert {note.code: note.values for note in sheet.notes}["blank_rows_after_data"]["count"] == 2


def test_order_numbers_with_a_hash_are_not_comments(lay_out):
    rows = [["Name", "Email", "Total", "City"], ["#1001", "ana@example.com", "10", "Cali"], ["#1001", None, None, None]]
    assert lay_out(rows).frame.height == 2
    assert reasons(lay_out([*rows, ["# fin de la lista"]])) == [(4, "note")]


def test_long_questions_of_a_form_are_headers(lay_out):
    questions = ["Marca temporal", "¿" + "Cómo nos conoció " * 9 + "?", "Correo (por ejemplo ana@example.com)"]
    sheet = lay_out([questions, ["2024-01-02", "Por una amiga", "eva@example.com"]])
    assert sheet.header_row == 1


def test_headers_may_be_called_like_our_own_columns(lay_out):
    sheet = lay_out([["column_1", "column_0", "row"], ["a", "b", "3"]])
    assert sheet.frame.rows(named=True) == [{"row": 2, "column_1": "a", "column_0": "b", "row (2)": "3"}]


def test_notes_at_the_end_are_set_aside(lay_out):
    notes = [[None], ["Fuente: CRM de la tienda"], ["Los clientes sin correo no se muestran en la lista"]]
    sheet = lay_out([*PEOPLE, *notes])
    assert reasons(sheet) == [(5, "blank"), (6, "note"), (7, "note")]


def test_a_person_with_only_an_email_or_a_name_at_the_end_stays(lay_out):
    assert lay_out([*PEOPLE, [None, "sol@example.com"]]).frame.height == 4
    assert lay_out([*PEOPLE, ["Sol"]]).frame.height == 4


def test_the_person_can_say_where_the_headers_are(lay_out):
    sheet = lay_out([["a", "b"], ["c", "d"], ["1", "2"]], header_row=2)
    assert sheet.headers == ("c", "d")
    assert reasons(sheet) == [(1, "title")]
    assert lay_out([["a", "b"], ["c", "d"]], header_row=0).frame.height == 2


def test_a_header_row_beyond_the_sheet_is_refused(lay_out):
    with pytest.raises(UsageError, match="no row 9"):
        lay_out(PEOPLE, header_row=9)


def test_empty_quoted_cells_are_null(lay_out):
    assert lay_out([*PEOPLE, ["Sol", "", "3001234570", ""]]).frame.row(-1) == (5, "Sol", None, "3001234570", None)


cells = st.one_of(
    st.none(),
    st.sampled_from(["Nombre", "Total", "a@example.com", "3001234567", " ", "12", "#x", "Fuente: y"]),
    st.text(max_size=6),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(cells, min_size=1, max_size=5), min_size=1, max_size=12))
def test_every_row_is_accounted_for(lay_out, rows):
    sheet = lay_out(rows)
    after = sum(note.values["count"] for note in sheet.notes if note.code == "blank_rows_after_data")
    seen = sheet.frame["row"].to_list() + sheet.skipped["row"].to_list()
    assert len(seen) == len(set(seen))
    first_data = sheet.header_row
    expected = set(range(first_data + 1, len(rows) - after + 1))
    assert expected <= set(seen)
    assert len(sheet.headers) == len(set(sheet.headers)) == sheet.frame.width - 1


def test_a_long_table_is_not_read_row_by_row_in_another_order(lay_out):
    body = [[f"Cliente {i}", f"c{i}@example.com", str(3000000000 + i), "Cali"] for i in range(500)]
    random.Random(1).shuffle(body)
    sheet = lay_out([PEOPLE[0], *body])
    assert sheet.frame.drop("row").rows() == [tuple(row) for row in body]
