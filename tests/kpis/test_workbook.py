"""The workbook is one that a marketer can read, add up and filter in Excel, in both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from custintel import i18n
from custintel.findings import Finding
from custintel.kpis import words
from custintel.kpis.costs import Costs
from custintel.kpis.costs_file import read_costs
from custintel.kpis.definitions import KPIS, VISITS
from custintel.kpis.entries import COUNTS
from custintel.kpis.measure_names import MEASURE_NAMES, formula
from custintel.kpis.sales import CUTS
from custintel.kpis.survey import Survey, Tables, survey
from custintel.kpis.workbook import pages
from custintel.kpis.workbook_cuts import DRAWN, MONEY_COLUMNS
from custintel.periods import Period
from custintel.sheets.write import Page, write_workbook
from custintel.tables.cost_ledger import CATEGORY, DRIVER
from custintel.tables.cost_names import CATEGORIES, DRIVERS

from .conftest import SHOP, Shop
from .test_ledger_cases import order, table

SPOKEN = pytest.mark.parametrize("language", ["en", "es"])


@pytest.fixture(autouse=True)
def said_in_english(english: None) -> None:
    """Whatever language the tests before spoke."""


@pytest.fixture(scope="module")
def made(shop: Shop) -> Survey:
    tables = Tables(shop.orders, shop.items, shop.returns, shop.calls, shop.spend)
    return survey(tables, read_costs(SHOP / "costs.yaml"))


@pytest.fixture
def written(made: Survey, tmp_path: Path) -> Callable[..., Any]:
    """The workbook of the invented shop, as Excel opens it."""

    def book(language: str = "en", *by: str) -> Any:
        i18n.activate(language)
        write_workbook(tmp_path / "k.xlsx", pages(made, by or CUTS))
        return openpyxl.load_workbook(tmp_path / "k.xlsx")

    return book


def page(made: Survey, title: str, *by: str) -> Page:
    (found,) = [one for one in pages(made, by or CUTS) if one.title == title]
    return found


def number(made: Survey, kpi: str, group: str | None, cut: str = "channel") -> dict[str, Any]:
    same = pl.col("group").eq_missing(pl.lit(group, pl.String))
    return made.numbers.filter(pl.col("cut") == cut, pl.col("kpi") == kpi, same).row(0, named=True)


@SPOKEN
def test_headers_are_words_and_no_two_of_a_sheet_are_alike(written: Callable[..., Any], language: str) -> None:
    for sheet in written(language):
        headers = [cell.value for cell in sheet[1]]
        assert all(headers), sheet.title
        assert not [one for one in headers if "_" in one], sheet.title
        assert len({*headers}) == len(headers), sheet.title


def test_every_header_is_translated(written: Callable[..., Any]) -> None:
    books = [[[cell.value for cell in sheet[1]] for sheet in written(language)] for language in ("en", "es")]
    same = {one for english, spanish in zip(*books, strict=True) for one in english if one in spanish}
    assert same == {"Provisional"}


def test_the_sheets_that_are_opened_most_come_first(written: Callable[..., Any]) -> None:
    assert written("es", "channel", "category").sheetnames == [
        *("Lo que dicen las cifras", "Por canal", "Por categoría", "Cifras", "Costos"),
        *("Por canal (pedidos)", "Por canal (COP)", "Por categoría (pedidos)", "Por categoría (COP)"),
    ]


def test_no_code_stands_in_a_cell_but_those_that_are_typed(written: Callable[..., Any]) -> None:
    book = written("es")
    codes = {*CATEGORY.categories, *DRIVER.categories, *MEASURE_NAMES, *CUTS, "all"}
    for sheet in (book["Cifras"], book["Costos"]):
        for head, *cells in sheet.iter_cols(values_only=True):
            if head not in ("Cuál", "Nombre", "Código para --fail-on"):
                assert not codes & {*cells}, head


@pytest.mark.parametrize("cut", CUTS)
def test_the_rows_of_a_cut_add_up_to_its_last_row_to_the_cent(made: Survey, cut: str) -> None:
    lead, orders, money = [one for one in pages(made, [cut]) if one.totals and "category" not in one.frame.columns]
    for sheet, summed in (
        (lead, ["placed", "kept", "net_sales", "cm1", "cm2", "cm3"]),
        (orders, [*COUNTS]),
        (money, [*MONEY_COLUMNS]),
    ):
        rows, total = sheet.frame.head(-1), sheet.frame.row(-1, named=True)
        assert total["group"] == "Total"
        assert rows.height > 1 or cut == "segment"  # of which this shop says nothing
        for name in summed:
            assert sum(round(100 * one) for one in rows[name]) == round(100 * total[name]), name


def test_sums_are_taken_off_each_other_as_their_columns_stand(made: Survey) -> None:
    row = page(made, "By channel (COP)").frame.row(-1, named=True)
    assert row["net_sales"] - row["product"] == pytest.approx(row["cm1"])
    assert row["cm1"] - row["hidden"] == pytest.approx(row["cm2"])
    assert row["cm2"] - row["acquisition"] == pytest.approx(row["cm3"])
    assert row["direct"] + row["shared"] == pytest.approx(row["hidden"] + row["acquisition"])


def test_a_cut_leads_with_the_costs_of_an_order_as_the_table_of_numbers_has_them(made: Survey) -> None:
    frame = page(made, "By channel").frame
    assert frame.columns[:3] == ["group", "placed", "kept"]
    for group, label, cut in (("paid_social", "paid_social", "channel"), (None, "Total", "all")):
        row = frame.row(by_predicate=pl.col("group") == label, named=True)
        for kpi in ("cpa_media", "cpa_loaded", "break_even_cpa_loaded"):
            assert row[kpi] == round(number(made, kpi, group, cut)["value"], 2)
        for kpi in ("kept_rate", "refusal_rate", "return_rate", "cm1_share", "cm2_share", "cm3_share"):
            assert row[kpi] == number(made, kpi, group, cut)["value"]
        interval = number(made, "cpa_loaded", group, cut)
        assert (row["low"], row["high"]) == (round(interval["low"], 2), round(interval["high"], 2))


def test_groups_stand_as_on_the_page_and_months_in_their_order(made: Survey) -> None:
    channels, months = (page(made, title).frame.head(-1) for title in ("By channel", "By month"))
    assert channels["placed"].is_sorted(descending=True)
    assert months["group"].is_sorted()
    assert months.height > DRAWN


@SPOKEN
def test_the_chart_shows_what_an_order_costs_in_every_channel_and_not_the_total(
    written: Callable[..., Any], language: str
) -> None:
    sheet = written(language)["By channel" if language == "en" else "Por canal"]
    (chart,) = sheet._charts
    heads = {cell.value.partition(":")[0]: cell.column_letter for cell in sheet[1]}
    names = {
        "en": ("Believed CPA", "Real CPA", "Break-even CPA"),
        "es": ("CPA que se cree", "CPA real", "CPA de equilibrio"),
    }[language]
    last = sheet.max_row - 1
    assert sheet.cell(last + 1, 1).value == "Total"
    where = f"'{sheet.title}'!"
    assert [(one.tx.strRef.f, one.cat.numRef.f, one.val.numRef.f) for one in chart.series] == [
        (f"{where}{heads[name]}1", f"{where}$A$2:$A${last}", f"{where}${heads[name]}$2:${heads[name]}${last}")
        for name in names
    ]


def test_a_chart_of_many_groups_shows_the_largest_and_of_months_the_latest(written: Callable[..., Any]) -> None:
    book = written("en", "city", "month")
    for title, first in (("By city", 2), ("By month", book["By month"].max_row - DRAWN)):
        sheet = book[title]
        assert sheet.max_row > DRAWN + 2
        last = first + DRAWN - 1
        assert sheet._charts[0].series[0].cat.numRef.f == f"'{title}'!$A${first}:$A${last}"


def test_totals_are_coloured_and_are_not_filtered_with_the_rows(written: Callable[..., Any]) -> None:
    sheet = written()["Costs"]
    last = sheet.max_row
    assert sheet.auto_filter.ref == f"A1:H{last - 1}"
    assert {cell.fill.fgColor.rgb for cell in sheet[last]} == {"FFFFF2CC"}
    assert {cell.fill.fgColor.rgb for cell in sheet[last - 1]} == {"00000000"}


def test_every_number_has_its_unit_and_is_written_in_it(written: Callable[..., Any]) -> None:
    sheet = written()["Numbers"]
    heads = [cell.value for cell in sheet[1]]
    value, unit = heads.index("Value"), heads.index("Unit")
    found = {(row[unit].value, row[value].number_format) for row in sheet.iter_rows(min_row=2) if row[value].value}
    assert found == {("%", "0.0%"), ("COP", "#,##0"), ("times", "#,##0.00")}
    for row in sheet.iter_rows(min_row=2):
        ends = [row[value], row[heads.index("From (95 of 100 times)")], row[heads.index("To (95 of 100 times)")]]
        assert len({cell.number_format for cell in ends if cell.value is not None}) <= 1


def test_amounts_of_a_currency_with_cents_show_them_and_counts_do_not(costs: Callable[..., Costs]) -> None:
    spend = table({"date": dt.date(2026, 5, 4), "channel": "Email", "amount": 10.5, "currency": "USD"})
    orders = table(order("1", channel="Email", currency="USD", total=99.9), order("2", "refused", channel="Email"))
    listed = costs("  - {category: media}\n", "currency: USD\nfx: {COP: 0.00025}")
    made = survey(Tables(orders, spend=spend), listed)
    lead, numbers = page(made, "By channel"), page(made, "Numbers")
    assert (lead.formats["cpa_media"], lead.formats["placed"]) == ("#,##0.00", "#,##0")
    kinds = dict(zip(numbers.frame["kpi"], zip(*numbers.row_formats.values(), strict=True), strict=True))
    assert kinds["cpa_media"] == ("#,##0.00",) * 4 + ("#,##0",)
    assert kinds["cm1_share"] == ("0.0%",) * 3 + ("#,##0.00",) * 2
    assert kinds["payback_months"][3] == "#,##0.00"
    assert [one.title for one in pages(made, ["channel"])][-1] == "By channel (USD)"


def test_texts_are_whole_and_their_rows_have_room(written: Callable[..., Any]) -> None:
    for language in ("en", "es"):
        sheet = written(language)["Numbers" if language == "en" else "Cifras"]
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    width = sheet.column_dimensions[cell.column_letter].width
                    assert len(cell.value) <= width * (sheet.row_dimensions[cell.row].height or 15) / 15


def test_no_amount_has_dust_of_its_division(made: Survey) -> None:
    """293,506.10, not 293,506.10000000003."""
    for one in pages(made, CUTS):
        for name in one.frame.columns:
            if one.formats.get(name) == "#,##0" or name in ("entered", "allocated", "unallocated"):
                amounts = one.frame[name].cast(pl.String).drop_nulls().to_list()
                assert amounts
                assert max(len(amount.partition(".")[2]) for amount in amounts) <= 2, (one.title, name)
    numbers = page(made, "Numbers").frame.filter(unit="COP")
    for name in ("value", "low", "high", "numerator"):
        assert max(len(repr(amount).partition(".")[2]) for amount in numbers[name].drop_nulls()) <= 2


def test_costs_end_with_what_was_entered_on_orders_and_on_none(made: Survey) -> None:
    frame = page(made, "Costs").frame
    rows, total = frame.head(-1), frame.row(-1, named=True)
    assert rows.height == made.ledger.accounts.height
    assert total["category"] == "Total"
    assert total["entered"] == pytest.approx(total["allocated"] + total["unallocated"])
    for name in ("entered", "allocated", "unallocated"):
        assert sum(round(100 * one) for one in rows[name]) == round(100 * total[name])


def test_costs_of_two_currencies_have_a_total_each_in_its_own_decimals(costs: Callable[..., Costs]) -> None:
    listed = costs(
        "  - {category: outer_packing, rate: 1000}\n"
        "  - {category: handling, currency: USD, rate: 0.25}\n"
        "  - {category: confirmation_calls, driver: per_order, currency: USD, rate: 0.1}\n",
        "currency: COP\nfx: {USD: 4000}",
    )
    costs_page = page(survey(Tables(table(order("1"), order("2"))), listed), "Costs")
    totals = costs_page.frame.tail(2).select("category", "currency", "entered", "allocated", "unallocated")
    assert totals.rows() == [("Total", "COP", 2_000, 2_000, 0), ("Total", "USD", 0.7, 0.7, 0)]
    assert costs_page.totals == 2
    assert costs_page.row_formats["entered"] == ["#,##0", *["#,##0.00"] * 2, "#,##0", "#,##0.00"]


def test_costs_say_that_they_are_of_all_days_when_the_rest_is_not(made: Survey) -> None:
    titles = [one.title for one in pages(replace(made, asked=Period(dt.date(2026, 5, 1), None)), ["channel"])]
    assert "Costs (all days)" in titles
    assert "Costs" in [one.title for one in pages(made, ["channel"])]


@SPOKEN
def test_costs_are_in_words(written: Callable[..., Any], language: str) -> None:
    sheet = written(language)["Costs" if language == "en" else "Costos"]
    volante = next(row for row in sheet.iter_rows(min_row=2, values_only=True) if row[1] == "Volante barrio Laureles")
    expected = {"en": ("offline media", "per period"), "es": ("pauta fuera de línea", "por periodo")}
    assert (volante[0], volante[2]) == expected[language]


def test_every_category_driver_and_measure_has_a_name() -> None:
    assert [*CATEGORIES] == CATEGORY.categories.to_list()
    assert [*DRIVERS] == DRIVER.categories.to_list()
    named = {one for kpi in (*KPIS, *VISITS) for one in (*kpi.numerator, *kpi.denominator)}
    assert {*named, *COUNTS, *MONEY_COLUMNS} <= {*MEASURE_NAMES}


def test_formulas_are_in_words() -> None:
    by_code = {kpi.code: kpi for kpi in KPIS}
    assert formula(by_code["cpa_loaded"]) == "(Acquisition + Hidden costs) ÷ Kept"
    assert formula(by_code["net_sales"]) == "Net sales"
    i18n.activate("es")
    assert formula(by_code["cpa_media"]) == "Pauta ÷ Hechos"


def test_where_channels_are_hardly_known_their_costs_carry_a_note(made: Survey) -> None:
    known, hardly = replace(made, known=0.9), replace(made, known=0.3)
    assert not page(known, "By channel").comments
    assert "too high" in page(hardly, "By channel").comments[0, "cpa_loaded"]
    assert not page(hardly, "By month").comments


@pytest.mark.parametrize("code", ["pays_back", "not_paid_back"])
@SPOKEN
def test_how_a_customer_pays_is_said_without_the_number_of_a_margin(code: str, language: str) -> None:
    i18n.activate(language)
    said = words.sentence(Finding(code, {"cac": 1, "earned": 2, "customers": 30, "month": 4, "months": 5}), "COP")
    assert not any(one in said for one in ("margin 2", "margen 2"))
    assert ("goods and hidden costs" if language == "en" else "mercancía y costos ocultos") in said


def test_a_period_without_orders_is_a_workbook_too(costs: Callable[..., Costs], tmp_path: Path) -> None:
    later = Period(dt.date(2030, 1, 1), None)
    empty = survey(Tables(table(order("1"))), costs("  - {category: media}\n"), period=later)
    write_workbook(tmp_path / "k.xlsx", pages(empty, ["channel", "month"]))
    sheet = openpyxl.load_workbook(tmp_path / "k.xlsx")["By channel"]
    assert [cell.value for cell in sheet["A"]] == ["Channel", "Total"]
    assert not sheet._charts
