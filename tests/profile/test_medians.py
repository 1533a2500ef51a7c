"""Medians of groups."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.profile.medians import interval, mann_whitney, medians, middle_without, ranked

NUMBERS = st.lists(st.one_of(st.none(), st.integers(-5, 5).map(float)), min_size=2, max_size=60)


def test_the_interval_lies_between_two_of_the_values() -> None:
    assert interval(np.arange(1.0, 10.0)) == (2.0, 8.0)  # ceil(4.5 - 2.94) = 2, ceil(4.5 + 2.94) = 8
    assert interval(np.arange(5.0)) == (None, None)


def test_the_rank_test_of_a_textbook() -> None:
    """Two times 30 people, all of the one above all of the other: U = 900, A = 1."""
    effect, p = mann_whitney(sum(range(31, 61)), 30, 30, 0.0)
    assert effect == 1
    assert p == pytest.approx(3.02e-11, rel=0.01)


def test_alike_groups_do_not_differ() -> None:
    assert mann_whitney(30 * 30.5, 30, 30, 60.0**3 - 60) == (0.0, 1.0)


@settings(deadline=None, max_examples=60)
@given(NUMBERS)
def test_groups_are_held_against_everybody_else(values: list[float | None]) -> None:
    place = pl.Series([n % 2 for n in range(len(values))], dtype=pl.UInt32)
    found = medians(ranked(pl.Series(values, dtype=pl.Float64)), place)
    for row in found.iter_rows(named=True):
        mine = [v for n, v in enumerate(values) if n % 2 == row["group"] and v is not None]
        others = [v for n, v in enumerate(values) if n % 2 != row["group"] and v is not None]
        assert (row["of"], row["median"]) == (len(mine), np.median(mine))
        assert row["rest"] == (np.median(others) if others else None)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=30), st.data())
def test_the_median_without_some(values: list[int], data: st.DataObject) -> None:
    ordered = np.sort(np.array(values, float))
    places = sorted(data.draw(st.sets(st.integers(0, len(values) - 1), max_size=len(values) - 1)))
    assert middle_without(ordered, np.array(places, int)) == np.median(np.delete(ordered, places))


def test_nobody_has_no_median() -> None:
    assert medians(ranked(pl.Series([None, None], dtype=pl.Float64)), None).is_empty()
