"""``ci goals`` on a project, as typed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from custintel.project.folder import Project
from custintel.tables import (
    CUSTOMER_VALUE,
    CUSTOMERS,
    GOAL_PEOPLE,
    GOALS,
    OFFERS,
    ORDER_ITEMS,
    ORDERS,
    SEGMENTS,
    Table,
)

Ci = Callable[..., str]
pytestmark = pytest.mark.usefixtures("english")
LAST = dt.datetime(2026, 10, 31, 10)
BLANKS: dict[Any, Any] = {
    pl.String: "x", pl.UInt32: 1, pl.Int32: 1, pl.Int64: 1, pl.Float64: 1.0, pl.Boolean: False, pl.Date: LAST.date(),
    pl.Decimal: 0, pl.List: [], pl.Datetime: LAST,
}  # fmt: skip


def rows(table: Table, given: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows of ``table`` with what may not be empty filled in."""
    needed = {
        c.name: c.dtype.categories[0] if isinstance(c.dtype, pl.Enum) else BLANKS[c.dtype.base_type()]
        for c in table.columns
        if not c.nullable
    }
    frame = pl.DataFrame([needed | row for row in given], infer_schema_length=None) if given else table.empty()
    missing = [pl.lit(None, c.dtype).alias(c.name) for c in table.columns if c.name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(c.name).cast(c.dtype) for c in table.columns)


def order(
    number: int, customer: str | None, ago: int, total: float = 100_000, status: str = "delivered"
) -> dict[str, Any]:
    return {
        "order_id": f"o{number:05}", "customer_id": customer, "ordered_at": LAST - dt.timedelta(days=ago),
        "status": status, "stated_status": status, "currency": "COP", "total": total,
        "net_revenue": total, "shipping_charged": 9000,
    }  # fmt: skip


def item(number: int, line: int, sku: str, net: float = 50_000) -> dict[str, Any]:
    name = f"Article {sku}"
    return {
        "order_id": f"o{number:05}", "line_no": line, "sku": sku, "name": name, "category": sku[0], "qty": 1.0,
        "unit_price": net, "net": net, "unit_cost": net * 0.4,
    }  # fmt: skip


def base(people: int = 90) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every person buys at their own pace, of two articles out of twelve in three categories."""
    orders, items = [], []
    for person in range(people):
        gap = 20 + person % 40
        for time in range(1 + person % 6):
            number = len(orders)
            orders.append(order(number, f"c{person:03}", person % 50 + gap * time, 60_000 + 1000 * (person % 60)))
            items += [
                item(number, 1, f"{'ABC'[person % 3]}{person % 4}"),
                item(number, 2, f"{'ABC'[time % 3]}{time % 4}x"),
            ]
    return orders, items


Shop = Callable[..., Path]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A project with these tables."""

    def made(tables: dict[Table, list[dict[str, Any]]]) -> Path:
        root = tmp_path / "shop"
        project = Project.open(root) if root.exists() else Project.create(root)
        monkeypatch.chdir(root)
        with project.write("load", version="1") as run:
            for table, given in tables.items():
                run.put(table, rows(table, given))
        return root

    return made


@pytest.fixture
def usual(shop: Shop) -> Path:
    orders, items = base()
    root = shop({ORDERS: orders, ORDER_ITEMS: items})
    (root / "costs.yaml").write_text(
        "currency: COP\ncosts:\n  - category: cogs\n  - category: payment_fees\n    rate: 3%\n  - category: transport\n"
        "    driver: per_shipment\n    rate: 7000\n",
        encoding="utf-8",
    )
    return root


