from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from custintel.errors import CustintelError
from custintel.load.visits.bots import PAGES_A_MINUTE, REASONS, account, exclusions, without_tests

PHONE = (
    "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)
NOON = dt.datetime(2026, 8, 1, 12)


def events(*rows: dict[str, object]) -> pl.DataFrame:
    usual = {
        "ts": NOON,
        "event": "page_view",
        "page": "/",
        "user_agent": PHONE,
        "ip": "198.51.100.1",
        "status": 200,
        "method": "GET",
    }
    return pl.DataFrame(
        [{"visitor_id": f"v{number}"} | usual | row for number, row in enumerate(rows)], infer_schema_length=None
    )


def reasons(*rows: dict[str, object], **options: list[str]) -> list[str | None]:
    return exclusions(events(*rows), **options)["excluded"].to_list()


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "facebookexternalhit/1.1",
        "WhatsApp/2.23.20.0",
        "python-requests/2.31",
        "curl/8.4.0",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/120.0 Safari/537.36",
        "Mozilla/5.0 (compatible; AnyCrawler)",
        "SomethingBot",
        "Mozilla/5.0 (compatible; visit https://nobody.example)",
        "Mozilla/5.0",
        "-",
        "",
    ],
)
def test_an_agent_that_is_a_robot_is_excluded(agent: str) -> None:
    assert reasons({"user_agent": agent}) == ["robot_agent"]


@pytest.mark.parametrize(
    "agent",
    [
        PHONE,
        "Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 335.1",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) [FBAN/FBIOS;FBAV/465.0]",
        "Opera/9.80 (Android; Opera Mini/36.2/119.132; U; es) Presto/2.12.423 Version/12.16",
        None,
    ],
)
def test_an_agent_of_people_counts(agent: str | None) -> None:
    assert reasons({"user_agent": agent}) == [None]


def test_a_browser_named_by_analytics_is_judged_by_its_name_only() -> None:
    frame = events({}, {}, {}).drop("user_agent").with_columns(browser=pl.Series(["Chrome", "AhrefsBot/7.0", None]))
    marked = exclusions(frame)
    assert marked["excluded"].to_list() == [None, "robot_agent", None]
    assert marked["bot"].to_list() == [False, True, False]


def test_who_asks_for_what_only_robots_ask_for_is_a_robot_in_everything() -> None:
    pages = [{"visitor_id": "a", "page": "/robots.txt"}, {"visitor_id": "a"}, {"visitor_id": "b", "page": "/.env"}, {}]
    assert reasons(*pages) == ["robot_pages", "robot_pages", "robot_pages", None]


def test_more_pages_in_a_minute_than_anybody_reads_are_a_robots() -> None:
    fast = [{"visitor_id": "a", "ts": NOON + dt.timedelta(milliseconds=n)} for n in range(PAGES_A_MINUTE + 1)]
    slow = [{"visitor_id": "b", "ts": NOON + dt.timedelta(seconds=n)} for n in range(PAGES_A_MINUTE)]
    clicks = [{"visitor_id": "c", "event": "scroll"} for _ in range(PAGES_A_MINUTE + 1)]
    marked = exclusions(events(*fast, *slow, *clicks))
    assert dict(marked.group_by("visitor_id").agg(pl.col("excluded").first()).iter_rows()) == {
        "a": "robot_speed",
        "b": None,
        "c": None,
    }


def test_files_requests_and_failures_are_told_apart() -> None:
    rows = [
        {"page": "/css/site.css?v=3"},
        {"page": "https://s.example/logo.WEBP"},
        {"page": "/wp-json/x"},
        {"method": "POST"},
        {"status": 302},
        {"status": 304},
        {"status": 404},
        {"status": 500},
        {"page": "/guia.pdf"},
        {"page": "/health-y-belleza"},
    ]
    assert reasons(*rows) == ["asset", "asset", "asset", "method", "redirect", None, "status", "status", None, None]


def test_the_shops_own_addresses_are_excluded() -> None:
    rows = [
        {"ip": "203.0.113.7"},
        {"ip": "10.20.30.40"},
        {"ip": "2001:db8::9"},
        {"ip": "::ffff:203.0.113.7"},
        {"ip": "nobody"},
        {"ip": None},
    ]
    internal = ["203.0.113.7", "10.0.0.0/8", "2001:db8::/32"]
    assert reasons(*rows, internal=internal) == ["internal"] * 4 + [None, None]


def test_an_address_that_is_none_is_an_error_that_says_what_to_write() -> None:
    with pytest.raises(CustintelError) as told:
        reasons({}, internal=["10.0.0.0/40"])
    assert told.value.seen == "10.0.0.0/40"
    assert "203.0.113.0/24" in told.value.hint


def test_every_event_is_accounted_for() -> None:
    marked = exclusions(events({}, {"user_agent": "curl/8"}, {"status": 404}, {"visitor_id": "v0"}))
    told = account(marked)
    assert told["events"].sum() == marked.height
    assert told.rows() == [(None, 2, 1), ("robot_agent", 1, 1), ("status", 1, 1)]
    assert set(told["reason"].drop_nulls()) <= set(REASONS)


def test_what_was_excluded_before_stays_excluded_without_its_evidence() -> None:
    marked = exclusions(events({"user_agent": "curl/8"}, {}))
    again = exclusions(marked.drop("user_agent", "ip", "status", "method"))
    assert again.select("excluded", "bot").equals(marked.select("excluded", "bot"))


def test_the_whole_visit_of_a_test_order_is_excluded() -> None:
    frame = pl.DataFrame(
        {
            "session_id": ["s1", "s1", "s2", None],
            "transaction_id": [None, "T1", "T2", "T1"],
            "excluded": pl.Series([None, None, None, "robot_agent"], dtype=pl.String),
        }
    )
    marked = without_tests(frame, pl.Series(["T1"]))
    assert marked["excluded"].to_list() == ["test_order", "test_order", None, "robot_agent"]
