"""Where the headers are, told from the shape of the first rows: titles, notes and merged cells stand above them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_high

from custintel.sheets.source import Merge

Cells = Sequence[str | None]

ROWS_SEARCHED = 30
ROWS_COMPARED = 200
"""Rows whose cells are compared with a candidate's."""

_NUMBER = re.compile(
    r"[-+(]?\s*(?:[$€£]|R\$|US\$|COP|USD|EUR|MXN|S/)?\s*[-+]?\d[\d.,' \u00a0]*(?:[eE][-+]?\d+)?\s*(?:%|€|\$)?\)?"
)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d.*)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PHONE = re.compile(r"[+(]?\d[\d\s()./-]{5,}\d")
_ADDRESSED = re.compile(r"\S+@\S+\.\S+|(?:https?://|www\.)\S+", re.IGNORECASE)
_BOOLEAN = frozenset({"true", "false", "verdadero", "falso"})
# questions of a form are headers too
_LONGEST_LABEL = 300
_WORDS_AROUND_AN_ADDRESS = 2
_PENALTY_PER_ROW = 0.1
_HIGHEST_GROUPS = 3


@dataclass(frozen=True)
class HeaderRows:
    """The rows that hold the headers, 0-based and inclusive, in the rows searched."""

    first: int
    last: int


def is_blank(cell: str | None) -> bool:
    """Whether nothing can be seen in a cell."""
    return cell is None or not cell.strip()


def is_value(cell: str) -> bool:
    """Whether a cell holds a number, date, address of the internet or telephone: what headers are not."""
    text = cell.strip()
    return bool(
        _NUMBER.fullmatch(text)
        or _DATE.fullmatch(text)
        or _PHONE.fullmatch(text)
        or (_ADDRESSED.search(text) and len(text.split()) <= _WORDS_AROUND_AN_ADDRESS)
        or text.lower() in _BOOLEAN
        or len(text) > _LONGEST_LABEL
        or not any(char.isalnum() or char == "#" for char in text)
    )


def is_number(cell: str) -> bool:
    """Whether a cell holds an amount, with or without a currency or a percent sign."""
    return bool(_NUMBER.fullmatch(cell.strip())) or cell.strip() in {"-", "–"}


