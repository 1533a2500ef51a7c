"""What ``ci contactability`` says: whom one can reach, by what right, what will bounce, what to repair first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from custintel import formats
from custintel.contactability import words
from custintel.contactability.channels import SURENESS
from custintel.contactability.groups import by_group
from custintel.contactability.imports import Brought
from custintel.contactability.imports_page import imported
from custintel.contactability.law_page import openings, rules
from custintel.contactability.repairs import counted
from custintel.contactability.survey import Survey
from custintel.i18n import N_, _, ngettext
from custintel.tables import CONTACTABILITY, CUSTOMERS
from custintel.ui.show import Block, Bullets, Grid, GridColumn, Heading, Paragraph

STATUSES = (*SURENESS[:2], "undeliverable", "unknown")
MEASURES = (*STATUSES, "bounce", "unreachable", "unpermitted")
"""What ``--fail-on`` can ask about: shares of the addresses and numbers, the expected share of bounces, and the shares
of people whom nothing reaches, or nothing that is permitted.
"""
REPAIR_LABELS = {
    "ask_permission": N_("Ask for permission: they can be reached, and nobody knows whether they agreed"),
    "correct_address": N_("Correct the address: what was probably meant is known"),
    "ask_for_email": N_("Ask for a new email by phone or WhatsApp: the one they gave is dead"),
    "find_contact": N_("Find any contact: nothing reaches them"),
}
GROUP_LABELS = {
    "source": N_("By file"),
    "city": N_("By city"),
    "segment": N_("By segment"),
    "month": N_("By month of the first contact"),
}
SHOWN = 12


def blocks(
    made: Survey,
    new: Sequence[Brought],
    groups: Sequence[str],
    currency: str | None,
    country: str | None,
    now: dt.datetime,
) -> Iterator[Block]:
    """The report, the most important first."""
    yield from headline(made, currency)
    yield from by_channel(made, currency)
    yield from verdicts(made, "email", _("Emails"))
    yield from verdicts(made, "phone", _("Phones"))
    yield from forecast(made)
    yield from to_do(made, currency)
    for group in groups:
        yield from grouped(made.tables[CUSTOMERS], group)
    yield from imported(new)
    yield from rules(country, now)


def headline(made: Survey, currency: str | None) -> Iterator[Block]:
    """How many people can be reached, how many by a channel they agreed to, and the money of the others."""
    people = made.tables[CUSTOMERS]
    total = people.height
    reached = _reached(people).height
    permitted = _permitted(people)
    text = _("{reached} of {people} people can be reached ({share}); {permitted} by a channel they agreed to ({part}).")
    yield Paragraph(
        text.format(
            reached=formats.number(reached),
            people=formats.number(total),
            share=formats.percent(_share(reached, total)),
            permitted=formats.number(permitted),
            part=formats.percent(_share(permitted, total)),
        ),
        "bold",
    )
    if made.has_money:
        lost = _("Those whom no channel reaches that they agreed to have bought {lost} of {all} so far ({share}).")
        yield Paragraph(
            lost.format(
                lost=_money(made.revenue_out_of_reach, currency),
                all=_money(made.revenue, currency),
                share=formats.percent(_share(made.revenue_out_of_reach, made.revenue)),
            )
        )


def by_channel(made: Survey, currency: str | None) -> Iterator[Block]:
    """People and money by channel."""
    yield Heading(_("By channel"))
    columns = [
        GridColumn(_("Channel"), wrap=False),
        GridColumn(_("Reaches"), "right", formats.number),
        GridColumn(_("Agreed"), "right", formats.number),
        GridColumn(_("Nobody knows"), "right", formats.number),
        GridColumn(_("Forbidden"), "right", formats.number),
    ]
    names = ["channel", "reached", "permitted", "unproven", "forbidden"]
    if made.has_money:
        columns.append(GridColumn(_bought(currency), "right", formats.compact))
        columns.append(GridColumn(_("of it, agreed"), "right", formats.compact))
        names += ["revenue", "revenue_permitted"]
    rows = [(words.channel(row[0]), *row[1:]) for row in made.by_channel.select(names).iter_rows()]
    yield Grid(tuple(columns), rows)
    yield Paragraph(
        _("A number that reaches by WhatsApp is a mobile: whether it is registered, only a report can tell.")
    )


def verdicts(made: Survey, what: str, title: str) -> Iterator[Block]:
    """The statuses of addresses or numbers, each with its most frequent reasons."""
    table = made.tables[CONTACTABILITY]
    email = pl.col("kind").cast(pl.String) == "email"
    told = table.filter(email if what == "email" else ~email)
    if told.is_empty():
        return
    yield Heading(title)
    counts = told.group_by("status", "reason").len().sort("status", "len", "reason", descending=[False, True, False])
    rows = []
    for status, reason, n in counts.iter_rows():
        rows.append((words.status(status), words.reason(reason), n, _share(n, told.height)))
    columns = (
        GridColumn(_("Verdict"), wrap=False),
        GridColumn(_("Because")),
        GridColumn(_("How many"), "right", formats.number),
        GridColumn(_("Share"), "right", lambda share: formats.percent(share, 1)),
    )
    yield Grid(columns, rows)


def forecast(made: Survey) -> Iterator[Block]:
    """What would bounce, against the lines of those who send the mail."""
    found = made.forecast
    if found.share is None or found.low is None or found.high is None or found.line is None:
        return
    yield Heading(_("If you wrote to every email that is not undeliverable"))
    if found.basis == "prior" and _unasked(made) * 2 > found.addresses:
        yield Paragraph(
            _(
                "Most domains were not looked up and no report of bounces was given, so nothing can be foretold. Run "
                "it without --offline, or with --feedback FILE."
            )
        )
        return
    shares = {"share": found.share, "low": found.low, "high": found.high}
    told = {"n": formats.number(found.addresses), **{name: formats.percent(value, 1) for name, value in shares.items()}}
    text = _("Of {n} messages, {share} would bounce (between {low} and {high}, 9 times in 10).")
    style = {"healthy": "green", "review": "yellow", "pause": "red"}[found.line] if found.basis == "feedback" else ""
    yield Paragraph(f"{text.format(**told)} {words.line(found.line)}.", style)
    if found.basis == "feedback":
        return
    yield Paragraph(
        _(
            "These are published figures only, nothing of yours: give a report of bounces with --feedback FILE and "
            "they become your own."
        )
    )


def to_do(made: Survey, currency: str | None) -> Iterator[Block]:
    """What would win back most, first."""
    ranked = counted(made.repairs)
    if ranked.is_empty():
        return
    yield Heading(_("What to do first"))
    columns = [GridColumn(_("People"), "right", formats.number), GridColumn(_("What"))]
    names = ["people", "repair"]
    if made.has_money:
        columns.append(GridColumn(_bought(currency), "right", formats.compact))
        names.append("revenue")
    rows = [(row[0], _(REPAIR_LABELS[row[1]]), *row[2:]) for row in ranked.select(names).iter_rows()]
    yield Grid(tuple(columns), rows)
    wrong = made.repairs.filter(pl.col("repair") == "correct_address").unique("value", maintain_order=True)
    if wrong.height:
        arrows = [_("{value} → {suggestion}").format(**row) for row in wrong.head(5).to_dicts()]
        yield Bullets(arrows)


def grouped(people: pl.DataFrame, group: str) -> Iterator[Block]:
    """Contactability by one thing."""
    yield Heading(_(GROUP_LABELS[group]))
    found = by_group(people, group)
    if not found["group"].count():
        yield Paragraph(_("This is known of nobody yet."))
        return
    rows = [
        (
            name if name is not None else _("(not known)"),
            n,
            share,
            _("{low} to {high}").format(low=formats.percent(low), high=formats.percent(high)),
            ok,
        )
        for name, n, share, low, high, ok in found.select("group", "people", "share", "low", "high", "permitted")
        .head(SHOWN)
        .iter_rows()
    ]
    columns = (
        GridColumn("", wrap=False),
        GridColumn(_("People"), "right", formats.number),
        GridColumn(_("Can be reached"), "right", formats.percent),
        GridColumn(_("95 of 100 times"), "right"),
        GridColumn(_("Agreed"), "right", formats.number),
    )
    yield Grid(columns, rows)
    if more := found.height - len(rows):
        told = ngettext("{n} more line with --json.", "{n} more lines with --json.", more)
        yield Paragraph(told.format(n=formats.number(more)))


def measures(made: Survey) -> dict[str, float | None]:
    """The values that ``--fail-on`` is about."""
    table, people = made.tables[CONTACTABILITY], made.tables[CUSTOMERS]
    counts = dict(table.group_by(pl.col("status").cast(pl.String)).len().iter_rows())
    shares: dict[str, float | None] = {status: _share(counts.get(status, 0), table.height) for status in STATUSES}
    return {
        **shares,
        "bounce": made.forecast.share,
        "unreachable": _share(people.height - _reached(people).height, people.height),
        "unpermitted": _share(people.height - _permitted(people), people.height),
    }


def data(
    made: Survey, new: Sequence[Brought], groups: Sequence[str], country: str | None, now: dt.datetime
) -> dict[str, Any]:
    """The same for programs."""
    table, people = made.tables[CONTACTABILITY], made.tables[CUSTOMERS]
    reasons = table.group_by(pl.col("kind", "status").cast(pl.String), "reason").agg(n=pl.len())
    return {
        "command": "contactability",
        "people": people.height,
        "reachable": _reached(people).height,
        "permitted": _permitted(people),
        "revenue": made.revenue,
        "revenue_out_of_reach": made.revenue_out_of_reach,
        "channels": made.by_channel.to_dicts(),
        "verdicts": reasons.sort("kind", "status", "reason").to_dicts(),
        "forecast": asdict(made.forecast),
        "to_do": counted(made.repairs).to_dicts(),
        "by": {group: by_group(people, group).to_dicts() for group in groups},
        "measures": measures(made),
        "hours": {
            channel: {"open": opening.open, "rule": opening.rule, **asdict(opening.window)}
            for channels, opening in openings(country, now).items()
            for channel in channels
        },
        "files": [
            {"source": part.source, "report": part.report, "taken": part.taken.height, "left_out": part.left_out.height}
            for part in new
        ],
    }


def _reached(people: pl.DataFrame) -> pl.DataFrame:
    if "reachable_by" not in people.columns:
        return people.clear()
    return people.filter(pl.col("reachable_by").list.len() > 0)


def _permitted(people: pl.DataFrame) -> int:
    return people["best_channel"].len() - people["best_channel"].null_count() if "best_channel" in people.columns else 0


def _unasked(made: Survey) -> int:
    """Of how many emails the domain was not looked up."""
    table = made.tables[CONTACTABILITY]
    return table.filter(pl.col("reason") == "not_checked").height


def _share(part: float, total: float) -> float:
    return part / total if total else 0.0


def _money(amount: float, currency: str | None) -> str:
    return f"{formats.compact(amount)} {currency}" if currency else formats.compact(amount)


def _bought(currency: str | None) -> str:
    """The header of a column of money."""
    return _("Bought ({currency})").format(currency=currency) if currency else _("Bought so far")
