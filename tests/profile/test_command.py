"""``ci profile`` on a project, as typed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from custintel import i18n
from custintel.profile import words
from custintel.profile.traits import TRAITS
from custintel.project.folder import Project
from custintel.tables import CONTACT_POINTS, CUSTOMERS, IDENTITIES, ORDER_ITEMS, ORDERS, RECORDS, SEGMENTS
from custintel.tables.profiles import COUNTED, TOPIC

from .conftest import MAY, line, order, rows

Ci = Callable[..., str]
LONGEST = 80


@pytest.fixture(autouse=True)
def wide(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(LONGEST))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """100 people of Medellín, of whom 60 pay on delivery, and 100 of Bogotá, of whom 30 do; ana bought four times."""
    root = tmp_path / "shop"
    project = Project.create(root)
    monkeypatch.chdir(root)
    orders, items = [], []
    for n in range(200):
        cod = n % 100 < (60 if n < 100 else 30)
        where = {"city": "Medellín" if n < 100 else "Bogotá", "payment_method": "cod" if cod else "card"}
        orders.append(order(f"o{n:03}", f"c{n:03}", MAY, **where))
        items.append(line(f"o{n:03}", f"s{n % 4}", "tea" if n % 2 else "dogs", 10_000 + 1_000 * (n % 4)))
    for n, day in enumerate((20, 40, 60)):
        orders.append(order(f"a{n}", "c000", MAY + dt.timedelta(days=day), city="Medellín", payment_method="cod"))
    people = [{"customer_id": f"c{n:03}", "full_name": f"Person {n:03}", "last_seen": MAY} for n in range(200)]
    with project.write("load", version="1") as run:
        run.put(CUSTOMERS, rows(CUSTOMERS, people))
        run.put(ORDERS, rows(ORDERS, orders))
        run.put(ORDER_ITEMS, rows(ORDER_ITEMS, items))
        whose = [{"record_id": f"r{n:03}", "customer_id": f"c{n:03}"} for n in range(200)]
        run.put(IDENTITIES, rows(IDENTITIES, [one | {"decided_by": "rule"} for one in whose]))
        run.put(RECORDS, RECORDS.empty())
        run.put(CONTACT_POINTS, CONTACT_POINTS.empty())
    return root


def table(name: str) -> pl.DataFrame:
    return pl.read_parquet(f"tables/{name}.parquet")


def test_what_sets_a_city_apart_is_said_first_and_in_words(ci: Ci, shop: Path) -> None:
    text = " ".join(ci("profile", "--by", "city").split())
    told = "People of Medellín pay on delivery twice as often as the rest (61% against 30%; 103 orders of 100 people)."
    assert told in text
    assert text.index(told) < text.index("What they buy")


def test_the_tables_hold_every_trait_and_every_person(ci: Ci, shop: Path) -> None:
    ci("profile", "--by", "city,payment_method")
    profiles, people = table("profiles"), table("customer_profiles")
    assert set(profiles["cut"]) == {"all", "city", "payment_method"}
    assert people.height == 200
    ana = people.row(0, named=True)
    assert (ana["customer_id"], ana["orders"], ana["gaps"], ana["next_by"]) == ("c000", 4, 3, "own")
    assert ana["median_gap"] == 20
    assert profiles.filter("distinct")["p"].max() < 0.05  # type: ignore[operator]


def test_without_segments_people_are_told_apart_by_how_often_they_bought(ci: Ci, shop: Path) -> None:
    assert "What sets them apart: purchases" in ci("profile")
    assert set(table("profiles")["cut"]) == {"all", "frequency"}


def test_segments_are_told_apart_once_there_are_some(ci: Ci, shop: Path) -> None:
    day = MAY.date()
    who = [{"customer_id": f"c{n:03}", "segment": "best" if n < 50 else "other", "as_of": day} for n in range(150)]
    with Project.open(shop).write("segment", version="1") as run:
        run.put(SEGMENTS, rows(SEGMENTS, [one | {"is_new": True} for one in who]))
    ci("profile")
    found = table("profiles").filter(pl.col("cut") == "segment").select("group", "people").unique().sort("group")
    assert found.rows() == [("best", 50), ("other", 100)]


def test_a_column_of_the_table_of_customers_tells_apart(ci: Ci, shop: Path) -> None:
    ci("profile", "--by", "full_name")
    assert table("profiles").filter(pl.col("cut") == "full_name")["group"].n_unique() == 200


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--by", "colour"), "People cannot be told apart by that."),
        (("--by", "segment"), "There are no segments yet."),
        (("c000", "--by", "city"), "One person is told apart from nobody."),
        (("--from", "2026-13"), "This is no day."),
        (("--from", "2026-06", "--to", "2026-05"), "The last day is before the first."),
    ],
)
def test_what_cannot_be_obeyed_is_a_usage_error(ci: Ci, shop: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in ci("profile", *arguments, code=2)


def test_a_project_without_anybody_is_refused(ci: Ci, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "empty"
    project = Project.create(root)
    monkeypatch.chdir(root)
    assert "There is nobody in this project yet." in ci("profile", code=1)
    with project.write("load", version="1") as run:
        run.put(ORDERS, rows(ORDERS, [order("a", None), order("b", None)]))
    assert "None of the 2 orders is of anybody known" in ci("profile", code=1)
    assert not (root / "tables" / "profiles.parquet").exists()


def test_cards_alone_are_told_and_nothing_is_compared(ci: Ci, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project.create(tmp_path / "crm")
    monkeypatch.chdir(tmp_path / "crm")
    with project.write("clean", version="1") as run:
        people = [{"customer_id": f"c{n:02}", "city": "Cali" if n < 40 else "Bogotá"} for n in range(80)]
        run.put(CUSTOMERS, rows(CUSTOMERS, people))
    text = " ".join(ci("profile", "--by", "city").split())
    assert "Nothing is known of these groups but what makes them: there is nothing to compare." in text
    assert "Nobody of these 80 people has a purchase" in text
    assert "Most bought" not in text


def test_a_dry_run_writes_nothing_and_says_the_same(ci: Ci, shop: Path) -> None:
    dry = ci("profile", "--dry-run", "--xlsx", "p.xlsx")
    assert "Dry run: nothing was written." in dry
    assert not (shop / "tables" / "profiles.parquet").exists()
    assert not (shop / "p.xlsx").exists()
    assert dry.split("Dry run")[0] == ci("profile").split("Where it is")[0]


def test_twice_the_same_is_written_once(ci: Ci, shop: Path) -> None:
    first, tables = (
        ci("profile"),
        [(shop / "tables" / f"{name}.parquet").read_bytes() for name in ("profiles", "customer_profiles")],
    )
    assert ci("profile") == first
    assert [(shop / "tables" / f"{name}.parquet").read_bytes() for name in ("profiles", "customer_profiles")] == tables


def test_a_person_is_shown_beside_everybody(ci: Ci, shop: Path) -> None:
    ci("profile")
    card = ci("profile", "c000")
    assert "Person 000 · c000" in card
    assert "4 purchases, from 4 May 2026 to 3 Jul 2026." in card
    assert "by their own rhythm: every 20 days" in " ".join(card.split())
    assert "cash on delivery" in card
    once = ci("profile", "c150")
    assert "With so few purchases" in once


def test_the_card_is_the_same_from_the_tables_and_without_them(ci: Ci, shop: Path) -> None:
    drawn = ci("profile", "c000", "--json")
    assert not (shop / "tables" / "profiles.parquet").exists()
    ci("profile")
    assert json.loads(ci("profile", "c000", "--json")) == json.loads(drawn)


def test_nobody_and_several_are_told_as_in_why(ci: Ci, shop: Path) -> None:
    assert "Nobody in the project answers to" in ci("profile", "nobody@example.com", code=1)


def test_the_keys_of_json_are_stable_and_not_translated(ci: Ci, shop: Path) -> None:
    found = json.loads(ci("profile", "--by", "city", "--json"))
    assert list(found) == [
        *("command", "people", "buyers", "purchases", "unknown_orders", "foreign_orders", "currency", "from", "to"),
        *("as_of", "cuts", "told_from", "findings", "payday", "free_shipping", "rhythm", "profiles"),
    ]
    assert found["told_from"] == {"p": 0.05, "effect": 0.2, "people": 30}
    spanish = json.loads(ci("profile", "--by", "city", "--json", "--lang", "es"))
    assert spanish == found
    told = [one for one in found["findings"] if one["code"] == "share_differs"]
    assert {"cut", "group", "trait", "value", "share", "rest", "lift", "p"} <= set(told[0])


def test_the_workbook_has_the_findings_the_traits_and_the_people(ci: Ci, shop: Path) -> None:
    ci("profile", "--by", "city", "--xlsx", "p.xlsx")
    book = openpyxl.load_workbook("p.xlsx")
    assert book.sheetnames == ["What the numbers say", "What sets them apart", "Traits", "People"]
    sentences = [row[1].value for row in book["What the numbers say"].iter_rows()]
    assert any("People of Medellín pay on delivery twice as often" in str(text) for text in sentences)
    assert book["People"].max_row >= 201
    heads, *rows = book["Traits"].iter_rows()
    place = {head.value: number for number, head in enumerate(heads)}
    shares = [row for row in rows if row[place["Share"]].value is not None]
    middles = [row for row in rows if row[place["Share"]].value is None]
    for told, expected in ((shares, "0.0%"), (middles, "#,##0.00")):
        for name in ("From (95 of 100 times)", "Everybody"):
            cells = [row[place[name]] for row in told]
            assert {cell.number_format for cell in cells if cell.value is not None} == {expected}


@pytest.mark.parametrize("lang", ["en", "es"])
def test_nothing_is_wider_than_the_terminal(ci: Ci, shop: Path, lang: str) -> None:
    text = ci("profile", "--by", "city,category,payment_method,frequency", "--lang", lang)
    tables = [each for each in text.splitlines() if str(shop) not in each]
    assert max(len(each) for each in tables) <= LONGEST
    assert "…" not in text


def test_every_word_of_a_code_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(words.TOPICS) == set(TOPIC.categories)
    assert set(words.COUNTED) == set(COUNTED.categories)
    assert {trait.topic for trait in TRAITS} <= set(words.TOPICS)
    shares = {trait.code for trait in TRAITS if not trait.median}
    said = {key.partition(":")[0] for key in words.DOES}
    plain = {"customer_type", "occupation", "education", "marital_status", "stratum"}
    assert shares - said == plain, "of these a group is said to be something"


@pytest.mark.parametrize(
    ("lift", "said"),
    [
        (None, "and the rest never"),
        (12.0, "more than ten times as often as the rest"),
        (2.5, "2.5 times as often as the rest"),
        (2.05, "twice as often as the rest"),
        (1.2, "more often than the rest"),
        (0.8, "less often than the rest"),
        (0.5, "half as often as the rest"),
        (0.0, "far less often than the rest"),
    ],
)
def test_how_much_more_often_is_said_as_people_do(lift: float | None, said: str) -> None:
    assert words.times(lift) == said


def test_articles_are_called_by_their_names(ci: Ci, shop: Path) -> None:
    items = [line(f"o{n:03}", "s1" if n < 100 else "s2", name="Candle" if n < 100 else "Teapot") for n in range(200)]
    with Project.open(shop).write("load", version="1") as run:
        run.put(ORDER_ITEMS, rows(ORDER_ITEMS, items))
    found = json.loads(ci("profile", "--by", "city", "--json"))
    assert {one["value"]: one["name"] for one in found["findings"] if one.get("trait") == "product"} == {
        "s1": "Candle",
        "s2": "Teapot",
    }
    assert "People of Medellín buy Candle" in " ".join(ci("profile", "--by", "city").split())


def test_weekdays_and_months_are_in_the_language() -> None:
    i18n.activate("es")
    assert (words.weekday(1), words.month(12), words.country("CO")) == ("lunes", "diciembre", "Colombia")
    i18n.activate("en")
    assert (words.weekday("7"), words.month("1"), words.country("ES")) == ("Sunday", "January", "Spain")


def test_text_from_data_is_never_markup_nor_a_formula(ci: Ci, shop: Path) -> None:
    bad = "=1+1 [red]x[/red] \x1b[31m"
    with Project.open(shop).write("load", version="1") as run:
        run.put(ORDERS, rows(ORDERS, [order("a", "c000", city=bad, payment_method="cod")]))
    text = ci("profile", "--by", "city", "--xlsx", "p.xlsx")
    assert "[red]x[/red]" in text
    assert "\x1b[31m" not in text
    cells = [cell for sheet in openpyxl.load_workbook("p.xlsx") for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    said: Any = [cell.value for cell in cells if "[red]" in str(cell.value)]
    assert said
