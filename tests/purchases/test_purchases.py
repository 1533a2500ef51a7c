"""Which orders are purchases, and what each brought."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel.purchases.purchases import Purchases, purchases
from custintel.purchases.summary import SUMMARY, summary
from custintel.tables import ORDER_MARGINS, ORDERS

NOTHING = ORDER_MARGINS.empty()
MAY = dt.datetime(2026, 5, 4, 10)


def order(number: str, who: str | None = "ana", status: str = "delivered", **more: Any) -> dict[str, Any]:
    row = {"order_id": number, "customer_id": who, "ordered_at": MAY, "status": status, "currency": "COP"}
    total = Decimal(more.pop("total", 100))
    return {**row, "total": total, "net_revenue": total, **more}


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {name: ORDERS.schema[name] for name in order("A")}
    return pl.DataFrame(list(rows), schema=schema)


def margin(number: str, net: int, costs: int, advertising: int = 0) -> pl.DataFrame:
    left = net - costs
    row = {"order_id": number, "placed_on": MAY.date(), "counted": True, "currency": "COP", "net_sales": net}
    groups = dict.fromkeys(("product", "payment", "post_sale", "commercial", "tax"), 0)
    row |= {**groups, "fulfilment": costs, "acquisition": advertising, "margin": left, "profit": left - advertising}
    return pl.DataFrame([{k: Decimal(v) if isinstance(v, int) and k != "counted" else v for k, v in row.items()}]).cast(
        dict(ORDER_MARGINS.schema)  # type: ignore[arg-type]
    )


def by_order(found: Purchases) -> dict[str, dict[str, Any]]:
    return {row["order_id"]: row for row in found.frame.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("status", "bought", "net"),
    [
        ("placed", True, 10_000),
        ("shipped", True, 10_000),
        ("delivered", True, 10_000),
        ("returned", False, 10_000),
        ("refused", False, 0),
        ("cancelled", False, 0),
    ],
)
def test_what_was_refused_or_cancelled_brings_nothing_and_is_no_purchase(status: str, bought: bool, net: int) -> None:
    (row,) = purchases(table(order("A", status=status)), NOTHING).frame.iter_rows(named=True)
    assert (row["bought"], row["net"]) == (bought, net)


def test_tests_are_left_out_and_orders_of_nobody_are_counted() -> None:
    found = purchases(table(order("A", status="test"), order("B", None), order("C")), NOTHING)
    assert (list(by_order(found)), found.unknown) == (["C"], 1)


def test_a_credit_takes_money_off_and_is_no_purchase() -> None:
    found = purchases(table(order("A"), order("B", total=-40, status="returned"), order("C", total=0)), NOTHING)
    assert {number: row["bought"] for number, row in by_order(found).items()} == {"A": True, "B": False, "C": False}
    assert found.frame["net"].sum() == 6_000


def test_without_costs_only_the_usual_currency_can_be_added_up() -> None:
    rows = table(order("A"), order("B"), order("C", currency="USD"), order("D", currency=None))
    found = purchases(rows, NOTHING)
    assert (found.currency, found.foreign, found.priced) == ("COP", 1, False)
    assert sorted(by_order(found)) == ["A", "B", "D"]
    assert purchases(rows, NOTHING, currency="USD").frame.height == 2


def test_counted_costs_give_margin_and_the_currency_they_were_counted_in() -> None:
    counted = pl.concat([margin("A", 84, 30, 10), margin("C", 400, 100)])
    found = purchases(table(order("A"), order("B"), order("C", currency="USD")), counted)
    rows = by_order(found)
    assert (rows["A"]["net"], rows["A"]["margin"], rows["A"]["acquisition"]) == (8_400, 5_400, 1_000)
    assert rows["C"]["margin"] == 30_000
    assert (rows["B"]["net"], rows["B"]["margin"]) == (10_000, None)
    assert (found.unpriced, found.priced, found.foreign) == (1, True, 0)


def test_the_last_day_of_the_data_is_the_day_from_which_time_counts() -> None:
    rows = table(order("A"), order("B", None, ordered_at=MAY + dt.timedelta(days=9)))
    assert purchases(rows, NOTHING).as_of == dt.date(2026, 5, 13)
    early = purchases(rows, NOTHING, as_of=dt.date(2026, 5, 12))
    assert (early.as_of, early.unknown) == (dt.date(2026, 5, 12), 0)
    assert purchases(table(), NOTHING).as_of is None


def test_a_buyer_is_summed_up_by_hand() -> None:
    """Bought on 4 May twice and on 14 May, 50 were credited on the 20th; the data end on the 24th."""
    rows = table(
        order("A"),
        order("B", total=50),
        order("C", ordered_at=MAY + dt.timedelta(days=10), total=30),
        order("D", ordered_at=MAY + dt.timedelta(days=16), status="returned", total=-50),
        order("E", "luis", ordered_at=MAY + dt.timedelta(days=20), status="refused"),
    )
    found = purchases(rows, margin("A", 84, 30, 10))
    assert found.as_of is not None
    ana, luis = summary(found.frame, found.as_of).iter_rows(named=True)
    assert (ana["orders"], ana["days"], ana["undone"]) == (3, 2, 0)
    assert (ana["recency"], ana["span"], ana["age"]) == (10, 10, 20)
    assert ana["net"] == 84 + 50 + 30 - 50
    assert ana["ticket"] == pytest.approx((84 + 50 + 30) / 3)
    assert (ana["margin"], ana["acquisition"]) == (54, 10)
    assert (luis["orders"], luis["recency"], luis["ticket"], luis["margin"]) == (0, None, None, None)
    assert luis["undone"] == 1


ROWS = st.lists(
    st.builds(
        lambda who, status, days, total: {"who": who, "status": status, "days": days, "total": total},
        st.sampled_from(["ana", "luis", "eva"]),
        st.sampled_from(["placed", "delivered", "returned", "refused", "cancelled"]),
        st.integers(0, 60),
        st.decimals(-500, 500, places=2, allow_nan=False, allow_infinity=False),
    ),
    min_size=1,
    max_size=25,
)


@given(ROWS, st.randoms())
def test_sums_are_exact_and_no_order_of_rows_changes_them(rows: list[dict[str, Any]], random: Any) -> None:
    made = [
        order(str(n), row["who"], row["status"], total=row["total"], ordered_at=MAY + dt.timedelta(days=row["days"]))
        for n, row in enumerate(rows)
    ]
    found = purchases(table(*made), NOTHING)
    assert found.as_of is not None
    people = summary(found.frame, found.as_of)
    assert people.schema == SUMMARY
    assert people["orders"].sum() == found.frame["bought"].sum()
    kept = sum(row["total"] for row in rows if row["status"] not in ("refused", "cancelled"))
    assert round(people["net"].sum() * 100) == int(kept * 100)
    random.shuffle(made)
    assert summary(purchases(table(*made), NOTHING).frame, found.as_of).equals(people)
