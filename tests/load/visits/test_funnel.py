from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.errors import CustintelError
from custintel.load.visits.funnel import funnel, reached
from custintel.load.visits.sessions import sessions

STEPS = ("see", "cart", "pay")
NOON = dt.datetime(2026, 8, 1, 12)


def depths(*visits: str) -> list[int]:
    """How deep each visit goes; a letter is an event (s, c, p or another), one a minute, ``=`` the same instant."""
    words = {"s": "see", "c": "cart", "p": "pay"}
    rows = []
    for number, letters in enumerate(visits):
        minute = 0
        for place, letter in enumerate(letters):
            if letter == "=":
                minute -= 1
                continue
            rows.append(
                (
                    f"{number:03d}{place:03d}",
                    f"v{number:03d}",
                    words.get(letter, "other"),
                    NOON + dt.timedelta(minutes=minute),
                )
            )
            minute += 1
    schema = {"event_id": pl.String, "visitor_id": pl.String, "event": pl.String, "ts": pl.Datetime("us")}
    made = sessions(pl.DataFrame(rows, schema=schema, orient="row"))
    answer = pl.DataFrame({"visitor": made.at("visitor_id", made.starts), "depth": funnel(made, STEPS)})
    return answer.sort("visitor")["depth"].to_list()


@pytest.mark.parametrize(
    ("visit", "depth"),
    [
        ("scp", 3),
        ("sxxcxp", 3),
        ("sp", 1),
        ("cps", 1),
        ("csp", 1),
        ("cscp", 3),
        ("psc", 2),
        ("pscp", 3),
        ("cp", 0),
        ("x", 0),
        ("sscc", 2),
        ("c=s", 2),
    ],
)
def test_a_step_counts_after_the_one_before_it(visit: str, depth: int) -> None:
    assert depths(visit) == [depth]


def by_hand(letters: str) -> int:
    depth = 0
    for letter in letters:
        depth += depth < 3 and letter == "scp"[depth]
    return depth


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text("scpx", min_size=1, max_size=12), min_size=1, max_size=6))
def test_depths_are_those_one_counts_by_hand(visits: list[str]) -> None:
    assert depths(*visits) == [by_hand(letters) for letters in visits]


def test_a_table_says_visits_per_step_and_group() -> None:
    visits = pl.DataFrame({"depth": [0, 1, 3, 2, 0], "channel": ["a", "a", "a", "a", "b"]})
    assert reached(visits, STEPS).select("step", "visits", "before", "rate").rows() == [
        ("see", 3, 5, 0.6),
        ("cart", 2, 3, 2 / 3),
        ("pay", 1, 2, 0.5),
    ]
    grouped = reached(visits, STEPS, by=["channel"])
    assert grouped.filter(pl.col("channel") == "b").select("visits", "before", "rate").rows() == [
        (0, 1, 0.0),
        (0, 0, None),
        (0, 0, None),
    ]


def test_no_visits_reach_nothing() -> None:
    nothing = pl.DataFrame(schema={"depth": pl.UInt8, "channel": pl.String})
    assert reached(nothing, STEPS)["visits"].to_list() == [0, 0, 0]
    assert reached(nothing, STEPS, by=["channel"]).height == 0


def test_a_step_named_twice_is_an_error() -> None:
    made = sessions(
        pl.DataFrame(
            schema={"event_id": pl.String, "visitor_id": pl.String, "event": pl.String, "ts": pl.Datetime("us")}
        )
    )
    with pytest.raises(CustintelError):
        funnel(made, ["see", "see"])
