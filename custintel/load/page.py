"""What ``ci load`` says: rows, sums and dates of each file, to hold beside what the platform shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import polars as pl

from custintel import formats
from custintel.i18n import _, ngettext
from custintel.load.loading import Loaded
from custintel.load.newcomers import FOLLOWING, one_word
from custintel.load.part import MEASURES, Part
from custintel.load.persons import WHO, with_who
from custintel.load.result import Report, unknown, unusable
from custintel.load.visits.bots import REASONS as NOT_COUNTED
from custintel.load.words import MEASURE_LABELS, TABLE_LABELS
from custintel.people.words import rule_label
from custintel.tables import IDENTITIES, REFUSED
from custintel.tables.orders import ORDERS, PERSON
from custintel.ui.show import Block, Bullets, Grid, GridColumn, Heading, Paragraph

_SHOWN = 12
"""Reasons listed."""


def blocks(report: Report) -> Iterator[Block]:
    """The report, the most important first."""
    yield from _headline(report)
    if report.parts:
        yield from _files(report.parts)
    yield from _tables(report.loaded)
    yield from _people(report)
    yield from _visits(report.loaded)
    yield from _refused(report.parts)


def _headline(report: Report) -> Iterator[Block]:
    read = sum(part.read for part in report.parts)
    files = len({part.source for part in report.parts})
    if not report.parts:
        yield Paragraph(_("What was loaded is joined with the people the project knows now."), "bold")
        return
    if report.run_id or not report.written:
        text = ngettext("{rows} rows of {n} file read.", "{rows} rows of {n} files read.", files)
    else:
        text = ngettext(
            "{rows} rows of {n} file read; the project already holds all of it.",
            "{rows} rows of {n} files read; the project already holds all of it.",
            files,
        )
    yield Paragraph(text.format(rows=formats.number(read), n=formats.number(files)), "bold")


def _files(parts: Sequence[Part]) -> Iterator[Block]:
    yield Heading(_("Compare with what the platform shows"))
    compared = [(_where(part), _what(part), part.counted.height, _sums(part)) for part in parts]
    columns = (
        GridColumn(_("File")),
        GridColumn(_("What it is")),
        GridColumn(_("How many"), "right", formats.number),
        GridColumn(_("Sum"), "right"),
    )
    yield Grid(columns, compared)
    rows = [(_where(part), part.read, part.used, *(part.span or (None, None))) for part in parts]
    when = (
        GridColumn(_("File")),
        GridColumn(_("Rows"), "right", formats.number),
        GridColumn(_("Used"), "right", formats.number),
        GridColumn(_("First day"), "right", formats.date),
        GridColumn(_("Last day"), "right", formats.date),
    )
    yield Grid(when, rows)
    said = [f"{_where(part)}: {note}" for part in parts for note in part.notes]
    if said:
        yield Bullets(said)


def _where(part: Part) -> str:
    return f"{part.source} › {part.sheet}" if part.sheet else part.source


def _what(part: Part) -> str:
    """The things a file holds, and who wrote it."""
    return ", ".join(filter(None, (_(TABLE_LABELS[part.table]), part.platform)))


def _sums(part: Part) -> str:
    """What is added up, in its currencies; seconds and visits have none."""
    measure = MEASURES[part.table][0]
    if part.table in ("calls", "traffic"):
        label = _(MEASURE_LABELS[measure])
        return " · ".join(f"{formats.number(amount)} {label}" for amount in part.sums.values())
    return " · ".join(amount(value, currency) for currency, value in part.sums.items())


def amount(value: Decimal, currency: str) -> str:
    """An amount with the code of its currency; with none where nothing says it."""
    decimals = 0 if value == value.to_integral_value() else 2
    return " ".join(filter(None, (formats.number(value, decimals), currency)))


def _tables(loaded: Loaded) -> Iterator[Block]:
    """Rows of each table before and now; those that only follow from others are left out."""
    rows = [
        (table.name, loaded.before[table], n)
        for table, n in loaded.now.items()
        if table not in (REFUSED, IDENTITIES, *FOLLOWING)
    ]
    if rows:
        yield Heading(_("Tables"))
        columns = (
            GridColumn(_("Table")),
            GridColumn(_("Rows before"), "right", formats.number),
            GridColumn(_("Rows now"), "right", formats.number),
        )
        yield Grid(columns, rows)


def _usual(named: pl.DataFrame) -> str:
    """The name, else whatever else of a person, that stands most often in orders."""
    said = named.select(said=pl.coalesce("contact_name", *PERSON)).group_by("said").len()
    return str(said.sort("len", "said", descending=[True, False])["said"][0])


def _people(report: Report) -> Iterator[Block]:
    orders = report.loaded.tables.get(ORDERS)
    if orders is None:
        return
    known = orders.height - orders["customer_id"].null_count()
    lines = [
        _("{known} of {orders} orders are of people the project knows.").format(
            known=formats.number(known), orders=formats.number(orders.height)
        )
    ]
    touched = orders["channel"].len() - orders["channel"].null_count()
    lines.append(
        _("{touched} of {orders} orders say where they came from.").format(
            touched=formats.number(touched), orders=formats.number(orders.height)
        )
    )
    if added := report.loaded.added:
        lines.append(
            ngettext(
                "{n} person whom nobody knew was added as a record, and is a customer now or part of one.",
                "{n} people whom nobody knew were added as records, and are customers now or part of one.",
                added,
            ).format(n=formats.number(added))
        )
    silent = with_who(orders)[WHO].null_count()
    if silent:
        lines.append(
            ngettext("{n} order says nothing about a person.", "{n} orders say nothing about a person.", silent).format(
                n=formats.number(silent)
            )
        )
    nobody = unusable(report.loaded)
    short, nobody = nobody.filter(one_word()), nobody.filter(~one_word())
    if short.height:
        lines.append(
            ngettext(
                "{n} order names its buyer by one word and nothing else (such as {name}), which makes no person.",
                "{n} orders name their buyer by one word and nothing else (such as {name}), which makes no person.",
                short.height,
            ).format(n=formats.number(short.height), name=_usual(short))
        )
    if nobody.height:
        lines.append(
            ngettext(
                "{n} order names nobody that can be used as a person (such as {name}).",
                "{n} orders name nobody that can be used as a person (such as {name}).",
                nobody.height,
            ).format(n=formats.number(nobody.height), name=_usual(nobody))
        )
    strangers = unknown(report.loaded)
    if strangers:
        lines.append(
            _("Several customers fit equally, so these are of nobody until ci review settles it: {files}").format(
                files=", ".join(f"{source} ({formats.number(n)})" for source, n in strangers.items())
            )
        )
    yield Heading(_("People and channels"))
    yield Bullets(lines)


def _visits(loaded: Loaded) -> Iterator[Block]:
    if loaded.gathered is None:
        return
    yield Heading(_("Visits"))
    account = loaded.gathered.account
    excluded = [
        (_(NOT_COUNTED[reason]) if reason in NOT_COUNTED else _("counted"), events, visitors)
        for reason, events, visitors in account.select("reason", "events", "visitors").iter_rows()
    ]
    yield Paragraph(
        ngettext(
            "{n} visit, {orders} with an order.", "{n} visits, {orders} with an order.", loaded.gathered.visits.height
        ).format(
            n=formats.number(loaded.gathered.visits.height),
            orders=formats.number(int(loaded.gathered.visits["converted"].sum())),
        )
    )
    yield Grid(
        (
            GridColumn(_("Events")),
            GridColumn(_("How many"), "right", formats.number),
            GridColumn(_("Visitors"), "right", formats.number),
        ),
        excluded,
    )


def _refused(parts: Sequence[Part]) -> Iterator[Block]:
    """Why rows and cells could not be used, most frequent first."""
    frames = [part.refused.select(pl.lit(part.source).alias("source"), "field", "reason") for part in parts]
    if not frames or not sum(frame.height for frame in frames):
        return
    counted = pl.concat(frames).group_by("source", "field", "reason").len("n")
    counted = counted.sort("n", "source", "field", "reason", descending=[True, False, False, False], nulls_last=False)
    yield Heading(_("What could not be used"))
    yield Grid(
        (
            GridColumn(_("File")),
            GridColumn(_("Column")),
            GridColumn(_("How many"), "right", formats.number),
            GridColumn(_("Why")),
        ),
        [
            (source, field or _("the whole row"), n, rule_label(reason))
            for source, field, reason, n in counted.head(_SHOWN).iter_rows()
        ],
    )
    yield Paragraph(_("All of it is in the table refused, with the file and the row."), "dim")
