"""Wilson's interval, against published figures and its own definition."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel.intervals import wilson


def interval(successes: int, n: int, level: float = 0.95) -> tuple[float | None, float | None]:
    frame = pl.DataFrame({"successes": [successes], "n": [n]})
    low, high = wilson(pl.col("successes"), pl.col("n"), level)
    return frame.select(low=low, high=high).row(0)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, 857, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_intervals_are_met(successes: int, n: int, low: float, high: float) -> None:
    assert interval(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_nothing_of_nothing_is_not_known() -> None:
    assert interval(0, 0) == (None, None)


@given(st.integers(1, 10**6), st.floats(0, 1), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_share_lies_inside_and_the_ends_are_shares(n: int, part: float, level: float) -> None:
    successes = math.floor(part * n)
    low, high = interval(successes, n, level)
    assert low is not None
    assert high is not None
    assert 0 <= low <= successes / n <= high <= 1
    mirrored = interval(n - successes, n, level)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-9)
