"""What a portrait costs: reading the tables and all of `ci profile` but writing, in a process of its own.

    python benchmarks/profiles.py [--people 10000 100000 1000000] [--by frequency,city,category]

Everything is invented: five orders and ten lines per person on average, 40 cities, 12 categories, 2,000 articles, eight
means of payment. Prints CPU seconds (user and system, start of Python included) and the most memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

MONEY = pl.Decimal(18, 2)
ORDERS_EACH, LINES_EACH = 5, 2


def make(folder: Path, people: int, seed: int = 5) -> None:
    """The tables of an invented shop."""
    from custintel.tables import CUSTOMERS, ORDER_ITEMS, ORDERS

    rng = np.random.default_rng(seed)
    n = people * ORDERS_EACH

    def picked(names: list[str | None], size: int) -> pl.Series:
        return pl.Series(names, dtype=pl.String).gather(pl.Series(rng.integers(0, len(names), size)))

    whose = rng.integers(0, people, n)
    at = pl.Series(rng.integers(1_700_000_000, 1_780_000_000, n) * 1_000_000).cast(pl.Datetime("us"))
    gross = rng.integers(20_000, 400_000, n)
    methods: list[str | None] = ["card", "pse", "transfer", "cash_voucher", "wallet", "bnpl", "cod", None]
    orders = pl.DataFrame(
        {
            "order_id": pl.select(pl.format("o{}", pl.int_range(n))).to_series(),
            "origin": "shop",
            "number": "1",
            "customer_id": pl.select(pl.format("c{}", pl.Series(whose))).to_series(),
            "ordered_at": at,
            "sale_channel": picked(["web", "store", "whatsapp"], n),
            "status": picked(["delivered"] * 9 + ["cancelled"], n),
            "stated_status": "delivered",
            "currency": "COP",
            "gross": gross,
            "discount": np.where(rng.random(n) < 0.2, gross // 10, 0),
            "shipping_charged": np.where(gross >= 180_000, 0, 12_900),
            "total": gross,
            "net_revenue": gross,
            "payment_method": picked(methods, n),
            "coupon": picked([None] * 9 + ["TEN"], n),
            "channel": picked(["Direct", "Email", "Paid Social", "Organic Search", None], n),
            "city": picked([f"city {at}" for at in range(40)], n),
            "region": picked([f"region {at}" for at in range(10)], n),
            "country": "CO",
            "source_file": "orders.csv",
            "source_row": 1,
        }
    )
    m = n * LINES_EACH
    sku = rng.integers(0, 2_000, m)
    items = pl.DataFrame(
        {
            "order_id": pl.select(pl.format("o{}", pl.Series(np.repeat(np.arange(n), LINES_EACH)))).to_series(),
            "line_no": np.tile(np.arange(1, LINES_EACH + 1), n),
            "origin": "shop",
            "number": "1",
            "sku": pl.select(pl.format("s{}", pl.Series(sku))).to_series(),
            "category": pl.select(pl.format("category {}", pl.Series(sku % 12))).to_series(),
            "qty": rng.integers(1, 4, m).astype(float),
            "unit_price": 10_000 + sku * 37,
            "source_file": "orders.csv",
            "source_row": 1,
        }
    )
    customers = pl.DataFrame(
        {
            "customer_id": pl.select(pl.format("c{}", pl.int_range(people))).to_series(),
            "gender": picked(["f", "m", None], people),
            "city": picked([f"city {at}" for at in range(40)], people),
            "sources": [["crm.xlsx"]] * people,
            "n_records": 1,
        }
    )

    for table, frame in ((CUSTOMERS, customers), (ORDERS, orders), (ORDER_ITEMS, items)):
        missing = [pl.lit(None, c.dtype).alias(c.name) for c in table.columns if c.name not in frame.columns]
        whole = frame.with_columns(missing).select(pl.col(c.name).cast(c.dtype) for c in table.columns)
        whole.write_parquet(folder / f"{table.name}.parquet")


def run(folder: Path, by: list[str]) -> dict[str, float]:
    """Read the tables and draw the portrait."""
    from custintel.profile.portrait import portrait
    from custintel.profile.trait_counts import Tables
    from custintel.tables import EVENTS, ORDER_MARGINS, PRODUCTS, RETURNS, SURVEYS, VISITS

    found = portrait(
        Tables(
            pl.read_parquet(folder / "customers.parquet"),
            pl.scan_parquet(folder / "orders.parquet"),
            pl.scan_parquet(folder / "order_items.parquet"),
            ORDER_MARGINS.empty(),
            RETURNS.empty(),
            SURVEYS.empty(),
            PRODUCTS.empty().lazy(),
            EVENTS.empty().lazy(),
            VISITS.empty().lazy(),
        ),
        by,
    )
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": used.ru_utime + used.ru_stime, "mib": used.ru_maxrss / 1024, "rows": found.profiles.height}


def main() -> None:
    """Every size, one after the other."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--by", default="frequency,city,category")
    parser.add_argument("--make", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--run", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        make(Path(asked.make[0]), int(asked.make[1]))
        return
    if asked.run:
        print(json.dumps(run(Path(asked.run), asked.by.split(","))))
        return
    print(f"{'people':>10} {'orders':>11} {'lines':>11} {'CPU s':>7} {'MiB':>7} {'rows':>7}")
    for people in asked.people:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, __file__, "--make", folder, str(people)], check=True)
            command = [sys.executable, __file__, "--run", folder, "--by", asked.by]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        orders = people * ORDERS_EACH
        print(
            f"{people:>10,} {orders:>11,} {orders * LINES_EACH:>11,} {found['cpu']:>7.1f} {found['mib']:>7,.0f} "
            f"{found['rows']:>7,}",
            flush=True,
        )


if __name__ == "__main__":
    main()
