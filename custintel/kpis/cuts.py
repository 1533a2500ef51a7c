"""Entries added up by a cut, and every number of it with numerator, denominator and interval."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from custintel.intervals import wilson
from custintel.kpis.definitions import Kpi
from custintel.kpis.entries import HIDDEN, MEASURES
from custintel.kpis.poisson import garwood
from custintel.minor_units import minor_unit
from custintel.periods import Period

_Z = 1.959963984540054
_AMOUNTS = ("money", "amount")
CUT_ROW = pl.Schema(
    {
        "cut": pl.String(),
        "group": pl.String(),
        "kpi": pl.String(),
        "unit": pl.String(),
        "numerator": pl.Float64(),
        "denominator": pl.Float64(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)


def sums(table: pl.DataFrame, cut: str, period: Period) -> pl.DataFrame:
    """Every measure of the groups of ``cut``, or of everything when it is ``all``.

    Args:
        table: as :func:`custintel.kpis.entries.entries` makes them.
        cut: ``all`` or one of :data:`custintel.kpis.sales.CUTS`.
        period: days that count.

    Returns:
        group (null for what belongs to none, and for ``all``); the measures; hidden, direct, cm1, cm2, cm3; buyers,
        repeat_buyers, buyers_orders; billed_squared. By group, the unattributed last.
    """
    chosen = table.filter(period.holds(pl.col("day"))).with_columns(group=_group(cut))
    added = chosen.group_by("group").agg(pl.col(MEASURES).sum(), pl.col("billed_squared").sum())
    if cut == "all" and not added.height:
        zero = {name: [0] for name in MEASURES}
        added = pl.DataFrame({"group": [None], **zero, "billed_squared": [0.0]}, schema=added.schema)
    people = (
        chosen.filter(pl.col("placed") > 0, pl.col("customer_id").is_not_null())
        .group_by("group", "customer_id")
        .agg(orders=pl.col("placed").sum())
        .group_by("group")
        .agg(
            buyers=pl.len().cast(pl.Int64),
            repeat_buyers=(pl.col("orders") > 1).sum().cast(pl.Int64),
            buyers_orders=pl.col("orders").sum(),
        )
    )
    joined = added.join(people, on="group", how="left", nulls_equal=True)
    hidden = pl.sum_horizontal(HIDDEN)
    return (
        joined.with_columns(pl.col("buyers", "repeat_buyers", "buyers_orders").fill_null(0), hidden=hidden)
        .with_columns(
            direct=pl.col("acquisition") + pl.col("hidden") - pl.col("shared"),
            cm1=pl.col("net_sales") - pl.col("product"),
        )
        .with_columns(cm2=pl.col("cm1") - pl.col("hidden"))
        .with_columns(cm3=pl.col("cm2") - pl.col("acquisition"))
        .sort("group", nulls_last=True)
    )


def _group(cut: str) -> pl.Expr:
    if cut == "all":
        return pl.lit(None, pl.String)
    return pl.col("day").dt.to_string("%Y-%m") if cut == "month" else pl.col(cut)


def ranked(groups: pl.DataFrame, cut: str) -> pl.DataFrame:
    """Groups as a table shows them: those with most orders first, months in their order."""
    if cut == "month":
        return groups
    return groups.sort("placed", "acquisition", "group", descending=[True, True, False], nulls_last=True)


def numbers(added: pl.DataFrame, cut: str, kpis: Iterable[Kpi], currency: str) -> pl.DataFrame:
    """The numbers of a cut, one row per group and number, amounts in units of ``currency``: :data:`CUT_ROW`.

    A number without a denominator is empty; one of money over a count still has its lower bound: what was spent over
    the most orders that 95 % of the time come to none.
    """
    found = [_number(added, cut, kpi, minor_unit(currency)) for kpi in kpis]
    return pl.concat(found) if found else pl.DataFrame(schema=CUT_ROW)


def _number(added: pl.DataFrame, cut: str, kpi: Kpi, minor: int) -> pl.DataFrame:
    scale = minor if kpi.unit in _AMOUNTS or set(kpi.denominator) & {"media", "ad_spend", "cm2", "net_sales"} else 1
    top = pl.sum_horizontal(kpi.numerator).cast(pl.Float64) / scale
    money_below = kpi.unit in ("share", "ratio") and scale != 1
    below = (
        pl.sum_horizontal(kpi.denominator).cast(pl.Float64) / (scale if money_below else 1) if kpi.denominator else None
    )
    value = top if below is None else pl.when(below > 0).then(top / below)
    table = added.select(
        pl.lit(cut).alias("cut"),
        "group",
        pl.lit(kpi.code).alias("kpi"),
        pl.lit(kpi.unit).alias("unit"),
        top.alias("numerator"),
        (pl.lit(None, pl.Float64) if below is None else below).alias("denominator"),
        value.alias("value"),
    )
    low, high = _interval(table, added, kpi, minor)
    return table.with_columns(low=low, high=high).select(CUT_ROW.names()).cast(CUT_ROW)


def _interval(table: pl.DataFrame, added: pl.DataFrame, kpi: Kpi, minor: int) -> tuple[pl.Expr, pl.Expr]:
    """The ends of the 95 % interval, empty where everything was counted and nothing sampled."""
    nothing = pl.lit(None, pl.Float64)
    fits = pl.col("numerator") <= pl.col("denominator")
    if kpi.interval == "wilson":
        low, high = wilson(pl.col("numerator"), pl.col("denominator"))
        return pl.when(fits).then(low), pl.when(fits).then(high)
    if kpi.interval == "count":
        fewest, most = (pl.lit(pl.Series(ends)) for ends in garwood(table["denominator"].to_numpy()))
        spent = pl.when(pl.col("numerator") > 0).then("numerator")
        return spent / most, pl.when(pl.col("denominator") > 0).then(spent / fewest)
    if kpi.interval == "rate":
        least, most = (pl.lit(pl.Series(ends)) for ends in garwood(table["numerator"].to_numpy()))
        whole = pl.when(pl.col("denominator") > 0).then(pl.col("denominator"))
        return least / whole, most / whole
    if kpi.interval == "mean":
        n, mean = pl.col("denominator"), pl.col("value")
        squares = pl.lit(added["billed_squared"]) / minor**2
        error = ((squares - n * mean**2).clip(0) / (n - 1) / n).sqrt()
        known = n > 1
        return pl.when(known).then(mean - _Z * error), pl.when(known).then(mean + _Z * error)
    return nothing, nothing
