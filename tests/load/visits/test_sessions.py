from __future__ import annotations

import datetime as dt
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.load.visits.sessions import Mode, by_visitors, sessions, with_ids
from custintel.load.visits.visit_rows import purchases, visits

NOON = dt.datetime(2026, 8, 1, 12)
SCHEMA = {
    "event_id": pl.String,
    "ts": pl.Datetime("us"),
    "visitor_id": pl.String,
    "event": pl.String,
    "page": pl.String,
    "source": pl.String,
    "medium": pl.String,
    "campaign": pl.String,
    "click_id": pl.String,
    "device": pl.String,
    "transaction_id": pl.String,
    "ga_session_id": pl.String,
    "excluded": pl.String,
}


def events(*rows: dict[str, object]) -> pl.DataFrame:
    """Events at ``minute`` after noon of visitor a, unless they say otherwise."""
    filled = []
    for number, row in enumerate(rows):
        row = {"event_id": f"e{number:03d}", "visitor_id": "a", "event": "page_view", "minute": 0} | row
        row["ts"] = NOON + dt.timedelta(minutes=float(row.pop("minute")))  # type: ignore[arg-type]
        filled.append({name: row.get(name) for name in SCHEMA})
    return pl.DataFrame(filled, schema=SCHEMA)


def cut(frame: pl.DataFrame, mode: Mode = "ga4") -> pl.DataFrame:
    return visits(sessions(frame, mode=mode)).sort("visitor_id", "started_at", "session_id")


def test_a_pause_of_half_an_hour_keeps_a_visit_and_one_longer_ends_it() -> None:
    assert cut(events({}, {"minute": 30}))["n_events"].to_list() == [2]
    assert cut(events({}, {"minute": 30.0001}))["n_events"].to_list() == [1, 1]


def test_visitors_are_never_mixed() -> None:
    assert cut(events({}, {"visitor_id": "b"}, {"minute": 1}))["n_events"].to_list() == [2, 1]


def test_midnight_and_a_new_campaign_end_a_visit_only_by_the_older_rule() -> None:
    midnight = events({"minute": 719}, {"minute": 721})
    assert (cut(midnight).height, cut(midnight, "ua").height) == (1, 2)
    tags = {"source": "google", "medium": "cpc", "campaign": "A"}
    campaign = events(tags, {"minute": 1}, tags | {"minute": 2}, tags | {"minute": 3, "campaign": "B"}, {"minute": 4})
    assert (cut(campaign).height, cut(campaign, "ua")["n_events"].to_list()) == (1, [3, 2])


def test_a_return_from_a_payment_page_is_no_new_source_by_either_rule() -> None:
    back = {"source": "checkout.wompi.co", "medium": "referral", "minute": 5}
    for mode in ("ga4", "ua"):
        visit = cut(events({"source": "google", "medium": "organic"}, back), mode)  # type: ignore[arg-type]
        assert visit.select("source", "medium").rows() == [("google", "organic")]
    assert cut(events(back)).select("source", "medium").rows() == [("(direct)", "(none)")]


def test_the_first_source_that_is_not_direct_is_that_of_the_visit() -> None:
    visit = cut(
        events(
            {"source": "(direct)", "medium": "(none)"},
            {"minute": 1, "source": "(not set)", "medium": "(not set)"},
            {"minute": 2, "source": "ig", "medium": "pauta", "campaign": "Velas", "click_id": "fbclid.1"},
            {"minute": 3, "source": "google", "medium": "organic"},
        )
    )
    assert visit.select("source", "medium", "campaign", "click_id").rows() == [("ig", "pauta", "Velas", "fbclid.1")]


def test_a_click_id_alone_says_where_a_visit_came_from() -> None:
    visit = cut(events({}, {"minute": 1, "source": "(direct)", "medium": "(none)", "click_id": "gclid.1"}))
    assert visit["click_id"].to_list() == ["gclid.1"]


def test_the_shops_own_domain_is_no_source() -> None:
    frame = events({"source": "Tienda.example", "medium": "referral"}, {"minute": 1, "source": "blog.tienda.example"})
    assert visits(sessions(frame, own=["www.tienda.example"]))["source"].to_list() == ["(direct)"]
    assert visits(sessions(frame))["source"].to_list() == ["Tienda.example"]


