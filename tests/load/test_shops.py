"""Exports of shops and marketplaces, made to their headers and with their traps."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from custintel.errors import CustintelError
from custintel.tables.order_items import ORDER_ITEMS
from custintel.tables.orders import ORDERS

from .conftest import Desk, Row


def _totals(orders: pl.DataFrame) -> dict[str, Decimal]:
    return dict(orders.sort("number").select("number", "total").iter_rows())


SHOPIFY: list[Row] = [
    {
        "Name": "#1002", "Email": "ana@a.example", "Financial Status": "paid", "Paid at": "2026-05-02 10:00:00 -0500",
        "Fulfillment Status": "fulfilled", "Fulfilled at": "2026-05-03 09:00:00 -0500", "Currency": "COP",
        "Subtotal": "90000.00", "Shipping": "10000.00", "Taxes": "15966.39", "Total": "100000.00",
        "Discount Code": "VERANO", "Discount Amount": "10000.00", "Created at": "2026-05-02 09:58:00 -0500",
        "Lineitem quantity": "2", "Lineitem name": "Vela", "Lineitem price": "40000.00", "Lineitem sku": "V1",
        "Billing Phone": "'+573104567812", "Payment Method": "Wompi (PSE)", "Refunded Amount": "0.00",
        "Shipping City": "Medellín", "Shipping Country": "CO",
    },
    {
        "Name": "#1002", "Email": "ana@a.example", "Created at": "2026-05-02 09:58:00 -0500", "Lineitem quantity": "1",
        "Lineitem name": "Matera", "Lineitem price": "20000.00", "Lineitem sku": "M1",
    },
    {
        "Name": "#1001", "Financial Status": "refunded", "Fulfillment Status": "fulfilled", "Currency": "COP",
        "Fulfilled at": "2026-05-01 12:00:00 -0500", "Subtotal": "30000.00", "Shipping": "0.00", "Total": "30000.00",
        "Created at": "2026-05-01 09:00:00 -0500", "Lineitem quantity": "1", "Lineitem name": "Café",
        "Lineitem price": "30000.00", "Refunded Amount": "30000.00", "Payment Method": "Nequi",
    },
    {
        "Name": "#1000", "Financial Status": "paid", "Currency": "COP", "Total": "1000.00", "Tags": "VIP, Prueba",
        "Created at": "2026-04-30 09:00:00 -0500", "Lineitem quantity": "1", "Lineitem name": "x",
        "Lineitem price": "1000.00",
    },
]  # fmt: skip


def test_totals_of_shopify_stand_on_the_first_line_only_and_are_counted_once(desk: Desk) -> None:
    part = desk.part(desk.export("orders.csv", "shopify", SHOPIFY))
    assert (part.platform, part.table, part.read, part.used) == ("Shopify", "orders", 4, 4)
    assert part.sums == {"COP": Decimal(131_000)}
    assert part.span == (dt.date(2026, 4, 30), dt.date(2026, 5, 2))


def test_an_order_of_shopify_has_its_amounts_lines_and_contacts(desk: Desk) -> None:
    tables = desk.load(desk.export("orders.csv", "shopify", SHOPIFY))
    order = tables[ORDERS].row(by_predicate=pl.col("number") == "#1002", named=True)
    assert (order["gross"], order["discount"], order["shipping_charged"]) == (100_000, 10_000, 10_000)
    assert order["net_revenue"] == Decimal("84033.61")
    assert (order["payment_method"], order["coupon"], order["sale_channel"]) == ("pse", "VERANO", "web")
    assert (order["contact_email"], order["contact_phone"]) == ("ana@a.example", "+573104567812")
    assert (order["city"], order["geo_code"], order["analytics_id"]) == ("Medellín", "05001", "1002")
    assert order["ordered_at"] == dt.datetime(2026, 5, 2, 9, 58)
    lines = tables[ORDER_ITEMS].filter(pl.col("order_id") == "#1002")
    assert lines.select("line_no", "sku", "qty", "unit_price", "net").rows() == [
        (1, "V1", 2.0, 40_000, 80_000),
        (2, "M1", 1.0, 20_000, 20_000),
    ]


def test_the_status_of_shopify_says_what_was_sent_back_or_only_tried(desk: Desk) -> None:
    orders = desk.load(desk.export("orders.csv", "shopify", SHOPIFY))[ORDERS]
    status = dict(orders.select("number", "status").iter_rows())
    assert status == {"#1000": "test", "#1001": "returned", "#1002": "shipped"}


def test_what_shopify_sent_a_week_before_the_export_counts_as_delivered_and_says_so(desk: Desk) -> None:
    unsent = {"Paid at": "", "Fulfilled at": "", "Fulfillment Status": "unfulfilled"}
    later: Row = {**SHOPIFY[0], "Name": "#1003", "Created at": "2026-05-10 10:00:00 -0500", **unsent}
    part = desk.part(desk.export("orders.csv", "shopify", [*SHOPIFY, later]))
    first = part.rows.row(by_predicate=pl.col("number") == "#1002", named=True)
    assert (first["stated_status"], first["delivery_assumed"]) == ("delivered", True)
    assert [note.code for note in part.notes] == ["delivery_assumed"]


TIENDANUBE: list[Row] = [
    {
        "Número de orden": "100", "Email": "eva@a.example", "Fecha": "13/05/2026 18:20:01", "Moneda": "ARS",
        "Estado de la orden": "Abierta", "Estado del pago": "Confirmado", "Estado del envío": "Enviado",
        "Subtotal de productos": "25.000,50", "Descuento": "1.000,50", "Costo de envío": "3.500,00",
        "Total": "27.500,00",
        "Nombre del comprador": "Eva Núñez", "País": "Argentina", "Medio de pago": "Mercado Pago",
        "Nombre del producto": "Difusor", "Precio del producto": "25.000,50", "Cantidad del producto": "1", "SKU": "D1",
    },
    {"Número de orden": "101", "Fecha": "14/05/2026 10:00:00", "Estado de la orden": "Cancelada", "Moneda": "ARS",
     "Estado del pago": "Rechazado", "Total": "1.500,00", "Nombre del producto": "Vela",
     "Precio del producto": "1.500,00", "Cantidad del producto": "1"},
]  # fmt: skip


def test_tiendanube_writes_semicolons_cp1252_and_decimal_commas(desk: Desk) -> None:
    part = desk.part(desk.export("ventas.csv", "tiendanube", TIENDANUBE, encoding="cp1252"))
    assert (part.platform, part.sums) == ("Tiendanube", {"ARS": Decimal(29_000)})
    orders = {row["number"]: row for row in part.rows.iter_rows(named=True)}
    assert (orders["100"]["stated_status"], orders["101"]["stated_status"]) == ("shipped", "cancelled")
    assert (orders["100"]["gross"], orders["100"]["contact_name"]) == (Decimal("25000.50"), "Eva Núñez")
    assert part.refused.is_empty()


def test_woocommerce_writes_lines_in_cells(desk: Desk) -> None:
    row: Row = {
        "order_id": "55", "order_number": "1055", "order_date": "2026-05-13 10:11:12", "status": "completed",
        "shipping_total": "5.00", "tax_total": "2.10", "discount_total": "1.00", "order_total": "34.10",
        "order_subtotal": "28.00", "order_currency": "EUR", "payment_method_title": "Tarjeta (Redsys)",
        "billing_email": "ana@a.example", "billing_first_name": "Ana", "billing_last_name": "Gil",
        "line_item_1": "name:Vela grande|product_id:7|sku:V1|quantity:2|total:20.00|sub_total:20.00",
        "line_item_2": "name:Matera|product_id:8|sku:M1|quantity:1|total:8.00|sub_total:8.00",
    }  # fmt: skip
    part = desk.part(desk.export("orders.csv", "woocommerce", [row, {**row, "order_id": "56", "order_number": "1056"}]))
    assert part.sums == {"EUR": Decimal("68.20")}
    assert part.items is not None
    assert part.items.filter(pl.col("number") == "1055").select("sku", "qty", "net", "unit_price").rows() == [
        ("V1", 2.0, 20, 10),
        ("M1", 1.0, 8, 8),
    ]
    order = part.rows.row(0, named=True)
    assert (order["contact_name"], order["payment_method"], order["stated_status"]) == ("Ana Gil", "card", "delivered")


def test_the_short_export_of_woocommerce_is_known_too(desk: Desk) -> None:
    row: Row = {"Order Number": "7", "Order Status": "Processing", "Order Date": "2026-05-13 10:11",
                "Order Total Amount": "34.10", "Order Total Tax Amount": "2.10"}  # fmt: skip
    part = desk.part(desk.export("orders.csv", "woocommerce_summary", [row]))
    assert (part.platform, part.rows["origin"][0], part.sums) == ("WooCommerce", "woocommerce", {"": Decimal("34.10")})


VTEX: list[Row] = [
    {
        "Order": "1310-01", "Creation Date": "2026-05-13 14:00:00Z", "Client Name": "Ana", "Client Last Name": "Gil",
        "Email": "ana@a.example", "Status": "Faturado", "UtmSource": "google", "UtmMedium": "cpc",
        "UtmCampaign": "marca", "Payment System Name": "Visa", "Installments": "3", "Quantity_SKU": quantity,
        "Reference Code": sku, "SKU Name": sku, "SKU Value": price, "SKU Selling Price": price,
        "SKU Total Price": price, "Shipping Value": "10", "Total Value": "110", "Discounts Totals": "0",
    }
    for sku, quantity, price in (("A", "1", "60"), ("B", "2", "20"))
]  # fmt: skip


def test_vtex_repeats_the_total_on_every_line_and_it_is_counted_once(desk: Desk) -> None:
    file = desk.export("orders.csv", "vtex", VTEX)
    part = desk.part(file)
    assert (part.platform, part.sums, part.rows.height) == ("VTEX", {"": Decimal(110)}, 1)
    order = desk.load(file)[ORDERS].row(0, named=True)
    assert (order["gross"], order["installments"], order["channel"], order["touched_by"]) == (
        100, 3, "Paid Search", "order",
    )  # fmt: skip


def test_the_grid_of_magento_is_known(desk: Desk) -> None:
    row: Row = {
        "ID": "000000012", "Purchase Point": "Main Website", "Purchase Date": "May 13, 2026 2:15:33 PM",
        "Bill-to Name": "Ana Gil", "Grand Total (Base)": "$120.50", "Grand Total (Purchased)": "$120.50",
        "Status": "complete", "Customer Email": "ana@a.example", "Total Refunded": "$0.00", "Payment Method": "paypal",
    }  # fmt: skip
    part = desk.part(desk.export("orders.csv", "magento", [row]))
    order = part.rows.row(0, named=True)
    assert (part.platform, order["number"], order["total"]) == ("Magento", "000000012", Decimal("120.50"))
    assert (order["stated_status"], order["payment_method"]) == ("delivered", "wallet")
    assert order["ordered_at"] == dt.datetime(2026, 5, 13, 14, 15, 33)


MERCADOLIBRE: list[Row] = [
    {
        "# de venta": "2001", "Fecha de venta": "12 de mayo de 2026 14:05 hs.", "Estado": "Entregado",
        "Paquete de varios productos": "Sí", "Unidades": "3", "Ingresos por productos (COP)": "130000",
        "Cargo por venta e impuestos": "-20800", "Costos de envío": "-8900", "Total (COP)": "100300",
        "Comprador": "Ana Gil", "Tipo y número de documento": "CC 1032456789", "Municipio o capital": "Cali",
        "Estado (2)": "Valle del Cauca", "Fecha entregado": "15 de mayo de 2026",
    },
    {"# de venta": "2002", "Fecha de venta": "12 de mayo de 2026 14:05 hs.", "Estado": "Entregado", "Unidades": "2",
     "SKU": "V1", "Título de la publicación": "Vela", "Precio unitario de venta de la publicación (COP)": "40000"},
    {"# de venta": "2003", "Fecha de venta": "12 de mayo de 2026 14:05 hs.", "Estado": "Entregado", "Unidades": "1",
     "SKU": "M1", "Título de la publicación": "Matera", "Precio unitario de venta de la publicación (COP)": "50000"},
    {"# de venta": "2004", "Fecha de venta": "13 de mayo de 2026 09:00 hs.", "Estado": "Venta cancelada",
     "Paquete de varios productos": "No", "Unidades": "1", "Ingresos por productos (COP)": "50000",
     "Anulaciones y reembolsos (COP)": "-50000", "Total (COP)": "0", "SKU": "M1", "Título de la publicación": "Matera",
     "Precio unitario de venta de la publicación (COP)": "50000"},
]  # fmt: skip


def test_packs_of_mercado_libre_are_one_order_and_its_total_is_what_was_sold_not_what_was_paid_out(desk: Desk) -> None:
    file = desk.export("ventas.csv", "mercadolibre", MERCADOLIBRE)
    part = desk.part(file)
    assert (part.platform, part.sums, part.read, part.used) == ("Mercado Libre", {"COP": Decimal(180_000)}, 4, 4)
    tables = desk.load(file)
    order = tables[ORDERS].row(by_predicate=pl.col("number") == "2001", named=True)
    assert (order["total"], order["marketplace_fee"], order["shipping_cost"]) == (130_000, 20_800, 8_900)
    assert (order["contact_document"], order["region"], order["channel"]) == (
        "1032456789", "Valle del Cauca", "Marketplace",
    )  # fmt: skip
    assert order["delivered_at"] == dt.datetime(2026, 5, 15)
    assert tables[ORDER_ITEMS].filter(pl.col("order_id") == "2001")["sku"].to_list() == ["V1", "M1"]


def test_amounts_on_the_articles_of_a_pack_are_not_added_to_those_of_the_pack(desk: Desk) -> None:
    amounts = ({}, {"Ingresos por productos (COP)": "80000"}, {"Ingresos por productos (COP)": "50000"}, {})
    rows = [{**row, **more} for row, more in zip(MERCADOLIBRE, amounts, strict=True)]
    assert desk.part(desk.export("ventas.csv", "mercadolibre", rows)).sums == {"COP": Decimal(180_000)}


def test_what_mercado_libre_annuls_was_never_paid(desk: Desk) -> None:
    orders = desk.load(desk.export("ventas.csv", "mercadolibre", MERCADOLIBRE))[ORDERS]
    dead = orders.row(by_predicate=pl.col("number") == "2004", named=True)
    assert (dead["status"], dead["refunded"]) == ("cancelled", None)


DROPI: list[Row] = [
    {
        "FECHA": "13-05-2026", "ID": "341", "HORA": "14:20", "NOMBRE CLIENTE": "EVA SOL", "TELÉFONO": "3104567812",
        "ESTATUS": "DEVOLUCION", "TIPO DE ENVIO": "CON RECAUDO", "CIUDAD DESTINO": "CALI",
        "DEPARTAMENTO DESTINO": "VALLE DEL CAUCA", "TRANSPORTADORA": "ENVIA", "PRECIO FLETE": "11760",
        "COSTO DEVOLUCION FLETE": "11000", "COMISION": "500", "PRECIO PROVEEDOR": cost, "SKU": sku, "PRODUCTO": sku,
        "CANTIDAD": "1", "NOVEDAD": "NO RECIBE", "NUMERO DE PEDIDO DE TIENDA": "LP-1", "CATEGORÍAS": "Cocina",
        "TOTAL DE LA ORDEN": "138700",
    }
    for sku, cost in (("A", "30000"), ("B", "22200"))
]  # fmt: skip


def test_dropi_brings_the_hidden_costs_of_every_order(desk: Desk) -> None:
    tables = desk.load(desk.export("ordenes.csv", "dropi", DROPI))
    order = tables[ORDERS].row(0, named=True)
    assert (order["total"], order["shipping_cost"], order["return_shipping_cost"], order["marketplace_fee"]) == (
        138_700, 11_760, 11_000, 500,
    )  # fmt: skip
    assert (order["status"], order["payment_method"], order["incident"]) == ("refused", "cod", "NO RECIBE")
    assert (order["ordered_at"], order["analytics_id"]) == (dt.datetime(2026, 5, 13, 14, 20), "LP-1")
    assert tables[ORDER_ITEMS]["unit_cost"].to_list() == [30_000, 22_200]


def test_orders_of_etsy_are_known_by_their_headers(desk: Desk) -> None:
    rows: list[Row] = [
        {"Sale Date": "05/13/26", "Order ID": "3001", "Full Name": "Ana Gil", "Number of Items": "2",
         "Ship City": "Austin", "Currency": "USD", "Order Value": "40.00", "Shipping": "5.00", "Sales Tax": "3.30",
         "Order Total": "48.30", "Status": "Completed"},
        {"Sale Date": "05/14/26", "Order ID": "3002", "Currency": "USD", "Order Value": "10.00", "Shipping": "5.00",
         "Sales Tax": "1.30", "Order Total": "16.30", "Status": "Completed"},
    ]  # fmt: skip
    part = desk.part(desk.export("etsy.csv", "etsy", rows))
    assert (part.table, part.sums) == ("orders", {"USD": Decimal("64.60")})
    assert part.span == (dt.date(2026, 5, 13), dt.date(2026, 5, 14))
    first = part.rows.row(0, named=True)
    assert (first["number"], first["contact_name"], first["tax"], first["shipping_charged"]) == (
        "3001", "Ana Gil", Decimal("3.30"), 5,
    )  # fmt: skip


def test_deals_of_hubspot_are_orders_that_were_won_or_lost_and_without_a_date_are_refused(desk: Desk) -> None:
    stages = [("9001", "Closed Won", "1200000"), ("9002", "Closed Lost", "300000"), ("9003", "closedwon", "1")]
    rows: list[Row] = [
        {"Record ID": number, "Deal Stage": stage, "Amount": amount, "Close Date": "2026-05-13 10:00"}
        for number, stage, amount in stages
    ]
    part = desk.part(desk.export("deals.csv", "hubspot_deals", rows))
    assert part.rows["stated_status"].to_list() == ["paid", "cancelled", "paid"]
    assert part.refused.is_empty()
    undated = desk.write("undated.csv", "Record ID,Deal Name,Deal Stage,Amount\n9001,Velas,Closed Won,1200000\n")
    with pytest.raises(CustintelError, match="ordered_at") as refused:
        desk.parts(undated)
    assert refused.value.seen == "columns: Record ID, Deal Name, Deal Stage, Amount"
