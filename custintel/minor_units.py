"""The smallest unit of every currency, and hundredths, in which sums of money are worked out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@cache
def exponents() -> Mapping[str, int]:
    """Decimals of the minor unit of every active currency of ISO 4217: 2 for COP, 0 for CLP."""
    text = files("custintel.fields").joinpath("data", "currencies.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return MappingProxyType({code: int(decimals) for code, decimals in rows})


def of_hundredths(amount: pl.Expr) -> pl.Expr:
    """``amount`` in units (Float64): polars multiplies by 0.01, which alone makes 293506.10000000003 of 29,350,610."""
    return (amount / 100).round(2)


def minor_unit(currency: str) -> int:
    """Minor units in one unit of ``currency``: 100 for COP, 1 for CLP; 100 for a code that ISO does not list."""
    return int(10 ** exponents().get(currency, 2))
