"""The card of rules that rebuilds segments."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.segment.card import MOST_RULES, card
from custintel.segment.features import Feature, People
from custintel.segment.rules import Rule
from custintel.segment.survey import Survey

from .conftest import LAST

FEATURES = (Feature("recency", "days", True), Feature("orders", "count"), Feature("net", "money"))


def people(recency: list[int], orders: list[int], net: list[float]) -> People:
    frame = pl.DataFrame({"recency": recency, "orders": orders, "net": net})
    return People(frame.with_row_index("customer_id"), FEATURES, LAST, "COP", True)


def test_two_segments_that_one_line_parts_take_two_rules_with_round_numbers() -> None:
    base = people([*range(100)], [1] * 100, [50.0] * 100)
    labels = np.array([0] * 46 + [1] * 54)
    found = card(base, labels, 2)
    assert [rule.where() for rule in found.rules] == ["days_since_last_order <= 45", "days_since_last_order > 45"]
    assert found.fidelity == 1


def test_orders_and_money_are_parted_from_a_round_number_on() -> None:
    base = people([5] * 200, [1, 4] * 100, [float(x) for x in range(1, 201)])
    labels = np.array([(orders >= 3) * 2 + (net >= 100) for orders, net in base.frame.select("orders", "net").rows()])
    found = card(base, labels, 4)
    assert found.fidelity == 1
    assert {one.value for rule in found.rules for one in rule.conditions if one.column == "net"} == {100}


def test_where_no_round_number_fits_exactly_the_share_is_honest() -> None:
    base = people([*range(100)], [1] * 100, [50.0] * 100)
    labels = np.array([0] * 53 + [1] * 47)  # a line at 52 days: 50 and 55 are the nearest
    found = card(base, labels, 2)
    assert found.fidelity == pytest.approx(0.98)
    assert found.of_segment == pytest.approx((51 / 53, 1.0))


def test_negative_money_has_thresholds_too() -> None:
    base = people([5] * 100, [1] * 100, [float(x) for x in range(-50, 50)])
    found = card(base, np.array([0] * 50 + [1] * 50), 2)
    assert found.fidelity == 1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_everybody_fulfils_exactly_one_of_at_most_ten_rules(seed: int, k: int) -> None:
    draws = np.random.default_rng(seed)
    base = people(
        draws.integers(0, 400, 300).tolist(), draws.geometric(0.4, 300).tolist(), draws.lognormal(4, 1, 300).tolist()
    )
    found = card(base, draws.integers(0, k, 300), k)
    held = base.frame.select(rule.holds().alias(str(n)) for n, rule in enumerate(found.rules))
    assert len(found.rules) <= MOST_RULES
    assert held.sum_horizontal().to_list() == [1] * 300
    for n, rule in enumerate(found.rules):
        assert isinstance(rule, Rule)
        assert held[str(n)].any()


def test_segments_of_a_shop_are_rebuilt_by_their_card(made: Survey) -> None:
    assert len(made.card.rules) <= MOST_RULES
    assert made.card.fidelity >= 0.93
