"""Whether segments would come out the same with other customers of the same kind, and how many should be made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from custintel.segment.kmeans import STARTS, UNIT, Floats, Steps, drawn, fitted, nearest

REPEATED = 20
JUDGED = 10_000
"""Customers on whom stability is judged; of more, a sample."""
STABLE, LARGE_ENOUGH, GAIN = 0.85, 0.05, 0.03
MOST = 10
_SILHOUETTE = 2_000
_SLOW = 2_000
"""Customers of a bootstrap sample for methods that are slow."""


@dataclass(frozen=True)
class Judged:
    """What is known of one number of segments.

    Attributes:
        k: how many.
        ari: mean adjusted Rand index between segments made with everybody and with a bootstrap sample.
        smallest: the share of the smallest segment.
        explained: the share of the differences between customers that lies between segments (eta squared of places).
        silhouette: mean silhouette; shown, not obeyed.
    """

    k: int
    ari: float
    smallest: float
    explained: float
    silhouette: float


def judged(
    places: Floats, k: int, centres: Floats | None = None, again: Callable[[Floats, int], Floats] | None = None
) -> Judged:
    """What is known of ``k`` segments.

    Args:
        places: one row per customer.
        k: how many segments.
        centres: theirs; by default those of k-means.
        again: how centres are found among other customers, where it is not k-means.
    """
    steps = UNIT.steps(places)
    rng = np.random.default_rng(1)
    if steps.shape[1] > JUDGED:
        steps = drawn(steps, JUDGED, rng)
    if centres is not None:
        found = centres / UNIT.step
    else:
        found = fitted(steps, k, starts=STARTS, rng=np.random.default_rng(0))[0]
    labels, squares = nearest(steps, found)
    scores = []
    for _time in range(REPEATED):
        if again is None:
            other = fitted(drawn(steps, steps.shape[1], rng), k, starts=STARTS, rng=rng)[0]
        else:
            sample = drawn(steps, min(steps.shape[1], _SLOW), rng)
            other = again(UNIT.back(sample.T.astype(np.float64)), k) / UNIT.step
        scores.append(adjusted_rand(labels, nearest(steps, other)[0]))
    shares = np.bincount(labels, minlength=k) / labels.size
    total = float(steps.astype(np.float64).var(axis=1).sum()) * labels.size
    explained = 1 - float(squares.sum()) / total if total else 0.0
    return Judged(k, float(np.mean(scores)), float(shares.min()), explained, _silhouette(steps, labels, k))


def chosen(places: Floats, distinct: int) -> tuple[Judged, list[Judged], bool]:
    """The number of segments to make: the largest that is stable, leaves none too small and explains more than one less
    does; what is known of every number tried; and whether any was good enough.
    """
    tried: list[Judged] = []
    best: Judged | None = None
    before = 0.0
    for k in range(2, min(MOST, distinct) + 1):
        one = judged(places, k)
        gain = one.explained / before - 1 if before else 1.0
        tried.append(one)
        if one.ari >= STABLE and one.smallest >= LARGE_ENOUGH and gain >= GAIN:
            best = one
        before = one.explained
    return best or tried[0], tried, best is not None


def adjusted_rand(one: Sequence[int] | np.ndarray, other: Sequence[int] | np.ndarray) -> float:
    """The adjusted Rand index of two partitions (Hubert and Arabie 1985, J. Classif. 2, 193)."""
    first, second = np.asarray(one, dtype=np.int64), np.asarray(other, dtype=np.int64)
    width = int(second.max()) + 1
    table = np.bincount(first * width + second, minlength=(int(first.max()) + 1) * width).reshape(-1, width)

    def pairs(counts: np.ndarray) -> float:
        return float((counts.astype(np.float64) * (counts - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = rows * columns / max(pairs(np.array([first.size])), 1)
    most = (rows + columns) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def _silhouette(steps: Steps, labels: np.ndarray, k: int) -> float:
    """Mean silhouette of evenly spaced customers (Rousseeuw 1987, J. Comput. Appl. Math. 20, 53)."""
    kept = np.unique(np.linspace(0, labels.size - 1, min(_SILHOUETTE, labels.size)).astype(np.int64))
    points, own = steps[:, kept].astype(np.float64).T / 65_535, labels[kept]
    counts = np.bincount(own, minlength=k)
    if (counts > 0).sum() < 2:
        return 0.0
    squares = (points * points).sum(axis=1)
    away = np.sqrt(np.maximum(squares[:, None] + squares - 2 * points @ points.T, 0))
    sums = away @ (own[:, None] == np.arange(k)).astype(np.float64)
    rows = np.arange(own.size)
    within = sums[rows, own] / np.maximum(counts[own] - 1, 1)
    means = sums / np.maximum(counts, 1)
    means[:, counts == 0] = np.inf
    means[rows, own] = np.inf
    nearest_other = means.min(axis=1)
    scale = np.maximum(within, nearest_other)
    scores = np.where((counts[own] > 1) & (scale > 0), (nearest_other - within) / np.where(scale > 0, scale, 1), 0)
    return float(scores.mean())
