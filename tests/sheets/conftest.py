from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest

from custintel.sheets.layout import arrange
from custintel.sheets.source import Grid, Merge, Sheet


@pytest.fixture(scope="session")
def lay_out() -> Callable[..., Sheet]:
    """Arrange rows written by hand as a sheet whose first row is row 1."""

    def arranged(rows: Sequence[Sequence[object]], merges: Sequence[Merge] = (), **options: object) -> Sheet:
        width = max(len(row) for row in rows)
        cells = [[None if c is None else str(c) for c in (*row, *[None] * (width - len(row)))] for row in rows]
        schema = {f"column_{i}": pl.String for i in range(width)}
        frame = pl.DataFrame(cells, schema=schema, orient="row").with_row_index("row", offset=1)
        grid = Grid(frame, first_column=options.pop("first_column", 1), merges=tuple(merges))
        return arrange(grid, source="crm.xlsx", sheet="Hoja1", file_hash="0", **options)

    return arranged


@pytest.fixture(scope="session")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One workbook with most of what real ones have, so that it is opened once."""
    import datetime as dt

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Clientes"
    sheet["C2"] = "Clientes de la tienda"
    sheet.merge_cells("C2:H2")
    for column, text in enumerate(("Nombre", "Celular", "Código postal", "Alta", "Hora", "Saldo"), 3):
        sheet.cell(4, column, text)
    rows = [
        ("Ana Núñez", 3001234567, 8001, dt.datetime(2024, 1, 2), dt.time(9, 30), 10.5),
        ("Luis", 1234567890123456, 5001, dt.datetime(2024, 1, 2, 3, 4, 5), None, 1e15),
        ("Eva", None, "08002", "02/01/2024", None, "=1+1"),
        ("Íñigo", 3007654321, 11, None, None, -0.1),
    ]
    for number, row in enumerate(rows, 5):
        for column, value in enumerate(row, 3):
            sheet.cell(number, column, value)
        sheet.cell(number, 5).number_format = "00000"
    sheet.row_dimensions[6].hidden = True
    sheet.cell(30, 3).number_format = "0.00"
    for name, state in (("Oculta", "hidden"), ("Muy oculta", "veryHidden")):
        hidden = book.create_sheet(name)
        hidden.append(["Nombre", "Correo"])
        hidden.append(["Sol", "sol@example.com"])
        hidden.sheet_state = state
    book.create_sheet("Vacía")
    path = tmp_path_factory.mktemp("books") / "crm.xlsx"
    book.save(path)
    return path
