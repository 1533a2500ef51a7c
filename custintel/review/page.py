"""How ``ci review`` looks on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from custintel import formats
from custintel.i18n import _, ngettext
from custintel.people.sides import SHOWN, beside, values, where
from custintel.review.waiting import Pair, in_words
from custintel.ui.show import Block, Grid, GridColumn, Heading, Paragraph


def choices() -> tuple[tuple[str, str], ...]:
    """The answers to a pair, each with its key in brackets."""
    return (
        ("same", _("[s]ame person")),
        ("different", _("[d]ifferent")),
        ("skip", _("s[k]ip")),
        ("back", _("[b]ack")),
        ("stop", _("[q]uit")),
    )


def question(pair: Pair, nth: int, total: int, currency: str | None) -> list[Block]:
    """A pair side by side, with what speaks for and against its being one person."""
    head = _("Pair {n} of {total}").format(n=formats.number(nth), total=formats.number(total))
    facts = [_("probability {p}").format(p=formats.percent(pair.probability))]
    if pair.at_stake:
        facts.append(_("at stake {money}").format(money=stake(pair, currency)))
    heads = [
        (_("Where it is"), where(pair.a), where(pair.b)),
        (_("Person"), person(pair.a), person(pair.b)),
    ]
    return [
        Heading(f"{head}: {', '.join(facts)}"),
        beside(pair.a, pair.b, heads),
        *([Paragraph(_("For one person: {reasons}").format(reasons=in_words(pair.pros)))] if pair.pros else []),
        *([Paragraph(_("Against it: {reasons}").format(reasons=in_words(pair.cons)))] if pair.cons else []),
    ]


def person(record: Mapping[str, object]) -> str:
    """Whose record it is, and how many they have."""
    n = int(str(record["n_records"]))
    return ngettext("{id}, {n} record", "{id}, {n} records", n).format(id=record["customer_id"], n=formats.number(n))


def queue(pairs: Sequence[Pair], currency: str | None) -> Grid:
    """The first pairs of the queue, a line each."""
    rows = [
        (
            number,
            stake(pair, currency),
            formats.percent(pair.probability),
            short(pair.a),
            short(pair.b),
            in_words(pair.pros),
        )
        for number, pair in enumerate(pairs, start=1)
    ]
    columns = (
        GridColumn(_("No."), "right"),
        GridColumn(_("At stake"), "right"),
        GridColumn(_("Probability"), "right"),
        GridColumn("A"),
        GridColumn("B"),
        GridColumn(_("What speaks for it")),
    )
    return Grid(columns, rows)


def stake(pair: Pair, currency: str | None) -> str:
    """The money at stake; nothing where none is known."""
    if not pair.at_stake:
        return ""
    return formats.money(pair.at_stake, currency) if currency else formats.number(pair.at_stake)


def short(record: Mapping[str, object]) -> str:
    """A record in one cell: the first thing it says."""
    shown = values(record)
    return next((shown[field] for field in SHOWN if field in shown), "—")


def data(pair: Pair) -> dict[str, Any]:
    """A pair for programs."""
    return {
        "pair_id": pair.pair_id,
        "probability": round(pair.probability, 6),
        "at_stake": pair.at_stake,
        "for": list(pair.pros),
        "against": list(pair.cons),
        "a": side(pair.a),
        "b": side(pair.b),
    }


def side(record: Mapping[str, object]) -> dict[str, Any]:
    """A record for programs: where it stands, whose it is, and what it says."""
    keys = ("record_id", "customer_id", "n_records", "source", "sheet", "row")
    return {
        **{key: record[key] for key in keys},
        "fields": {name: record.get(name) for name in SHOWN if record.get(name) is not None},
    }
