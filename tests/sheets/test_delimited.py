import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.errors import CustintelError
from custintel.sheets.delimited import NO_DELIMITER, read_delimited, sniff_delimiter


def rows(text: str | bytes) -> list[tuple]:
    data = text if isinstance(text, bytes) else text.encode()
    return read_delimited(data, "crm.csv").cells.rows()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(delimiter):
    text = "a;b;c\n1;2;3\n4;5;6\n".replace(";", delimiter)
    assert rows(text) == [(1, "a", "b", "c"), (2, "1", "2", "3"), (3, "4", "5", "6")]


def test_decimal_commas_do_not_beat_semicolons():
    assert sniff_delimiter("nombre;valor\nAna;1,5\nLuis;2,5\nEva;3,5\n") == ";"
    assert sniff_delimiter("1,5;2,5;3,5\n1,5;2,5;3,5\n") in {";", ","}


def test_commas_inside_quotes_do_not_count():
    assert sniff_delimiter('nombre;direccion\nAna;"Calle 1, Bogotá, Colombia"\nEva;"Cra 7, Cali, Colombia"\n') == ";"


def test_a_column_of_emails_is_one_column():
    assert sniff_delimiter("correo\nana@example.com\neva@example.com\n") == NO_DELIMITER
    assert rows("correo\nana@example.com\n") == [(1, "correo"), (2, "ana@example.com")]


def test_the_sep_line_of_excel_is_obeyed_and_is_not_a_row():
    assert rows("sep=;\r\na;b,c\r\n1;2,3\r\n") == [(1, "a", "b,c"), (2, "1", "2,3")]


def test_a_line_break_inside_quotes_does_not_start_a_row():
    assert rows('a;b;c\n1;"x\ny";3\n4;5;6\n')[1:] == [(2, "1", "x\ny", "3"), (3, "4", "5", "6")]


def test_blank_rows_keep_their_numbers():
    assert rows("\na;b\n\n1;2\n")[1:] == [(2, "a", "b"), (3, None, None), (4, "1", "2")]


def test_old_mac_line_ends_are_line_ends():
    assert rows("a;b\r1;2\r") == [(1, "a", "b"), (2, "1", "2")]


def test_a_quote_inside_a_field_is_text():
    assert rows('a;b\n5" tubo;1\n"Bar" Pepe;2\n')[1:] == [(2, '5" tubo', "1"), (3, "Bar Pepe", "2")]


def test_text_that_looks_like_code_stays_as_it_is():
    cell = "=HYPERLINK(1)<script>'; DROP TABLE x--\u202e🙂"
    assert rows(f'a;b\n"{cell}";2\n')[1] == (2, cell, "2")


def test_short_rows_are_filled_with_nothing():
    assert rows("a;b;c\n1;2\n1;2;3\n")[1] == (2, "1", "2", None)


def test_rows_cut_in_two_by_a_line_break_are_reported():
    text = 'id;nombre;dir;ciudad\n1;"Ana\nRuiz";Calle 1\npiso 2;Cali\n' + "2;Eva;Cra 3;Pasto\n" * 5
    (note,) = read_delimited(text.encode(), "crm.csv").notes
    assert note.values == {"count": 2, "rows": "2, 3"}


def test_a_row_with_too_many_fields_is_set_aside_with_its_text():
    grid = read_delimited(b"a;b;c\n" + b"1;2;3\n" * 50 + b"1;2;3;4;5\n" + b"1;2;3\n", "crm.csv")
    assert grid.skipped.rows() == [(52, "ragged", "1;2;3;4;5")]
    assert grid.cells.height == 52
    assert 52 not in grid.cells["row"]
    assert grid.cells.width == 4
    assert [note.code for note in grid.notes] == ["ragged"]


def test_a_ragged_row_is_set_aside_in_files_with_irregular_quotes_too():
    grid = read_delimited(b'a;b;c\n"Bar" Pepe;2;3\n' + b"1;2;3\n" * 50 + b"1;2;3;4;5\n", "crm.csv")
    assert grid.skipped.rows() == [(53, "ragged", "1;2;3;4;5")]


def test_empty_fields_at_the_end_are_nothing():
    grid = read_delimited(b"a;b;c\n" + b"1;2;3\n" * 50 + b"1;2;3;;;\n", "crm.csv")
    assert grid.skipped.is_empty()
    assert grid.cells.row(-1) == (52, "1", "2", "3")


def test_when_most_rows_are_longer_the_table_is_wider():
    grid = read_delimited(b"a;b\n1;2\n1;2\n" + b"1;2;x\n" * 3, "crm.csv")
    assert grid.cells.width == 4
    assert grid.skipped.is_empty()


def test_a_nul_byte_names_its_line():
    with pytest.raises(CustintelError) as caught:
        rows(b"a;b\n1;2\n3;\x004\n")
    assert "3" in caught.value.where


def test_a_quote_that_never_closes_names_its_line():
    with pytest.raises(CustintelError) as caught:
        rows('a;b;c\n1;"2\n3";3\n4;"x;6\n7;8;9\n')
    assert caught.value.where.endswith("line 4")


def test_a_quote_that_swallows_rows_names_its_row():
    with pytest.raises(CustintelError) as caught:
        rows('a;b;c\n1;2;3\n4;"x;6\n7;8;9\n7;8;9\n7";8;9\n')
    assert caught.value.where.endswith("row 3")


cell = st.text(st.characters(exclude_characters="\0\r\ufeff", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=8))
def test_every_cell_written_by_a_spreadsheet_comes_back(table):
    quoted = ["\t".join('"' + text.replace('"', '""') + '"' for text in row) for row in table]
    text = "\ufeffa\tb\tc\n" + "\n".join(quoted) + "\n"
    try:
        frame = read_delimited(text.encode(), "x.tsv").cells
    except CustintelError:
        assert any("\t" in text and "\n" in text for row in table for text in row)
        return
    assert frame.drop("row").with_columns(pl.all().fill_null("")).rows()[1:] == [tuple(row) for row in table]
