"""The quality report of ``ci clean``, in words and blocks for the terminal, and the same as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from custintel import formats
from custintel.clean.cleaning import Batch
from custintel.clean.quality import FieldQuality, Quality
from custintel.clean.trail import REASONS
from custintel.i18n import N_, _, ngettext
from custintel.ui.show import Bars, Block, Bullets, Grid, GridColumn, Heading, Paragraph, Step, Waterfall

SHOWN = 8
"""Lines of a list that may be long."""

FIELD_LABELS = {
    "full_name": N_("Full name"),
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "email": N_("Email"),
    "phone": N_("Phone"),
    "mobile": N_("Mobile"),
    "landline": N_("Landline"),
    "whatsapp": N_("WhatsApp"),
    "document_id": N_("Document"),
    "document_type": N_("Document type"),
    "birth_date": N_("Birth date"),
    "gender": N_("Gender"),
    "company": N_("Company"),
    "address": N_("Address"),
    "address_2": N_("Address, second line"),
    "neighbourhood": N_("Neighbourhood"),
    "city": N_("City"),
    "region": N_("Region"),
    "country": N_("Country"),
    "postal_code": N_("Postal code"),
    "geo_code": N_("City code"),
    "created_at": N_("Created on"),
    "updated_at": N_("Updated on"),
    "consent_data": N_("Consent: data"),
    "consent_email": N_("Consent: email"),
    "consent_sms": N_("Consent: SMS"),
    "consent_whatsapp": N_("Consent: WhatsApp"),
    "consent_call": N_("Consent: calls"),
    "unsubscribed": N_("Unsubscribed"),
    "source_id": N_("Id in the file"),
    "notes": N_("Notes"),
    "tags": N_("Tags"),
}
EVIDENCE_LABELS = {
    "same_document": N_("same document"),
    "same_source_id": N_("same id in the same file"),
    "same_email": N_("same email"),
    "same_mobile": N_("same mobile"),
    "name_same": N_("same name"),
    "name_reordered": N_("same name in another order"),
    "name_subset": N_("one name is part of the other"),
    "name_initial": N_("an initial stands for a name"),
    "name_nickname": N_("a nickname"),
    "name_typo": N_("names a typing error apart"),
}
LEVEL_LABELS = {
    "complete": N_("Complete: name, contact and city"),
    "usable": N_("Usable: name and contact"),
    "to_repair": N_("To repair: name or contact missing"),
    "unusable": N_("Unusable"),
}
FIX_LABELS = {
    "unreachable": N_("{n} people without a usable email or phone"),
    "invalid_email": N_("{n} email cells that are not an address"),
    "invalid_phone": N_("{n} phone cells that are not a number that exists"),
    "guessed": N_("{n} cells repaired by a guess: look at them"),
    "same_key_other_name": N_("{n} emails, phones or documents used under different names: one person or two?"),
    "shared_key": N_("{n} emails, phones or documents on so many names that they merged nobody"),
    "no_consent_known": N_("{n} people who never said whether you may write to them"),
}
DECISION_LABELS = {
    "dmy": N_("day first"),
    "mdy": N_("month first"),
    "ymd": N_("year first"),
    ".": N_("decimal point"),
    ",": N_("decimal comma"),
    "given_first": N_("given names first"),
    "surname_first": N_("surnames first"),
    "mf": N_("M is male"),
    "hm": N_("M is female (mujer)"),
}
TREND_LABELS = {
    "people": N_("People"),
    "with_email": N_("With email"),
    "with_phone": N_("With phone"),
    "consent_known": N_("Consent known"),
}


def label_of(field: str) -> str:
    """The name of a field as people read it."""
    return _(FIELD_LABELS[field]) if field in FIELD_LABELS else field.replace("_", " ")


def rule_label(codes: str) -> str:
    """What a list of rule codes did, in words."""
    return "; ".join(_(REASONS[code].label) for code in codes.split("+"))


def evidence_label(code: str) -> str:
    """What an evidence code means, in words."""
    return _(EVIDENCE_LABELS[code]) if code in EVIDENCE_LABELS else code


def blocks(quality: Quality, batches: Sequence[Batch]) -> Iterator[Block]:
    """The report, the most important first."""
    yield from headline(quality)
    yield from reading(batches, quality)
    yield from field_table(quality.fields)
    yield from changes(quality)
    yield from people(quality)
    yield from duplicates(quality)
    yield from to_fix(quality)
    yield from trend(quality)


def headline(quality: Quality) -> Iterator[Block]:
    """Rows in, people out, and the two sums that say where every row is."""
    flow = quality.flow
    if flow.new or not flow.known:
        text = _("{rows} rows in, {people} people out.")
    else:
        text = _("Nothing new: the project already holds these {rows} rows ({people} people).")
    yield Paragraph(text.format(rows=formats.number(flow.read), people=formats.number(flow.people)), "bold")
    yield Waterfall(
        [
            Step(_("Rows read"), flow.read, "total"),
            Step(_("not data (titles, totals, repeated headers)"), flow.skipped),
            Step(_("about nobody"), flow.nobody),
            Step(_("already in the project"), flow.known),
            Step(_("New records"), flow.new, "total"),
        ]
    )
    earlier = flow.records - flow.new
    steps = [Step(_("New records"), flow.new, "total")]
    if earlier:
        steps += [Step(_("records of earlier runs"), earlier, "+")]
    yield Waterfall(
        [*steps, Step(_("merged into another record"), flow.merged), Step(_("People"), flow.people, "total")]
    )


def reading(batches: Sequence[Batch], quality: Quality) -> Iterator[Block]:
    """Each sheet: what was read, what was decided, what the reader noticed."""
    yield Heading(_("Files"))
    rows = [
        (place(count.source, count.sheet), count.header_row or None, count.read, count.new, count.known)
        for count in quality.sheets
    ]
    yield Grid(
        (
            GridColumn(_("File")),
            GridColumn(_("Header in row"), "right"),
            GridColumn(_("Rows"), "right", formats.number),
            GridColumn(_("New"), "right", formats.number),
            GridColumn(_("Known"), "right", formats.number),
        ),
        rows,
    )
    said = [line for batch in batches for line in remarks(batch)]
    if said:
        yield Bullets(said)


def place(source: str, sheet: str) -> str:
    """A file and its sheet."""
    return f"{source} › {sheet}" if sheet else source


def remarks(batch: Batch) -> Iterator[str]:
    """What a person should know about how a sheet was read."""
    where = place(batch.sheet.source, batch.sheet.sheet)
    for note in batch.sheet.notes:
        yield f"{where}: {note}"
    for item in batch.decisions.items:
        if item.choice and item.topic != "gender_codes" and item.decided_by != "given":
            choice = _(DECISION_LABELS[item.choice]) if item.choice in DECISION_LABELS else item.choice
            if item.topic == "country":
                yield _("{where}: country {choice}, from the data").format(where=where, choice=choice)
            elif (item.topic, item.choice) not in {("date_order", "ymd"), ("name_order", "given_first")}:
                yield _("{where}, {field}: {choice}").format(where=where, field=label_of(item.field), choice=choice)
    left = [match.header for match in batch.matching.matches if match.field is None]
    if left:
        shown = ", ".join(left[:SHOWN]) + (", ..." if len(left) > SHOWN else "")
        yield _("{where}: kept without using them: {columns}").format(where=where, columns=shown)


def field_table(fields: Sequence[FieldQuality]) -> Iterator[Block]:
    """Each field before and after."""
    if not fields:
        return
    yield Heading(_("Fields, before and after"))
    number = formats.number
    yield Grid(
        (
            GridColumn(_("Field")),
            GridColumn(_("Filled"), "right", formats.percent),
            GridColumn(_("Usable"), "right", formats.percent),
            GridColumn(_("Different"), "right", number),
            GridColumn(_("Repaired"), "right", number),
            GridColumn(_("Guessed"), "right", number),
            GridColumn(_("Refused"), "right", number),
        ),
        [
            (
                label_of(f.field),
                f.filled / f.rows,
                f.valid / f.rows,
                f.unique,
                f.by_kind.get("repair", 0),
                f.by_kind.get("guess", 0),
                f.by_kind.get("drop", 0),
            )
            for f in fields
            if f.rows
        ],
    )


def changes(quality: Quality) -> Iterator[Block]:
    """What was changed and why, with real cells."""
    rows = [
        (label_of(field.field), before, after or "—", rule_label(rule))
        for field in quality.fields
        for before, after, rule in field.examples[:2]
    ]
    if rows:
        yield Heading(_("What was changed, with examples"))
        columns = (GridColumn(_("Field")), GridColumn(_("Before")), GridColumn(_("After")), GridColumn(_("Why")))
        yield Grid(columns, rows[: 2 * SHOWN])
    if quality.rules:
        yield Heading(_("Rules, by cells touched"))
        yield Grid(
            (GridColumn(_("Cells"), "right", formats.number), GridColumn(_("What was done")), GridColumn(_("Code"))),
            [(n, rule_label(code), code) for code, n in quality.rules[: 2 * SHOWN]],
        )


def people(quality: Quality) -> Iterator[Block]:
    """How usable people's rows are, and what each file brings."""
    total = quality.flow.people or 1
    yield Heading(_("People"))
    yield Bars(
        [(_(LEVEL_LABELS[level]), n / total) for level, n in quality.levels.items()],
        [formats.number(n) for n in quality.levels.values()],
    )
    yield Bars(
        [
            (ngettext("{n} channel", "{n} channels", int(channels)).format(n=channels), n / total)
            for channels, n in quality.channels.items()
        ],
        [formats.number(n) for n in quality.channels.values()],
    )
    if len(quality.sources) > 1:
        yield Heading(_("Files compared"))
        yield Grid(
            (
                GridColumn(_("File")),
                GridColumn(_("People"), "right", formats.number),
                GridColumn(_("Only here"), "right", formats.number),
                GridColumn(_("Elsewhere too"), "right", formats.number),
            ),
            [(s["source"], s["people"], s["only_here"], s["elsewhere_too"]) for s in quality.sources],
        )
    if quality.agreement:
        yield Heading(_("Where a person's records agree"))
        yield Bars(
            [(label_of(str(a["field"])), share(a)) for a in quality.agreement],
            [_("of {n} people").format(n=formats.number(a["people"])) for a in quality.agreement],
        )


