"""Differences of shares, beside the examples of the papers that the methods come from."""

from __future__ import annotations

from math import comb

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.intervals import wilson
from custintel.proportions import difference_p, fisher_p, holm, newcombe, smallest_difference, wilson_of


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_that_of_newcombes_table_2(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    assert newcombe(one, other) == pytest.approx((low, high), abs=6e-5)


def test_a_lady_tasting_tea() -> None:
    """3 of 4 right: (16 + 16 + 1 + 1) / 70."""
    assert fisher_p((3, 4), (1, 4)) == pytest.approx(34 / 70)


def test_a_few_successes_are_tested_exactly_and_many_by_the_normal_curve() -> None:
    """1 of 20 against 0 of 30: both successes can only be in one place: p = 20/50. 50 of 100 against 30 of 100:
    z = 0.2 / sqrt(0.4 x 0.6 x 0.02) = 2.8868, p = 0.00389."""
    assert difference_p((1, 20), (0, 30)) == pytest.approx(20 / 50)
    assert difference_p((50, 100), (30, 100)) == pytest.approx(0.003892, abs=1e-6)
    assert difference_p((0, 20), (0, 30)) == 1.0


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_fishers_test_is_the_sum_of_the_tables_that_are_no_likelier(n: int, m: int, data: st.DataObject) -> None:
    x, y = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    weights = [comb(n, k) * comb(m, x + y - k) for k in range(max(0, x + y - m), min(n, x + y) + 1)]
    here = comb(n, x) * comb(m, y)
    assert fisher_p((x, n), (y, m)) == pytest.approx(sum(w for w in weights if w <= here) / sum(weights))


def test_several_probabilities_are_corrected_as_holm_says() -> None:
    """Sorted .005 .01 .03 .04 times 4, 3, 2, 1, never less than the one before."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.6, 0.7]) == [1.0, 1.0]


def test_the_smallest_difference_that_the_data_could_show() -> None:
    """(1.95996 + 0.84162) x sqrt(0.02 x 0.98 x 2 / 10,000) = 0.005547."""
    assert smallest_difference(0.02, 10_000, 10_000) == pytest.approx(0.005547, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 500), st.data())
def test_one_share_has_the_interval_that_a_column_of_them_has(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    low, high = wilson(pl.col("x"), pl.col("n"))
    row = pl.DataFrame({"x": [successes], "n": [n]}).select(low=low, high=high).row(0)
    assert wilson_of(successes, n) == pytest.approx(row)