@pytest.mark.parametrize(
    ("rows", "engaged"),
    [
        ([{}], False),
        ([{}, {"minute": 9.9 / 60, "event": "scroll"}], False),
        ([{}, {"minute": 10 / 60, "event": "scroll"}], True),
        ([{}, {"minute": 1 / 60}], True),
        ([{"event": "purchase"}], True),
    ],
)
def test_ten_seconds_two_pages_or_a_key_event_engage(rows: list[dict[str, object]], engaged: bool) -> None:
    assert cut(events(*rows))["engaged"].to_list() == [engaged]


def test_a_visit_says_what_is_first_and_last_in_it() -> None:
    visit = cut(
        events(
            {"event": "session_start"},
            {"minute": 1, "page": "/a", "device": "mobile"},
            {"minute": 2, "page": "/b", "device": "desktop"},
            {"minute": 3, "event": "scroll"},
        )
    ).row(0, named=True)
    assert (visit["landing"], visit["exit"], visit["device"]) == ("/a", "/b", "mobile")
    assert (visit["n_events"], visit["n_pages"]) == (4, 2)
    assert visit["ended_at"] - visit["started_at"] == dt.timedelta(minutes=3)


def test_an_order_counts_once_however_often_its_page_of_thanks_is_opened() -> None:
    thanks = {"event": "purchase", "transaction_id": "T1"}
    visit = cut(
        events(thanks, thanks | {"minute": 1}, thanks | {"minute": 600}, thanks | {"visitor_id": "b", "minute": 5})
    )
    assert visit.select("order_id", "n_orders", "converted").rows() == [
        ("T1", 1, True),
        (None, 0, False),
        (None, 0, False),
    ]


def test_two_orders_in_a_visit_are_two() -> None:
    visit = cut(
        events(
            {"event": "purchase", "transaction_id": "T2"}, {"minute": 1, "event": "purchase", "transaction_id": "T1"}
        )
    )
    assert visit.select("order_id", "n_orders").rows() == [("T2", 2)]


def test_a_refund_or_an_empty_order_number_is_no_order() -> None:
    visit = cut(events({"event": "refund", "transaction_id": "T1"}, {"event": "purchase", "transaction_id": ""}))
    assert visit.select("order_id", "n_orders", "converted").rows() == [(None, 0, False)]


def test_visits_that_analytics_has_named_keep_together_whatever_their_pauses() -> None:
    frame = events(
        {"ga_session_id": "100"},
        {"minute": 200, "ga_session_id": "100"},
        {"minute": 1, "ga_session_id": "200"},
        {"minute": 2},
    )
    visit = cut(frame)
    assert dict(visit.select("session_id", "n_events").iter_rows()) == {"a.100": 2, "a.200": 1, "a.1785585720000000": 1}
    assert cut(frame, "ua")["n_events"].to_list() == [3, 1]


def test_events_that_do_not_count_are_in_no_visit() -> None:
    frame = events({"excluded": "robot_agent"}, {"minute": 1}, {"minute": 2, "excluded": "status"})
    named = with_ids(frame, sessions(frame))
    assert named["session_id"].to_list() == [None, "a.1785585660000000", None]
    assert cut(frame)["n_events"].to_list() == [1]


def test_later_events_rename_no_visit() -> None:
    first = events({}, {"minute": 10}, {"minute": 100})
    more = events(*[{}] * 3, {"minute": 105}, {"minute": 300}).tail(2)
    before, after = cut(first)["session_id"], cut(pl.concat([first, more]))["session_id"]
    assert set(before) <= set(after)


def test_moments_with_a_zone_are_ordered_by_the_instant() -> None:
    autumn = pl.Series(["2026-10-25T00:50:00", "2026-10-25T01:05:00"]).str.to_datetime(time_unit="us", time_zone="UTC")
    frame = events({"page": "/first"}, {"page": "/second"}).with_columns(
        ts=autumn.dt.convert_time_zone("Europe/Madrid")
    )
    visit = visits(sessions(frame)).row(0, named=True)
    assert (visit["landing"], visit["exit"]) == ("/first", "/second")
    assert visit["started_at"] == dt.datetime(2026, 10, 25, 2, 50)


def test_no_events_are_no_visits() -> None:
    nothing = sessions(events())
    assert visits(nothing).height == 0
    assert with_ids(events(), nothing).height == 0


