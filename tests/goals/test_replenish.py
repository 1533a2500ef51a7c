"""What is due again, and when."""

from __future__ import annotations

import datetime as dt

import polars as pl

from custintel.goals.replenish import DUE, replenish

AS_OF = dt.date(2026, 10, 31)


def lines(*rows: tuple[str, str, int]) -> pl.DataFrame:
    """customer, article, days before the last day."""
    return pl.DataFrame(
        [(customer, article, AS_OF - dt.timedelta(days=ago)) for customer, article, ago in rows],
        schema={"customer_id": pl.String, "article": pl.String, "day": pl.Date},
        orient="row",
    )


def every(customer: str, article: str, gap: int, times: int, last: int) -> list[tuple[str, str, int]]:
    return [(customer, article, last + gap * n) for n in range(times)]


def test_from_the_third_purchase_on_it_is_the_customers_own_rhythm() -> None:
    """Ana buys every 20 days, last 5 days ago: due in 15."""
    found = replenish(lines(*every("ana", "coffee", 20, 4, 5)), AS_OF)
    assert found.schema == DUE
    assert found.row(0, named=True) == {
        "customer_id": "ana", "article": "coffee", "rank": 1, "due_on": AS_OF + dt.timedelta(days=15), "own": True,
        "times": 4,
    }  # fmt: skip


def test_who_bought_once_is_due_at_the_usual_rhythm() -> None:
    others = [row for n in range(6) for row in every(f"o{n}", "coffee", 30, 2, 200)]
    found = replenish(lines(*others, ("ana", "coffee", 10)), AS_OF).filter(pl.col("customer_id") == "ana")
    assert found["due_on"].to_list() == [AS_OF + dt.timedelta(days=20)]
    assert found["own"].to_list() == [False]


def test_what_nobody_buys_again_is_not_due() -> None:
    once = [(f"o{n}", "sofa", 100) for n in range(50)]
    assert replenish(lines(*once), AS_OF).height == 0


def test_what_is_not_due_yet_or_was_given_up_is_left_out() -> None:
    far = every("ana", "perfume", 200, 3, 5)
    gone = every("eva", "coffee", 20, 3, 390)
    assert replenish(lines(*far, *gone), AS_OF).height == 0


def test_what_was_bought_more_often_comes_first() -> None:
    found = replenish(lines(*every("ana", "tea", 20, 3, 30), *every("ana", "coffee", 20, 5, 5)), AS_OF)
    assert found["article"].to_list() == ["coffee", "tea"]


def test_several_lines_of_one_day_are_one_purchase() -> None:
    found = replenish(lines(*every("ana", "tea", 20, 3, 5), *every("ana", "tea", 20, 3, 5)), AS_OF)
    assert found["times"].to_list() == [3]


def test_the_order_of_rows_changes_nothing() -> None:
    frame = lines(*every("ana", "tea", 20, 3, 5), *every("ana", "coffee", 25, 3, 5), *every("eva", "tea", 9, 4, 5))
    assert replenish(frame, AS_OF).equals(replenish(frame.reverse(), AS_OF))


def test_without_lines_nothing_is_due() -> None:
    assert replenish(lines(), AS_OF).height == 0
