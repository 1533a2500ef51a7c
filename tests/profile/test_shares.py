"""Shares of groups, how sure they are, and what differs."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.profile.counts import of_one
from custintel.profile.shares import FEW, Weighed, cohen_h, shares, weighed
from custintel.proportions import difference_p, fisher_p, holm, newcombe, wilson_of


def people(each: list[tuple[int, int]]) -> Weighed:
    """x of n orders of every person."""
    table = {"person": range(len(each)), "x": [x for x, _n in each], "n": [n for _x, n in each]}
    return weighed(of_one(pl.DataFrame(table, schema_overrides={"person": pl.UInt32}), "yes"))


def halves(n: int) -> pl.Series:
    return pl.Series([0] * n + [1] * n, dtype=pl.UInt32)


def only(found: pl.DataFrame, group: int = 0) -> dict[str, float]:
    return found.filter(pl.col("group") == group).row(0, named=True)


def test_with_one_order_each_the_interval_is_wilsons() -> None:
    row = only(shares(people([(1, 1)] * 30 + [(0, 1)] * 70), None))
    assert (row["n"], row["of"], row["of_people"], row["share"]) == (30, 100, 100, 0.3)
    assert (row["low"], row["high"]) == pytest.approx(wilson_of(30, 100))


def test_a_hundred_orders_of_one_person_say_no_more_than_one() -> None:
    row = only(shares(people([(100, 100)]), None))
    assert (row["low"], row["high"]) == pytest.approx(wilson_of(1, 1))


def test_orders_of_people_who_always_do_the_same_count_by_person() -> None:
    row = only(shares(people([(10, 10)] * 20 + [(0, 10)] * 20), None))
    assert row["share"] == 0.5
    assert (row["low"], row["high"]) == pytest.approx(wilson_of(20, 40), abs=0.01)


def test_orders_of_people_who_mix_as_chance_does_count_nearly_all() -> None:
    rng = np.random.default_rng(1)
    row = only(shares(people([(int(x), 5) for x in rng.binomial(5, 0.3, 2000)]), None))
    low, high = wilson_of(int(row["n"]), 10_000)
    assert row["high"] - row["low"] == pytest.approx(high - low, rel=0.05)


def test_the_interval_holds_the_true_share_95_of_100_times_though_orders_come_in_bunches() -> None:
    rng, held = np.random.default_rng(2), 0
    for _ in range(400):
        p = rng.beta(1, 3, 120)
        n = rng.integers(1, 9, 120)
        row = only(shares(people([(int(x), int(m)) for x, m in zip(rng.binomial(n, p), n, strict=True)]), None))
        held += row["low"] <= 0.25 <= row["high"]
    assert 0.92 <= held / 400 <= 0.98


def test_groups_are_held_against_everybody_else() -> None:
    row = only(shares(people([(1, 1)] * 41 + [(0, 1)] * 59 + [(1, 1)] * 20 + [(0, 1)] * 80), halves(100)))
    assert (row["share"], row["rest"], row["base"]) == (0.41, 0.2, 0.305)
    assert row["effect"] == pytest.approx(2 * math.asin(math.sqrt(0.41)) - 2 * math.asin(math.sqrt(0.2)))
    assert row["p"] == pytest.approx(fisher_p((41, 100), (20, 100)))
    low, high = newcombe((41, 100), (20, 100))
    assert low > 0
    assert high < 0.5


def test_with_many_orders_the_test_is_that_of_two_proportions() -> None:
    each = [(1, 1)] * 410 + [(0, 1)] * 590 + [(1, 1)] * 380 + [(0, 1)] * 620
    row = only(shares(people(each), halves(1000)))
    assert row["p"] == pytest.approx(difference_p((410, 1000), (380, 1000)))


def test_people_in_no_group_are_in_the_base_and_in_no_comparison() -> None:
    place = pl.Series([0] * 40 + [1] * 40 + [None] * 40, dtype=pl.UInt32)
    row = only(shares(people([(1, 1)] * 40 + [(0, 1)] * 40 + [(1, 1)] * 40), place))
    assert (row["share"], row["rest"], row["base"]) == (1, 0, 2 / 3)


@pytest.mark.parametrize("inside", [FEW - 1, FEW])
def test_a_group_of_few_people_is_told_and_not_compared(inside: int) -> None:
    each = [(1, 1)] * inside + [(0, 1)] * 100
    place = pl.Series([0] * inside + [1] * 100, dtype=pl.UInt32)
    row = only(shares(people(each), place))
    assert row["share"] == 1
    assert (row["p"] is None) == (inside < FEW)


def test_a_group_of_which_nothing_is_known_has_no_row() -> None:
    found = shares(people([(1, 1), (0, 0)]), pl.Series([0, 1], dtype=pl.UInt32))
    assert found["group"].to_list() == [0]


def test_groups_made_by_chance_rarely_differ() -> None:
    """At most 5 of 100 runs tell of any difference among all that were tested; here 200 runs of 20 groups."""
    rng, told = np.random.default_rng(3), 0
    for _ in range(200):
        p, n = rng.beta(0.3, 3, 800), rng.integers(1, 6, 800)
        place = pl.Series(rng.integers(0, 20, 800), dtype=pl.UInt32)
        each = [(int(x), int(m)) for x, m in zip(rng.binomial(n, p), n, strict=True)]
        tested = shares(people(each), place)["p"].drop_nulls().to_list()
        told += min(holm(tested)) < 0.05
    assert told <= 0.08 * 200


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda pair: (min(pair), max(pair))), min_size=1))
def test_parts_add_up_and_intervals_hold_their_share(each: list[tuple[int, int]]) -> None:
    place = pl.Series([n % 3 for n in range(len(each))], dtype=pl.UInt32)
    found, whole = shares(people(each), place), shares(people(each), None)
    assert found["n"].sum() == sum(x for x, _n in each) == whole["n"].sum()
    assert found["of"].sum() == sum(n for _x, n in each)
    assert found.select(((pl.col("low") <= pl.col("share")) & (pl.col("share") <= pl.col("high"))).all()).item()


def test_effects_of_cohen() -> None:
    told = pl.DataFrame({"p": [0.5, 0.12, 0.1], "q": [0.4, 0.06, 0.05]}).select(cohen_h(pl.col("p"), pl.col("q")))
    assert told.to_series().to_list() == pytest.approx([0.2014, 0.2126, 0.1924], abs=1e-3)
