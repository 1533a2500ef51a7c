"""Limits of a count, beside Garwood's table and by their definition."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.kpis.poisson import gamma_cdf, garwood, garwood_of


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904), (100, 81.364, 121.627)],
)
def test_the_limits_are_those_of_the_table(count: int, low: float, high: float) -> None:
    assert garwood_of(count) == pytest.approx((low, high), abs=6e-4)


def test_a_million_spent_for_no_order_and_for_five() -> None:
    """The numbers of the method: at least 271,085; 85,702 to 615,958."""
    assert 1_000_000 / garwood_of(0)[1] == pytest.approx(271_085, abs=1)
    fewest, most = garwood_of(5)
    assert (1_000_000 / most, 1_000_000 / fewest) == pytest.approx((85_702, 615_958), abs=1)


def test_counting_at_most_n_at_the_upper_limit_is_as_rare_as_said() -> None:
    """P(N <= 2 | mean) = e^-m (1 + m + m²/2), which is 2.5 % at the upper limit for 2."""
    mean = garwood_of(2)[1]
    assert exp(-mean) * (1 + mean + mean**2 / 2) == pytest.approx(0.025, abs=1e-9)


def test_the_approximation_for_large_counts_joins_the_exact_limits() -> None:
    around = np.array([990, 995, 999, 1000, 1001, 1005])
    for ends in garwood(around):
        steps = np.diff(ends) / np.diff(around)
        assert steps.min() > 0.96
        assert steps.max() < 1.04


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000))
def test_more_orders_always_move_both_limits_up_and_hold_the_count(count: int) -> None:
    (low, high), (next_low, next_high) = garwood_of(count), garwood_of(count + 1)
    assert low <= count <= high
    assert low < next_low
    assert high < next_high


def test_the_exponential_distribution_is_the_gamma_of_shape_one() -> None:
    assert gamma_cdf([0.0, 1.0, 2.5], 1.0) == pytest.approx([0.0, 1 - exp(-1), 1 - exp(-2.5)])
