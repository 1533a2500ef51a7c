"""How much the cost ledger costs: 1,000,000 orders x 20 cost rules, beside the same ledger in hand-written DuckDB SQL.

Orders are invented (seeded). Both make every row of the ledger; the totals of all rules must be equal. Each run is a
process of its own, ours and DuckDB's in turn; CPU seconds of the allocation alone, and peak memory of the process.

    uv run --with duckdb python benchmarks/kpis_ledger.py [--orders 1000000] [--repeat 3]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

START, DAYS = np.datetime64("2025-01-01"), 365
CITIES = ["Bogotá", "Medellín", "Cali", "Barranquilla", "Bucaramanga", "Pasto", "Tunja", "Neiva"]
METHODS = ["card", "pse", "wallet", "cod"]
CHANNELS = ["web", "whatsapp", "marketplace"]
STATUSES = ["delivered", "refused", "cancelled", "returned"]
MONTHS = 12

RULES = """\
currency: COP
costs:
  - {category: agency_fee, driver: per_period, rate: 6500000, every: month, from: 2025-01-01, to: 2025-12-31}
  - {category: marketing_tools, driver: per_period, rate: 2400000, every: month, from: 2025-01-01, to: 2025-12-31}
  - {category: marketing_salaries, driver: per_period, rate: 14000001, from: 2025-01-01, to: 2025-12-31}
  - {category: marketplace_commission, driver: pct_revenue, rate: 0.16, where: {channel: marketplace}}
  - {category: outbound_shipping, driver: per_shipment, rate: 9800, where: {channel: [web, whatsapp]}}
  - {category: transport, driver: per_kg, rate: 1400, min: 1000, where: {channel: [web, whatsapp]}}
  - {category: last_mile, driver: per_shipment, rate: 4000, where: {city: [Pasto, Tunja, Neiva]}}
  - {category: outbound_shipping, driver: per_shipment, rate: 8900, where: {channel: marketplace}}
  - {category: packaging, driver: per_order, rate: 900.5}
  - {category: outer_packing, driver: per_shipment, rate: 2300}
  - {category: handling, driver: per_shipment, rate: 1800}
  - {category: storage, driver: per_period, rate: 7000000, every: month, from: 2025-01-01, to: 2025-12-31}
  - {category: shipping_insurance, driver: pct_declared, rate: 0.01}
  - {category: payment_fees, driver: pct_revenue, rate: 0.0299, fixed: 900, where: {payment_method: card}}
  - {category: payment_fees, driver: pct_revenue, rate: 0.0150, fixed: 600, where: {payment_method: pse}}
  - {category: payment_fees, driver: pct_revenue, rate: 0.0220, where: {payment_method: wallet}}
  - {category: cod_fee, driver: pct_collected, rate: 0.03, min: 2500, where: {payment_method: cod}}
  - {category: cod_refusal, driver: per_refusal, rate: 11000}
  - {category: platform_fee, driver: per_period, rate: 1600000, every: month, from: 2025-01-01, to: 2025-12-31}
  - {category: turnover_tax, driver: pct_revenue, rate: 0.00966}
