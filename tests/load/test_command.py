"""``ci load`` as it is typed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from custintel import cli
from custintel.load.command import NAMES
from custintel.load.kinds import LOADED
from custintel.tables import CUSTOMERS, TABLES

from .conftest import SHOP

Ci = Callable[..., str]
pytestmark = pytest.mark.usefixtures("english")
ORDERED = (
    "order_id,ordered_at,total,currency,email\n1,2026-05-13,10,COP,ana@a.example\n2,2026-05-14,20,COP,eva@a.example\n"
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "orders.csv").write_text(ORDERED)
    return folder


def test_the_tables_that_can_be_named_are_those_that_are_loaded() -> None:
    assert set(NAMES) == set(LOADED)
    assert LOADED.keys() <= TABLES.keys()


def test_loading_makes_a_project_and_tells_what_to_compare(ci: Ci, shop: Path) -> None:
    told = ci("load", "orders.csv")
    assert "Compare with what the platform shows" in told
    assert "30 COP" in told
    assert pl.read_parquet(shop / "tables" / "orders.parquet").height == 2
    assert "2 people whom nobody knew were added as records" in told
    assert pl.read_parquet(shop / "tables" / "customers.parquet").height == 2


def test_loading_again_is_not_a_run(ci: Ci, shop: Path) -> None:
    first = json.loads(ci("load", "orders.csv", "--json"))
    again = json.loads(ci("load", "orders.csv", "--json"))
    assert (first["run_id"], again["run_id"]) == ("r0001", None)
    assert len(json.loads(ci("history", "--json"))["runs"]) == 1


def test_a_dry_run_writes_nothing(ci: Ci, shop: Path) -> None:
    assert "Dry run" in ci("load", "orders.csv", "-n")
    assert [path.name for path in shop.iterdir()] == ["orders.csv"]


def test_undo_takes_the_people_of_a_loading_back_and_why_tells_of_them(ci: Ci, shop: Path) -> None:
    ci("load", "orders.csv")
    assert "orders.csv" in ci("why", "ana@a.example")
    ci("undo", "--yes")
    assert not list((shop / "tables").glob("*.parquet"))


def test_orders_are_stale_when_people_change_later(ci: Ci, shop: Path) -> None:
    (shop / "crm.csv").write_text("nombre,correo,celular\nAna Gil,ana@a.example,3104567812\n")
    ci("load", "orders.csv")
    assert "Everything is up to date" in ci("status")
    ci("clean", "crm.csv", "--country", "CO", "--no-input")
    assert "ci load" in ci("status")


def test_undo_takes_a_loading_back(ci: Ci, shop: Path) -> None:
    ci("load", "orders.csv")
    ci("undo", "--yes")
    assert not (shop / "tables" / "orders.parquet").exists()


def test_json_has_the_account_of_every_file(ci: Ci, shop: Path) -> None:
    (file,) = json.loads(ci("load", "orders.csv", "--json"))["files"]
    assert {name: file[name] for name in ("table", "platform", "rows", "used", "refused", "makes", "sums", "from")} == {
        "table": "orders", "platform": None, "rows": 2, "used": 2, "refused": 0, "makes": 2, "sums": {"COP": "30.00"},
        "from": "2026-05-13",
    }  # fmt: skip


def _paths(value: Any, known: set[str], path: str = "") -> Iterator[str]:
    """The paths of everything in ``value``; a key that the page does not name is ``*``."""
    if isinstance(value, dict):
        for name, inner in value.items():
            dotted = f"{path}.{name}".lstrip(".")
            named = any(one == dotted or one.startswith((f"{dotted}.", f"{dotted}[")) for one in known)
            yield from _paths(inner, known, dotted if named else f"{path}.*")
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, known, f"{path}[]")
    else:
        yield path


def test_the_json_has_exactly_the_keys_of_its_page(ci: Ci, shop: Path) -> None:
    page = (SHOP.parent / "docs" / "load.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^\| `([\w.*\[\]]+)` \|", page, re.MULTILINE))
    (shop / "people.csv").write_text(
        "order_id,ordered_at,total,email,phone\nA,2026-05-13,1,ana@a.example,\nB,2026-05-13,1,,3104567812\n"
    )
    (shop / "open.csv").write_text("order_id,ordered_at,total,email,phone\nC,2026-05-13,1,ana@a.example,3104567812\n")
    ci("load", "people.csv", "--country", "CO")
    (shop / "e.csv").write_text("ts,visitor_id,event,page\n2026-05-13 10:00:00,v1,page_view,/\n")
    (shop / "s.csv").write_text("date,date_to,campaign,amount\n2026-05-01,2026-05-07,Velas,70\nmal,,Velas,7\n")
    told = json.loads(ci("load", "orders.csv", "open.csv", "e.csv", "s.csv", "--country", "CO", "--json"))
    assert set(_paths(told, known)) == known


def test_currency_and_time_zone_are_remembered(ci: Ci, shop: Path) -> None:
    (shop / "more.csv").write_text("order_id,ordered_at,total\n7,2026-05-13,10\n")
    ci("load", "orders.csv", "--currency", "PEN", "--timezone", "America/Lima")
    ci("load", "more.csv")
    orders = pl.read_parquet(shop / "tables" / "orders.parquet")
    assert dict(orders.select("order_id", "currency").iter_rows())["7"] == "PEN"


def test_people_cleaned_later_get_their_orders_by_loading_without_files(ci: Ci, shop: Path) -> None:
    ci("load", "orders.csv")
    ci("clean", "orders.csv", "--country", "CO", "--no-input")
    assert "joined with the people" in ci("load")
    orders = pl.read_parquet(shop / "tables" / "orders.parquet")
    assert orders["customer_id"].null_count() == 0
    assert pl.read_parquet(shop / "tables" / "customers.parquet", columns=[CUSTOMERS.key[0]]).height == 2


def test_without_files_and_without_a_project_there_is_nothing_to_load(ci: Ci, shop: Path) -> None:
    assert "no custintel project" in ci("load", code=1)


def test_a_refused_file_leaves_no_project_behind(ci: Ci, shop: Path) -> None:
    (shop / "crm.csv").write_text("nombre,correo,celular\nAna,ana@a.example,3104567812\n")
    assert "ci clean crm.csv" in ci("load", "orders.csv", "crm.csv", code=1)
    assert not (shop / "custintel.toml").exists()


def test_a_map_needs_a_column_and_a_header(ci: Ci, shop: Path) -> None:
    assert "a column and a header" in ci("load", "orders.csv", "--map", "total", code=2)


def test_a_workbook_of_people_can_be_written_after_loading(ci: Ci, shop: Path) -> None:
    (shop / "bad.csv").write_text("order_id,ordered_at,total\n1,2026-05-13,mucho\n2,2026-05-13,1\n")
    ci("load", "bad.csv")
    ci("clean", "orders.csv", "--country", "CO", "--no-input", "--xlsx", "out.xlsx")
    assert (shop / "out.xlsx").exists()


def test_the_demo_line_runs(ci: Ci, shop: Path) -> None:
    line = next(entry.demo for entry in cli.TABLE if entry.name == "load").split()
    for name in line:
        if (SHOP / name).exists():
            shutil.copy(SHOP / name, shop / name)
    told = json.loads(ci(*line, "--json"))
    assert {file["table"] for file in told["files"]} == {
        "orders", "spend", "products", "returns", "calls", "surveys", "actions", "events",
    }  # fmt: skip
    assert told["visits"]["visits"] > 12_000


NAMED = (
    "pedido;fecha;total;cliente;documento\n"
    "1;13/05/2026;10;CONSUMIDOR FINAL;222222222222\n2;13/05/2026;10;CONSUMIDOR FINAL;222222222222\n"
    "3;14/05/2026;10;Cliente Mostrador;\n4;14/05/2026;10;Ana Gómez;52123456\n"
)


def test_orders_that_name_nobody_usable_are_no_draw_between_customers(ci: Ci, shop: Path) -> None:
    (shop / "caja.csv").write_text(NAMED)
    said = ("load", "caja.csv", "--country", "CO")
    told = " ".join(ci(*said).split())
    assert "3 orders name nobody that can be used as a person (such as CONSUMIDOR FINAL)." in told
    assert "ci review" not in told
    data = json.loads(ci(*said, "--json"))
    assert (data["orders_of_nobody"], data["people_unknown"]) == (3, {})
