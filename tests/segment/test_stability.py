"""Agreement between partitions, and names."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel import i18n
from custintel.segment.features import Feature
from custintel.segment.naming import BY_THIRDS, best_first, named
from custintel.segment.stability import adjusted_rand, judged
from custintel.tables.segment_names import SEGMENT_NAMES, segment_label

RFM = (Feature("recency", "days", True), Feature("orders", "count"), Feature("net", "money"))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=2, max_size=40))
def test_the_adjusted_rand_index_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    from sklearn.metrics import adjusted_rand_score

    one, other = (list(side) for side in zip(*pairs, strict=True))
    assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other))


def test_groups_that_stand_apart_are_stable_and_those_in_a_cloud_are_not() -> None:
    draws = np.random.default_rng(0)
    apart = np.repeat([0.1, 0.5, 0.9], 100)[:, None] + draws.normal(scale=0.01, size=(300, 2))
    assert judged(apart, 3).ari > 0.99
    assert judged(apart, 3).silhouette > 0.9
    assert judged(draws.random((300, 3)), 6).ari < 0.85


def test_the_silhouette_is_that_of_scikit_learn() -> None:
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    points = np.random.default_rng(2).random((400, 3))
    labels = KMeans(3, n_init=10, random_state=0).fit(points)
    found = judged(points, 3, labels.cluster_centers_)
    assert found.silhouette == pytest.approx(silhouette_score(points, labels.labels_), abs=1e-3)


def test_every_triple_of_thirds_has_a_name_of_its_own_in_both_languages() -> None:
    assert len(BY_THIRDS) == 27
    assert len(set(BY_THIRDS.values())) == 27
    for language in ("en", "es"):
        i18n.activate(language)
        assert len({segment_label(code) for code in SEGMENT_NAMES}) == len(SEGMENT_NAMES)
    i18n.activate("en")


def test_two_segments_of_one_name_are_told_apart_by_what_differs_most() -> None:
    centres = np.array([[0.9, 0.9, 0.95], [0.9, 0.9, 0.7], [0.1, 0.1, 0.1]])
    codes = named(centres, RFM)
    assert codes == ("champions+more_net", "champions+less_net", "lost")
    assert [segment_label(code) for code in codes] == ["Champions (spend more)", "Champions (spend less)", "Lost"]
    three = named(np.array([[0.9, 0.9, 0.9], [0.8, 0.8, 0.8], [0.7, 0.7, 0.7]]), RFM)
    assert len(set(three)) == 3


def test_segments_by_other_columns_are_called_by_those() -> None:
    (code, _other) = named(np.array([[0.9, 0.1], [0.2, 0.5]]), (Feature("ticket", "money"), Feature("age", "days")))
    assert segment_label(code) == "Average order: top third, Days since the first purchase: bottom third"
    assert segment_label("Clientes VIP") == "Clientes VIP"


def test_the_best_stands_first() -> None:
    assert best_first(np.array([[0.1, 0.1], [0.9, 0.8], [0.5, 0.5]])) == [1, 2, 0]
