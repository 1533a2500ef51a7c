"""The files of the invented shop are what make.py makes, agree with the truth beside them, and carry their traps."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

SHOP = Path(__file__).parent.parent / "sample_data"
Row = dict[str, str]


def _rows(name: str, *, delimiter: str = ",", encoding: str = "utf-8-sig", skip: int = 0) -> list[Row]:
    lines = (SHOP / name).read_text(encoding=encoding).splitlines(keepends=True)[skip:]
    return list(csv.DictReader(io.StringIO("".join(lines)), delimiter=delimiter))


def _excel(name: str) -> list[Row]:
    return _rows(name, delimiter=";", encoding="cp1252")


def _spanish(number: str) -> float:
    return float(number.replace(".", "").replace(",", "."))


@pytest.fixture(scope="module")
def numbers() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SHOP / "truth" / "numbers.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def people() -> list[Row]:
    return _rows("truth/people.csv")


@pytest.fixture(scope="module")
def persons() -> dict[str, Row]:
    return {row["person_id"]: row for row in _rows("truth/persons.csv")}


@pytest.fixture(scope="module")
def orders() -> list[Row]:
    return _rows("truth/orders.csv")


@pytest.fixture(scope="module")
def shopify() -> list[Row]:
    return _rows("tienda_shopify.csv")


@pytest.fixture(scope="module")
def crm() -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(SHOP / "crm.xlsx", data_only=True)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


@pytest.fixture(scope="module")
def entries(crm: dict[str, list[list[Any]]], people: list[Row]) -> list[tuple[list[Any], Row]]:
    """Every row of the customer book about somebody, with the truth about it."""
    who = [row for row in people if row["file"] == "crm.xlsx" and row["person_id"]]
    return [(crm[row["sheet"]][int(row["row"]) - 1], row) for row in who]


def _made(folder: Path, hash_seed: str) -> dict[str, bytes]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    subprocess.run([sys.executable, str(SHOP / "make.py"), str(folder)], check=True, env=environment)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _unpacked(data: bytes) -> object:
    """The parts of a workbook, since one build of zlib packs tighter than another; other files as they are."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {member.filename: (member.date_time, archive.read(member)) for member in archive.infolist()}


def test_make_gives_the_same_bytes_every_time_and_the_files_kept_here(tmp_path: Path) -> None:
    once, again = _made(tmp_path / "once", "1"), _made(tmp_path / "again", "2")
    assert once == again
    for name, data in once.items():
        assert _unpacked((SHOP / name).read_bytes()) == _unpacked(data), name


def test_nobody_else_s_files_lie_beside_the_shop_s() -> None:
    shipped = {path.name for path in SHOP.iterdir() if path.is_file() and path.suffix not in {".py", ".md"}}
    text = (SHOP / "README.md").read_text(encoding="utf-8")
    assert shipped == set(re.findall(r"^\| `([\w.]+)`", text, re.MULTILINE))


def test_every_row_of_a_text_file_has_one_line_in_the_truth(people: list[Row]) -> None:
    sizes = {
        "newsletter.csv": len(_excel("newsletter.csv")),
        "devoluciones.csv": len(_excel("devoluciones.csv")),
        "tienda_shopify.csv": len(_rows("tienda_shopify.csv")),
        "llamadas.csv": len(_rows("llamadas.csv")),
        "encuestas.csv": len(_rows("encuestas.csv")),
    }
    for name, size in sizes.items():
        assert [int(row["row"]) for row in people if row["file"] == name] == list(range(2, size + 2)), name


def test_every_row_of_a_workbook_has_one_line_in_the_truth(people: list[Row]) -> None:
    for name in ("crm.xlsx", "mercadolibre_ventas.xlsx", "dropi_ordenes.xlsx"):
        for sheet in openpyxl.load_workbook(SHOP / name):
            noted = [int(row["row"]) for row in people if (row["file"], row["sheet"]) == (name, sheet.title)]
            assert noted == list(range(1, sheet.max_row + 1)), (name, sheet.title)


def test_the_truth_of_a_row_is_the_person_whose_mailbox_or_document_it_holds(
    entries: list[tuple[list[Any], Row]], persons: dict[str, Row], people: list[Row], shopify: list[Row]
) -> None:
    by_line = {int(row["row"]): row["person_id"] for row in people if row["file"] == "tienda_shopify.csv"}
    for line, cells in enumerate(shopify, 2):
        if by_line[line]:
            assert cells["Email"].lower() in persons[by_line[line]]["emails"].lower().split()
    exact = sum(str(cells[2]) == persons[row["person_id"]]["document"] for cells, row in entries)
    written = sum(cells[2] not in (None, 222222222222) for cells, _ in entries)
    assert 0.9 * written < exact <= written


