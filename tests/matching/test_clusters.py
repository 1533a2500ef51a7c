"""Clusters: what joining one pair at a time would give, whatever the order."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from custintel.matching.clusters import NEVER, SILENT, UNIT, agglomerate, components

WEIGHTS = st.lists(st.integers(-12 * UNIT, 12 * UNIT), min_size=15, max_size=15, unique=True)


def one_at_a_time(weights: dict[tuple[int, int], int], size: int, cut: float) -> list[int]:
    clusters = [[n] for n in range(size)]

    def average(x: list[int], y: list[int]) -> float:
        return sum(weights[min(a, b), max(a, b)] for a in x for b in y) / (len(x) * len(y))

    while len(clusters) > 1:
        x, y = max(combinations(clusters, 2), key=lambda pair: average(*pair))
        if average(x, y) < cut * UNIT:
            break
        clusters.remove(x)
        clusters.remove(y)
        clusters.append(sorted(x + y))
    return [min(next(cluster for cluster in clusters if n in cluster)) for n in range(size)]


@given(WEIGHTS, st.sampled_from([-1.0, 0.0, 5.0]))
def test_joining_best_pairs_round_by_round_is_average_link(drawn: list[int], cut: float) -> None:
    a, b = (np.array(side) for side in zip(*combinations(range(6), 2), strict=True))
    found = agglomerate(a, b, np.array(drawn), 6, cut)
    assert found.tolist() == one_at_a_time(dict(zip(combinations(range(6), 2), drawn, strict=True)), 6, cut)


@given(WEIGHTS, st.permutations(range(15)))
def test_the_order_of_pairs_does_not_matter(drawn: list[int], order: list[int]) -> None:
    a, b = (np.array(side) for side in zip(*combinations(range(6), 2), strict=True))
    weights = np.array(drawn)
    assert agglomerate(a, b, weights, 6, 0).tolist() == agglomerate(b[order], a[order], weights[order], 6, 0).tolist()


def test_a_pair_that_must_stay_apart_parts_what_a_third_would_join() -> None:
    a, b = np.array([0, 1, 0]), np.array([1, 2, 2])
    assert agglomerate(a, b, np.array([12 * UNIT, 11 * UNIT, NEVER]), 3, 0).tolist() == [0, 0, 2]


def test_a_pair_that_says_too_little_has_no_voice() -> None:
    a, b = np.array([0, 1, 0]), np.array([1, 2, 2])
    assert agglomerate(a, b, np.array([6 * UNIT, 6 * UNIT, SILENT]), 3, 5).tolist() == [0, 0, 0]
    assert agglomerate(a[2:], b[2:], np.array([SILENT]), 3, -99).tolist() == [0, 1, 2]


def test_what_people_joined_is_together_from_the_start() -> None:
    none = np.zeros(0, np.int64)
    assert agglomerate(none, none, none, 4, 0, np.array([0, 0, 2, 2])).tolist() == [0, 0, 2, 2]


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_components_are_what_a_walk_reaches(edges: list[tuple[int, int]]) -> None:
    near = {n: {n} for n in range(20)}
    for a, b in edges:
        merged = near[a] | near[b]
        for n in merged:
            near[n] = merged
    a, b = (np.array([edge[side] for edge in edges], np.int64) for side in (0, 1))
    assert components(a, b, 20).tolist() == [min(near[n]) for n in range(20)]
