"""What whole commands cost, one after the other on one project, as somebody runs them.

    uv run python benchmarks/commands.py [--people 1000000]

First a CRM of as many rows (those of ``matching_crm``) and, on top of it, 2,000 further rows of the same people and
others. Then, in a project of its own, a list of 2.6 orders per customer of one article each, of 3,000 articles in 17
categories: some customers buy again and again, some articles are bought far more than others. Everything is invented
and has a seed. Prints CPU seconds (user and system) and peak memory of each command.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import matching_crm
import numpy as np
import polars as pl

HERE = Path(__file__).parent
LATER = 2_000
SETTINGS = ("--country", "CO", "--yes", "--no-input")
ON_ORDERS: Sequence[Sequence[str]] = (
    ("load", "sales.csv", "--currency", "COP", *SETTINGS[:2]),
    ("kpis",),
    ("segment",),
    ("profile",),
    ("value",),
    ("goals",),
)


def make_crm(folder: Path, people: int) -> None:
    """``crm.csv`` of as many rows and ``later.csv`` of :data:`LATER` more."""
    rows = matching_crm.rows(people + LATER, seed=14)
    for name, count in (("crm.csv", people), ("later.csv", LATER)):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(matching_crm.COLUMNS[2:])
            out.writerows(row[2:] for row in islice(rows, count))


def make_sales(folder: Path, people: int) -> None:
    """``sales.csv``: everybody buys once, and as many orders again and 0.6 of them fall on those who buy often."""
    rng = np.random.default_rng(3)
    again = (rng.pareto(1.3, int(1.6 * people)) * people / 25).astype(np.int64) % people
    buyer = np.concatenate([np.arange(people), again])
    article = (rng.pareto(1.1, len(buyer)) * 30).astype(np.int64) % 3_000
    quantity, price = rng.integers(1, 4, len(buyer)), 5_000 + article * 37
    days = rng.integers(0, 720, len(buyer)).astype("timedelta64[D]")
    pl.DataFrame(
        {
            "order_id": np.arange(len(buyer)),
            "ordered_at": np.datetime64("2026-10-31") - days,
            "email": pl.Series(buyer).cast(pl.String) + "@mail.example.com",
            "sku": pl.Series(article).cast(pl.String).str.zfill(5),
            "product": "Article " + pl.Series(article).cast(pl.String),
            "category": "Category " + pl.Series(article % 17).cast(pl.String),
            "quantity": quantity,
            "unit_price": price,
            "total": quantity * price,
            "status": "delivered",
        }
    ).write_csv(folder / "sales.csv")


def cost(folder: Path, *words: str) -> str:
    """A row of the table: what a command cost, or how it ended."""
    command = [sys.executable, "-m", "custintel", *words]
    subprocess.run([sys.executable, HERE / "matching_launch.py", folder, "0", "0", *command], check=True)
    told = json.loads((folder / "cost.json").read_text())
    name = f"| ci {' '.join(words[:2]) if '.' in words[1] else words[0]} "
    return name + (f"| {told} | |" if isinstance(told, str) else f"| {told[0]:.1f} | {told[2] / 1024:.1f} |")


def run(folder: Path, people: int) -> None:
    """All commands, each printed as it ends."""
    print(f"{people:,} rows, then {people:,} customers with {int(2.6 * people):,} orders\n")
    print("| command | CPU s | peak GB |\n|---|---|---|")
    make_crm(folder, people)
    for file in ("crm.csv", "later.csv"):
        print(cost(folder, "clean", file, "--project", "people", *SETTINGS), flush=True)
    make_sales(folder, people)
    for command in ON_ORDERS:
        print(cost(folder, *command, "--project", "shop", "--yes", "--no-input"), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    with tempfile.TemporaryDirectory() as place:
        run(Path(place), parser.parse_args().people)
