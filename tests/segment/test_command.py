"""``ci segment`` on a project, as typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from custintel.project.folder import Project
from custintel.tables import ORDERS, SEGMENT_MODEL, SEGMENT_PROFILES, SEGMENTS

from .conftest import order, rows

Ci = Callable[..., str]
pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, orders: pl.DataFrame) -> Path:
    root = tmp_path / "shop"
    held = Project.create(root)
    with held.write("load", version="0") as run:
        run.put(ORDERS, orders)
    monkeypatch.chdir(root)
    return root


def stored(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "tables").glob("segment*.parquet")}


def test_it_writes_three_tables_and_shows_a_card_for_each_segment(ci: Ci, project: Path) -> None:
    out = ci("segment")
    held = Project.open(project)
    assert all(held.has(table) for table in (SEGMENTS, SEGMENT_PROFILES, SEGMENT_MODEL))
    for number in range(1, 6):
        assert f"\n{number}. " in out
    assert "Goal: " in out
    assert "Rule" in out
    assert all(len(line) <= 80 for line in out.splitlines() if "tables" not in line)


def test_a_second_run_changes_no_byte_and_undo_puts_everything_back(ci: Ci, project: Path) -> None:
    ci("segment")
    first = stored(project)
    runs = len(Project.open(project).history())
    ci("segment")
    assert stored(project) == first
    assert len(Project.open(project).history()) == runs
    ci("segment", "--k", "3")
    assert stored(project) != first
    ci("undo", "--yes")
    assert stored(project) == first
    told = json.loads(ci("segment", "--json"))
    assert told["anew"] is False
    assert stored(project) == first


def test_a_dry_run_writes_nothing(ci: Ci, project: Path) -> None:
    out = ci("segment", "-n", "--xlsx", "s.xlsx")
    assert not Project.open(project).has(SEGMENTS)
    assert not (project / "s.xlsx").exists()
    assert "nothing was written" in out


def test_json_has_the_same_keys_in_both_languages_and_the_cards(ci: Ci, project: Path) -> None:
    one = json.loads(ci("segment", "--json"))
    other = json.loads(ci("--lang", "es", "segment", "--json"))
    assert one.keys() == other.keys()
    assert [s["segment"] for s in one["segments"]] == [s["segment"] for s in other["segments"]]
    assert [s["name"] for s in one["segments"]] != [s["name"] for s in other["segments"]]
    for segment in one["segments"]:
        assert segment["rules"]
        assert segment["where"]
        assert all(rule["sentence"] and rule["where"] and rule["conditions"] for rule in segment["rules"])
    assert sum(len(segment["rules"]) for segment in one["segments"]) <= 10
    assert sum(segment["customers"] for segment in one["segments"]) == one["measures"]["customers"]


def test_spanish_has_no_english_left(ci: Ci, project: Path) -> None:
    out = ci("--lang", "es", "segment")
    for word in ("customers", "Goal", "Rule", "purchase", "orders", "Champions", "spent"):
        assert word not in out
    assert "Campeones" in out
    assert "última compra".capitalize() in out


def test_rfm_shows_eleven_segments_and_what_scores_mean(ci: Ci, project: Path) -> None:
    out = ci("segment", "--rules", "rfm")
    assert "11. Lost" in out
    assert "What the scores from 1 to 5 mean" in out
    again = json.loads(ci("segment", "--json"))
    assert again["method"] == "rules"
    assert again["anew"] is False


def test_rules_of_a_file_hold_until_others_are_asked_for(ci: Ci, project: Path) -> None:
    (project / "mine.yaml").write_text("segments:\n - name: '=VIP'\n   where: {orders: '>= 3'}\n - name: '[red]Rest'\n")
    out = ci("segment", "--rules", "mine.yaml", "--xlsx", "s.xlsx")
    assert "[red]Rest" in out
    sheet = openpyxl.load_workbook(project / "s.xlsx")["Customers"]
    cells = {sheet.cell(row, 2).value for row in range(2, sheet.max_row + 1)}
    assert cells == {"=VIP", "[red]Rest"}
    assert all(sheet.cell(row, 2).data_type == "s" for row in range(2, 20))
    (project / "mine.yaml").unlink()
    assert json.loads(ci("segment", "--json"))["k"] == 2


def test_mistakes_of_a_rules_file_are_all_told_and_nothing_is_written(ci: Ci, project: Path) -> None:
    (project / "mine.yaml").write_text("segments:\n - name: A\n   where: {ordrs: 3}\n - nam: B\n")
    out = ci("segment", "--rules", "mine.yaml", code=1)
    assert "mine.yaml:3" in out
    assert "mine.yaml:4" in out
    assert not Project.open(project).has(SEGMENTS)


def test_a_workbook_has_segments_rules_a_formula_and_every_customer(ci: Ci, project: Path) -> None:
    ci("segment", "--xlsx", "s.xlsx")
    book = openpyxl.load_workbook(project / "s.xlsx")
    assert book.sheetnames == ["Segments", "Rules", "Formula", "What sets them apart", "Customers"]
    assert book["Segments"].max_row == 6
    assert book["Customers"].max_row == Project.open(project).read(SEGMENTS).height + 1
    assert str(book["Formula"]["A2"].value).startswith("=IF(AND(")
    for title, header in (("Segments", "Money"), ("Customers", "Money spent")):
        (column,) = [cells for cells in book[title].iter_cols() if cells[0].value == header]
        assert {cell.number_format for cell in column[1:] if cell.value is not None} == {"#,##0"}  # no cents of pesos
    (chart,) = book["Segments"]._charts
    drawn = [series.tx.strRef.f.rpartition("!")[2] for series in chart.series]
    assert [book["Segments"][place].value for place in drawn] == ["Share of customers", "Share of money"]
    apart = {row[1] for row in book["What sets them apart"].iter_rows(min_row=2, values_only=True)}
    assert {"Customers", "Orders", "Money spent"} <= apart


def test_the_formula_of_the_workbook_gives_the_segment_that_its_rules_give(ci: Ci, project: Path) -> None:
    told = json.loads(ci("segment", "--json", "--xlsx", "s.xlsx"))
    book = openpyxl.load_workbook(project / "s.xlsx")
    formula = str(book["Formula"]["A2"].value).removeprefix("=")
    right = 0
    for cells in book["Customers"].iter_rows(min_row=2, values_only=True):
        names = {f"_{letter}2": value for letter, value in zip("ABCDEFGH", cells, strict=False)}
        text = formula.replace("$", "_").replace("IF(", "_if(").replace("AND(", "_and(").replace("OR(", "_or(")
        found = eval(  # the formula is ours
            text, {"_if": lambda a, b, c: b if a else c, "_and": lambda *x: all(x), "_or": lambda *x: any(x), **names}
        )
        right += found == cells[1]
    assert right / told["measures"]["customers"] == pytest.approx(told["measures"]["fidelity"])


def test_conditions_end_with_exit_code_3(ci: Ci, project: Path) -> None:
    assert "smallest" in ci("segment", "--fail-on", "smallest<90%", code=3)
    ci("segment", "--fail-on", "moved>1%")


def test_kpis_by_segment_read_the_segments_and_name_them(ci: Ci, project: Path) -> None:
    ci("segment")
    out = ci("kpis", "--by", "segment")
    assert "Champions" in out
    assert "Campeones" in ci("--lang", "es", "kpis", "--by", "segment")


def test_segments_of_a_day_before_are_compared_with(ci: Ci, project: Path, orders: pl.DataFrame) -> None:
    ci("segment", "--as-of", "2026-09-30")
    told = json.loads(ci("segment", "--json"))
    assert told["moved"]
    assert told["measures"]["moved"] is not None
    out = ci("segment")
    assert "Who moved since 30 Sep 2026" in out
    held = Project.open(project)
    assert held.read(SEGMENTS)["compared_with"].unique().to_list()[0].isoformat() == "2026-09-30"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--k", "1"), "no number of segments"),
        (("--k", "many"), "no number of segments"),
        (("--by", ","), "1 to 20 columns"),
        (("--by", "nothing"), "no such column"),
        (("--as-of", "yesterday"), "This is no day"),
        (("--rules", "rfm", "--k", "3"), "Rules say themselves"),
        (("--fail-on", "size>3"), "no condition"),
        (("--xlsx", "s.csv"), "does not end"),
    ],
)
def test_what_cannot_be_obeyed_is_refused_before_the_work(
    ci: Ci, project: Path, typed: tuple[str, ...], said: str
) -> None:
    assert said in ci("segment", *typed, code=2)


def test_a_project_without_anything_says_what_to_load(ci: Ci, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Project.create(tmp_path / "empty")
    monkeypatch.chdir(tmp_path / "empty")
    assert "ci load" in ci("segment", code=1)


def test_text_from_data_reaches_the_terminal_without_its_control_characters(
    ci: Ci, project: Path, orders: pl.DataFrame
) -> None:
    more: dict[str, Any] = {"channel": "\x1b[31mred\u202e"}
    recent = [order(95_000 + n, f"c{n:04d}", 0, 9_000.0, **more) for n in range(80)]
    with Project.open(project).write("load", version="0") as run:
        run.put(ORDERS, pl.concat([orders.with_columns(channel=pl.lit("Email")), rows(ORDERS, recent)]))
    out = ci("segment", "--no-color")
    assert "\x1b[31m" not in out
    assert "\u202e" not in out
