"""Everything ``ci kpis`` finds out, from the tables of a project and the list of costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from custintel.kpis.change import Difference, Split, difference, split
from custintel.kpis.claims import claims
from custintel.kpis.confirmation import Confirmation, confirmation
from custintel.kpis.conversion import CUTS as VISIT_CUTS
from custintel.kpis.conversion import Visits, visit_sums, visits_of
from custintel.kpis.costs import Costs
from custintel.kpis.cuts import CUT_ROW, numbers, sums
from custintel.kpis.definitions import KPIS, PAYBACK, VISITS, Kpi
from custintel.kpis.entries import entries
from custintel.kpis.ledger import Ledger, allocate
from custintel.kpis.order_facts import Facts
from custintel.kpis.order_margins import margins, order_margins
from custintel.kpis.payback import Payback, payback
from custintel.kpis.sales import CUTS, given_back, sales
from custintel.minor_units import minor_unit
from custintel.periods import Period
from custintel.proportions import holm
from custintel.tables.kpis import KPIS as KPIS_TABLE

KNOWN_ENOUGH = 0.8
"""Share of orders whose channel (or customer) must be known before anything is said of what a channel (or new customer)
costs: money is spent on all of them, known or not.
"""
YOUNG_MANY = 0.05
"""Share of orders that are still on their way from which results are provisional."""
_SETTLED, _FEWEST, _USUAL = 0.95, 20, 30  # quantile; orders that came back to tell it from; days when there are fewer
_COMPARED = (("kept", "placed"), ("refused", "shipped"), ("cancelled", "placed"), ("brought_back", "delivered"))


@dataclass(frozen=True)
class Tables:
    """The tables of a project that results come from; those that it lacks have no columns or no rows."""

    orders: pl.DataFrame
    items: pl.DataFrame = field(default_factory=pl.DataFrame)
    returns: pl.DataFrame = field(default_factory=pl.DataFrame)
    calls: pl.DataFrame = field(default_factory=pl.DataFrame)
    spend: pl.DataFrame = field(default_factory=pl.DataFrame)
    visits: pl.DataFrame = field(default_factory=pl.DataFrame)
    events: pl.LazyFrame = field(default_factory=pl.LazyFrame)
    traffic: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True)
class Change:
    """One number in two periods.

    Attributes:
        part: measure that is the numerator.
        of: measure that is the denominator.
        split: why the share changed, by channel.
        difference: whether it changed more than chance explains.
        p: the probability of the difference when there is none, corrected for the number of comparisons (Holm).
    """

    part: str
    of: str
    split: Split
    difference: Difference
    p: float


@dataclass(frozen=True)
class Rest:
    """The share of orders kept in one channel beside that of all others; ``p`` is corrected (Holm)."""

    group: str
    share: float
    rest: float
    difference: Difference
    p: float


@dataclass(frozen=True)
class Survey:
    """What was found out.

    Attributes:
        costs: what costs what.
        basis: cohort or event.
        asked: the period that was asked for.
        period: the days that the orders of it span.
        added: every measure by cut, ``all`` first.
        visited: every measure of visits by cut; empty when there are none.
        numbers: the table kpis.
        ledger: the cost ledger, of all days.
        order_margins: the table order_margins, of all days.
        visits: visits of the period.
        claims: claimed against real orders.
        confirmation: what calls spare.
        payback: how fast new customers pay.
        rests: channels beside the others.
        previous: the period it is compared with.
        before: every measure of that period, ``all`` and ``channel``.
        changes: what changed since.
        known: share of the orders whose channel is known.
        known_since: the first day from which it is known of enough orders, month by month; ``None`` when of no month.
        people_known: share of the orders whose customer is known.
        young: share of the orders that are too young to have come back.
        settled: days after which 95 of 100 orders that come back have done so.
    """

    costs: Costs
    basis: str
    asked: Period
    period: Period
    added: Mapping[str, pl.DataFrame]
    visited: Mapping[str, pl.DataFrame]
    numbers: pl.DataFrame
    ledger: Ledger
    order_margins: pl.DataFrame
    visits: Visits | None
    claims: pl.DataFrame
    confirmation: Confirmation | None
    payback: Payback
    rests: tuple[Rest, ...]
    previous: Period | None
    before: Mapping[str, pl.DataFrame]
    changes: tuple[Change, ...]
    known: float
    known_since: dt.date | None
    people_known: float
    young: float
    settled: int


def survey(
    tables: Tables, costs: Costs, *, basis: str = "cohort", period: Period | None = None, compare: bool = False
) -> Survey:
    """Everything about the orders of ``period``.

    Costs are put on orders with all days in view, and only then is the period looked at, so that periods add up.

    Args:
        tables: what there is.
        costs: what costs what.
        basis: cohort or event.
        period: days that count; all by default.
        compare: also look at the period before; ``period`` has both ends then.
    """
    asked = period or Period()
    parts = {"items": tables.items, "returns": tables.returns, "calls": tables.calls, "spend": tables.spend}
    ledger = allocate(costs, tables.orders, **{name: frame for name, frame in parts.items() if frame.width})
    facts = Facts(tables.orders, tables.items, tables.returns, tables.calls, tables.spend, costs.fx, costs.timezone)
    sold = margins(sales(facts, costs), ledger)
    as_of, settled = _settled(sold)
    table = entries(facts, costs, ledger, basis)
    added = {cut: sums(table, cut, asked) for cut in ("all", *CUTS)}
    chosen = sold.filter(asked.holds(pl.col("placed_on")))
    span = Period(chosen["placed_on"].min(), chosen["placed_on"].max())  # type: ignore[arg-type]
    visits = visits_of(tables.visits, tables.events, tables.traffic, tables.orders, sold, asked)
    visited = {cut: visit_sums(visits, cut) for cut in ("all", *VISIT_CUTS)} if visits else {}
    paid_back = _payback(sold, table, asked, as_of)
    young = _young(chosen, as_of, settled)
    previous = asked.before() if compare else None
    before = {cut: sums(table, cut, previous) for cut in ("all", "channel")} if previous else {}
    shown = Period(asked.start or span.start, asked.end or span.end)
    return Survey(
        costs,
        basis,
        asked,
        shown,
        added,
        visited,
        _table(added, visited, costs.currency, basis, shown, paid_back, sold, as_of, settled),
        ledger,
        order_margins(sold, given_back(facts, costs), costs.currency),
        visits,
        claims(tables.spend, sold, asked),
        confirmation(facts, chosen, ledger.cost_ledger),
        paid_back,
        _rests(added["channel"]),
        previous,
        before,
        _changes(before, added) if previous else (),
        *_known(chosen),
        1.0 - chosen["is_new"].null_count() / max(chosen.height, 1),
        young,
        settled,
    )


def _settled(sold: pl.DataFrame) -> tuple[dt.date, int]:
    """The last day that any order tells of, and the days after which 95 of 100 orders that come back have done so."""
    back = sold.filter("brought_back").select(days=(pl.col("refund_on") - pl.col("placed_on")).dt.total_days())["days"]
    days = back.quantile(_SETTLED, "higher") if back.len() >= _FEWEST else None
    last = sold.select(pl.max_horizontal(pl.col("placed_on", "delivered_on").max())).item()
    return last or dt.date.min, max(int(days), 1) if days is not None else _USUAL


def _is_young(as_of: dt.date, settled: int) -> pl.Expr:
    decided = pl.col("status").is_in(["refused", "returned", "cancelled"]).fill_null(False)
    return (pl.col("placed_on") > as_of - dt.timedelta(days=settled)) & ~decided


def _young(sold: pl.DataFrame, as_of: dt.date, settled: int) -> float:
    return float(sold.select(_is_young(as_of, settled)).to_series().mean() or 0.0)  # type: ignore[arg-type]


def _known(sold: pl.DataFrame) -> tuple[float, dt.date | None]:
    """The share of orders whose channel is known, and the first day of the months since which it is of enough."""
    months = sold.group_by(pl.col("placed_on").dt.truncate("1mo").alias("month")).agg(
        known=pl.col("channel").is_not_null().mean()
    )
    since = None
    for month, known in months.sort("month", descending=True).iter_rows():
        if known < KNOWN_ENOUGH:
            break
        since = month
    share = sold["channel"].is_not_null().mean()
    return float(share) if sold.height else 1.0, since  # type: ignore[arg-type]


def _payback(sold: pl.DataFrame, table: pl.DataFrame, period: Period, as_of: dt.date) -> Payback:
    """How fast the margin of new customers' orders pays for winning them."""
    orders = sold.select(
        "customer_id",
        "placed_on",
        "kept",
        is_new=pl.col("is_new") & period.holds(pl.col("placed_on")),
        cm2="margin",
    )
    acquisition = int(table.filter(period.holds(pl.col("day")))["new_acquisition"].sum())
    return payback(orders, acquisition, as_of)


