"""What goals are about, who is held out, and what offers have done."""

from __future__ import annotations

import datetime as dt
from math import sqrt

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custintel.goals.effect import FEWEST, Effect, effect, verdict
from custintel.goals.holdout import held_out, needed, visible
from custintel.goals.measures import kind_of, measured, quantile
from custintel.goals.targets import groups, proposed

AS_OF = dt.date(2026, 10, 31)
DRAWN = [11, 12, 16, 19, 25, 32]
Z = 1.959963984540054 + 0.8416212335729143


def test_the_median_of_counts_has_no_steps() -> None:
    """Six zeros and four ones: .3 of all stay below 0's middle, .8 below 1's: the median is (.5 - .3) / .5."""
    assert quantile(np.array([0.0] * 6 + [1.0] * 4), 0.5) == pytest.approx(0.4)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=50), st.floats(0, 1))
def test_a_quantile_stays_within_the_values_and_grows(values: list[int], share: float) -> None:
    found = [quantile(np.array(values, dtype=float), part) for part in (share / 2, share)]
    assert min(values) <= found[0] <= found[1] <= max(values)  # type: ignore[operator]


def test_without_values_there_is_no_quantile() -> None:
    assert quantile(np.array([]), 0.5) is None


def purchases(*rows: tuple[str, int, int]) -> pl.DataFrame:
    """customer, days before the last day, net in hundredths."""
    return pl.DataFrame(
        [(customer, AS_OF - dt.timedelta(days=ago), net, True) for customer, ago, net in rows],
        schema={"customer_id": pl.String, "day": pl.Date, "net": pl.Int64, "bought": pl.Boolean},
        orient="row",
    )


