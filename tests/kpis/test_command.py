"""``ci kpis`` on a project, as typed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from custintel import cli, i18n
from custintel.project.folder import Project
from custintel.tables import COST_LEDGER, KPIS, ORDERS, SPEND, Table

Ci = Callable[..., str]
MAY, JUNE = dt.datetime(2026, 5, 4, 10), dt.datetime(2026, 6, 4, 10)
COSTS = """\
currency: COP
costs:
  - category: media
  - category: outer_packing
    rate: 2000
"""
BLANKS: dict[Any, Any] = {
    pl.String: "x",
    pl.UInt32: 1,
    pl.Int64: 1,
    pl.Float64: 1.0,
    pl.Boolean: False,
    pl.Date: MAY.date(),
}


def rows(table: Table, *given: dict[str, Any]) -> pl.DataFrame:
    """Rows of ``table`` with what may not be empty filled in."""
    needed = {c.name: BLANKS.get(c.dtype.base_type()) for c in table.columns if not c.nullable}
    frame = pl.DataFrame([needed | row for row in given], infer_schema_length=None)
    missing = [pl.lit(None, c.dtype).alias(c.name) for c in table.columns if c.name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(c.name).cast(c.dtype) for c in table.columns)


def order(
    order_id: str, status: str = "delivered", channel: str | None = "Paid Social", at: dt.datetime = MAY
) -> dict[str, Any]:
    more = {"total": 100_000, "currency": "COP", "channel": channel, "stated_status": status, "payment_method": "card"}
    return {"order_id": order_id, "status": status, "ordered_at": at, "is_new": True, "customer_id": order_id, **more}


@pytest.fixture(autouse=True)
def wide(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "110")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """100 orders of May, 20 of them refused, and 50 of June; a million was spent in May, half in June."""
    root = tmp_path / "shop"
    project = Project.create(root)
    monkeypatch.chdir(root)
    may = [order(f"m{n:03}", "refused" if n < 20 else "delivered") for n in range(100)]
    june = [order(f"j{n:03}", at=JUNE) for n in range(50)]
    media = [
        {"date": at.date(), "channel": "Paid Social", "campaign": None, "amount": amount, "currency": "COP"}
        for at, amount in ((MAY, 1_000_000), (JUNE, 500_000))
    ]
    with project.write("load", version="1") as run:
        run.put(ORDERS, rows(ORDERS, *may, *june))
        run.put(SPEND, rows(SPEND, *media))
    (root / "costs.yaml").write_text(COSTS, encoding="utf-8")
    return root


def table(name: str) -> pl.DataFrame:
    return pl.read_parquet(Path("tables") / f"{name}.parquet")


def test_the_findings_come_first_then_the_numbers_with_what_they_are_made_of(shop: Path, ci: Ci) -> None:
    """May: 1,000,000 of media and 200,000 of packing over 80 kept: 15,000; believed 10,000."""
    out = ci("kpis", "--from", "2026-05", "--to", "2026-05")
    said = " ".join(out.split())
    assert "1 May 2026 to 31 May 2026, COP" in said
    assert "You believe an order from Paid Social costs COP10,000; it costs COP15,000" in said
    assert said.index("You believe") < said.index("How far orders get") < said.index("By channel")
    assert "Total" in out


def test_the_tables_are_written_and_hold_every_cut(shop: Path, ci: Ci) -> None:
    ci("kpis", "--quiet")
    kpis, ledger = table("kpis"), table("cost_ledger")
    KPIS.conform(kpis)
    COST_LEDGER.conform(ledger)
    assert ledger["base_minor"].sum() == 100 * (1_500_000 + 150 * 2_000)
    cuts = set(kpis["cut"].cast(pl.String))
    assert cuts == {"all", "channel", "campaign", "segment", "category", "city", "month"}
    row = kpis.filter(pl.col("cut") == "month", pl.col("group") == "2026-05", pl.col("kpi") == "cpa_loaded")
    assert row.select("numerator", "denominator", "value", "currency", "basis").row(0) == (
        1_200_000, 80, 15_000, "COP", "cohort",
    )  # fmt: skip


def test_a_second_run_writes_the_same_bytes_and_undo_takes_them_back(shop: Path, ci: Ci) -> None:
    ci("kpis", "--quiet")
    before = {path.name: path.read_bytes() for path in Path("tables").glob("*.parquet")}
    ci("kpis", "--quiet")
    assert {path.name: path.read_bytes() for path in Path("tables").glob("*.parquet")} == before
    ci("undo", "--yes", "--quiet")
    assert not Path("tables/kpis.parquet").exists()


def test_a_dry_run_writes_nothing(shop: Path, ci: Ci) -> None:
    assert "nothing was written" in ci("kpis", "--dry-run")
    assert not Path("tables/kpis.parquet").exists()


def test_two_periods_are_compared(shop: Path, ci: Ci) -> None:
    told = json.loads(ci("kpis", "--from", "2026-06-01", "--to", "2026-06-30", "--compare", "previous", "--json"))
    assert told["previous"] == {"start": "2026-05-01", "end": "2026-05-31"}
    kept = next(one for one in told["changes"] if one["part"] == "kept")
    assert (kept["split"]["before"], kept["split"]["after"]) == (0.8, 1.0)
    out = ci("kpis", "--from", "2026-06", "--to", "2026-06", "--compare", "previous")
    assert "Since 1 May 2026 to 31 May 2026" in out


def test_programs_get_stable_codes_and_colleagues_a_workbook(shop: Path, ci: Ci) -> None:
    told = json.loads(ci("--lang", "es", "kpis", "--by", "channel,month", "--json", "--xlsx", "k.xlsx"))
    assert (told["command"], told["currency"], told["basis"]) == ("kpis", "COP", "cohort")
    assert told["formulas"]["cpa_loaded"] == "(acquisition + hidden) / kept"
    assert {one["cut"] for one in told["numbers"]} == {"all", "channel", "month"}
    assert sum(cost["entered_minor"] for cost in told["costs"]) == 180_000_000
    book = openpyxl.load_workbook("k.xlsx")
    assert book.sheetnames[:4] == ["Lo que dicen las cifras", "Por canal", "Por mes", "Cifras"]
    month = list(book["Por mes"].values)
    placed = month[0].index("Pedidos hechos")
    assert [row[placed] for row in month[1:]] == [100, 50, 150]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_is_written_in_both_languages(shop: Path, ci: Ci, language: str) -> None:
    out = ci("--lang", language, "kpis", "--by", "channel,campaign,segment,category,city,month")
    assert ("Costo real" in out) == (language == "es")
    assert "{" not in out


def test_a_condition_that_holds_ends_with_exit_code_3_and_the_work_is_done(shop: Path, ci: Ci) -> None:
    error = ci("kpis", "--fail-on", "cpa_loaded>10000", "--fail-on", "cm3_share<1%", code=3)
    assert "cpa_loaded>10000" in error
    assert "cm3_share" not in error.partition("happened")[2]
    assert Path("tables/kpis.parquet").exists()
    ci("kpis", "--fail-on", "refusal_rate>50%", "--quiet")


def test_without_a_list_of_costs_only_media_counts_and_it_says_so(shop: Path, ci: Ci, capsys: Any) -> None:
    (shop / "costs.yaml").unlink()
    i18n.activate("en")
    assert cli.run(["kpis"]) == 0
    printed = capsys.readouterr()
    assert "There is no list of costs" in printed.err
    assert table("cost_ledger")["category"].cast(pl.String).unique().to_list() == ["media"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--by", "colour"), "Choose from: channel, campaign"),
        (("--from", "31/05/2026"), "This is no day"),
        (("--from", "2026-02-30"), "This is no day"),
        (("--from", "2026-06", "--to", "2026-05"), "before the first"),
        (("--compare", "previous"), "needs the days"),
        (("--fail-on", "beauty>3"), "no condition"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_write(
    shop: Path, ci: Ci, arguments: tuple[str, ...], said: str
) -> None:
    assert said in " ".join(ci("kpis", *arguments, code=2).split())


def test_a_project_without_orders_says_what_to_run(shop: Path, ci: Ci, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    Project.create(empty)
    assert "ci load" in ci("kpis", "--project", str(empty), code=1)


def test_check_costs_lists_every_mistake_however_many_there_are(shop: Path, ci: Ci) -> None:
    wrong = "".join(f"  - {{category: empaques, name: box {n}, rate: {n}}}\n" for n in range(1, 31))
    Path("mal.yaml").write_text(f"currency: COP\ncosts:\n{wrong}", encoding="utf-8")
    out = ci("kpis", "--check-costs", "--costs", "mal.yaml", code=1)
    assert "mal.yaml has 30 mistakes" in out
    assert all(f"mal.yaml:{line}:" in out for line in range(3, 33))
    told = json.loads(ci("kpis", "--check-costs", "--costs", "mal.yaml", "--json", code=1))
    assert len(told["mistakes"]) == 30
    assert "30 mistakes" in ci("kpis", "--costs", "mal.yaml", code=1)
    assert not Path("tables/kpis.parquet").exists()


def test_check_costs_also_says_what_the_data_say(shop: Path, ci: Ci) -> None:
    Path("costs.yaml").write_text(COSTS + "    where: {city: Pasto}\n", encoding="utf-8")
    out = " ".join(ci("kpis", "--check-costs").split())
    assert "costs.yaml has no mistakes" in out
    assert "fits no order" in out
    assert "No cost for cogs, " in out
    assert not Path("tables/kpis.parquet").exists()


def test_check_costs_needs_no_project(ci: Ci, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("costs.yaml").write_text(COSTS, encoding="utf-8")
    assert "costs.yaml has no mistakes" in ci("kpis", "--check-costs")
