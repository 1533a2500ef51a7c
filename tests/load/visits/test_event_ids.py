from __future__ import annotations

import datetime as dt

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.load.visits.event_ids import event_ids

NOON = dt.datetime(2026, 8, 1, 12)


def frame(rows: list[tuple[str, int, str, str | None]]) -> pl.DataFrame:
    cells = [(visitor, NOON + dt.timedelta(microseconds=late), event, sku) for visitor, late, event, sku in rows]
    schema = {"visitor_id": pl.String, "ts": pl.Datetime("us"), "event": pl.String, "sku": pl.String}
    return pl.DataFrame(cells, schema=schema, orient="row")


ROWS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.integers(0, 2),
        st.sampled_from(["page_view", "view_item"]),
        st.none() | st.sampled_from("xy"),
    ),
    max_size=12,
)


def test_a_name_says_visitor_instant_and_event() -> None:
    names = event_ids(frame([("a", 0, "page_view", None), ("a", 0, "page_view", None), ("b", 1, "view_item", "x")]))
    assert names.to_list() == [
        "a.1785585600000000.page_view",
        "a.1785585600000000.page_view.1",
        "b.1785585600000001.view_item",
    ]


@settings(max_examples=80, deadline=None)
@given(ROWS, st.randoms())
def test_names_differ_and_do_not_depend_on_the_order_of_rows(
    rows: list[tuple[str, int, str, str | None]], random: object
) -> None:
    events = frame(rows)
    named = events.with_columns(event_id=event_ids(events))
    assert named["event_id"].is_unique().all()
    mixed = events.sample(fraction=1, shuffle=True, seed=1)
    again = mixed.with_columns(event_id=event_ids(mixed))
    assert again.sort("event_id").equals(named.sort("event_id"))
