"""Bases that lack something: a sensible result and a sentence that says what is missing."""

from __future__ import annotations

import datetime as dt

import polars as pl

from custintel.findings import Finding
from custintel.periods import Period
from custintel.profile.findings import differences, everybody
from custintel.profile.portrait import Portrait, portrait
from custintel.profile.sentences import sentence

from .conftest import MAY, Make, line, order


def codes(made: Portrait) -> set[str]:
    return {one.code for one in everybody(made)}


def traits(made: Portrait) -> set[str]:
    return set(made.base["trait"])


def test_without_orders_the_cards_speak(make: Make) -> None:
    cards = [
        {"customer_id": "ana", "city": "Cali", "gender": "f", "interests": ["tea", "dogs"], "motivator": "gift"},
        {"customer_id": "bob", "city": "Cali", "consent_email": True, "birth_date": dt.date(1990, 5, 5)},
    ]
    made = portrait(make(customers=[card | {"last_seen": MAY} for card in cards]), ["city"])
    assert {"no_purchases", "stated_interests", "stated_motivator"} <= codes(made)
    assert {"gender", "interests", "motivator", "residence", "age_band", "consent_email"} <= traits(made)
    ana = made.people.row(0, named=True)
    assert (ana["orders"], ana["city"], ana["interests"], ana["motivators"]) == (0, "Cali", ["dogs", "tea"], ["stated"])
    assert made.people["age_band"].to_list() == [None, "35_44"]


def test_without_lines_there_are_no_articles_and_it_says_so(make: Make) -> None:
    made = portrait(make([order("a", "ana")]))
    assert "no_articles" in codes(made)
    assert "category" not in traits(made)
    assert made.people["ticket"].to_list() == [100_000]


def test_without_categories_prices_are_held_against_everything(make: Make) -> None:
    orders = [order(f"o{n}", "ana") for n in range(5)]
    made = portrait(
        make(orders, [line(f"o{n}", f"s{n}", None, price) for n, price in enumerate((50, 100, 100, 100, 200))])
    )
    assert "no_categories" in codes(made)
    assert {"product", "price_band"} <= traits(made)
    assert made.people["top_category"].to_list() == [None]


def test_one_customer_is_profiled_and_set_apart_from_nobody(make: Make) -> None:
    made = portrait(make([order("a", "ana", payment_method="cod")], [line("a", "s", "tea")]), ["payment_method"])
    assert made.people.select("customer_id", "payment_method", "top_category").row(0) == ("ana", "cod", "tea")
    assert not made.profiles["distinct"].any()
    assert differences(made, "payment_method") == []


def test_one_category_says_nothing_of_groups(make: Make) -> None:
    orders = [order(f"o{n}", f"c{n}", city="Cali" if n % 2 else "Bogotá") for n in range(120)]
    made = portrait(make(orders, [line(f"o{n}", "s", "tea") for n in range(120)]), ["city"])
    rows = made.profiles.filter(pl.col("cut") == "city", pl.col("trait") == "category")
    assert rows["share"].to_list() == [1.0, 1.0]
    assert not made.profiles["distinct"].any()


def test_orders_of_nobody_known_leave_nobody(make: Make) -> None:
    made = portrait(make([order("a", None), order("b", None)]))
    assert (made.people.height, made.unknown) == (0, 2)
    assert made.profiles.is_empty()


def test_a_project_without_anything_leaves_nobody(make: Make) -> None:
    made = portrait(make(), ["city", "frequency"])
    assert made.people.is_empty()
    assert made.as_of is None


def test_a_group_that_pays_on_delivery_twice_as_often_is_told(make: Make) -> None:
    """41 of 100 people of Medellín against 20 of 100 of the rest."""
    orders = [
        order(
            f"o{n}",
            f"c{n}",
            city="Medellín" if n < 100 else "Bogotá",
            payment_method="cod" if n % 100 < limit else "card",
        )
        for n, limit in ((n, 41 if n < 100 else 20) for n in range(200))
    ]
    made = portrait(make(orders), ["city"])
    told = {(one.figures["group"], one.figures["trait"], one.figures["value"]) for one in differences(made, "city")}
    assert told & {("Medellín", "payment_method", "cod"), ("Medellín", "payment_method", "card")}
    row = made.profiles.filter(pl.col("cut") == "city", pl.col("group") == "Medellín", pl.col("value") == "cod").row(
        0, named=True
    )
    assert (row["n"], row["of"], row["share"], row["rest"], row["distinct"]) == (41, 100, 0.41, 0.2, True)
    assert row["lift"] == 2.05


