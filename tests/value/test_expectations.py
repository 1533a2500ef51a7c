"""Worth of a purchase, gate, probabilities put right, the test on the past, how sure."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.value import sureness
from custintel.value.chance import Correction, calibration_error, correction
from custintel.value.credibility import credibility
from custintel.value.days import bought_between, buyers, rhythms
from custintel.value.fitting import fit
from custintel.value.forecast import forecast
from custintel.value.gate import gate
from custintel.value.trial import spearman, trial
from custintel.value.worth import worth

from .simulated import CDNOW
from .simulated import pareto_nbd as simulated

START, END = dt.date(2025, 1, 1), dt.date(2026, 6, 30)


def days_of(*rows: tuple[str, dt.date, int, int]) -> pl.DataFrame:
    """Person, day, purchases, money: as ``person_days`` gives them."""
    schema = {"customer_id": pl.String, "day": pl.Date, "orders": pl.Int64, "net": pl.Int64}
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    return frame.with_columns(margin=pl.col("net"), acquisition=pl.lit(0, pl.Int64)).sort("customer_id", "day")


def shop(customers: int = 1_000, seed: int = 4, *, leaving: float = 1 / 200, rate: float = 1 / 45) -> pl.DataFrame:
    """A shop whose customers come all along, buy at rates of their own and leave."""
    rng = np.random.default_rng(seed)
    length = (END - START).days
    rows = []
    for customer in range(customers):
        begun = rng.integers(0, length)
        own, worth_ = rate * rng.gamma(1.0), int(rng.gamma(4, 2_500)) + 100
        stays = rng.exponential(1 / leaving) if leaving else length
        times = begun + np.concatenate([[0], np.sort(rng.uniform(0, stays, rng.poisson(own * stays)))])
        for day in sorted({int(time) for time in times if time <= length}):
            rows.append((f"c{customer:05}", START + dt.timedelta(days=day), 1, worth_ + int(rng.normal(0, 500))))
    return days_of(*rows)


@pytest.fixture(scope="module")
def days() -> pl.DataFrame:
    return shop()


def test_buyers_are_what_models_need_worked_by_hand() -> None:
    day = lambda n: START + dt.timedelta(days=n)  # noqa: E731 - short days
    found = buyers(
        days_of(("ana", day(0), 2, 1), ("ana", day(10), 1, 1), ("ana", day(20), 0, -1), ("luis", day(15), 1, 1)),
        day(30),
    )
    assert found.rows() == [("ana", 1, 10, 30), ("luis", 0, 0, 15)]
    before = buyers(days_of(("ana", day(0), 1, 1), ("ana", day(10), 1, 1), ("luis", day(15), 1, 1)), day(9))
    assert before.rows() == [("ana", 0, 0, 9)]


def test_the_own_rhythm_is_the_median_gap_of_whoever_bought_three_times() -> None:
    day = lambda n: START + dt.timedelta(days=n)  # noqa: E731 - short days
    ana = [("ana", day(n), 1, 1) for n in (0, 10, 40, 100)]
    found = rhythms(days_of(*ana, ("ana", day(50), 0, -1), ("luis", day(0), 1, 1), ("luis", day(9), 1, 1)))
    assert found.rows() == [("ana", 30.0)]


def test_credibility_by_hand() -> None:
    """Two customers of 2 purchases: 8 and 12, 18 and 22. Within 8; means 10 and 20 around 15.

    Between: (2*25 + 2*25 - (2-1)*8) / (4 - 8/4) = 46; trust in the own mean 46 / (46 + 8/2) = .92.
    """
    found = credibility(np.array([2.0, 2.0]), np.array([10.0, 20.0]), np.array([8.0, 8.0]))
    assert (found.within, found.between) == (8, 46)
    mean, variance = found.worth(np.array([2.0, 2.0]), np.array([10.0, 20.0]))
    assert mean == pytest.approx([0.92 * 10 + 0.08 * 15, 0.92 * 20 + 0.08 * 15])
    assert variance == pytest.approx([46 * 0.08] * 2)


def test_gamma_gamma_only_where_amounts_are_above_zero_and_go_with_nothing() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(1, 9, 2_000).astype(float)
    mean, squares = rng.gamma(5, 10, 2_000), n * 30
    assert worth(n, mean, squares).method == "gamma_gamma"
    tied = worth(n, mean * n, squares)
    assert (tied.method, tied.because) == ("credibility", "correlated")
    loss = worth(n, np.where(np.arange(2_000) == 7, -40.0, mean), squares)
    assert (loss.method, loss.because, loss.below_zero) == ("credibility", "below_zero", 1)
    assert loss.mean[7] < np.median(loss.mean), "who loses money is expected to bring less, and is not left out"
    few = worth(n[:20], mean[:20], squares[:20])
    assert (few.method, few.because) == ("credibility", "few")


@settings(deadline=None)
@given(st.floats(-1e6, 1e6), st.integers(1, 30))
def test_where_all_are_alike_a_purchase_is_worth_what_it_was(amount: float, purchases: int) -> None:
    found = worth(np.full(5, float(purchases)), np.full(5, amount), np.zeros(5))
    assert found.mean == pytest.approx([amount] * 5)
    assert found.variance == pytest.approx([0] * 5)


def test_the_gate_says_what_is_missing(days: pl.DataFrame) -> None:
    passed = gate(buyers(days, END), END)
    assert passed.passed
    assert gate(buyers(days, END), END).missing == ()
    few = buyers(days.filter(pl.col("customer_id") < "c00100"), END)
    assert gate(few, END).missing == ("buyers",)
    late = END + dt.timedelta(days=60)
    assert gate(buyers(days, late), late).missing == ("since",)
    young = START + dt.timedelta(days=120)
    assert "span" in gate(buyers(days, young), young).missing
    once = buyers(days.unique("customer_id", keep="first", maintain_order=True), END)
    found = gate(once, END)
    assert (found.missing, found.possible) == (("thrice",), False)
    assert gate(once.clear(), None).missing == ("buyers", "span", "since", "thrice")


def test_the_test_on_the_past_holds_where_the_past_goes_on(days: pl.DataFrame) -> None:
    found = trial(days, END, "pareto_nbd", "net")
    assert found is not None
    assert (found.end - found.start).days == (END - START).days // 3
    known = buyers(days, found.start)
    assert found.customers == known.height
    assert found.real == bought_between(known, days, found.start, END).sum()
    assert found.believed
    assert abs(found.bias or 1) < 0.12
    later = days.filter(pl.col("day") > found.start, pl.col("customer_id").is_in(known["customer_id"].implode()))
    assert found.real_money == pytest.approx(later["net"].sum() / 100)
    assert abs(found.money_bias or 1) < 0.15
    assert sum(n for n, *_rest in found.groups) == found.customers
    assert sum(expected for _n, expected, _real in found.groups) == pytest.approx(found.expected)


def test_the_test_on_the_past_does_not_hold_where_all_leave_at_once(days: pl.DataFrame) -> None:
    found = trial(days, END, "pareto_nbd", "net")
    assert found is not None
    stopped = days.filter((pl.col("day") <= found.start) | (pl.int_range(pl.len()) % 4 == 0))
    again = trial(stopped, END, "pareto_nbd", "net")
    assert again is not None
    assert not again.total_believed
    assert (again.bias or 0) > 1


def test_a_short_past_cannot_be_tested(days: pl.DataFrame) -> None:
    early = START + dt.timedelta(days=80)
    assert trial(days.filter(pl.col("day") <= early), early, "pareto_nbd", "net") is None
    assert trial(days.clear(), END, "pareto_nbd", "net") is None


def test_probabilities_come_true(days: pl.DataFrame) -> None:
    """Expected within 60 days from half a year before the end, beside what happened."""
    then = END - dt.timedelta(days=120)
    found = forecast(days.filter(pl.col("day") <= then), then, "net", horizon=60, months=12)
    people = buyers(days, then)
    bought = bought_between(people, days, then, then + dt.timedelta(days=60)) > 0
    said = found.frame["p_buy"].to_numpy()
    assert said.mean() == pytest.approx(bought.mean(), rel=0.15)
    assert calibration_error(said, bought.astype(float)) < 0.04
    assert found.correction.honest
    assert found.correction.error is not None
    assert found.correction.error < 0.05


def test_a_correction_mends_what_is_off_and_keeps_the_order() -> None:
    said = np.linspace(0.05, 0.95, 50)
    halved = Correction(level=-1.0, slope=0.5)
    mended = halved.put_right(said)
    assert (np.diff(mended) > 0).all()
    assert mended[0] > said[0] * 0.9
    assert Correction().put_right(said) == pytest.approx(said)


def test_calibration_error_by_hand_keeps_equals_together() -> None:
    """Four people at .5 of whom one bought: off by .25."""
    assert calibration_error(np.full(4, 0.5), np.array([1.0, 0, 0, 0])) == pytest.approx(0.25)
    assert calibration_error(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, 0, 1, 1])) == 0


def test_too_little_past_leaves_probabilities_as_the_model_says() -> None:
    assert correction(shop(20), END, 90) == Correction()


def test_ranks_agree_by_hand() -> None:
    """Ranks 1 2 3 4 and 1 3 2 4: 1 - 6 * 2 / (4 * 15) = .8."""
    assert spearman(np.array([1.0, 2, 3, 4]), np.array([10.0, 30, 20, 40])) == pytest.approx(0.8)
    assert spearman(np.array([1.0, 2, 3]), np.array([5.0, 5, 5])) is None


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """Of 30 samples of 600 customers the 95 % interval of all purchases of 90 days holds the truth in most."""
    held = 0
    for seed in range(30):
        of, _later = simulated(600, CDNOW["pareto_nbd"], seed=seed + 100)
        found = fit("pareto_nbd", of)
        truth = found.model.expected(np.array(CDNOW["pareto_nbd"]), of, 90) @ of.n
        _each, whole = sureness._in_the_limit(found, of, 90)
        wide = float(sureness.factor(whole))
        held += found.expected(of, 90) @ of.n / wide <= truth <= found.expected(of, 90) @ of.n * wide
    assert 25 <= held <= 30


def test_drawing_customers_again_gives_the_spread_that_it_tends_to() -> None:
    of, _later = simulated(1_200, CDNOW["pareto_nbd"])
    found = fit("pareto_nbd", of)
    each, drawn = sureness.relative_error(found, of, 90)
    again, same = sureness.relative_error(found, of, 90)
    assert (drawn, each.tolist()) == (same, again.tolist()), "the same seed gives the same numbers"
    each_limit, limit = sureness._in_the_limit(found, of, 90)
    assert drawn == pytest.approx(limit, rel=0.25)
    assert np.median(each / each_limit) == pytest.approx(1, abs=0.3)


def test_who_buys_more_is_expected_to_and_the_whole_is_the_sum(days: pl.DataFrame) -> None:
    found = forecast(days, END, "net", horizon=90, months=12)
    assert found.model == "pareto_nbd"
    assert found.orders is not None
    assert found.money is not None
    frame = found.frame
    assert found.orders.value == pytest.approx(frame["expected_orders"].sum())
    assert found.money.value == pytest.approx(frame["expected_money"].sum())
    assert (frame["expected_orders_low"] <= frame["expected_orders"]).all()
    assert (frame["expected_orders"] <= frame["expected_orders_high"]).all()
    half = forecast(days, END, "net", horizon=90, months=6)
    assert half.orders is not None
    assert half.orders.value < found.orders.value < 2 * half.orders.value


@pytest.mark.parametrize("asked", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
def test_a_model_asked_for_is_used_below_the_gate_too(asked: str) -> None:
    found = forecast(shop(150), END, "net", asked=asked, horizon=90, months=12)
    assert (found.gate.missing, found.model in (asked, "nbd", "pareto_nbd", "mbg_nbd")) == (("buyers",), True)
    assert forecast(shop(150), END, "net", horizon=90, months=12).because == "gate"


def test_nobody_leaving_is_said() -> None:
    found = forecast(shop(700, leaving=0), END, "net", horizon=90, months=12)
    assert (found.model, found.because) == ("nbd", "no_leaving")
    assert found.frame["p_buy"].is_between(0, 1).all()
