"""How well rows were joined, given who is who: pairs of rows, whole people, and the best a scored list of pairs allows.

Two rows are a pair when they bear the same label. Every figure is over all pairs of a file, not over those a tool
looked at. A cluster counts when its rows are exactly those of one person; people of one row are left out, since a tool
that joins nothing would have nearly all of them right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import polars as pl


class Score(NamedTuple):
    """Pairwise precision, recall and F1, and F1 over clusters of two rows or more; each 0 to 1."""

    precision: float
    recall: float
    f1: float
    cluster_f1: float


def harmonic(correct: int, found: int, true: int) -> tuple[float, float, float]:
    """Precision, recall and F1 from counts; nothing found has precision 1."""
    precision = correct / found if found else 1.0
    recall = correct / true if true else 1.0
    return precision, recall, 2 * correct / (found + true) if found + true else 1.0


def score(truth: Sequence[object], found: Sequence[object]) -> Score:
    """Compare two labellings of the same rows, in the same order."""
    frame = pl.DataFrame({"truth": _codes(truth), "found": _codes(found)})
    cells = frame.group_by("truth", "found").len()
    true, made = frame["truth"].value_counts(), frame["found"].value_counts()
    precision, recall, f1 = harmonic(_pairs(cells["len"]), _pairs(made["count"]), _pairs(true["count"]))
    exact = cells.join(true, on="truth").join(made.rename({"count": "size"}), on="found")
    right = exact.filter((pl.col("len") == pl.col("count")) & (pl.col("len") == pl.col("size")) & (pl.col("len") > 1))
    several = [int((counts["count"] > 1).sum()) for counts in (made, true)]
    return Score(precision, recall, f1, harmonic(right.height, *several)[2])


def joined(rows: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """A label for each row: rows that a chain of pairs connects have the same."""
    parent = list(range(rows))
    for left, right in pairs:
        parent[_root(parent, left)] = _root(parent, right)
    return [_root(parent, row) for row in range(rows)]


def best(truth: Sequence[object], left: Sequence[int], right: Sequence[int], weight: Sequence[float]) -> float:
    """The best pairwise F1 over the connected components of the pairs above any threshold.

    Pairs join their components from the surest down; after each level of weight the counts say the F1 of a threshold
    there.
    """
    codes = _codes(truth).to_list()
    true = _pairs(pl.Series(codes).value_counts()["count"])
    parent = list(range(len(codes)))
    people: dict[int, Counter[int]] = {row: Counter((code,)) for row, code in enumerate(codes)}
    correct = found = 0
    top, level = 0.0, float("inf")
    for at in sorted(range(len(weight)), key=weight.__getitem__, reverse=True):
        if weight[at] < level:
            top, level = max(top, harmonic(correct, found, true)[2]), weight[at]
        small, large = _root(parent, left[at]), _root(parent, right[at])
        if small == large:
            continue
        if len(people[small]) > len(people[large]):
            small, large = large, small
        moved = people.pop(small)
        stay = people[large]
        correct += sum(count * stay[code] for code, count in moved.items())
        found += moved.total() * stay.total()
        stay.update(moved)
        parent[small] = large
    return max(top, harmonic(correct, found, true)[2])


def _codes(labels: Sequence[object]) -> pl.Series:
    """Labels as small integers."""
    seen: dict[object, int] = {}
    return pl.Series([seen.setdefault(label, len(seen)) for label in labels], dtype=pl.UInt32)


def _pairs(sizes: pl.Series) -> int:
    """How many pairs groups of these sizes hold."""
    wide = sizes.cast(pl.Int64)
    return int((wide * (wide - 1) // 2).sum())


def _root(parent: list[int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row
