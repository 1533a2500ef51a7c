from __future__ import annotations

import datetime as dt
import gzip

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.errors import CustintelError
from custintel.load.visits.access_log import REFUSALS, AccessLog, lines, parse

COMBINED = (
    '203.0.113.9 - - [01/Aug/2026:03:00:00 +0000] "GET /p/vela?utm_source=x HTTP/2.0" 200 512 '
    '"https://www.google.com/" "Mozilla/5.0 (iPhone)"'
)
COMMON = '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /pagina HTTP/1.0" 200 2326'
SITE = 'shop.example:443 2001:db8::1 - - [01/Aug/2026:03:00:01 +0000] "GET / HTTP/1.1" 200 - "-" "Mozilla/5.0 (X11)" .1'
QUOTED = r'203.0.113.9 - Juan P [01/Aug/2026:03:00:00 +0000] "GET /b HTTP/2.0" 404 0 "-" "Mozilla/5.0 (\"quoted\")"'
PROXIED = '198.51.100.4, 10.0.0.1 - - [01/Aug/2026:03:00:00 +0000] "GET /c HTTP/1.1" 200 12 "-" "Mozilla/5.0 (X11)"'


def read(*written: str, zone: str = "America/Bogota") -> AccessLog:
    return parse(lines("\n".join(written).encode()), zone=zone)


def test_the_combined_format_is_read_in_full() -> None:
    event = read(COMBINED).events.row(0, named=True)
    assert event | {"event_id": "", "visitor_id": ""} == {
        "event_id": "",
        "visitor_id": "",
        "ts": dt.datetime(2026, 7, 31, 22),
        "event": "page_view",
        "page": "/p/vela?utm_source=x",
        "referrer": "https://www.google.com/",
        "user_agent": "Mozilla/5.0 (iPhone)",
        "ip": "203.0.113.9",
        "method": "GET",
        "status": 200,
        "origin": "access_log",
    }


@pytest.mark.parametrize(
    ("line", "page", "agent", "address"),
    [
        (COMMON, "/pagina", None, "127.0.0.1"),
        (SITE, "/", "Mozilla/5.0 (X11)", "2001:db8::1"),
        (QUOTED, "/b", r"Mozilla/5.0 (\"quoted\")", "203.0.113.9"),
        (PROXIED, "/c", "Mozilla/5.0 (X11)", "198.51.100.4"),
    ],
)
def test_other_formats_are_read(line: str, page: str, agent: str | None, address: str) -> None:
    log = read(line)
    assert log.events.select("page", "user_agent", "ip").row(0) == (page, agent, address)
    assert log.refused.is_empty()


def test_lines_that_are_none_are_kept_with_their_number_and_reason() -> None:
    log = read(
        COMBINED,
        "garbage",
        "",
        '203.0.113.9 - - [31/Feb/2026:03:00:00 +0000] "GET / HTTP/2.0" 200 512 "-" "x"',
        r'203.0.113.9 - - [01/Aug/2026:03:00:00 +0000] "\x16\x03" 400 150 "-" "-"',
    )
    assert log.refused.select("row", "reason").rows() == [(2, "log.format"), (4, "log.time"), (5, "log.request")]
    assert log.refused["value"][0] == "garbage"


def test_a_compressed_log_reads_as_the_plain_one_does() -> None:
    plain = f"\ufeff{COMBINED}\r\n{COMMON}\r\n".encode()
    assert lines(gzip.compress(plain)).equals(lines(plain))
    assert parse(lines(plain), zone="UTC").events.height == 2


def test_a_damaged_compressed_log_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(CustintelError):
        lines(gzip.compress(COMBINED.encode())[:-12])


def test_an_address_with_one_browser_is_one_visitor() -> None:
    other = COMBINED.replace("iPhone", "Android")
    visitors = read(COMBINED, COMBINED.replace("/p/vela", "/x"), other).events["visitor_id"].to_list()
    assert visitors[0] == visitors[1] != visitors[2]


def test_overlapping_logs_name_the_same_events_alike_and_repeated_lines_apart() -> None:
    first, second = read(COMBINED, COMBINED, COMMON), read(COMMON, COMBINED, COMBINED, SITE)
    assert first.events["event_id"].n_unique() == 3
    assert set(first.events["event_id"]) < set(second.events["event_id"])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=60) | st.sampled_from([COMBINED, COMMON, SITE, QUOTED]), max_size=8))
def test_every_line_is_an_event_or_refused(written: list[str]) -> None:
    whole = lines("\n".join(written).encode(errors="replace"))
    log = parse(whole, zone="Europe/Madrid")
    filled = whole.filter(whole.str.strip_chars() != "").len()
    assert log.events.height + log.refused.height == filled
    assert set(log.refused["reason"]) <= set(REFUSALS)


def test_no_lines_are_no_events() -> None:
    log = parse(pl.Series([], dtype=pl.String), zone="UTC")
    assert (log.events.height, log.refused.height) == (0, 0)
