"""Whom to win back, and from which amount shipping is free."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest

from custintel.goals.threshold import Threshold, rounded_up, threshold
from custintel.goals.win_back import rhythm, win_back

AS_OF = dt.date(2026, 10, 31)


def person(name: str, **more: Any) -> dict[str, Any]:
    usual = {"days": 4, "last_day": AS_OF, "recency": 100, "rhythm": 30.0, "p_buy": None, "brought": 1000.0}
    return {"customer_id": name, **usual, **more}


def people(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema_overrides={"p_buy": pl.Float64}, infer_schema_length=None)


def test_who_is_gone_for_twice_the_usual_time_is_late() -> None:
    found = win_back(people(person("in time", recency=59), person("late", recency=60)), AS_OF)
    assert found["customer_id"].to_list() == ["late"]
    assert found.row(0, named=True)["due_on"] == AS_OF - dt.timedelta(days=30)


def test_the_first_is_who_brought_most_times_the_chance() -> None:
    found = win_back(
        people(
            person("rich but long gone", brought=3000.0, recency=300),
            person("poor and just late", brought=900.0, recency=60),
            person("rich and likely", brought=3000.0, recency=300, p_buy=0.4),
        ),
        AS_OF,
    )
    assert found["customer_id"].to_list() == ["rich and likely", "poor and just late", "rich but long gone"]
    assert found["worth"].to_list() == pytest.approx([1200, 450, 300])


def test_who_brought_nothing_or_has_no_rhythm_is_left_out() -> None:
    rows = (person("loss", brought=-5.0), person("once", days=1, rhythm=None), person("never", brought=0.0))
    assert win_back(people(*rows), AS_OF).height == 0


def test_a_rhythm_is_ones_own_from_the_third_gap_and_before_not_shorter_than_usual() -> None:
    def bought(name: str, *ago: int) -> list[tuple[str, dt.date]]:
        return [(name, AS_OF - dt.timedelta(days=days)) for days in ago]

    rows = [*bought("own", 0, 3, 6, 9), *bought("twice", 10, 11), *bought("slow", 0, 40, 80, 120), *bought("once", 4)]
    days = pl.DataFrame(rows, schema=["customer_id", "day"], orient="row")
    found = dict(rhythm(days).iter_rows())
    assert found == {"own": 3.0, "slow": 40.0, "twice": 3.0}


@pytest.mark.parametrize(
    ("amount", "named"), [(87_340, 90_000), (100_000, 120_000), (41.3, 45), (9.99, 10), (0.5, 0.6), (0, 0), (-3, 0)]
)
def test_an_amount_becomes_one_that_a_price_list_would_name(amount: float, named: float) -> None:
    assert rounded_up(amount) == pytest.approx(named)


def orders(*amounts: float, shipping: float = 8.0) -> pl.DataFrame:
    return pl.DataFrame({"goods": list(amounts), "shipping": [shipping] * len(amounts)})


def test_the_threshold_worked_out_by_hand() -> None:
    """60 orders of 50, 20 of 90 and 20 of 120: six of ten are at 50, so 60; 40 above give away 320.

    The 60 below are near (36 or more): raised by 10 each leaves 5 at a rate of .5, less the shipping of 8: a loss.
    One of 60 leaves 30 less 3, and less the half of 8 that shipping kept, since it bears no goods.
    """
    found = threshold(orders(*[50.0] * 60, *[90.0] * 20, *[120.0] * 20), 0.5, 3.0)
    assert found == Threshold(60.0, 100, 40, 320.0, 60, -3.0, float("inf"), 23.0)
    assert not found.pays


def test_it_pays_where_few_of_those_near_have_to_be_raised() -> None:
    """Raised by 10 at a rate of .9 leaves 9, less shipping of 1: 8. 40 above give away 40: 5 of 60 are enough."""
    found = threshold(orders(*[50.0] * 60, *[90.0] * 40, shipping=1.0), 0.9)
    assert found is not None
    assert (found.gain, found.needed) == (pytest.approx(8), pytest.approx(5 / 60))
    assert found.pays


def test_an_order_that_does_not_carry_its_costs_is_no_threshold() -> None:
    found = threshold(orders(*[50.0] * 60, *[90.0] * 40, shipping=1.0), 0.9, 55.0)
    assert found is not None
    assert not found.pays


def test_without_costs_nothing_is_said_to_pay() -> None:
    found = threshold(orders(*[50.0] * 60, *[90.0] * 40), None)
    assert found is not None
    assert (found.gain, found.needed, found.pays) == (None, None, False)


@pytest.mark.parametrize("made", [orders(*[50.0] * 29), orders(*[50.0] * 100, shipping=0.0), orders(*[0.0] * 100)])
def test_few_orders_free_shipping_already_or_no_amounts_have_no_threshold(made: pl.DataFrame) -> None:
    assert threshold(made, 0.5) is None


def test_where_orders_above_it_pay_no_shipping_it_is_free_already() -> None:
    made = orders(*[50.0] * 60, *[90.0] * 40).with_columns(
        shipping=pl.when(pl.col("goods") > 80).then(0.0).otherwise(8.0)
    )
    assert threshold(made, 0.9) is None


def test_where_no_order_is_above_it_nothing_is_said() -> None:
    assert threshold(orders(*np.full(100, 75.0)), 0.5) is None


def test_an_amount_above_the_mean_order_counts_for_no_more_than_that() -> None:
    """Mean 10 x .5 + 90 x .4 + 100 x .1 = 51: at .9 less 20 and a tenth of the shipping not 69.9 but 25.8."""
    found = threshold(orders(*[10.0] * 50, *[90.0] * 40, *[100.0] * 10, shipping=1.0), 0.9, 20.0)
    assert found is not None
    assert (found.amount, found.left) == (100.0, pytest.approx(25.8))
