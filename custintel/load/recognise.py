"""Which table a sheet is, who wrote it, and which of its headers bring which column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.load.known import Plain, Platform, fitting, plain
from custintel.load.unnumbered import lists_sales
from custintel.load.words import TABLE_LABELS
from custintel.sheets.aliases import lowest_level
from custintel.sheets.headers import match
from custintel.sheets.source import Sheet
from custintel.tables.headers import PERSON_FIELDS, key

_CURRENCY = re.compile(r"\(\s*([A-Z]{3})\s*\)")
_SHOWN = 40
"""Headers named in an error."""
_WORDS_OF_A_QUESTION = 3
_SMALL_NUMBER = r"^\s*(?:\d|10)(?:[.,]0)?\s*$"
_PEOPLE = 2
"""Columns about a person from which a sheet that is nothing else is taken for one of people."""


class UnrecognisedError(CustintelError):
    """A sheet that cannot be told, or lacks a column; what somebody who is asked can choose from.

    Attributes:
        sheet: as read.
        tables: the tables that it may be, when that is the question.
        table: the table that it is, when a column is the question.
        missing: what that table cannot do without, each with its alternatives joined by "/".
    """

    def __init__(
        self,
        message: str,
        sheet: Sheet,
        *,
        hint: str,
        tables: Sequence[str] = (),
        table: str = "",
        missing: Sequence[str] = (),
    ) -> None:
        super().__init__(message, where=where(sheet), seen=_seen(sheet), hint=hint)
        self.sheet, self.tables, self.table, self.missing = sheet, tuple(tables), table, tuple(missing)


@dataclass(frozen=True)
class Recognised:
    """What a sheet is.

    Attributes:
        table: name of the table it goes to.
        platform: the known export that it is; ``None`` for people's own sheets.
        columns: column -> the headers of the sheet that bring it, the best first.
        currency: the currency that a header of an amount names, else empty.
    """

    table: str
    platform: Platform | None
    columns: Mapping[str, tuple[str, ...]]
    currency: str = ""
    line_items: tuple[str, ...] = field(default=())


def recognise(sheet: Sheet, *, table: str | None = None, maps: Mapping[str, str] | None = None) -> Recognised:
    """What a sheet is, by its headers and, where these leave doubt, by its values.

    Args:
        sheet: as read.
        table: the table it is, when the person says so.
        maps: column -> header, as the person says.

    Raises:
        UnrecognisedError: it is none of the tables, it may be several, or a column it needs is missing.
    """
    names = _names(sheet.headers)
    found = [one for one in fitting(list(names)) if table in (None, one.table)]
    if len(found) > 1:
        raise _several(sheet, [f"{one.name} ({one.table})" for one in found], [one.table for one in found])
    said = {column: (header,) for column, header in (maps or {}).items() if header in sheet.headers}
    if found:
        return _of_platform(found[0], names, said)
    if table:
        columns = _asked(sheet, plain()[table], _plain_columns(plain()[table], names, _fields(sheet), said))
        missing = _missing(plain()[table], columns)
        if missing and not (table == "orders" and lists_sales(columns, said=True)):
            raise _incomplete(sheet, table, missing)
        return Recognised(table, None, columns, _currency(columns))
    return _of_plain(sheet, names, said)


def _of_platform(platform: Platform, names: Mapping[str, str], said: Mapping[str, tuple[str, ...]]) -> Recognised:
    columns = {
        column: tuple(dict.fromkeys(names[header] for header in headers if header in names))
        for column, headers in platform.columns.items()
    }
    columns = {column: headers for column, headers in {**columns, **said}.items() if headers}
    prefix = key(platform.line_items) if platform.line_items else None
    lines = tuple(header for name, header in names.items() if prefix and re.fullmatch(rf"{prefix} \d+", name))
    return Recognised(platform.table, platform, columns, _currency(columns), lines)


def _of_plain(sheet: Sheet, names: Mapping[str, str], said: Mapping[str, tuple[str, ...]]) -> Recognised:
    fields = _fields(sheet)
    read = {table: _asked(sheet, known, _plain_columns(known, names, fields, said)) for table, known in plain().items()}
    fit = [
        table
        for table, columns in read.items()
        if not _missing(plain()[table], columns) and not _is_another(plain()[table], columns)
    ]
    if not fit and lists_sales(read["orders"]) and not _is_another(plain()["orders"], read["orders"]):
        fit = ["orders"]
    if len(fit) > 1:
        raise _several(sheet, [_(TABLE_LABELS[table]) for table in fit], fit)
    if not fit:
        raise _none(sheet, read, fields)
    return Recognised(fit[0], None, read[fit[0]], _currency(read[fit[0]]))


def _names(headers: Sequence[str]) -> dict[str, str]:
    """Normal form -> header; the first of several, whole headers before what stands below a group."""
    found: dict[str, str] = {}
    for header in headers:
        found.setdefault(key(header), header)
    for header in headers:
        found.setdefault(key(lowest_level(header)), header)
    return found


def _fields(sheet: Sheet) -> dict[str, str]:
    """Field of ``headers.toml`` -> header, for the columns that leave no doubt."""
    known = match(sheet.headers, sheet.frame, source=sheet.source)
    found: dict[str, str] = {}
    for header, name in known.fields.items():
        found.setdefault(name, header)
    return found


def _plain_columns(
    known: Plain, names: Mapping[str, str], fields: Mapping[str, str], said: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Column -> header: as said, else by our headers, else by what the header means in any sheet."""
    columns = dict(said)
    taken = {header for headers in said.values() for header in headers}
    for column, headers in known.columns.items():
        header = next((names[name] for name in headers if name in names and names[name] not in taken), None)
        if header and column not in columns:
            columns[column] = (header,)
            taken.add(header)
    for name, column in known.fields.items():
        header = fields.get(name)
        if header and column not in columns and header not in taken:
            columns[column] = (header,)
            taken.add(header)
    return columns


