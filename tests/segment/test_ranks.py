"""Places from 0 to 1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel.segment.ranks import KNOTS, grid


def test_the_smallest_has_0_the_largest_1_and_ties_in_between_share_their_mean_place() -> None:
    values = np.array([1.0, 1, 1, 2, 2, 5, 9])
    made = grid(values)
    # In the order of 7 (steps of 1/6): 1 is at 0, 2 at 3 and 4, so 3.5/6; 5 at 5/6.
    assert made.place(values).tolist() == pytest.approx([0, 0, 0, 3.5 / 6, 3.5 / 6, 5 / 6, 1])


def test_what_nobody_had_before_stands_between_its_neighbours_or_at_an_end() -> None:
    made = grid(np.array([0.0, 10, 20]))
    assert made.place(np.array([-5.0, 5, 15, 100])).tolist() == pytest.approx([0, 0.25, 0.75, 1])


def test_what_is_not_known_stands_in_the_middle() -> None:
    made = grid(np.array([0.0, 10, np.nan]))
    assert made.place(np.array([np.nan])).tolist() == [0.5]


def test_one_value_for_all_tells_nobody_apart() -> None:
    made = grid(np.full(9, 4.0))
    assert made.constant
    assert set(made.place(np.array([1.0, 4, 9])).tolist()) == {0.5}


def test_many_values_take_a_short_grid_that_is_nearly_exact() -> None:
    values = np.random.default_rng(0).lognormal(size=50_000)
    made = grid(values)
    exact = np.argsort(np.argsort(values)) / (values.size - 1)
    assert made.values.size <= KNOTS
    assert np.abs(made.place(values) - exact).max() < 0.002


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60))
def test_more_never_has_a_lower_place_and_a_whale_changes_nothing_for_others(values: list[float]) -> None:
    array = np.array(sorted(values))
    places = grid(array).place(array)
    assert (np.diff(places) >= -1e-12).all()
    assert ((places >= 0) & (places <= 1)).all()
    richer = np.concatenate((array[:-1], [array[-1] + 1e12]))
    if array[-1] > array[-2]:
        assert grid(richer).place(richer).tolist() == pytest.approx(places.tolist())
