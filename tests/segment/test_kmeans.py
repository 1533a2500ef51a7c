"""k-means in whole numbers."""

from __future__ import annotations

import numpy as np
import pytest

from custintel.segment import kmeans as module
from custintel.segment.kmeans import UNIT, Scale, kmeans, lloyd, nearest


def cloud(n: int, d: int = 4, seed: int = 0) -> np.ndarray:  # type: ignore[type-arg]
    draws = np.random.default_rng(seed)
    common = draws.normal(size=(n, 1))
    return 1 / (1 + np.exp(-(common + draws.normal(size=(n, d)))))


def test_groups_that_stand_apart_are_found() -> None:
    draws = np.random.default_rng(1)
    centres = np.array([[0, 0], [0, 5], [5, 0], [5, 5]])
    truth = np.repeat(np.arange(4), 50)
    found = kmeans(centres[truth] + draws.normal(scale=0.1, size=(200, 2)), 4)
    assert len({(a, b) for a, b in zip(truth, found.labels, strict=True)}) == 4


@pytest.mark.parametrize(("n", "k"), [(3_000, 5), (51_000, 6)])
def test_it_is_as_good_as_scikit_learn_with_ten_starts(n: int, k: int) -> None:
    from sklearn.cluster import KMeans

    points = cloud(n)
    best = KMeans(k, n_init=10, random_state=0).fit(points).inertia_
    assert kmeans(points, k).inertia <= best * 1.0005


def test_the_inertia_it_reports_is_that_of_its_labels_and_centres() -> None:
    points = cloud(2_000)
    found = kmeans(points, 6)
    exact = ((points - found.centres[found.labels]) ** 2).sum()
    assert found.inertia == pytest.approx(exact, rel=1e-4)


def test_the_result_does_not_depend_on_blocks_or_on_the_order_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    points = cloud(5_000)
    steps = UNIT.steps(points)
    start = steps[:, :5].T.astype(np.float64)
    centres, inertia, _rounds = lloyd(steps, start)
    shuffled = steps[:, np.random.default_rng(3).permutation(5_000)]
    monkeypatch.setattr(module, "_BLOCK", 777)
    again, same, _rounds = lloyd(np.ascontiguousarray(shuffled), start)
    assert (centres == again).all()
    assert inertia == same


def test_it_is_repeated_exactly() -> None:
    points = cloud(4_000)
    one, other = kmeans(points, 5), kmeans(points.copy(), 5)
    assert (one.centres == other.centres).all()
    assert (one.labels == other.labels).all()


def test_a_point_as_near_to_two_centres_belongs_to_the_first_and_counts_once() -> None:
    steps = np.array([[0, 10, 20]], dtype=np.uint16)
    labels, squares = nearest(steps, np.array([[0.0], [20.0]]))
    assert labels.tolist() == [0, 0, 1]
    assert squares.tolist() == [0, 100, 0]
    _centres, inertia, _rounds = lloyd(steps, np.array([[0.0], [20.0]]))
    assert inertia == 50


def test_features_keep_their_proportions_in_steps() -> None:
    points = np.array([[0.0, -1.0], [100.0, 0.0]])
    scale = Scale.of(points)
    assert scale.back(scale.steps(points).T.astype(np.float64)) == pytest.approx(points, abs=100 / 65_535)
