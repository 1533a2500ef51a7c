"""The workbook of ``ci kpis --xlsx``: findings, what an order costs by each cut, the costs entered, every number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from custintel.i18n import N_, _
from custintel.kpis import words
from custintel.kpis.currency import in_units, whole_minor
from custintel.kpis.definitions import BY_CODE, PAYBACK, Kpi
from custintel.kpis.entries import COUNTS
from custintel.kpis.findings import findings
from custintel.kpis.measure_names import formula
from custintel.kpis.sales import CUTS
from custintel.kpis.survey import Survey
from custintel.kpis.workbook_cuts import MONEY_COLUMNS, TITLES, cut_page, sums_page
from custintel.periods import Period
from custintel.sheets.write import Page, money_format, sentences_page, table_page
from custintel.tables.cost_names import CATEGORIES, DRIVERS

NUMBERS = {
    "cut": N_("Told apart by"),
    "group": N_("Which"),
    "label": N_("What it is"),
    "unit": N_("Unit"),
    "value": N_("Value"),
    "low": N_("From (95 of 100 times)"),
    "high": N_("To (95 of 100 times)"),
    "numerator": N_("Worked out from"),
    "denominator": N_("divided by"),
    "formula": N_("Formula"),
    "provisional": N_("Provisional"),
    "kpi": N_("Code for --fail-on"),
}
ACCOUNTS = {
    "category": N_("Cost"),
    "name": N_("Name"),
    "driver": N_("Counted by"),
    "currency": N_("Currency"),
    "entered": N_("Entered or found"),
    "allocated": N_("On orders"),
    "unallocated": N_("On no order"),
    "rule_line": N_("Line of costs.yaml"),
}
_SHARE, _RATIO, _COUNT = "0.0%", "#,##0.00", "#,##0"


def pages(made: Survey, by: Sequence[str]) -> list[Page]:
    """The sheets of the workbook, what is opened most first."""
    told = [words.sentence(one, made.costs.currency) for one in findings(made)]
    return [
        sentences_page(_("What the numbers say"), _("What the numbers say"), told),
        *(cut_page(made, cut) for cut in by),
        numbers_page(made, by),
        costs_page(made),
        *(page for cut in by for page in (sums_page(made, cut, COUNTS), sums_page(made, cut, MONEY_COLUMNS))),
    ]


def numbers_page(made: Survey, by: Sequence[str]) -> Page:
    """Every number of the whole and of every cut, each with its unit, interval and what it was worked out from."""
    currency = made.costs.currency
    cuts = {"all": _("Everything"), **{cut: _(TITLES[cut]) for cut in CUTS}}
    units = {"share": "%", "money": currency, "amount": currency, "ratio": _("times"), "months": _("months")}
    labels = {code: _(kpi.label) for code, kpi in BY_CODE.items()}
    formulas = {code: formula(kpi) for code, kpi in BY_CODE.items()}
    every = made.numbers.with_columns(pl.col("cut", "unit").cast(pl.String)).filter(pl.col("cut").is_in(["all", *by]))
    of_money = pl.col("unit").is_in(["money", "amount"])
    ends, parts = ("value", "low", "high"), ("numerator", "denominator")
    frame = every.select(
        pl.col("cut").replace_strict(cuts),
        pl.Series("group", [_group(*one) for one in every.select("group", "cut").iter_rows()], pl.String),
        pl.col("kpi").replace_strict(labels).alias("label"),
        *(pl.when(of_money).then(whole_minor(pl.col(end), currency)).otherwise(end).alias(end) for end in ends),
        pl.col("unit").replace_strict(units),
        *(whole_minor(pl.col(part), currency) for part in parts),
        pl.col("kpi").replace_strict(formulas).alias("formula"),
        pl.when("provisional").then(pl.lit(_("yes"))).alias("provisional"),
        "kpi",
    ).select(*NUMBERS)
    page = table_page(_("Numbers"), frame, NUMBERS, wrapped=("label", "formula"))
    widths = {"label": 56, "formula": 56, **dict.fromkeys((*ends, *parts), 14)}
    return replace(page, row_formats=_formats(every, money_format(currency), ends, parts), widths=widths)


def _formats(every: pl.DataFrame, money: str, ends: Sequence[str], parts: Sequence[str]) -> dict[str, list[str]]:
    """How each row shows its number and the ends of its interval, and what it was worked out from."""
    by_unit = {"share": _SHARE, "money": money, "amount": money, "ratio": _RATIO, "months": _COUNT}

    def of_part(kpi: Kpi, part: str) -> str:
        paid = kpi == PAYBACK and part == "numerator"
        return money if paid or {*getattr(kpi, part)} & {*MONEY_COLUMNS} else _COUNT

    found = dict.fromkeys(ends, every["unit"].replace_strict(by_unit).to_list())
    for part in parts:
        found[part] = [of_part(BY_CODE[code], part) for code in every["kpi"]]
    return found


def _group(name: str | None, cut: str) -> str | None:
    return None if cut == "all" else words.group(name, cut)


def costs_page(made: Survey) -> Page:
    """What was entered of each cost and how much of it fell on orders, with what that is in all of each currency."""
    amounts = ("entered", "allocated", "unallocated")
    items = made.ledger.accounts.select(
        "rule_line",
        pl.col("category").cast(pl.String).replace_strict({code: _(name) for code, name in CATEGORIES.items()}),
        "name",
        pl.col("driver").cast(pl.String).replace_strict({code: _(name) for code, name in DRIVERS.items()}),
        "currency",
        *(pl.col(f"{name}_minor").alias(name) for name in amounts),
    )
    totals = items.group_by("currency", maintain_order=True).agg(pl.col(amounts).sum(), category=pl.lit(_("Total")))
    table = pl.concat([items, totals], how="diagonal")
    units = [
        pl.coalesce(
            pl.lit(None, pl.Float64),
            *(pl.when(currency=code).then(in_units(pl.col(name), code)) for code in totals["currency"]),
        ).alias(name)
        for name in amounts
    ]
    title = _("Costs") if made.asked == Period() else _("Costs (all days)")
    page = table_page(title, table.with_columns(units).select(*ACCOUNTS), ACCOUNTS)
    formats = [money_format(code) for code in table["currency"]]
    return replace(page, totals=totals.height, row_formats=dict.fromkeys(amounts, formats))
