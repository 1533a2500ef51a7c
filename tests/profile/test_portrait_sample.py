"""The profiles of the invented shop are what its simulation knows to be true."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from custintel.profile.portrait import Portrait, portrait
from custintel.profile.trait_counts import Tables

BOUGHT = ("placed", "confirmed", "paid", "shipped", "delivered")
BY = ("frequency", "city", "channel", "payment_method", "category", "gender")


@pytest.fixture(scope="module")
def made(shop_tables: Tables) -> Portrait:
    return portrait(shop_tables, BY)


@pytest.fixture(scope="module")
def real(shop: Any) -> list[Any]:
    """The purchases."""
    _people, orders, _catalogue = shop
    return [one for one in orders if one.status in BOUGHT and one.total > 0]


def shares(made: Portrait, trait: str, cut: str = "all") -> dict[str, int]:
    rows = made.profiles.filter(pl.col("cut") == cut, pl.col("trait") == trait, pl.col("n") > 0)
    return dict(rows.select("value", "n").iter_rows())


@pytest.mark.parametrize(
    ("trait", "said"),
    [
        ("payment_method", lambda one: one.payment),
        ("hour", lambda one: str(one.at.hour)),
        ("weekday", lambda one: str(one.at.isoweekday())),
        ("month", lambda one: str(one.at.month)),
        ("channel", lambda one: one.channel),
        ("country", lambda one: one.person.address.city.country),
    ],
)
def test_every_habit_is_counted_as_it_is(made: Portrait, real: list[Any], trait: str, said: Any) -> None:
    assert shares(made, trait) == Counter(said(one) for one in real)


def test_categories_are_those_of_the_baskets(made: Portrait, real: list[Any]) -> None:
    true = Counter(category for one in real for category in {line.product.category for line in one.lines})
    assert shares(made, "category") == true


def test_coupons_are_those_of_the_shop_that_has_them(made: Portrait, real: list[Any]) -> None:
    row = made.base.filter(pl.col("trait") == "coupon").row(0, named=True)
    web = [one for one in real if one.shop == "shopify"]
    assert (row["n"], row["of"]) == (sum(bool(one.coupon) for one in web), len(web))


def test_the_amount_for_free_shipping_is_found(made: Portrait, shop: Any) -> None:
    assert made.threshold is not None
    assert made.threshold.amount == 100 * shop[2].FREE_SHIPPING_FROM


def test_the_favourite_category_is_what_the_person_was_made_to_like(made: Portrait, shop: Any) -> None:
    """Three of five articles come from the favourite shelf, and a sixth of the others: of people with five purchases or
    more nearly all show it."""
    people, _orders, catalogue = shop
    likes = {person.id: catalogue.CATEGORIES[person.favourite] for person in people}
    often = made.people.filter(pl.col("orders") >= 5)
    right = [likes[who] == top for who, top in often.select("customer_id", "top_category").iter_rows()]
    assert len(right) > 50
    assert sum(right) / len(right) > 0.9


def test_a_favourite_shelf_sets_its_people_apart(made: Portrait) -> None:
    """Articles of bed and bath cost most: whoever likes them brings more per order and pays no shipping more often."""
    rows = made.profiles.filter(pl.col("cut") == "category", pl.col("group") == "Cama y baño", "distinct")
    told = {row["trait"]: row["lift"] for row in rows.iter_rows(named=True)}
    assert told["ticket"] > 1.2
    assert told["free_shipping"] > 1.5


def test_whoever_pays_on_delivery_refuses_more_and_those_abroad_pay_by_card(made: Portrait) -> None:
    rows = made.profiles.filter("distinct")
    refusing = rows.filter(pl.col("cut") == "payment_method", pl.col("trait") == "refused", pl.col("group") == "cod")
    assert refusing["lift"].item() > 2
    card = rows.filter(pl.col("cut") == "city", pl.col("trait") == "payment_method", pl.col("value") == "card")
    assert set(card.filter(pl.col("effect") > 0)["group"]) <= {
        "Ciudad de México",
        "Guadalajara",
        "Madrid",
        "Miami",
        "Houston",
    }
    assert card.height > 0


@pytest.mark.parametrize("trait", ["hour", "part_of_day", "weekday", "month", "season", "payday", "novelty"])
def test_what_the_simulation_draws_alike_for_everybody_sets_no_group_apart(made: Portrait, trait: str) -> None:
    """Hours are the same for everybody. Days, months and novelty hang on when a person came and how often they buy."""
    rows = made.profiles.filter(pl.col("cut").is_in(["city", "gender"]), pl.col("trait") == trait)
    assert rows.height > 0
    assert not rows["distinct"].any()


def test_paydays_make_no_difference_where_none_was_made(made: Portrait) -> None:
    assert made.payday is not None
    assert not made.payday.clear


def test_cards_are_counted_by_person(made: Portrait, shop: Any) -> None:
    true = Counter(person.sex.lower() for person in shop[0] if person.sex)
    assert shares(made, "gender") == true


def test_groups_add_up_to_everybody(made: Portrait) -> None:
    """Whoever is in no group of a cut has bought nothing, so what is counted by purchases adds up."""
    for cut in ("city", "payment_method"):
        rows = made.profiles.filter(pl.col("cut") == cut, pl.col("trait") == "hour")
        assert rows["n"].sum() == made.base.filter(pl.col("trait") == "hour")["n"].sum()


def test_the_order_of_rows_makes_no_difference(shop_tables: Tables, made: Portrait) -> None:
    def mixed(frame: pl.LazyFrame) -> pl.LazyFrame:
        return frame.collect().sample(fraction=1, shuffle=True, seed=7).lazy()

    orders, items = mixed(shop_tables.orders), mixed(shop_tables.items)
    customers = mixed(shop_tables.customers.lazy()).collect()
    again = portrait(replace(shop_tables, orders=orders, items=items, customers=customers), BY)
    assert again.people.equals(made.people)
    assert again.profiles.equals(made.profiles)
    assert again.rhythm.people.equals(made.rhythm.people)