def folded(text: str) -> str:
    """Letters and digits only, lower case, without accents: how header texts are compared."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


def usual_width(rows: Sequence[Cells]) -> int:
    """How many cells a row of the table has filled, titles and notes left out; 1 for a table of one column."""
    filled = [n for n in (sum(not is_blank(cell) for cell in row) for row in rows) if n]
    several = [n for n in filled if n > 1]
    if len(several) * 2 <= len(filled) and len(several) < 3:
        return 1
    return median_high(several)


def find_header(rows: Sequence[Cells], merges: Sequence[Merge] = (), known: Collection[str] = ()) -> HeaderRows | None:
    """The header rows of a table.

    A row is a candidate when it is about as wide as the table and its cells are labels. Candidates are compared by how
    many cells are filled, distinct, over values of another kind, and known header words, and the higher row wins a tie.
    Rows of groups above ("Envío" over "Calle", "Ciudad") and of details below belong to the headers.

    Args:
        rows: the first rows of the sheet, more than :data:`ROWS_SEARCHED` where there are.
        merges: merged blocks, with columns counted from the first column of ``rows``.
        known: header words, folded as by :func:`folded`.

    Returns:
        ``None`` when the table begins with data.
    """
    width = usual_width(rows[:ROWS_COMPARED])
    best, best_score, seen = None, 0.0, 0
    for number, row in enumerate(rows[:ROWS_SEARCHED]):
        filled = [i for i, cell in enumerate(row) if not is_blank(cell)]
        if not filled:
            continue
        below = rows[number + 1 : number + 1 + ROWS_COMPARED]
        labels = [i for i in filled if _is_label(row, i, below)]
        if len(filled) - len(labels) > 0.25 * len(filled):
            if (len(filled) >= 0.8 * width and len(filled) > 1) or width == 1:
                break
        elif len(labels) >= max(min(2, width), 0.5 * width):
            score = _score(row, labels, below, width, known) - _PENALTY_PER_ROW * seen
            if score > best_score:
                best, best_score = number, score
        seen += 1
    if best is None or _is_data(rows, best, known):
        return None
    return _with_details(rows, _with_groups(rows, best, merges), merges)


def _is_label(row: Cells, column: int, below: Sequence[Cells]) -> bool:
    """Whether a cell could name its column; a year can, above anything but years."""
    cell = (row[column] or "").strip()
    if _YEAR.fullmatch(cell):
        under = [other for line in below[:20] if not is_blank(other := line[column])]
        return bool(under) and not any(_YEAR.fullmatch(other.strip()) for other in under if other)
    return not is_value(cell) and not cell.endswith(":")


def _score(row: Cells, labels: Sequence[int], below: Sequence[Cells], width: int, known: Collection[str]) -> float:
    """How much a candidate looks like headers; being filled weighs most, since titles and groups have gaps."""
    texts = [folded(row[i] or "") for i in labels]
    distinct = len(set(texts)) / len(texts)
    fill = min(1.0, len(labels) / width)
    contrast = sum(_stands_over_values(i, below) for i in labels) / width
    familiar = sum(text in known for text in texts) / len(texts) if known else 0.0
    values = 1 - len(labels) / sum(not is_blank(cell) for cell in row)
    return 2 * fill + 0.5 * distinct + contrast + 2 * familiar - 2 * values


def _stands_over_values(column: int, below: Sequence[Cells]) -> bool:
    under = [cell for line in below[:20] if not is_blank(cell := line[column])]
    return sum(is_value(cell) for cell in under if cell) > 0.5 * len(under)


def _is_data(rows: Sequence[Cells], number: int, known: Collection[str]) -> bool:
    """Whether the cells of a candidate come again below it, as data do and headers do not."""
    row = rows[number]
    filled = [i for i, cell in enumerate(row) if not is_blank(cell)]
    if any(folded(row[i] or "") in known for i in filled):
        return False
    below = [line for line in rows[number + 1 :] if list(line) != list(row)]
    if any(_stands_over_values(i, below) for i in filled):
        return False
    again = sum(any(line[i] == row[i] for line in below) for i in filled)
    return again * 3 >= len(filled) and len(filled) > 1


def _with_groups(rows: Sequence[Cells], number: int, merges: Sequence[Merge]) -> HeaderRows:
    """Add the rows directly above whose cells each name a group of columns."""
    first = number
    width = sum(not is_blank(cell) for cell in rows[number])
    while first > 0 and number - first < _HIGHEST_GROUPS and _names_groups(rows, first - 1, width, merges):
        first -= 1
    return HeaderRows(first, number)


def _names_groups(rows: Sequence[Cells], number: int, width: int, merges: Sequence[Merge]) -> bool:
    row, under = rows[number], rows[number + 1]
    filled = [i for i, cell in enumerate(row) if not is_blank(cell)]
    if not filled or any(is_value(row[i] or "") for i in filled):
        return False
    spans = [m for m in merges if m.top - 1 <= number <= m.bottom - 1]
    if spans:
        across = any(2 <= m.right - m.left + 1 < 0.9 * width for m in spans)
        down = any(m.bottom - 1 > number for m in spans) and len(filled) > 1
        return across or down
    followed = sum(_opens_group(row, under, i) for i in filled)
    return len(filled) > 1 and followed > 0.5 * len(filled)


def _with_details(rows: Sequence[Cells], header: HeaderRows, merges: Sequence[Merge]) -> HeaderRows:
    """Add the row below when it only details some of the headers: "Teléfono", "Correo" under "Contacto"."""
    last = header.last
    if last + 2 >= len(rows):
        return header
    row, under, after = rows[last], rows[last + 1], rows[last + 2]
    filled = [i for i, cell in enumerate(under) if not is_blank(cell)]
    if not filled or any(is_value(under[i] or "") for i in filled):
        return header
    fills_gaps = any(is_blank(row[i]) for i in filled)
    leaves_gaps = any(not is_blank(cell) and is_blank(under[i]) for i, cell in enumerate(row))
    details = all(is_blank(row[i]) or _opens_group(row, under, i) for i in filled)
    wider_after = sum(not is_blank(cell) for cell in after) > len(filled)
    spanned = any(m.top - 1 <= last <= m.bottom - 1 for m in merges)
    typed_after = any(not is_blank(cell) and is_value(cell or "") for cell in after)
    if fills_gaps and leaves_gaps and details and wider_after and (spanned or typed_after):
        return HeaderRows(header.first, last + 1)
    return header


def _opens_group(row: Cells, under: Cells, column: int) -> bool:
    """Whether the next column has no name of its own but a detail below."""
    return column + 1 < len(row) and is_blank(row[column + 1]) and not is_blank(under[column + 1])


def join_headers(rows: Sequence[Cells], header: HeaderRows, merges: Sequence[Merge]) -> list[str]:
    """One text per column, levels joined by " > ", empty where a column has no header.

    A level above the last that says one thing over most columns tells nothing apart and is left out.
    """
    lines = [list(rows[number]) for number in range(header.first, header.last + 1)]
    inside = [m for m in merges if header.first <= m.top - 1 <= header.last]
    for merge in inside:
        text = rows[merge.top - 1][merge.left - 1] if merge.left - 1 < len(rows[0]) else None
        for number in range(merge.top - 1, min(merge.bottom - 1, header.last) + 1):
            for column in range(merge.left - 1, min(merge.right, len(rows[0]))):
                lines[number - header.first][column] = text
    if not inside:
        for line, under in pairwise(lines):
            _fill_rightwards(line, under)
    levels = [[" ".join((cell or "").replace("\ufeff", "").split()) for cell in line] for line in lines]
    for level, deeper in pairwise(levels):
        said = Counter(text for text, below in zip(level, deeper, strict=True) if text and below and text != below)
        if len(said) == 1 and said.total() * 2 > len(level):
            level[:] = ["" if text in said else text for text in level]
    return [" > ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*levels, strict=True)]


def _fill_rightwards(line: list[str | None], under: Cells) -> None:
    """A group's name stands over the columns to its right until the next name."""
    current: str | None = None
    for column, cell in enumerate(line):
        if not is_blank(cell):
            current = None if is_blank(under[column]) else cell
        elif current and not is_blank(under[column]):
            line[column] = current
