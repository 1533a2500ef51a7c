"""What visits cost: events cut into sessions, a funnel and a table of channels, beside the same by hand in DuckDB.

The events are invented (seeded) and made in parts: 20 in 100 visitors come back, one event in fifty shares its instant
with the one before, pauses of more than half an hour, payment gateways, orders whose page of thanks is seen twice. Both
read the same Parquet files, write their visits to Parquet and answer with the same two tables; then all of it is
compared. Each runs in a process of its own, one after the other, `--repeat` times; CPU seconds and peak memory are
those the system counts for it.

    uv run --with duckdb python benchmarks/kpis_events.py [--events 50000000] [--parts 5] [--repeat 1] [--folder DIR]
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

MEMORY_GIB = 6
PART = 1_000_000
STEPS = ("view_item", "add_to_cart", "begin_checkout", "purchase")
NAMES = ["page_view", *STEPS, "view_search_results", "scroll"]
SHARES = [0.62, 0.20, 0.08, 0.04, 0.02, 0.02, 0.02]
PLACES = [
    ("(direct)", "(none)", None),
    ("google", "organic", None),
    ("Google", "CPC", "Marca"),
    ("facebook", "cpm", "Velas"),
    ("ig", "pauta", "Velas"),
    ("boletin", "email", "Quincenal"),
    ("bing", "cpc", "spreadshop"),
    ("tiktok", "paid_social", "Total Hogar"),
    ("checkout.wompi.co", "referral", None),
    ("volante", "qr", "Laureles"),
    ("chatgpt.com", "referral", None),
    ("blog.example", "referral", None),
    ("newsletter", "e-mail", None),
    ("mercadolibre.com", "cpc", None),
    ("google", "cpc", "tienda cross-network"),
    ("youtube.com", "video", None),
    ("(not set)", "(not set)", None),
]
START = 1_785_542_400_000_000
DAYS = 90
COLUMNS = [
    "session_id",
    "visitor_id",
    "started_at",
    "ended_at",
    "n_events",
    "n_pages",
    "engaged",
    "landing",
    "exit",
    "source",
    "medium",
    "campaign",
    "device",
    "order_id",
    "n_orders",
    "channel_ga4",
    "depth",
]


def make(folder: Path, events: int) -> None:
    """Write the events, a million to a file, times of a file mixed in every second one."""
    folder.mkdir(parents=True)
    parts = max(1, events // PART)
    for number in range(parts):
        invented(number, parts, events // parts).write_parquet(folder / f"events{number:03d}.parquet")


def invented(number: int, parts: int, rows: int, seed: int = 7) -> pl.DataFrame:
    """One part: ``rows`` events in its share of the ninety days."""
    rng = np.random.default_rng([seed, number])
    starts = rows // 5
    visitor = (rows * parts / 12 * rng.random(starts) ** 1.6).astype(np.int64)
    window = DAYS * 86_400_000_000 // parts
    begin = START + number * window + rng.integers(0, window, starts)
    size = np.minimum(rng.geometric(1 / 5, starts), 60)
    of = np.repeat(np.arange(starts), size)
    first = np.append(0, np.cumsum(size)[:-1])
    pause = np.minimum(rng.exponential(45e6, of.size), 4e9).astype(np.int64) + 1
    pause[rng.random(of.size) < 0.01] += 1_800_000_000
    pause[rng.random(of.size) < 0.02] = 0
    pause[first] = 0
    passed = np.cumsum(pause)
    event = rng.choice(len(NAMES), of.size, p=SHARES)
    event[first] = 0
    place = np.where(rng.random(of.size) < 0.004, rng.integers(0, len(PLACES), of.size), -1)
    place[first] = rng.choice(len(PLACES), starts, p=[0.36, *[0.04] * (len(PLACES) - 1)])
    frame = pl.DataFrame(
        {
            "number": np.arange(of.size) + number * 100_000_000,
            "ts": passed - np.repeat(passed[first], size) + begin[of],
            "visitor": visitor[of],
            "event": event,
            "place": place,
            "page": rng.integers(0, 3000, of.size),
        }
    )
    shown = frame[rng.permutation(of.size) if number % 2 else np.argsort(frame["ts"].to_numpy())][:rows]
    tags = dict(zip(("source", "medium", "campaign"), zip(*PLACES, strict=True), strict=True))
    told, order = pl.col("place") >= 0, pl.format("T{}", pl.col("number") // 2)
    return shown.select(
        event_id=pl.format("e{}", "number"),
        ts=pl.col("ts").cast(pl.Datetime("us")),
        visitor_id=pl.format("{}.{}", pl.col("visitor") * 2_654_435_761 % 2**32, 1_700_000_000 + pl.col("visitor")),
        event=_words(NAMES, pl.col("event")),
        page=pl.format("/p/articulo-{}", "page"),
        **{name: pl.when(told).then(_words(cells, pl.col("place").clip(0))) for name, cells in tags.items()},
        device=_words(["mobile", "desktop", "tablet"], pl.col("visitor") % 3),
        transaction_id=pl.when(pl.col("event") == NAMES.index("purchase")).then(order),
    )


def _words(words: Sequence[str | None], numbers: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series(words)).gather(numbers)


def ours(folder: Path, out: Path, parts: int) -> None:
    """The kernels of ``ci load``, over all events of some visitors at a time."""
    from custintel.load.visits.channels import channels
    from custintel.load.visits.funnel import funnel, reached
    from custintel.load.visits.sessions import by_visitors, sessions
    from custintel.load.visits.visit_rows import purchases, visits

    events = pl.scan_parquet(folder / "*.parquet")
    placed = purchases(events)
    tables: dict[str, list[pl.DataFrame]] = {"funnel": [], "channels": []}
    for number, part in enumerate(by_visitors(events, parts)):
        cut = sessions(part)
        rows = channels(visits(cut, placed=placed).with_columns(funnel(cut, STEPS)))
        rows.select(COLUMNS).write_parquet(out / f"visits{number:02d}.parquet")
        tables["funnel"].append(reached(rows, STEPS, by=["channel_ga4"]).select("channel_ga4", "step", "visits"))
        daily = rows.group_by("channel_ga4", day=pl.col("started_at").dt.date()).agg(
            visits=pl.len(), engaged=pl.col("engaged").sum(), converted=pl.col("converted").sum()
        )
        tables["channels"].append(daily)
        del part, cut, rows, daily
    for name, found in tables.items():
        keys = [key for key in ("channel_ga4", "step", "day") if key in found[0].columns]
        pl.concat(found).group_by(keys).sum().write_parquet(out / f"{name}.parquet")


def theirs(folder: Path, out: Path, threads: int = 2) -> None:
    """The same by hand in DuckDB."""
    import duckdb

    from custintel.load.visits.channels import google_sites

    database = duckdb.connect()
    database.execute(f"set threads={threads}; set memory_limit='{MEMORY_GIB}GB'; set preserve_insertion_order=false")
    database.execute(f"set temp_directory='{out / 'spill'}'")
    database.execute("create table sites (site varchar, category varchar)")
    database.executemany("insert into sites values (?, ?)", list(google_sites().items()))
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    for statement in statements.replace("EVENTS", f"'{folder}/*.parquet'").replace("OUT", str(out)).split(";"):
        database.execute(statement)


def differences(left: Path, right: Path) -> list[str]:
    """Which answers are not the same: both tables row by row, the visits by the sum of the hashes of their rows."""
    differing = []
    for name in ("funnel", "channels"):
        frames = [pl.read_parquet(out / f"{name}.parquet") for out in (left, right)]
        keys = [key for key in ("channel_ga4", "step", "day") if key in frames[0].columns]
        mine, other = (frame.select(*keys, pl.exclude(keys).cast(pl.Int64)).sort(keys) for frame in frames)
        if not mine.select(sorted(mine.columns)).equals(other.select(sorted(other.columns))):
            differing.append(name)
    whole = [pl.col(name).cast(pl.Int64) for name in ("n_events", "n_pages", "n_orders", "depth")]
    times = pl.col("started_at", "ended_at").cast(pl.Datetime("us"))
    sums = [
        pl.scan_parquet(out / "visits*.parquet")
        .with_columns(*whole, times)
        .select(pl.len(), row=pl.struct(pl.col(COLUMNS)).hash().sum())
        .collect(engine="streaming")
        for out in (left, right)
    ]
    return differing + ([] if sums[0].equals(sums[1]) else ["visits"])


def run(tool: str, folder: Path, out: Path, parts: int) -> dict[str, float]:
    """One run in a process of its own: CPU seconds, wall seconds, peak MiB."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    launcher = Path(__file__).with_name("matching_launch.py")
    command = [
        sys.executable,
        __file__,
        "--tool",
        tool,
        "--folder",
        str(folder),
        "--out",
        str(out),
        "--parts",
        str(parts),
    ]
    subprocess.run([sys.executable, launcher, str(out), "0", "0", *command], check=True)
    cost = json.loads((out / "cost.json").read_text())
    if isinstance(cost, str):
        raise SystemExit(f"{tool}: {cost}\n{(out / 'output').read_text()[-2000:]}")
    return dict(zip(("cpu", "wall", "mib"), cost, strict=True))


