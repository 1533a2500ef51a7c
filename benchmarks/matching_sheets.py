"""The customers of ``matching_crm`` as three files of one Colombian shop: CRM, newsletter and the web shop's export."""

from __future__ import annotations

from collections.abc import Iterator

import matching_crm

CRM = ["cluster", "Nombres", "Apellidos", "Cédula", "Celular", "Correo electrónico", "Dirección", "Ciudad", "Empresa"]
NEWSLETTER = ["cluster", "Correo", "Nombre completo", "Ciudad", "Fecha de alta"]
SHOP = ["cluster", "Cliente", "Teléfono", "Email", "Documento", "Dirección de envío", "Ciudad", "País", "Fecha"]

COUNTRIES = {"CO": 93, "US": 3, "MX": 2, "ES": 2}


def files(count: int, seed: int) -> dict[str, tuple[list[str], Iterator[list[str]]]]:
    """Header and rows of each file by its name; ``count`` rows in all. The first cell is the truth."""
    made = [dict(zip(matching_crm.COLUMNS, row, strict=True)) for row in matching_crm.rows(count, seed, COUNTRIES)]
    crm, newsletter, shop = made[0::2], made[1::4], made[3::4]
    return {
        "crm.csv": (CRM, (_crm(row) for row in crm)),
        "newsletter.csv": (NEWSLETTER, (_newsletter(row) for row in newsletter if row["email"])),
        "tienda.csv": (SHOP, (_shop(row) for row in shop)),
    }


def _crm(row: dict[str, str]) -> list[str]:
    cells = ["cluster", "nombre", "apellido", "documento", "telefono", "email", "direccion", "ciudad", "empresa"]
    return [row[cell] for cell in cells]


def _newsletter(row: dict[str, str]) -> list[str]:
    return [row["cluster"], row["email"], _whole(row), row["ciudad"], row["fecha"]]


def _shop(row: dict[str, str]) -> list[str]:
    cells = ["telefono", "email", "documento", "direccion", "ciudad", "pais", "fecha"]
    return [row["cluster"], _whole(row), *(row[cell] for cell in cells)]


def _whole(row: dict[str, str]) -> str:
    return f"{row['nombre']} {row['apellido']}".strip()