def share(agreement: Mapping[str, Any]) -> float:
    """The share of people whose records agree on a field."""
    return float(agreement["alike"] / agreement["people"])


def duplicates(quality: Quality) -> Iterator[Block]:
    """What joined records, which merges are the least sure, and what nearly joined."""
    if not quality.flow.merged and not quality.apart:
        return
    yield Heading(_("Duplicates"))
    if quality.flow.merged:
        sizes = quality.sizes
        yield Grid(
            (
                GridColumn(_("Records per person"), "right", formats.number),
                GridColumn(_("People"), "right", formats.number),
            ),
            [*sorted(sizes.items())[:SHOWN]],
        )
        yield Grid(
            (GridColumn(_("Records"), "right", formats.number), GridColumn(_("Joined by"))),
            [(n, evidence_label(code)) for code, n in quality.evidence.items()],
        )
    if quality.riskiest:
        yield Heading(_("The least sure of the merges"))
        yield Bullets(
            [
                _("{names} ({evidence})").format(
                    names=" = ".join(r["names"]), evidence=", ".join(evidence_label(code) for code in r["evidence"])
                )
                for r in quality.riskiest
            ]
        )
    if quality.apart:
        yield Heading(_("Kept apart, because the names differ"))
        yield Bullets([apart_line(a) for a in quality.apart[:5]])


