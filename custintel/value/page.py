"""What ``ci value`` says: what it means in words, then the tables, then what to keep in mind."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import polars as pl

from custintel import formats
from custintel.i18n import _
from custintel.tables.cost_names import CATEGORIES
from custintel.tables.segment_names import segment_label
from custintel.ui.show import Block, Bullets, Grid, GridColumn, Heading, Paragraph
from custintel.value import words
from custintel.value.findings import doubts, findings
from custintel.value.gate import BUYERS, SPAN
from custintel.value.page_audit import audited, retained
from custintel.value.valuation import Valuation

VERDICTS = ("keep", "fix", "develop", "let_go")
CHANCES = (0.0, 0.05, 0.1, 0.25, 0.5, 2.0)
GAPS = (0.0, 1.0, 1.5, 2.0, 3.0, float("inf"))
REASONS_SHOWN = 10
COSTS_SHOWN = 6


def blocks(made: Valuation, cut: pl.DataFrame | None = None) -> Iterator[Block]:
    """The report, the most important first.

    Args:
        made: what was found out.
        cut: :func:`by_segment`, when it was asked for.
    """
    text = _("{day}, {currency}: {people} people with orders, {buyers} of them customers.")
    people = made.people
    figures = {"people": people.height, "buyers": people.filter(pl.col("orders") > 0).height}
    told = {name: formats.number(n) for name, n in figures.items()}
    yield Paragraph(text.format(day=formats.date(made.as_of), currency=made.currency, **told), "bold")
    yield Heading(_("What the values say"))
    yield Bullets([words.sentence(one, made.currency) for one in findings(made)])
    yield from whom_to_keep(made)
    yield from who_buys(made)
    yield from tenths(made)
    yield from nothing_missing(made)
    if cut is not None:
        yield from segments(made, cut)
    yield from tested(made)
    yield from retained(made)
    yield from audited(made)
    if said := doubts(made):
        yield Heading(_("What to keep in mind"))
        yield Bullets([words.sentence(one, made.currency) for one in said])


def whom_to_keep(made: Valuation) -> Iterator[Block]:
    """How many to keep, mend, develop, let go; and why."""
    yield Heading(_("Whom to keep"))
    rows: list[tuple[Any, ...]] = []
    brought, expected = made.basis, "expected_money"
    for verdict in VERDICTS:
        chosen = made.people.filter(pl.col("keep") == verdict)
        amounts = (int(chosen[brought].sum() or 0) / 100, float(chosen[expected].sum() or 0) / _unit(made))
        rows.append((_(words.KEEP[verdict]), chosen.height, *amounts))
    total = (int(made.people[brought].sum() or 0) / 100, float(made.people[expected].sum() or 0) / _unit(made))
    rows.append((_("Total"), made.people.height, *total))
    columns = (
        GridColumn(_("What to do"), wrap=False),
        GridColumn(_("Customers"), "right", formats.number),
        GridColumn(_("Brought ({what})").format(what=words.what(made.basis)), "right", formats.compact),
        GridColumn(_expectation(made), "right", formats.compact),
    )
    yield Grid(columns, rows, [*[""] * len(VERDICTS), "bold"])
    found = made.forecast.trial
    if found is not None and found.bias is not None:
        text = _("Tested on the past, expected purchases were off by {bias}, expected money by {money}.")
        yield Paragraph(text.format(bias=_signed(found.bias), money=_signed(found.money_bias)), "dim")
    yield from _reasons(made)


def _signed(share: float | None) -> str:
    """A share with its sign, plus as well as minus."""
    return "–" if share is None else ("+" if share > 0 else "") + formats.percent(share, 1)


def _unit(made: Valuation) -> float:
    """What expected_money of people is counted in: units with a model, hundredths of the last year without."""
    return 1.0 if made.forecast.fit else 100.0


def _expectation(made: Valuation) -> str:
    if made.forecast.fit is None:
        return _("Last 365 days ({what})").format(what=words.what(made.basis, expected=True))
    return _("Expected ({what})").format(what=words.what(made.basis, expected=True))


def _reasons(made: Valuation) -> Iterator[Block]:
    grouped = (
        made.people.group_by("keep", "keep_reason", "cost_group")
        .agg(n=pl.len(), brought=pl.col(made.basis).sum())
        .sort("n", "keep", "keep_reason", "cost_group", descending=[True, False, False, False])
    )
    rows: list[tuple[Any, ...]] = [
        (
            _(words.KEEP[row["keep"]]),
            _(words.REASONS[row["keep_reason"]]),
            _(words.COST_GROUPS[row["cost_group"]]) if row["cost_group"] else "",
            row["n"],
            (row["brought"] or 0) / 100,
        )
        for row in grouped.head(REASONS_SHOWN).iter_rows(named=True)
    ]
    columns = (
        GridColumn(_("What to do")),
        GridColumn(_("Why")),
        GridColumn(_("Cost that does it")),
        GridColumn(_("Customers"), "right", formats.number),
        GridColumn(_("Brought"), "right", formats.compact),
    )
    yield Grid(columns, rows)
    if made.turning.height:
        dear = made.turning.head(COSTS_SHOWN)
        told = _("What the orders of those whose cost is to be mended cost most: {costs}.")
        costs = [
            f"{_(CATEGORIES[code])} {formats.compact(round(amount / 100))}"
            for code, amount in dear.select("category", "amount").iter_rows()
        ]
        yield Paragraph(told.format(costs="; ".join(costs)), "dim")


def who_buys(made: Valuation) -> Iterator[Block]:
    """How many are how likely to buy soon; without a model, how many are past their own rhythm."""
    modelled = made.forecast.fit is not None
    column, edges = ("p_buy", CHANCES) if modelled else ("gap_ratio", GAPS)
    known = made.people.filter(pl.col(column).is_not_null())
    if not known.height:
        return
    rows: list[tuple[Any, ...]] = []
    for low, high in pairwise(edges):
        chosen = known.filter(pl.col(column) >= low, pl.col(column) < high)
        brought = int(chosen[made.basis].sum() or 0) / 100
        rows.append((_band(low, high, modelled), chosen.height, float(chosen["p_buy"].sum() or 0), brought))
    if modelled:
        yield Heading(_("Who buys within {days} days").format(days=made.asked.days))
    else:
        yield Heading(_("Who is past their own rhythm (three purchases or more)"))
    columns = (
        GridColumn(_("Probability") if modelled else _("Days since, in own rhythms"), wrap=False),
        GridColumn(_("Customers"), "right", formats.number),
        GridColumn(_("Will buy"), "right", formats.number),
        GridColumn(_("Brought ({what})").format(what=words.what(made.basis)), "right", formats.compact),
    )
    kept = (0, 1, 2, 3) if modelled else (0, 1, 3)
    yield Grid(tuple(columns[place] for place in kept), [tuple(row[place] for place in kept) for row in rows])


def _band(low: float, high: float, share: bool) -> str:
    """From ``low`` to below ``high`` in words."""

    def written(number: float) -> str:
        return formats.percent(number) if share else formats.number(number, 1)

    if high > (1 if share else GAPS[-2]):
        return _("{low} or more").format(low=written(low))
    return _("{low} to {high}").format(low=written(low), high=written(high))


def tenths(made: Valuation) -> Iterator[Block]:
    """Tenths of the customers, the best first."""
    yield Heading(_("Tenths of the customers, the best first"))
    rows: list[tuple[Any, ...]] = [
        (row["decile"], row["customers"], row["orders"], row["net"] / 100, row["money"] / 100, row["share"])
        for row in made.deciles.iter_rows(named=True)
    ]
    columns = (
        GridColumn(_("Tenth"), "right", formats.number),
        GridColumn(_("Customers"), "right", formats.number),
        GridColumn(_("Purchases"), "right", formats.number),
        GridColumn(_("Net sales"), "right", formats.compact),
        *([GridColumn(_("Profit"), "right", formats.compact)] if made.basis == "profit" else []),
        GridColumn(_("Share"), "right", lambda share: formats.percent(share, 1)),
    )
    if made.basis == "net":
        rows = [(*row[:4], row[5]) for row in rows]
    if made.deciles["share"].null_count():
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    yield Grid(columns, rows)
    if made.whale.gini is not None:
        text = _("Gini's coefficient of net sales: {gini} (0: all bring the same; 1: one brings everything).")
        yield Paragraph(text.format(gini=formats.number(made.whale.gini, 2)), "dim")


def nothing_missing(made: Valuation) -> Iterator[Block]:
    """That what customers brought and everything else is the total of ``ci kpis``."""
    if not made.parts:
        return
    yield Heading(_("That nothing is missing ({currency})").format(currency=made.currency))
    rows: list[tuple[Any, ...]] = [
        (
            _(words.PARTS[part.whose]),
            *(amount / 100 for amount in (part.net, part.margin, part.acquisition, part.profit)),
        )
        for part in made.parts
    ]
    total = (sum(row[place] for row in rows) for place in range(1, 5))
    rows.append((_("Total, as ci kpis has it"), *total))
    columns = (
        GridColumn(""),
        GridColumn(_("Net sales"), "right", formats.compact),
        GridColumn(_("Margin 2"), "right", formats.compact),
        GridColumn(_("Acquisition"), "right", formats.compact),
        GridColumn(_("Margin 3"), "right", formats.compact),
    )
    yield Grid(columns, rows, [*[""] * (len(rows) - 1), "bold"])


def tested(made: Valuation) -> Iterator[Block]:
    """The test on the past, by tenth of customers."""
    found = made.forecast.trial
    if found is None:
        return
    yield Heading(_("The test on the past: purchases expected and real"))
    rows: list[tuple[Any, ...]] = [
        (place, customers, expected, real, expected / real - 1 if real else None)
        for place, (customers, expected, real) in enumerate(reversed(found.groups), 1)
    ]
    rows.append((None, found.customers, found.expected, found.real, found.bias))
    columns = (
        GridColumn(_("Tenth"), "right", formats.number),
        GridColumn(_("Customers"), "right", formats.number),
        GridColumn(_("Expected"), "right", lambda n: formats.number(n, 1)),
        GridColumn(_("Real"), "right", formats.number),
        GridColumn(_("Bias"), "right", _signed),
    )
    yield Grid(columns, rows, [*[""] * (len(rows) - 1), "bold"])
    text = _("Model {model}, fitted to what was known on {start}; tenths from those of whom most was expected.")
    yield Paragraph(text.format(model=words.model(found.model), start=formats.date(found.start)), "dim")
    gate = made.forecast.gate
    text = _(
        "Today the model learns from {buyers} customers ({needed} needed) over {span} days ({days} needed), of whom "
        "{thrice} bought three times or more."
    )
    numbers = {"buyers": gate.buyers, "needed": BUYERS, "span": gate.span, "days": SPAN, "thrice": gate.thrice}
    yield Paragraph(text.format(**{name: formats.number(n) for name, n in numbers.items()}), "dim")


def by_segment(made: Valuation, segments: pl.DataFrame) -> pl.DataFrame:
    """What each segment is worth: segment, customers, money (hundredths), losing, expected_orders, expected_money.

    Args:
        made: what was found out.
        segments: customer_id and segment; whoever is in none has a row of their own, empty.
    """
    order = segments.group_by("segment").agg(pl.col("segment_id").min())
    return (
        made.people.join(segments.select("customer_id", "segment"), on="customer_id", how="left")
        .group_by("segment")
        .agg(
            customers=pl.len(),
            money=pl.col(made.basis).sum(),
            losing=(pl.col(made.basis) < 0).sum(),
            expected_orders=pl.col("expected_orders").sum(),
            expected_money=pl.col("expected_money").sum() / _unit(made),
        )
        .join(order, on="segment", how="left")
        .sort("segment_id", "segment", nulls_last=True)
        .drop("segment_id")
    )


def segments(made: Valuation, cut: pl.DataFrame) -> Iterator[Block]:
    """What each segment is worth."""
    yield Heading(_("By segment"))
    rows: list[tuple[Any, ...]] = [
        (
            segment_label(row["segment"]) if row["segment"] else _("(in none)"),
            row["customers"],
            row["money"] / 100,
            row["losing"] / row["customers"],
            row["expected_money"],
        )
        for row in cut.iter_rows(named=True)
    ]
    columns = (
        GridColumn(""),
        GridColumn(_("Customers"), "right", formats.number),
        GridColumn(_("Brought"), "right", formats.compact),
        GridColumn(_("Lose money"), "right", lambda share: formats.percent(share, 1)),
        GridColumn(_expectation(made), "right", formats.compact),
    )
    yield Grid(columns, rows)
