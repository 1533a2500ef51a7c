"""``dropi_ordenes.xlsx`` and ``mercadolibre_ventas.xlsx``: orders that were not paid in the web shop."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import catalogue
import traps
from names import HEADERS
from orders import Line, Order
from people import plain
from truth import WhoIsWho
from workbook import Cell, Sheet, Styled, write

DROPI, MERCADOLIBRE = "dropi_ordenes.xlsx", "mercadolibre_ventas.xlsx"
DROPI_HEADER = HEADERS["dropi"]
DROPI_STATUS = {
    "placed": "PENDIENTE CONFIRMACION",
    "confirmed": "GUIA_GENERADA",
    "shipped": "EN REPARTO",
    "delivered": "ENTREGADO",
    "returned": "ENTREGADO",
    "refused": "DEVOLUCION",
    "cancelled": "CANCELADO",
}
ML_GROUPS = {"Ventas": 0, "Publicidad": 12, "Publicaciones": 13, "Compradores": 19, "Envíos": 26}
ML_HEADER = HEADERS["mercadolibre"]
MONTHS = HEADERS["months"]
ML_STATUS = {
    "placed": ("Pago pendiente", "Estamos esperando el pago"),
    "paid": ("Etiqueta lista para imprimir", "Despacha el paquete hoy"),
    "shipped": ("En camino", "Llega en los próximos días"),
    "delivered": ("Entregado", "Llegó al comprador"),
    "returned": ("Devolución finalizada", "Te devolvieron el producto"),
    "cancelled": ("Venta cancelada", "El comprador canceló la compra"),
}


def make_dropi(folder: Path, orders: list[Order], seed: str, truth: WhoIsWho) -> None:
    """Write the cash-on-delivery orders: a row per line, each repeating the amounts of the whole order."""
    rng = Random(f"{seed} dropi")
    sheet = Sheet("Ordenes", [list(DROPI_HEADER)])
    truth.note(DROPI, sheet.name, 1, None, "header")
    for order in orders:
        if order.shop != "dropi":
            continue
        common = _dropi_order(rng, order)
        for line in order.lines:
            cells: dict[str, Cell] = common | {
                "PRECIO PROVEEDOR": line.product.cost,
                "PRECIO PROVEEDOR X CANTIDAD": line.product.cost * line.qty,
                "SKU": line.product.sku,
                "PRODUCTO": line.product.name.upper(),
                "CANTIDAD": line.qty,
                "CATEGORÍAS": line.product.category,
            }
            sheet.rows.append([cells.get(name) for name in DROPI_HEADER])
            truth.note(DROPI, sheet.name, len(sheet.rows), order.person)
    write(folder / DROPI, [sheet])


def _dropi_order(rng: Random, order: Order) -> dict[str, Cell]:
    person = order.person
    goods = sum(line.product.cost * line.qty for line in order.lines)
    refused = catalogue.REFUSAL_FREIGHT if order.status == "refused" else 0
    name = " ".join(filter(None, traps.short_name(rng, person)))
    number = person.mobile.removeprefix("+57")
    phones: list[Cell] = [int(number), int(number), number, f"57{number}"]
    return {
        "FECHA": f"{order.at:%d-%m-%Y}",
        "ID": int(order.id),
        "HORA": f"{order.at:%H:%M}",
        "NOMBRE CLIENTE": rng.choice([name, name.upper(), plain(name).lower()]),
        "TELÉFONO": rng.choice(phones),
        "EMAIL": rng.choice([person.email or None, "no@tiene.com", None, None]),
        "NÚMERO GUIA": f"{240_000_000_000 + int(order.id) * 13}" if order.shipped_at else None,
        "ESTATUS": DROPI_STATUS[order.status],
        "TIPO DE ENVIO": "CON RECAUDO",
        "DEPARTAMENTO DESTINO": plain(person.address.city.region).upper().replace("BOGOTA D.C.", "CUNDINAMARCA"),
        "CIUDAD DESTINO": plain(person.address.city.name).upper(),
        "DIRECCION": person.address.written(rng),
        "NOTAS": rng.choice([None, None, None, "LLAMAR ANTES", "ENTREGAR EN LA TARDE"]),
        "TRANSPORTADORA": plain(order.carrier).upper() or None,
        "VALOR DE COMPRA EN PRODUCTOS": order.total,
        "GANANCIA": order.total - goods - order.freight if order.kept else -order.freight - refused,
        "PRECIO FLETE": order.freight,
        "COSTO DEVOLUCION FLETE": refused,
        "COMISION": 0,
        "TOTAL EN PRECIOS DE PROVEEDOR": goods,
        "NOVEDAD": order.incident or None,
        "TIENDA": "Lumbre Contraentrega",
        "NUMERO DE PEDIDO DE TIENDA": order.reference,
        "TOTAL DE LA ORDEN": order.total,
    }


def make_mercadolibre(folder: Path, orders: list[Order], seed: str, truth: WhoIsWho) -> None:
    """Write the marketplace's sales: titles and groups above the header, packs as a parent and a row per article."""
    rng = Random(f"{seed} mercadolibre")
    groups: list[Cell] = [None] * len(ML_HEADER)
    for name, at in ML_GROUPS.items():
        groups[at] = name
    title = Styled("Ventas de Vivero y Casa Lumbre", "title")
    sheet = Sheet(
        "Ventas CO",
        [[title], [f"Estado de tus ventas al {spanish_day(dt.datetime(2026, 10, 31))}"], [], groups, list(ML_HEADER)],
    )
    for number in range(1, len(sheet.rows) + 1):
        truth.note(MERCADOLIBRE, sheet.name, number, None, "header")
    for order in sorted((o for o in orders if o.shop == "mercadolibre"), key=lambda o: o.at, reverse=True):
        buyer = _buyer(rng, order)
        kind = "" if buyer["Comprador"] else "masked"
        pack = len(order.lines) > 1
        rows = [_sale(order, None if pack else order.lines[0]) | buyer]
        rows += [_child(order, number, line) for number, line in enumerate(order.lines, 1)] if pack else []
        for number, cells in enumerate(rows):
            row: list[Cell] = [cells.get(name) for name in ML_HEADER]
            row[ML_HEADER.index("Estado", 3)] = order.person.address.city.region if number == 0 and not kind else None
            sheet.rows.append(row)
            truth.note(MERCADOLIBRE, sheet.name, len(sheet.rows), order.person, kind or ("masked" if number else ""))
    write(folder / MERCADOLIBRE, [sheet])


