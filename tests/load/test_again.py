"""What is loaded again, or overlaps with what was loaded, counts once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from itertools import permutations
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.kpis.costs_file import parse_costs
from custintel.kpis.survey import Tables, survey
from custintel.load.kinds import LOADED
from custintel.load.versions import newest_items, newest_orders
from custintel.tables.order_items import ORDER_ITEMS
from custintel.tables.orders import ORDER_STATUS, ORDERS
from custintel.tables.refused import REFUSED
from custintel.tables.spend import SPEND

from .conftest import Desk
from .conftest import Tables as Loaded

APRIL = (
    "order_id,ordered_at,total,status,sku,qty,unit_price\n"
    "1,2026-04-01,10,delivered,A,1,10\n2,2026-04-02,30,paid,A,1,10\n2,2026-04-02,30,paid,B,2,10\n"
)
MAY = (
    "order_id,ordered_at,total,status,sku,qty,unit_price\n"
    "2,2026-04-02,10,delivered,A,1,10\n3,2026-05-01,50,paid,C,5,10\n"
)


def _same(some: Loaded, others: Loaded) -> bool:
    return all(some[table].equals(others[table]) for table in LOADED.values())


def test_a_file_loaded_again_changes_nothing_under_any_name(desk: Desk) -> None:
    once = desk.load(desk.write("april.csv", APRIL))
    assert _same(desk.load(desk.write("april.csv", APRIL), before=once), once)
    renamed = desk.load(desk.write("copy.csv", APRIL), before=once)
    assert renamed[ORDERS].drop("source_file").equals(once[ORDERS].drop("source_file"))


def test_of_overlapping_exports_the_later_one_counts_with_its_lines_in_any_order_of_loading(desk: Desk) -> None:
    files = [desk.write("april.csv", APRIL), desk.write("may.csv", MAY)]
    ways = [desk.load(files[b], before=desk.load(files[a])) for a, b in permutations(range(2))]
    ways.append(desk.load(*files))
    for tables in ways:
        assert dict(tables[ORDERS].select("number", "total").iter_rows()) == {"1": 10, "2": 10, "3": 50}
        assert tables[ORDER_ITEMS].select("number", "line_no", "sku").rows() == [
            ("1", 1, "A"), ("2", 1, "A"), ("3", 1, "C"),
        ]  # fmt: skip
    assert _same(ways[0], ways[1])


def test_an_order_that_was_edited_sells_and_costs_what_it_is_now(desk: Desk) -> None:
    """Order 2 lost an article: 10 and not 30. Packing at 1 a unit and a gateway of 10 %: 1 + 1, and not 3 + 3."""
    edited = desk.load(desk.write("may.csv", MAY), before=desk.load(desk.write("april.csv", APRIL)))
    items = b"  - {category: packaging, rate: 1}\n  - {category: payment_fees, rate: 10%}\n"
    costs, _ = parse_costs(b"currency: COP\ncosts:\n" + items)
    assert costs is not None
    made = survey(Tables(edited[ORDERS], items=edited[ORDER_ITEMS]), costs)
    (margin,) = (row for row in made.order_margins.iter_rows(named=True) if row["order_id"].endswith("2"))
    assert (margin["net_sales"], margin["profit"]) == (10, 8)
    spent = made.ledger.cost_ledger.filter(pl.col("order_id").cast(pl.String).str.ends_with("2"))
    assert spent["base_minor"].to_list() == [100, 100]


def test_an_order_that_was_given_back_stays_so_when_an_older_export_comes_later(desk: Desk) -> None:
    new = desk.write("new.csv", "order_id,ordered_at,total,status,refunded\n1,2026-04-01,10,returned,10\n")
    old = desk.write(
        "old.csv", "order_id,ordered_at,total,status,refunded\n1,2026-04-01,10,delivered,0\n9,2026-06-01,1,paid,0\n"
    )
    orders = desk.load(old, before=desk.load(new))[ORDERS]
    assert orders.filter(pl.col("number") == "1").select("status", "refunded").row(0) == ("returned", Decimal(10))


def test_reports_that_overlap_do_not_count_a_day_twice(desk: Desk) -> None:
    header = "date,date_to,campaign,amount,clicks\n"
    weeks = desk.write("weeks.csv", header + "2026-05-04,2026-05-10,Velas,70,7\n2026-05-04,2026-05-10,Café,7,7\n")
    days = desk.write("days.csv", header + "2026-05-10,2026-05-10,Velas,11,1\n2026-05-11,2026-05-11,Velas,12,1\n")
    for first, second in ((weeks, days), (days, weeks)):
        spend = desk.load(second, before=desk.load(first))[SPEND]
        assert dict(spend.group_by("campaign").agg(pl.col("amount").sum()).iter_rows()) == {"Velas": 83, "Café": 7}


def test_a_campaign_in_more_detail_takes_the_place_of_the_same_days_in_less(desk: Desk) -> None:
    whole = desk.write("a.csv", "date,campaign,amount\n2026-05-10,Velas,30\n")
    parts = desk.write(
        "b.csv", "date,campaign,ad,amount\n2026-05-10,Velas,Uno,10\n2026-05-10,Velas,Dos,21\n2026-05-11,Velas,Dos,1\n"
    )
    assert desk.load(parts, before=desk.load(whole))[SPEND]["amount"].sum() == 32


def test_what_was_refused_is_told_once_and_forgotten_when_the_file_is_mended(desk: Desk) -> None:
    header = "order_id,ordered_at,total\n"
    broken = desk.write("o.csv", header + "1,2026-05-13,mucho\n2,2026-05-13,10\n")
    tables = desk.load(broken)
    told = tables[REFUSED].select("field", "row", "value", "reason").rows()
    assert told == [(None, 2, "1", "row.incomplete"), ("orders.total", 2, "mucho", "number.unreadable")]
    assert desk.load(broken, before=tables)[REFUSED].equals(tables[REFUSED])
    mended = desk.load(desk.write("o.csv", header + "1,2026-05-13,5\n2,2026-05-13,10\n"), before=tables)
    assert mended[REFUSED].is_empty()
    assert mended[ORDERS].height == 2


def test_what_cleaning_refused_stays(desk: Desk) -> None:
    row = {
        "run_id": "r1",
        "source": "crm.csv",
        "sheet": "",
        "row": 3,
        "field": "email",
        "value": "x",
        "reason": "email.syntax",
    }
    before = {REFUSED: REFUSED.fill(pl.DataFrame([{**row, "record_id": "r"}], schema=REFUSED.schema))}
    assert desk.load(desk.write("april.csv", APRIL), before=before)[REFUSED].height == 1


STATES = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3"]),
        st.sampled_from(["placed", "paid", "shipped", "delivered", "returned"]),
        st.integers(1, 20),
        st.integers(1, 30),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda state: (state[0], state[1], state[2], state[3]),
)


def _orders(state: tuple[str, str, int, int]) -> pl.DataFrame:
    number, status, day, exported = state
    known: dict[str, Any] = {
        "number": [number], "origin": ["shop"], "stated_status": [status], "total": [Decimal(exported * 100 + day)],
        "ordered_at": [dt.datetime(2026, 5, day)], "exported_at": [dt.datetime(2026, 6, exported)],
    }  # fmt: skip
    types = {"stated_status": ORDER_STATUS, "total": pl.Decimal(18, 2)}
    return pl.DataFrame(
        known, schema_overrides={**types, "ordered_at": pl.Datetime("us"), "exported_at": pl.Datetime("us")}
    )


@settings(max_examples=40, deadline=None)
@given(STATES, st.randoms(use_true_random=False))
def test_the_order_of_loading_makes_no_difference(states: list[tuple[str, str, int, int]], random: Any) -> None:
    frames = [_orders(state) for state in states]
    shuffled = [*frames]
    random.shuffle(shuffled)
    columns = ["number", "stated_status", "total", "ordered_at", "exported_at"]
    some, others = (newest_orders(ORDERS.empty(), way).select(columns).sort("number") for way in (frames, shuffled))
    assert some.equals(others)
    one_by_one = ORDERS.empty()
    for frame in shuffled:
        one_by_one = newest_orders(one_by_one, [frame]).drop("_age")
    assert one_by_one.select(columns).sort("number").equals(some)


@settings(max_examples=30, deadline=None)
@given(STATES)
def test_the_lines_of_an_order_are_all_of_one_file(states: list[tuple[str, str, int, int]]) -> None:
    frames = [_orders(state) for state in states]
    lines = [
        frame.select("number", "origin", "exported_at").with_columns(
            sku=pl.lit(str(at)), line_no=pl.lit(n, pl.Int32), qty=pl.lit(1.0)
        )
        for at, frame in enumerate(frames)
        for n in (1,)
    ]
    both = [pl.concat([one, one.with_columns(line_no=pl.lit(2, pl.Int32))]) for one in lines]
    orders = newest_orders(ORDERS.empty(), frames)
    items = newest_items(ORDER_ITEMS.empty(), both, orders)
    files = items.group_by("number").agg(pl.col("sku").n_unique(), pl.len())
    assert files.select("sku", "len").unique().rows() == [(1, 2)]


@pytest.mark.parametrize("times", [2, 3])
def test_events_that_come_again_are_the_same_events(desk: Desk, times: int, run: Callable[..., Loaded]) -> None:
    text = "ts,visitor_id,event,page\n2026-05-13 10:00:00,v1,page_view,/\n2026-05-13 10:00:00,v1,page_view,/\n"
    once = desk.load(desk.write("e.csv", text))
    again = once
    for _ in range(times):
        again = run(desk.parts(desk.write("e.csv", text)), again)
    assert _same(once, again)
