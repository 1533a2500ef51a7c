from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.kpis.apportion import by_rate, by_weight, exact_sum
from custintel.kpis.costs_file import parse_costs
from custintel.kpis.currency import WIDE, Fx, minor_units
from custintel.kpis.ledger import Ledger, allocate
from custintel.minor_units import minor_unit

DAY = dt.date(2026, 1, 1)
CURRENCIES = ["COP", "USD", "CLP", "BHD"]
TOP = "currency: COP\nfx: {USD: 4100.37, CLP: 4.4177, BHD: 10912.5}\ncosts:\n"

ORDER = st.fixed_dictionaries(
    {
        "status": st.sampled_from(
            ["placed", "paid", "shipped", "delivered", "refused", "returned", "cancelled", "test"]
        ),
        "currency": st.sampled_from([*CURRENCIES, None]),
        "total": st.decimals(-50, 10**7, places=2) | st.none(),
        "discount": st.decimals(0, 10**5, places=2) | st.none(),
        "payment_method": st.sampled_from(["card", "cod", None]),
        "ordered_at": st.dates(DAY, dt.date(2026, 4, 30)),
        "channel": st.sampled_from(["Paid Social", "Email", None]),
        "campaign": st.sampled_from(["Velas", None]),
        "kg": st.floats(0, 40) | st.none(),
        "shipments": st.integers(0, 3) | st.none(),
        "city": st.sampled_from(["Cali", "Bogotá", None]),
    }
)
LINE = st.fixed_dictionaries(
    {
        "order_id": st.integers(0, 14).map(str),
        "line_no": st.integers(1, 3),
        "qty": st.integers(-1, 4),
        "unit_cost": st.decimals(0, 10**5, places=2) | st.none(),
    }
)
BACK = st.fixed_dictionaries(
    {
        "order_id": st.integers(0, 20).map(str) | st.none(),
        "line_no": st.integers(1, 3) | st.none(),
        "kind": st.sampled_from(["return", "refusal", "exchange", "warranty", "chargeback"]),
        "requested_at": st.dates(DAY, dt.date(2026, 5, 30)) | st.none(),
        "qty": st.integers(0, 3),
        "restocked": st.booleans() | st.none(),
        "logistics_cost": st.decimals(0, 10**5, places=2) | st.none(),
    }
)
CALL = st.fixed_dictionaries(
    {
        "order_id": st.integers(0, 20).map(str) | st.none(),
        "purpose": st.sampled_from(["confirmation", "support", None]),
        "started_at": st.dates(DAY, dt.date(2026, 5, 30)),
        "seconds": st.integers(0, 400) | st.none(),
    }
)
SPENT = st.fixed_dictionaries(
    {
        "date": st.dates(DAY, dt.date(2026, 5, 30)) | st.none(),
        "channel": st.sampled_from(["Paid Social", "Email", None]),
        "campaign": st.sampled_from(["velas", "Nobody's", None]),
        "amount": st.decimals(-10, 10**6, places=2) | st.none(),
        "currency": st.sampled_from(CURRENCIES),
    }
)
RATE = st.decimals(0, 10**6, places=4).map(lambda rate: f"{rate:f}0")
SHARE = st.decimals(0, 1, places=6).map("{:f}".format)
DRIVERS = ["per_order", "per_shipment", "per_unit", "per_kg", "per_attempt", "per_failed_attempt", "per_call"]
DRIVERS += ["per_call_minute", "per_return", "per_refusal", "per_warranty"]
SHARES = ["pct_revenue", "pct_collected", "pct_declared", "pct_returned_cogs"]
MORE = st.sampled_from(
    ["", ", where: {city: cali}", ", from: 2026-02-01, to: 2026-02-28", ", min: 100.5", ", max: 70", ", vat: 0.19"]
)
MONEY_ITEM = st.builds(
    "driver: {}, rate: {}, fixed: {}, currency: {}{}".format,
    st.sampled_from(DRIVERS),
    RATE,
    st.sampled_from([0, 1.5]),
    st.sampled_from(CURRENCIES),
    MORE,
)
SHARE_ITEM = st.builds(
    "driver: {}, rate: {}, currency: {}{}".format, st.sampled_from(SHARES), SHARE, st.sampled_from(CURRENCIES), MORE
)
PERIOD_ITEM = st.builds(
    "driver: per_period, rate: {}, currency: {}, every: {}, allocate_by: {}, from: {}, to: 2026-05-15".format,
    RATE,
    st.sampled_from(CURRENCIES),
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
    st.sampled_from(["orders", "sales", "units", "kg", "new_customers"]),
    st.dates(DAY, dt.date(2026, 5, 15)),
)
ACTUAL = ["cogs", "media", "discounts", "returns_logistics"]


def frame(rows: list[dict[str, Any]], money: tuple[str, ...]) -> pl.DataFrame:
    made = pl.DataFrame(rows, infer_schema_length=None)
    return made.with_columns(pl.col(name).cast(pl.Decimal(18, 2)) for name in money if name in made.columns)


