from __future__ import annotations

import random
from importlib import import_module

import polars as pl
import pytest

from custintel.fields.check_digit import CHECKS

FORMS = {
    "nit": ("co.nit", lambda r: str(r.randrange(10**7, 10**11))),
    "dni": ("es.dni", lambda r: f"{r.randrange(10**8):08d}{r.choice('TRWAGMYFPDXBNJZSQVHLCKE')}"),
    "nie": ("es.nie", lambda r: f"{r.choice('XYZ')}{r.randrange(10**7):07d}{r.choice('TRWAGMYFPDXBNJZSQVHLCKE')}"),
    "rut_cl": ("cl.rut", lambda r: f"{r.randrange(10**6, 10**8)}{r.choice('0123456789K')}".zfill(8)),
    "cuit": ("ar.cuit", lambda r: f"{r.choice(['20', '27', '30'])}{r.randrange(10**9):09d}"),
    "ruc_pe": ("pe.ruc", lambda r: f"{r.choice(['10', '20'])}{r.randrange(10**9):09d}"),
    "ci_ec": ("ec.ci", lambda r: f"{r.randrange(10**10):010d}"),
    "rut_uy": ("uy.rut", lambda r: f"{r.randrange(1, 30):02d}{r.randrange(10**6):06d}001{r.randrange(10)}"),
    "ruc_py": ("py.ruc", lambda r: str(r.randrange(10**5, 10**9))),
    "ssn": ("us.ssn", lambda r: f"{r.randrange(10**9):09d}"),
}


@pytest.mark.parametrize("name", FORMS)
def test_arithmetic_agrees_with_python_stdnum_on_random_numbers(name: str) -> None:
    module, make = FORMS[name]
    rng = random.Random(7)
    numbers = [make(rng) for _ in range(3000)]
    expected = [import_module(f"stdnum.{module}").is_valid(number) for number in numbers]
    assert CHECKS[name](pl.Series(numbers)).to_list() == expected
    assert any(expected)


def test_cpf_agrees_with_python_stdnum_on_right_and_mistyped_numbers() -> None:
    from stdnum.br import cpf

    rng = random.Random(7)
    bodies = [f"{rng.randrange(10**9):09d}" for _ in range(1500)]
    right = [body + cpf._calc_check_digits(body) for body in bodies]
    mistyped = [number[:-1] + str((int(number[-1]) + 1) % 10) for number in right]
    assert CHECKS["cpf"](pl.Series(right)).all()
    assert not CHECKS["cpf"](pl.Series(mistyped)).any()


def test_uruguayan_cedula_is_checked_by_its_last_digit() -> None:
    assert CHECKS["ci_uy"](pl.Series(["12345672", "12345670"])).to_list() == [True, False]


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("cif", "B58378431", "B58378432"),
        ("cnpj", "16727230000197", "16727230000196"),
        ("curp", "BOXW310820HNERXN09", "BOXW310820HNERXN08"),
        ("rfc", "GODE561231GR8", "GODE561231GR9"),
        ("ruc_ec", "1792060346001", "1792060347001"),
        ("rif", "V114702834", "V114702835"),
        ("cedula_do", "00113918205", "00113918204"),
        ("rnc", "101850043", "101850042"),
        ("nit_gt", "39525503", "39525504"),
        ("nit_sv", "06140507071048", "06140507071044"),
        ("nif_pt", "501964843", "501964844"),
    ],
)
def test_rare_kinds_are_judged_by_python_stdnum(name: str, right: str, wrong: str) -> None:
    assert CHECKS[name](pl.Series([right, wrong])).to_list() == [True, False]
