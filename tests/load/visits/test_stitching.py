from __future__ import annotations

import polars as pl

from custintel.load.visits.stitching import links, stitch, with_customers

EVENTS = pl.DataFrame(
    [
        ("home", "h1", "T1", None, None, None),
        ("home", "h2", None, None, None, None),
        ("shared", "s1", "T1", None, None, None),
        ("shared", "s2", "T2", None, None, None),
        ("shared", "s3", None, None, None, None),
        ("mail", "m1", None, None, "mc_eid.9", None),
        ("account", "a1", "T9", "u7", None, None),
        ("robot", "r1", "T2", None, None, "robot_agent"),
        ("nobody", "n1", "T8", None, None, None),
    ],
    schema=dict.fromkeys(["visitor_id", "session_id", "transaction_id", "user_id", "click_id", "excluded"], pl.String),
    orient="row",
)
KNOWN = pl.DataFrame(
    [
        ("T1", "order", "ana"),
        ("T2", "order", "luis"),
        ("mc_eid.9", "email_click", "sol"),
        ("u7", "login", "rosa"),
        ("T9", "order", "rosa"),
        ("T8", "order", None),
    ],
    schema=dict.fromkeys(["key", "kind", "customer_id"], pl.String),
    orient="row",
)


def test_orders_logins_and_email_clicks_say_who_a_visitor_is() -> None:
    known = stitch(links(EVENTS, KNOWN)).select("visitor_id", "customer_id", "customers", "shared", "kind").rows()
    assert known == [
        ("account", "rosa", 1, False, "order"),
        ("home", "ana", 1, False, "order"),
        ("mail", "sol", 1, False, "email_click"),
        ("shared", None, 2, True, "order"),
    ]


def test_a_browser_of_two_customers_gives_each_only_the_visits_they_were_recognised_in() -> None:
    told = with_customers(EVENTS, links(EVENTS, KNOWN))
    assert dict(told.select("session_id", "customer_id").iter_rows()) == {
        "h1": "ana",
        "h2": "ana",
        "s1": "ana",
        "s2": "luis",
        "s3": None,
        "m1": "sol",
        "a1": "rosa",
        "r1": None,
        "n1": None,
    }


def test_a_customer_may_have_several_browsers() -> None:
    assert links(EVENTS, KNOWN).filter(pl.col("customer_id") == "ana")["visitor_id"].to_list() == ["home", "shared"]


def test_the_order_of_events_does_not_matter() -> None:
    assert links(EVENTS.reverse(), KNOWN.reverse()).equals(links(EVENTS, KNOWN))


def test_events_without_anything_to_know_a_customer_by_connect_nobody() -> None:
    bare = EVENTS.select("visitor_id", "session_id")
    assert links(bare, KNOWN).is_empty()
    assert with_customers(bare, links(bare, KNOWN))["customer_id"].null_count() == bare.height
