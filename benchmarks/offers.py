"""How often offers of new articles foretell what is bought, and what they cost, on invoices split in time.

Everything up to 91 days before the end recommends five articles that the customer does not have; a hit is a customer
who then buys one of them. Ours (strength chosen on the days before the split, as ``ci goals`` does), best sellers,
rules by pairs, and item cosine; then the customer's own articles, for those to be bought again. CPU seconds, user and
system.

    uv run python benchmarks/offers.py online_retail.parquet
    uv run --with efficient-apriori --with mlxtend python benchmarks/offers.py online_retail.parquet --peers

DATA is UCI Online Retail (https://archive.ics.uci.edu/dataset/352/online+retail) as Parquet. With --peers the pairs are
also mined by efficient-apriori and mlxtend, each in a process of its own that is stopped after --seconds of CPU.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from custintel.goals.articles import pairs
from custintel.goals.cross_sell import cross_sell
from custintel.goals.pair_rules import FEWEST, pair_rules
from custintel.goals.replenish import replenish
from custintel.goals.taste import WINDOW, History, Strength, history, learn
from custintel.goals.taste_check import SHOWN, check, first

APRIORI = "efficient_apriori"
MLXTEND = "mlxtend"


def invoices(path: Path) -> pl.DataFrame:
    """Lines of known customers: order_id, customer_id, day, article, sku, name, category, qty, net."""
    kept = pl.read_parquet(path).filter(
        pl.col("CustomerID").is_not_null(), ~pl.col("InvoiceNo").str.starts_with("C"), pl.col("Quantity") > 0,
        pl.col("UnitPrice") > 0,
    )  # fmt: skip
    sku = pl.col("StockCode").str.to_uppercase()
    return kept.select(
        pl.col("InvoiceNo").alias("order_id"),
        pl.col("CustomerID").cast(pl.Int64).cast(pl.String).alias("customer_id"),
        pl.col("InvoiceDate").dt.date().alias("day"),
        sku.alias("article"),
        sku.alias("sku"),
        pl.col("Description").alias("name"),
        pl.lit(None, pl.String).alias("category"),
        pl.col("Quantity").alias("qty"),
        (pl.col("Quantity") * pl.col("UnitPrice") * 100).round().cast(pl.Int64).alias("net"),
    )


class Split:
    """What was known, and what was then bought."""

    def __init__(self, lines: pl.DataFrame) -> None:
        self.end: dt.date = lines["day"].max()  # type: ignore[assignment]
        self.cut = self.end - dt.timedelta(days=WINDOW)
        self.before, self.after = lines.filter(pl.col("day") <= self.cut), lines.filter(pl.col("day") > self.cut)
        self.owned = pairs(self.before)
        self.past: History = history(self.owned, self.cut)
        known = self.past.articles.implode()
        self.new = self.after.filter(pl.col("article").is_in(known)).select("customer_id", "article").unique()
        self.new = self.new.join(self.owned, on=["customer_id", "article"], how="anti")
        self.new = self.new.filter(pl.col("customer_id").is_in(self.past.customers.implode()))
        self.customers = self.new["customer_id"].unique().sort()

    def hits(self, offered: pl.DataFrame) -> float:
        """Of the customers who bought something new, those to whom one of it had been offered."""
        met = offered.join(self.new, on=["customer_id", "article"])["customer_id"].n_unique()
        return met / self.customers.len()

    def top(self, scores: np.ndarray[Any, Any]) -> pl.DataFrame:
        """The five best new articles of each customer, of scores for all customers in the order of the history."""
        scores = scores.astype(float)
        scores[self.past.matrix.nonzero()] = -np.inf
        places = first(scores, SHOWN)
        rows = np.repeat(np.arange(len(places)), SHOWN)
        return pl.DataFrame(
            {"customer_id": self.past.customers.gather(rows), "article": self.past.articles.gather(places.ravel())}
        )


def ours(split: Split) -> pl.DataFrame:
    """As ``ci goals`` would have offered on the last day that was known, the check and the choice included."""
    strength, checked = check(split.owned, split.cut)
    return cross_sell(split.owned, split.cut, strength, checked)


def plain_ease(split: Split) -> pl.DataFrame:
    """EASE with a fixed penalty and nothing of fashion."""
    return split.top(np.asarray(split.past.matrix @ learn(split.past, Strength()).weights))


def best_sellers(split: Split) -> pl.DataFrame:
    """What most had bought."""
    return split.top(np.tile(split.past.buyers, (split.past.customers.len(), 1)))


def cosine(split: Split) -> pl.DataFrame:
    """The sum of the cosines between what a customer has and each article."""
    gram = (split.past.matrix.T @ split.past.matrix).toarray()
    near = gram / np.sqrt(np.outer(split.past.buyers, split.past.buyers))
    np.fill_diagonal(near, 0)
    return split.top(np.asarray(split.past.matrix @ near))


def rules(split: Split) -> pl.DataFrame:
    """The most confident rule by which something that the customer has leads to an article."""
    found = pair_rules(split.before)
    there = found.select("article", "other", confidence=pl.col("together") / pl.col("n"))
    back = found.select(article="other", other="article", confidence=pl.col("together") / pl.col("n_other"))
    places = {article: place for place, article in enumerate(split.past.articles)}
    confidence = np.zeros((len(places), len(places)))
    for one, other, value in pl.concat([there, back]).iter_rows():
        if one in places and other in places:
            confidence[places[one], places[other]] = value
    matrix = split.past.matrix
    scores = np.zeros(matrix.shape)
    for row in range(matrix.shape[0]):
        scores[row] = confidence[matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]].max(axis=0)
    return split.top(scores)


def again(split: Split) -> tuple[float, float]:
    """Of customers who bought one of their own articles again, those for whom it was among five: ours; by how often."""
    bought = split.after.select("customer_id", "article").unique()
    bought = bought.join(split.owned, on=["customer_id", "article"], how="semi")
    n = bought["customer_id"].n_unique()
    often = split.owned.sort("customer_id", "times", "last_day", "article", descending=[False, True, True, False])
    often = often.group_by("customer_id", maintain_order=True).head(SHOWN)

    def met(offered: pl.DataFrame) -> float:
        return offered.join(bought, on=["customer_id", "article"])["customer_id"].n_unique() / n

    return met(replenish(split.before, split.cut)), met(often)


def peer(name: str, path: Path) -> None:
    """Mine pairs with another library, and print what it took."""
    baskets = [sorted(set(row)) for row in invoices(path).group_by("order_id").agg("article")["article"].to_list()]
    share = FEWEST / len(baskets)
    before = time.process_time()
    if name == APRIORI:
        from efficient_apriori import itemsets_from_transactions

        sets, _ = itemsets_from_transactions([tuple(basket) for basket in baskets], min_support=share, max_length=2)
        n = len(sets.get(2, ()))
    else:
        import pandas as pd
        from mlxtend.frequent_patterns import fpgrowth
        from mlxtend.preprocessing import TransactionEncoder

        encoder = TransactionEncoder()
        frame = pd.DataFrame(encoder.fit(baskets).transform(baskets), columns=encoder.columns_)
        n = int((fpgrowth(frame, min_support=share, max_len=2)["itemsets"].map(len) == 2).sum())
    print(json.dumps({"pairs": n, "seconds": time.process_time() - before}))


def mined(name: str, path: Path, seconds: int) -> str:
    """What a peer took; it is stopped after ``seconds`` of CPU."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))

    done = subprocess.run(
        [sys.executable, __file__, str(path), "--peer", name],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"stopped after {seconds} s"
        return last[:100]
    found = json.loads(done.stdout)
    return f"{found['pairs']:,} pairs, {found['seconds']:.1f} s"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--peer", choices=[APRIORI, MLXTEND], help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, default=120)
    arguments = parser.parse_args()
    if arguments.peer:
        peer(arguments.peer, arguments.data)
        return
    lines = invoices(arguments.data)
    split = Split(lines)
    print(f"{split.past.articles.len():,} articles, {split.customers.len():,} customers who bought something new")
    methods: dict[str, Callable[[Split], pl.DataFrame]] = {
        "ours": ours, "EASE, fixed penalty": plain_ease, "item cosine": cosine, "pair rules": rules,
        "best sellers": best_sellers,
    }  # fmt: skip
    for name, method in methods.items():
        before = time.process_time()
        offered = method(split)
        took = time.process_time() - before
        print(f"{name:<22} {split.hits(offered):.3f} {took:6.1f} s")
    own, often = again(split)
    print(f"bought again: ours {own:.3f}, by how often {often:.3f}")
    before = time.process_time()
    found = pair_rules(lines)
    print(f"pair rules of all orders: {found.height:,} that hold, {time.process_time() - before:.1f} s")
    if arguments.peers:
        for name in (APRIORI, MLXTEND):
            print(f"{name}: {mined(name, arguments.data, arguments.seconds)}")


if __name__ == "__main__":
    main()
