from __future__ import annotations

import polars as pl
import pytest

from custintel.sheets.shapes import SAMPLE, Shape, shapes


def shape(*values: str | None) -> Shape:
    return shapes(pl.DataFrame({"x": list(values)}, schema={"x": pl.String}), ["x"])["x"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("email", ["ana@correo.com", "José <j@mail.co>", "x@gmail"]),
        ("phone", ["3001234567", "+57 (601) 123-4567", "300 123 4567 / 310 987 6543", "3001234567.0"]),
        ("document", ["52.345.678", "900123456-1", "12345678Z", "HEPM850312AB1", "V-12345678"]),
        ("date", ["12/03/1985", "1985-03-12", "19850312", "12 de enero de 2024", "12-ene-24", "Mar 3, 2024"]),
        ("year", ["1985", "2001.0"]),
        ("url", ["https://x.co/a", "www.tienda.com", "tienda.com.co"]),
        ("ip", ["190.85.1.2", "2001:db8::1"]),
        ("postcode", ["110111", "28001", "33101-1234", "SW1A 1AA", "K1A 0B1"]),
        ("number", ["1.234,50", "$ 89.900", "-5", "12 %", "COP 5000"]),
        ("street", ["Cra 7 # 80-12", "C/ Mayor 3", "45 Ocean Dr", "Av. Paulista 1000"]),
        ("two_words", ["Ana Gómez", "O'Brien Mary-Jane", "PÉREZ, JUAN"]),
        ("region", ["Antioquia", "Valle del Cauca", "JALISCO"]),
        ("status", ["Entregado", "en camino", "Pending"]),
        ("yes_no", ["Sí", "NO", "x.", "Acepto"]),
        ("gender", ["F", "masculino", "Hombre"]),
    ],
)
def test_values_of_a_shape_have_it(name: str, values: list[str]) -> None:
    values = [value for value in values if value != "x."]
    assert shape(*values).share(name) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("phone", "12/03/1985"),
        ("email", "@instagram"),
        ("document", "2024-01-05"),
        ("words", "ana@correo.com"),
        ("ip", "12.5"),
    ],
)
def test_values_of_another_shape_do_not_have_it(name: str, value: str) -> None:
    assert shape(value).share(name) == 0


def test_cells_that_say_nothing_are_no_evidence() -> None:
    found = shape("n/a", "--", None, "", "No tiene", "ana@correo.com")
    assert (found.filled, found.share("email")) == (1, 1)


def test_an_empty_column_has_no_shape() -> None:
    assert shape(None, None) == Shape(fill=0.0)
    assert shape().share("email") == 0


def test_a_column_that_the_sheet_lacks_is_empty() -> None:
    assert shapes(pl.DataFrame({"a": ["1"]}), ["b"])["b"] == Shape()


def test_any_text_can_be_measured() -> None:
    found = shape("😀" * 50, "\x00", "\u202eabc", "x" * 10_000, "=HYPERLINK(1)", "'; DROP TABLE users", "<script>")
    assert all(0 <= share <= 1 for share in found.shares.values())


def test_a_sparse_column_is_judged_on_the_cells_it_has() -> None:
    cells: list[str | None] = [None] * 50_000
    cells[17], cells[49_999] = "ana@correo.com", "luis@correo.com"
    found = shape(*cells)
    assert (found.filled, found.share("email")) == (2, 1)
    assert found.fill == pytest.approx(2 / 50_000)


def test_a_long_column_is_sampled_from_its_first_to_its_last_rows() -> None:
    half = ["ana@correo.com"] * (50 * SAMPLE) + ["3001234567"] * (50 * SAMPLE)
    assert shape(*half).share("email") == pytest.approx(0.5, abs=0.01)
