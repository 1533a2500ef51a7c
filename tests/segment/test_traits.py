"""What sets segments apart, worked by hand."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from custintel.proportions import holm
from custintel.segment.traits import PROFILE, attribute_profile, compared, corrected, number_profile, telling

SEGMENTS = np.array([0, 0, 1, 1, -1])


def levels(*given: tuple[int, str | None]) -> pl.DataFrame:
    frame = pl.DataFrame(given, schema={"person": pl.UInt32, "payment_method": pl.String}, orient="row")
    none = pl.lit(None, pl.String)
    return frame.with_columns(
        bought=pl.lit(True), sale_channel=none, channel=none, hour=none, weekday=none, discount=none, undone=none
    )


NO_LINES = pl.DataFrame(schema={"person": pl.UInt32, "category": pl.String})


def test_every_customer_counts_once_however_many_orders_they_have() -> None:
    # Person 0 paid 9 of 10 by card, 1 none of 1, 2 all of 1, 3 is not known; 4 is in no segment.
    given = [*[(0, "card")] * 9, (0, "cod"), (1, "cod"), (2, "card"), (3, None), (4, "card")]
    found = attribute_profile(levels(*given), NO_LINES, SEGMENTS, 2)
    cards = found.filter(pl.col("level") == "card").sort("segment").rows(named=True)
    assert [row["value"] for row in cards] == pytest.approx([0.45, 1.0])
    assert [row["n"] for row in cards] == [2, 1]
    assert [row["base"] for row in cards] == pytest.approx([1.9 / 3] * 2)
    assert [row["lift"] for row in cards] == pytest.approx([0.45 * 3 / 1.9, 3 / 1.9])
    error = math.sqrt((0.9**2 / 2) / 2)  # of two customers, .9 and 0: variance .405
    assert cards[0]["high"] - cards[0]["low"] == pytest.approx(2 * 1.959964 * error)
    assert cards[1]["low"] is None


def test_a_mean_is_that_of_those_of_whom_it_is_known() -> None:
    frame = pl.DataFrame({"ticket": [10.0, 30.0, 50.0, None, 900.0]})
    rows = number_profile(frame, SEGMENTS, 2, ["ticket", "missing"]).sort("segment").rows(named=True)
    assert [row["value"] for row in rows] == [20.0, 50.0]
    assert [row["base"] for row in rows] == [30.0, 30.0]


def test_a_difference_is_tested_against_the_rest_by_welch() -> None:
    from scipy.stats import norm

    one, other = np.array([1.0, 2, 3, 4]), np.array([2.0, 4, 6, 8, 10])
    rows = compared(
        "x", "", np.array([4.0, 5]), np.array([one.sum(), other.sum()]), np.array([(one**2).sum(), (other**2).sum()])
    ).rows(named=True)
    z = (one.mean() - other.mean()) / math.sqrt(one.var(ddof=1) / 4 + other.var(ddof=1) / 5)
    assert rows[0]["p"] == pytest.approx(2 * norm.sf(abs(z)))
    assert rows[1]["p"] == pytest.approx(rows[0]["p"])


def test_probabilities_are_corrected_by_holm_in_any_order() -> None:
    given = [0.04, 0.001, 0.03, 0.005]
    blank = dict.fromkeys(PROFILE.names())
    frame = pl.DataFrame([blank | {"measure": "x", "p": p} for p in [*given, None]], schema=PROFILE)
    assert corrected(frame)["p"].to_list() == pytest.approx([*holm(given), None])


def test_only_what_is_no_chance_no_trifle_and_more_than_usual_is_told() -> None:
    usual = {"segment_id": 1, "measure": "channel", "lift": 2.0, "p": 0.001, "value": 0.4, "n": 50}
    given = [
        usual | {"level": "told"},
        usual | {"level": "chance", "p": 0.2},
        usual | {"level": "trifle", "value": 0.01},
        usual | {"level": "few", "n": 5},
        usual | {"level": "less", "lift": 0.5},
        usual | {"level": "elsewhere", "segment_id": 2},
        usual | {"level": "", "measure": "net"},
    ]
    assert [row["level"] for row in telling(pl.DataFrame(given), 1)] == ["told"]