def test_a_clear_but_tiny_difference_is_not_told(make: Make) -> None:
    """53 % beside 50 % of ten thousand each is no chance, and nothing to act on."""
    orders = [
        order(f"o{n}", f"c{n}", city="A" if n < 10_000 else "B", payment_method="cod" if n % 100 < limit else "card")
        for n, limit in ((n, 53 if n < 10_000 else 50) for n in range(20_000))
    ]
    rows = portrait(make(orders), ["city"]).profiles.filter(pl.col("cut") == "city", pl.col("value") == "cod")
    assert (rows["p"] < 0.001).all()
    assert not rows["distinct"].any()


def test_only_the_days_of_the_period_count(make: Make) -> None:
    orders = [order(f"o{n}", "ana", MAY + dt.timedelta(days=n)) for n in range(10)]
    made = portrait(make(orders), period=Period(dt.date(2026, 5, 6), dt.date(2026, 5, 8)))
    assert made.purchases == 3
    assert made.people["first_day"].to_list() == [dt.date(2026, 5, 6)]
    assert set(made.profiles["from"]) == {dt.date(2026, 5, 6)}


def test_somebody_moved_by_coupons_is_told_from_somebody_who_used_one(make: Make) -> None:
    base = [order(f"b{n}", f"c{n}", origin="web") for n in range(20)]
    ana = [order(f"a{n}", "ana", origin="web", coupon="TEN") for n in range(2)]
    bob = [order("bob", "bob", origin="web", coupon="TEN")]
    found = dict(portrait(make(base + ana + bob)).people.select("customer_id", "motivators").iter_rows())
    assert found["ana"] == ["coupon"]
    assert found["bob"] == []


def test_what_is_looked_at_stands_beside_what_is_bought(make: Make) -> None:
    products = [{"sku": "S1", "category": "tea"}, {"sku": "S2", "category": "dogs"}]
    events = [
        {
            "event_id": str(n),
            "ts": MAY,
            "visitor_id": "v",
            "customer_id": "ana",
            "session_id": f"s{n}",
            "event": "view_item",
            "sku": sku,
        }
        for n, sku in enumerate(("S1", "S2", "S2"))
    ]
    robot = {"event_id": "r", "ts": MAY, "customer_id": "ana", "session_id": "s9", "event": "view_item", "sku": "S1"}
    excluded = robot | {"bot": True, "excluded": "bot"}
    made = portrait(make([order("a", "ana")], [line("a", "S1", "tea")], products=products, events=[*events, excluded]))
    ana = made.people.row(0, named=True)
    assert (ana["browsed"], ana["browsed_not_bought"], ana["interests"]) == (["dogs", "tea"], ["dogs"], ["dogs", "tea"])
    assert isinstance(everybody(made)[0], Finding)


def test_answers_of_surveys_are_read_by_their_scale(make: Make) -> None:
    scales = [
        ("nps", 9, 0, 10),
        ("nps", 7, 0, 10),
        ("nps", 6, 0, 10),
        ("stars", 4, 1, 5),
        ("csat", 2, 1, 5),
        ("ces", 7, 1, 7),
    ]
    surveys = [
        {"survey_id": str(n), "customer_id": "ana", "kind": kind, "score": float(score), "scale_min": float(low)}
        | {"scale_max": float(high), "answered_at": MAY + dt.timedelta(hours=n)}
        for n, (kind, score, low, high) in enumerate(scales)
    ]
    made = portrait(make([order("a", "ana")], surveys=surveys))
    rows = made.base.filter(pl.col("trait") == "satisfaction")
    assert dict(rows.select("value", "n").iter_rows()) == {"happy": 2, "neutral": 1, "unhappy": 2}
    assert made.people["satisfaction"].to_list() == ["unhappy"]


def test_articles_without_a_code_are_known_by_their_name(make: Make) -> None:
    orders = [order(f"o{n}", "ana") for n in range(3)]
    lines = [line(f"o{n}", None, name=name) for n, name in enumerate(("Vela", "Vela", "Jabón"))]  # type: ignore[arg-type]
    made = portrait(make(orders, lines))
    assert "no_articles" not in codes(made)
    rows = made.base.filter(pl.col("trait") == "product")
    assert dict(rows.select("value", "n").iter_rows()) == {"Vela": 2, "Jabón": 1}
    assert made.articles == {"Vela": "Vela", "Jabón": "Jabón"}


def test_a_rhythm_is_not_told_from_one_gap(make: Make) -> None:
    orders = [order("a", "ana"), order("b", "ana", MAY + dt.timedelta(days=10)), order("c", "bob")]
    made = portrait(make(orders))
    assert "rhythm" not in codes(made)
    assert made.people["next_from"].null_count() == 2


def test_numbers_of_one_have_their_own_form(make: Make) -> None:
    (bought, *_others) = everybody(portrait(make([order("a", "ana"), order("b", "ana")])))
    assert sentence(bought) == "1 person made 2 purchases; 1 of them has come back for another."
