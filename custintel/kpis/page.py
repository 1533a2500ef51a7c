"""What ``ci kpis`` says: the findings in words, then the tables, then what to keep in mind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from custintel import formats
from custintel.i18n import _
from custintel.kpis import words
from custintel.kpis.cost_remarks import told_together
from custintel.kpis.cuts import ranked
from custintel.kpis.definitions import COSTS, CUSTOMERS, LADDER, MARGINS, VISITS
from custintel.kpis.findings import findings
from custintel.kpis.measure_names import MEASURE_NAMES
from custintel.kpis.page_cells import amount, days, several, span
from custintel.kpis.page_comparisons import called, changed, claimed
from custintel.kpis.poisson import garwood_of
from custintel.kpis.sales import RUNGS
from custintel.kpis.survey import KNOWN_ENOUGH, Survey
from custintel.minor_units import minor_unit
from custintel.periods import Period
from custintel.remarks import Remark
from custintel.ui.show import Block, Bullets, Grid, GridColumn, Heading, Paragraph, Step, Waterfall

SHOWN = 15


def blocks(made: Survey, by: Sequence[str], remarks: Sequence[Remark]) -> Iterator[Block]:
    """The report, the most important first."""
    yield from headline(made)
    yield from ladder(made)
    for cut in by:
        yield from by_cut(made, cut, explained=cut != by[0])
    yield from margins(made)
    yield from several(made, _("Customers and orders"), (*CUSTOMERS, *LADDER))
    yield from several(made, _("What an order costs"), COSTS)
    yield from visits(made, by)
    yield from changed(made)
    yield from called(made)
    yield from claimed(made)
    yield from warned(remarks, made.costs.source)


def headline(made: Survey) -> Iterator[Block]:
    """The period and what it says, in words."""
    found = [words.sentence(one, made.costs.currency) for one in findings(made)]
    yield Paragraph(f"{days(made.period)}, {made.costs.currency}: {_(words.BASES[made.basis])}.", "bold")
    yield Heading(_("What the numbers say"))
    yield Bullets(found or [_("Nothing out of the ordinary.")])


def ladder(made: Survey) -> Iterator[Block]:
    """How many orders reached each rung."""
    row = made.added["all"].row(0, named=True)
    yield Heading(_("How far orders get"))
    rows = []
    for rung in RUNGS:
        found = made.numbers.filter(pl.col("cut") == "all", pl.col("kpi") == f"{rung}_rate")
        share = found.row(0, named=True) if found.height else {"value": None, "low": None, "high": None}
        rows.append((_(MEASURE_NAMES[rung]), row[rung], share["value"], span(share, "share", made)))
    columns = (
        GridColumn(_("Orders"), wrap=False),
        GridColumn(_("How many"), "right", formats.number),
        GridColumn(_("Of those placed"), "right", lambda share: formats.percent(share, 1)),
        GridColumn(_("95 of 100 times"), "right"),
    )
    yield Grid(columns, rows)


def by_cut(made: Survey, cut: str, *, explained: bool = False) -> Iterator[Block]:
    """What orders of each group cost and bring; the rows add up to the last one."""
    yield Heading(_(words.CUTS[cut]))
    if cut in ("channel", "campaign") and made.known < KNOWN_ENOUGH:
        yield Paragraph(_("Many orders do not say where they came from: the costs of a row are too high."), "yellow")
    minor, rows, sure = minor_unit(made.costs.currency), [], []
    for label, row in _groups(made, cut):
        placed, kept = row["placed"], row["kept"]
        loaded = (row["acquisition"] + row["hidden"]) / minor
        media, real = row["media"] / minor, amount(loaded / kept if kept else None)
        even = amount(row["cm1"] / minor / kept if kept else None)
        rows.append((label, placed, kept, amount(media / placed if placed else None), real, even, row["cm3"] / minor))
        sure.append((label, real, _between(loaded, kept)))
    columns = (
        GridColumn(""),
        GridColumn(_("Placed"), "right", formats.number),
        GridColumn(_("Kept"), "right", formats.number),
        GridColumn(_("Media"), "right"),
        GridColumn(_("Real cost"), "right"),
        GridColumn(_("Breaks even"), "right"),
        GridColumn(_("Margin 3"), "right", formats.compact),
    )
    styles = [""] * (len(rows) - 1) + ["bold"]
    yield Grid(columns, rows, styles)
    if not explained:
        told = _(
            "{currency}. Media per order placed; real cost: acquisition and hidden costs per order kept, and up to "
            "which it pays; margin 3: what is left of sales after everything."
        )
        yield Paragraph(told.format(currency=made.costs.currency), "dim")
    yield Grid(
        (GridColumn(""), GridColumn(_("Real cost"), "right"), GridColumn(_("95 of 100 times"), "right")), sure, styles
    )


def _groups(made: Survey, cut: str) -> list[tuple[str, dict[str, Any]]]:
    """The groups to show with their measures, the largest or latest first; the others in one; and all."""
    groups = ranked(made.added[cut], cut)
    if cut == "month":
        shown, others = groups.tail(SHOWN), groups.head(max(groups.height - SHOWN, 0))
    else:
        shown, others = groups.head(SHOWN), groups.tail(max(groups.height - SHOWN, 0))
    found = [(words.group(row["group"], cut), row) for row in shown.iter_rows(named=True)]
    if others.height:
        label = _("{n} others").format(n=formats.number(others.height))
        found.append((label, others.select(pl.exclude("group").sum()).row(0, named=True)))
    return [*found, (_("Total"), made.added["all"].row(0, named=True))]


def _between(cost: float, kept: int) -> str:
    """The interval of a cost per order kept."""
    if cost <= 0:
        return ""
    fewest, most = garwood_of(kept)
    if not kept:
        return _("at least {low}").format(low=amount(cost / most))
    return _("{low} to {high}").format(low=amount(cost / most), high=amount(cost / fewest))


def margins(made: Survey) -> Iterator[Block]:
    """From what customers were billed to what is left."""
    row, minor = made.added["all"].row(0, named=True), minor_unit(made.costs.currency)
    less = (
        (_("Refunds"), row["refunds"]),
        (_("VAT and gift cards"), row["billed"] - row["refunds"] - row["net_sales"]),
        (_("Net sales"), None),
        (_("Goods and inbound freight"), row["product"]),
        (_("Margin 1"), None),
        (_("Fulfilment"), row["fulfilment"]),
        (_("Payment"), row["payment"]),
        (_("After the sale"), row["post_sale"]),
        (_("Commercial"), row["commercial"]),
        (_("Turnover taxes"), row["tax"]),
        (_("Margin 2"), None),
        (_("Acquisition"), row["acquisition"]),
        (_("Margin 3"), None),
    )
    left = row["billed"]
    steps = [Step(_("Billed"), round(left / minor), "total")]
    for label, less_by in less:
        before, left = left, left - (less_by or 0)
        taken = round(before / minor) - round(left / minor)
        steps.append(
            Step(label, round(left / minor), "total")
            if less_by is None
            else Step(label, abs(taken), "-" if taken >= 0 else "+")
        )
    yield Heading(_("What is left ({currency})").format(currency=made.costs.currency))
    yield Waterfall(steps)
    yield from several(made, _("Margins"), MARGINS[4:])


def visits(made: Survey, by: Sequence[str]) -> Iterator[Block]:
    """Visits that become orders."""
    found = made.visits
    if found is None:
        return
    yield from several(made, _("From visits to orders"), VISITS)
    text = _("Visits of {days}, beside {orders} orders placed on the web in that time.")
    yield Paragraph(text.format(days=days(Period(found.start, found.end)), orders=formats.number(found.orders.height)))
    for cut in (cut for cut in by if cut in made.visited):
        yield Heading(_("Visits: {cut}").format(cut=_(words.CUTS[cut])))
        groups = made.visited[cut]
        ordered = groups if cut == "month" else groups.sort("visits", "group", descending=[True, False])
        rows = [
            (words.group(row["group"], cut), row["visits"], row["web_placed"], row["web_kept"], *_rates(made, cut, row))
            for row in ordered.head(SHOWN).iter_rows(named=True)
        ]
        columns = (
            GridColumn("", wrap=False),
            GridColumn(_("Visits"), "right", formats.number),
            GridColumn(_("Orders"), "right", formats.number),
            GridColumn(_("Kept"), "right", formats.number),
            GridColumn(_("Orders per visit"), "right"),
            GridColumn(_("95 of 100 times"), "right"),
        )
        yield Grid(columns, rows)


def _rates(made: Survey, cut: str, row: dict[str, Any]) -> tuple[str, str]:
    same = pl.col("group").eq_missing(pl.lit(row["group"], pl.String))
    found = made.numbers.filter(pl.col("cut") == cut, pl.col("kpi") == "cr_visit_placed", same).row(0, named=True)
    return words.value(found["value"], "share", made.costs.currency), span(found, "share", made)


def warned(remarks: Sequence[Remark], source: str) -> Iterator[Block]:
    """What to know about the costs."""
    if remarks:
        yield Heading(_("What to know about the costs"))
        yield Bullets(told_together(remarks, source))
