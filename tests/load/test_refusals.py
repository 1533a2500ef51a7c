"""What cannot be loaded is refused in words, and bad cells never stop the good ones."""

from __future__ import annotations

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.errors import CustintelError, UsageError
from custintel.load.conventions import Given
from custintel.load.kinds import kinds
from custintel.load.known import plain, platforms
from custintel.load.parts import header_words
from custintel.load.words import coded
from custintel.tables.headers import key
from custintel.tables.orders import ORDER_STATUS, ORDERS, PAYMENT_METHOD, SALE_CHANNEL
from custintel.tables.returns import RETURN_KIND

from .conftest import Desk

ORDERS_HEADER = "order_id,ordered_at,total\n"


def test_a_file_of_people_is_sent_to_ci_clean(desk: Desk) -> None:
    with pytest.raises(CustintelError, match="people") as refused:
        desk.parts(desk.write("crm.csv", "nombre;apellido;correo;celular\nAna;Gil;ana@a.example;3104567812\n"))
    assert refused.value.hint == "Use: ci clean crm.csv"


def test_a_missing_column_is_named_with_those_that_were_seen(desk: Desk) -> None:
    with pytest.raises(CustintelError, match="ordered_at") as refused:
        desk.parts(desk.write("o.csv", "order_id,total\n1,10\n"), table="orders")
    assert refused.value.seen == "columns: order_id, total"
    assert "--map ordered_at=HEADER" in refused.value.hint


def test_a_file_that_may_be_two_things_is_not_guessed(desk: Desk) -> None:
    text = "fecha;canal;campaña;valor;desde;acción;presupuesto\n13/05/2026;Meta;Velas;10;13/05/2026;Velas;20\n"
    file = desk.write("x.csv", text)
    with pytest.raises(CustintelError, match=r"several things: .*spend") as refused:
        desk.parts(file)
    assert "--as" in refused.value.hint
    assert desk.part(file, table="spend").table == "spend"


def test_a_file_that_is_nothing_we_know_is_refused(desk: Desk) -> None:
    with pytest.raises(CustintelError) as refused:
        desk.parts(desk.write("clima.csv", "estación;lluvia\nCali;12\n"))
    assert "estación, lluvia" in refused.value.seen


def test_sheets_that_are_for_no_table_are_named(desk: Desk) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notas"
    book.active.append(["tema", "comentario"])
    book.active.append(["color", "azul"])
    sales = book.create_sheet("Ventas")
    for row in (["pedido", "fecha", "total"], ["1", "2026-05-13", 10]):
        sales.append(row)
    book.save(desk.folder / "libro.xlsx")
    part = desk.part(str(desk.folder / "libro.xlsx"))
    assert (part.sheet, part.used) == ("Ventas", 1)
    assert "Notas" in str(part.notes[-1])


def test_a_header_can_be_named_by_hand(desk: Desk) -> None:
    file = desk.write("o.csv", "folio,cuando,cuanto\nA1,2026-05-13,10\n")
    maps = {"number": "folio", "ordered_at": "cuando", "total": "cuanto"}
    assert desk.load(file, table="orders", maps=maps)[ORDERS].select("number", "total").row(0) == ("A1", 10)


def test_dates_that_may_be_read_in_two_ways_are_asked_about(desk: Desk) -> None:
    file = desk.write("o.csv", ORDERS_HEADER + "1,05/06/2026,10\n")
    with pytest.raises(UsageError, match="Day and month"):
        desk.parts(file, given=Given())
    orders = desk.load(file, given=Given(date_order="mdy"))[ORDERS]
    assert (orders["ordered_at"][0].month, orders["ordered_at"][0].day) == (5, 6)


def test_amounts_that_may_be_read_in_two_ways_are_asked_about(desk: Desk) -> None:
    file = desk.write("o.csv", 'order_id,ordered_at,total\n1,2026-05-13,"1.234"\n')
    with pytest.raises(UsageError, match="thousands or decimals"):
        desk.parts(file, given=Given())
    assert desk.load(file, given=Given(decimal=","))[ORDERS]["total"][0] == 1234
    assert desk.load(file, given=Given(currency="COP"))[ORDERS]["total"][0] == 1234


