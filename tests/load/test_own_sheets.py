"""Sheets that people keep themselves, for every table, in Spanish and in English."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from custintel.load.conventions import Given
from custintel.tables.actions import ACTIONS
from custintel.tables.calls import CALLS
from custintel.tables.geo_index import GEO_INDEX
from custintel.tables.order_items import ORDER_ITEMS
from custintel.tables.orders import ORDERS
from custintel.tables.products import PRODUCTS
from custintel.tables.returns import RETURNS
from custintel.tables.spend import SPEND
from custintel.tables.surveys import SURVEYS

from .conftest import Desk

SHEETS = {
    "pedidos": ("orders", "pedido;fecha;total;estado;correo\nP1;13/05/2026;45.900,00;Entregado;ana@a.example\n"),
    "orders": ("orders", "order_id,ordered_at,total,status\nP1,2026-05-13,45.90,delivered\n"),
    "lineas": ("order_items", "pedido;sku;cantidad;precio unitario\nP1;V1;2;45.900,00\n"),
    "items": ("order_items", "order_id,sku,qty,unit_price\nP1,V1,2,45.90\n"),
    "productos": ("products", "sku;producto;categoría;precio;costo unitario;peso kg\nV1;Vela;Velas;42900;14200;0,4\n"),
    "products": ("products", "sku,name,category,price,unit_cost,kg\nV1,Candle,Candles,42.90,14.20,0.4\n"),
    "gasto": ("spend", "fecha;canal;campaña;valor;moneda\n13/05/2026;Radio;Cuña;45.900,00;COP\n"),
    "spend": ("spend", "date,channel,campaign,amount,currency\n2026-05-13,Meta,Candles,45.90,USD\n"),
    "devoluciones": ("returns", "pedido;tipo;fecha;cantidad;valor reembolsado\nP1;Devolución;13/05/2026;1;45.900,00\n"),
    "returns": ("returns", "order_id,kind,requested_at,qty,refund\nP1,return,2026-05-13,1,45.90\n"),
    "llamadas": ("calls", "fecha y hora;pedido;motivo;resultado;duración\n13/05/2026 15:41;P1;Venta;Acepta;01:32\n"),
    "calls": ("calls", "started_at,order_id,purpose,result,seconds\n2026-05-13 15:41,P1,sales,no answer,92\n"),
    "encuestas": ("surveys", "Marca temporal;Correo;NPS;Comentario\n13/05/2026 10:00:00;ana@a.example;9;Todo bien\n"),
    "surveys": ("surveys", "timestamp,email,csat,comment\n2026-05-13 10:00:00,ana@a.example,4,fine\n"),
    "acciones": ("actions", "id;acción;medio;desde;ciudades;cupón;costo planeado\n"
                 "A1;Feria;offline;13/05/2026;Cali, Palmira;FERIA20;9.800.000\n"),
    "actions": ("actions", "action_id,name,medium,from,planned_cost,currency\nA1,Fair,offline,2026-05-13,900,USD\n"),
    "eventos": ("events", "fecha y hora;visitante;evento;página\n13/05/2026 10:00:00;v1;page_view;/\n"),
    "events": ("events", "ts,visitor_id,event,page\n2026-05-13 10:00:00,v1,page_view,/\n"),
    "visitas": ("traffic", "fecha;fuente;medio;visitas\n13/05/2026;google;cpc;120\n"),
    "traffic": ("traffic", "date,source,medium,visits\n2026-05-13,google,cpc,120\n"),
    "indice": ("geo_index", "país;código;índice;año;valor\nCO;05001;poder de compra;2025;112,5\n"),
    "geo_index": ("geo_index", "country,level,code,index,year,value\nUS,zip,90210,income,2025,180.5\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_recognised_in_both_languages_and_every_row_is_used(desk: Desk, name: str) -> None:
    table, text = SHEETS[name]
    part = desk.part(desk.write(f"{name}.csv", text))
    assert (part.table, part.platform, part.used) == (table, "", 1)
    assert part.refused.is_empty()


def test_orders_of_a_sheet_may_have_lines_and_the_total_is_theirs(desk: Desk) -> None:
    text = "pedido;fecha;sku;cantidad;precio unitario\nP1;13/05/2026;V1;2;45.900,00\nP1;13/05/2026;M1;1;10.000,00\n"
    tables = desk.load(desk.write("ventas.csv", text))
    assert tables[ORDERS].select("number", "total").rows() == [("P1", Decimal(101_800))]
    assert tables[ORDER_ITEMS].height == 2


def test_lines_may_come_in_a_file_of_their_own_before_or_after_the_orders(desk: Desk) -> None:
    orders = desk.write("o.csv", "order_id,ordered_at,total\n1001,2026-05-13,91.80\n")
    lines = desk.write("l.csv", "order_id,sku,qty,unit_price\n#1001,V1,2,45.90\n")
    after = desk.load(lines, before=desk.load(orders))
    first = desk.load(orders, before=desk.load(lines))
    assert after[ORDER_ITEMS].select("order_id", "line_no", "qty").rows() == [("1001", 1, 2.0)]
    assert first[ORDER_ITEMS].select("order_id", "line_no", "qty").rows() == [("1001", 1, 2.0)]


def test_the_list_of_products_fills_what_lines_do_not_say_and_a_newer_list_fills_it_anew(desk: Desk) -> None:
    lines = desk.write("l.csv", "order_id,sku,qty,unit_price,unit_cost\n1,V1,2,45.90,\n1,M1,1,20.00,7.00\n")
    old = desk.write("old.csv", "sku,category,unit_cost,kg\nv1,Candles,14.20,0.4\nM1,Pots,9.99,1.8\n")
    new = desk.write("new.csv", "sku,category,unit_cost,kg\nV1,Candles,15.00,0.4\nM1,Pots,9.99,1.8\n")
    tables = desk.load(lines, old)
    assert tables[ORDER_ITEMS].select("sku", "unit_cost", "from_catalogue").rows() == [
        ("V1", Decimal("14.20"), ["category", "unit_cost", "kg"]),
        ("M1", Decimal("7.00"), ["category", "kg"]),
    ]
    again = desk.load(new, before=tables)
    assert again[PRODUCTS]["unit_cost"].to_list() == [Decimal("9.99"), Decimal("15.00")]
    assert again[ORDER_ITEMS]["unit_cost"].to_list() == [Decimal("15.00"), Decimal("7.00")]


def test_returns_find_their_order_line_and_change_its_status(desk: Desk) -> None:
    orders = desk.write(
        "o.csv",
        "order_id,ordered_at,total,status,sku,qty,unit_price\n"
        "#1001,2026-05-13,91.80,delivered,V1,2,45.90\n"
        "#1002,2026-05-13,45.90,delivered,V1,1,45.90\n"
        "#1003,2026-05-13,45.90,shipped,V1,1,45.90\n",
    )
    came = "1001,return,V1,1,45.90\n1002,Devolución,v1,1,45.90\n1003,refusal,,1,0\n"
    back = desk.write("r.csv", "order_id,kind,sku,qty,refund\n" + came)
    tables = desk.load(back, before=desk.load(orders))
    assert dict(tables[ORDERS].select("number", "status").iter_rows()) == {
        "#1001": "delivered", "#1002": "returned", "#1003": "refused",
    }  # fmt: skip
    assert dict(tables[ORDERS].select("number", "refunded").iter_rows())["#1001"] == Decimal("45.90")
    assert tables[RETURNS].sort("order_id")["line_no"].to_list() == [1, 1, None]
    assert tables[ORDER_ITEMS].sort("order_id")["returned_qty"].to_list() == [1.0, 1.0, 1.0]
    whole = desk.load(orders, back)
    assert all(whole[table].equals(tables[table]) for table in (ORDERS, ORDER_ITEMS, RETURNS))


def test_durations_are_read_in_every_form(desk: Desk) -> None:
    cells = ["01:32", "1:02:03", "2 min 5 s", "92", "soon"]
    text = "started_at,duration\n" + "".join(f"2026-05-13 1{n}:00,{cell}\n" for n, cell in enumerate(cells))
    part = desk.part(desk.write("calls.csv", text))
    assert part.rows["seconds"].to_list() == [92.0, 3723.0, 125.0, 92.0, None]
    assert part.refused.select("row", "field", "value").rows() == [(6, "seconds", "soon")]


def test_a_score_beyond_its_scale_widens_the_scale(desk: Desk) -> None:
    tables = desk.load(desk.write("s.csv", "timestamp,csat\n2026-05-13,4\n2026-05-14,9\n"))
    assert tables[SURVEYS].select("kind", "scale_min", "scale_max").unique().rows() == [("csat", 1.0, 10.0)]


def test_lists_that_begin_at_one_every_month_do_not_overwrite_each_other(desk: Desk) -> None:
    may = desk.write("may.csv", "id,order_id,kind,requested_at\n1,A,return,2026-05-13\n")
    june = desk.write("june.csv", "id,order_id,kind,requested_at\n1,B,return,2026-06-13\n")
    assert desk.load(june, before=desk.load(may))[RETURNS]["order_id"].to_list() == ["A", "B"]


def test_actions_have_cities_a_share_left_out_and_a_cost(desk: Desk) -> None:
    header = "id;acción;medio;desde;ciudades;grupo de control;costo planeado\n"
    text = header + "A1;Feria;offline;13/05/2026;Cali, Palmira;10%;9.800.000\n"
    row = desk.load(desk.write("a.csv", text), given=Given(country="CO", currency="COP"))[ACTIONS].row(0, named=True)
    assert (row["geo"], row["holdout"], row["planned_cost"]) == (["Cali", "Palmira"], 0.1, 9_800_000)
    assert (row["from"], row["currency"]) == (dt.date(2026, 5, 13), "COP")


def test_figures_of_places_are_of_municipalities_unless_said(desk: Desk) -> None:
    row = desk.load(desk.write("g.csv", SHEETS["indice"][1]))[GEO_INDEX].row(0, named=True)
    assert (row["level"], row["code"], row["year"], row["value"]) == ("municipality", "05001", 2025, 112.5)


def test_calls_know_their_order_by_any_of_its_numbers(desk: Desk) -> None:
    orders = desk.write("o.csv", "order_id,ordered_at,total,analytics_id\n#1001,2026-05-13,1,LP-7\n")
    calls = desk.write("c.csv", "started_at,order_id,result\n" + "".join(
        f"2026-05-13 1{n}:00,{said},confirmed\n" for n, said in enumerate(["1001", "#1001", "lp-7", "9999", ""])
    ))  # fmt: skip
    found = desk.load(orders, calls)[CALLS].sort("started_at")["order_id"].to_list()
    assert found == ["#1001", "#1001", "#1001", None, None]


def test_two_shops_may_use_the_same_numbers(desk: Desk) -> None:
    text = "order_id,ordered_at,total\n1001,2026-05-13,10\n"
    first = desk.load(desk.write("a.csv", text), origin="bogota")
    both = desk.load(desk.write("b.csv", text), origin="lima", before=first)
    assert both[ORDERS]["order_id"].to_list() == ["bogota/1001", "lima/1001"]
    assert both[ORDERS].select(pl.col("total").sum()).item() == 20


@pytest.mark.parametrize(
    ("text", "kind", "score"),
    [
        (
            '"Marca temporal","Dirección de correo electrónico","En una escala de 0 a 10, ¿qué tan probable es que nos '
            'recomiendes a un amigo?","¿Por qué?"\n"13/05/2026 10:00:00",ana@a.example,9,"Todo bien"\n',
            "nps",
            9.0,
        ),
        (
            "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,"
            "How likely is it that you would recommend us to a friend or colleague?\n"
            "118,4,2026-05-13 10:00:00,2026-05-13 10:02:00,1.2.3.4,ana@a.example,Ana,Gil,8\n",
            "nps",
            8.0,
        ),
        (
            "#,How satisfied are you with our service?,Start Date (UTC),Submit Date (UTC),Network ID\n"
            "abc,4,2026-05-13 10:00:00,2026-05-13 10:02:00,xx\n",
            "csat",
            4.0,
        ),
    ],
)
def test_answers_to_a_question_in_a_sentence_are_known_by_what_it_asks(
    desk: Desk, text: str, kind: str, score: float
) -> None:
    (row,) = desk.load(desk.write("respuestas.csv", text))[SURVEYS].select("kind", "score").rows()
    assert row == (kind, score)


@pytest.mark.parametrize("month", ["mayo 2026", "may-26", "May 2026", "2026-05", "05/2026", "Mayo de 2026"])
def test_money_of_a_month_is_spread_over_its_days(desk: Desk, month: str) -> None:
    text = f"Mes;Canal;Inversión;Moneda\n{month};Radio;310.000;COP\njunio 2026;Radio;300.000;COP\n"
    spend = desk.load(desk.write("pauta.csv", text))[SPEND].filter(pl.col("date").dt.month() == 5)
    assert (spend.height, spend["date"].min(), spend["date"].max()) == (31, dt.date(2026, 5, 1), dt.date(2026, 5, 31))
    assert spend["amount"].unique().to_list() == [Decimal(10_000)]


def test_a_month_that_does_not_exist_is_refused(desk: Desk) -> None:
    part = desk.part(desk.write("p.csv", "Mes;Canal;Inversión\n13/2026;Radio;310.000\nmayo 2026;Radio;10,50\n"))
    assert (part.used, part.refused_rows) == (1, 1)


def test_amounts_that_differ_on_every_line_are_of_lines_and_discounts_below_one_are_shares(desk: Desk) -> None:
    """80 + 45 = 125 after discounts of 20 % of 100 and 10 % of 50."""
    text = (
        "Order ID,Order Date,Ship Date,Customer ID,Customer Name,Product ID,Product Name,Sales,Quantity,Discount\n"
        "A1,2026-05-01,2026-05-03,C1,Ana Gil,V1,Candle,80.00,2,0.2\n"
        "A1,2026-05-01,2026-05-03,C1,Ana Gil,M1,Pot,45.00,1,0.1\n"
        "A2,2026-05-20,2026-05-21,C1,Ana Gil,M1,Pot,50.00,1,0\n"
    )
    path = desk.write("superstore.csv", text)
    tables = desk.load(path)
    assert tables[ORDERS].select("number", "gross", "discount", "total").rows() == [
        ("A1", Decimal(150), Decimal(25), Decimal(125)),
        ("A2", Decimal(50), None, Decimal(50)),
    ]
    lines = tables[ORDER_ITEMS].select("unit_price", "discount", "net").rows()
    assert lines[0] == (Decimal(50), Decimal(20), Decimal(80))
    assert "of_lines" in {note.code for note in desk.part(path).notes}
    assert tables[ORDERS]["status"].to_list() == ["delivered", "shipped"]


def test_a_total_that_every_line_repeats_stays_that_of_the_order(desk: Desk) -> None:
    text = (
        "pedido;fecha;sku;cantidad;total;descuento\nP1;13/05/2026;V1;2;100,50;5,50\nP1;13/05/2026;M1;1;100,50;5,50\n"
        "P2;13/05/2026;M1;1;30,00;0,00\n"
    )
    orders = desk.load(desk.write("v.csv", text))[ORDERS]
    assert orders.select("total", "discount").rows() == [
        (Decimal("100.50"), Decimal("5.50")),
        (Decimal(30), Decimal(0)),
    ]


def test_an_order_on_the_list_of_what_came_back_came_back_whole(desk: Desk) -> None:
    text = "order_id,ordered_at,total,status\nA1,2026-05-13,10,delivered\nA2,2026-05-13,9,delivered\n"
    tables = desk.load(desk.write("o.csv", text), desk.write("r.csv", "Returned,Order ID\nYes,A1\nNo,A2\n"))
    assert tables[ORDERS]["status"].to_list() == ["returned", "delivered"]


@pytest.mark.parametrize(
    ("paid", "status"), [("Contra entrega", "refused"), ("Tarjeta", "cancelled"), ("", "cancelled")]
)
def test_rejected_is_refused_at_the_door_when_it_was_to_be_paid_there(desk: Desk, paid: str, status: str) -> None:
    text = f"pedido;fecha;total;estado;forma de pago\nP1;13/05/2026;10,5;Rechazado;{paid}\n"
    assert desk.load(desk.write("v.csv", text))[ORDERS]["status"].to_list() == [status]


def test_an_order_that_names_a_campaign_only_is_of_the_channel_that_money_was_spent_in_and_never_direct(
    desk: Desk,
) -> None:
    orders = desk.write("v.csv", "pedido;fecha;total;campaña\nP1;13/05/2026;10,5;Velas-Mayo\nP2;13/05/2026;10,5;otra\n")
    spend = desk.write("g.csv", "fecha;canal;campaña;valor;moneda\n13/05/2026;Meta;velas mayo;45,50;COP\n")
    made = desk.load(orders, spend)[ORDERS].sort("number").select("channel_ga4", "channel").rows()
    assert made == [(None, "Paid Social"), (None, None)]
