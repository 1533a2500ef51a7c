"""Lists of invoices, a row per line, with notes that take sales back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from custintel.tables.order_items import ORDER_ITEMS
from custintel.tables.orders import ORDERS
from custintel.tables.returns import RETURNS

from .conftest import Desk

RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
ROWS = (
    "536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"
    "536365,71053,WHITE METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850,United Kingdom\n"
    "536366,22633,HAND WARMER,1000,2010-12-09 08:28:00,0.042,,United Kingdom\n"
    "C536379,71053,WHITE METAL LANTERN,-2,2010-12-10 09:41:00,3.39,17850,United Kingdom\n"
    "536589,21777,,-10,2010-12-10 16:50:00,0.0,,United Kingdom\n"
)
SHARED = Path(__file__).parents[3] / "shared" / "data" / "shops"
CREDIT = pl.col("credit_note").fill_null(False)


def retail(desk: Desk, rows: str = ROWS) -> str:
    return desk.write("facturas.csv", RETAIL + rows)


def test_lines_of_invoices_are_orders_with_their_lines_and_all_rows_are_used(desk: Desk) -> None:
    part = desk.part(retail(desk))
    assert (part.table, part.platform, part.read, part.used) == ("orders", "", 5, 5)
    assert part.sums == {"": Decimal("70.86")}
    assert part.span == (dt.date(2010, 12, 1), dt.date(2010, 12, 10))


def test_the_sum_of_orders_is_quantity_times_price_to_the_cent_whatever_the_price_of_one(desk: Desk) -> None:
    """6 x 2.55 + 6 x 3.39 = 35.64; 1000 x 0.042 = 42; -2 x 3.39 = -6.78; -10 x 0 = 0."""
    tables = desk.load(retail(desk))
    totals = dict(tables[ORDERS].select("number", "total").iter_rows())
    assert totals == {
        "536365": Decimal("35.64"), "536366": Decimal(42), "C536379": Decimal("-6.78"), "536589": Decimal(0),
    }  # fmt: skip
    assert tables[ORDERS]["net_revenue"].sum() == Decimal("70.86") == tables[ORDER_ITEMS]["net"].sum()


def test_what_takes_sales_back_is_a_credit_note_and_no_sale(desk: Desk) -> None:
    tables = desk.load(retail(desk), origin="uk")
    notes = tables[ORDERS].filter(CREDIT)
    assert notes["number"].to_list() == ["536589", "C536379"]
    assert notes["status"].to_list() == ["returned", "returned"]
    assert notes["refunded"].null_count() == notes["order_seq"].null_count() == 2


def test_an_invoice_was_sent_and_counts_as_delivered_a_week_later(desk: Desk) -> None:
    part = desk.part(retail(desk))
    told = part.rows.filter(~CREDIT).select("number", pl.col("stated_status").cast(pl.String), "delivery_assumed")
    assert told.rows() == [("536365", "delivered", True), ("536366", "shipped", None)]
    assert {note.code for note in part.notes} == {"delivery_assumed", "credit_notes", "no_currency"}


def test_an_invoice_whose_sheet_says_how_far_it_got_is_believed(desk: Desk) -> None:
    text = "factura;fecha;total;estado\nF1;13/05/2026;1.190,00;Pendiente\nF2;01/01/2026;100,00;Entregado\n"
    rows = desk.part(desk.write("f.csv", text)).rows
    assert rows.select("number", pl.col("stated_status").cast(pl.String), "delivery_assumed").rows() == [
        ("F1", "placed", None),
        ("F2", "delivered", None),
    ]


def test_the_number_of_the_order_goes_before_that_of_its_invoice(desk: Desk) -> None:
    text = "pedido;factura;fecha;total\nP1;F9;13/05/2026;1.190,00\n"
    orders = desk.load(desk.write("f.csv", text))[ORDERS]
    assert orders.select("number", pl.col("status").cast(pl.String)).rows() == [("P1", "placed")]


def test_credit_notes_in_spanish_sheets_are_told_by_their_total(desk: Desk) -> None:
    text = (
        "N° factura;Fecha factura;Código producto;Descripción;Cantidad;Precio unitario;Código cliente\n"
        "FV-1;13/05/2026;V1;Vela;2;45.900,00;C7\nNC-1;20/05/2026;V1;Vela;-1;45.900,00;C7\n"
    )
    orders = desk.load(desk.write("facturas.csv", text))[ORDERS]
    assert orders.select("number", "total", CREDIT, "customer_number").rows() == [
        ("FV-1", Decimal(91_800), False, "C7"),
        ("NC-1", Decimal(-45_900), True, "C7"),
    ]


@pytest.mark.parametrize("status", ["Anulado", "Prueba"])
def test_a_negative_order_that_is_void_takes_nothing_back(desk: Desk, status: str) -> None:
    orders = desk.load(desk.write("o.csv", f"pedido;fecha;total;estado\nP1;13/05/2026;-1.000,50;{status}\n"))[ORDERS]
    assert orders["credit_note"].to_list() == [None]


def test_what_a_credit_note_gives_back_is_its_total_and_nothing_beside(desk: Desk) -> None:
    text = "pedido;fecha;total;reembolsado\nP1;13/05/2026;-1.000,50;1.000,50\n"
    back = "pedido;tipo;valor reembolsado\nP1;Devolución;1.000,50\n"
    orders = desk.load(desk.write("o.csv", text), desk.write("r.csv", back))[ORDERS]
    assert orders.select("refunded", "net_revenue").rows() == [(None, Decimal("-1000.50"))]


def test_lines_with_a_discount_of_their_own_make_the_total_of_their_order(desk: Desk) -> None:
    """2 x 45,900 - 1,800 + 10,000 = 100,000."""
    text = (
        "pedido;fecha;sku;cantidad;precio unitario;descuento linea\n"
        "P1;13/05/2026;V1;2;45900,00;1800,00\nP1;13/05/2026;M1;1;10000,00;0,00\n"
    )
    tables = desk.load(desk.write("v.csv", text), maps={"item.discount": "descuento linea"})
    assert tables[ORDERS].select("gross", "discount", "total").rows() == [
        (Decimal(101_800), Decimal(1800), Decimal(100_000))
    ]
    assert tables[ORDER_ITEMS]["net"].to_list() == [Decimal(90_000), Decimal(10_000)]


def test_a_list_of_what_was_returned_names_orders_only(desk: Desk) -> None:
    tables = desk.load(desk.write("r.csv", "Returned,Order ID\nYes,CA-1\nNo,CA-2\n"))
    assert tables[RETURNS].select("stated_order", pl.col("kind").cast(pl.String)).rows() == [("CA-1", "return")]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not here")
def test_half_a_million_lines_of_invoices_add_up_to_what_the_shop_sold() -> None:
    from custintel.load.conventions import Given
    from custintel.load.parts import Wanted, read_parts

    (part,) = read_parts(str(SHARED / "online_retail_I.parquet"), Wanted(Given(), dt.date(2026, 11, 1)))
    table = pl.read_parquet(SHARED / "online_retail_I.parquet")
    sold = table.select((pl.col("Quantity") * pl.col("UnitPrice")).sum()).item()
    assert part.used == part.read == table.height
    assert part.counted.height == table["InvoiceNo"].n_unique()
    assert abs(float(part.sums[""]) - sold) < 0.01
    credit = table.filter(pl.col("InvoiceNo").str.starts_with("C"))["InvoiceNo"].unique()
    assert part.rows.filter(CREDIT & pl.col("number").str.starts_with("C")).height == credit.len()


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_a_workbook_of_lines_is_orders_customers_and_what_came_back_without_a_word(desk: Desk) -> None:
    """The figures are those of the sheet itself, summed up by another program."""
    import fastexcel

    book = fastexcel.read_excel(SHARED / "superstore.xls")
    sold = pl.DataFrame(book.load_sheet("Orders"))
    back = pl.DataFrame(book.load_sheet("Returns"))
    tables = desk.load(str(SHARED / "superstore.xls"))
    orders = tables[ORDERS]
    assert orders.height == sold["Order ID"].n_unique()
    assert abs(float(orders["total"].sum()) - sold["Sales"].sum()) < 0.005 * sold.height
    assert orders["customer_id"].n_unique() == sold["Customer ID"].n_unique()
    assert orders.filter(pl.col("status") == "returned").height == back["Order ID"].n_unique()


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_sheets_of_two_years_know_the_same_customers(desk: Desk) -> None:
    import fastexcel

    book = fastexcel.read_excel(SHARED / "online_retail_II.xlsx")
    rows = pl.concat([pl.DataFrame(book.load_sheet(name)) for name in book.sheet_names], how="vertical_relaxed")
    orders = desk.load(str(SHARED / "online_retail_II.xlsx"))[ORDERS]
    assert orders.height == rows["Invoice"].cast(pl.String).n_unique()
    assert orders["customer_id"].drop_nulls().n_unique() == rows["Customer ID"].drop_nulls().n_unique()