def read(table: Table) -> pl.DataFrame:
    return table.fill(pl.read_parquet(Path("tables") / f"{table.name}.parquet"))


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_a_proposal_is_made_written_and_read_the_next_time(usual: Path, ci: Ci) -> None:
    out = ci("goals")
    text = Path("goals.yaml").read_text(encoding="utf-8")
    assert "measure: frequency" in text
    assert "The goal" not in text
    assert squeezed(out).index("What the numbers say") < squeezed(out).index("Goals") < squeezed(out).index("Offers")
    before = {path.name: path.read_bytes() for path in Path("tables").glob("*.parquet")}
    again = ci("goals")
    assert Path("goals.yaml").read_text(encoding="utf-8") == text
    after = {path.name: path.read_bytes() for path in Path("tables").glob("*.parquet")}
    for name in ("goal_people", "offers"):
        assert pl.read_parquet(Path(f"tables/{name}.parquet")).height
    assert set(before) == set(after)
    assert read(GOALS).select("goal", "target", "basis").rows()
    assert squeezed(again.split("Where it is")[0]) == squeezed(out.split("Where it is")[0])


def test_the_tables_are_as_declared_and_agree_with_each_other(usual: Path, ci: Ci) -> None:
    ci("kpis", "--quiet")
    ci("goals", "--quiet")
    goals, people, offers = read(GOALS), read(GOAL_PEOPLE), read(OFFERS)
    for table, frame in ((GOALS, goals), (GOAL_PEOPLE, people), (OFFERS, offers)):
        table.conform(frame)
    assert offers.height
    counted = people.group_by("goal").agg(n=pl.len().cast(pl.Int64), holdout=pl.col("holdout").sum().cast(pl.Int64))
    assert goals.select("goal", "n", "holdout").sort("goal").equals(counted.sort("goal"))
    both = offers.join(people, on=["goal", "customer_id"])
    assert both.height
    assert (both["holdout"] == both["holdout_right"]).all()
    row = goals.filter(pl.col("measure") == "frequency").row(0, named=True)
    value = row["n"] * row["p_buy"] * (row["target"] - row["baseline"]) * float(row["unit_margin"])
    assert float(row["value"]) == pytest.approx(value, rel=1e-4)


def test_a_persons_list_is_never_overwritten(usual: Path, ci: Ci) -> None:
    ci("goals", "--quiet")
    mine = "goals:\n  - segment: all\n    measure: frequency\n    target: 3\n    from: 2026-11-01\n    to: 2027-01-30\n"
    Path("goals.yaml").write_text(mine, encoding="utf-8")
    ci("goals", "--quiet")
    assert Path("goals.yaml").read_text(encoding="utf-8") == mine
    assert read(GOALS)["target"].to_list() == [3.0]
    ci("goals", "--propose", "--quiet")
    assert Path("goals.1.yaml").read_text(encoding="utf-8") == mine
    assert "breadth" in Path("goals.yaml").read_text(encoding="utf-8")


def test_the_spanish_proposal_is_the_same_list(usual: Path, ci: Ci) -> None:
    ci("goals", "--quiet")
    goals = read(GOALS)
    Path("goals.yaml").unlink()
    ci("--lang", "es", "goals", "--quiet")
    text = Path("goals.yaml").read_text(encoding="utf-8")
    assert "medida: frecuencia" in text
    ci("--lang", "es", "goals", "--quiet")
    assert read(GOALS).equals(goals)


def test_mistakes_are_told_and_nothing_is_written(usual: Path, ci: Ci) -> None:
    Path("goals.yaml").write_text("goals:\n  - segment: vip\n    measure: frequenzy\n    target: 3\n", encoding="utf-8")
    out = squeezed(ci("goals", code=1))
    assert "goals.yaml:2: There is no segment 'vip'." in out
    assert "goals.yaml:3: 'frequenzy' is not a value of measure. Did you mean 'frequency'?" in out
    assert not Path("tables/goals.parquet").exists()


def test_a_dry_run_writes_nothing(usual: Path, ci: Ci) -> None:
    assert "nothing was written" in ci("goals", "--dry-run")
    assert not Path("tables/goals.parquet").exists()
    assert not Path("goals.yaml").exists()


def test_without_costs_nothing_is_taken_off_and_it_says_why(usual: Path, ci: Ci) -> None:
    out = squeezed(ci("goals"))
    assert "no costs have been counted. Run ci kpis." in out
    offers = read(OFFERS)
    assert offers["max_discount"].null_count() == offers.height > 0
    assert set(offers["no_discount"].cast(pl.String)) == {"not_counted"}
    assert read(GOALS)["value"].null_count() == read(GOALS).height


