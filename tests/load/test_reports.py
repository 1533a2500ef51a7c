"""Reports of ad platforms and web analytics, made to their headers and with their traps."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel.errors import CustintelError
from custintel.load.spend_rows import spread
from custintel.tables.spend import SPEND
from custintel.tables.traffic import TRAFFIC

from .conftest import HEADERS, Desk, Row

META: list[Row] = [
    {"Inicio del informe": "2026-05-04", "Fin del informe": "2026-05-10", "Importe gastado (COP)": "300000",
     "Impresiones": "9000", "Resultados": "9", "Frecuencia": "1.700000"},
    {"Inicio del informe": "2026-05-04", "Fin del informe": "2026-05-10", "Nombre de la campaña": "Total Wine",
     "Importe gastado (COP)": "100000", "Impresiones": "3000", "Clics en el enlace": "70", "Resultados": "3",
     "Indicador de resultado": "actions:offsite_conversion.fb_pixel_purchase", "Frecuencia": "1.699890"},
    {"Inicio del informe": "2026-05-04", "Fin del informe": "2026-05-10", "Nombre de la campaña": "Velas",
     "Importe gastado (COP)": "200000", "Impresiones": "6000", "Clics en el enlace": "100", "Resultados": "40",
     "Indicador de resultado": "actions:link_click", "Frecuencia": "1.700000"},
]  # fmt: skip


def test_the_summary_row_of_meta_is_not_counted_and_a_campaign_called_total_wine_is(desk: Desk) -> None:
    part = desk.part(desk.export("meta.csv", "meta_es", META, encoding="utf-8-sig"))
    assert (part.platform, part.sums) == ("Meta Ads", {"COP": Decimal(300_000)})
    assert part.refused.select("row", "reason").rows() == [(2, "row.total")]
    assert set(part.rows["campaign"]) == {"Total Wine", "Velas"}


@pytest.mark.parametrize("name", ["All", "Todas"])
def test_a_summary_row_may_say_all(desk: Desk, name: str) -> None:
    rows = [{**META[0], "Nombre de la campaña": name}, *META[1:]]
    assert desk.part(desk.export("meta.csv", "meta_es", rows)).sums == {"COP": Decimal(300_000)}


def test_a_week_of_meta_is_spread_evenly_over_its_days(desk: Desk) -> None:
    spend = desk.load(desk.export("meta.csv", "meta_es", META))[SPEND].filter(pl.col("campaign") == "Total Wine")
    assert spend["date"].to_list() == [dt.date(2026, 5, day) for day in range(4, 11)]
    assert (spend["amount"].sum(), spend["clicks"].sum()) == (100_000, 70)
    assert spend["amount"].max() - spend["amount"].min() <= Decimal("0.01")
    assert set(spend["period_days"]) == {7}


def test_only_sales_are_claimed_sales(desk: Desk) -> None:
    spend = desk.load(desk.export("meta.csv", "meta_es", META))[SPEND]
    claimed = spend.group_by("campaign").agg(pl.col("claimed_conversions").drop_nulls().sum())
    assert dict(claimed.iter_rows()) == {"Total Wine": 3.0, "Velas": 0.0}


@pytest.mark.parametrize(("platform", "currency"), [("meta_campaigns", "EGP"), ("meta_ads", "USD")])
def test_the_currency_of_meta_stands_in_the_header(desk: Desk, platform: str, currency: str) -> None:
    row = {"Reporting starts": "2026-05-01", "Reporting ends": "2026-05-01", "Campaign name": "Candles",
           f"Amount spent ({currency})": "12.50", "Impressions": "100"}  # fmt: skip
    assert desk.part(desk.export("meta.csv", platform, [row])).sums == {currency: Decimal("12.50")}


GOOGLE: list[Row] = [
    {"Día": "2026-05-01", "Campaña": "Total Wine", "Estado de la campaña": "Habilitada", "Código de moneda": "COP",
     "Impr.": "1.224", "Clics": "13", "CTR": "1,06%", "Costo": "28.595,50", "Conversiones": "1,50"},
    {"Día": "2026-05-02", "Campaña": "Total: primavera", "Estado de la campaña": "Habilitada",
     "Código de moneda": "COP", "Impr.": "656", "Clics": "13", "Costo": "27.535,00", "Conversiones": "--"},
    {"Campaña": "Total: campañas", "Código de moneda": "COP", "Impr.": "1.880", "Costo": "56.130,50"},
    {"Campaña": "Total: Cuenta", "Código de moneda": "COP", "Impr.": "1.880", "Costo": "56.130,50"},
]  # fmt: skip
ABOVE = 'Informe de campañas\n"1 de mayo de 2026 - 31 de mayo de 2026"\n'


def test_google_ads_has_lines_above_its_header_and_totals_below(desk: Desk) -> None:
    part = desk.part(desk.export("google.csv", "google_es", GOOGLE, above=ABOVE))
    assert (part.platform, part.read, part.used) == ("Google Ads", 6, 2)
    assert part.sums == {"COP": Decimal("56130.50")}
    assert set(part.rows["campaign"]) == {"Total Wine", "Total: primavera"}
    assert part.rows["claimed_conversions"].to_list() == [1.5, None]


def test_google_ads_as_utf_16_with_tabs_is_the_same(desk: Desk) -> None:
    part = desk.part(desk.export("google.csv", "google_es", GOOGLE, above=ABOVE, encoding="utf-16", delimiter="\t"))
    assert part.sums == {"COP": Decimal("56130.50")}


def test_a_report_without_days_is_of_the_period_above_its_header(desk: Desk) -> None:
    rows: list[Row] = [
        {"Campaign status": "Enabled", "Campaign": "Total Wine", "Currency code": "USD", "Cost": "31.00",
         "Impr.": "1,224", "Clicks": "13", "Campaign type": "Shopping"},
        {"Campaign status": "Total: Campaigns", "Campaign": " --", "Currency code": "USD", "Cost": "31.00"},
        {"Campaign status": "Total: Account", "Campaign": " --", "Currency code": "USD", "Cost": "31.00"},
    ]  # fmt: skip
    above = 'Campaign report\n"May 1, 2026 - May 31, 2026"\n'
    file = desk.export("google.csv", "google_en", rows, above=above)
    part = desk.part(file)
    assert (part.sums, part.span) == ({"USD": Decimal(31)}, (dt.date(2026, 5, 1), dt.date(2026, 5, 31)))
    spend = desk.load(file)[SPEND]
    assert (spend.height, set(spend["amount"]), set(spend["channel"])) == (31, {Decimal(1)}, {"Paid Shopping"})


def test_microsoft_ads_is_known(desk: Desk) -> None:
    row: Row = {"Gregorian date": "2026-05-13", "Campaign name": "Brand", "Spend": "12.50", "Clicks": "4"}
    part = desk.part(desk.export("bing.csv", "microsoft", [row]))
    assert (part.platform, part.sums, part.rows["channel"][0]) == (
        "Microsoft Ads", {"": Decimal("12.50")}, "Paid Search",
    )  # fmt: skip


REMARKS = "# ----------------------------------------\n# Traffic acquisition\n# Start date: {}\n# End date: {}\n#\n\n"
CHANNELS = HEADERS["ga4"] + "\nOrganic Search,120,80\nPaid Social,300,150\n,420,230\n"
BY_SOURCE = "Session source / medium,Sessions\ngoogle / organic,120\nfb / cpc,300\n"


def test_dates_of_a_ga4_report_stand_in_its_remarks_and_stacked_tables_count_once(desk: Desk) -> None:
    text = REMARKS.format("20260501", "20260531") + CHANNELS + "\n" + "# Second table\n\n" + BY_SOURCE
    file = desk.write("ga4.csv", text)
    part = desk.part(file)
    assert (part.platform, part.sums) == ("Google Analytics 4", {"": Decimal(420)})
    assert part.refused.select("row", "reason").rows() == [(10, "row.total")]
    assert [note.code for note in part.notes] == ["other_breakdown"]
    traffic = desk.load(file)[TRAFFIC]
    assert traffic.select("date", "date_to", "channel_ga4", "visits", "engaged").rows() == [
        (dt.date(2026, 5, 1), dt.date(2026, 5, 31), "Organic Search", 120, 80),
        (dt.date(2026, 5, 1), dt.date(2026, 5, 31), "Paid Social", 300, 150),
    ]


def test_a_ga4_report_by_source_gets_its_channels(desk: Desk) -> None:
    file = desk.write("ga4.csv", REMARKS.format("20260501", "20260531") + BY_SOURCE)
    assert desk.load(file)[TRAFFIC]["channel"].to_list() == ["Organic Search", "Paid Social"]


def test_a_report_of_days_that_are_known_takes_their_place_and_one_that_overlaps_is_refused(desk: Desk) -> None:
    may = desk.write("may.csv", REMARKS.format("20260501", "20260531") + CHANNELS)
    tables = desk.load(may)
    assert desk.load(may, before=tables)[TRAFFIC].equals(tables[TRAFFIC])
    half = desk.write("half.csv", REMARKS.format("20260515", "20260615") + CHANNELS)
    with pytest.raises(CustintelError, match="share some days"):
        desk.load(half, before=tables)


@given(
    amount=st.decimals(min_value=-9_999, max_value=10**9, places=2),
    count=st.integers(0, 10**9),
    days=st.integers(1, 800),
)
def test_what_is_spread_adds_up_to_the_cent(amount: Decimal, count: int, days: int) -> None:
    first = dt.date(2026, 1, 1)
    row = pl.DataFrame(
        {"from": [first], "to": [first + dt.timedelta(days=days - 1)], "amount": [amount], "impressions": [count],
         "clicks": [count], "claimed_conversions": [count / 4], "claimed_value": [amount]},
        schema_overrides={"amount": pl.Decimal(18, 2), "claimed_value": pl.Decimal(18, 2)},
    )  # fmt: skip
    each = spread(row)
    assert each.height == days
    assert each["amount"].sum() == each["claimed_value"].sum() == amount
    assert each["impressions"].sum() == count
    assert each["claimed_conversions"].sum() == pytest.approx(count / 4)
