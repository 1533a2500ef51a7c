"""What ``ci segment`` says: the segments side by side, a card for each, who moved, and what to know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from custintel import formats
from custintel.i18n import _
from custintel.segment import words
from custintel.segment.card import WANTED
from custintel.segment.model import scored
from custintel.segment.result import portraits
from custintel.segment.survey import Survey
from custintel.tables.segment_names import feature_label, segment_label
from custintel.ui.show import Bars, Block, Bullets, Grid, GridColumn, Heading, Paragraph

_MOST_MOVES = 10


def blocks(made: Survey) -> Iterator[Block]:
    """The report, the most important first."""
    found = portraits(made)
    yield from overview(made, found)
    yield from moved(made)
    for one in found:
        yield from card(made, one)
    yield from scores(made)
    yield from sureness(made)
    if made.remarks:
        yield Heading(_("What to know"))
        yield Bullets([words.told(one) for one in made.remarks])


def overview(made: Survey, found: list[dict[str, Any]]) -> Iterator[Block]:
    """All segments in one table, and in one picture."""
    n = made.segments.height
    title = _("{n} customers in {k} segments, {day}").format(
        n=formats.number(n), k=len(made.codes), day=formats.date(made.people.as_of)
    )
    yield Paragraph(", ".join(part for part in (title, made.people.currency) if part) + ".", "bold")
    columns = [
        GridColumn(""),
        GridColumn(_("Segment")),
        GridColumn(_("Customers"), "right", formats.number),
    ]
    names = [
        name for name in ("net_total", "margin_total", "net", "orders", "recency") if found[0].get(name) is not None
    ]
    labels = {
        "net_total": _("Money"),
        "margin_total": _("Margin"),
        "net": _("Each"),
        "orders": _("Orders"),
        "recency": _("Days ago"),
    }
    writers = {"orders": lambda value: formats.number(value, 1), "recency": formats.number, "net": formats.compact}
    for name in names:
        columns.append(GridColumn(labels[name], "right", writers.get(name, formats.compact)))
    rows = [(one["id"], one["name"], one["customers"], *(one.get(name) for name in names)) for one in found]
    yield Grid(tuple(columns), rows)
    money = [one["net_share"] for one in found]
    if all(share is not None and share >= 0 for share in money):
        yield Heading(_("Share of the money, beside the share of the customers"))
        notes = [_("{share} of the customers").format(share=formats.percent(one["share"])) for one in found]
        yield Bars([(one["name"], one["net_share"]) for one in found], notes)
    else:
        yield Heading(_("Share of the customers"))
        yield Bars([(one["name"], one["share"]) for one in found])


def card(made: Survey, one: dict[str, Any]) -> Iterator[Block]:
    """What one segment is like, what to do, and how to rebuild it."""
    currency = made.people.currency
    traits = [f"{words.trait(t['measure'], t['level'])} (×{formats.number(t['lift'], 1)})" for t in one["traits"]]
    yield Heading(f"{one['id']}. {one['name']}")
    size = _("{n} customers, {share}").format(n=formats.number(one["customers"]), share=formats.percent(one["share"]))
    lines = [size + _money(one, currency)]
    if traits:
        lines.append(_("More than the others: {traits}").format(traits="; ".join(traits)))
    if one["may_contact"] is not None:
        lines.append(
            _("{reach} can be reached, {may} by a channel that is permitted").format(
                reach=formats.percent(one["reachable"]), may=formats.percent(one["may_contact"])
            )
        )
    if one["goal"]:
        lines += [_("Goal: {goal}").format(goal=one["goal"]), _("Offer: {offer}").format(offer=one["offer"])]
    rules = [rule["sentence"] for rule in one["rules"]]
    if rules and len(rules) == 1:
        lines.append(_("Rule: {rule}").format(rule=rules[0]))
    lines += [
        _("Rule {n}: {rule}").format(n=number, rule=rule) for number, rule in enumerate(rules, 1) if len(rules) > 1
    ]
    if one["fidelity"] < WANTED and rules:
        lines.append(_("The rule finds {share} of this segment.").format(share=formats.percent(one["fidelity"], 1)))
    yield Bullets(lines)


def _money(one: dict[str, Any], currency: str) -> str:
    if one["net_total"] is None:
        return ""
    text = _("; {money} in all").format(money=_amount(one["net_total"], currency))
    if one["net_share"] is not None and one["net_share"] >= 0:
        text += f" ({formats.percent(one['net_share'])})"
    if one["margin_total"] is not None:
        text += _(", {margin} after hidden costs").format(margin=_amount(one["margin_total"], currency))
    return text


def _amount(value: float, currency: str) -> str:
    """Money without cents."""
    return formats.whole_money(value, currency) if currency else formats.number(round(value))


def moved(made: Survey) -> Iterator[Block]:
    """Who moved since the segments before, and what they have brought since."""
    since = made.segments["compared_with"][0] if made.segments.height else None
    if since is None:
        return
    yield Heading(_("Who moved since {day}, and what they have brought since").format(day=formats.date(since)))
    stayed = made.segments.height - int(made.moved["customers"].sum())
    if not made.moved.height:
        yield Paragraph(_("Nobody moved."))
        return
    rows = [
        (
            segment_label(row["from"]) or _("(new)"),
            segment_label(row["to"]),
            row["customers"],
            row["net"],
            row["margin"],
        )
        for row in made.moved.head(_MOST_MOVES).iter_rows(named=True)
    ]
    columns = [
        GridColumn(_("From")),
        GridColumn(_("To")),
        GridColumn(_("Customers"), "right", formats.number),
        GridColumn(_("Money"), "right", formats.compact),
    ]
    if made.moved["margin"].null_count() < made.moved.height:
        columns.append(GridColumn(_("Margin"), "right", formats.compact))
    yield Grid(tuple(columns), [row[: len(columns)] for row in rows])
    yield Paragraph(_("{n} customers stayed where they were.").format(n=formats.number(stayed)), "dim")


def scores(made: Survey) -> Iterator[Block]:
    """What the scores of rules mean, in days, orders and money."""
    model = made.made.model
    frame = scored(model.grids, made.people)
    sources = {"r": "recency", "f": "orders", "m": "net"}
    labels = {"r": _("Days ago"), "f": _("Orders"), "m": _("Money")}
    rows = []
    for score in (one for one in sources if one in frame.columns and one in _used(made)):
        ranges = dict(
            frame.group_by(score)
            .agg(pl.col(sources[score]).min().alias("low"), pl.col(sources[score]).max().alias("high"))
            .select(score, pl.concat_list(pl.col("low", "high").cast(pl.Float64)))
            .iter_rows()
        )
        cells = [_range(ranges.get(float(n))) for n in range(1, 6)]
        rows.append((labels[score], *cells))
    if rows:
        yield Heading(_("What the scores from 1 to 5 mean"))
        yield Grid((GridColumn("", wrap=False), *(GridColumn(str(n), "right") for n in range(1, 6))), rows)


def _used(made: Survey) -> set[str]:
    used = {one.column for rule in made.card.rules for one in rule.conditions}
    return used | ({"f", "m"} if "fm" in used else set())


def _range(ends: list[float] | None) -> str:
    if not ends:
        return "–"
    low, high = (formats.compact(round(end)) for end in ends)
    return low if low == high else f"{low}–{high}"


def sureness(made: Survey) -> Iterator[Block]:
    """How far the segments can be trusted."""
    model = made.made.model
    yield Heading(_("How sure this is"))
    lines = [_("Made by {method}.").format(method=_(words.METHODS[model.method]))]
    if model.method != "rules":
        by = ", ".join(feature_label(one.name) for one in model.features)
        lines = [_("Made by {method} of: {features}.").format(method=_(words.METHODS[model.method]), features=by)]
        lines.append(
            _(
                "With other customers of the same kind segments agree {ari} (adjusted Rand index, 1 is the same); they "
                "explain {explained} of the differences between customers."
            ).format(
                ari=formats.number(model.facts["stability"], 2), explained=formats.percent(model.facts["explained"])
            )
        )
        n = len(made.card.rules)
        told = _("The {n} rules put {share} of the customers into their segment.")
        lines.append(told.format(n=n, share=formats.percent(made.card.fidelity, 1)))
        if made.card.fidelity < WANTED:
            lines.append(_("That is less than 95 %: where it matters, use the list of customers, not the rules."))
    if not made.made.anew:
        day = formats.date(model.as_of)
        lines.append(_("Segments are those made on {day}; ci segment --refit makes them anew.").format(day=day))
    yield Bullets(lines)
    if made.made.tried:
        columns = (
            GridColumn(_("Segments"), "right"),
            GridColumn(_("Agreement"), "right", lambda value: formats.number(value, 2)),
            GridColumn(_("Smallest"), "right", formats.percent),
            GridColumn(_("Explained"), "right", lambda value: formats.percent(value, 1)),
            GridColumn(_("Silhouette"), "right", lambda value: formats.number(value, 2)),
        )
        yield Grid(columns, [(o.k, o.ari, o.smallest, o.explained, o.silhouette) for o in made.made.tried])