def _sale(order: Order, line: Line | None) -> dict[str, Cell]:
    """The row of a sale or of a whole pack; its total is what is paid out, fees and freight taken off."""
    status, described = ML_STATUS[order.status]
    dead = order.status == "cancelled"
    fee = 0 if dead else -order.gross * catalogue.MARKETPLACE_PERCENT // 100
    refund = -order.gross if dead else -order.refunded
    cells: dict[str, Cell] = {
        "# de venta": order.id,
        "Fecha de venta": f"{spanish_day(order.at)} {order.at:%H:%M} hs.",
        "Estado": status,
        "Descripción del estado": described,
        "Paquete de varios productos": "No" if line else "Sí",
        "Unidades": sum(one.qty for one in order.lines),
        "Ingresos por productos (COP)": order.gross,
        "Cargo por venta e impuestos": fee,
        "Costos de envío": -order.freight or None,
        "Anulaciones y reembolsos (COP)": refund or None,
        "Total (COP)": order.gross + fee - order.freight + refund,
        "Venta por publicidad": "No",
        "Canal de venta": "Mercado Libre",
        "Forma de entrega": "Mercado Envíos",
        "Fecha en camino": spanish_day(order.shipped_at) if order.shipped_at else None,
        "Fecha entregado": spanish_day(order.delivered_at) if order.delivered_at else None,
        "Transportista": order.carrier or None,
        "Número de seguimiento": int(order.id[-11:]) if order.shipped_at else None,
    }
    return cells | (_article(line) if line else {})


def _child(order: Order, number: int, line: Line) -> dict[str, Cell]:
    """The row of one article of a pack: neither buyer nor amounts received."""
    cells: dict[str, Cell] = {
        "# de venta": str(int(order.id) + number),
        "Fecha de venta": f"{spanish_day(order.at)} {order.at:%H:%M} hs.",
        "Estado": ML_STATUS[order.status][0],
        "Unidades": line.qty,
    }
    return cells | _article(line)


def _article(line: Line) -> dict[str, Cell]:
    return {
        "SKU": line.product.sku,
        "# de publicación": f"MCO{900_000_000 + catalogue.PRODUCTS.index(line.product) * 7_919}",
        "Título de la publicación": line.product.name,
        "Precio unitario de venta de la publicación (COP)": line.price,
    }


def _buyer(rng: Random, order: Order) -> dict[str, Cell]:
    """The buyer, whom the marketplace stops naming some months after the sale."""
    person = order.person
    if order.at < dt.datetime(2026, 3, 1) and rng.random() < 0.7:
        return {"Comprador": None, "País": "Colombia"}
    return {
        "Tipo y número de documento": f"{person.document_type} {person.document}",
        "Comprador": " ".join(filter(None, traps.short_name(rng, person))),
        "Domicilio": person.address.written(rng),
        "Municipio o capital": person.address.city.name,
        "País": "Colombia",
    }


def spanish_day(at: dt.datetime) -> str:
    """``12 de enero de 2026``."""
    return f"{at.day} de {MONTHS[at.month - 1]} de {at.year}"
