"""Whether tastes foretell what customers buy next: chosen on the base's own past, never on what they are held against.

Everything known up to a day recommends; what the same customers then buy for the first time decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from custintel.goals.taste import (
    WINDOW,
    Floats,
    History,
    Places,
    Strength,
    Taste,
    fashion,
    history,
    incidence,
    learn,
    popular,
    weights,
)

SHOWN = 5
"""Offers per customer that are held against what they buy."""
RATIOS = (0.5, 1.5, 5.0, 15.0)
FASHIONS = (0.0, 0.5, 1.0)
FEWEST = 50
"""Customers with something new below whom nothing is measured."""
_TUNED_ON = 1000
"""Articles on which the penalty is chosen: it is relative, and so the same for more of them."""
_DEEP = 20
_AT_ONCE = 4096
_SPARE = 15
"""Scores beyond those asked for that are compared, for the sake of ties."""
_MOST_TESTED = 5_000
"""Customers on whom tastes are tested, spread evenly over all: more would say the same."""


@dataclass(frozen=True)
class Check:
    """How tastes did on the last :data:`~custintel.goals.taste.WINDOW` days.

    Attributes:
        customers: with a history, who bought something new.
        hits: those of whom at least one of :data:`SHOWN` offers was among it.
        popular_hits: the same, had everybody been offered what most buy.
        since: first day of the window.
        chosen: whether the strength was chosen on the window before it; else it is the usual one.
    """

    customers: int
    hits: int
    popular_hits: int
    since: dt.date
    chosen: bool

    @property
    def better(self) -> bool:
        """Whether tastes foretold more than popularity did."""
        return self.hits > self.popular_hits


def check(pairs: pl.DataFrame, as_of: dt.date) -> tuple[Strength, Check | None]:
    """The strength that did best in the last window but one, and how it did in the last; no check with too few.

    Args:
        pairs: customer_id, article and first_day, once each.
        as_of: the last day of the data.
    """
    last, before = (as_of - dt.timedelta(days=WINDOW * back) for back in (1, 2))
    chosen = _choose(pairs, before, last)
    strength = chosen or Strength()
    past = history(pairs, last)
    customers, baskets, new = _tested(pairs, past, last, as_of)
    if customers < FEWEST:
        return strength, None
    hits = [_hits(taste, baskets, new) for taste in (learn(past, strength), popular(past))]
    return strength, Check(customers, hits[0], hits[1], last + dt.timedelta(days=1), chosen is not None)


def _choose(pairs: pl.DataFrame, until: dt.date, end: dt.date) -> Strength | None:
    """The strength that ranks best what was first bought after ``until``, by NDCG of the first 20; no more than that
    distinguishes strengths well enough on small bases.
    """
    past = history(pairs, until, _TUNED_ON)
    customers, baskets, new = _tested(pairs, past, until, end)
    if customers < FEWEST:
        return None
    found: list[tuple[float, Strength]] = []
    for ratio in RATIOS:
        learned = weights(past, ratio)
        for power in FASHIONS:
            taste = Taste(learned, fashion(past, power))
            found.append((round(_ndcg(taste, baskets, new), 9), Strength(ratio, power)))
    return max(found, key=lambda one: (one[0], -one[1].fashion, one[1].ratio))[1]


def _tested(
    pairs: pl.DataFrame, past: History, until: dt.date, end: dt.date
) -> tuple[int, sparse.csr_matrix, sparse.csr_matrix]:
    """Customers with a history who then bought something new to them: how many, what they had, what was new."""
    if not past.articles.len():
        return 0, past.matrix, past.matrix
    later = pairs.filter(pl.col("first_day") > until, pl.col("first_day") <= end)
    new = incidence(later, past.customers, past.articles)
    places = np.flatnonzero(new.getnnz(axis=1))
    if len(places) > _MOST_TESTED:
        places = places[np.linspace(0, len(places) - 1, _MOST_TESTED).astype(int)]
    return len(places), past.matrix[places], new[places]


def _hits(taste: Taste, baskets: sparse.csr_matrix, new: sparse.csr_matrix) -> int:
    """Of how many customers at least one of the first :data:`SHOWN` is among what is new."""
    return sum(int(found.any(axis=1).sum()) for found in _found(taste, baskets, new, SHOWN))


def _ndcg(taste: Taste, baskets: sparse.csr_matrix, new: sparse.csr_matrix) -> float:
    """Mean normalised discounted cumulative gain of the first 20 (Järvelin & Kekäläinen 2002, ACM TOIS 20, 422)."""
    gain = 1 / np.log2(np.arange(2, _DEEP + 2))
    best = np.concatenate([[0.0], np.cumsum(gain)])
    ideal = best[np.minimum(new.getnnz(axis=1), _DEEP)]
    total = np.concatenate([found @ gain[: found.shape[1]] for found in _found(taste, baskets, new, _DEEP)])
    return float((total / ideal).mean())


def _found(taste: Taste, baskets: sparse.csr_matrix, new: sparse.csr_matrix, n: int) -> Iterator[Floats]:
    """Chunks of customers times the first ``n`` places: 1 where what stands there is new."""
    for start in range(0, baskets.shape[0], _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        places = first(taste.scores(baskets[part]), n)
        yield np.take_along_axis(new[part].toarray(), places, axis=1)


def first(scores: Floats, n: int) -> Places:
    """The places of the ``n`` highest scores of each row, the highest first.

    Scores are compared rounded, and of equal ones the first place counts, so that they rank alike on every machine.
    """
    width = scores.shape[1]
    deep = min(n + _SPARE, width)
    top = np.sort(np.argpartition(-scores, deep - 1, axis=1)[:, :deep], axis=1)
    order = np.argsort(-np.round(np.take_along_axis(scores, top, axis=1), 9), axis=1, kind="stable")
    found: Places = np.take_along_axis(top, order[:, : min(n, width)], axis=1)
    return found
