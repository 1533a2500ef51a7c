"""The sheets of one cut in the workbook of ``ci kpis``: what an order of each group costs and brings, and the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from custintel.i18n import N_, _
from custintel.kpis import words
from custintel.kpis.currency import in_units, whole_minor
from custintel.kpis.cuts import ranked
from custintel.kpis.entries import COUNTS
from custintel.kpis.measure_names import MEASURE_NAMES
from custintel.kpis.survey import KNOWN_ENOUGH, Survey
from custintel.sheets.write import Chart, Page, money_format, table_page

MONEY_COLUMNS = (
    *("billed", "refunds", "net_sales", "product", "cm1"),
    *("fulfilment", "payment", "post_sale", "commercial", "tax", "hidden", "cm2", "acquisition", "cm3"),
    *("media", "ad_spend", "direct", "shared", "new_acquisition", "new_hidden"),
)
"""Sums of money in the order in which one is taken off the other; then what parts of the costs are."""
HEADERS = {
    "placed": N_("Orders placed"),
    "kept": N_("Orders kept"),
    "kept_rate": N_("Kept, of orders placed"),
    "net_sales": N_("Net sales"),
    "cpa_media": N_("Believed CPA: media per order placed"),
    "cpa_loaded": N_("Real CPA: all costs of selling per order kept"),
    "low": N_("Real CPA from (95 of 100 times)"),
    "high": N_("Real CPA to (95 of 100 times)"),
    "break_even_cpa_loaded": N_("Break-even CPA: the most it may cost"),
    "cm1": N_("Margin 1: after goods"),
    "cm1_share": N_("Margin 1, of net sales"),
    "cm2": N_("Margin 2: after hidden costs too"),
    "cm2_share": N_("Margin 2, of net sales"),
    "cm3": N_("Margin 3: after acquisition too"),
    "cm3_share": N_("Margin 3, of net sales"),
    "refusal_rate": N_("Refused at the door, of orders shipped"),
    "return_rate": N_("Something came back, of orders delivered"),
}
GROUPS = {
    "channel": N_("Channel"),
    "campaign": N_("Campaign"),
    "segment": N_("Segment"),
    "category": N_("Category"),
    "city": N_("City"),
    "month": N_("Month"),
}
TITLES = {**words.CUTS, "category": N_("By category")}
"""Of sheets, which hold at most 31 characters."""
DRAWN = 15
"""Groups in a chart."""
_WIDTH = 14
_SHARES = ("kept_rate", "cm1_share", "cm2_share", "cm3_share", "refusal_rate", "return_rate")
_MONEY = ("net_sales", "cm1", "cm2", "cm3")
_BARS = ("cpa_media", "cpa_loaded", "break_even_cpa_loaded")
_AMOUNTS = (*_BARS, "low", "high")


def cut_page(made: Survey, cut: str) -> Page:
    """What an order of each group is believed to cost, what it costs, from where it pays, and what is left."""
    currency = made.costs.currency
    sums = _with_total(made, cut)
    table = sums.join(_rates(made, cut), on=["total", "group"], how="left", nulls_equal=True, maintain_order="left")
    frame = table.select(
        _labels(table, cut),
        *(whole_minor(pl.col(name), currency) if name in _AMOUNTS else pl.col(name) for name in HEADERS),
    )
    formats = dict.fromkeys(_SHARES, "0.0%") | dict.fromkeys(("placed", "kept"), "#,##0")
    formats |= dict.fromkeys((*_MONEY, *_AMOUNTS), money_format(currency))
    groups = frame.height - 1
    drawn = slice(max(groups - DRAWN, 0), groups) if cut == "month" else slice(DRAWN)
    chart = Chart(_("What an order costs ({currency})").format(currency=currency), "group", _BARS, drawn)
    page = table_page(_(TITLES[cut]), frame, {"group": GROUPS[cut], **HEADERS}, formats, chart=chart)
    doubtful = cut in ("channel", "campaign") and made.known < KNOWN_ENOUGH and groups
    told = _("Many orders do not say where they came from: the costs of a row are too high.")
    comments = {(0, name): told for name in ("cpa_media", "cpa_loaded")} if doubtful else {}
    return replace(page, widths=dict.fromkeys(HEADERS, _WIDTH), comments=comments, totals=1)


def sums_page(made: Survey, cut: str, measures: Sequence[str]) -> Page:
    """Orders or amounts of each group, :data:`COUNTS` or :data:`MONEY_COLUMNS`; they add up to the last row."""
    currency = made.costs.currency
    sums = _with_total(made, cut)
    headers = {"group": GROUPS[cut], **MEASURE_NAMES}
    counted = set(measures) <= set(COUNTS)
    title = _("{cut} (orders)") if counted else _("{cut} ({currency})")
    formats = dict.fromkeys(measures, "#,##0" if counted else money_format(currency))
    frame = sums.select(_labels(sums, cut), *measures)
    page = table_page(title.format(cut=_(TITLES[cut]), currency=currency), frame, headers, formats)
    return replace(page, widths=dict.fromkeys(measures, _WIDTH - 1), totals=1)


def _with_total(made: Survey, cut: str) -> pl.DataFrame:
    """total, group and the measures, money in units of the currency: the groups, and the whole on the last row."""
    groups = ranked(made.added[cut], cut).with_columns(total=False)
    whole = made.added["all"].with_columns(total=True)
    table = pl.concat([groups, whole], how="vertical_relaxed")
    return table.with_columns(in_units(pl.col(name), made.costs.currency) for name in MONEY_COLUMNS)


def _rates(made: Survey, cut: str) -> pl.DataFrame:
    """total, group, and in a column each the numbers of the table kpis that the sheet shows."""
    numbers = made.numbers.with_columns(pl.col("cut").cast(pl.String))
    chosen = numbers.filter(pl.col("cut").is_in([cut, "all"])).group_by(pl.col("cut").eq("all").alias("total"), "group")

    def one(code: str, value: str = "value") -> pl.Expr:
        return pl.col(value).filter(kpi=code).first()

    rates = {code: one(code) for code in (*_SHARES, *_BARS)}
    return chosen.agg(**rates, low=one("cpa_loaded", "low"), high=one("cpa_loaded", "high"))


def _labels(table: pl.DataFrame, cut: str) -> pl.Series:
    """What stands in the first column of each row."""
    rows = table.select("total", "group").iter_rows()
    return pl.Series("group", [_("Total") if total else words.group(name, cut) for total, name in rows], pl.String)
