"""The workbook of ``ci kpis --xlsx``: findings, every number, the orders and costs of each cut, the costs entered."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from custintel.i18n import N_, _
from custintel.kpis import words
from custintel.kpis.definitions import BY_CODE
from custintel.kpis.entries import COUNTS, MONEY
from custintel.kpis.findings import findings
from custintel.kpis.sales import CUTS
from custintel.kpis.survey import Survey
from custintel.minor_units import minor_unit
from custintel.sheets.write import Page, sentences_page, table_page
from custintel.tables.segment_names import segment_label

HEADERS = {
    "finding": N_("What the numbers say"),
    "cut": N_("Told apart by"),
    "group": N_("Which"),
    "label": N_("What it is"),
    "kpi": N_("Code"),
    "value": N_("Value"),
    "low": N_("From (95 of 100 times)"),
    "high": N_("To (95 of 100 times)"),
    "numerator": N_("Worked out from"),
    "denominator": N_("divided by"),
    "formula": N_("Formula"),
    "provisional": N_("Provisional"),
    "rule_line": N_("Line of costs.yaml"),
    "category": N_("Cost"),
    "name": N_("Name"),
    "driver": N_("Counted by"),
    "currency": N_("Currency"),
    "entered": N_("Entered or found"),
    "allocated": N_("On orders"),
    "unallocated": N_("On no order"),
}


def pages(made: Survey, by: Sequence[str]) -> list[Page]:
    """The sheets of the workbook."""
    told = [words.sentence(one, made.costs.currency) for one in findings(made)]
    every = made.numbers.filter(pl.col("cut").cast(pl.String).is_in(["all", *by]))
    labels = {code: _(kpi.label) for code, kpi in BY_CODE.items()}
    formulas = {code: kpi.formula for code, kpi in BY_CODE.items()}
    cuts = {"all": _("Everything"), **{cut: _(words.CUTS[cut]) for cut in CUTS}}
    every = every.select(
        pl.col("cut").cast(pl.String).replace(cuts),
        _named(pl.col("group"), pl.col("cut") != "all"),
        pl.col("kpi").replace(labels).alias("label"),
        *("value", "low", "high", "numerator", "denominator"),
        pl.when("provisional").then(pl.lit(_("yes"))).alias("provisional"),
        "kpi",
        pl.col("kpi").replace(formulas).alias("formula"),
    )
    return [
        sentences_page(_("What the numbers say"), _(HEADERS["finding"]), told),
        table_page(_("Numbers"), every, HEADERS),
        *(table_page(_(words.CUTS[cut]), _sums(made, cut), HEADERS) for cut in by),
        table_page(_("Costs"), _accounts(made), HEADERS),
    ]


def _named(group: pl.Expr, several: pl.Expr | bool = True) -> pl.Expr:
    return pl.when(group.is_null() & several).then(pl.lit(words.group(None))).otherwise(group).alias("group")


def _sums(made: Survey, cut: str) -> pl.DataFrame:
    """Orders and amounts of each group, which add up to the last row; columns are named as docs/kpis.md explains."""
    minor = minor_unit(made.costs.currency)
    total = made.added["all"].with_columns(group=pl.lit(_("Total")))
    groups = made.added[cut].with_columns(_named(pl.col("group")))
    if cut == "segment":
        groups = groups.with_columns(pl.col("group").map_elements(segment_label, pl.String))
    money = [*MONEY, "hidden", "direct", "cm1", "cm2", "cm3"]
    return pl.concat([groups, total], how="vertical_relaxed").select("group", *COUNTS, pl.col(money) / minor)


def _accounts(made: Survey) -> pl.DataFrame:
    """What was entered of each cost, and how much of it fell on orders."""
    accounts = made.ledger.accounts
    units = pl.col("currency").replace_strict(
        {code: minor_unit(code) for code in accounts["currency"].unique()}, return_dtype=pl.Float64
    )
    return accounts.select(
        "rule_line",
        pl.col("category", "name", "driver", "currency").cast(pl.String),
        *((pl.col(f"{name}_minor") / units).alias(name) for name in ("entered", "allocated", "unallocated")),
    )
