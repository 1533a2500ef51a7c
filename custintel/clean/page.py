"""The quality report of ``ci clean``, in words and blocks for the terminal, and the same as data."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from custintel import formats
from custintel.clean.field_quality import FieldQuality
from custintel.clean.page_duplicates import SHOWN, duplicates
from custintel.clean.quality import Quality
from custintel.clean.words import (
    DECISION_LABELS,
    FIX_LABELS,
    LEVEL_LABELS,
    TREND_LABELS,
)
from custintel.i18n import _, ngettext
from custintel.people.words import rule_label, value_label
from custintel.records.rows import Batch
from custintel.sheets.headers import Matching
from custintel.sheets.source import Sheet
from custintel.tables.labels import label_of
from custintel.ui.show import Bars, Block, Bullets, Grid, GridColumn, Heading, Paragraph, Step, Waterfall

LeftOut = Sequence[tuple[Sheet, Matching]]


def blocks(quality: Quality, batches: Sequence[Batch], left_out: LeftOut = ()) -> Iterator[Block]:
    """The report, the most important first; ``left_out`` are the sheets that hold no people."""
    yield from headline(quality)
    yield from reading(batches, quality, left_out)
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
    elif not flow.same:
        text = _("The project already held these {rows} rows; read in another way, they are {people} people.")
    else:
        text = _("Nothing new: the project already holds these {rows} rows ({people} people).")
    yield Paragraph(text.format(rows=formats.number(flow.read), people=formats.number(flow.people)), "bold")
    lost = (
        Step(_("not data (titles, totals...)"), flow.skipped),
        Step(_("about nobody"), flow.nobody),
        Step(_("already in the project"), flow.known),
    )
    new = Step(_("New records"), flow.new, "total")
    earlier = Step(_("records of earlier runs"), flow.records - flow.new, "+")
    merged = Step(_("merged into another record"), flow.merged)
    people = Step(_("People"), flow.people, "total")
    yield Waterfall([Step(_("Rows read"), flow.read, "total"), *(step for step in lost if step.n), new])
    yield Waterfall([new, *(step for step in (earlier, merged) if step.n), people])


def reading(batches: Sequence[Batch], quality: Quality, left_out: LeftOut) -> Iterator[Block]:
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
    unplaced = any(code == "phone.country_unknown" for code, _n in quality.rules)
    said = [line for batch in batches for line in remarks(batch, unplaced=unplaced)]
    said += [
        _("{where}: not used, it holds no people (rows: {n})").format(
            where=place(sheet.source, sheet.sheet), n=formats.number(sheet.frame.height)
        )
        for sheet, _matching in left_out
    ]
    if said:
        yield Bullets(said)


def place(source: str, sheet: str) -> str:
    """A file and its sheet."""
    return f"{source} › {sheet}" if sheet else source


def remarks(batch: Batch, *, unplaced: bool) -> Iterator[str]:
    """What a person should know about how a sheet was read; ``unplaced`` when phones had no country."""
    where = place(batch.sheet.source, batch.sheet.sheet)
    for note in batch.sheet.notes:
        yield f"{where}: {note}"
    for item in batch.decisions.items:
        if item.topic == "placeholder":
            yield _('{where}, {field}: "{value}" is on {n} rows; if it stands for nothing, add {flag}').format(
                where=where,
                field=label_of(item.field),
                value=item.evidence["value"],
                n=item.evidence["rows"],
                flag=f"--placeholder {shlex.quote(str(item.evidence['value']))}",
            )
        if item.choice and item.topic != "gender_codes" and item.decided_by != "given":
            choice = _(DECISION_LABELS[item.choice]) if item.choice in DECISION_LABELS else item.choice
            if item.topic == "country":
                yield _("{where}: country {choice}, from the data").format(where=where, choice=choice)
            elif (item.topic, item.choice) not in {("date_order", "ymd"), ("name_order", "given_first")}:
                yield _("{where}, {field}: {choice}").format(where=where, field=label_of(item.field), choice=choice)
    if unplaced and any(item.topic == "country" and item.choice is None for item in batch.decisions.items):
        yield _(
            "{where}: the country is not known, so phones without + were not used; add --country CO, MX, ES..."
        ).format(where=where)
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
        (label_of(field.field), before, value_label(after), rule_label(rule))
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
        if (more := len(quality.rules) - 2 * SHOWN) > 0:
            yield Paragraph(_("Further rules, in --json and in the changes table: {n}").format(n=more), "dim")


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
        yield Heading(_("Where a person's records say the same, letter by letter"))
        yield Bars(
            [(label_of(str(a["field"])), share(a)) for a in quality.agreement],
            [_("people: {n}").format(n=formats.number(a["people"])) for a in quality.agreement],
        )


def share(agreement: Mapping[str, Any]) -> float:
    """The share of people whose records agree on a field."""
    return float(agreement["alike"] / agreement["people"])


def to_fix(quality: Quality) -> Iterator[Block]:
    """What only people can fix."""
    if quality.to_fix:
        yield Heading(_("What only you can fix"))
        columns = (GridColumn(_("Cases"), "right", formats.number), GridColumn(_("What")))
        yield Grid(columns, [(n, _(FIX_LABELS[code])) for code, n in quality.to_fix[:SHOWN]])


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


def data(quality: Quality, batches: Sequence[Batch], left_out: LeftOut, run_id: str | None) -> dict[str, Any]:
    """The same for programs: stable keys, nothing translated."""
    return {
        "command": "clean",
        "run_id": run_id,
        "quality": {**asdict(replace(quality, apart=())), "apart": quality.apart},  # there may be many
        "left_out": [
            {"source": sheet.source, "sheet": sheet.sheet, "rows": sheet.frame.height, "entity": matching.entity}
            for sheet, matching in left_out
        ],
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
