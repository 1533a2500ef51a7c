"""From a file to its parts: told what it is by its content, read, typed and accounted for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import cast

import polars as pl

from custintel.errors import CustintelError
from custintel.fields import date
from custintel.i18n import N_, _
from custintel.load import ga4_events, stacked_report
from custintel.load.cells import typed
from custintel.load.conventions import Conventions, Given, UndecidedError, decide
from custintel.load.event_rows import event_rows
from custintel.load.kinds import kinds
from custintel.load.known import plain, platforms
from custintel.load.line_items import with_lines
from custintel.load.months import with_days
from custintel.load.order_rows import item_rows, order_rows
from custintel.load.order_status import ARRIVES_WITHIN
from custintel.load.other_rows import Place, other_rows
from custintel.load.part import Part
from custintel.load.persons import persons_of
from custintel.load.recognise import Recognised, recognise, where
from custintel.load.spend_rows import Period, spend_rows
from custintel.load.unnumbered import lists_sales
from custintel.load.visits import access_log
from custintel.sheets.header_row import folded
from custintel.sheets.parquet import columns_of
from custintel.sheets.read import read_file
from custintel.sheets.source import Note, Sheet
from custintel.tables.headers import declared

ABOUT_PEOPLE = ("orders", "calls", "surveys")
"""The tables whose rows name people."""
OF_PERIODS = ("spend", "traffic")
"""The tables whose rows may be of several days."""
UNIVERSAL = "UTC"
OWN_SHEET = "sheet"
"""The origin of sheets that people keep themselves, whatever the name of the file."""
LINES_LOOKED_AT = 20
UNIVERSAL_TIME = N_("Its times are kept in universal time (UTC); say the shop's with --timezone, as in America/Bogota.")
OTHER_BREAKDOWN = N_("Its other tables count the same visits in another way and were not used.")
DELIVERY_ASSUMED = N_(
    "It does not say what arrived: orders sent {days} days before it or earlier count as delivered ({n})."
)
SHEETS_LEFT_OUT = N_("Its other sheets are for no table and were not used: {sheets}.")
INVOICES = N_(
    "It is a list of invoices: each counts as an order that was sent, and those dated {days} days before its last day "
    "or earlier as delivered ({n})."
)
NO_NUMBERS = N_("It has no order numbers: rows of one person on one day (and hour, if it says so) count as one order.")
CREDIT_NOTES = N_("Notes that take back what others sold: {n}. They count in sums, and as no order.")
OF_LINES = N_("Each line of an order says another amount here, so it was read as that of the line: {columns}.")
SPREAD = N_("Rows of several days are spread evenly over them; the longest is of {days} days.")
NO_CURRENCY = N_("Nothing says the currency of its amounts; say it with --currency, as in COP.")
_PERIOD = re.compile(r"\s+(?:-|–|—|a|to|al)\s+")


@dataclass(frozen=True)
class Wanted:
    """What the person said about the files.

    Attributes:
        given: conventions.
        today: the day of the run.
        table: the table that they are.
        origin: the shop that they come from.
        maps: column -> header.
        sheets: the sheets to read.
        header_row: the row of the headers.
    """

    given: Given
    today: dt.date
    table: str | None = None
    origin: str | None = None
    maps: Mapping[str, str] = field(default_factory=dict)
    sheets: Sequence[str] = ()
    header_row: int | None = None


def read_parts(path: str, wanted: Wanted) -> list[Part]:
    """What a file brings.

    Raises:
        CustintelError: it cannot be read, it is not clear what it is, or a column it needs is missing.
    """
    data = _bytes(path)
    source = Path(path).name
    if _is_ga4(data):
        return [_ga4(data, source, wanted)]
    if _is_log(data):
        return [_log(data, source, wanted)]
    if stacked_report.is_report(data):
        found = stacked_report.blocks(data, source=source, known=header_words())
        return _of_report(found, wanted)
    sheets = read_file(path, sheets=wanted.sheets, header_row=wanted.header_row, known=header_words())
    filled = [sheet for sheet in sheets if sheet.frame.height]
    if not filled:
        raise _empty(sheets)
    return _of_sheets(filled, wanted)


def _bytes(path: str) -> bytes:
    """The bytes of a file; empty when the reader of sheets is to say what is wrong with it."""
    try:
        return Path(path).read_bytes() if path != "-" else b""
    except OSError:
        return b""


def _is_ga4(data: bytes) -> bool:
    """Whether a file is what Google Analytics 4 writes to BigQuery, or JSON, of which we know nothing else."""
    if data.startswith(b"PAR1"):
        return not columns_of(data).isdisjoint(ga4_events.NEEDED)
    return data.lstrip()[:1] in (b"{", b"[")


def _is_log(data: bytes) -> bool:
    """Whether most of the first lines are those of an access log."""
    if not data.startswith(b"\x1f\x8b") and b'"' not in data[:4096]:
        return False
    lines = access_log.lines(data if data.startswith(b"\x1f\x8b") else data[:65_536])
    first = lines.filter(lines.str.strip_chars() != "").head(LINES_LOOKED_AT)
    return bool(first.len()) and access_log.parse(first, zone=UNIVERSAL).events.height * 2 > first.len()


def _of_sheets(sheets: Sequence[Sheet], wanted: Wanted) -> list[Part]:
    """The parts of the sheets of one file; those of several that nothing fits are left out, and named."""
    parts: list[Part] = []
    refusals: list[CustintelError] = []
    left: list[str] = []
    for sheet in sheets:
        try:
            known = recognise(sheet, table=wanted.table, maps=wanted.maps)
        except CustintelError as problem:
            refusals.append(problem)
            left.append(sheet.sheet)
            continue
        parts.append(_of_sheet(sheet, known, wanted, period_of(sheet, wanted)))
    if not parts:
        raise refusals[0]
    if left:
        note = Note("sheets_left_out", SHEETS_LEFT_OUT, {"sheets": ", ".join(left)})
        parts[0] = replace(parts[0], notes=(*parts[0].notes, note))
    return parts


def _of_report(found: Sequence[stacked_report.Block], wanted: Wanted) -> list[Part]:
    """The first table of a report that we know: the others count the same visits."""
    problem: CustintelError | None = None
    for block in found:
        try:
            known = recognise(block.sheet, table=wanted.table, maps=wanted.maps)
        except CustintelError as refused:
            problem = problem or refused
            continue
        part = _of_sheet(block.sheet, known, wanted, block.period)
        several = [Note("other_breakdown", OTHER_BREAKDOWN)] if len(found) > 1 else []
        return [replace(part, notes=(*part.notes, *several))]
    assert problem, "a report has a table"
    raise problem


def _of_sheet(sheet: Sheet, known: Recognised, wanted: Wanted, period: Period | None) -> Part:
    """The rows of one sheet, typed and made into those of its table."""
    kind_of = kinds(known.table)
    cells = sheet.frame.select(
        "row", *(pl.coalesce(headers).alias(name) for name, headers in known.columns.items() if name in kind_of)
    )
    if known.line_items:
        lines = sheet.frame.select("row", *known.line_items)
        cells = with_lines(cells.join(lines, on="row", maintain_order="left"), known.line_items)
    if known.table in OF_PERIODS and "date" in cells.columns:
        cells = with_days(cells)
    here = {name: kind_of[name] for name in cells.columns if name != "row"}
    try:
        how = decide(cells, here, wanted.given, where=where(sheet), currency=known.currency)
    except UndecidedError as doubt:
        doubt.headers = sheet.headers
        raise
    status = known.platform.status if known.platform else None
    found = typed(cells, here, how, today=wanted.today, status=status)
    origin = wanted.origin or (known.platform.code if known.platform else OWN_SHEET)
    part = Part(
        sheet.source,
        sheet.sheet,
        known.table,
        known.platform.name if known.platform else "",
        rows=found.rows,
        read=sheet.frame.height + sheet.skipped.height,
        counted=found.rows,
        refused=found.refused,
        skipped=sheet.skipped,
        notes=sheet.notes,
        headers=sheet.headers,
    )
    if known.table == "orders":
        return _with_persons(_orders(part, known, how, origin), sheet, known, how, wanted)
    if known.table == "order_items":
        return _orders(part, known, how, origin)
    if known.table == "spend":
        return _spend(part, known, how, origin, period)
    if known.table == "events":
        events, refused = event_rows(found.rows, source=sheet.source)
        return replace(part, rows=events, counted=events, refused=_with(part, refused))
    made = other_rows(known.table, found.rows, how, Place(sheet.source, origin, period))
    part = replace(part, rows=made.rows, counted=made.rows, refused=_with(part, made.refused))
    return _with_persons(part, sheet, known, how, wanted) if known.table in ABOUT_PEOPLE else part


def _with_persons(part: Part, sheet: Sheet, known: Recognised, how: Conventions, wanted: Wanted) -> Part:
    return replace(part, persons=persons_of(sheet, known, how, part.rows, today=wanted.today))


def _orders(part: Part, known: Recognised, how: Conventions, origin: str) -> Part:
    if known.table == "order_items":
        lines = item_rows(part.rows, source=part.source, origin=origin)
        return replace(part, rows=lines.items, counted=lines.items, refused=_with(part, lines.refused))
    made = order_rows(part.rows, known.platform, how, source=part.source, origin=origin)
    refused = _with(part, made.refused)
    orders = made.orders
    notes = [*part.notes]
    unnumbered = not known.platform and lists_sales(known.columns, said=True)
    if unnumbered:
        notes.append(Note("no_numbers", NO_NUMBERS))
    if orders["delivery_assumed"].any() or (known.platform and not known.platform.tells_delivery):
        said = DELIVERY_ASSUMED if known.platform or "number" in known.columns or unnumbered else INVOICES
        n = int(orders["delivery_assumed"].sum())
        notes.append(Note("delivery_assumed", said, {"days": ARRIVES_WITHIN, "n": n}))
    if made.of_lines:
        headers = [header for name in made.of_lines for header in known.columns[name]]
        notes.append(Note("of_lines", OF_LINES, {"columns": ", ".join(headers)}))
    if taking := int(orders["credit_note"].sum()):
        notes.append(Note("credit_notes", CREDIT_NOTES, {"n": taking}))
    if orders["currency"].null_count():
        notes.append(Note("no_currency", NO_CURRENCY))
    return replace(part, rows=orders, counted=orders, items=made.items, refused=refused, notes=notes)


def _spend(part: Part, known: Recognised, how: Conventions, origin: str, period: Period | None) -> Part:
    made = spend_rows(part.rows, known.platform, how, source=part.source, origin=origin, period=period)
    notes = [*part.notes]
    longest = made.spend["period_days"].max()
    if isinstance(longest, int) and longest > 1:
        notes.append(Note("spread", SPREAD, {"days": longest}))
    if made.spend["currency"].null_count():
        notes.append(Note("no_currency", NO_CURRENCY))
    return replace(part, rows=made.spend, counted=made.read, refused=_with(part, made.refused), notes=notes)


def _ga4(data: bytes, source: str, wanted: Wanted) -> Part:
    export = ga4_events.read_export(data, source)
    events, _none = event_rows(ga4_events.ga4_events(export, zone=wanted.given.timezone or UNIVERSAL), source=source)
    return Part(source, "", "events", "Google Analytics 4", events, export.height, events, notes=_universal(wanted))


def _log(data: bytes, source: str, wanted: Wanted) -> Part:
    log = access_log.parse(access_log.lines(data), zone=wanted.given.timezone or UNIVERSAL)
    refused = log.refused.select(
        pl.col("row").cast(pl.UInt32), pl.lit(None, pl.String).alias("field"), "value", "reason"
    )
    events = log.events.with_columns(origin=pl.lit(source))
    read = events.height + refused.height
    name = "access log"
    return Part(source, "", "events", name, events, read, events, refused=refused, notes=_universal(wanted))


def _universal(wanted: Wanted) -> list[Note]:
    return [] if wanted.given.timezone else [Note("universal_time", UNIVERSAL_TIME)]


def _with(part: Part, refused: pl.DataFrame) -> pl.DataFrame:
    """All that was refused of a part, by row."""
    return pl.concat([part.refused, refused]).sort("row", "field", nulls_last=False)


def _empty(sheets: Sequence[Sheet]) -> CustintelError:
    return CustintelError(
        _("This file has headers and no rows."),
        where=sheets[0].source,
        seen=", ".join(sheets[0].headers),
        hint=_("Export it again with a longer period."),
    )


def period_of(sheet: Sheet, wanted: Wanted) -> Period | None:
    """The period that a title above the headers names: ``1 de mayo de 2025 - 31 de octubre de 2026``."""
    for text in sheet.skipped.filter(pl.col("reason") == "title")["text"]:
        ends = [end.strip(' "') for end in _PERIOD.split(text.strip(' "'))]
        if len(ends) != 2:
            continue
        order = wanted.given.date_order or "dmy"
        days = date.normalise(pl.DataFrame({"raw": ends}), order=cast("date.Order", order), as_of=wanted.today)["value"]
        if days.null_count() == 0 and days[0] <= days[1]:
            return days[0], days[1]
    return None


@cache
def header_words() -> frozenset[str]:
    """Every header we know, as the reader of sheets compares them."""
    people = (alias for header in declared().values() for alias in header.aliases)
    exports = (header for one in platforms() for headers in one.columns.values() for header in headers)
    own = (header for one in plain().values() for headers in one.columns.values() for header in headers)
    return frozenset(folded(word) for word in (*people, *exports, *own))
