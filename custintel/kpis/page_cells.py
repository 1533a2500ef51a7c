"""How the numbers of ``ci kpis`` are written in tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from custintel import formats
from custintel.i18n import _
from custintel.kpis import words
from custintel.kpis.definitions import Kpi
from custintel.kpis.survey import Survey
from custintel.periods import Period
from custintel.ui.show import Block, Grid, GridColumn, Heading


def days(period: Period) -> str:
    """The days of a period in words."""
    if period.start is None or period.end is None:
        return _("all days")
    return _("{start} to {end}").format(start=formats.date(period.start), end=formats.date(period.end))


def several(made: Survey, title: str, kpis: Sequence[Kpi]) -> Iterator[Block]:
    """Numbers of the whole, each with what it was worked out from."""
    codes = [kpi.code for kpi in kpis]
    found = made.numbers.filter(pl.col("cut") == "all", pl.col("kpi").is_in(codes))
    rows = [
        (
            words.label(row["kpi"]),
            words.value(row["value"], row["unit"], made.costs.currency),
            span(row, row["unit"], made),
            _count(row["numerator"]),
            _count(row["denominator"]),
        )
        for row in found.iter_rows(named=True)
        if row["denominator"] != 0 or row["low"] is not None
    ]
    if not rows:
        return
    yield Heading(title)
    columns = (
        GridColumn(""),
        GridColumn(_("Value"), "right"),
        GridColumn(_("95 of 100 times"), "right"),
        GridColumn(_("Worked out from"), "right"),
        GridColumn(_("divided by"), "right"),
    )
    yield Grid(columns, rows)


def span(row: dict[str, Any], unit: str, made: Survey) -> str:
    """The interval of a number in words; nothing where there is none."""
    low, high = (
        None if row[end] is None else words.value(row[end], unit, made.costs.currency) for end in ("low", "high")
    )
    if low is None:
        return ""
    if row["value"] == 0 and unit == "share":
        return _("below {high}").format(high=high)
    return _("{low} to {high}").format(low=low, high=high) if high else _("at least {low}").format(low=low)


def amount(amount: float | None) -> str:
    """An amount per order in a narrow column: whole units from 100 on."""
    if amount is None:
        return "–"
    return formats.compact(round(amount)) if abs(amount) >= 100 else formats.number(amount, 2)


def _count(number: float | None) -> str:
    return "" if number is None else formats.compact(round(number))
