"""Check digits of identity documents: the arithmetic that tells a typed number from a mistyped one.

Every check takes a column of compact numbers (digits and capitals, no separators) that already have the form of their
kind, and answers true or false for each. The frequent ones are Polars arithmetic, equal to python-stdnum (the tests
compare them); the rare ones ask python-stdnum itself, value by value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

import polars as pl

Check = Callable[[pl.Series], pl.Series]

NIT_WEIGHTS = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)
DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def digit(number: pl.Expr, place: int) -> pl.Expr:
    """The digit of an integer at ``place``, counted from the right, starting at 0."""
    power: int = 10**place
    return (number // power) % 10


def weighted(number: pl.Expr, weights: Sequence[int]) -> pl.Expr:
    """Sum of the digits of an integer times ``weights``, both read from the right."""
    total: pl.Expr = pl.lit(0)
    for place, weight in enumerate(weights):
        total = total + digit(number, place) * weight
    return total


def dni_letter(number: pl.Expr) -> pl.Expr:
    """The letter of a Spanish DNI, from its number."""
    return (number % 23).replace_strict(list(range(23)), list(DNI_LETTERS), return_dtype=pl.String)


def _integer(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.Int64, strict=False)


def _mod11(remainder: pl.Expr) -> pl.Expr:
    """``11 - remainder``, where 11 counts as 0."""
    return (11 - remainder) % 11


def _nit(number: pl.Expr) -> pl.Expr:
    whole = _integer(number)
    remainder = weighted(whole // 10, NIT_WEIGHTS) % 11
    return whole % 10 == pl.when(remainder < 2).then(remainder).otherwise(11 - remainder)


def _dni(number: pl.Expr) -> pl.Expr:
    return number.str.tail(1) == dni_letter(_integer(number.str.head(-1)))


def _nie(number: pl.Expr) -> pl.Expr:
    return _dni(number.str.replace_many(["X", "Y", "Z"], ["0", "1", "2"]).str.head(-1) + number.str.tail(1))


def _rut_cl(number: pl.Expr) -> pl.Expr:
    expected = _mod11(weighted(_integer(number.str.head(-1)), (2, 3, 4, 5, 6, 7, 2, 3)) % 11)
    return pl.when(expected == 10).then(number.str.ends_with("K")).otherwise(_integer(number.str.tail(1)) == expected)


def _cpf(number: pl.Expr) -> pl.Expr:
    whole = _integer(number)
    first = _mod11(weighted(whole // 100, range(2, 11)) % 11) % 10
    second = _mod11(weighted(whole // 10, range(2, 12)) % 11) % 10
    return (digit(whole, 1) == first) & (digit(whole, 0) == second) & (whole > 0)


def _cuit(number: pl.Expr) -> pl.Expr:
    whole = _integer(number)
    expected = _mod11(weighted(whole // 10, (2, 3, 4, 5, 6, 7, 2, 3, 4, 5)) % 11)
    return whole % 10 == pl.when(expected == 10).then(9).otherwise(expected)


def _ruc_pe(number: pl.Expr) -> pl.Expr:
    whole = _integer(number)
    return whole % 10 == (11 - weighted(whole // 10, (2, 3, 4, 5, 6, 7, 2, 3, 4, 5)) % 11) % 10


def _ci_ec(number: pl.Expr) -> pl.Expr:
    whole = _integer(number)
    province = whole // 10**8
    doubled = [digit(whole, place) * 2 for place in range(1, 10, 2)]
    folded = [pl.when(d > 9).then(d - 9).otherwise(d) for d in doubled]
    total = pl.sum_horizontal(*folded, *(digit(whole, place) for place in range(0, 10, 2)))
    return (province.is_between(1, 24) | province.is_in([30, 50])) & (digit(whole, 7) <= 6) & (total % 10 == 0)


def _ci_uy(number: pl.Expr) -> pl.Expr:
    """Weights 2 9 8 7 6 3 4 from the left, modulo 10 (Dirección Nacional de Identificación Civil)."""
    whole = _integer(number)
    return whole % 10 == (10 - weighted(whole // 10, (4, 3, 6, 7, 8, 9, 2)) % 10) % 10


def _rut_uy(number: pl.Expr) -> pl.Expr:
    whole = _integer(number)
    province, registry, branch = whole // 10**10, whole // 10**4 % 10**6, whole // 10 % 1000
    expected = _mod11(weighted(whole // 10, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4)) % 11)
    return (whole % 10 == expected) & province.is_between(1, 22) & (registry > 0) & (branch == 1)


def _ruc_py(number: pl.Expr) -> pl.Expr:
    whole = _integer(number)
    return whole % 10 == _mod11(weighted(whole // 10, range(2, 10)) % 11) % 10


def _ssn(number: pl.Expr) -> pl.Expr:
    """No check digit, but ranges that were never issued (Social Security Administration)."""
    whole = _integer(number)
    area, group, serial = whole // 10**6, whole // 10**4 % 100, whole % 10**4
    return area.is_between(1, 899) & (area != 666) & (group > 0) & (serial > 0)


def _arithmetic(expected: Callable[[pl.Expr], pl.Expr]) -> Check:
    return lambda numbers: numbers.to_frame("number").select(expected(pl.col("number")).fill_null(False)).to_series()


def _library(module: str, **options: bool) -> Check:
    def check(numbers: pl.Series) -> pl.Series:
        is_valid = import_module(f"stdnum.{module}").is_valid
        return pl.Series([bool(is_valid(number, **options)) for number in numbers], dtype=pl.Boolean)

    return check


CHECKS: dict[str, Check] = {
    "nit": _arithmetic(_nit),
    "dni": _arithmetic(_dni),
    "nie": _arithmetic(_nie),
    "rut_cl": _arithmetic(_rut_cl),
    "cpf": _arithmetic(_cpf),
    "cuit": _arithmetic(_cuit),
    "ruc_pe": _arithmetic(_ruc_pe),
    "ci_ec": _arithmetic(_ci_ec),
    "ci_uy": _arithmetic(_ci_uy),
    "rut_uy": _arithmetic(_rut_uy),
    "ruc_py": _arithmetic(_ruc_py),
    "ssn": _arithmetic(_ssn),
    "cif": _library("es.cif"),
    "cnpj": _library("br.cnpj"),
    "curp": _library("mx.curp"),
    "rfc": _library("mx.rfc", validate_check_digits=True),
    "ruc_ec": _library("ec.ruc"),
    "rif": _library("ve.rif"),
    "cedula_do": _library("do.cedula"),
    "rnc": _library("do.rnc"),
    "nit_gt": _library("gt.nit"),
    "nit_sv": _library("sv.nit"),
    "nif_pt": _library("pt.nif"),
}
