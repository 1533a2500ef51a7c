"""No discount that the guard allows loses money by the ledger."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from math import floor
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.goals.earnings import Earnings
from custintel.goals.guard import guard, line_costs, order_costs
from custintel.goals.threshold import threshold
from custintel.tables import COST_LEDGER, ORDER_MARGINS

GROUPS = ("product", "fulfilment", "payment", "post_sale", "commercial", "tax")
DAY = dt.date(2026, 10, 1)


def ledger(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of the ledger; amounts in hundredths."""
    usual = {"line_no": None, "category": "cogs", "cost_group": "product", "driver": "actual", "rule_line": 1}
    made = [
        {
            **dict.fromkeys(COST_LEDGER.schema),
            **usual,
            "currency": "COP",
            "date": DAY,
            **row,
            "base_minor": row["amount_minor"],
        }
        for row in rows
    ]
    return pl.DataFrame(made, schema=COST_LEDGER.schema, orient="row")


def margins(sold: dict[str, float], costs: pl.DataFrame) -> pl.DataFrame:
    """What orders sold, and the ledger added up, as ``ci kpis`` does."""
    rows = []
    for order, net in sold.items():
        own = costs.filter(pl.col("order_id") == order)
        groups = {
            group: Decimal(int(own.filter(pl.col("cost_group").cast(pl.String) == group)["base_minor"].sum())) / 100
            for group in (*GROUPS, "acquisition")
        }
        margin = Decimal(str(net)) - sum(groups[group] for group in GROUPS)
        rows.append(
            {
                "order_id": order, "placed_on": DAY, "counted": True, "currency": "COP", "net_sales": Decimal(str(net)),
                **groups, "margin": margin, "profit": margin - groups["acquisition"],
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema=ORDER_MARGINS.schema, orient="row")


def fee(order: str, amount: int) -> dict[str, Any]:
    return {
        "order_id": order, "amount_minor": amount, "category": "payment_fees", "cost_group": "payment",
        "driver": "pct_collected", "rule_line": 7,
    }  # fmt: skip


def goods(order: str, amount: int, line: int | None = None) -> dict[str, Any]:
    return {"order_id": order, "amount_minor": amount, "line_no": line}


def shipped(order: str, amount: int) -> dict[str, Any]:
    kind = {"category": "transport", "cost_group": "fulfilment", "driver": "per_shipment"}
    return {"order_id": order, "amount_minor": amount, **kind}


def test_the_limit_worked_out_by_hand() -> None:
    """Three orders of 100, 200 and 300; goods 50, 100, 150; a fee of 10 % : 10, 20, 30.

    Of the fee what is above the least (10) shrinks, but of the highest nothing may: 10. So S 600, V 10, F 300 + 50,
    and 1 - 350 / 590 = 40.67 %, down to 40 %.
    """
    sold = {"a": 100.0, "b": 200.0, "c": 300.0}
    costs = ledger(*(goods(o, int(50 * v)) for o, v in sold.items()), *(fee(o, int(10 * v)) for o, v in sold.items()))
    found = guard(order_costs(margins(sold, costs), costs), []).row(0, named=True)
    assert found["max_discount"] == 0.40
    assert found["why"] is None
    assert found["left"] == pytest.approx((600 - 300 - 60) / 3)


def test_costs_that_do_not_shrink_leave_less_to_take_off() -> None:
    sold = {f"o{n}": 100.0 * (n + 1) for n in range(20)}
    shares = [fee(o, round(20 * v)) for o, v in sold.items()]
    fixed = [{**row, "driver": "per_order", "amount_minor": 21_000} for row in shares]
    limits = []
    for more in (shares, fixed):
        costs = ledger(*(goods(o, 5000) for o in sold), *more)
        limits.append(guard(order_costs(margins(sold, costs), costs), []).row(0, named=True)["max_discount"])
    assert limits[0] > limits[1]


def test_advertising_that_was_spent_is_no_cost_of_selling() -> None:
    spent = {"order_id": "a", "amount_minor": 9000, "category": "media", "cost_group": "acquisition"}
    costs = ledger(goods("a", 5000), spent)
    assert guard(order_costs(margins({"a": 100.0}, costs), costs), []).row(0, named=True)["max_discount"] == 0.49


@pytest.mark.parametrize(
    ("sold", "cost", "why"),
    [
        (100.0, 0, "goods_not_counted"),
        (0.0, 5000, "never_sold"),
        (-20.0, 5000, "never_sold"),
        (100.0, 12000, "leaves_nothing"),
        (100.0, 9999, "leaves_nothing"),
    ],
)
def test_where_nothing_may_be_taken_off_the_reason_is_told(sold: float, cost: int, why: str) -> None:
    costs = ledger(goods("a", cost)) if cost else ledger(fee("a", 100))
    found = guard(order_costs(margins({"a": sold}, costs), costs), []).row(0, named=True)
    assert (found["max_discount"], found["why"]) == (None, why)


def test_each_article_bears_its_own_goods_and_its_part_of_the_order() -> None:
    """An order of 300 and 100 with goods of 60 and 90 and a parcel of 40: 30 and 10 of it."""
    costs = ledger(
        goods("a", 6000, 1), goods("a", 9000, 2),
        shipped("a", 4000),
    )  # fmt: skip
    lines = pl.DataFrame({"order_id": ["a", "a"], "line_no": [1, 2], "article": ["x", "y"], "net": [30000, 10000]},
                         schema_overrides={"line_no": pl.Int32})  # fmt: skip
    orders = order_costs(margins({"a": 400.0}, costs), costs)
    found = line_costs(orders, lines, costs, "COP")
    assert found.select("article", "sold", "fixed", "goods").rows() == [
        ("x", 300.0, 90.0, 60.0),
        ("y", 100.0, 100.0, 90.0),
    ]
    limits = guard(found, ["article"])
    assert limits["max_discount"][0] == pytest.approx(0.69)
    assert limits["max_discount"][1] is None


RULE = st.sampled_from(["share", "least", "most", "with fixed part", "per order"])


@settings(deadline=None, max_examples=150)
@given(
    prices=st.lists(st.integers(1_000, 1_000_000), min_size=1, max_size=12),
    goods_share=st.floats(0.05, 1.1),
    parcel=st.integers(0, 20_000),
    rules=st.lists(st.tuples(RULE, st.floats(0.0, 0.3), st.integers(0, 50_000)), max_size=3),
    split=st.floats(0.1, 0.9),
)
def test_at_the_price_the_guard_allows_every_cost_is_still_paid(
    prices: list[int], goods_share: float, parcel: int, rules: list[tuple[str, float, int]], split: float
) -> None:
    """The ledger is made anew at the lower price, by the rules that made it: nothing is lost.

    Prices and costs are hundredths; a rule is a share of the price, with a minimum, a maximum or a fixed part.
    """

    def charge(rule: tuple[str, float, int], price: float) -> float:
        kind, rate, amount = rule
        share = rate * price
        return {
            "share": share, "least": max(share, amount), "most": min(share, amount), "with fixed part": share + amount,
            "per order": float(amount),
        }[kind]  # fmt: skip

    rows, sold, lines = [], {}, []
    for number, price in enumerate(prices):
        order = f"o{number:02}"
        sold[order] = price / 100
        parts = [round(price * split), price - round(price * split)]
        for line, part in enumerate(parts, 1):
            rows.append(goods(order, max(round(part * goods_share), 1), line))
            lines.append((order, line, "x" if line == 1 else f"y{number % 3}", part))
        rows.append(shipped(order, parcel))
        for place, rule in enumerate(rules):
            driver = "per_order" if rule[0] == "per order" else "pct_revenue"
            rows.append({**fee(order, round(charge(rule, price))), "driver": driver, "rule_line": 10 + place})
    costs = ledger(*rows)
    orders = order_costs(margins(sold, costs), costs)
    limit = guard(orders, []).row(0, named=True)["max_discount"]
    if limit is not None:
        left = sum(
            price * (1 - limit) - parcel - sum(charge(rule, price * (1 - limit)) for rule in rules)
            - sum(max(round(part * goods_share), 1) for part in (round(price * split), price - round(price * split)))
            for price in prices
        )  # fmt: skip
        assert 0 <= limit < 1
        assert left >= -0.51 * len(prices) * max(len(rules), 1)  # what rounding to the hundredth can make
    shape = {"order_id": pl.String, "line_no": pl.Int32, "article": pl.String, "net": pl.Int64}
    of_articles = line_costs(orders, pl.DataFrame(lines, schema=shape, orient="row"), costs, "COP")
    for name in ("sold", "shrinking", "fixed", "goods"):
        assert of_articles[name].sum() == pytest.approx(orders[name].sum())
    for row in guard(of_articles, ["article"]).iter_rows(named=True):
        own = of_articles.filter(pl.col("article") == row["article"])
        room, fixed = own["sold"].sum() - own["shrinking"].sum(), own["fixed"].sum()
        if row["max_discount"] is None:
            assert room * 0.99 - fixed < 1e-6 or row["why"] != "leaves_nothing"
        else:
            assert room * (1 - row["max_discount"]) - fixed >= -1e-6


CONVEX = st.sampled_from(["share", "least", "with fixed part", "per order"])


@settings(deadline=None, max_examples=100)
@given(
    prices=st.lists(st.integers(2_000, 1_000_000), min_size=30, max_size=40),
    goods_share=st.floats(0.05, 0.9),
    parcel=st.integers(0, 20_000),
    charged=st.integers(1, 20_000),
    refused=st.integers(0, 5),
    rules=st.lists(st.tuples(CONVEX, st.floats(0.0, 0.3), st.integers(0, 50_000)), max_size=3),
)
def test_free_shipping_and_the_discount_together_lose_nothing(
    prices: list[int],
    goods_share: float,
    parcel: int,
    charged: int,
    refused: int,
    rules: list[tuple[str, float, int]],
) -> None:
    """An order of just the amount, without its shipping and with the most taken off, pays what the ledger would say.

    It bears its part of the parcels that were refused. Prices and costs are hundredths.
    """

    def charge(rule: tuple[str, float, int], price: float) -> float:
        kind, rate, amount = rule
        share = rate * price
        return {
            "share": share,
            "least": max(share, amount),
            "with fixed part": share + amount,
            "per order": float(amount),
        }[kind]

    rows, sold = [], {}
    for number, price in enumerate(prices):
        order, paid = f"o{number:02}", price + charged
        sold[order] = paid / 100
        rows += [goods(order, max(round(price * goods_share), 1)), shipped(order, parcel)]
        for place, rule in enumerate(rules):
            driver = "per_order" if rule[0] == "per order" else "pct_revenue"
            rows.append({**fee(order, round(charge(rule, paid))), "driver": driver, "rule_line": 10 + place})
    for number in range(refused):
        sold[f"r{number}"] = 0.0
        rows.append(shipped(f"r{number}", parcel))
    costs = ledger(*rows)
    orders = order_costs(margins(sold, costs), costs)
    made = Earnings(orders, orders, orders, orders, guard(orders, []))
    visible = pl.DataFrame({"order_id": list(sold), "total": list(sold.values())})
    rates = made.rates(None, visible)
    assert rates is not None
    found = threshold(
        pl.DataFrame({"goods": [price / 100 for price in prices], "shipping": [charged / 100] * len(prices)}), *rates
    )
    if found is None or found.left is None or found.left < 0:
        return
    off = max(floor(100 * found.left / found.amount - 1e-6) / 100, 0.0)
    paid = 100 * found.amount * (1 - off)
    spent = 100 * found.amount * goods_share + parcel * (1 + refused / len(prices))
    left = paid - spent - sum(charge(rule, paid) for rule in rules)
    assert left >= -0.51 * (len(rules) + 2)


def test_without_a_ledger_there_is_no_limit() -> None:
    assert order_costs(ORDER_MARGINS.empty(), COST_LEDGER.empty()).height == 0
