from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_score import best, joined, score

LABELS = st.integers(1, 12).flatmap(
    lambda rows: st.tuples(*(st.lists(st.integers(0, 4), min_size=rows, max_size=rows) for _ in range(2)))
)
SCORED = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(-3, 3)), max_size=12)


def _pairs(labels: list[int]) -> set[tuple[int, int]]:
    return {(a, b) for a, b in combinations(range(len(labels)), 2) if labels[a] == labels[b]}


@settings(deadline=None)
@given(LABELS)
def test_figures_are_those_of_counting_every_pair(labels: tuple[list[int], list[int]]) -> None:
    truth, found = labels
    true, made = _pairs(truth), _pairs(found)
    seen = score(truth, found)
    assert seen.precision == pytest.approx(len(true & made) / len(made) if made else 1)
    assert seen.recall == pytest.approx(len(true & made) / len(true) if true else 1)


@settings(deadline=None)
@given(LABELS)
def test_the_names_of_labels_do_not_matter(labels: tuple[list[int], list[int]]) -> None:
    truth, found = labels
    assert score(truth, found) == score([f"p{label}" for label in truth], [9 - label for label in found])


def test_a_cluster_counts_only_when_its_rows_are_exactly_those_of_a_person() -> None:
    assert score([1, 1, 2, 2, 3], [1, 1, 2, 3, 3]).cluster_f1 == pytest.approx(0.5)
    assert score([1, 1, 2, 2, 2], [1, 1, 2, 2, 3]).cluster_f1 == pytest.approx(0.5)


def test_rows_that_nobody_joined_have_perfect_precision_and_no_recall() -> None:
    assert score([1, 1, 2], [1, 2, 3]) == (1.0, 0.0, 0.0, 0.0)


@settings(deadline=None)
@given(SCORED, st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_the_best_threshold_is_the_best_of_trying_them_all(pairs: list[tuple[int, int, int]], truth: list[int]) -> None:
    tried = [
        score(truth, joined(8, [(a, b) for a, b, weight in pairs if weight >= threshold])).f1
        for threshold in range(-3, 5)
    ]
    left, right, weight = ([pair[at] for pair in pairs] for at in range(3))
    assert best(truth, left, right, weight) == pytest.approx(max(tried))
