"""What the parts of `ci segment` cost, beside plain scikit-learn and pandas for the same, in one interleaved run.

Three contests at every size, each side in a process of its own that only computes (CPU seconds of the work itself, and
peak memory of the process): summing up orders by customer (pandas: groupby), places from 0 to 1 of three features
(scikit-learn: QuantileTransformer; pandas: rank), and k-means of n points × 8 features into 8 clusters (scikit-learn:
KMeans with n_init=10, and with 1). Inertia is beside that of n_init=10.

    uv run --with pandas --with pyarrow python benchmarks/segments.py [--sizes 10000,100000,1000000] [--repeat 1]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

AS_OF = dt.date(2026, 1, 1)


def make(folder: Path, n: int) -> None:
    """Orders of n rows by n / 3 customers, and n points of 8 features."""
    rng = np.random.default_rng(5)
    day = np.datetime64(AS_OF) - rng.integers(0, 1000, n).astype("timedelta64[D]")
    orders = pl.DataFrame(
        {
            "customer_id": pl.Series(rng.integers(0, max(n // 3, 2), n)).cast(pl.String).str.zfill(9),
            "day": day,
            "net": rng.lognormal(8, 1, n).astype(np.int64),
            "bought": True,
            "undone": False,
        }
    ).with_columns(margin=pl.col("net") // 3, acquisition=pl.lit(100, pl.Int64))
    orders.write_parquet(folder / "orders.parquet")
    common = rng.normal(size=n)
    points = np.stack([1 / (1 + np.exp(-1.1 * (common + rng.normal(size=n)))) for _feature in range(8)], axis=1)
    np.save(folder / "points.npy", points)


def ours_summary(folder: Path) -> Callable[[], Any]:
    """Polars, as `ci segment` does it."""
    from custintel.purchases.summary import summary

    orders = pl.read_parquet(folder / "orders.parquet")
    return lambda: summary(orders, AS_OF).height


def pandas_summary(folder: Path) -> Callable[[], Any]:
    """The same columns by groupby."""
    import pandas as pd

    orders = pd.read_parquet(folder / "orders.parquet")

    def work() -> int:
        found = orders.groupby("customer_id", sort=True).agg(
            orders=("bought", "sum"),
            days=("day", "nunique"),
            first_day=("day", "min"),
            last_day=("day", "max"),
            net=("net", "sum"),
            margin=("margin", "sum"),
            acquisition=("acquisition", "sum"),
            undone=("undone", "sum"),
        )
        found["recency"] = (pd.Timestamp(AS_OF) - pd.to_datetime(found["last_day"])).dt.days
        found["ticket"] = found["net"] / found["orders"]
        return len(found)

    return work


def ours_places(folder: Path) -> Callable[[], Any]:
    """A grid of at most 1,001 points, and everybody placed on it."""
    from custintel.segment.ranks import grid

    points = np.load(folder / "points.npy")[:, :3]
    return lambda: float(np.stack([grid(column).place(column) for column in points.T]).sum())


def sklearn_places(folder: Path) -> Callable[[], Any]:
    """QuantileTransformer with as many quantiles, of all rows."""
    from sklearn.preprocessing import QuantileTransformer

    points = np.load(folder / "points.npy")[:, :3]
    return lambda: float(
        QuantileTransformer(n_quantiles=min(1001, len(points)), subsample=None).fit_transform(points).sum()
    )


def pandas_places(folder: Path) -> Callable[[], Any]:
    """Exact ranks; nothing is kept to place others by."""
    import pandas as pd

    points = pd.DataFrame(np.load(folder / "points.npy")[:, :3])
    return lambda: float(points.rank(method="average", pct=True).to_numpy().sum())


def ours_kmeans(folder: Path) -> Callable[[], Any]:
    """Ten starts on a sample, Lloyd over all, in whole numbers."""
    from custintel.segment.kmeans import kmeans

    points = np.load(folder / "points.npy")

    def work() -> float:
        found = kmeans(points, 8)
        return float(sum(((points[i::8] - found.centres[found.labels[i::8]]) ** 2).sum() for i in range(8)))

    return work


def sklearn_kmeans(folder: Path, starts: int = 10) -> Callable[[], Any]:
    """KMeans, k-means++ and Lloyd."""
    from sklearn.cluster import KMeans

    points = np.load(folder / "points.npy")
    return lambda: float(KMeans(8, n_init=starts, random_state=0).fit(points).inertia_)


def sklearn_kmeans_1(folder: Path) -> Callable[[], Any]:
    """KMeans with one start."""
    return sklearn_kmeans(folder, 1)


CONTESTS: dict[str, dict[str, Callable[[Path], Callable[[], Any]]]] = {
    "summary": {"custintel": ours_summary, "pandas": pandas_summary},
    "places": {"custintel": ours_places, "scikit-learn": sklearn_places, "pandas": pandas_places},
    "k-means": {"custintel": ours_kmeans, "scikit-learn n_init=10": sklearn_kmeans, "n_init=1": sklearn_kmeans_1},
}


def one(contest: str, side: str, folder: Path) -> None:
    """Run one side, and print its CPU seconds, peak memory and result."""
    work = CONTESTS[contest][side](folder)
    begun = time.process_time()
    result = work()
    cpu = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"cpu": cpu, "peak": peak, "result": result}))


def main() -> None:
    """All contests, all sides in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--only", default=",".join(CONTESTS))
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--side", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        one(asked.side[0], asked.side[1], Path(asked.side[2]))
        return
    print("| contest | rows | side | CPU s | peak GB | inertia beside n_init=10 |\n|---|---|---|---|---|---|")
    for size in (int(text) for text in asked.sizes.split(",")):
        with tempfile.TemporaryDirectory() as name:
            make(Path(name), size)
            for contest in asked.only.split(","):
                best: dict[str, dict[str, float]] = {}
                for _round in range(asked.repeat):
                    for side in CONTESTS[contest]:
                        line = [sys.executable, __file__, "--side", contest, side, name]
                        told = json.loads(subprocess.run(line, capture_output=True, check=True, text=True).stdout)
                        if side not in best or told["cpu"] < best[side]["cpu"]:
                            best[side] = told
                base = best.get("scikit-learn n_init=10", {}).get("result")
                for side, told in best.items():
                    apart = f"{told['result'] / base - 1:+.4%}" if base else ""
                    print(
                        f"| {contest} | {size:,} | {side} | {told['cpu']:.2f} | {told['peak']:.2f} | {apart} |",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
