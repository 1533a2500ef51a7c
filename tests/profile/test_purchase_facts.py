"""What an order and its lines say, and what they do not."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from custintel.profile.free_shipping import EACH, just_above, roundest, threshold
from custintel.profile.payday import effect
from custintel.profile.portrait import portrait
from custintel.profile.purchase_facts import payday

from .conftest import MAY, Make, line, order


def share(found: pl.DataFrame, trait: str, value: str = "yes") -> tuple[int, int] | None:
    rows = found.filter(pl.col("cut") == "all", pl.col("trait") == trait, pl.col("value") == value)
    return (rows["n"][0], rows["of"][0]) if rows.height else None


def test_dates_without_a_time_have_no_hour_and_those_with_one_do(make: Make) -> None:
    midnight = dt.datetime(2026, 5, 4)
    dated = [order(f"d{n}", "ana", midnight, origin="sheet") for n in range(5)]
    timed = [order(f"t{n}", "ana", MAY, origin="shop") for n in range(2)]
    found = portrait(make(dated + timed)).profiles
    assert share(found, "hour", "10") == (2, 2)
    assert share(found, "weekday", "1") == (7, 7)


def test_a_shop_that_reports_no_coupon_is_in_no_share_of_coupons(make: Make) -> None:
    silent = [order(f"s{n}", "ana", origin="phone") for n in range(5)]
    telling = [order(f"c{n}", "ana", origin="web", coupon="TEN" if n else None) for n in range(3)]
    assert share(portrait(make(silent + telling)).profiles, "coupon") == (2, 3)


def test_what_was_refused_returned_or_cancelled_is_no_habit_and_stands_apart(make: Make) -> None:
    orders = [order(f"{status}", "ana", status=status, payment_method="cod") for status in ("refused", "cancelled")]
    orders += [order("kept", "ana", payment_method="card"), order("test", "ana", status="test", payment_method="pse")]
    found = portrait(make(orders)).profiles
    assert share(found, "payment_method", "card") == (1, 1)
    assert share(found, "payment_method", "cod") is None
    assert share(found, "refused") == (1, 2)
    assert share(found, "cancelled") == (1, 3)
    assert share(found, "returned") is None, "nothing ever says that something came back"


def test_what_came_back_is_told_by_status_refund_or_return(make: Make) -> None:
    orders = [
        order("a", "ana", status="returned"),
        order("b", "ana", refunded=5_000),
        order("c", "ana"),
        order("d", "ana"),
    ]
    back = [{"return_id": "r", "order_id": "c", "kind": "exchange", "requested_at": MAY, "reason": "size"}]
    found = portrait(make(orders, returns=back)).profiles
    assert share(found, "returned") == (3, 4)
    assert share(found, "return_reason", "size") == (1, 1)


def test_prices_are_held_against_the_usual_one_of_their_category(make: Make) -> None:
    orders = [order(f"o{n}", "ana") for n in range(6)]
    items = [line(f"o{n}", f"s{n}", "tea", price) for n, price in enumerate((70, 100, 100, 100, 130, 100))]
    found = portrait(make(orders, items)).profiles
    assert [share(found, "price_band", band) for band in ("low", "middle", "high")] == [(1, 6), (4, 6), (1, 6)]


def test_below_four_prices_nothing_is_usual(make: Make) -> None:
    items = [line(f"o{n}", "s", "tea", price) for n, price in enumerate((70, 100, 130))]
    found = portrait(make([order(f"o{n}", "ana") for n in range(3)], items)).profiles
    assert share(found, "price_band", "low") is None


def test_prices_in_another_currency_are_not_compared_and_the_rest_counts(make: Make) -> None:
    orders = [order(f"o{n}", "ana") for n in range(5)] + [order("usd", "bob", currency="USD", payment_method="card")]
    items = [line(f"o{n}", "s", "tea", 100) for n in range(5)] + [line("usd", "s", "tea", 2)]
    made = portrait(make(orders, items))
    assert made.foreign == 1
    assert share(made.profiles, "price_band", "low") == (0, 5) or share(made.profiles, "price_band", "low") is None
    assert share(made.profiles, "category", "tea") == (6, 6)
    assert made.people.filter(pl.col("customer_id") == "bob")["ticket"].to_list() == [None]


def test_new_is_what_was_never_bought_before_after_the_first_day(make: Make) -> None:
    days = [MAY + dt.timedelta(days=n) for n in range(3)]
    orders = [order(f"o{n}", "ana", day) for n, day in enumerate(days)]
    items = [line("o0", "a"), line("o1", "a"), line("o1", "b", line_no=2), line("o2", "b")]
    assert share(portrait(make(orders, items)).profiles, "novelty") == (1, 3)


@pytest.mark.parametrize(
    ("day", "near"),
    [(1, True), (2, True), (3, False), (14, False), (15, True), (17, True), (18, False), (30, False), (31, True)],
)
def test_paydays_are_the_15th_and_the_last_and_two_days_after(day: int, near: bool) -> None:
    assert pl.select(payday(pl.lit(dt.date(2026, 5, day)))).item() is near


def test_a_shop_that_sells_twice_as_much_on_paydays_is_told_so_and_an_even_one_is_not() -> None:
    days = pl.Series(pl.date_range(dt.date(2026, 1, 1), dt.date(2026, 12, 31), eager=True))
    near = days.to_frame("day").select(payday(pl.col("day")))["day"]
    even = pl.concat([days] * 5)
    busy = pl.concat([even, *([days.filter(near)] * 5)])
    told, nothing = effect(busy), effect(even)
    assert told is not None
    assert nothing is not None
    assert (told.ratio, told.clear, told.months) == (2, True, 12)
    assert (nothing.ratio, nothing.clear) == (1, False)
    assert effect(even.filter(even < dt.date(2026, 6, 1))) is None, "five months are too few"


def test_the_amount_for_free_shipping_is_learned_and_rounded() -> None:
    goods = pl.Series([100 * n for n in range(200)])
    found = threshold(goods, goods >= 9_990)
    assert found is not None
    assert (found.amount, found.explained) == (10_000, 1.0)
    assert threshold(goods, goods % 200 == 0) is None, "no amount parts them"
    assert threshold(goods, pl.Series([True] * 200)) is None, "everything is free"
    assert EACH == 30
    near = pl.DataFrame({"goods": [7_900, 8_000, 9_999, 10_000, 11_999, 12_000]}).select(
        just_above(pl.col("goods"), 10_000)
    )
    assert near.to_series().to_list() == [None, False, False, True, True, None]


@pytest.mark.parametrize(
    ("above", "most", "expected"), [(17_990_000, 18_070_000, 18_000_000), (5, 6, 6), (99, 101, 100)]
)
def test_the_roundest_number_between_two(above: int, most: int, expected: int) -> None:
    assert roundest(above, most) == expected
