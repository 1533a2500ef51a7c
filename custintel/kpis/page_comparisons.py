"""What ``ci kpis`` compares: two periods, calls with the refusals they avoid, what is claimed with what is real."""

from __future__ import annotations

from collections.abc import Iterator

from custintel import formats
from custintel.i18n import _
from custintel.kpis import words
from custintel.kpis.definitions import BY_CODE
from custintel.kpis.findings import SURE
from custintel.kpis.measure_names import MEASURE_NAMES
from custintel.kpis.page_cells import days, span
from custintel.kpis.survey import Survey
from custintel.minor_units import minor_unit
from custintel.ui.show import Block, Grid, GridColumn, Heading, Paragraph


def changed(made: Survey) -> Iterator[Block]:
    """What changed since the period before, and why."""
    if made.previous is None:
        return
    yield Heading(_("Since {days}").format(days=days(made.previous)))
    then, now = made.before["all"].row(0, named=True), made.added["all"].row(0, named=True)
    minor, currency = minor_unit(made.costs.currency), made.costs.currency
    amounts = [
        (_(label), words.value(then[name] / per, unit, currency), words.value(now[name] / per, unit, currency))
        for label, name, per, unit in (
            (MEASURE_NAMES["placed"], "placed", 1, "months"),
            (MEASURE_NAMES["kept"], "kept", 1, "months"),
            (BY_CODE["net_sales"].label, "net_sales", minor, "amount"),
            (BY_CODE["cm3"].label, "cm3", minor, "amount"),
        )
    ]
    yield Grid((GridColumn(""), GridColumn(_("Before"), "right"), GridColumn(_("Now"), "right")), amounts)
    rows = []
    for one in made.changes:
        found = one.difference
        rows.append(
            (
                _(words.CHANGES[one.part]),
                formats.percent(one.split.before, 1),
                formats.percent(one.split.after, 1),
                _("{low} to {high}").format(low=_points(found.low), high=_points(found.high)),
                _points(one.split.rate),
                _points(one.split.mix),
                _("yes") if one.p < SURE else _("no"),
            )
        )
    columns = (
        GridColumn(""),
        GridColumn(_("Before"), "right"),
        GridColumn(_("Now"), "right"),
        GridColumn(_("Points"), "right"),
        GridColumn(_("Rates"), "right"),
        GridColumn(_("Mix"), "right"),
        GridColumn(_("Sure?"), wrap=False),
    )
    if rows:
        yield Grid(columns, rows)
        yield Paragraph(
            _("Points of change, 95 of 100 times; how many because channels got better or worse, and by their mix."),
            "dim",
        )


def _points(share: float) -> str:
    return ("+" if share > 0 else "") + formats.number(100 * share, 1)


def called(made: Survey) -> Iterator[Block]:
    """Which orders to confirm by phone."""
    found = made.confirmation
    if found is None:
        return
    verdicts = {"call": _("call"), "do_not_call": _("do not call"), "unclear": _("not clear yet")}
    new = {True: _("new customer"), False: _("has bought before"), None: _("not known")}
    rows = [
        (
            words.method(row["payment_method"]),
            new[row["is_new"]],
            row["orders"],
            row["lost"],
            span({**row, "value": row["share"]}, "share", made),
            verdicts[row["verdict"]],
        )
        for row in found.groups.iter_rows(named=True)
    ]
    yield Heading(_("Which orders to confirm by phone"))
    columns = (
        GridColumn(_("Paid by"), wrap=False),
        GridColumn(_("Customer"), wrap=False),
        GridColumn(_("Orders"), "right", formats.number),
        GridColumn(_("Refused or given up"), "right", formats.number),
        GridColumn(_("95 of 100 times"), "right"),
        GridColumn(_("What to do"), wrap=False),
    )
    yield Grid(columns, rows)


def claimed(made: Survey) -> Iterator[Block]:
    """What the platforms claim beside the orders that exist."""
    if made.claims.is_empty():
        return
    yield Heading(_("Claimed by the platforms, and real"))
    columns = (
        GridColumn("", wrap=False),
        GridColumn(_("Claimed"), "right", formats.number),
        GridColumn(_("Placed"), "right", formats.number),
        GridColumn(_("Kept"), "right", formats.number),
        GridColumn(_("Claimed per order placed"), "right", lambda ratio: formats.number(ratio, 2)),
    )
    yield Grid(
        columns,
        [
            (words.group(row[0]), *row[1:])
            for row in made.claims.select("channel", "claimed", "placed", "kept", "ratio").iter_rows()
        ],
    )
