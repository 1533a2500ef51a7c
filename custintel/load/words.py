"""The codes of our tables from the words that people and platforms write. Declared in ``words.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from custintel.fields import text
from custintel.i18n import N_

TABLE_LABELS = {
    "orders": N_("orders"),
    "order_items": N_("lines of orders"),
    "products": N_("products"),
    "spend": N_("ad spend"),
    "returns": N_("returns"),
    "calls": N_("calls"),
    "surveys": N_("answers to surveys"),
    "actions": N_("marketing actions"),
    "events": N_("website events"),
    "traffic": N_("counts of visits"),
    "geo_index": N_("figures about places"),
}
"""What a file is, by the table it goes to."""
MEASURE_LABELS = {"seconds": N_("seconds"), "visits": N_("visits")}
"""What is added up that is not money."""


def coded(cells: pl.Series, vocabulary: str, more: Mapping[str, Sequence[str]] | None = None) -> pl.Series:
    """The code that each cell means; null where it means none that we know.

    Args:
        cells: text.
        vocabulary: a section of ``words.toml``.
        more: codes -> words that go before those of the section.
    """
    distinct = cells.unique().drop_nulls()
    plain = pl.DataFrame({"cell": distinct}).with_columns(plain=text.key(pl.col("cell").cast(pl.String)))
    whole = {**_whole(vocabulary), **{word: code for code, words in (more or {}).items() for word in words}}
    found = pl.coalesce(
        pl.col("plain").replace_strict(whole, default=None, return_dtype=pl.String),
        *(pl.when(pl.col("plain").str.contains(pattern)).then(pl.lit(code)) for code, pattern in _within(vocabulary)),
    )
    known = plain.select("cell", code=found)
    return cells.replace_strict(known["cell"], known["code"], default=None, return_dtype=pl.String)


@cache
def _whole(vocabulary: str) -> Mapping[str, str]:
    section = _data()[vocabulary]
    words = {word: code for code, known in section.items() if isinstance(known, list) for word in known}
    return {**{code: code for code, known in section.items() if isinstance(known, list)}, **words}


@cache
def _within(vocabulary: str) -> tuple[tuple[str, str], ...]:
    """Code and the pattern of words that mean it, in the order in which they are tried."""
    begins = _data()[vocabulary].get("within", {})
    return tuple((code, rf"(?:^| )(?:{'|'.join(map(re.escape, known))})") for code, known in begins.items())


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("custintel.load") / "words.toml").read_text("utf-8"))
