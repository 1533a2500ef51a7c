"""What customers brought: costs, ranks, whale curve, whom to keep, why it changed; numbers worked by hand."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.value.change import factors, split
from custintel.value.contribution import GROUPS
from custintel.value.keep import decided
from custintel.value.whale import deciles, gini, ranked, whale

MONEY = st.integers(-(10**9), 10**9)


def people(*profits: int, net: list[int] | None = None) -> pl.DataFrame:
    frame = pl.DataFrame({"customer_id": [f"c{n:03}" for n in range(len(profits))], "profit": profits})
    return frame.with_columns(net=pl.Series(net or [max(p, 0) for p in profits], dtype=pl.Int64), orders=pl.lit(1))


def test_the_whale_curve_by_hand() -> None:
    """50 + 40 + 30 earned, 12 + 18 lost: 90 left; the losers erase a quarter; one of the top fifth by sales loses."""
    found = whale(people(50, 40, -18, 30, -12, net=[60, 50, 90, 40, 20]), "profit")
    assert (found.customers, found.losing, found.total, found.earned, found.erased) == (5, 2, 90, 120, 30)
    assert (found.losing_share, found.erased_share) == (0.4, 0.25)
    assert (found.top, found.top_losing) == (1, 1)
    assert found.few == 3, "50 + 40 are 90 of 120: three are needed for 80 %"
    assert found.curve[3] == (0.2, pytest.approx(50 / 90))
    assert found.curve[-1] == (1.0, 1.0)


def test_ranks_shares_and_tenths_by_hand() -> None:
    found = ranked(people(10, 30, 30, -20, 50), "profit")
    rows = found.select("customer_id", "rank", "share", "cumulative_share").sort("rank").rows()
    assert [row[0] for row in rows] == ["c004", "c001", "c002", "c000", "c003"], "equals by their id"
    assert rows[0][2:] == (0.5, 0.5)
    assert rows[3][3] == pytest.approx(1.2)
    assert rows[-1][3] == pytest.approx(1.0)
    assert deciles(ranked(people(*range(20)), "profit"), "profit")["customers"].to_list() == [2] * 10


@settings(deadline=None)
@given(st.lists(MONEY, min_size=1, max_size=60))
def test_tenths_and_ranks_lose_nobody_and_no_money(amounts: list[int]) -> None:
    found = ranked(people(*amounts), "profit")
    assert sorted(found["rank"]) == list(range(1, len(amounts) + 1))
    tenths = deciles(found, "profit")
    assert (tenths["customers"].sum(), tenths["money"].sum()) == (len(amounts), sum(amounts))
    curve = whale(people(*amounts), "profit")
    assert curve.earned - curve.erased == curve.total == sum(amounts)


def test_a_total_below_nothing_has_no_shares() -> None:
    found = ranked(people(5, -10), "profit")
    assert found["share"].null_count() == 2
    assert whale(people(5, -10), "profit").curve == ()


def test_gini_by_hand() -> None:
    assert gini(np.array([1.0, 1, 1, 1])) == pytest.approx(0)
    assert gini(np.array([0.0, 0, 0, 8])) == pytest.approx(0.75)
    assert gini(np.array([0.0, -3])) is None


def valued(**columns: list[int | float | None]) -> pl.DataFrame:
    n = len(columns["margin"])
    usual: dict[str, list[int | float | None]] = {"orders": [1] * n, "net": [100] * n, "profit": columns["margin"]}
    costs: dict[str, list[int | float | None]] = {group: [0] * n for group in GROUPS}
    frame = usual | costs | columns
    return pl.DataFrame({"customer_id": [f"c{k}" for k in range(n)], **frame}, strict=False)


def verdicts(frame: pl.DataFrame) -> list[tuple[str, str, str | None]]:
    return decided(frame).select(pl.col("keep", "keep_reason", "cost_group").cast(pl.String)).rows()


def test_whom_to_keep_by_hand() -> None:
    """Expected 70, 20, 6, 4: the first 80 % are two, up to 95 % one more, then one."""
    frame = valued(
        margin=[50, 30, 20, 10, -5, -5, -8],
        profit=[50, -3, 20, 10, -5, -5, -8],
        expected_money=[70.0, 20.0, 6.0, 4.0, -1.0, 0.0, 0.0],
        expected_net=[200.0, 100.0, 50.0, 40.0, 60.0, 0.0, 0.0],
        fulfilment=[10, 10, 10, 10, 40, 20, 50],
        product=[30, 30, 30, 30, 30, 60, 0],
        orders=[3, 2, 2, 1, 2, 1, 0],
    )
    assert verdicts(frame) == [
        ("keep", "most_expected", None),
        ("keep", "not_paid_back", "acquisition"),
        ("develop", "some_expected", None),
        ("let_go", "little_expected", None),
        ("fix", "cost_turns_the_sign", "fulfilment"),
        ("let_go", "loses_and_leaves", "product"),
        ("let_go", "never_bought", "fulfilment"),
    ]


def test_of_whom_the_same_is_expected_the_same_is_said() -> None:
    frame = valued(margin=[10] * 5, expected_money=[20.0] * 5, expected_net=[20.0] * 5)
    assert {verdict for verdict, *_why in verdicts(frame)} == {"keep"}


def test_without_costs_nobody_loses_and_sales_decide() -> None:
    nothing: list[int | float | None] = [None] * 3
    frame = valued(margin=nothing, expected_money=[90.0, 9.0, 1.0], expected_net=[90.0, 9.0, 1.0])
    frame = frame.with_columns(pl.col("margin", "profit", *GROUPS).cast(pl.Int64))
    frame = frame.with_columns(pl.lit(None, pl.Int64).alias(group) for group in GROUPS)
    assert [verdict for verdict, *_why in verdicts(frame)] == ["keep", "develop", "let_go"]


def test_the_order_of_rows_decides_nothing() -> None:
    rng = np.random.default_rng(0)
    amounts = rng.integers(-50, 100, 200)
    frame = valued(
        margin=amounts.tolist(),
        expected_money=rng.integers(-5, 40, 200).astype(float).tolist(),
        expected_net=rng.integers(0, 40, 200).astype(float).tolist(),
        fulfilment=rng.integers(0, 40, 200).tolist(),
    )
    columns = ["customer_id", "keep", "keep_reason", "cost_group"]
    mixed = decided(frame.sample(fraction=1, shuffle=True, seed=1)).select(columns).sort("customer_id")
    assert mixed.equals(decided(frame).select(columns).sort("customer_id"))


def test_a_change_is_split_by_hand() -> None:
    """2 x 3 x 5 x 1 = 30 becomes 4 x 3 x 5 x 1 = 60: all of it is the first."""
    before, after = (tuple(map(Fraction, row)) for row in ((2, 3, 5, 1), (4, 3, 5, 1)))
    assert split(before, after) == [30, 0, 0, 0]
    one, other = (tuple(map(Fraction, row)) for row in ((1, 2), (3, 4)))
    assert split(one, other) == [6, 4], "(2 x 2 + 2 x 4) / 2 and (1 x 2 + 3 x 2) / 2"


@settings(deadline=None)
@given(
    st.tuples(st.integers(1, 10**5), st.integers(1, 10**6), MONEY.filter(bool), MONEY),
    st.tuples(st.integers(1, 10**5), st.integers(1, 10**6), MONEY.filter(bool), MONEY),
)
def test_the_parts_of_a_change_add_up_exactly(before: tuple[int, ...], after: tuple[int, ...]) -> None:
    one, other = factors(*before), factors(*after)
    assert one is not None
    assert other is not None
    assert prod(one) == before[3]
    assert sum(split(one, other)) == after[3] - before[3]


def test_without_customers_orders_or_sales_there_is_nothing_to_split() -> None:
    assert factors(0, 0, 0, 0) is None
    assert factors(3, 3, 0, -5) is None
