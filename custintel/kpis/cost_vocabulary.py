"""The words of ``costs.yaml`` in English and Spanish, from ``data/cost_words.toml``.

A word is compared without accents, capitals and signs: ``Campaña``, ``campana`` and ``CAMPAÑA`` are one.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

_OTHER = re.compile(r"[^a-z0-9]+")
_ARTICLES = frozenset({"de", "del", "la", "las", "el", "los", "en"})
_ALIKE = 70.0
"""Similarity (0 to 100, normalised Indel distance) from which another word is suggested."""


@dataclass(frozen=True)
class Category:
    """A kind of cost.

    Attributes:
        code: as tables name it.
        group: acquisition, product, fulfilment, payment, post_sale, commercial or tax.
        driver: the driver of an item that names none.
        on: which orders it falls on where the driver leaves that open: placed, paid, sold, shipped or delivered.
        actual: table and column that tell what was really paid, empty when no table does.
        usual: whether a shop that leaves it out has probably forgotten it.
    """

    code: str
    group: str
    driver: str
    on: str
    actual: str = ""
    usual: bool = False


def key(text: str) -> str:
    """The form in which words and names are compared: small letters without accents, one ``_`` for all else."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _OTHER.sub("_", plain).strip("_") or text.strip().casefold()


@cache
def categories() -> Mapping[str, Category]:
    """Every category by its code, in the order of the groups."""
    declared = _data()["category"].items()
    known = {"group", "driver", "on", "actual", "usual"}
    return MappingProxyType(
        {code: Category(code, **{name: word[name] for name in word.keys() & known}) for code, word in declared}
    )


def code_of(kind: str, text: str) -> str:
    """The code that ``text`` means among the words of ``kind``, a section of the data file; empty when none.

    Articles and prepositions make no difference: ``medio de pago`` is ``medio_pago``.
    """
    known = _codes(kind)
    return known.get(key(text)) or known.get(_bare(text), "")


@cache
def aliases_of(kind: str) -> Mapping[str, tuple[str, ...]]:
    """Every code of ``kind`` and the Spanish words for it, as people write them."""
    section = _data()[kind]
    return MappingProxyType({code: tuple(word["es"] if kind == "category" else word) for code, word in section.items()})


def nearest(text: str, kinds: Iterable[str]) -> str:
    """The word of these kinds that ``text`` most resembles, as people write it; empty when none is near."""
    from rapidfuzz import fuzz, process

    spelt = {key(alias): alias for kind in kinds for code, more in aliases_of(kind).items() for alias in (code, *more)}
    best = process.extractOne(key(text), sorted(spelt), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return spelt[best[0]] if best else ""


@cache
def _codes(kind: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for code, aliases in aliases_of(kind).items():
        for alias in (code, *aliases):
            found |= {key(alias): code, _bare(alias): code}
    return MappingProxyType(found)


def _bare(text: str) -> str:
    return "_".join(word for word in key(text).split("_") if word not in _ARTICLES)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("custintel.kpis").joinpath("data", "cost_words.toml").read_text(encoding="utf-8"))