@st.composite
def situations(draw: st.DrawFn) -> tuple[str, dict[str, pl.DataFrame]]:
    """A list of costs and the tables of a shop."""
    items = [
        f"category: storage, {item}"
        for item in draw(st.lists(MONEY_ITEM | SHARE_ITEM | PERIOD_ITEM, min_size=1, max_size=5))
    ]
    items += [f"category: {category}, driver: actual" for category in draw(st.sets(st.sampled_from(ACTUAL)))]
    text = TOP + "".join(f"  - {{{item}, overlap: true}}\n" for item in items)
    orders = [{"order_id": str(n)} | order for n, order in enumerate(draw(st.lists(ORDER, min_size=1, max_size=15)))]
    tables = {
        "orders": frame(orders, ("total", "discount")),
        "items": frame(draw(st.lists(LINE, max_size=12)), ("unit_cost",)),
        "returns": frame(draw(st.lists(BACK, max_size=8)), ("logistics_cost",)),
        "calls": frame(draw(st.lists(CALL, max_size=8)), ()),
        "spend": frame(draw(st.lists(SPENT, max_size=8)), ("amount",)),
    }
    return text, tables


def ledger(text: str, tables: dict[str, pl.DataFrame]) -> Ledger:
    costs, mistakes = parse_costs(text.encode())
    assert costs is not None, [mistake.told("costs.yaml") for mistake in mistakes]
    return allocate(costs, **tables)


@settings(max_examples=40, deadline=None)
@given(situations())
def test_the_ledger_adds_up_to_what_was_entered_in_every_currency(
    situation: tuple[str, dict[str, pl.DataFrame]],
) -> None:
    found = ledger(*situation)
    accounts = found.accounts
    assert (accounts["entered_minor"] == accounts["allocated_minor"] + accounts["unallocated_minor"]).all()
    for name in ("amount_minor", "base_minor"):
        entered = accounts.group_by("rule_line", "currency").agg(
            pl.col("entered_minor" if name == "amount_minor" else "base_minor").sum().alias(name)
        )
        rows = found.cost_ledger.group_by("rule_line", "currency").agg(pl.col(name).sum())
        joined = entered.join(rows, on=["rule_line", "currency"], how="left").fill_null(0)
        assert joined[name].equals(joined[f"{name}_right"], check_names=False)


@settings(max_examples=15, deadline=None)
@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(situation: tuple[str, dict[str, pl.DataFrame]], random: Any) -> None:
    text, tables = situation
    mixed = {}
    for name, table in tables.items():
        rows = list(range(table.height))
        random.shuffle(rows)
        mixed[name] = table[rows] if rows else table
    before, after = ledger(text, tables), ledger(text, mixed)
    assert before.cost_ledger.equals(after.cost_ledger)
    assert before.accounts.equals(after.accounts)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**12), max_size=30), st.integers(1, 10**9), st.booleans())
def test_rounded_rates_are_whole_units_next_to_the_exact_ones(numbers: list[int], by: int, wide: bool) -> None:
    numerators = pl.Series(numbers, dtype=WIDE if wide else pl.Int64)
    amounts = by_rate(numerators, by)
    assert int(amounts.sum()) == exact_sum(numerators, by) == round(Fraction(sum(numbers), by))
    assert all(abs(Fraction(n, by) - int(a)) < 1 for n, a in zip(numbers, amounts, strict=True))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 10**13), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10**12)), max_size=30),
)
def test_what_is_spread_by_weight_is_all_there(amounts: list[int], rows: list[tuple[int, int]]) -> None:
    group = np.array([at % len(amounts) for at, _ in rows], dtype=np.int64)
    weight = np.array([each for _, each in rows], dtype=np.int64)
    parts = by_weight(amounts, group, weight)
    for number, amount in enumerate(amounts):
        mine = group == number
        total = int(weight[mine].sum())
        assert int(parts[mine].sum()) == (amount if total else 0)
        exact = [Fraction(amount * int(each), max(total, 1)) for each in weight[mine]]
        assert all(abs(share - int(part)) < 1 for share, part in zip(exact, parts[mine], strict=True))


def test_equal_parts_give_the_odd_units_to_the_first() -> None:
    assert by_weight([5], np.zeros(3, dtype=np.int64), np.full(3, 7)).tolist() == [2, 2, 1]
    assert by_rate(pl.Series([5, 5, 5, 5]), 10).tolist() == [1, 1, 0, 0]


@settings(max_examples=60, deadline=None)
@given(
    st.decimals(0, 10**9, places=2),
    st.sampled_from(["COP", "CLP", "BHD"]),
    st.sampled_from(["USD", "JPY", "CLF", "COP"]),
    st.integers(1, 10**9),
    st.integers(1, 10**9),
)
def test_amounts_are_exchanged_to_the_nearest_minor_unit(
    amount: Decimal, source: str, target: str, one: int, other: int
) -> None:
    def rate(number: int) -> tuple[tuple[dt.date, Decimal], ...]:
        return ((dt.date.min, Decimal(number) / 10**4),)

    fx = Fx("MXN", {source: rate(one), target: rate(other)})
    table = pl.DataFrame({"amount": [amount], "day": [DAY]}, schema={"amount": pl.Decimal(18, 2), "day": pl.Date})
    exponent = {"COP": 2, "CLP": 0, "BHD": 3}[source]
    minor = table.select(minor_units(pl.col("amount"), exponent)).item()
    assert minor == int(amount * 10**exponent + Decimal("0.5"))
    found = table.select(fx.convert(pl.lit(minor, pl.Int64), source, target, pl.col("day"))).item()
    worth = {source: fx.rates[source][0][1], target: fx.rates[target][0][1]}
    exact = Fraction(minor, minor_unit(source)) * Fraction(worth[source]) / Fraction(worth[target])
    assert abs(exact * minor_unit(target) - found) <= Fraction(1, 2)
