"""The card of a person in words and blocks for the terminal, and as data."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from custintel import formats
from custintel.i18n import N_, _, ngettext
from custintel.people.sides import numbered, text_of, where
from custintel.people.words import rule_label, value_label
from custintel.tables import CUSTOMERS
from custintel.tables.labels import label_of
from custintel.ui.show import Block, Bullets, Commands, Grid, GridColumn, Heading, Paragraph
from custintel.why.card import Card, Near
from custintel.why.links import Link, Said
from custintel.why.names import Alike
from custintel.why.waterfall import Step

APART = ("customer_id", "first_name", "last_name", "full_name", "geo_code", "household_id", "n_records", "sources")
"""Columns of ``customers`` that are said elsewhere, or add nothing for people."""
KINDS: Mapping[str, str] = {
    "email": N_("Other emails"),
    "mobile": N_("Other mobiles"),
    "landline": N_("Other landlines"),
    "whatsapp": N_("WhatsApp"),
}
PARTS = ("first_name", "last_name")
"""Fields that the full name tells as well."""
FEW = {"links": 4, "changes": 12, "near": 3}
"""Lines of a list, unless everything is asked for."""
LONGEST = 60
"""Characters of a cell that are shown."""


def blocks(card: Card, *, everything: bool = False) -> Iterator[Block]:
    """The card, the most asked for first; long lists are cut unless ``everything`` is wanted."""
    few = dict.fromkeys(FEW, 10**9) if everything else FEW
    yield from main_values(card)
    yield from told_records(card)
    yield from joined(card, few["links"])
    yield from changed(card, few["changes"])
    yield from near(card, few["near"])
    cut = {"links": len(card.links), "changes": card.changes.height, "near": len(card.near)}
    if any(n > few[name] for name, n in cut.items()):
        yield Paragraph(_("There is more: add --all."))
    yield Heading(_("What you can do"))
    yield Commands(following(card))


def main_values(card: Card) -> Iterator[Block]:
    """Who it is."""
    customer = card.customer
    yield Heading(f"{customer['full_name'] or customer['company'] or '—'} · {customer['customer_id']}")
    rows = [
        (label_of(name), shown(customer[name]))
        for name in CUSTOMERS.schema.names()
        if name not in APART and customer.get(name) is not None
    ]
    for kind, label in KINDS.items():
        others = [value for at, value, primary in card.contacts.iter_rows() if at == kind and not primary]
        others = [value for value in others if value != customer["phone"]]
        if others:
            rows.append((_(label), short(", ".join(others), 3 * LONGEST)))
    yield Grid((GridColumn(_("Field")), GridColumn(_("Value"))), rows)
    if card.household.height:
        people = ", ".join(f"{name or '—'} ({person})" for person, name in card.household.iter_rows())
        yield Paragraph(
            _("Household, by an address, a landline or an email they share: {people}").format(people=short(people, 300))
        )


def told_records(card: Card) -> Iterator[Block]:
    """What the records say, and which say the same."""
    n = card.records.height
    yield Heading(ngettext("{n} record", "{n} records", n).format(n=formats.number(n)))
    yield numbered(card.records)
    same = [
        _("Record {n} says the same as record {other}.").format(n=card.number[record], other=card.number[other])
        for record, other in card.repeats.items()
    ]
    if same:
        yield Bullets(same)


def joined(card: Card, most: int) -> Iterator[Block]:
    """What joined the records, each tie as a sum."""
    if card.records.height < 2:
        return
    yield Heading(_("Why they are one person"))
    if any(link.steps for link in card.links):
        yield Paragraph(
            _(
                "Evidence is counted in bits: +1 makes it twice as likely that both are one person, -1 half as likely. "
                "At 0 it is as likely as not; +5 is about 97 in 100."
            )
        )
    if not card.links:
        yield Paragraph(_("All records say the same."))
    for link in card.links[:most]:
        numbers = sorted((card.number[link.tie.a], card.number[link.tie.b]))
        text = _("Records {a} and {b}: {decided}").format(a=numbers[0], b=numbers[1], decided=decided(link))
        yield Heading(text)
        if link.steps:
            yield summed(link)
        elif link.names:
            yield Bullets([word.label for word in link.names])
    if len(card.links) > most:
        yield Paragraph(_("... and {n} more").format(n=formats.number(len(card.links) - most)))


def decided(link: Link) -> str:
    """Who decided, and how sure it is."""
    if link.tie.said:
        return told(link.tie.said)
    likely = formats.percent(link.tie.probability or 0, 1)
    if link.by == "rule":
        return _("a certain key decided, {p} likely").format(p=likely)
    return _("the sum of the evidence decided, {p} likely").format(p=likely)


def told(said: Said) -> str:
    """What somebody said, where and when."""
    what = _("somebody said they are one person") if said.same else _("somebody said they are two people")
    details = [f"ci {said.command}" if said.command else "", formats.date(said.at) if said.at else ""]
    return f"{what} ({', '.join(part for part in details if part)})" if any(details) else what


def summed(link: Link) -> Grid:
    """The sum of a tie: a line per step, and the total."""
    rows: list[tuple[str, str]] = []
    for step in link.steps:
        rows.append((step.label, signed(step.bits)))
        rows += [(f"  {word.label}", "") for word in words_of(step, link.names)]
    likely = formats.percent(link.tie.probability or 0, 1)
    total = _("in all: {p} likely to be one person").format(p=likely)
    styles = [*("" for _row in rows), "bold"]
    rows.append((total, signed(sum(step.bits for step in link.steps))))
    return Grid((GridColumn(_("What speaks for and against it")), GridColumn(_("bits"), "right")), rows, styles)


def words_of(step: Step, names: Sequence[Alike]) -> list[Alike]:
    """How the words of two names stand for each other, for the step of the name: what it does not say already."""
    known = "part" if step.code.startswith("name_subset") else ""
    return [word for word in names if step.comparison == "name" and word.code != known]


def reason(step: Step, names: Sequence[Alike]) -> str:
    """A step within a sentence."""
    words = "; ".join(word.label for word in words_of(step, names))
    return f"{step.label}{': ' if words else ''}{words} ({signed(step.bits)})"


def signed(bits: float) -> str:
    """Bits with their sign, to a tenth."""
    rounded = round(bits, 1)
    return ("+" if rounded > 0 else "-" if rounded < 0 else "") + formats.number(abs(rounded), 1)


def changed(card: Card, most: int) -> Iterator[Block]:
    """The cells that are not as they came, and the values that the merge left out."""
    number = card.number
    told = [
        (kind, (number[record], label_of(field), short(value_label(old)), short(value_label(new)), rule_label(rule)))
        for record, field, old, new, rule, kind in card.changes.select(
            "record_id", "field", "before", "after", "rule", "kind"
        ).iter_rows()
        if kind != "merge" or field not in PARTS
    ]
    cells = [row for kind, row in told if kind != "merge"][:most]
    left = [row[:4] for kind, row in told if kind == "merge"][:most]
    numbers = GridColumn(_("No."), "right")
    if cells:
        yield Heading(_("Cells that were changed"))
        labels = (_("Field"), _("Before"), _("After"), _("Why"))
        yield Grid((numbers, *map(GridColumn, labels)), cells)
    if left:
        yield Heading(_("Values that the merge left out (they are kept in the records)"))
        labels_left = (_("Field"), _("Left out"), _("Chosen"))
        yield Grid((numbers, *map(GridColumn, labels_left)), left)


def near(card: Card, most: int) -> Iterator[Block]:
    """Who was nearly taken for the person, and what speaks for and against it."""
    if not card.near:
        return
    yield Heading(_("People who are nearly this one"))
    for other in card.near[:most]:
        link = other.link
        if link.tie.said:
            state = told(link.tie.said)
        else:
            state = _("{p} likely").format(p=formats.percent(link.tie.probability or 0, 1))
            state += ", " + (_("waits for your answer") if other.waits else _("kept apart"))
        yield Heading(f"{other.name or '—'} · {other.customer_id}: {state}")
        steps = [step for step in link.steps if step.code != "start"]
        pros = [reason(step, link.names) for step in steps if step.bits > 0]
        cons = [reason(step, link.names) for step in steps if step.bits < 0]
        lines = [_("Record {n} and {place}").format(n=card.number[other.mine], place=where(other.other))]
        lines += [_("For one person: {reasons}").format(reasons="; ".join(pros))] if pros else []
        lines += [_("Against it: {reasons}").format(reasons="; ".join(cons))] if cons else []
        yield Bullets(lines)


def following(card: Card) -> list[str]:
    """The commands that people would type next."""
    me = card.customer["customer_id"]
    likest = [other.customer_id for other in card.near if not other.link.tie.said][:1]
    return [
        *(["ci review"] if any(other.waits for other in card.near) else []),
        *(shlex.join(["ci", "merge", me, other]) for other in likest),
        *([shlex.join(["ci", "unmerge", me])] if card.records.height > 1 else []),
        shlex.join(["ci", "why", me, "--json"]),
    ]


def shown(value: object) -> str:
    """A value of the customers table as people read it."""
    if isinstance(value, bool):
        return value_label("yes" if value else "no")
    return short(text_of(value), 2 * LONGEST)


def short(text: str, most: int = LONGEST) -> str:
    """A text cut to what is read at a glance."""
    return text if len(text) <= most else text[: most - 3] + "..."


def data(card: Card, by: str) -> dict[str, Any]:
    """The card for programs; nothing is cut."""
    changes = card.changes.select("record_id", "field", "before", "after", "rule", "kind", "confidence").to_dicts()
    return {
        "command": "why",
        "customer_id": card.customer["customer_id"],
        "found_by": by,
        "customer": {name: value for name, value in card.customer.items() if value is not None},
        "contact_points": card.contacts.to_dicts(),
        "household": card.household.to_dicts(),
        "records": [
            {
                "number": card.number[row["record_id"]],
                "same_as": card.repeats.get(row["record_id"]),
                **{name: value for name, value in row.items() if value is not None},
            }
            for row in card.records.iter_rows(named=True)
        ],
        "links": [link_data(link) for link in card.links],
        "changes": [change for change in changes if change["kind"] != "merge"],
        "left_out": [
            {"record_id": row["record_id"], "field": row["field"], "value": row["before"], "chosen": row["after"]}
            for row in changes
            if row["kind"] == "merge"
        ],
        "near": [near_data(other) for other in card.near],
        "next": following(card),
    }


def link_data(link: Link) -> dict[str, Any]:
    """A tie for programs."""
    said = link.tie.said
    return {
        "record_a": link.tie.a,
        "record_b": link.tie.b,
        "weight": link.tie.weight,
        "probability": link.tie.probability,
        "band": link.tie.band,
        "decided_by": link.by,
        "said": {"same": said.same, "at": said.at, "in": said.command} if said else None,
        "steps": [{"code": s.code, "comparison": s.comparison or None, "bits": round(s.bits, 3)} for s in link.steps],
        "names": [{"code": word.code, "word": word.word, "other": word.other} for word in link.names],
    }


def near_data(other: Near) -> dict[str, Any]:
    """A near miss for programs."""
    return {
        "customer_id": other.customer_id,
        "full_name": other.name,
        "record_id": other.mine,
        "other_record_id": other.other["record_id"],
        **link_data(other.link),
    }
