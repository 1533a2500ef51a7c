"""The workbook of ``ci value --xlsx``: findings, customers, tenths, test, cohorts and the audit."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_, _
from custintel.sheets.write import Page, money_format, sentences_page, table_page
from custintel.tables.customer_value import CUSTOMER_VALUE
from custintel.tables.segment_names import segment_label
from custintel.value import words
from custintel.value.cohorts import Period
from custintel.value.findings import doubts, findings
from custintel.value.result import in_units
from custintel.value.valuation import Valuation

HEADERS = {
    "customer_id": N_("Customer"),
    "cohort": N_("First bought"),
    "orders": N_("Purchases"),
    "undone": N_("Undone orders"),
    "first_day": N_("First purchase"),
    "last_day": N_("Last purchase"),
    "recency": N_("Days since"),
    "currency": N_("Currency"),
    "net": N_("Net sales"),
    "margin": N_("Margin"),
    "acquisition": N_("Acquisition"),
    "profit": N_("Profit"),
    "rank": N_("Place"),
    "decile": N_("Tenth"),
    "share": N_("Share"),
    "cumulative_share": N_("Share so far"),
    "rhythm": N_("Own rhythm (days)"),
    "gap_ratio": N_("Days since over own rhythm"),
    "p_buy": N_("Probability of a purchase"),
    "expected_orders": N_("Expected purchases"),
    "expected_orders_low": N_("Expected purchases from"),
    "expected_orders_high": N_("Expected purchases to"),
    "expected_net": N_("Expected net sales"),
    "expected_margin": N_("Expected margin"),
    "expected_margin_low": N_("Expected margin from"),
    "expected_margin_high": N_("Expected margin to"),
    "keep": N_("What to do"),
    "keep_reason": N_("Why"),
    "cost_group": N_("Cost that does it"),
    "customers": N_("Customers"),
    "money": N_("Margin or net sales"),
    "expected": N_("Expected"),
    "real": N_("Real"),
    "age": N_("Periods since"),
    "active": N_("Active"),
    "days": N_("Days since first"),
    "again": N_("Bought again"),
    "low": N_("From (95 of 100 times)"),
    "high": N_("To (95 of 100 times)"),
    "in_period": N_("Period"),
    "new": N_("New"),
    "net_new": N_("Net sales of new ones"),
    "group": N_("Which"),
    "net_before": N_("Net sales before"),
    "net_now": N_("Net sales now"),
    "money_before": N_("Margin or net sales before"),
    "money_now": N_("Margin or net sales now"),
    "losing": N_("Lose money"),
    "segment": N_("Segment"),
    "expected_money": N_("Expected money"),
}
_SHARES = ("share", "cumulative_share", "p_buy", "low", "high")
_MONEY = (
    *("net", "margin", "acquisition", "profit", "money", "net_new"),
    *("net_before", "net_now", "money_before", "money_now"),
    *("expected_net", "expected_margin", "expected_margin_low", "expected_margin_high", "expected_money"),
)
HIDDEN = ("basis", "model", "p_buy_days", "months", "believed")


def pages(made: Valuation, table: pl.DataFrame, cut: pl.DataFrame | None = None) -> list[Page]:
    """The sheets of the workbook.

    Args:
        made: what was found out.
        table: :func:`custintel.value.valuation.customer_value`.
        cut: by segment, when it was asked for.
    """
    told = [words.sentence(one, made.currency) for one in (*findings(made), *doubts(made))]
    sheets = [
        sentences_page(_("What the values say"), _("What the values say"), told),
        _page(made, _("Customers"), _customers(table)),
        _page(made, _("Tenths"), in_units(made.deciles, "net", "money")),
    ]
    if cut is not None:
        named = pl.col("segment").map_elements(segment_label, return_dtype=pl.String)
        sheets.append(_page(made, _("By segment"), in_units(cut, "money").with_columns(named)))
    if made.forecast.trial:
        rows = list(made.forecast.trial.groups)
        groups = pl.DataFrame(rows, schema=["customers", "expected", "real"], orient="row")
        sheets.append(_page(made, _("Test on the past"), groups))
    return [*sheets, *_audit(made)]


def _page(made: Valuation, title: str, frame: pl.DataFrame) -> Page:
    """A sheet with shares as percentages and money as people write it."""
    formats = dict.fromkeys(_SHARES, "0.0%") | dict.fromkeys(_MONEY, money_format(made.currency))
    return table_page(title, frame, HEADERS, formats)


def _customers(table: pl.DataFrame) -> pl.DataFrame:
    """The table with its codes in words, the best first."""
    worded = {"keep": words.KEEP, "keep_reason": words.REASONS, "cost_group": words.COST_GROUPS}
    translated = (
        pl.col(name).cast(pl.String).replace({code: _(text) for code, text in known.items()})
        for name, known in worded.items()
    )
    kept = [column.name for column in CUSTOMER_VALUE.columns if column.name not in HIDDEN]
    counted = [name for name in kept if table[name].null_count() < table.height or not table.height]
    return table.with_columns(translated).sort("rank").select(counted)


def _audit(made: Valuation) -> list[Page]:
    found = made.audit
    if found is None:
        return []
    shown = (
        (_("Cohorts"), "cohort", in_units(found.cohorts, "net", "money")),
        (_("Equal age"), "cohort", in_units(found.equal_age, "money")),
        (_("Over time"), "in_period", in_units(found.over_time, "net", "net_new")),
    )
    sheets = [_page(made, title, frame.with_columns(_named(found.period, column))) for title, column, frame in shown]
    if found.two is not None:
        groups = found.two.groups.with_columns(
            pl.col("group").replace({code: _(text) for code, text in words.GROUPS.items()})
        )
        money = ("net_before", "net_now", "money_before", "money_now")
        sheets.insert(0, _page(made, _("Two periods"), in_units(groups, *money)))
    return sheets


def _named(period: Period, column: str) -> pl.Expr:
    return pl.col(column).map_elements(period.name, return_dtype=pl.String)