def lines(*rows: tuple[str, int, str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [(customer, AS_OF - dt.timedelta(days=ago), article, category) for customer, ago, article, category in rows],
        schema={"customer_id": pl.String, "day": pl.Date, "article": pl.String, "category": pl.String},
        orient="row",
    )


def test_each_customer_is_measured_in_the_days_that_count() -> None:
    bought = purchases(("ana", 0, 3000), ("ana", 9, 1000), ("ana", 10, 9900), ("eva", 5, 500))
    parts = lines(("ana", 0, "x", "A"), ("ana", 9, "y", "A"), ("ana", 9, "z", "B"), ("eva", 5, "x", "A"))
    found = measured(pl.Series(["ana", "eva", "ida"]), bought, parts, AS_OF - dt.timedelta(days=9), AS_OF, "category")
    assert found.rows() == [("ana", 2, 40.0, 2, 20.0), ("eva", 1, 5.0, 1, 5.0), ("ida", 0, 0.0, 0, None)]


def test_breadth_counts_categories_where_there_are_several() -> None:
    assert kind_of(lines(("a", 0, "x", "A"), ("a", 0, "y", "B"))) == "category"
    assert kind_of(lines(("a", 0, "x", "A"), ("a", 0, "y", "A"))) == "article"
    assert kind_of(lines(("a", 0, "x", "A"), ("a", 0, "y", None), ("a", 0, "z", None))) == "article"


def test_the_draw_is_fixed_forever() -> None:
    """These were drawn once; a program that draws others breaks every measurement that has begun."""
    people = pl.Series([f"c{n}" for n in range(40)])
    assert held_out(people, "loyal.frequency.2026-11-01").arg_true().to_list() == DRAWN
    assert held_out(people.reverse(), "loyal.frequency.2026-11-01").reverse().arg_true().to_list() == DRAWN


def test_a_tenth_is_held_out_and_two_goals_draw_independently() -> None:
    people = pl.Series([f"c{n}" for n in range(20_000)])
    one, other = (held_out(people, goal) for goal in ("a.frequency.2026-11-01", "a.ticket.2026-11-01"))
    assert one.mean() == pytest.approx(0.1, abs=0.01)
    assert (one & other).mean() == pytest.approx(0.01, abs=0.003)
    assert not held_out(people, "a", 0.0).any()


def test_what_a_group_can_show_is_the_textbooks() -> None:
    """Spread 2, 900 and 100: (1.96 + .84) x 2 x sqrt(1/900 + 1/100)."""
    assert visible(2.0, 900, 100) == pytest.approx(Z * 2 * sqrt(1 / 900 + 1 / 100))
    assert visible(2.0, 900, 0) is None


@example(1.21875, 3.0625, 5)  # of five, two and three are nearest to half, and not enough
@given(st.floats(0.1, 5), st.floats(0.05, 5), st.integers(4, 100_000))
def test_the_group_needed_is_the_smallest_that_shows_the_change(spread: float, change: float, n: int) -> None:
    held = needed(spread, change, n)
    if held is None:
        assert visible(spread, n - n // 2, n // 2) > change * (1 - 1e-9)  # type: ignore[operator]
    else:
        assert 2 <= held <= n / 2
        assert visible(spread, n - held, held) <= change * (1 + 1e-9)  # type: ignore[operator]
        assert held == 2 or visible(spread, n - held + 1, held - 1) > change * (1 - 1e-6)  # type: ignore[operator]


def test_no_change_needs_no_group() -> None:
    assert needed(1.0, 0.0, 100) is None
    assert needed(1.0, -1.0, 100) is None


def frame(orders: list[int], net: list[float] | None = None) -> pl.DataFrame:
    return pl.DataFrame(
        {"orders": orders, "net": net or [float(n) for n in orders], "kinds": orders},
        schema_overrides={"orders": pl.Int64, "kinds": pl.Int64},
    )


def test_the_effect_is_the_difference_of_the_means() -> None:
    since = frame([1, 2] * 50 + [0, 1] * 20)
    held = pl.Series([False] * 100 + [True] * 40)
    found = effect(since, frame([0] * 140), held, "frequency")
    assert (found.treated, found.held, found.difference) == (1.5, 0.5, pytest.approx(1.0))
    error = sqrt(0.25 * 100 / 99 / 100 + 0.25 * 40 / 39 / 40)
    assert found.low == pytest.approx(1 - 1.9930 * error, abs=2e-4)
    assert found.p is not None
    assert found.p < 1e-10


def test_what_they_did_before_makes_the_interval_narrower() -> None:
    draw = np.random.default_rng(4)
    before = draw.poisson(5, 600)
    since = before + draw.poisson(1, 600)
    held = pl.Series(draw.random(600) < 0.3)
    plain = effect(frame(since.tolist()), frame([0] * 600), held, "frequency")
    better = effect(frame(since.tolist()), frame(before.tolist()), held, "frequency")
    assert better.high - better.low < 0.6 * (plain.high - plain.low)  # type: ignore[operator]


@pytest.mark.parametrize("measure", ["frequency", "ticket"])
def test_where_nothing_was_done_the_interval_holds_nothing_19_times_of_20(measure: str) -> None:
    draw, inside = np.random.default_rng(7), 0
    for _ in range(200):
        rate = draw.gamma(1.0, 1.0, 1500)
        before, since = draw.poisson(rate), draw.poisson(rate)
        money = [np.array([draw.gamma(2.0, 50.0, n).sum() for n in counts]) for counts in (before, since)]
        held = pl.Series(draw.random(1500) < 0.1)
        found = effect(
            frame(since.tolist(), money[1].tolist()), frame(before.tolist(), money[0].tolist()), held, measure
        )
        assert found.low is not None
        assert found.high is not None
        inside += found.low <= 0 <= found.high
    assert inside >= 183  # 190 expected, 3.1 spread


def test_groups_too_small_have_no_interval() -> None:
    held = pl.Series([False] * 100 + [True] * (FEWEST - 1))
    assert effect(frame([1] * held.len()), frame([0] * held.len()), held, "frequency").low is None
    few = frame([1] * 100 + [0] * 95 + [1] * 5)
    assert effect(few, few, pl.Series([False] * 100 + [True] * 100), "ticket").low is None
    assert effect(frame([1] * 9), frame([1] * 9), pl.Series([False] * 9), "frequency") == Effect(None, None)


@pytest.mark.parametrize(
    ("difference", "p", "days", "seen", "said"),
    [
        (0.3, 0.01, 0, 0.1, "not_begun"),
        (0.3, 0.01, 30, 0.1, "too_early"),
        (0.3, 0.01, 31, 0.1, "better"),
        (-0.3, 0.01, 91, 0.1, "worse"),
        (0.3, 0.2, 91, 0.5, "too_small"),
        (0.0, 0.9, 91, 0.1, "no_difference"),
        (None, 1.0, 91, 0.1, "too_small"),
    ],
)
def test_the_verdict_says_no_more_than_can_be_known(
    difference: float | None, p: float, days: int, seen: float, said: str
) -> None:
    assert verdict(Effect(1.0, 1.0, difference), p, days, 91, 0.4, seen) == said


def test_the_target_is_the_smaller_of_the_next_segment_and_the_own_best() -> None:
    """60 customers each; the better segment does 4, the best quarter of the other 5 and more."""
    people = pl.DataFrame(
        {
            "customer_id": [f"{name}{n:02}" for name in "ab" for n in range(60)],
            "segment_id": [1] * 60 + [2] * 60,
            "segment": ["good"] * 60 + ["other"] * 60,
        },
        schema_overrides={"segment_id": pl.Int32},
    )
    orders = [4] * 60 + [0] * 30 + [1] * 10 + [5] * 10 + [9] * 10
    year = pl.DataFrame(
        {"customer_id": people["customer_id"], "orders": orders, "kinds": [0] * 120, "ticket": [None] * 120},
        schema_overrides={"ticket": pl.Float64},
    )
    parts = groups(people["customer_id"], people)
    found = proposed(parts, year, AS_OF, 91)
    assert [part.segment for part in parts] == ["good", "other"]
    assert [(goal.segment, goal.measure, goal.basis) for goal in found] == [("other", "frequency", "next_segment")]
    assert (found[0].target, found[0].start, found[0].days) == (4.0, AS_OF + dt.timedelta(days=1), 91)


@pytest.mark.parametrize("n", [0, 29])
def test_segments_with_few_customers_get_no_target(n: int) -> None:
    people = pl.DataFrame(
        {"customer_id": [f"a{n}" for n in range(n)], "segment_id": [1] * n, "segment": ["a"] * n},
        schema={"customer_id": pl.String, "segment_id": pl.Int32, "segment": pl.String},
    )
    year = people.select("customer_id", orders=pl.int_range(pl.len()), kinds=pl.lit(1), ticket=pl.lit(1.0))
    assert proposed(groups(people["customer_id"], people), year, AS_OF, 91) == []