def _rests(channels: pl.DataFrame) -> tuple[Rest, ...]:
    """Each channel beside all the others, corrected for being several."""
    kept, placed = int(channels["kept"].sum()), int(channels["placed"].sum())
    found = []
    for group, part, of in channels.select("group", "kept", "placed").iter_rows():
        others = (kept - part, placed - of)
        made = difference((part, of), others)
        if group is not None and made:
            found.append((group, part / of, others[0] / others[1], made))
    corrected = holm([made.p for *_, made in found])
    return tuple(Rest(*one, p) for one, p in zip(found, corrected, strict=True))


def _changes(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> tuple[Change, ...]:
    found = []
    for part, of in _COMPARED:
        then, now = (tuple(frame["all"].select(part, of).row(0)) for frame in (before, after))
        why, made = split(before["channel"], after["channel"], part, of), difference(now, then)
        if why and made:
            found.append((part, of, why, made))
    corrected = holm([made.p for *_, made in found])
    return tuple(Change(*one, p) for one, p in zip(found, corrected, strict=True))


def _table(
    added: Mapping[str, pl.DataFrame],
    visited: Mapping[str, pl.DataFrame],
    currency: str,
    basis: str,
    period: Period,
    paid_back: Payback,
    sold: pl.DataFrame,
    as_of: dt.date,
    settled: int,
) -> pl.DataFrame:
    """The table kpis."""
    parts = [numbers(frame, cut, KPIS, currency) for cut, frame in added.items()]
    parts += [numbers(frame, cut, visit_kpis(frame), currency) for cut, frame in visited.items()]
    cac = None if paid_back.cac is None else paid_back.cac / minor_unit(currency)
    row = ("all", None, PAYBACK.code, PAYBACK.unit, cac, None, paid_back.month, None, None)
    parts.append(pl.DataFrame([row], schema=CUT_ROW, orient="row"))
    young = {cut: _young_groups(sold, cut, period, as_of, settled) for cut in added}
    marks = pl.concat(young.values())
    cuts = {column.name: column.dtype for column in KPIS_TABLE.columns}
    table = pl.concat(parts).join(marks, on=["cut", "group"], how="left", nulls_equal=True, maintain_order="left")
    return table.with_columns(
        pl.col("provisional").fill_null(False),
        currency=pl.lit(currency),
        basis=pl.lit(basis),
        **{"from": pl.lit(period.start, pl.Date), "to": pl.lit(period.end, pl.Date)},
    ).select(pl.col(name).cast(dtype) for name, dtype in cuts.items())


def visit_kpis(frame: pl.DataFrame) -> list[Kpi]:
    """The numbers of visits for which ``frame`` has the measures."""
    return [kpi for kpi in VISITS if {*kpi.numerator, *kpi.denominator} <= set(frame.columns)]


def _young_groups(sold: pl.DataFrame, cut: str, period: Period, as_of: dt.date, settled: int) -> pl.DataFrame:
    """cut, group, provisional: whether more than 5 % of a group's orders are too young to have come back."""
    group = pl.lit(None, pl.String) if cut == "all" else pl.col(cut) if cut != "month" else None
    if group is None:
        group = pl.col("placed_on").dt.to_string("%Y-%m")
    chosen = sold.filter(period.holds(pl.col("placed_on")))
    return (
        chosen.group_by(group.alias("group"))
        .agg(cut=pl.lit(cut), provisional=(_is_young(as_of, settled).mean() > YOUNG_MANY).fill_null(False))
        .select("cut", "group", "provisional")
    )
