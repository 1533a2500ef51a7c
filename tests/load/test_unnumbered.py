"""Sheets of sales that number no orders."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from custintel.tables.order_items import ORDER_ITEMS
from custintel.tables.orders import ORDERS

from .conftest import Desk

HEAD = "Fecha;Cliente;Teléfono;Correo;Producto;Cantidad;Valor total;Medio de pago\n"
ANA = "Ana Gómez;3104567812;ana@a.example"
LUIS = "Luis Rey;3117654321;luis@l.example"
FIRST = f"13/05/2026;{ANA};Vela;2;45.900;Nequi\n13/05/2026;{ANA};Jabón;1;45.900;Nequi\n"
SECOND = f"14/05/2026;{ANA};Vela;1;22.950;Nequi\n14/05/2026;{LUIS};Vela;1;22.950;Efectivo\n"
THIRD = f"15/05/2026;{LUIS};Jabón;1;45.900;Efectivo\n"


def test_rows_of_one_person_on_one_day_are_one_order_and_it_says_so(desk: Desk) -> None:
    path = desk.write("ventas.csv", HEAD + FIRST + SECOND)
    part = desk.part(path)
    assert (part.table, part.used) == ("orders", 4)
    assert "no_numbers" in {note.code for note in part.notes}
    tables = desk.load(path)
    assert sorted(tables[ORDERS]["total"]) == [Decimal(22_950), Decimal(22_950), Decimal(91_800)]
    assert tables[ORDER_ITEMS].height == 4
    assert tables[ORDERS]["customer_id"].n_unique() == 2


def test_the_same_file_and_exports_that_overlap_count_nothing_twice(desk: Desk) -> None:
    may = desk.write("mayo.csv", HEAD + FIRST + SECOND)
    before = desk.load(may)
    again = desk.load(may, before=before)
    assert again[ORDERS].equals(before[ORDERS])
    assert again[ORDER_ITEMS].equals(before[ORDER_ITEMS])
    later = desk.load(desk.write("junio.csv", HEAD + SECOND + THIRD), before=before)
    assert later[ORDERS].height == 4
    assert later[ORDER_ITEMS].height == 5
    assert later[ORDERS]["total"].sum() == Decimal(183_600)


def test_rows_of_nobody_or_without_an_article_are_orders_of_their_own(desk: Desk) -> None:
    rows = "13/05/2026;CONSUMIDOR FINAL;10.000;Efectivo\n" * 2 + "13/05/2026;Ana Gómez;20.000;Nequi\n" * 2
    text = "Fecha;Cliente;Total;Medio de pago\n" + rows + "13/05/2026;Ana Gómez;5.000;Nequi\n"
    tables = desk.load(desk.write("caja.csv", text))
    assert tables[ORDERS].height == 5
    assert tables[ORDERS]["total"].sum() == Decimal(65_000)
    assert tables[ORDERS].filter(pl.col("customer_id").is_not_null()).height == 3


def test_a_total_that_prices_show_to_be_repeated_is_that_of_the_order(desk: Desk) -> None:
    rows = f"13/05/2026;{ANA};Vela;2;10.000;25.000\n13/05/2026;{ANA};Jabón;1;5.000;25.000\n"
    text = f"Fecha;Cliente;Teléfono;Correo;Producto;Cantidad;Precio unitario;Total pedido\n{rows}"
    tables = desk.load(desk.write("ventas.csv", text))
    assert tables[ORDERS]["total"].to_list() == [Decimal(25_000)]