def main() -> None:
    """Make the events, run both, compare, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=50_000_000)
    parser.add_argument("--parts", type=int, default=0, help="into how many parts our side takes the visitors")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the events are, or shall be, kept")
    parser.add_argument("--tool", choices=("custintel", "duckdb"), help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.tool:
        (ours if asked.tool == "custintel" else theirs)(
            asked.folder, asked.out, *([asked.parts] if asked.tool == "custintel" else [])
        )
        return
    with tempfile.TemporaryDirectory() as place:
        folder = asked.folder or Path(place) / "events"
        if not folder.exists():
            make(folder, asked.events)
        outs = {tool: Path(place) / tool for tool in ("custintel", "duckdb")}
        print(f"{asked.events:,} events, {sum(f.stat().st_size for f in folder.iterdir()) / 2**20:,.0f} MiB of Parquet")
        print(f"{'':12}{'CPU s':>8}{'wall s':>8}{'peak MiB':>10}")
        for _ in range(asked.repeat):
            for tool, out in outs.items():
                cost = run(tool, folder, out, asked.parts or max(1, asked.events // 10_000_000))
                print(f"{tool:12}{cost['cpu']:8.1f}{cost['wall']:8.1f}{cost['mib']:10,.0f}", flush=True)
        print("answers:", ", ".join(differences(*outs.values())) or "equal")


if __name__ == "__main__":
    main()
