"""The smallest unit of every currency."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def exponents() -> Mapping[str, int]:
    """Decimals of the minor unit of every active currency of ISO 4217: 2 for COP, 0 for CLP."""
    text = files("custintel.fields").joinpath("data", "currencies.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return MappingProxyType({code: int(decimals) for code, decimals in rows})


def minor_unit(currency: str) -> int:
    """Minor units in one unit of ``currency``: 100 for COP, 1 for CLP; 100 for a code that ISO does not list."""
    return int(10 ** exponents().get(currency, 2))
