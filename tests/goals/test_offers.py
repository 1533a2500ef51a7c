"""Nothing that is offered leaves less than nothing, free shipping with a discount on top included."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from custintel import i18n
from custintel.findings import Finding
from custintel.goals.earnings import Earnings
from custintel.goals.guard import GUARD
from custintel.goals.offers import guarded, worthwhile
from custintel.goals.progress import draw, drawn_otherwise
from custintel.goals.targets import Goal, Group
from custintel.goals.words import COUNTED, sentence
from custintel.tables import GOAL_PEOPLE
from custintel.tables.offers import OFFERS

COSTS = pl.Schema({"order_id": pl.String, **dict.fromkeys(("sold", "shrinking", "fixed", "goods"), pl.Float64)})


def limits(by: list[str], *rows: tuple[Any, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={**dict.fromkeys(by, pl.String), **GUARD}, orient="row")


def earned(near: tuple[Any, ...], far: tuple[Any, ...], order: tuple[Any, ...] = (50, 5000.0, 20.0, 0.3, None)) -> Any:
    """Earnings of one article ``x`` in the segment ``s``: orders, sold, left, max_discount and why."""
    orders = pl.DataFrame([("a", 100.0, 0.0, 50.0, 40.0)], schema=COSTS, orient="row")
    return Earnings(
        orders,
        limits(["article"], ("x", *far)),
        limits(["segment", "article"], ("s", "x", *near)),
        limits(["segment"], ("s", *order)),
        limits([], order),
    )


def offered(**given: Any) -> pl.DataFrame:
    usual = {"customer_id": "c", "segment": "s", "kind": "replenish", "rank": 1, "article": "x"}
    frame = pl.DataFrame([{**usual, "limit": None, "leaves": None, **given}])
    return frame.with_columns(
        pl.col("kind").cast(OFFERS.schema["kind"]),
        pl.col("limit", "leaves").cast(pl.Float64),
        pl.col("article").cast(pl.String),
    )


GOOD, BAD = (50, 5000.0, 12.0, 0.2, None), (50, 5000.0, -3.0, None, "leaves_nothing")
FEW_BAD = (9, 900.0, -3.0, None, "leaves_nothing")


def test_an_article_that_loses_in_the_segment_by_enough_orders_is_not_offered() -> None:
    assert worthwhile(guarded(offered(), earned(BAD, GOOD))).height == 0


def test_by_few_orders_of_the_segment_it_is_judged_by_all_and_nothing_is_taken_off() -> None:
    found = worthwhile(guarded(offered(), earned(FEW_BAD, GOOD))).row(0, named=True)
    assert (found["expected_margin"], found["max_discount"]) == (12.0, None)


def test_what_loses_by_all_its_orders_is_not_offered_where_the_segment_says_little() -> None:
    assert worthwhile(guarded(offered(), earned((3, 300.0, 5.0, 0.05, None), BAD))).height == 0


def test_a_whole_order_that_loses_is_not_offered() -> None:
    assert worthwhile(guarded(offered(article=None, kind="win_back"), earned(GOOD, GOOD, BAD))).height == 0


def test_places_close_up_after_what_is_left_out() -> None:
    three = pl.concat([offered(rank=1), offered(rank=2, article="y"), offered(rank=3, article="z")])
    made = earned(BAD, BAD)
    kept = worthwhile(guarded(three, made))
    assert kept.select("article", "rank").rows() == [("y", 1), ("z", 2)]


@pytest.mark.parametrize(("limit", "off", "why"), [(0.12, 0.12, None), (0.5, 0.3, None), (0.0, None, "leaves_nothing")])
def test_on_free_shipping_no_more_is_taken_off_than_it_leaves(limit: float, off: float | None, why: str | None) -> None:
    free = offered(kind="threshold", article=None, limit=limit, leaves=7.0)
    found = guarded(free, earned(GOOD, GOOD)).row(0, named=True)
    assert (found["max_discount"], found["no_discount"], found["expected_margin"]) == (off, why, 7.0)


def test_what_orders_that_nobody_sees_cost_is_not_put_on_the_others() -> None:
    """Of four orders a is seen, b sold to nobody known, c was refused, d given back: a, c and d add up."""
    costs = [("a", 100.0, 5.0, 60.0, 40.0), ("b", 50.0, 1.0, 49.0, 30.0), ("c", 0.0, 0.0, 7.0, 0.0)]
    costs.append(("d", -2.0, 1.0, 9.0, 8.0))
    orders = pl.DataFrame(costs, schema=COSTS, orient="row")
    made = Earnings(orders, orders, orders, orders, orders)
    rates = made.rates(None, pl.DataFrame({"order_id": ["a"], "total": [119.0]}))
    assert rates == (pytest.approx(55 / 119), pytest.approx(60 - 40 + 7 + 9 + 1 + 2))


DAY = dt.date(2026, 10, 31)
EVERYBODY = pl.Series("customer_id", [f"c{number:03}" for number in range(400)])


def goal(share: float, start: dt.date = DAY + dt.timedelta(days=1)) -> Goal:
    return Goal(None, "frequency", 3.0, start, start + dt.timedelta(days=90), "person", 0.0, share)


def held(people: pl.DataFrame) -> set[str]:
    return set(people.filter("holdout")["customer_id"])


def test_a_larger_share_only_adds_people_to_a_goal_that_has_not_begun() -> None:
    parts = {None: Group(None, None, EVERYBODY)}
    first = draw([goal(0.1)], parts, GOAL_PEOPLE.empty(), DAY)
    more = draw([goal(0.3)], parts, first, DAY)
    assert held(first) < held(more)
    assert more.height == first.height
    assert not drawn_otherwise([goal(0.3)], more, DAY).height


def test_a_goal_that_has_begun_keeps_its_draw_and_says_so() -> None:
    parts = {None: Group(None, None, EVERYBODY)}
    first = draw([goal(0.1)], parts, GOAL_PEOPLE.empty(), DAY)
    later = DAY + dt.timedelta(days=5)
    assert draw([goal(0.3)], parts, first, later).equals(first)
    assert drawn_otherwise([goal(0.3)], first, later).height == first.height
    assert not drawn_otherwise([goal(0.1)], first, later).height


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", COUNTED)
def test_one_is_not_spoken_of_as_many(code: str, language: str) -> None:
    i18n.activate(language)
    try:
        figure = COUNTED[code][0]
        one, two = (
            sentence(Finding(code, {"drawn": 0.1, "wanted": 0.2, figure: number}), "COP").replace(str(number), "#", 1)
            for number in (1, 2)
        )
        assert one != two
    finally:
        i18n.activate("en")