def test_costs_without_those_of_goods_are_no_ground_for_a_discount(usual: Path, ci: Ci) -> None:
    Path("costs.yaml").write_text("currency: COP\ncosts:\n  - category: payment_fees\n    rate: 3%\n", encoding="utf-8")
    ci("kpis", "--quiet")
    out = squeezed(ci("goals"))
    assert "the costs counted have none of the goods themselves" in out
    assert read(OFFERS)["max_discount"].null_count() == read(OFFERS).height


def test_no_offer_takes_off_more_than_the_ledger_leaves(usual: Path, ci: Ci) -> None:
    """By hand: of every article, what its orders sold less goods, freight and the fee at the lower price."""
    ci("kpis", "--quiet")
    ci("goals", "--quiet")
    offers = read(OFFERS).filter(pl.col("max_discount").is_not_null())
    margins = pl.read_parquet("tables/order_margins.parquet")
    assert offers.height
    total, goods = float(margins["net_sales"].sum()), float(margins["product"].sum())
    fees, freight = float(margins["payment"].sum()), float(margins["fulfilment"].sum())
    whole = offers.filter(pl.col("sku").is_null())["max_discount"].unique()
    for limit in whole:
        assert (total - fees) * (1 - limit) - goods - freight > 0
    assert offers["max_discount"].max() < 0.6  # type: ignore[operator]


def test_without_segments_or_value_it_says_what_would_give_more(usual: Path, ci: Ci) -> None:
    out = squeezed(ci("goals"))
    assert "ci segment --k 5 makes groups" in out
    assert "Chances to buy are worked out from each customer's own past" in out
    assert "run ci contactability before you send anything" in out


def test_with_segments_each_has_goals_from_best_to_last(usual: Path, shop: Shop, ci: Ci) -> None:
    members = [
        {"customer_id": f"c{n:03}", "segment_id": 1 + (n % 6 < 3), "segment": "at_risk" if n % 6 < 3 else "loyal"}
        for n in range(90)
    ]
    chances = [
        {"customer_id": f"c{n:03}", "p_buy": 0.2, "p_buy_days": 90, "months": 12, "expected_orders": 0.6931471805599453}
        for n in range(90)
    ]
    shop({SEGMENTS: members, CUSTOMER_VALUE: chances})
    out = squeezed(ci("goals"))
    goals = read(GOALS)
    assert set(goals["segment"]) == {"loyal", "at_risk"}
    assert goals.filter(pl.col("segment") == "at_risk", pl.col("measure") == "frequency")["basis"].to_list()
    assert goals["p_buy"].to_list() == pytest.approx([0.5] * goals.height)
    assert "90 customers in 2 segments" in out
    assert "ci segment" not in out.split("Where it is")[0]
    assert set(read(OFFERS)["segment"].drop_nulls()) == {"loyal", "at_risk"}


def test_only_who_may_be_contacted_gets_an_offer(usual: Path, shop: Shop, ci: Ci) -> None:
    people = [
        {
            "customer_id": f"c{n:03}", "full_name": f"Person {n}", "best_channel": "email" if n % 2 else None,
            "may_contact_email": "yes" if n % 2 else "no: asked not to",
        }
        for n in range(90)
    ]  # fmt: skip
    shop({CUSTOMERS: people})
    out = squeezed(ci("goals"))
    offers = read(OFFERS)
    assert set(offers["channel"]) == {"email"}
    assert all(int(name[1:]) % 2 for name in offers["customer_id"].unique())
    assert "because no channel that reaches them is permitted" in out
    assert "Person" in out


def test_the_next_run_measures_those_who_were_drawn(usual: Path, ci: Ci) -> None:
    ci("goals", "--as-of", "2026-07-31", "--quiet")
    drawn = read(GOAL_PEOPLE)
    out = squeezed(ci("goals"))
    assert read(GOAL_PEOPLE).equals(drawn)
    goals = read(GOALS)
    assert goals["days_measured"].to_list() == [91] * goals.height
    assert set(goals["verdict"].cast(pl.String)) <= {"too_small", "no_difference"}
    assert "Progress" in out
    assert "All goals are over. ci goals --propose writes new ones" in out