def test_categories_of_text_make_the_same_visits() -> None:
    frame = events(
        {"source": "ig", "page": "/a"}, {"minute": 1, "event": "purchase", "transaction_id": "T", "page": "/b"}
    )
    compact = frame.with_columns(pl.exclude("ts", "event_id").cast(pl.Categorical))
    assert cut(compact).equals(cut(frame))


PLACES = st.sampled_from([None, "(direct)", "google", "ig", "checkout.wompi.co", "(not set)"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "visitor_id": st.sampled_from("ab"),
            "minute": st.integers(0, 12).map(lambda step: step * 15) | st.sampled_from([700, 719.5, 720, 721]),
            "event": st.sampled_from(["page_view", "scroll", "purchase"]),
            "source": PLACES,
            "page": st.none() | st.sampled_from(["/a", "/b"]),
            "transaction_id": st.none() | st.sampled_from(["T1", "T2"]),
            "excluded": st.sampled_from([None, None, None, "asset"]),
        }
    ),
    max_size=14,
)


def by_hand(frame: pl.DataFrame, mode: Mode) -> list[list[dict[str, object]]]:
    """Visits the slow way: events one after the other."""
    silent = (None, "(direct)", "checkout.wompi.co", "(not set)")
    found: list[list[dict[str, object]]] = []
    said: object = None
    for row in frame.filter(pl.col("excluded").is_null()).sort("visitor_id", "ts", "event_id").iter_rows(named=True):
        last = found[-1][-1] if found else None
        new = (
            last is None or last["visitor_id"] != row["visitor_id"] or row["ts"] - last["ts"] > dt.timedelta(minutes=30)
        )
        touch = row["source"] not in silent
        if not new and mode == "ua":
            assert last is not None
            new = row["ts"].date() != last["ts"].date() or (touch and said != row["source"] and row["ts"] > last["ts"])
        if new:
            found.append([])
            said = None
        said = row["source"] if touch else said
        found[-1].append(row)
    return found


@settings(max_examples=100, deadline=None)
@given(ROWS, st.sampled_from(["ga4", "ua"]))
def test_visits_are_those_one_finds_by_hand_in_any_order_of_rows(rows: list[dict[str, object]], mode: Mode) -> None:
    frame = events(*rows)
    expected = sorted(
        (
            visit[0]["visitor_id"],
            visit[0]["ts"],
            visit[-1]["ts"],
            len(visit),
            next((row["page"] for row in visit if row["page"]), None),
            next((row["page"] for row in reversed(visit) if row["page"]), None),
            next((row["source"] for row in visit if row["source"] in ("google", "ig")), "(direct)"),
        )
        for visit in by_hand(frame, mode)
    )
    columns = ["visitor_id", "started_at", "ended_at", "n_events", "landing", "exit", "source"]
    mixed = cut(frame.sample(fraction=1, shuffle=True, seed=3), mode)
    assert sorted(mixed.select(columns).rows(), key=str) == sorted(expected, key=str)
    assert mixed["session_id"].is_unique().all()
    assert mixed.equals(cut(frame, mode))


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_all_events_and_orders_are_in_one_visit(rows: list[dict[str, object]]) -> None:
    frame = events(*rows)
    visit = cut(frame)
    counted = frame.filter(pl.col("excluded").is_null())
    assert visit["n_events"].sum() == counted.height
    assert visit["n_orders"].sum() == purchases(frame.lazy()).height
    named = with_ids(frame, sessions(frame))
    sizes = named.drop_nulls("session_id").group_by("session_id").agg(n_events=pl.len())
    assert sizes.sort("session_id").equals(visit.select("session_id", "n_events").sort("session_id"))


@settings(max_examples=8, deadline=None)
@given(ROWS)
def test_parts_of_the_visitors_give_the_visits_of_the_whole(rows: list[dict[str, object]]) -> None:
    frame = events(*rows)
    placed = purchases(frame.lazy())
    parts = [visits(sessions(part), placed=placed) for part in by_visitors(frame.lazy(), 2)]
    assert pl.concat(parts).sort("session_id").equals(cut(frame).sort("session_id"))


def test_the_order_of_times_within_a_visit_never_falls() -> None:
    frame = events(*[{"minute": minute} for minute in (5, 3, 9, 1, 1)])
    made = sessions(frame)
    assert all(before <= after for before, after in pairwise(made.moments))
