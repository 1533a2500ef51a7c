"""From weights of pairs to people: connected components, then average-link agglomeration with a cut.

Weights are whole numbers of 1/1024 bit, so sums are exact and nothing depends on the order of rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custintel.matching.arrays import grouped, starts

UNIT = 1024
"""Parts of a bit."""
CLIP = 12.0
"""Bits for or against that one pair can bring to an average."""
NEVER = -1_000_000 * UNIT
"""The weight of a pair that must stay apart."""
SILENT = NEVER - 1
"""Instead of a weight: the pair says too little to join or to part anybody, and no average counts it."""

Rows = NDArray[np.int64]


def components(a: Rows, b: Rows, height: int) -> Rows:
    """The smallest member of the connected component of each of ``height`` nodes."""
    label = np.arange(height)
    while len(a):
        low, high = np.minimum(label[a], label[b]), np.maximum(label[a], label[b])
        open_ = low != high
        if not open_.any():
            break
        a, b, low, high = a[open_], b[open_], low[open_], high[open_]
        np.minimum.at(label, high, low)
        while True:
            deeper = label[label]
            if np.array_equal(deeper, label):
                break
            label = deeper
    return label


def whole_bits(weights: NDArray[np.float64]) -> Rows:
    """Weights in parts of a bit, clipped."""
    return np.round(np.clip(weights, -CLIP, CLIP) * UNIT).astype(np.int64)


def agglomerate(a: Rows, b: Rows, weights: Rows, height: int, cut: float, together: Rows | None = None) -> Rows:
    """Average-link clusters: the smallest member of the cluster of each node.

    Every round joins the clusters that are each other's best; the average of a pair of clusters is over the pairs of
    their members that have a weight. Average link is reducible, so this gives what joining one pair at a time gives.

    Args:
        a: one end of each pair, each pair once.
        b: its other end.
        weights: of the pairs, in parts of a bit.
        height: how many nodes.
        cut: bits that an average must reach.
        together: per node, the smallest of those that are one to begin with.
    """
    label = np.arange(height) if together is None else together.copy()
    heard = weights != SILENT
    a, b, weights = a[heard], b[heard], weights[heard]
    low, high, total, count = _merged(label[a], label[b], weights, np.ones(len(a), np.int64), height)
    while len(low):
        average = total / count
        good = average >= cut * UNIT
        best = _best(low, high, average, good, height)
        joined = good & (best[low] == high) & (best[high] == low)
        if not joined.any():
            break
        label[high[joined]] = low[joined]
        low, high = label[low], label[high]
        low, high, total, count = _merged(low, high, total, count, height)
    while True:
        deeper = label[label]
        if np.array_equal(deeper, label):
            return label
        label = deeper


def _best(low: Rows, high: Rows, average: NDArray[np.float64], good: NDArray[np.bool_], height: int) -> Rows:
    """Per node, the neighbour with the best average, the smallest of equals; -1 for none."""
    rows = np.flatnonzero(good)
    node = np.concatenate([low[rows], high[rows]])
    other = np.concatenate([high[rows], low[rows]])
    order = np.lexsort((other, -np.tile(average[rows], 2), node))
    first = order[starts(node[order])] if len(order) else order
    best = np.full(height, -1)
    best[node[first]] = other[first]
    return best


def _merged(low: Rows, high: Rows, total: Rows, count: Rows, height: int) -> tuple[Rows, Rows, Rows, Rows]:
    """Edges between clusters, each once, without those inside one."""
    outside = low != high
    low, high, total, count = low[outside], high[outside], total[outside], count[outside]
    low, high = np.minimum(low, high), np.maximum(low, high)
    code = low * height + high
    order = grouped(code)
    first = np.flatnonzero(starts(code[order]))
    if not len(first):
        return low, high, total, count
    return (
        low[order][first],
        high[order][first],
        np.add.reduceat(total[order], first),
        np.add.reduceat(count[order], first),
    )
