"""``ci value`` as typed: pages, options, and odd bases."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from custintel.project.folder import Project
from custintel.tables import CUSTOMER_VALUE, ORDERS, SEGMENTS, Table
from custintel.value.result import in_units

Ci = Callable[..., str]
pytestmark = pytest.mark.usefixtures("english")
DAY = dt.datetime(2026, 5, 4, 10)
BLANKS: dict[Any, Any] = {
    pl.String: "x",
    pl.UInt32: 1,
    pl.Int32: 1,
    pl.Boolean: False,
    pl.Date: DAY.date(),
}


def rows(table: Table, given: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Rows of ``table`` with what may not be empty filled in."""
    needed = {c.name: BLANKS.get(c.dtype.base_type()) for c in table.columns if not c.nullable}
    frame = pl.DataFrame([needed | row for row in given], infer_schema_length=None) if given else table.empty()
    missing = [pl.lit(None, c.dtype).alias(c.name) for c in table.columns if c.name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(c.name).cast(c.dtype) for c in table.columns)


def order(who: str | None, after: int, total: int = 100, status: str = "delivered") -> dict[str, Any]:
    """An order ``after`` days."""
    at = DAY + dt.timedelta(days=after)
    money = {"total": total, "net_revenue": total, "currency": "COP"}
    return {"customer_id": who, "ordered_at": at, "status": status, "stated_status": status, **money}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A project with these orders."""

    def make(*orders: dict[str, Any], segments: dict[str, str] | None = None) -> Path:
        root = tmp_path / "shop"
        project = Project.create(root)
        monkeypatch.chdir(root)
        with project.write("load", version="1") as run:
            numbered = [{**row, "order_id": f"o{n:05}", "number": f"o{n:05}"} for n, row in enumerate(orders)]
            run.put(ORDERS, rows(ORDERS, numbered))
            if segments:
                codes = {name: place for place, name in enumerate(sorted(set(segments.values())), 1)}
                given = [
                    {"customer_id": who, "segment": name, "segment_id": codes[name], "distance": 0.0}
                    for who, name in segments.items()
                ]
                run.put(SEGMENTS, rows(SEGMENTS, given))
        return root

    return make


def some_orders(customers: int = 120) -> list[dict[str, Any]]:
    """A shop of seven months: customers of one, two and more purchases, one who returned, one of nobody."""
    found = []
    for n in range(customers):
        for k in range(1 + n % 4):
            found.append(order(f"c{n:03}", n % 40 + k * (20 + n % 30), 50 + n))
    return [*found, order("c000", 210, status="returned"), order(None, 100), order("zoe", 3, status="cancelled")]


def table() -> pl.DataFrame:
    return CUSTOMER_VALUE.fill(pl.read_parquet(Path("tables") / "customer_value.parquet"))


def said(text: str) -> str:
    return " ".join(text.split())


def test_the_meaning_comes_first_then_the_tables(shop: Any, ci: Ci) -> None:
    shop(*some_orders())
    out = ci("value")
    order_of = ["What the values say", "Whom to keep", "Tenths", "Audit 1", "What to keep in mind", "Where it is"]
    assert [out.index(part) for part in order_of] == sorted(out.index(part) for part in order_of)
    assert "No costs are counted" in said(out)
    assert "ci kpis" in out
    assert "120 customers of 500 needed" in said(out)
    assert max(map(len, out.splitlines())) <= 80


def test_the_table_holds_everybody_and_ties(shop: Any, ci: Ci) -> None:
    shop(*some_orders())
    ci("value", "--quiet")
    found = table()
    CUSTOMER_VALUE.conform(found)
    assert found.height == 121
    known = [row for row in some_orders() if row["customer_id"] and row["status"] != "cancelled"]
    assert found["net"].sum() == sum(row["net_revenue"] for row in known)
    zoe = found.filter(pl.col("customer_id") == "zoe").row(0, named=True)
    assert (zoe["orders"], zoe["undone"], zoe["keep"], zoe["keep_reason"]) == (0, 1, "let_go", "never_bought")
    assert set(found["model"].cast(pl.String)) == {"none"}
    assert found["p_buy"].null_count() == found.height
    rhythm = found.filter(pl.col("customer_id") == "c003").row(0, named=True)
    assert (rhythm["rhythm"], rhythm["recency"]) == (23.0, 210 - (3 + 3 * 23))


def test_a_model_asked_for_by_name_is_used_and_it_says_what_there_was_too_little_of(shop: Any, ci: Ci) -> None:
    shop(*some_orders())
    told = json.loads(ci("value", "--model", "bg_nbd", "--days", "60", "--months", "6", "--json"))
    assert told["model"]["asked"] == "bg_nbd"
    assert {"gate_overridden"} <= {one["code"] for one in told["doubts"]}
    found = table()
    assert set(found["p_buy_days"]) == {60}
    assert set(found["months"]) == {6}
    assert found.filter(pl.col("orders") > 0)["p_buy"].is_between(0, 1).all()


def test_segments_are_valued_when_asked(shop: Any, ci: Ci) -> None:
    shop(*some_orders(), segments={f"c{n:03}": "top" if n % 4 == 3 else "rest" for n in range(119)})
    told = json.loads(ci("value", "--by", "segment", "--json"))
    rows_ = {row["segment"]: row for row in told["segments"]}
    assert {name: row["customers"] for name, row in rows_.items()} == {"rest": 90, "top": 29, None: 2}
    assert sum(row["money"] for row in rows_.values()) == pytest.approx(float(table()["net"].sum()))
    assert "By segment" in ci("value", "--by", "segment")


def test_segments_that_are_not_there_are_said_to_be_missing(shop: Any, ci: Ci) -> None:
    shop(*some_orders(20))
    assert "ci segment" in ci("value", "--by", "segment", code=1)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_is_written_in_both_languages(shop: Any, ci: Ci, language: str) -> None:
    shop(*some_orders())
    out = ci("--lang", language, "value", "--model", "pareto_nbd", "--cohorts", "quarter")
    assert ("A quién conservar" in out) == (language == "es")
    assert "{" not in out
    assert max(map(len, out.splitlines())) <= 80


def test_colleagues_get_a_workbook(shop: Any, ci: Ci) -> None:
    shop(*some_orders())
    ci("--lang", "es", "value", "--xlsx", "v.xlsx")
    book = openpyxl.load_workbook("v.xlsx")
    assert book.sheetnames[:3] == ["Lo que dicen los valores", "Clientes", "Décimas"]
    customers = list(book["Clientes"].values)
    assert len(customers) == 122
    assert "Qué hacer" in customers[0]
    shown = {sheet[1][at].value: cell.number_format for sheet in list(book)[1:3] for at, cell in enumerate(sheet[2])}
    assert (shown["Parte"], shown["Ventas netas"]) == ("0.0%", "#,##0")  # nobody writes cents of pesos


def test_hundredths_become_units_without_the_dust_of_the_division() -> None:
    """29,350,610 are 293,506.10 and not 293,506.10000000003."""
    cents = range(29_350_600, 29_352_600)
    units = in_units(pl.DataFrame({"net": cents, "customers": 1}), "net")
    assert units["net"].to_list() == [int(cent) / 100 for cent in cents]
    assert units["customers"].unique().to_list() == [1]


def test_a_condition_that_holds_ends_with_exit_code_3_and_the_work_is_done(shop: Any, ci: Ci) -> None:
    shop(*some_orders())
    assert "gini>1%" in ci("value", "--fail-on", "gini>1%", "--fail-on", "fix>0", code=3)
    assert Path("tables/customer_value.parquet").exists()
    ci("value", "--quiet", "--fail-on", "bias>50%")


def test_a_dry_run_writes_nothing_and_undo_takes_it_back(shop: Any, ci: Ci) -> None:
    shop(*some_orders(30))
    assert "nothing was written" in ci("value", "--dry-run")
    assert not Path("tables/customer_value.parquet").exists()
    ci("value", "--quiet")
    ci("undo", "--yes", "--quiet")
    assert not Path("tables/customer_value.parquet").exists()


def test_a_day_in_the_past_looks_at_nothing_later(shop: Any, ci: Ci) -> None:
    shop(*some_orders())
    told = json.loads(ci("value", "--as-of", "2026-06-03", "--json"))
    assert told["as_of"] == "2026-06-03"
    assert table()["last_day"].max() <= dt.date(2026, 6, 3)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--as-of", "31/05/2026"), "This is no day"),
        (("--fail-on", "beauty>3"), "no condition"),
        (("--model", "crystal_ball"), "crystal_ball"),
        (("--days", "0"), "0"),
    ],
)
def test_what_cannot_be_meant_is_refused(shop: Any, ci: Ci, arguments: tuple[str, ...], text: str) -> None:
    shop(*some_orders(10))
    assert text in said(ci("value", *arguments, code=2))


def test_a_project_without_orders_says_what_to_run(tmp_path: Path, ci: Ci) -> None:
    Project.create(tmp_path / "empty")
    assert "ci load" in ci("value", "--project", str(tmp_path / "empty"), code=1)


def test_no_order_at_all_and_none_of_anybody_known_are_refused_in_words(shop: Any, ci: Ci) -> None:
    shop(order(None, 0), order(None, 5))
    assert "None of the orders is of anybody the project knows" in said(ci("value", code=1))


def test_an_empty_table_of_orders_is_refused_in_words(shop: Any, ci: Ci) -> None:
    shop()
    assert "There are no orders to value" in said(ci("value", code=1))


ONE = [order("ana", 0)]
ALIKE = [order(f"c{n}", day) for n in range(40) for day in (0, 30, 60)]
NEGATIVE = [order(f"c{n}", n, -50, "returned") for n in range(30)]
WHALE = [
    *(order(f"c{n:03}", n % 90, 10) for n in range(200)),
    *(order("whale", n, 10_000_000) for n in range(0, 90, 9)),
]
ONCE = [order(f"c{n:04}", n % 300) for n in range(700)]
ONE_DAY = [order(f"c{n:03}", 0) for n in range(600)]
CREDIT = [*ONCE, *(order(f"c{n:04}", 299, -500, "returned") for n in range(700))]


@pytest.mark.parametrize(
    ("orders", "told"),
    [
        (ONE, "1 customers of 500 needed"),
        (ALIKE, "40 customers of 500 needed"),
        (NEGATIVE, "None of the 30 people with orders brought anything"),
        (WHALE, "1 customers (0.5%) bring 80% of net sales"),
        (ONCE, "nobody bought three times"),
        (ONE_DAY, "0 days of 180 needed"),
        (CREDIT, "None of the 700 people with orders brought anything"),
    ],
    ids=["one customer", "all alike", "negative", "a whale", "bought once", "one day", "credits"],
)
@pytest.mark.parametrize("model", ["", "pareto_nbd", "mbg_nbd", "bg_nbd"])
def test_odd_bases_get_a_sentence_and_a_sensible_table(
    shop: Any, ci: Ci, orders: list[dict[str, Any]], told: str, model: str
) -> None:
    shop(*orders)
    out = said(ci("value", *(("--model", model) if model else ())))
    if not model or "None of" in told or "bring" in told:
        assert told in out
    elif orders is ONCE or orders is ONE_DAY:
        assert "nobody bought on a second day" in out
    found = table()
    CUSTOMER_VALUE.conform(found)
    assert found["net"].sum() == sum(row["net_revenue"] for row in orders)
    assert not found.select(pl.selectors.float().is_nan().any()).row(0).count(True)
    assert sorted(found["rank"]) == list(range(1, found.height + 1))


def test_the_order_of_rows_changes_no_byte(shop: Any, ci: Ci, tmp_path: Path) -> None:
    root = shop(*some_orders())
    ci("value", "--quiet", "--model", "pareto_nbd")
    before = table()
    project = Project.open(root)
    with project.write("load", version="1") as run:
        run.put(ORDERS, project.read(ORDERS).sample(fraction=1, shuffle=True, seed=2))
    ci("value", "--quiet", "--model", "pareto_nbd")
    assert table().equals(before)


@pytest.mark.parametrize("as_of", ["2026-06-25", "2026-08-20", "2026-09-15"])
def test_a_quarter_that_is_still_running_is_no_cohort_to_compare(shop: Any, ci: Ci, as_of: str) -> None:
    shop(*some_orders())
    out = ci("value", "--model", "none", "--cohorts", "quarter", "--as-of", as_of, "--dry-run")
    equal = out.partition("cohorts at equal age")[2].partition("Audit 5")[0]
    assert equal
    assert f"Q{(int(as_of[5:7]) + 2) // 3}" not in equal