"""

# Number, condition, and minor units: whole ones, or numerators over 100,000. What the items above say.
SQL_RULES = [
    (3, "paid AND status <> 'cancelled' AND sale_channel = 'marketplace'", "total * 16000"),
    (4, "shipped AND sale_channel IN ('web', 'whatsapp')", "980000"),
    (5, "shipped AND sale_channel IN ('web', 'whatsapp')", "greatest(grams * 14000000, 10000000000)"),
    (6, "shipped AND city IN ('Pasto', 'Tunja', 'Neiva')", "400000"),
    (7, "shipped AND sale_channel = 'marketplace'", "890000"),
    (8, "shipped", "90050"),
    (9, "shipped", "230000"),
    (10, "shipped", "180000"),
    (12, "shipped", "total * 1000"),
    (13, "paid AND payment_method = 'card'", "total * 2990 + 9000000000"),
    (14, "paid AND payment_method = 'pse'", "total * 1500 + 6000000000"),
    (15, "paid AND payment_method = 'wallet'", "total * 2200"),
    (16, "payment_method = 'cod' AND delivered", "greatest(total * 3000, 25000000000)"),
    (17, "status = 'refused'", "1100000"),
    (19, "paid", "total * 966"),
]
SQL_PERIODS = [(0, 650000000, True), (1, 240000000, True), (2, 1400000100, False), (11, 700000000, True)]
SQL_PERIODS += [(18, 160000000, True)]


def invented(orders: int) -> pl.DataFrame:
    """A year of orders of one shop."""
    rng = np.random.default_rng(7)
    status = rng.choice(STATUSES, orders, p=[0.8, 0.06, 0.1, 0.04])
    day = START + rng.integers(0, DAYS, orders).astype("timedelta64[D]")
    return pl.DataFrame(
        {
            "order_id": [f"#{number:08d}" for number in range(orders)],
            "ordered_at": pl.Series(day).cast(pl.Datetime("us")),
            "status": status,
            "currency": ["COP"] * orders,
            "total": pl.Series(rng.integers(2_000_000, 90_000_000, orders)).cast(pl.Decimal(18, 2)) / 100,
            "payment_method": rng.choice(METHODS, orders),
            "sale_channel": rng.choice(CHANNELS, orders, p=[0.6, 0.2, 0.2]),
            "city": rng.choice(CITIES, orders),
            "kg": rng.integers(1, 8000, orders) / 1000,
        }
    ).with_columns(pl.col("total").cast(pl.Decimal(18, 2)))


def ours(orders: pl.DataFrame) -> dict[str, object]:
    """The ledger by custintel."""
    from custintel.kpis.costs_file import parse_costs
    from custintel.kpis.ledger import allocate

    costs, _ = parse_costs(RULES.encode())
    assert costs is not None
    begun = time.process_time()
    ledger = allocate(costs, orders)
    cpu = time.process_time() - begun
    accounts = ledger.accounts
    gap = accounts["entered_minor"] - accounts["allocated_minor"] - accounts["unallocated_minor"]
    summed = ledger.cost_ledger.group_by("rule_line").agg(pl.col("amount_minor").sum()).sort("rule_line")
    totals = summed["amount_minor"].to_list()
    return {"cpu": cpu, "rows": ledger.cost_ledger.height, "totals": totals, "gap": int(gap.abs().max() or 0)}


def duckdb(path: Path) -> dict[str, object]:
    """The same in SQL: per rule the exact numerators, whole parts, and a window over the remainders."""
    import duckdb as engine

    connection = engine.connect()
    connection.execute(f"CREATE TABLE orders AS SELECT * FROM '{path}'")
    begun = time.process_time()
    connection.execute(
        """CREATE TABLE facts AS SELECT *, CAST(total * 100 AS BIGINT) AS total_minor,
        CAST(round(kg * 1000) AS BIGINT) AS grams, CAST(ordered_at AS DATE) AS day,
        status IN ('delivered', 'refused', 'returned') AS shipped,
        status IN ('delivered', 'returned') AS delivered,
        CASE WHEN payment_method = 'cod' THEN status IN ('delivered', 'returned')
             ELSE status IN ('delivered', 'refused', 'returned') END AS paid FROM orders"""
    )
    driver = """SELECT order_id, {rule} AS rule, day, amount FROM (
        SELECT order_id, day, n // 100000 + CASE WHEN row_number() OVER (ORDER BY n % 100000 DESC, order_id)
          <= (SELECT round_even(sum(CAST(({n}) % 100000 AS DECIMAL(38, 5))) / 100000, 0)
              FROM (SELECT * REPLACE (total_minor AS total) FROM facts) WHERE {where}) THEN 1 ELSE 0 END AS amount
        FROM (SELECT order_id, day, CAST({n} AS BIGINT) AS n
              FROM (SELECT * REPLACE (total_minor AS total) FROM facts) WHERE {where})) WHERE amount <> 0"""
    plain = "SELECT order_id, {rule} AS rule, day, CAST({n} AS BIGINT) AS amount FROM facts WHERE {where}"
    period = """SELECT order_id, {rule} AS rule, day, {amount} // count(*) OVER (PARTITION BY {part})
        + CASE WHEN row_number() OVER (PARTITION BY {part} ORDER BY order_id)
          <= {amount} % count(*) OVER (PARTITION BY {part}) THEN 1 ELSE 0 END AS amount FROM facts"""
    parts = [(plain if n.isdigit() else driver).format(rule=rule, where=where, n=n) for rule, where, n in SQL_RULES]
    parts += [
        period.format(rule=rule, amount=amount, part="month(day)" if monthly else "1")
        for rule, amount, monthly in SQL_PERIODS
    ]
    connection.execute("CREATE TABLE ledger AS " + " UNION ALL ".join(parts))
    cpu = time.process_time() - begun
    totals = connection.execute("SELECT sum(amount) FROM ledger GROUP BY rule ORDER BY rule").fetchall()
    rows = connection.execute("SELECT count(*) FROM ledger WHERE amount <> 0").fetchone()
    return {"cpu": cpu, "rows": rows[0] if rows else 0, "totals": [int(total) for (total,) in totals], "gap": 0}


def main() -> None:
    """Run both in turn and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--run", nargs=2, metavar=("WHO", "FILE"))
    asked = parser.parse_args()
    if asked.run:
        who, path = asked.run[0], Path(asked.run[1])
        found = ours(pl.read_parquet(path)) if who == "custintel" else duckdb(path)
        found["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.parquet"
        invented(asked.orders).write_parquet(path)
        runs: dict[str, list[dict[str, object]]] = {"custintel": [], "duckdb": []}
        for _ in range(asked.repeat):
            for who, done in runs.items():
                command = [sys.executable, __file__, "--run", who, str(path)]
                done.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    print(f"{asked.orders:,} orders x 20 rules")
    for who, done in runs.items():
        cpu = sorted(float(str(run["cpu"])) for run in done)
        print(f"{who:<10} {cpu[len(cpu) // 2]:6.2f} CPU s {done[0]['mib']:>6} MiB {done[0]['rows']:>12,} rows")
    same = all(run["totals"] == runs["custintel"][0]["totals"] for done in runs.values() for run in done)
    print(f"totals equal: {same}; difference to what was entered: {runs['custintel'][0]['gap']} minor units")


if __name__ == "__main__":
    main()
