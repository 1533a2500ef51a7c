"""What outcomes mean for deliverability, for permission and for the rate of bounces."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel.contactability.feedback_reports import facts
from custintel.contactability.outcomes import (
    counted,
    evidence,
    last_signs_of_life,
    merged_notices,
    notices_of,
    trials,
)
from custintel.tables.feedback import FEEDBACK
from custintel.tables.notices import NOTICES

NOW = dt.datetime(2026, 11, 1)


def events(*told: tuple[str, str, str | None]) -> pl.DataFrame:
    rows = [
        {
            "kind": "email",
            "value": value,
            "outcome": outcome,
            "at": dt.datetime.fromisoformat(at) if at else None,
            "said": outcome,
            "report": "plain",
            "source": "a.csv",
            "row": 2,
            "file_hash": "0",
            "imported_at": NOW,
        }
        for value, outcome, at in told
    ]
    return pl.DataFrame(rows, schema=FEEDBACK.schema)


def reason(*told: tuple[str, str | None]) -> str | None:
    found = evidence(events(*(("a@b.co", outcome, at) for outcome, at in told)))
    return None if found.is_empty() else found["status"].item() + ":" + found["reason"].item()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([("delivered", "2026-01-01"), ("hard_bounce", "2026-02-01")], "undeliverable:hard_bounce"),
        ([("hard_bounce", "2026-01-01"), ("opened", "2026-02-01")], "deliverable:confirmed"),
        ([("delivered", "2026-01-01"), ("mailbox_not_found", "2026-02-01")], "deliverable:confirmed"),
        ([("delivered", "2026-01-01"), ("mailbox_not_found", "2026-06-01")], "undeliverable:mailbox_not_found"),
        ([("hard_bounce", "2026-01-01"), ("mailbox_ok", "2026-03-01")], "undeliverable:hard_bounce"),
        ([("mailbox_ok", None), ("catch_all", "2026-01-01")], "deliverable:confirmed"),
        ([("hard_bounce", "2026-01-01"), ("delivered", "2026-01-01")], "undeliverable:hard_bounce"),
        ([("complaint", "2026-01-01")], "deliverable:confirmed"),
        ([("unsubscribed", "2026-01-01")], None),
        ([("unknown", "2026-01-01"), ("subscribed", "2026-01-01")], None),
        ([("blocked", "2026-01-01")], "unknown:blocked"),
    ],
)
def test_the_newest_decides_and_a_message_weighs_more_than_an_opinion(
    told: list[tuple[str, str | None]], expected: str | None
) -> None:
    assert reason(*told) == expected
    assert reason(*reversed(told)) == expected


def test_what_bounced_for_good_is_never_merely_risky() -> None:
    told = facts()["outcomes"]
    assert {told[code]["status"] for code in ("hard_bounce", "mailbox_not_found", "invalid_syntax")} == {
        "undeliverable"
    }
    assert {told[code]["status"] for code in ("blocked", "greylisted")} == {"unknown"}


def test_who_left_or_complained_is_noticed_with_the_earliest_day() -> None:
    found = notices_of(
        events(
            ("a@b.co", "unsubscribed", "2026-02-01"),
            ("a@b.co", "unsubscribed", "2025-02-01"),
            ("a@b.co", "complaint", None),
            ("b@b.co", "delivered", "2026-01-01"),
        )
    )
    assert found.select("value", "why", "since").rows() == [
        ("a@b.co", "unsubscribed", dt.date(2025, 2, 1)),
        ("a@b.co", "complaint", None),
    ]
    assert found.schema == NOTICES.schema
    assert merged_notices(found, found).equals(found)


def test_an_address_is_one_trial_whatever_is_told_of_it() -> None:
    found = trials(
        events(
            ("a@b.co", "delivered", "2026-01-01"),
            ("a@b.co", "hard_bounce", "2026-02-01"),
            ("b@b.co", "hard_bounce", "2025-01-01"),
            ("b@b.co", "subscribed", "2026-02-01"),
            ("c@b.co", "subscribed", None),
            ("d@b.co", "mailbox_ok", "2026-01-01"),
        )
    )
    assert found.rows() == [("a@b.co", True), ("b@b.co", True), ("c@b.co", False)]


def test_only_what_a_person_did_is_a_sign_of_life() -> None:
    found = last_signs_of_life(
        events(("a@b.co", "opened", "2026-01-01"), ("a@b.co", "delivered", "2026-05-01"), ("b@b.co", "opened", None))
    )
    assert found.rows() == [("email", "a@b.co", dt.datetime(2026, 1, 1))]


def test_outcomes_are_counted_by_address() -> None:
    found = counted(
        events(("a@b.co", "opened", "2026-01-01"), ("a@b.co", "opened", "2026-02-01"), ("b@b.co", "role", None))
    )
    assert found.rows() == [("opened", 1), ("role", 1)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a@b.co", "b@b.co"]),
            st.sampled_from(sorted(facts()["outcomes"])),
            st.sampled_from([None, "2026-01-01", "2026-03-01"]),
        ),
        max_size=8,
    ),
    st.randoms(),
)
def test_the_order_of_events_does_not_matter(told: list[tuple[str, str, str | None]], random: object) -> None:
    mixed = list(told)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    for reading in (evidence, notices_of, trials, last_signs_of_life, counted):
        assert reading(events(*mixed)).equals(reading(events(*told)))