def test_who_has_not_bought_lately_is_not_taken_to_be_all_alike(shop: Shop, ci: Ci) -> None:
    """Everybody bought 100 to 190 days ago: in the last 91 days nobody did, and yet they will not all do the same."""
    orders = [order(n, f"c{n:03}", 100 + n, 50_000 + 900 * n) for n in range(90)]
    shop({ORDERS: orders + [order(90 + n, f"c{n:03}", 195 + n) for n in range(40)]})
    ci("goals", "--as-of", "2026-10-31", "--quiet")
    goals = read(GOALS).filter(pl.col("measure") == "frequency")
    assert goals.height == 1
    assert goals["visible"][0] > 1
    assert goals["control_needed"][0] is None


def test_too_early_is_said_with_the_day_to_wait_for(usual: Path, ci: Ci) -> None:
    ci("goals", "--as-of", "2026-10-10", "--quiet")
    assert "Too early to measure" in squeezed(ci("goals"))
    assert set(read(GOALS)["verdict"].cast(pl.String)) == {"too_early"}


def test_workbook_and_list_hold_nobody_who_is_held_out(usual: Path, ci: Ci) -> None:
    ci("kpis", "--quiet")
    ci("goals", "--xlsx", "o.xlsx", "--csv", "o.csv", "--quiet")
    offers = read(OFFERS)
    sent, held = (set(offers.filter(pl.col("holdout") == side)["customer_id"]) for side in (False, True))
    book = openpyxl.load_workbook("o.xlsx")
    assert book.sheetnames == ["What the numbers say", "Goals", "Offers to send", "Win back", "Send them nothing"]
    listed = {row[0] for row in book["Offers to send"].iter_rows(min_row=2, values_only=True)}
    nothing = {row[0] for row in book["Send them nothing"].iter_rows(min_row=2, values_only=True)}
    assert listed <= sent
    assert nothing == held
    for title, header in (("Offers to send", "Leaves"), ("Goals", "Leaves in 12 months")):
        (column,) = [cells for cells in book[title].iter_cols() if cells[0].value == header]
        assert {cell.number_format for cell in column[1:] if cell.value is not None} == {"#,##0"}  # no cents of pesos
    assert Path("o.csv").read_bytes().startswith("\ufeff".encode())
    assert (
        len(Path("o.csv").read_text(encoding="utf-8-sig").splitlines()) == 1 + offers.filter(~pl.col("holdout")).height
    )


def test_names_of_articles_run_nothing_and_draw_nothing(shop: Shop, ci: Ci) -> None:
    orders, items = base()
    for row in items:
        row["name"] = "=cmd|' /C calc'!A0 [red]\x1b[31m" if row["sku"] == "A0" else row["name"]
    shop({ORDERS: orders, ORDER_ITEMS: items})
    out = ci("goals", "--xlsx", "o.xlsx", "--csv", "o.csv")
    assert "\x1b[31m" not in out
    cells = [cell for sheet in openpyxl.load_workbook("o.xlsx") for row in sheet.iter_rows() for cell in row]
    assert any("cmd|" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    assert '"=cmd' not in Path("o.csv").read_text(encoding="utf-8-sig")


def test_json_has_stable_keys(usual: Path, ci: Ci) -> None:
    made, spanish = (json.loads(ci("--lang", language, "goals", "--json")) for language in ("en", "es"))
    assert made["command"] == "goals"
    assert {"goals", "offers", "check", "thresholds", "discounts", "findings", "not_offered"} <= made.keys()
    assert made["findings"] == spanish["findings"]


def test_fail_on_ends_with_code_3(usual: Path, ci: Ci) -> None:
    assert "offers>0" in ci("goals", "--fail-on", "offers>0", code=3)
    ci("goals", "--fail-on", "goals_that_harm>0", "--quiet")
    assert "This is no condition" in ci("goals", "--fail-on", "money>0", code=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--as-of", "yesterday"), "This is no day."),
        (("--goals", "mine.yaml", "--propose"), "A proposal goes to goals.yaml of the project"),
        (("--goals", "mine.yaml"), "This file or folder does not exist."),
        (("--xlsx", "o.csv"), "does not end as it should"),
    ],
)
def test_wrong_usage_is_told(usual: Path, ci: Ci, arguments: tuple[str, ...], said: str) -> None:
    assert said in squeezed(ci("goals", *arguments, code=1 if "exist" in said else 2))


