"""The probability of a bounce: shrunk to its kin, sure of what it knows, honest about what it does not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.contactability.risk import KEYS, Forecast, Risk, age, bounce_risk

Cell = tuple[str | None, str | None, str | None, str | None]
MX: Cell = ("deliverable", "mx_ok", "to_90", "google")


def cells(*rows: tuple[Cell, int]) -> pl.DataFrame:
    schema = {**dict.fromkeys(KEYS, pl.String), "addresses": pl.Int64}
    return pl.DataFrame([(*cell, count) for cell, count in rows], schema=schema, orient="row")


def known(*rows: tuple[Cell, int, int]) -> pl.DataFrame:
    schema = {**dict.fromkeys(KEYS, pl.String), "n": pl.Int64, "bounces": pl.Int64}
    return pl.DataFrame([(*cell, n, bounces) for cell, n, bounces in rows], schema=schema, orient="row")


def p(risk: Risk, cell: Cell) -> float:
    matching = [pl.col(name).eq_missing(pl.lit(value, pl.String)) for name, value in zip(KEYS, cell, strict=True)]
    return float(risk.cells.filter(matching)["p"].item())


def test_without_feedback_the_published_figures_stand_and_say_so() -> None:
    fresh, old = MX, ("deliverable", "mx_ok", "older", None)
    dead, unknown = ("undeliverable", "nxdomain", "unknown", None), ("unknown", "dns_timeout", "unknown", None)
    risk = bounce_risk(cells((fresh, 10), (old, 10), (dead, 10), (unknown, 10)))
    assert set(risk.cells["basis"]) == {"prior"}
    assert risk.forecast.basis == "prior"
    assert p(risk, fresh) < 0.05 < p(risk, unknown) < 0.5
    assert p(risk, fresh) < p(risk, old) < p(risk, dead)
    assert p(risk, dead) > 0.9


def test_many_messages_speak_for_themselves_and_few_are_drawn_to_their_kin() -> None:
    many, few = ("deliverable", "mx_ok", "to_90", "google"), ("deliverable", "mx_ok", "to_90", "zoho")
    risk = bounce_risk(cells((many, 1), (few, 1)), known((many, 20_000, 1_000), (few, 2, 2)))
    assert p(risk, many) == pytest.approx(0.05, abs=0.002)
    assert 0.05 < p(risk, few) < 0.9
    assert risk.cells["basis"].to_list() == ["feedback", "feedback"]
    assert risk.forecast.basis == "feedback"


def test_what_is_learned_of_a_reason_is_told_to_a_provider_never_written_to() -> None:
    written, new = ("risky", "catch_all", "unknown", "x"), ("risky", "catch_all", "unknown", "y")
    before = p(bounce_risk(cells((new, 1))), new)
    after = p(bounce_risk(cells((new, 1)), known((written, 5_000, 2_500))), new)
    assert before < 0.25 < after


@pytest.mark.parametrize(("n", "bounces"), [(0, 0), (1, 1), (1_000_000, 1_000_000), (1_000_000, 0), (3, 0)])
def test_extreme_counts_have_sound_intervals(n: int, bounces: int) -> None:
    risk = bounce_risk(cells((MX, 100)), known((MX, n, bounces)))
    low, mean, high = risk.cells.select("low", "p", "high").row(0)
    assert 0 <= low <= high <= 1
    assert 0 < mean < 1
    assert risk.cells.select("n", "bounces").row(0) == (n, bounces)
    if n == 1_000_000:
        assert (low > 0.999) if bounces else (high < 0.001)


def test_a_list_of_nobody_has_no_forecast() -> None:
    assert bounce_risk(cells()).forecast == Forecast(0)
    assert bounce_risk(cells()).cells.is_empty()
    assert bounce_risk(cells((MX, 0))).forecast.share is None


def test_cells_known_but_not_in_the_list_are_not_shown() -> None:
    other = ("deliverable", "mx_ok", "to_90", "zoho")
    risk = bounce_risk(cells((MX, 5)), known((other, 100, 90)))
    assert risk.cells["provider"].to_list() == ["google"]
    assert risk.cells["n"].to_list() == [0]
    assert risk.cells["basis"].to_list() == ["feedback"]


def test_empty_keys_come_back_empty() -> None:
    found = bounce_risk(cells(((None, None, None, None), 3), (MX, 3))).cells
    assert found.select(KEYS).rows() == [(None, None, None, None), MX]


def test_more_bounces_never_lower_the_risk() -> None:
    shares = [p(bounce_risk(cells((MX, 1)), known((MX, 200, bounces))), MX) for bounces in range(0, 201, 20)]
    assert shares == sorted(shares)


def test_the_line_of_the_sender_follows_the_expected_share() -> None:
    def forecast(bounces: int) -> Forecast:
        return bounce_risk(cells((MX, 10_000)), known((MX, 10_000, bounces))).forecast

    healthy, review, pause = forecast(100), forecast(700), forecast(2_000)
    assert (healthy.line, review.line, pause.line) == ("healthy", "review", "pause")
    assert healthy.over_healthy is not None
    assert healthy.over_healthy < 0.01
    assert review.over_pause is not None
    assert review.over_pause < 0.01
    assert pause.over_pause is not None
    assert pause.over_pause > 0.99


def test_a_short_list_is_less_sure_than_a_long_one() -> None:
    def width(addresses: int) -> float:
        found = bounce_risk(cells((MX, addresses)), known((MX, 50_000, 2_500))).forecast
        assert found.low is not None
        assert found.high is not None
        return found.high - found.low

    assert width(20) > 5 * width(20_000)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(5)))
def test_the_order_of_cells_does_not_matter(order: list[int]) -> None:
    every: list[Cell] = [(f"s{n % 2}", f"r{n % 3}", "unknown", f"v{n}") for n in range(5)]
    straight = bounce_risk(
        cells(*((cell, 10 * n) for n, cell in enumerate(every))),
        known(*((cell, 50, n) for n, cell in enumerate(every))),
    )
    mixed = bounce_risk(
        cells(*((every[n], 10 * n) for n in order)), known(*((every[n], 50, n) for n in reversed(order)))
    )
    assert mixed.cells.equals(straight.cells)
    assert mixed.forecast == straight.forecast


def test_ages_are_told_from_days() -> None:
    days = pl.DataFrame({"days": [0, 90, 91, 365, 366, 731, None]})
    found = days.select(age(pl.col("days"))).to_series().to_list()
    assert found == ["to_90", "to_90", "to_180", "to_365", "to_730", "older", "unknown"]


def simulated(random: np.random.Generator) -> pl.DataFrame:
    """A list whose rates are drawn as the model says, with the fate of some messages, and what a campaign shows."""

    def around(mean: float, concentration: float) -> float:
        return max(0.001, float(random.beta(mean * concentration, (1 - mean) * concentration)))

    rows, root = [], float(random.beta(6, 40))
    for status in range(3):
        of_status = around(root, 30)
        for reason in range(3):
            of_reason = around(of_status, 40)
            for when in range(2):
                of_age = around(of_reason, 60)
                for provider in range(3):
                    rate = around(of_age, 100)
                    n, addresses = int(random.choice([0, 5, 30, 200, 1000])), int(random.integers(1, 2000))
                    rows.append(
                        (f"s{status}", f"r{reason}", f"a{when}", f"v{provider}", n, int(random.binomial(n, rate)),
                         addresses, rate, int(random.binomial(addresses, rate)))
                    )  # fmt: skip
    schema = [*KEYS, "n", "bounces", "addresses", "rate", "seen"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_intervals_hold_the_truth_about_nine_times_in_ten() -> None:
    inside, shares = [], []
    for seed in range(60):
        truth = simulated(np.random.default_rng(seed))
        risk = bounce_risk(truth.select(*KEYS, "addresses"), truth.select(*KEYS, "n", "bounces"))
        both = truth.join(risk.cells.select(*KEYS, "low", "high"), on=KEYS)
        inside.append(both.select(pl.col("rate").is_between("low", "high").mean()).item())
        assert risk.forecast.low is not None
        assert risk.forecast.high is not None
        share = truth["seen"].sum() / truth["addresses"].sum()
        shares.append(risk.forecast.low <= share <= risk.forecast.high)
    assert 0.86 <= float(np.mean(inside)) <= 0.94
    assert 0.78 <= float(np.mean(shares)) <= 0.99, "60 lists: 0.9 within three standard errors"
