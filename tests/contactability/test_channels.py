"""Ways that lead to somebody, the best of them, groups of people, and what to do first."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from custintel.contactability import channels
from custintel.contactability.groups import by_group
from custintel.contactability.repairs import counted, repairs

Row = dict[str, Any]
LINES = {"mobile": "mobile", "landline": "fixed", "whatsapp": "mobile"}


def verdicts(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """Kind, value and status of each; the line is that of the kind."""
    return pl.DataFrame(
        [(kind, value, status, "why", [], LINES.get(kind), None) for kind, value, status in rows],
        schema={
            **dict.fromkeys(("kind", "value", "status", "reason"), pl.String),
            "flags": pl.List(pl.String),
            "provider": pl.String,
            "suggestion": pl.String,
        },
        orient="row",
    )


def answers(*rows: tuple[str, str, str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["customer_id", "kind", "value", "channel", "answer"], orient="row")


def of_ana(answer: str, status: str = "deliverable") -> list[Row]:
    asked = answers(
        ("c1", "email", "ana@a.co", "email", answer),
        ("c1", "mobile", "+573124567801", "whatsapp", "yes"),
        ("c1", "mobile", "+573124567801", "call", "unproven"),
        ("c1", "landline", "+576012345678", "call", "yes"),
        ("c1", "landline", "+576012345678", "sms", "yes"),
    )
    told = verdicts(
        ("email", "ana@a.co", status),
        ("mobile", "+573124567801", "deliverable"),
        ("landline", "+576012345678", "risky"),
    )
    return channels.ways(asked, told).to_dicts()


def test_what_is_permitted_comes_first_then_what_is_sure_then_what_disturbs_less() -> None:
    assert [(way["channel"], way["answer"]) for way in of_ana("yes")] == [
        ("email", "yes"),
        ("whatsapp", "yes"),
        ("call", "yes"),
        ("call", "unproven"),
    ]
    assert [way["channel"] for way in of_ana("no:unsubscribed")] == ["whatsapp", "call", "call", "email"]
    assert [way["channel"] for way in of_ana("yes", "risky")][:2] == ["whatsapp", "email"]


def test_a_dead_address_is_no_way_and_a_landline_takes_no_sms() -> None:
    found = of_ana("yes", "undeliverable")
    assert {way["channel"] for way in found} == {"whatsapp", "call"}


def test_a_number_that_a_report_says_is_not_on_whatsapp_is_no_way_there() -> None:
    told = verdicts(("mobile", "+573124567801", "deliverable")).with_columns(flags=pl.lit(["not_on_whatsapp"]))
    asked = answers(*(("c1", "mobile", "+573124567801", channel, "yes") for channel in ("whatsapp", "sms")))
    assert channels.ways(asked, told)["channel"].to_list() == ["sms"]


@pytest.mark.parametrize("reason", channels.STRANGERS)
def test_what_leads_to_a_stranger_or_to_nobody_is_no_way(reason: str) -> None:
    told = verdicts(("email", "ana@gmial.com", "risky")).with_columns(reason=pl.lit(reason))
    assert channels.ways(answers(("c1", "email", "ana@gmial.com", "email", "yes")), told).is_empty()


def customers(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame(list(rows), infer_schema_length=None)


@pytest.fixture
def people() -> pl.DataFrame:
    """Ana agreed to WhatsApp; nobody asked Luis, whose email is dead; Eva has an email with a slip; Tea has nothing."""
    known = customers(*({"customer_id": f"c{n}", "full_name": name} for n, name in enumerate("ALET", 1)))
    allowed = known.select(
        "customer_id",
        may_contact_email=pl.lit("unproven"),
        may_contact_whatsapp=pl.Series(["yes", "unproven", "unproven", "unproven"]),
    )
    asked = answers(
        ("c1", "mobile", "+573124567801", "whatsapp", "yes"),
        ("c2", "mobile", "+573209876543", "whatsapp", "unproven"),
    )
    told = verdicts(("mobile", "+573124567801", "deliverable"), ("mobile", "+573209876543", "deliverable"))
    return channels.of_customers(known, channels.ways(asked, told), allowed)


def test_only_who_agreed_has_a_best_channel_and_everybody_a_list_of_what_reaches_them(people: pl.DataFrame) -> None:
    assert people["best_channel"].to_list() == ["whatsapp", None, None, None]
    assert people["reachable_by"].to_list() == [["whatsapp"], ["whatsapp"], [], []]


def test_a_second_run_replaces_what_the_first_said(people: pl.DataFrame) -> None:
    allowed = people.select("customer_id", "may_contact_email", "may_contact_whatsapp")
    nothing = channels.ways(answers(("c1", "email", "x", "email", "yes")), verdicts(("email", "x", "undeliverable")))
    again = channels.of_customers(people, nothing, allowed)
    assert again["best_channel"].null_count() == 4
    assert set(again.columns) == set(people.columns)


def test_people_and_money_are_counted_once_per_channel_by_their_best_answer() -> None:
    asked = answers(
        ("c1", "email", "a", "email", "no:no_consent"),
        ("c1", "email", "b", "email", "yes"),
        ("c2", "email", "a", "email", "unproven"),
    )
    ways = channels.ways(asked, verdicts(("email", "a", "deliverable"), ("email", "b", "risky")))
    money = pl.DataFrame({"customer_id": ["c1", "c2"], "revenue": [100.0, 50.0]})
    email = channels.by_channel(ways, money).row(0, named=True)
    assert email == {
        "channel": "email",
        "reached": 2,
        "permitted": 1,
        "unproven": 1,
        "forbidden": 0,
        "revenue": 150.0,
        "revenue_permitted": 100.0,
    }


def test_what_to_do_is_told_per_person_and_worth_most_first(people: pl.DataFrame) -> None:
    points = answers(
        ("c2", "email", "luis@b.co", "", ""),
        ("c2", "mobile", "+573209876543", "", ""),
        ("c3", "email", "e@gmial.com", "", ""),
    )
    told = verdicts(
        ("email", "luis@b.co", "undeliverable"),
        ("mobile", "+573209876543", "deliverable"),
        ("email", "e@gmial.com", "undeliverable"),
    ).with_columns(suggestion=pl.when(pl.col("value") == "e@gmial.com").then(pl.lit("e@gmail.com")))
    money = pl.DataFrame({"customer_id": ["c1", "c2", "c3", "c4"], "revenue": [0.0, 10.0, 70.0, 5.0]})
    reached = channels.ways(answers(("c2", "mobile", "+573209876543", "whatsapp", "unproven")), told)
    found = repairs(people, points, told, reached, money)
    assert found.filter(repair="ask_permission")["value"].to_list() == ["+573209876543"]
    assert found.select("customer_id", "repair").rows() == [
        ("c3", "correct_address"),
        ("c2", "ask_for_email"),
        ("c2", "ask_permission"),
        ("c4", "find_contact"),
    ]
    assert counted(found).row(0) == ("correct_address", 1, 70.0)


def test_groups_have_shares_with_intervals_and_the_latest_month_comes_first() -> None:
    seen = [dt.datetime(2026, 1, 5), dt.datetime(2026, 2, 1), dt.datetime(2026, 2, 9), None]
    frame = pl.DataFrame(
        {
            "sources": [["a.csv", "b.csv"], ["a.csv"], ["a.csv"], ["b.csv"]],
            "first_seen": seen,
            "reachable_by": [["email"], [], ["sms"], []],
            "best_channel": ["email", None, None, None],
        }
    )
    by_month = by_group(frame, "month")
    assert by_month["group"].to_list() == ["2026-02", "2026-01", None]
    files = by_group(frame, "source")
    assert files.select("group", "people", "reachable", "permitted").rows() == [("a.csv", 3, 2, 1), ("b.csv", 2, 1, 1)]
    assert files["low"][0] < 2 / 3 < files["high"][0]
    assert by_group(frame, "segment")["group"].to_list() == [None]