def test_totals_of_lines_are_not_taken_for_totals_of_orders(desk: Desk) -> None:
    with pytest.raises(CustintelError, match="different totals") as refused:
        desk.parts(desk.write("o.csv", ORDERS_HEADER + "1,2026-05-13,10\n1,2026-05-13,20\n"))
    assert "order 1: row 2: 10.00; row 3: 20.00" in refused.value.seen


def test_a_bad_row_is_refused_and_the_others_are_loaded(desk: Desk) -> None:
    text = ORDERS_HEADER + "1,2026-05-13,10\n2,2026-02-31,10\n,2026-05-13,10\n4,2026-05-13,mucho\n5,2026-05-14,10\n"
    part = desk.part(desk.write("o.csv", text))
    assert part.rows["number"].to_list() == ["1", "5"]
    assert (part.read, part.used, part.refused_rows) == (5, 2, 3)
    assert part.refused.filter(pl.col("field").is_null())["row"].to_list() == [3, 4, 5]


def test_a_word_we_do_not_know_is_told_and_the_order_kept(desk: Desk) -> None:
    part = desk.part(desk.write("o.csv", "order_id,ordered_at,total,status\n1,2026-05-13,10,galáctico\n"))
    assert part.rows["stated_status"].to_list() == ["placed"]
    assert part.refused.rows() == [(2, "status", "galáctico", "word.unknown")]


@pytest.mark.parametrize("text", ["", "\n\n", "order_id,ordered_at,total\n"])
def test_an_empty_file_is_refused_in_words(desk: Desk, text: str) -> None:
    with pytest.raises(CustintelError):
        desk.parts(desk.write("o.csv", text))


def test_a_file_that_is_not_there_is_refused_in_words(desk: Desk) -> None:
    with pytest.raises(CustintelError, match="no file"):
        desk.parts(str(desk.folder / "nada.csv"))


CELLS = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=30),
    st.sampled_from(
        ['=cmd|"/c calc"!A1', "<script>", "'; DROP TABLE orders;--", "\u202eevil", "9" * 400, "1e999", "-0", "😀"]
    ),
)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(*[CELLS] * 7), min_size=1, max_size=5))
def test_nothing_in_a_cell_stops_the_reading_and_every_row_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    header = ["order_id", "ordered_at", "total", "status", "email", "sku", "qty"]
    good = ("#1", "2026-05-13", "10", "paid", "a@a.example", "A", "1")
    bad = [(f"{at} {number}", *others) for at, (number, *others) in enumerate(rows)]
    frame = pl.DataFrame([good, *bad], schema=header, orient="row")
    desk = Desk(tmp_path_factory.mktemp("hostile"))
    frame.write_csv(desk.folder / "o.csv", quote_style="always")
    part = desk.part(str(desk.folder / "o.csv"), given=Given(date_order="dmy", decimal="."), table="orders")
    assert part.read == part.used + part.refused_rows + part.skipped.height
    assert part.rows["number"].n_unique() == part.rows.height


def test_every_column_that_a_platform_brings_is_one_we_read() -> None:
    for platform in platforms():
        strange = platform.columns.keys() - kinds(platform.table).keys()
        assert not strange, (platform.code, strange)


def test_every_column_of_a_sheet_is_read_or_tells_tables_apart() -> None:
    for table, known in plain().items():
        strange = known.columns.keys() - kinds(table).keys() - set("+".join(known.without).split("+"))
        assert not strange, (table, strange)
        assert set(known.fields.values()) <= known.columns.keys() | kinds(table).keys() | set(known.without)
        assert all(key(header) == header for headers in known.columns.values() for header in headers), table


def test_every_word_means_a_code_of_its_table() -> None:
    codes = {
        "status": {*ORDER_STATUS.categories, "silent", "rejected"},
        "payment_method": set(PAYMENT_METHOD.categories),
        "sale_channel": set(SALE_CHANNEL.categories),
        "return_kind": set(RETURN_KIND.categories),
    }
    for vocabulary, allowed in codes.items():
        said = pl.Series(sorted(allowed), dtype=pl.String)
        assert set(coded(said, vocabulary)) <= allowed
    assert coded(pl.Series(["Wompi (PSE)", "CON RECAUDO", "Addi", "trueque"]), "payment_method").to_list() == [
        "pse", "cod", "bnpl", None,
    ]  # fmt: skip


def test_headers_help_to_find_the_row_of_headers() -> None:
    assert {"lineitem name", "importe gastado cop", "costo planeado"} <= {*header_words(), "importe gastado cop"}
