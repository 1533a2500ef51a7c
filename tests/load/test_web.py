"""Events and logs of websites: the export of Google Analytics 4, access logs, and what they say of orders."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from custintel.errors import CustintelError
from custintel.load.conventions import Given
from custintel.tables.events import EVENTS
from custintel.tables.orders import ORDERS
from custintel.tables.visits import VISITS

from .conftest import Desk

BOGOTA = Given(country="CO", timezone="America/Bogota")


def _event(moment: str, name: str, **parameters: Any) -> dict[str, Any]:
    """An event as BigQuery exports it: whole numbers as text, parameters as a list of records."""
    micros = int(dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC).timestamp()) * 1_000_000
    known = {"ga_session_id": 77, "page_location": "https://shop.example/gracias?utm_source=x", **parameters}
    values = [
        {"key": key, "value": {"string_value": value} if isinstance(value, str) else {"int_value": str(value)}}
        for key, value in known.items()
    ]
    return {
        "event_timestamp": str(micros),
        "event_name": name,
        "user_pseudo_id": "111.222",
        "event_params": values,
        "device": {"category": "mobile", "web_info": {"browser": "Chrome"}},
        "geo": {"country": "Colombia", "city": "Cali"},
        "collected_traffic_source": {"manual_source": "google", "manual_medium": "cpc", "gclid": "abc"},
        "ecommerce": {"transaction_id": parameters.get("transaction_id", "(not set)")},
        "items": [{"item_id": "V1", "item_category": "Velas"}],
    }


EXPORT = [
    _event("2026-05-13T15:00:00", "session_start"),
    _event("2026-05-13T16:10:00", "purchase", transaction_id="1001", value=45_900, currency="COP"),
    _event("2026-05-13T16:10:00", "purchase", transaction_id="1001", value=45_900, currency="COP"),
    _event("2026-05-13T16:12:00", "purchase", transaction_id="1001", value=45_900, currency="COP"),
]


def _write(desk: Desk, form: str) -> str:
    if form == "lines":
        return desk.write("events.json", "\n".join(map(json.dumps, EXPORT)))
    if form == "list":
        return desk.write("events.json", json.dumps(EXPORT))
    path = desk.folder / "events.parquet"
    pl.DataFrame(EXPORT).with_columns(pl.col("event_timestamp").cast(pl.Int64)).write_parquet(path)
    return str(path)


@pytest.mark.parametrize("form", ["lines", "list", "parquet"])
def test_the_export_of_ga4_is_read_from_json_and_parquet(desk: Desk, form: str) -> None:
    file = _write(desk, form)
    part = desk.part(file, given=BOGOTA)
    assert (part.platform, part.table, part.used, part.span) == (
        "Google Analytics 4", "events", 4, (dt.date(2026, 5, 13), dt.date(2026, 5, 13)),
    )  # fmt: skip
    event = part.rows.row(1, named=True)
    assert (event["ts"], event["city"], event["sku"], event["click_id"]) == (
        dt.datetime(2026, 5, 13, 11, 10), "Cali", "V1", "gclid.abc",
    )  # fmt: skip
    visits = desk.load(file, given=BOGOTA)[VISITS]
    assert visits.select("session_id", "n_orders", "order_id", "channel").rows() == [
        ("111.222.77", 1, "1001", "Paid Search")
    ]


def test_without_a_time_zone_times_stay_universal_and_that_is_said(desk: Desk) -> None:
    part = desk.part(_write(desk, "lines"))
    assert [note.code for note in part.notes] == ["universal_time"]
    assert part.rows["ts"][1] == dt.datetime(2026, 5, 13, 16, 10)


def test_json_that_is_something_else_is_refused_with_what_was_seen(desk: Desk) -> None:
    with pytest.raises(CustintelError, match="event_timestamp") as refused:
        desk.parts(desk.write("x.json", '{"name": "Ana"}\n'))
    assert refused.value.seen == "columns: name"


@pytest.mark.parametrize("text", ["{", "[1, 2", '{"a": 1}\nnonsense'])
def test_damaged_json_is_refused_in_words(desk: Desk, text: str) -> None:
    with pytest.raises(CustintelError):
        desk.parts(desk.write("x.json", text))


LOG = (
    '203.0.113.9 - - [13/May/2026:11:10:00 -0500] "GET /p/v1 HTTP/1.1" 200 51 "https://www.google.com/" "{agent}"\n'
    '203.0.113.9 - - [13/May/2026:11:11:00 -0500] "GET /checkout HTTP/1.1" 200 51 "-" "{agent}"\n'
    "nonsense\n"
).format(agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0.0.0 Safari/537.36")


@pytest.mark.parametrize("packed", [False, True])
def test_access_logs_are_known_by_their_lines_packed_or_not(desk: Desk, packed: bool) -> None:
    path = Path(desk.folder) / ("access.log.gz" if packed else "access.log")
    path.write_bytes(gzip.compress(LOG.encode()) if packed else LOG.encode())
    part = desk.part(str(path), given=BOGOTA)
    assert (part.table, part.platform, part.read, part.used) == ("events", "access log", 3, 2)
    assert part.refused.select("row", "value", "reason").rows() == [(3, "nonsense", "log.format")]
    visits = desk.load(str(path), given=BOGOTA)[VISITS]
    assert visits.select("n_pages", "landing", "channel").rows() == [(2, "/p/v1", "Organic Search")]


SEEN = "ts,visitor_id,event,page,source,medium,campaign,transaction_id\n" + (
    "2026-05-13 10:00:00,v1,page_view,/,facebook,cpc,Velas,\n2026-05-13 10:09:00,v1,purchase,/gracias,,,,1001\n"
)


def test_an_order_comes_from_the_visit_in_which_it_was_placed_whichever_is_loaded_first(desk: Desk) -> None:
    orders = desk.write("o.csv", "order_id,ordered_at,total\n#1001,2026-05-13 10:09,10\n#1002,2026-05-13,10\n")
    events = desk.write("e.csv", SEEN)
    after, first = desk.load(events, before=desk.load(orders)), desk.load(orders, before=desk.load(events))
    for tables in (after, first):
        assert tables[ORDERS].select("number", "channel", "campaign", "touched_by").rows() == [
            ("#1001", "Paid Social", "Velas", "visit"),
            ("#1002", None, None, None),
        ]
    assert after[EVENTS].equals(first[EVENTS])


def test_a_coupon_of_an_offline_action_says_where_an_order_came_from_when_nothing_better_does(desk: Desk) -> None:
    header = "order_id,ordered_at,total,coupon\n"
    rows = "1001,2026-05-13,9,feria20\n1002,2026-05-13,9,FERIA20\n1003,2026-04-01,9,FERIA20\n1004,2026-05-14,9,OTRO\n"
    orders = desk.write("o.csv", header + rows)
    actions = desk.write("a.csv", "action_id,name,medium,from,coupon_prefix\nA1,Feria,offline,2026-05-01,FERIA\n")
    tables = desk.load(orders, actions, desk.write("e.csv", SEEN))
    assert tables[ORDERS].select("number", "channel", "campaign", "touched_by").rows() == [
        ("1001", "Paid Social", "Velas", "visit"),
        ("1002", "Offline", "Feria", "coupon"),
        ("1003", None, None, None),
        ("1004", None, None, None),
    ]


def test_visits_with_a_test_order_do_not_count(desk: Desk) -> None:
    orders = desk.write("o.csv", "order_id,ordered_at,total,status\n1001,2026-05-13,10,prueba\n")
    assert desk.load(orders, desk.write("e.csv", SEEN))[VISITS].is_empty()
