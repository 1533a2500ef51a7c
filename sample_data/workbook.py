"""A writer of small xlsx workbooks whose bytes depend on their content alone.

Real workbooks hold what writing libraries do not offer together: formulas with and without the value Excel last
computed, text that only looks like a formula, numbers whose format hides what they are.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

EPOCH = dt.date(1899, 12, 30)
FORMATS = {"plain": 0, "whole": 1, "date": 14, "thousands": 3, "code5": 164, "title": 0}
"""Cell styles by name and their number format; ``code5`` is ``00000``, ``title`` is bold."""
STYLES = list(FORMATS)
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True)
class Formula:
    """A formula; ``cached`` is what Excel showed when the workbook was saved, None when no Excel ever opened it."""

    text: str
    cached: str | int | float | None = None


@dataclass(frozen=True)
class Styled:
    """A number with a cell style of ``FORMATS``."""

    value: int | float | str
    style: str


Cell = str | int | float | dt.date | Formula | Styled | None


@dataclass
class Sheet:
    """One sheet: rows of cells from A1, the ranges that are merged, and whether it is hidden."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)


def column(index: int) -> str:
    """The letters of a column, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def write(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write ``sheets`` to ``path``; all members carry one date, so that the same content gives the same bytes."""
    texts: dict[str, int] = {}
    parts = {f"xl/worksheets/sheet{n}.xml": _sheet(sheet, texts) for n, sheet in enumerate(sheets, 1)}
    parts = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _workbook(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)}
            | {"rIdStyles": ("styles", "styles.xml"), "rIdTexts": ("sharedStrings", "sharedStrings.xml")}
        ),
        "xl/styles.xml": _styles(),
        "xl/sharedStrings.xml": _texts(texts),
        **parts,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            member = zipfile.ZipInfo(name, date_time=(2026, 11, 1, 8, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            archive.writestr(member, text.encode())


def _sheet(sheet: Sheet, texts: dict[str, int]) -> str:
    rows = []
    for number, row in enumerate(sheet.rows, 1):
        cells = "".join(_cell(f"{column(at)}{number}", cell, texts) for at, cell in enumerate(row) if cell is not None)
        hidden = ' hidden="1"' if number in sheet.hidden_rows else ""
        rows.append(f'<row r="{number}"{hidden}>{cells}</row>')
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in sheet.merged)
    merged = f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>' if merged else ""
    return f'{XML}<worksheet xmlns="{NAMESPACE}"><sheetData>{"".join(rows)}</sheetData>{merged}</worksheet>'


def _cell(ref: str, cell: Cell, texts: dict[str, int]) -> str:
    style = "plain"
    if isinstance(cell, Styled):
        style, cell = cell.style, cell.value
    mark = f' s="{STYLES.index(style)}"' if style != "plain" else ""
    if isinstance(cell, Formula):
        kind = ' t="str"' if isinstance(cell.cached, str) else ""
        value = "" if cell.cached is None else f"<v>{escape(str(cell.cached))}</v>"
        return f'<c r="{ref}"{kind}><f>{escape(cell.text)}</f>{value}</c>'
    if isinstance(cell, dt.date):
        return f'<c r="{ref}" s="{STYLES.index("date")}"><v>{_serial(cell)}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{ref}"{mark} t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>'
    return f'<c r="{ref}"{mark}><v>{cell}</v></c>'


def _serial(day: dt.date) -> int:
    """The number Excel keeps for a day; it believes that 1900 had a 29th of February."""
    return (day - EPOCH).days - (day < dt.date(1900, 3, 1))


def _content_types(sheets: int) -> str:
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kinds = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles", "/xl/sharedStrings.xml": "sharedStrings"}
    kinds |= {f"/xl/worksheets/sheet{n}.xml": "worksheet" for n in range(1, sheets + 1)}
    parts = "".join(f'<Override PartName="{name}" ContentType="{main}.{kind}+xml"/>' for name, kind in kinds.items())
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def _workbook(sheets: Sequence[Sheet]) -> str:
    entries = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}"{" state=" + quoteattr("hidden") if sheet.hidden else ""}'
        f' r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, 1)
    )
    return f'{XML}<workbook xmlns="{NAMESPACE}" xmlns:r="{RELATIONS}"><sheets>{entries}</sheets></workbook>'


def _styles() -> str:
    cells = "".join(
        f'<xf numFmtId="{number}" fontId="{int(name == "title")}" fillId="0" borderId="0" xfId="0" '
        f'applyNumberFormat="1"/>'
        for name, number in FORMATS.items()
    )
    return (
        f'{XML}<styleSheet xmlns="{NAMESPACE}"><numFmts count="1"><numFmt numFmtId="164" formatCode="00000"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="14"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(FORMATS)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _texts(texts: dict[str, int]) -> str:
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return f'{XML}<sst xmlns="{NAMESPACE}" uniqueCount="{len(texts)}">{items}</sst>'
