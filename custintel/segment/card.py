"""The shortest card of rules that rebuilds segments: a tree over thresholds that a marketer would write.

Only rounded thresholds are tried (days, orders, money), so nothing is lost by rounding afterwards. A tree is grown to
several levels, every number of leaves is judged at once (Breiman et al. 1984, Classification and Regression Trees, ch.
3, the other way round: from each branch the fewest errors that so many leaves allow), and near the root the best few
splits are followed to their end, since what looks best there seldom is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from custintel.segment.features import Feature, People
from custintel.segment.ranks import Floats
from custintel.segment.rules import Condition, Rule, matched

Ints = NDArray[np.int64]
MOST_RULES = 10
WANTED = 0.95
_TRIED = (4, 3)
"""How many splits are followed to their end, at the root and below it."""
_DEEP = 5
_SMALLEST = 0.001
_MOST_CELLS = 60_000
_MANTISSAS = (1, 1.2, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 9)
_DAYS = (*range(1, 15), *range(15, 121, 5), *range(130, 366, 10), *range(390, 3660, 30))
_COUNTS = (*range(1, 21), *range(25, 101, 5), *range(110, 1001, 10), *range(1100, 10_001, 100))


@dataclass(frozen=True)
class Card:
    """Rules that rebuild segments.

    Attributes:
        rules: no customer fulfils two of them, and everybody one.
        fidelity: the share of customers whom they put into their segment.
        of_segment: that share for each segment.
    """

    rules: tuple[Rule, ...]
    fidelity: float
    of_segment: tuple[float, ...]


@dataclass(frozen=True)
class _Best:
    """What the best trees below a node do: the weight they get wrong, by leaves, and how they split."""

    wrong: Floats
    splits: tuple[tuple[int, int, _Best, _Best, int] | None, ...]
    label: int


def card(people: People, labels: Ints, k: int) -> Card:
    """The card of segments ``labels`` (from 0): as few rules as reach :data:`WANTED`, at most :data:`MOST_RULES`."""
    thresholds = [_thresholds(people, feature) for feature in people.features]
    columns = [people.frame[feature.name].cast(pl.Float64).to_numpy() for feature in people.features]
    cells = np.stack(
        [
            np.searchsorted(
                steps, np.nan_to_num(values, nan=-np.inf), side="left" if feature.kind == "days" else "right"
            )
            for values, steps, feature in zip(columns, thresholds, people.features, strict=True)
        ]
    )
    sizes = [steps.size + 1 for steps in thresholds]
    best = _grown(*_collapsed(cells, labels, sizes, k), sizes, k)
    leaves = _fewest(best, labels.size)
    rules = tuple(sorted(_rules(best, leaves, people.features, thresholds), key=lambda rule: rule.segment))
    found = matched(people.frame, rules).fill_null(-1).to_numpy()
    right = found == labels
    each = tuple(float(right[labels == segment].mean()) if (labels == segment).any() else 1.0 for segment in range(k))
    return Card(rules, float(right.mean()), each)


def _thresholds(people: People, feature: Feature) -> Floats:
    """Where a marketer would draw a line: "in the last 45 days", "3 orders or more", "from 250"."""
    values = people.frame[feature.name].cast(pl.Float64).drop_nulls().drop_nans()
    low, high = float(values.min() or 0), float(values.max() or 0)  # type: ignore[arg-type]
    if feature.kind in ("days", "count"):
        wanted = np.array(_DAYS if feature.kind == "days" else _COUNTS, dtype=np.float64)
    elif feature.kind == "share":
        wanted = np.arange(1, 20) / 20
    else:
        most = max(abs(low), abs(high), 1e-9)
        powers = range(int(np.floor(np.log10(most))) - 5, int(np.floor(np.log10(most))) + 1)
        positive = np.array([round(mantissa * 10.0**power, 10) for power in powers for mantissa in _MANTISSAS])
        wanted = np.concatenate((-positive[::-1], [0.0], positive)) if low < 0 else positive
    inside = (
        wanted[(wanted > low) & (wanted <= high)]
        if feature.kind != "days"
        else wanted[(wanted >= low) & (wanted < high)]
    )
    known = np.sort(values.to_numpy())
    below = np.searchsorted(known, inside, side="right" if feature.kind == "days" else "left")
    _unique, first = np.unique(below, return_index=True)
    return np.asarray(inside[first], dtype=np.float64)


def _collapsed(cells: Ints, labels: Ints, sizes: list[int], k: int) -> tuple[Ints, Ints, Floats]:
    """Distinct cells with their label and how many customers have both."""
    if cells.shape[1] > _MOST_CELLS and np.prod([float(size) for size in sizes]) * k > 2**31:
        kept = np.linspace(0, cells.shape[1] - 1, _MOST_CELLS).astype(np.int64)
        cells, labels = cells[:, kept], labels[kept]
    keys = labels.astype(np.int64)
    for column, size in zip(cells, sizes, strict=True):
        _values, keys = np.unique(keys * size + column, return_inverse=True)
    _keys, first, counts = np.unique(keys, return_index=True, return_counts=True)
    return cells[:, first], labels[first], counts.astype(np.float64)


def _grown(cells: Ints, labels: Ints, weights: Floats, sizes: list[int], k: int) -> _Best:
    floor = _SMALLEST * weights.sum()

    def best(rows: Ints, level: int, left: int) -> _Best:
        counts = np.bincount(labels[rows], weights[rows], minlength=k)
        wrong = np.full(MOST_RULES + 1, counts.sum() - counts.max())
        wrong[0] = np.inf
        splits: list[tuple[int, int, _Best, _Best, int] | None] = [None] * (MOST_RULES + 1)
        if wrong[1] > 0 and left > 0:
            tried = _TRIED[level] if level < len(_TRIED) else 1
            for feature, cell in _candidates(cells, labels, weights, rows, sizes, k, tried, floor):
                below = cells[feature, rows] < cell
                one, other = best(rows[below], level + 1, left - 1), best(rows[~below], level + 1, left - 1)
                for leaves in range(2, MOST_RULES + 1):
                    together = one.wrong[1:leaves] + other.wrong[leaves - 1 : 0 : -1]
                    share = int(np.argmin(together))
                    if together[share] < wrong[leaves]:
                        wrong[leaves] = together[share]
                        splits[leaves] = feature, cell, one, other, share + 1
        return _Best(wrong, tuple(splits), int(np.argmax(counts)))

    return best(np.arange(labels.size), 0, _DEEP + 1)


def _candidates(
    cells: Ints, labels: Ints, weights: Floats, rows: Ints, sizes: list[int], k: int, tried: int, floor: float
) -> list[tuple[int, int]]:
    """The splits of a node that leave the least impurity (Gini), as feature and first cell of the second half."""
    scored: list[tuple[float, int, int]] = []
    for feature, size in enumerate(sizes):
        counts = np.bincount(cells[feature, rows] * k + labels[rows], weights[rows], minlength=size * k)
        lower = counts.reshape(size, k).cumsum(axis=0)[:-1]
        upper = lower[-1:] * 0 + counts.reshape(size, k).sum(axis=0) - lower
        n_lower, n_upper = lower.sum(axis=1), upper.sum(axis=1)
        fits = np.flatnonzero((n_lower >= max(floor, 1)) & (n_upper >= max(floor, 1)))
        impurity = n_lower[fits] - (lower[fits] ** 2).sum(axis=1) / n_lower[fits]
        impurity += n_upper[fits] - (upper[fits] ** 2).sum(axis=1) / n_upper[fits]
        order = np.argsort(impurity, kind="stable")[: 4 * tried]
        scored += [(float(impurity[place]), feature, int(fits[place]) + 1) for place in order]
    chosen: list[tuple[int, int]] = []
    for _score, feature, cell in sorted(scored):
        if all(feature != other or abs(cell - place) > 1 for other, place in chosen):
            chosen.append((feature, cell))
        if len(chosen) == tried:
            break
    return chosen


def _fewest(best: _Best, n: int) -> int:
    """As few leaves as are needed: to be right often enough, else as often as any number of them is."""
    total = max(float(n), 1.0)
    allowed = max((1 - WANTED) * total, float(best.wrong[1:].min()))
    return int(np.flatnonzero(best.wrong <= allowed)[0])


def _rules(best: _Best, leaves: int, features: tuple[Feature, ...], thresholds: list[Floats]) -> list[Rule]:
    """The leaves of the best tree with so many of them."""
    found: list[Rule] = []

    def walk(node: _Best, leaves: int, bounds: dict[int, tuple[int, int]]) -> None:
        split = node.splits[leaves]
        if split is None:
            conditions = [
                condition
                for feature in sorted(bounds)
                for condition in _conditions(features[feature], thresholds[feature], *bounds[feature])
            ]
            found.append(Rule(node.label, tuple(conditions)))
            return
        feature, cell, one, other, share = split
        low, high = bounds.get(feature, (0, thresholds[feature].size + 1))
        walk(one, share, {**bounds, feature: (low, cell)})
        walk(other, leaves - share, {**bounds, feature: (cell, high)})

    walk(best, leaves, {})
    return found


def _conditions(feature: Feature, thresholds: Floats, low: int, high: int) -> list[Condition]:
    """What it takes to be in the cells from ``low`` to before ``high``; days count to the end of the day."""
    above, below = (">", "<=") if feature.kind == "days" else (">=", "<")
    found = []
    if low > 0:
        found.append(Condition(feature.name, above, float(thresholds[low - 1])))  # type: ignore[arg-type]
    if high <= thresholds.size:
        found.append(Condition(feature.name, below, float(thresholds[high - 1])))  # type: ignore[arg-type]
    return found
