"""What `ci kpis` and the visits of `ci load` cost, beside hand-written DuckDB SQL for the same answers, in one run.

Three contests, each in processes of its own: the cost ledger (kpis_ledger.py), its results by channel (here: orders on
every rung, sales, every group of cost, of 1,000,000 orders and the rows of 20 cost rules; answers must be equal), and
events cut into visits, funnel and channels (kpis_events.py).

    uv run --with duckdb python benchmarks/kpis.py [--orders 1000000] [--events 50000000] [--repeat 3] [--only channels]
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

HERE = Path(__file__).parent
CHANNELS = ["Direct", "Paid Social", "Paid Search", "Email", "Organic Search", None]
GROUPS = ("acquisition", "product", "fulfilment", "payment", "post_sale", "commercial", "tax")
COLUMNS = ["group", "placed", "kept", "billed", *GROUPS, "buyers", "repeat_buyers"]


def make(folder: Path, orders: int) -> None:
    """Orders with channels and customers, and their ledger."""
    sys.path.insert(0, str(HERE))
    from kpis_ledger import RULES, invented

    from custintel.kpis.costs_file import parse_costs
    from custintel.kpis.ledger import allocate

    rng = np.random.default_rng(11)
    table = invented(orders).with_columns(
        channel=pl.lit(pl.Series(CHANNELS)).gather(pl.Series(rng.integers(0, len(CHANNELS), orders))),
        customer_id=pl.format("c{}", pl.Series(rng.integers(0, orders // 2, orders))),
    )
    costs, _ = parse_costs(RULES.encode())
    assert costs is not None
    table.write_parquet(folder / "orders.parquet")
    allocate(costs, table).cost_ledger.write_parquet(folder / "ledger.parquet")


def ours(folder: Path) -> tuple[float, pl.DataFrame]:
    """Entries and their sums by channel, of a ledger that was just made."""
    sys.path.insert(0, str(HERE))
    from kpis_ledger import RULES

    from custintel.kpis.costs_file import parse_costs
    from custintel.kpis.cuts import sums
    from custintel.kpis.entries import entries
    from custintel.kpis.ledger import allocate
    from custintel.kpis.order_facts import Facts
    from custintel.periods import Period

    costs, _ = parse_costs(RULES.encode())
    assert costs is not None
    orders = pl.read_parquet(folder / "orders.parquet")
    ledger = allocate(costs, orders)
    begun = time.process_time()
    empty = pl.DataFrame()
    facts = Facts(orders, empty, empty, empty, empty, costs.fx, costs.timezone)
    found = sums(entries(facts, costs, ledger), "channel", Period())
    return time.process_time() - begun, found.select(COLUMNS)


def theirs(folder: Path) -> tuple[float, pl.DataFrame]:
    """The same in SQL, orders and ledger in memory."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE orders AS SELECT * FROM '{folder}/orders.parquet'")
    connection.execute(f"CREATE TABLE ledger AS SELECT * FROM '{folder}/ledger.parquet'")
    begun = time.process_time()
    groups = ", ".join(f"sum(base_minor) FILTER (cost_group = '{name}') AS {name}" for name in GROUPS)
    added = ", ".join(f"sum({name}) AS {name}" for name in GROUPS)
    connection.execute(
        f"""CREATE TABLE found AS
        WITH costs AS (SELECT order_id, {groups} FROM ledger GROUP BY order_id),
        people AS (SELECT channel, customer_id, count(*) AS n FROM orders GROUP BY ALL),
        buyers AS (
            SELECT channel, count(*) AS buyers, count(*) FILTER (n > 1) AS repeat_buyers FROM people GROUP BY ALL
        )
        SELECT o.channel AS "group", count(*) AS placed, count(*) FILTER (status = 'delivered') AS kept,
            sum(CASE WHEN status = 'delivered' THEN CAST(total * 100 AS BIGINT) ELSE 0 END) AS billed, {added},
            any_value(buyers) AS buyers, any_value(repeat_buyers) AS repeat_buyers
        FROM orders o LEFT JOIN costs USING (order_id) LEFT JOIN buyers b ON o.channel IS NOT DISTINCT FROM b.channel
        GROUP BY o.channel"""
    )
    cpu = time.process_time() - begun
    description = connection.execute("SELECT * FROM found").description
    rows = connection.execute("SELECT * FROM found").fetchall()
    table = pl.DataFrame(rows, schema=[name for name, *_ in description], orient="row", infer_schema_length=None)
    return cpu, table.select(COLUMNS)


def channels(orders: int, repeat: int) -> None:
    """Run both in turn and print a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, orders)
        runs: dict[str, list[dict[str, float]]] = {"custintel": [], "duckdb": []}
        for _ in range(repeat):
            for who, done in runs.items():
                command = [sys.executable, __file__, "--run", who, name]
                done.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        print(
            f"{orders:,} orders, {pl.scan_parquet(folder / 'ledger.parquet').select(pl.len()).collect().item():,} rows"
        )
        for who, done in runs.items():
            cpu = sorted(run["cpu"] for run in done)
            print(f"{who:<10} {cpu[len(cpu) // 2]:6.2f} CPU s {done[0]['mib']:>6,.0f} MiB")
        tables = [pl.read_parquet(folder / f"{who}.parquet") for who in runs]
        print("answers:", "equal" if tables[0].equals(tables[1]) else "not the same")


def main() -> None:
    """Every contest, one after the other."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=50_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", choices=("ledger", "channels", "events"))
    parser.add_argument("--run", nargs=2, metavar=("WHO", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        who, folder = asked.run[0], Path(asked.run[1])
        cpu, table = ours(folder) if who == "custintel" else theirs(folder)
        whole = table.select("group", pl.exclude("group").cast(pl.Int64).fill_null(0)).sort("group", nulls_last=True)
        whole.write_parquet(folder / f"{who}.parquet")
        print(json.dumps({"cpu": cpu, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
        return
    for name, size in (("ledger", asked.orders), ("channels", asked.orders), ("events", asked.events)):
        if asked.only not in (None, name):
            continue
        print(f"\n{name}", flush=True)
        if name == "channels":
            channels(size, asked.repeat)
            continue
        script, option = HERE / f"kpis_{name}.py", "--orders" if name == "ledger" else "--events"
        repeat = str(asked.repeat if name == "ledger" else 1)
        subprocess.run([sys.executable, script, option, str(size), "--repeat", repeat], check=True)


if __name__ == "__main__":
    main()
