"""How like two texts are, for many pairs at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import process

from custintel.matching.arrays import distinct
from custintel.matching.comparison import Rows

_CHUNK = 500_000


class Texts:
    """A column of texts by number, to compare pairs of them; each distinct pair once where texts repeat often."""

    def __init__(self, values: pl.Series, *, repeat: bool = False) -> None:
        self.values = values
        self.repeat = repeat

    @cached_property
    def known(self) -> pl.Series:
        """The distinct texts, ascending."""
        return self.values.drop_nulls().unique().sort()

    @cached_property
    def words(self) -> NDArray[np.object_]:
        """The texts, as strings of Python: the distinct ones where they repeat."""
        return np.array((self.known if self.repeat else self.values).to_list(), object)

    @cached_property
    def numbers(self) -> Rows:
        """Per row the number of its text, where texts repeat."""
        return self.values.cast(pl.Enum(self.known)).to_physical().cast(pl.Int64).fill_null(0).to_numpy()


def fuzzy(texts: Texts, a: Rows, b: Rows, scorer: Callable[..., float], cutoff: float) -> NDArray[np.float32]:
    """How like the texts of pairs are; beyond ``cutoff`` a distance is greater than it and a similarity 0."""
    if not len(a):
        return np.zeros(0, np.float32)
    if not texts.repeat:
        return _compared(texts.words, a, b, scorer, cutoff)
    x, y = texts.numbers[a], texts.numbers[b]
    codes = np.minimum(x, y) * len(texts.words) + np.maximum(x, y)
    every = distinct(codes)
    if 2 * len(every) > len(codes):
        return _compared(texts.words, x, y, scorer, cutoff)
    once = _compared(texts.words, every // len(texts.words), every % len(texts.words), scorer, cutoff)
    return once[np.searchsorted(every, codes)]


def _compared(
    words: NDArray[np.object_], a: Rows, b: Rows, scorer: Callable[..., float], cutoff: float
) -> NDArray[np.float32]:
    found = np.empty(len(a), np.float32)
    for start in range(0, len(a), _CHUNK):
        part = slice(start, start + _CHUNK)
        found[part] = process.cpdist(
            words[a[part]], words[b[part]], scorer=scorer, score_cutoff=cutoff, dtype=np.float32
        )
    return found
