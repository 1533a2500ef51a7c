from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl

from custintel.kpis.costs import Costs
from custintel.kpis.ledger import allocate

Made = Callable[..., Costs]
MAY = dt.datetime(2026, 5, 4)


def orders(**more: Any) -> pl.DataFrame:
    rows = [
        {"order_id": f"{n}", "ordered_at": MAY + dt.timedelta(days=n), "status": "delivered", "total": 10_000} | more
        for n in range(20)
    ]
    return pl.DataFrame(rows).with_columns(pl.col("total").cast(pl.Decimal(18, 2)))


def told(costs: Costs, table: pl.DataFrame, **tables: pl.DataFrame) -> list[str]:
    return [warning.told("costs.yaml") for warning in allocate(costs, table, **tables).warnings]


def test_a_driver_whose_column_is_empty_is_named(costs: Made) -> None:
    text = "  - {category: transport, rate: 1400}\n  - {category: storage, rate: 1, from: 2026-05-04, to: 2026-05-23, "
    text += "allocate_by: new_customers}\n  - {category: cogs}\n"
    assert told(costs(text), orders(kg=None)) == [
        "costs.yaml:3: per_kg counts orders.kg, which is empty in your data.",
        "costs.yaml:4: per_period counts orders.is_new, which is empty in your data.",
        "costs.yaml:5: actual counts order_items.unit_cost, which is empty in your data.",
    ]
    assert told(costs("  - {category: transport, rate: 1400}\n"), orders(kg=1.5)) == []


def test_orders_without_a_weight_or_a_distance_are_counted_where_others_have_one(costs: Made) -> None:
    """Of 20 orders that were sent 3 have no weight, and 5 a zone that is no distance."""
    kg = pl.when(pl.int_range(20) >= 3).then(2.0)
    zone = pl.when(pl.int_range(20) < 5).then(pl.lit("urbana")).otherwise(pl.lit("4 km"))
    text = "  - {category: transport, rate: 9}\n"
    text += "  - {category: last_mile, driver: per_km_zone, rate: 9, where: {city: Cali}}\n"
    table = orders(city="Cali").with_columns(kg=kg, zone=zone)
    assert told(costs(text), table) == [
        "costs.yaml:3: per_kg finds nothing in orders.kg of 3 of 20 sent orders: they cost nothing here.",
        "costs.yaml:4: per_km_zone finds nothing in orders.zone of 5 of 20 sent orders: they cost nothing here.",
    ]
    lines = pl.DataFrame({"order_id": ["0", "1", "2"], "line_no": 1, "qty": 1, "kg": [1.0, 1.0, None]})
    assert "of 1 of 20" in told(costs("  - {category: transport, rate: 9}\n"), table, items=lines)[0]
    digital = table.with_columns(kg=0.0)
    assert told(costs("  - {category: transport, rate: 9}\n"), digital) == []


def test_goods_without_a_cost_are_counted(costs: Made) -> None:
    items = pl.DataFrame({"order_id": ["1", "2"], "line_no": [1, 1], "qty": [1, 1], "unit_cost": [5, None]})
    assert told(costs("  - {category: cogs}\n"), orders(), items=items) == [
        "costs.yaml:3: order_items.unit_cost is empty in 1 of 2 rows: they cost nothing here."
    ]


def test_a_filter_that_fits_no_order_is_named(costs: Made) -> None:
    text = "  - {category: handling, rate: 5, where: {city: [Calí, Cáli]}}\n"
    assert told(costs(text), orders(city="CALI")) == []
    assert told(costs(text), orders(city="Bogotá")) == [
        "costs.yaml:3: The filter of handling fits no order. Compare it with your orders."
    ]


def test_a_rate_above_half_the_average_order_is_named(costs: Made) -> None:
    assert told(costs("  - {category: handling, rate: 5000}\n"), orders()) == []
    assert told(costs("  - {category: handling, rate: 5000, fixed: 1}\n"), orders()) == [
        "costs.yaml:3: handling: 5001.00 is more than half of the average order, 10000.00. "
        "Check the zeros and the currency."
    ]
    dollars = costs("  - {category: handling, rate: 2, currency: USD}\n", "currency: COP\nfx: {USD: 4000}")
    assert "handling: 8000.00 is more than half" in told(dollars, orders())[0]


def test_a_period_that_the_data_do_not_cover_is_named(costs: Made) -> None:
    covered = "  - {category: storage, rate: 1, from: 2026-05-01, to: 2026-05-27}\n"
    assert told(costs(covered), orders()) == []
    assert told(costs("  - {category: storage, rate: 1, from: 2026-04-01, to: 2026-05-31}\n"), orders()) == [
        "costs.yaml:3: storage: 41 days of 2026-04-01 to 2026-05-31 have no data; orders are known from 2026-05-04 to "
        "2026-05-23."
    ]


def test_months_with_spend_and_no_orders_are_named(costs: Made) -> None:
    spend = pl.DataFrame({"date": [dt.date(2026, 5, 9), dt.date(2026, 7, 1)], "channel": "Email", "amount": [5, 5]})
    assert told(costs("  - {category: media}\n"), orders(), spend=spend) == [
        "costs.yaml:3: 2026-07: money was spent on media, and there are no orders."
    ]


def test_orders_older_than_the_first_exchange_rate_are_named(costs: Made, tmp_path: Any) -> None:
    from custintel.kpis.costs_file import parse_costs

    (tmp_path / "trm.csv").write_text("date,rate\n2026-05-10,4000\n", encoding="utf-8")
    text = b"currency: COP\nfx: {USD: trm.csv}\ncosts: []\n"
    found, _ = parse_costs(text, folder=tmp_path)
    assert found is not None
    assert told(found, orders(currency="USD")) == [
        "costs.yaml: Orders before 2026-05-10, the first exchange rate for USD: that rate was used."
    ]
