"""The beta distribution, against closed forms and identities that hold for every parameter."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.beta_distribution import beta_cdf, beta_quantile, log_beta, log_gamma

parameters = st.floats(-1.5, 5).map(lambda power: 10.0**power)
shares = st.floats(0, 1)


@given(st.lists(st.floats(1e-3, 1e7), min_size=1, max_size=20))
def test_log_gamma_is_that_of_the_standard_library(values: list[float]) -> None:
    expected = [math.lgamma(value) for value in values]
    assert log_gamma(values) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_log_beta_of_whole_numbers_is_a_fraction_of_factorials() -> None:
    assert float(log_beta(3, 4)) == pytest.approx(math.log(math.factorial(2) * math.factorial(3) / math.factorial(6)))


@given(shares, st.integers(1, 30), st.integers(1, 30))
def test_whole_parameters_count_successes(x: float, a: int, b: int) -> None:
    """DLMF 8.17.5: the probability of at least ``a`` successes in ``a + b - 1`` trials."""
    n = a + b - 1
    expected = math.fsum(math.comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
    assert float(beta_cdf(x, a, b)) == pytest.approx(expected, abs=1e-11)


@settings(deadline=None)
@given(shares, parameters, parameters)
def test_the_distribution_mirrors(x: float, a: float, b: float) -> None:
    assert float(beta_cdf(x, a, b)) == pytest.approx(1 - float(beta_cdf(1 - x, b, a)), abs=1e-9)


@given(shares, parameters)
def test_one_parameter_of_one_is_a_power(x: float, a: float) -> None:
    assert float(beta_cdf(x, a, 1)) == pytest.approx(x**a, abs=1e-10)


@settings(deadline=None)
@given(
    st.sampled_from([0.01, 0.05, 0.5, 0.95]), parameters.filter(lambda a: a > 0.5), parameters.filter(lambda b: b > 0.5)
)
def test_a_quantile_has_its_probability_below_it(probability: float, a: float, b: float) -> None:
    quantile = beta_quantile(probability, a, b)
    assert 0 <= float(quantile) <= 1
    slack = 1e-9
    assert float(beta_cdf(quantile - slack, a, b)) <= probability + 1e-6
    assert float(beta_cdf(quantile + slack, a, b)) >= probability - 1e-6


@pytest.mark.parametrize(
    ("probability", "a", "b", "quantile"),
    # Clopper-Pearson ends for 5 of 20 and 0 of 10 at 95 %, and a long tail.
    [(0.025, 5, 16, 0.086571), (0.975, 6, 15, 0.491046), (0.975, 1, 10, 0.308497), (0.05, 1e6, 2e7, 0.047543)],
)
def test_known_quantiles_are_met(probability: float, a: float, b: float, quantile: float) -> None:
    assert float(beta_quantile(probability, a, b)) == pytest.approx(quantile, abs=2e-6)


def test_edges_are_exact_and_shapes_are_kept() -> None:
    assert beta_cdf([0, 1], 2, 3).tolist() == [0, 1]
    assert beta_quantile(np.full((2, 3), 0.5), 1, 1) == pytest.approx(np.full((2, 3), 0.5))
