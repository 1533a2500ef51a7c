"""Which site a word or a host name stands for, from lists of sites in package data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

ENDING_LABELS, ENDING_LETTERS = 2, 3
"""What ``x.*`` may end in: one or two labels (``es``, ``com.mx``) of at most three letters."""


@dataclass(frozen=True)
class Sites:
    """Names of sites and what they stand for.

    Attributes:
        names: whole words and domains; a domain also stands for everything below it.
        brands: labels that stand before any ending (``google`` for google.com, google.com.mx).
    """

    names: Mapping[str, str]
    brands: Mapping[str, str]

    def find(self, text: str) -> str | None:
        """What ``text``, in small letters, stands for; the longest name that fits decides."""
        if text in self.names:
            return self.names[text]
        labels = text.split(".")
        for place in range(len(labels) - 1):
            below = self.names.get(".".join(labels[place:]))
            if below is not None and place:
                return below
            ending = labels[place + 1 :]
            if len(ending) <= ENDING_LABELS and all(0 < len(label) <= ENDING_LETTERS for label in ending):
                brand = self.brands.get(labels[place])
                if brand is not None:
                    return brand
        return None

    def brand(self, host: str) -> str | None:
        """The label of ``host`` that is a brand: ``google`` of ``www.google.com.co``."""
        labels = host.split(".")
        return next((label for label in labels if label in self.brands), None)

    def of(self, texts: pl.Series) -> pl.Series:
        """What each of ``texts`` (small letters) stands for, null when it is in no list."""
        distinct = texts.unique().drop_nulls()
        found = pl.Series([self.find(text) for text in distinct.to_list()], dtype=pl.String)
        return texts.replace_strict(distinct, found, default=None, return_dtype=pl.String)


def sites(groups: Mapping[str, Iterable[str]]) -> Sites:
    """The sites of several groups; the first group that holds a name keeps it."""
    names: dict[str, str] = {}
    brands: dict[str, str] = {}
    for group, written in groups.items():
        for name in written:
            word = name.removesuffix(".*")
            names.setdefault(word, group)
            if word != name:
                brands.setdefault(word, group)
    return Sites(names, brands)


@cache
def facts(name: str) -> dict[str, Any]:
    """A file of ``custintel/load/data`` by its name without ending."""
    return tomllib.loads((files("custintel.load") / "data" / f"{name}.toml").read_text("utf-8"))
