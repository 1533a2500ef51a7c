"""What calamine does not tell of an xlsx sheet: hidden rows, merges, formulas without a value, leading zeros.

A sheet's XML is hundreds of megabytes for a million rows, so it is never parsed as a tree: it is unpacked in pieces
that end where a row ends, and each piece is searched as bytes. What is found are hints beside the cells that calamine
reads; XML of an unusual shape yields fewer hints, never wrong cells.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree

from custintel.sheets.column_letters import column_number

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PIECE = 2**20
_LONGEST_ROW = 2**24
_ROW_END = b"</row>"
_HIDDEN_ROW = re.compile(rb"<row\b[^>]*\shidden=\"(?:1|true)\"")
_EMPTY_FORMULA = re.compile(
    rb"<c\b([^>]*)>(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>|<v\s+[^>]*/>)?\s*</c>"
)
_MERGE = re.compile(rb"<mergeCell\b[^>]*\sref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
_REFERENCE = re.compile(rb"\sr=\"([A-Z]+)(\d+)\"")
_FILLED = re.compile(rb"<c\b[^>]*\sr=\"([A-Z]+)\d+\"[^>/]*>")
_ZEROS = re.compile(r"(?:\[\$[^\]]*\])?(0{2,})(?:;.*)?")


@dataclass
class SheetHints:
    """What the XML of one sheet says beside its cells.

    Attributes:
        first_column: number of the leftmost column with a cell in the first piece, 1 for "A".
        hidden_rows: how many rows are hidden.
        empty_formulas: how many formula cells have no stored value.
        first_empty_formula: the first of them, such as "D12".
        merges: top, left, bottom, right of every merged block.
        padded: for each column, its rows whose integer is shown with leading zeros, and to how many digits.
    """

    first_column: int = 1
    hidden_rows: int = 0
    empty_formulas: int = 0
    first_empty_formula: str = ""
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    padded: dict[int, tuple[list[int], list[int]]] = field(default_factory=dict)


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet names and the members of the archive that hold them."""
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    parts = {}
    for sheet in workbook.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        parts[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def padded_styles(archive: zipfile.ZipFile) -> dict[int, int]:
    """Cell styles whose number format is ``00000`` or alike, and its number of digits."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    digits = {}
    for number_format in styles.iter(f"{_MAIN}numFmt"):
        if match := _ZEROS.fullmatch(number_format.get("formatCode", "")):
            digits[number_format.get("numFmtId")] = len(match.group(1))
    cells = styles.find(f"{_MAIN}cellXfs")
    found = {} if cells is None else {i: digits.get(style.get("numFmtId")) for i, style in enumerate(cells)}
    return {style: width for style, width in found.items() if width}


def read_hints(stream: IO[bytes], styles: dict[int, int]) -> SheetHints:
    """Search the XML of one sheet; ``styles`` as :func:`padded_styles` gives them."""
    hints = SheetHints()
    padded = _padded_cell(styles)
    first = True
    for piece in _pieces(stream):
        if first:
            columns = [column_number(letters.decode()) for letters in _FILLED.findall(piece)]
            hints.first_column = min(columns, default=1)
            first = False
        if b"hidden=" in piece:
            hints.hidden_rows += len(_HIDDEN_ROW.findall(piece))
        if b"<f" in piece:
            _note_empty_formulas(piece, hints)
        if b"<mergeCell " in piece:
            for left, top, right, bottom in _MERGE.findall(piece):
                hints.merges.append(
                    (int(top), column_number(left.decode()), int(bottom), column_number(right.decode()))
                )
        if padded:
            _note_padded(piece, padded, styles, hints)
    return hints


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The XML in pieces that end where a row ends; what follows the last row is the last piece."""
    rest = b""
    while data := stream.read(_PIECE):
        rest += data
        cut = rest.rfind(_ROW_END)
        if cut >= 0 or len(rest) > _LONGEST_ROW:
            end = cut + len(_ROW_END) if cut >= 0 else len(rest)
            yield rest[:end]
            rest = rest[end:]
    yield rest


def _note_empty_formulas(piece: bytes, hints: SheetHints) -> None:
    for attributes in _EMPTY_FORMULA.findall(piece):
        hints.empty_formulas += 1
        if not hints.first_empty_formula and (match := _REFERENCE.search(attributes)):
            hints.first_empty_formula = (match.group(1) + match.group(2)).decode()


def _padded_cell(styles: dict[int, int]) -> re.Pattern[bytes] | None:
    """A cell with an integer value and one of the styles."""
    if not styles:
        return None
    alternatives = b"|".join(str(style).encode() for style in styles)
    return re.compile(rb"<c\b([^>]*\ss=\"(" + alternatives + rb")\"[^>]*)><v>\d+(?:\.0+)?</v>")


def _note_padded(piece: bytes, cell: re.Pattern[bytes], styles: dict[int, int], hints: SheetHints) -> None:
    for attributes, style in cell.findall(piece):
        reference = _REFERENCE.search(attributes)
        if reference is None or b't="s"' in attributes:
            continue
        rows, widths = hints.padded.setdefault(column_number(reference.group(1).decode()), ([], []))
        rows.append(int(reference.group(2)))
        widths.append(styles[int(style)])
