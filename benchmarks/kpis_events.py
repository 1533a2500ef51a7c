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
from pathlib import Path

import numpy as np
import polars as pl

MEMORY_GIB = 6
PART = 1_000_000
STEPS = ("view_item", "add_to_cart", "begin_checkout", "purchase")
NAMES = ["page_view", *STEPS, "view_search_results", "scroll"]
SHARES = [0.62, 0.20, 0.08, 0.04, 0.02, 0.02, 0.02]
PLACES = [
    ("(direct)", "(none)", None), ("google", "organic", None), ("Google", "CPC", "Marca"), ("facebook", "cpm", "Velas"),
    ("ig", "pauta", "Velas"), ("boletin", "email", "Quincenal"), ("bing", "cpc", "spreadshop"), ("tiktok", "paid_social", "Total Hogar"),
    ("checkout.wompi.co", "referral", None), ("volante", "qr", "Laureles"), ("chatgpt.com", "referral", None),
    ("blog.example", "referral", None), ("newsletter", "e-mail", None), ("mercadolibre.com", "cpc", None),
    ("google", "cpc", "tienda cross-network"), ("youtube.com", "video", None), ("(not set)", "(not set)", None),
]  # fmt: skip
START = 1_785_542_400_000_000
DAYS = 90
COLUMNS = "session_id visitor_id started_at ended_at n_events n_pages engaged landing exit source medium campaign device order_id n_orders channel_ga4 depth".split()  # fmt: skip  # noqa: E501, SIM905


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
    words = {"event": NAMES, "device": ["mobile", "desktop", "tablet"]}
    tags = dict(zip(("source", "medium", "campaign"), zip(*PLACES, strict=True), strict=True))
    told = pl.col("place") >= 0
    return shown.select(
        event_id=pl.format("e{}", "number"),
        ts=pl.col("ts").cast(pl.Datetime("us")),
        visitor_id=pl.format("{}.{}", pl.col("visitor") * 2_654_435_761 % 2**32, 1_700_000_000 + pl.col("visitor")),
        event=pl.lit(pl.Series(words["event"])).gather("event"),
        page=pl.format("/p/articulo-{}", "page"),
        **{name: pl.when(told).then(pl.lit(pl.Series(cells)).gather(pl.col("place").clip(0))) for name, cells in tags.items()},
        device=pl.lit(pl.Series(words["device"])).gather(pl.col("visitor") % 3),
        transaction_id=pl.when(pl.col("event") == NAMES.index("purchase")).then(pl.format("T{}", pl.col("number") // 2)),
    )  # fmt: skip


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
    files = f"read_parquet('{folder}/*.parquet')"
    for statement in SQL.format(events=files, out=out).split(";"):
        database.execute(statement)


SQL = r"""
create temp table e as
  select *, sum(cut) over (partition by visitor_id order by n) as session from (
    select *, row_number() over w as n,
      case when ts - lag(ts) over w <= interval 30 minutes then 0 else 1 end as cut
    from {events} window w as (partition by visitor_id order by ts, event_id));
create temp table placed as
  select visitor_id, session, n, transaction_id from (
    select *, row_number() over (partition by transaction_id order by ts, event_id) as times
    from e where event = 'purchase' and transaction_id <> '') where times = 1;
create temp table orders as
  select visitor_id, session, arg_min(transaction_id, n) as order_id, count(*) as n_orders from placed group by all;
create temp table s1 as
  select visitor_id, session, min(ts) as t from e where event = 'view_item' group by all;
create temp table s2 as
  select e.visitor_id, e.session, min(e.ts) as t from e join s1 using (visitor_id, session)
  where event = 'add_to_cart' and ts >= t group by all;
create temp table s3 as
  select e.visitor_id, e.session, min(e.ts) as t from e join s2 using (visitor_id, session)
  where event = 'begin_checkout' and ts >= t group by all;
create temp table s4 as
  select e.visitor_id, e.session, min(e.ts) as t from e join s3 using (visitor_id, session)
  where event = 'purchase' and ts >= t group by all;
create temp table raw as
  select visitor_id, session, min(ts) as started_at, max(ts) as ended_at, count(*) as n_events,
    count(*) filter (event = 'page_view') as n_pages, bool_or(event = 'purchase') as keyed,
    arg_min(page, n) as landing, arg_max(page, n) as exit, arg_min(device, n) as device,
    min(n) filter (touch) as touched, arg_min(source, n) filter (touch) as source,
    arg_min(coalesce(medium, ''), n) filter (touch) as medium,
    arg_min(coalesce(campaign, ''), n) filter (touch) as campaign
  from (select *, source not in ('(direct)', 'checkout.wompi.co')
    and not (source = '(not set)' and coalesce(medium, '') in ('', '(none)', '(not set)')) as touch from e)
  group by visitor_id, session;
create temp table told as
  select * replace (case when touched is null then '(direct)' else source end as source,
    case when touched is null then '(none)' else nullif(medium, '') end as medium,
    nullif(campaign, '') as campaign) from raw;
create temp table triples as
  select *, case
    when coalesce(s, '') in ('', '(direct)') and coalesce(m, '') in ('', '(none)', '(not set)') then 'Direct'
    when contains(c, 'cross-network') then 'Cross-network'
    when paid and shop then 'Paid Shopping'
    when paid and category = 'search' then 'Paid Search'
    when paid and category = 'social' then 'Paid Social'
    when paid and category = 'video' then 'Paid Video'
    when m in ('display', 'banner', 'expandable', 'interstitial', 'cpm') then 'Display'
    when paid then 'Paid Other'
    when shop then 'Organic Shopping'
    when category = 'social' or m in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media')
      then 'Organic Social'
    when category = 'video' or contains(m, 'video') then 'Organic Video'
    when category = 'search' or m = 'organic' then 'Organic Search'
    when m in ('referral', 'app', 'link') then 'Referral'
    when s in ('email', 'e-mail', 'e_mail', 'e mail') or m in ('email', 'e-mail', 'e_mail', 'e mail') then 'Email'
    when m = 'affiliate' then 'Affiliates'
    when m = 'audio' then 'Audio'
    when s = 'sms' or m = 'sms' then 'SMS'
    when m like '%push' or regexp_matches(m, 'mobile|notification') or s = 'firebase' then 'Mobile Push Notifications'
    else 'Unassigned' end as channel_ga4
  from (select source, medium, campaign, s, m, c, category, regexp_matches(m, '^(.*cp.*|ppc|retargeting|paid.*)$') as paid,
      coalesce(category = 'shopping', false) or coalesce(regexp_matches(c, '^(.*(([^a-df-z]|^)shop|shopping).*)$'), false) as shop
    from (select source, medium, campaign, lower(source) as s, lower(medium) as m, lower(campaign) as c
      from told group by all) left join sites on site = s);
create temp table visits as
  select visitor_id || '.' || epoch_us(started_at) as session_id, visitor_id, started_at, ended_at,
    n_events, n_pages, ended_at - started_at >= interval 10 seconds or n_pages > 1 or keyed as engaged,
    landing, exit, told.source, told.medium, told.campaign, device, order_id, coalesce(n_orders, 0) as n_orders,
    channel_ga4, (s1.t is not null)::int + (s2.t is not null)::int + (s3.t is not null)::int + (s4.t is not null)::int as depth
  from told left join orders using (visitor_id, session) left join s1 using (visitor_id, session)
    left join s2 using (visitor_id, session) left join s3 using (visitor_id, session) left join s4 using (visitor_id, session)
    join triples on told.source is not distinct from triples.source and told.medium is not distinct from triples.medium
      and told.campaign is not distinct from triples.campaign;
copy visits to '{out}/visits00.parquet';
copy (select channel_ga4, step, count(*) filter (depth >= no) as visits from visits,
    (values (1, 'view_item'), (2, 'add_to_cart'), (3, 'begin_checkout'), (4, 'purchase')) steps(no, step) group by all)
  to '{out}/funnel.parquet';
copy (select channel_ga4, started_at::date as day, count(*) as visits, count(*) filter (engaged) as engaged,
    count(*) filter (n_orders > 0) as converted from visits group by all) to '{out}/channels.parquet'
"""


def differences(left: Path, right: Path) -> list[str]:
    """Which of the answers are not the same: both tables row by row, the visits by the sum of the hashes of their rows."""
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
    command = [sys.executable, __file__, "--tool", tool, "--folder", str(folder), "--out", str(out), "--parts", str(parts)]
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
        (ours if asked.tool == "custintel" else theirs)(asked.folder, asked.out, *([asked.parts] if asked.tool == "custintel" else []))
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
