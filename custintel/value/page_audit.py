"""The parts of the page of ``ci value`` about the base as a whole: retention, and the audit in five parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from custintel import formats
from custintel.i18n import _, ngettext
from custintel.ui.show import Block, Grid, GridColumn, Heading, Paragraph
from custintel.value import words
from custintel.value.audit import Span, Two
from custintel.value.cohorts import AGES
from custintel.value.valuation import Valuation

COHORTS = 12
AGES_SHOWN = 9


def retained(made: Valuation) -> Iterator[Block]:
    """The triangle: which part of each cohort bought in each period after its first."""
    found = made.audit
    if found is None or not found.cohorts.height or found.cohorts["age"].max() == 0:
        return
    quarter = found.period.every == "1q"
    yield Heading(
        _("Who came back, by quarter of the first purchase")
        if quarter
        else _("Who came back, by month of the first purchase")
    )
    shown = found.cohorts["cohort"].unique().sort().tail(COHORTS)
    ages = range(1, min(int(found.cohorts["age"].max()), AGES_SHOWN) + 1)  # type: ignore[arg-type]
    rows: list[tuple[Any, ...]] = []
    for cohort in shown:
        cells = found.cohorts.filter(pl.col("cohort") == cohort)
        shares = dict(cells.select("age", "share").iter_rows())
        rows.append((found.period.name(cohort), cells["customers"][0], *(shares.get(age) for age in ages)))
    columns = (
        GridColumn("", wrap=False),
        GridColumn(_("New"), "right", formats.number),
        *(GridColumn(f"+{age}", "right", formats.percent) for age in ages),
    )
    yield Grid(columns, rows)
    text = (
        _("Part of the customers of each quarter who bought 1, 2, 3... quarters later; quarters that are over.")
        if quarter
        else _("Part of the customers of each month who bought 1, 2, 3... months later; months that are over.")
    )
    yield Paragraph(text, "dim")


def audited(made: Valuation) -> Iterator[Block]:
    """The customer-base audit."""
    found = made.audit
    if found is None:
        return
    yield from _one_period(made, found.span, found.times)
    if found.two is not None:
        yield from _two_periods(made, found.two)
    yield from _one_cohort(made)
    yield from _equal_age(made)
    yield from _whole(made)


def _span(span: Span) -> str:
    return _("{start} to {end}").format(start=formats.date(span.start), end=formats.date(span.end))


def _one_period(made: Valuation, span: Span, times: pl.DataFrame) -> Iterator[Block]:
    yield Heading(_("Audit 1: one period, {span}").format(span=_span(span)))
    rows: list[tuple[Any, ...]] = [
        (_times(row["low"], row["high"]), row["customers"], row["orders"], row["net"] / 100, row["money"] / 100)
        for row in times.iter_rows(named=True)
    ]
    columns = (
        GridColumn(_("Bought"), wrap=False),
        GridColumn(_("Customers"), "right", formats.number),
        GridColumn(_("Purchases"), "right", formats.number),
        GridColumn(_("Net sales"), "right", formats.compact),
        GridColumn(_("Margin"), "right", formats.compact),
    )
    yield _without_margin(made, columns, rows, 4)


def _times(low: int, high: int | None) -> str:
    if high is None:
        return _("{low} times or more").format(low=low)
    if low == high:
        return ngettext("{n} time", "{n} times", low).format(n=low)
    return _("{low} to {high} times").format(low=low, high=high)


def _without_margin(made: Valuation, columns: tuple[GridColumn, ...], rows: list[tuple[Any, ...]], place: int) -> Grid:
    """A table without its column of margin when no costs are counted: it would repeat net sales."""
    if made.basis == "profit":
        return Grid(columns, rows)
    return Grid(columns[:place] + columns[place + 1 :], [tuple(row[:place]) + tuple(row[place + 1 :]) for row in rows])


def _two_periods(made: Valuation, two: Two) -> Iterator[Block]:
    yield Heading(_("Audit 2: {before}, and {now}").format(before=_span(two.before), now=_span(two.now)))
    rows: list[tuple[Any, ...]] = [
        (_(words.GROUPS[row["group"]]), row["customers"], row["money_before"] / 100, row["money_now"] / 100)
        for row in two.groups.iter_rows(named=True)
    ]
    rows.append((_("others: only gave back"), None, *(amount / 100 for amount in two.others)))
    whole = (sum(row[place] for row in rows) for place in (2, 3))
    rows.append((_("Total"), None, *whole))
    money = words.what(made.basis, expected=True)
    columns = (
        GridColumn(_("Customers who"), wrap=False),
        GridColumn(_("How many"), "right", formats.number),
        GridColumn(_("Before ({what})").format(what=money), "right", formats.compact),
        GridColumn(_("Now ({what})").format(what=money), "right", formats.compact),
    )
    yield Grid(columns, rows, [*[""] * (len(rows) - 1), "bold"])
    if not two.split:
        return
    pairs = list(zip(two.customers, two.orders, two.net, two.money, strict=True))
    values = [(n, orders / n, net / orders / 100, money / net) for n, orders, net, money in pairs]
    writers = (formats.number, lambda x: formats.number(x, 2), lambda x: formats.compact(round(x)), _percent)
    lines = [
        (_(words.FACTORS[name]), write(before), write(now), two.split[name] / 100)
        for name, write, before, now in zip(words.FACTORS, writers, *values, strict=True)
    ]
    change = (two.money[1] - two.money[0]) / 100
    sums = (formats.compact(round(two.money[0] / 100)), formats.compact(round(two.money[1] / 100)))
    lines.append((_("what buyers brought"), *sums, change))
    yield Grid(
        (
            GridColumn(_("Why it changed"), wrap=False),
            GridColumn(_("Before"), "right"),
            GridColumn(_("Now"), "right"),
            GridColumn(
                _("Its part of the change"), "right", lambda x: ("+" if x > 0 else "") + formats.compact(round(x))
            ),
        ),
        lines,
        [*[""] * (len(lines) - 1), "bold"],
    )


def _percent(share: float) -> str:
    return formats.percent(share, 1)


def _one_cohort(made: Valuation) -> Iterator[Block]:
    found = made.audit
    if found is None or found.cohort is None:
        return
    cells = found.cohorts.filter(pl.col("cohort") == found.cohort).with_columns(sum=pl.col("money").cum_sum())
    if cells.height < 2:
        return
    yield Heading(_("Audit 3: the customers of {cohort} as they age").format(cohort=found.period.name(found.cohort)))
    customers = cells["customers"][0]
    rows: list[tuple[Any, ...]] = [
        (
            f"+{row['age']}",
            row["active"],
            row["share"],
            row["orders"] / row["active"] if row["active"] else None,
            row["net"] / row["orders"] / 100 if row["orders"] else None,
            row["sum"] / customers / 100,
        )
        for row in cells.head(COHORTS + 1).iter_rows(named=True)
    ]
    columns = (
        GridColumn(_("Quarters") if found.period.every == "1q" else _("Months"), "right"),
        GridColumn(_("Active"), "right", formats.number),
        GridColumn(_("Share"), "right", formats.percent),
        GridColumn(_("Purchases each"), "right", lambda x: formats.number(x, 2)),
        GridColumn(_("Ticket"), "right", lambda x: formats.compact(round(x))),
        GridColumn(_("{what} each so far").format(what=words.what(made.basis, expected=True)), "right", _whole_units),
    )
    yield Grid(columns, rows)


def _whole_units(amount: float) -> str:
    return formats.compact(round(amount))


def _equal_age(made: Valuation) -> Iterator[Block]:
    found = made.audit
    if found is None or not found.equal_age.height:
        return
    yield Heading(_("Audit 4: cohorts at equal age"))
    rows: list[tuple[Any, ...]] = []
    sizes = dict(found.cohorts.select("cohort", "customers").unique().iter_rows())
    known = found.equal_age.filter(pl.col("cohort").is_in(list(sizes)))
    for cohort in known["cohort"].unique().sort().tail(COHORTS):
        cells = found.equal_age.filter(pl.col("cohort") == cohort)
        by = {row["days"]: row for row in cells.iter_rows(named=True) if 2 * row["customers"] >= sizes[cohort]}
        shares = [by[days]["share"] if days in by else None for days in AGES]
        money = [by[days]["money"] / 100 if days in by else None for days in (90, 365)]
        rows.append((found.period.name(cohort), *shares, *money))
    label = words.what(made.basis, expected=True)
    columns = (
        GridColumn("", wrap=False),
        *(GridColumn(_("{days} d").format(days=days), "right", formats.percent) for days in AGES),
        *(GridColumn(_("{days} d, each").format(days=days), "right", _whole_units) for days in (90, 365)),
    )
    yield Grid(columns, rows)
    text = _(
        "Part who bought on a second day within 30, 90... days, and {what} of each customer within 90 and 365; cohorts "
        "of which most have been seen that long."
    )
    yield Paragraph(text.format(what=label), "dim")


def _whole(made: Valuation) -> Iterator[Block]:
    found = made.audit
    if found is None:
        return
    yield Heading(_("Audit 5: the whole base over time"))
    rows: list[tuple[Any, ...]] = [
        (
            found.period.name(row["in_period"]),
            row["active"],
            row["new"],
            row["active"] - row["new"],
            row["orders"],
            row["net"] / 100,
            row["net_new"] / row["net"] if row["net"] > 0 else None,
        )
        for row in found.over_time.tail(COHORTS + 1).iter_rows(named=True)
    ]
    columns = (
        GridColumn("", wrap=False),
        GridColumn(_("Active"), "right", formats.number),
        GridColumn(_("New"), "right", formats.number),
        GridColumn(_("Back"), "right", formats.number),
        GridColumn(_("Purchases"), "right", formats.number),
        GridColumn(_("Net sales"), "right", formats.compact),
        GridColumn(_("Of new ones"), "right", formats.percent),
    )
    yield Grid(columns, rows)