def test_counts_of_people_agree(numbers: dict[str, Any], people: list[Row], persons: dict[str, Row]) -> None:
    told = numbers["people"]
    folk = [row for row in persons.values() if not row["firm"]]
    assert told["people"] == len(folk) == 3000
    assert told["households"] == len({row["household_id"] for row in folk})
    assert {row["person_id"] for row in people if row["person_id"]} == set(persons)
    for name, count in told["in_file"].items():
        assert count == len({row["person_id"] for row in people if row["file"] == name and row["person_id"]})


def test_counts_of_orders_agree_with_the_exports(
    numbers: dict[str, Any], orders: list[Row], shopify: list[Row], people: list[Row]
) -> None:
    assert numbers["orders"]["by_status"] == Counter(row["status"] for row in orders)
    assert numbers["orders"]["ladder"]["all"]["kept"] == sum(row["kept"] == "1" for row in orders)
    by_shop = {shop: {row["order_id"] for row in orders if row["shop"] == shop} for shop in ("shopify", "dropi")}
    assert by_shop["shopify"] == {row["Name"] for row in shopify}
    sheet = openpyxl.load_workbook(SHOP / "dropi_ordenes.xlsx").active
    assert sheet is not None
    assert by_shop["dropi"] == {str(row[1]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    buyers = {row["person_id"] for row in orders if row["placed"] == "1"}
    assert numbers["people"]["buyers"] == len(buyers)
    assert buyers <= {row["person_id"] for row in people}


def test_the_rungs_of_the_ladder_follow_one_another(orders: list[Row]) -> None:
    for row in orders:
        assert row["kept"] <= row["delivered"] <= row["shipped"] <= row["confirmed"] <= row["placed"]
        assert (row["status"] == "test") == (row["placed"] == "0")


def test_money_agrees_with_the_web_shop_s_export(orders: list[Row], shopify: list[Row]) -> None:
    first = {row["Name"]: row for row in shopify if row["Total"]}
    for row in orders:
        if row["shop"] == "shopify":
            cells = first[row["order_id"]]
            assert float(cells["Total"]) == float(row["total"])
            assert float(cells["Refunded Amount"]) == float(row["refunded"])
            assert cells["Currency"] == row["currency"]
            assert bool(cells["Paid at"]) == (row["paid"] == "1")
    lines = Counter[str]()
    for cells in shopify:
        lines[cells["Name"]] += round(float(cells["Lineitem price"]) * int(cells["Lineitem quantity"]))
    assert lines == Counter({row["order_id"]: int(row["gross"]) for row in orders if row["shop"] == "shopify"})


def test_what_the_marketplace_pays_out_is_not_what_was_sold(orders: list[Row]) -> None:
    sheet = openpyxl.load_workbook(SHOP / "mercadolibre_ventas.xlsx").active
    assert sheet is not None
    header, *rows = list(sheet.iter_rows(min_row=5, values_only=True))
    totals = {row[0]: row for row in rows if row[11] is not None}
    gross = {row["order_id"]: int(row["gross"]) for row in orders if row["shop"] == "mercadolibre"}
    assert {number: row[6] for number, row in totals.items()} == gross
    assert sum(row[11] for row in totals.values()) < 0.9 * sum(gross.values())
    assert Counter(header)["Estado"] == 2
    children = [row for row in rows if row[11] is None]
    assert children
    assert all(row[13] and row[20] is None for row in children)
    assert any(row[20] is None for row in totals.values())
    assert all(re.fullmatch(r"\d{1,2} de [a-z]+ de 202[56] \d\d:\d\d hs\.", row[1]) for row in rows)


def test_spend_agrees_with_both_reports(numbers: dict[str, Any]) -> None:
    meta = _rows("meta_ads.csv")
    summary = [row for row in meta if not row["Nombre de la campaña"]]
    spent = sum(int(row["Importe gastado (COP)"]) for row in meta if row["Nombre de la campaña"])
    assert len(summary) == 1
    assert spent == int(summary[0]["Importe gastado (COP)"]) == numbers["spend"]["by_channel"]["Meta"]
    google = _rows("google_ads.csv", skip=2)
    days = [row for row in google if row["Día"]]
    assert sum(_spanish(row["Costo"]) for row in days) == numbers["spend"]["by_channel"]["Google Ads"]
    assert [row["Campaña"] for row in google if not row["Día"]] == ["Total: campañas", "Total: Cuenta"]
    assert any(row["Campaña"].startswith("Total ") for row in days)
    assert any(row["Costo/conv."] == "--" for row in days)
    assert sum(numbers["spend"]["by_month"].values()) == numbers["spend"]["total"]


def test_visits_agree_with_the_events(numbers: dict[str, Any], orders: list[Row]) -> None:
    told, events = numbers["visits"], _rows("events.csv")
    assert len(events) == told["events"]
    sessions = {(row["visitor_id"], row["session_id"]) for row in events}
    robots = {(row["visitor_id"], row["session_id"]) for row in events if "Bot" in row["browser"]}
    assert len(robots) == told["robots"]
    assert len(sessions) - len(robots) == told["visits"] == sum(told["by_channel"].values())
    thanks = [row["transaction_id"] for row in events if row["event"] == "purchase"]
    assert len(set(thanks)) == told["web_orders_tracked"] < told["web_orders"]
    assert set(thanks) == {row["reference"] for row in orders if row["tracked"] == "1"}
    assert len(thanks) > len(set(thanks))


def test_events_carry_the_traps_of_tagging() -> None:
    events = _rows("events.csv")
    assert any("wompi" in row["referrer"] and row["event"] == "purchase" for row in events)
    assert any(row["click_id"].startswith("gclid") and row["source"] == "(direct)" for row in events)
    assert {"pauta", "correo", "cpc", "qr"} & {row["medium"] for row in events} >= {"pauta", "correo", "cpc"}
    assert any(row["search_term"] and row["results"] == "0" for row in events)
    assert any(row["error_code"] == "404" for row in events)


def test_calls_and_returns_agree(numbers: dict[str, Any], orders: list[Row]) -> None:
    calls = _rows("llamadas.csv")
    assert numbers["calls"]["by_result"] == Counter(row["resultado"] for row in calls)
    seconds = sum(int(row["duración"][:2]) * 60 + int(row["duración"][3:]) for row in calls)
    assert numbers["calls"]["seconds"] == seconds
    kinds = Counter(row["tipo"] for row in _excel("devoluciones.csv"))
    told = numbers["returns"]
    assert kinds["Rechazo en entrega"] == told["refusal"] == sum(row["status"] == "refused" for row in orders)
    assert kinds["Devolución"] == told["return"]
    refused = [row for row in orders if row["status"] == "refused"]
    assert all((row["payment"], row["paid"]) == ("cod", "0") and int(row["freight"]) > 0 for row in refused)


def test_costs_agree_with_rates_and_orders(numbers: dict[str, Any], orders: list[Row]) -> None:
    totals = {(cost["category"], cost["name"]): float(cost["total"]) for cost in numbers["costs"]}
    own = [row for row in orders if row["shop"] != "mercadolibre" and row["shipped"] == "1"]
    freight = sum(totals[key, ""] for key in ("outbound_shipping", "transport", "last_mile"))
    assert freight == sum(int(row["freight"]) for row in own)
    delivered = sum(int(row["cost_of_goods"]) for row in orders if row["delivered"] == "1")
    assert totals["cogs", "productos.csv"] == delivered
    assert totals["media", "Meta and Google reports"] == numbers["spend"]["total"]
    assert totals["cod_refusal", ""] == 11_000 * numbers["returns"]["refusal"]
    text = (SHOP / "costs.yaml").read_text(encoding="utf-8")
    assert re.findall(r"category: (\w+)", text) == [cost["category"] for cost in numbers["costs"]]


def test_the_book_has_titles_merged_cells_a_hidden_sheet_strays_and_totals() -> None:
    book = openpyxl.load_workbook(SHOP / "crm.xlsx")
    assert book.sheetnames == ["Clientes 2025", "Clientes 2026", "Notas internas"]
    assert book["Notas internas"].sheet_state == "hidden"
    for sheet in (book["Clientes 2025"], book["Clientes 2026"]):
        assert "A1:S1" in {str(merged) for merged in sheet.merged_cells.ranges}
        first = [sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1)]
        assert first[-1] == "TOTAL CLIENTES"
        assert str(sheet.cell(sheet.max_row, 3).value).startswith("=COUNTA")
        assert first.count("Código") >= 1
    codes = [row[0] for row in book["Clientes 2026"].iter_rows(min_row=5) if isinstance(row[0].value, int)]
    assert all(cell.number_format == "00000" for cell in codes)


def test_the_book_has_formulas_with_and_without_a_stored_value() -> None:
    with zipfile.ZipFile(SHOP / "crm.xlsx") as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    assert re.search(r'<c r="G\d+" t="str"><f>CONCATENATE[^<]*</f><v>[^<]+@', xml)
    assert re.search(r'<c r="G\d+"><f>CONCATENATE[^<]*</f></c>', xml)


def test_the_book_carries_the_traps_of_values(entries: list[tuple[list[Any], Row]]) -> None:
    cells = [row for row, _ in entries]
    assert any(row[2] == 222222222222 for row in cells)
    assert any(isinstance(row[4], int) for row in cells)
    assert any(row[6] == "no@tiene.com" for row in cells)
    assert any("/" in str(row[6]) and str(row[6]).count("@") == 2 for row in cells)
    assert any(isinstance(row[7], str) and re.fullmatch(r"\d\d/\d\d/\d{4}", row[7]) for row in cells)
    assert any(getattr(row[7], "year", None) == 1900 for row in cells)
    assert any(re.fullmatch(r"\(\d\) \d{7}", str(row[5])) for row in cells)
    assert any(re.fullmatch(r"03\d{8}", str(row[5])) for row in cells)
    assert any(re.fullmatch(r"[\d.]+\.\d{3},\d\d", str(row[17])) for row in cells)
    assert any(str(row[18]).startswith(("=", "+", "@")) for row in cells)
    assert any("Ã" in str(row[10]) for row in cells)
    capitals = [str(row[3]) for row in cells]
    assert sum(name == name.upper() for name in capitals) > 0.95 * len(capitals)


def test_people_share_mailboxes_and_switchboards(persons: dict[str, Row]) -> None:
    family = Counter(row["emails"] for row in persons.values() if row["emails"].startswith("familia."))
    assert max(family.values()) >= 3
    switchboards = Counter((row["employer"], row["landline"]) for row in persons.values() if row["employer"])
    assert max(switchboards.values()) >= 6


def test_people_appear_under_nicknames_and_without_their_second_surname(
    entries: list[tuple[list[Any], Row]], persons: dict[str, Row]
) -> None:
    words = [(set(str(row[3]).split()), persons[truth["person_id"]]) for row, truth in entries]
    lucho = [name for name, person in words if "LUCHO" in name and "Luis" in (person["given"], person["given_2"])]
    assert lucho
    alone = [
        person for name, person in words if person["surname_2"].isascii() and person["surname_2"].upper() not in name
    ]
    assert len(alone) > 0.2 * len(words)


def test_consent_differs_between_the_book_and_the_list(entries: list[tuple[list[Any], Row]], people: list[Row]) -> None:
    listed = _excel("newsletter.csv")
    left = {
        row["person_id"]
        for row in people
        if row["file"] == "newsletter.csv" and listed[int(row["row"]) - 2]["suscrito"] == "no"
    }
    assert any(row[15] == "SI" and truth["person_id"] in left for row, truth in entries)


def test_the_list_is_windows_text_with_mojibake_once_twice_and_lost() -> None:
    text = (SHOP / "newsletter.csv").read_bytes().decode("cp1252")
    assert text.startswith("nombre;apellido;correo;suscrito;fecha de alta\r\n")
    assert "MartÃ­nez" in text
    assert "MartÃƒÂ­nez" in text
    assert re.search(r";[A-Z][a-z]+\?[a-z]+;", text)
    assert "@gmial.com" in text
    assert re.search(r"\+lumbre@gmail\.com", text)


def test_no_mobile_looks_typed_to_fill_a_field(persons: dict[str, Row]) -> None:
    for row in persons.values():
        assert len(set(row["mobile"][-7:])) >= 4
        assert row["mobile"][-7:] not in "01234567890"


def test_the_web_shop_exports_two_currencies_apostrophes_tests_and_gifts(shopify: list[Row]) -> None:
    first = [row for row in shopify if row["Total"]]
    assert {row["Currency"] for row in first} == {"COP", "USD"}
    assert any(row["Billing Phone"].startswith("'+57") for row in first)
    assert sum(row["Tags"] == "PRUEBA" for row in first) == 4
    assert any(float(row["Total"]) == 0 for row in first)
    assert any(row["Financial Status"] == "partially_refunded" for row in first)