def apart_line(apart: Mapping[str, Any]) -> str:
    """A key that several names share, in words."""
    key = str(apart["key"]).replace("\x1f", " › ")
    return _("{evidence} {key}: {names} different names on {records} records").format(
        evidence=evidence_label(apart["kind"]),
        key=key,
        names=formats.number(apart["names"]),
        records=formats.number(apart["records"]),
    )


def to_fix(quality: Quality) -> Iterator[Block]:
    """What only people can fix."""
    if quality.to_fix:
        yield Heading(_("What only you can fix, most cases first"))
        yield Bullets([_(FIX_LABELS[code]).format(n=formats.number(n)) for code, n in quality.to_fix[:SHOWN]])


def trend(quality: Quality) -> Iterator[Block]:
    """The headline numbers before this run and after it."""
    if not quality.trend or not quality.flow.new:
        return
    yield Heading(_("Since the last run"))
    rows = []
    for key, (before, after) in quality.trend.items():
        written = formats.number if key == "people" else formats.percent
        rows.append((_(TREND_LABELS[key]), written(before), written(after)))
    yield Grid((GridColumn(""), GridColumn(_("Before"), "right"), GridColumn(_("Now"), "right")), rows)


def data(quality: Quality, batches: Sequence[Batch], run_id: str | None) -> dict[str, Any]:
    """The same for programs: stable keys, nothing translated."""
    return {
        "command": "clean",
        "run_id": run_id,
        "quality": asdict(quality),
        "sheets": [
            {
                "source": batch.sheet.source,
                "sheet": batch.sheet.sheet,
                "header_row": batch.sheet.header_row,
                "profile": batch.matching.profile,
                "entity": batch.matching.entity,
                "columns": [
                    {"header": m.header, "field": m.field, "confidence": m.confidence, "evidence": m.evidence}
                    for m in batch.matching.matches
                ],
                "decisions": [asdict(item) for item in batch.decisions.items],
                "notes": [{"code": note.code, **note.values} for note in batch.sheet.notes],
            }
            for batch in batches
        ],
    }
