"""How long people take to come back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.purchases.rhythm import OWN_GAPS, Rhythm, rhythm

START = dt.date(2026, 1, 1)


def bought(**days: list[int]) -> pl.DataFrame:
    rows = [(who, START + dt.timedelta(days=day)) for who, each in days.items() for day in each]
    return pl.DataFrame(rows, schema={"customer_id": pl.String, "day": pl.Date}, orient="row")


def of(found: Rhythm, who: str) -> dict[str, Any]:
    return found.people.filter(pl.col("customer_id") == who).row(0, named=True)


def test_three_gaps_are_a_rhythm_of_ones_own() -> None:
    """Gaps 10, 20, 40: the places (n + 1) / 4 and 3 (n + 1) / 4 are the first and the third."""
    row = of(rhythm(bought(ana=[0, 10, 30, 70])), "ana")
    assert (row["gaps"], row["median_gap"], row["next_by"]) == (3, 20, "own")
    assert row["next_from"] == START + dt.timedelta(days=80)
    assert row["next_to"] == START + dt.timedelta(days=110)


def test_four_gaps_lie_between_two_of_them() -> None:
    """Gaps 10, 20, 30, 40: places 1.25 and 3.75 are 12.5 and 37.5."""
    row = of(rhythm(bought(ana=[0, 10, 30, 60, 100])), "ana")
    assert (row["median_gap"], (row["next_to"] - row["next_from"]).days) == (25, 26)


def test_whoever_has_fewer_is_judged_by_everybody_and_has_no_median() -> None:
    found = rhythm(bought(ana=[0, 10, 30, 70], bob=[0, 15], eva=[5]))
    assert (found.gaps, found.low, found.middle, found.high) == (4, 11.25, 17.5, 35.0)
    for who, gaps, last in (("bob", 1, 15), ("eva", 0, 5)):
        row = of(found, who)
        assert (row["gaps"], row["median_gap"], row["next_by"]) == (gaps, None, "base")
        assert row["next_from"] == START + dt.timedelta(days=last + 11)


def test_of_the_base_only_the_first_gaps_of_each_count() -> None:
    found = rhythm(bought(ana=[0, 1, 2, 3, 4, 5, 6], bob=[0, 50]))
    assert found.gaps == OWN_GAPS + 1


def test_several_orders_of_a_day_are_one() -> None:
    assert of(rhythm(bought(ana=[0, 0, 10, 10])), "ana")["gaps"] == 1


def test_when_nobody_came_back_nothing_is_expected() -> None:
    found = rhythm(bought(ana=[0], bob=[3]))
    assert (found.low, found.tested) == (None, 0)
    assert of(found, "ana")["next_from"] is None
    assert rhythm(bought()).people.is_empty()


def test_the_last_gap_is_held_against_the_earlier_ones() -> None:
    found = rhythm(bought(ana=[0, 10, 30, 70, 90], bob=[0, 10, 30, 70, 200], eva=[0, 10, 20, 30]))
    assert (found.tested, found.inside) == (2, 1)


def test_half_of_the_next_gaps_fall_into_the_window() -> None:
    rng = np.random.default_rng(4)
    days = {f"c{n}": np.cumsum(rng.integers(1, 400, rng.integers(5, 9))).tolist() for n in range(3000)}
    found = rhythm(bought(**days))
    assert found.tested == 3000
    assert found.inside / found.tested == pytest.approx(0.5, abs=0.03)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["ana", "bob"]), st.integers(0, 50)), max_size=30), st.randoms())
def test_the_order_of_rows_makes_no_difference(rows: list[tuple[str, int]], random: Any) -> None:
    mixed = list(rows)
    random.shuffle(mixed)
    one, other = (
        rhythm(bought(**{who: [day for each, day in some if each == who] for who in ("ana", "bob")}))
        for some in (rows, mixed)
    )
    assert one.people.equals(other.people)
    assert (one.low, one.inside) == (other.low, other.inside)