def _asked(sheet: Sheet, known: Plain, columns: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """``columns`` and those that a header asks for in a sentence: ``How likely are you to recommend us?``."""
    taken = {header for headers in columns.values() for header in headers}
    for column, beginnings in known.questions.items():
        for header in sheet.headers:
            words = key(header).split()
            asks = len(words) >= _WORDS_OF_A_QUESTION and any(word.startswith(beginnings) for word in words)
            if asks and column not in columns and header not in taken and _is_scale(sheet, header):
                columns[column] = (header,)
                taken.add(header)
    return columns


def _is_scale(sheet: Sheet, header: str) -> bool:
    """Whether most cells of a column are small whole numbers."""
    cells = sheet.frame[header].drop_nulls()
    return bool(cells.str.contains(_SMALL_NUMBER).sum() * 2 > cells.len())


def _missing(known: Plain, columns: Mapping[str, object]) -> list[str]:
    return ["/".join(several) for several in known.required if columns.keys().isdisjoint(several)]


def _is_another(known: Plain, columns: Mapping[str, object]) -> bool:
    """Whether the columns say that a sheet is for another table."""
    return any(columns.keys() >= set(several.split("+")) for several in known.without)


def _currency(columns: Mapping[str, Sequence[str]]) -> str:
    """The currency in the header of an amount: ``Amount spent (EGP)``."""
    for column in ("amount", "total", "gross", "item.unit_price", "refund", "planned_cost"):
        for header in columns.get(column, ()):
            if found := _CURRENCY.search(header):
                return found.group(1)
    return ""


def where(sheet: Sheet) -> str:
    """The file, and its sheet where it has one."""
    return f"{sheet.source} › {sheet.sheet}" if sheet.sheet else sheet.source


def _seen(sheet: Sheet) -> str:
    more = ", ..." if len(sheet.headers) > _SHOWN else ""
    return _("columns: {columns}").format(columns=", ".join(sheet.headers[:_SHOWN]) + more)


def _several(sheet: Sheet, named: Sequence[str], tables: Sequence[str]) -> UnrecognisedError:
    return UnrecognisedError(
        _("This file may be several things: {tables}.").format(tables=", ".join(named)),
        sheet,
        tables=list(dict.fromkeys(tables)),
        hint=_("Say which with --as, for example: --as {table}").format(table=tables[0]),
    )


def _incomplete(sheet: Sheet, table: str, missing: Sequence[str]) -> UnrecognisedError:
    return UnrecognisedError(
        _("This file lacks what the table {table} cannot do without: {columns}.").format(
            table=table, columns=", ".join(missing)
        ),
        sheet,
        table=table,
        missing=missing,
        hint=_(
            "Export it again with that column; if one has it under another name, say so: --map {column}=HEADER"
        ).format(column=missing[0].split("/")[0]),
    )


def _none(sheet: Sheet, read: Mapping[str, Mapping[str, tuple[str, ...]]], fields: Mapping[str, str]) -> CustintelError:
    """Why no table fits: it is about people, or the nearest table lacks something."""
    fit = {table: columns for table, columns in read.items() if not _is_another(plain()[table], columns)}
    lacking = {table: _missing(plain()[table], columns) for table, columns in fit.items()}
    near = min(lacking, key=lambda table: (len(lacking[table]), -len(read[table])), default="")
    about_people = sum(name in PERSON_FIELDS for name in fields) >= _PEOPLE
    if near and len(lacking[near]) == 1 and not about_people and len(read[near]) > _PEOPLE:
        return _incomplete(sheet, near, lacking[near])
    if about_people:
        return CustintelError(
            _("This is a file of people, not of orders, money or visits."),
            where=where(sheet),
            seen=_seen(sheet),
            hint=_("Use: ci clean {file}").format(file=sheet.source),
        )
    return UnrecognisedError(
        _("It is not clear what this file is."),
        sheet,
        tables=list(plain()),
        hint=_("Say it with --as: {tables}").format(tables=", ".join(plain())),
    )