def test_without_orders_it_says_what_to_load(shop: Shop, ci: Ci) -> None:
    shop({})
    assert "There are no orders in this project yet." in ci("goals", code=1)
    shop({ORDERS: []})
    assert "Nobody known has bought anything" in squeezed(ci("goals", code=1))


ODD: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "nobody known": ([order(1, None, 3)], [item(1, 1, "A0")]),
    "nothing kept": ([order(1, "c1", 3, status="refused")], [item(1, 1, "A0")]),
    "before the day": ([order(1, "c1", -3)], []),
}


@pytest.mark.parametrize("name", ODD)
def test_a_base_in_which_nobody_bought_is_refused_in_a_sentence(name: str, shop: Shop, ci: Ci) -> None:
    orders, items = ODD[name]
    shop({ORDERS: orders, ORDER_ITEMS: items})
    assert "Nobody known has bought anything" in squeezed(ci("goals", "--as-of", "2026-10-31", code=1))


def alike(n: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return [order(k, f"c{k:03}", 10) for k in range(n)], [item(k, 1, "A0") for k in range(n)]


SENSIBLE: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "one customer": ([order(k, "c1", 10 * k) for k in range(5)], [item(k, 1, "A0") for k in range(5)]),
    "one order": ([order(1, "c1", 3)], [item(1, 1, "A0")]),
    "one product": ([order(k, f"c{k % 50}", k % 90) for k in range(200)], [item(k, 1, "A0") for k in range(200)]),
    "all alike": alike(100),
    "no lines": (base()[0], []),
    "lines without names or skus": (base()[0], [{**row, "sku": None, "name": None} for row in base()[1]]),
    "negative totals": ([order(k, f"c{k % 40:03}", k % 300, -5 if k % 2 else 100) for k in range(200)], []),
    "no currency": ([{**row, "currency": None} for row in base()[0]], base()[1]),
    "two currencies": ([{**row, "currency": "USD" if k % 9 else "COP"} for k, row in enumerate(base()[0])], base()[1]),
}  # fmt: skip


@pytest.mark.parametrize("name", SENSIBLE)
@pytest.mark.parametrize("language", ["en", "es"])
def test_an_odd_base_has_a_sensible_result(name: str, language: str, shop: Shop, ci: Ci) -> None:
    orders, items = SENSIBLE[name]
    shop({ORDERS: orders, ORDER_ITEMS: items})
    out = ci("--lang", language, "goals", "--xlsx", "o.xlsx", "--csv", "o.csv")
    assert max(len(line) for line in out.splitlines() if not line.strip().startswith(("•", "ci "))) <= 80
    ci("goals", "--quiet")
    assert read(GOALS).height or "Goals" not in out


def test_a_segment_that_is_empty_now_keeps_what_was_drawn(usual: Path, shop: Shop, ci: Ci) -> None:
    def members(name: str) -> list[dict[str, Any]]:
        return [{"customer_id": f"c{n:03}", "segment_id": 1, "segment": name} for n in range(90)]

    shop({SEGMENTS: members("loyal")})
    ci("goals", "--as-of", "2026-09-01", "--quiet")
    drawn = read(GOAL_PEOPLE)
    shop({SEGMENTS: members("at_risk")})
    out = squeezed(ci("goals"))
    assert read(GOAL_PEOPLE).equals(drawn)
    assert "are of segments that nobody is in any more" in out
