"""Text files: the delimiter by evidence, the cells by Polars, and by the csv module where quotes are irregular."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from math import log2

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import N_, _
from custintel.sheets.encoding import decode
from custintel.sheets.source import SKIPPED_SCHEMA, Grid, Note

DELIMITERS = (";", ",", "\t", "|")
NO_DELIMITER = "\x1f"
"""Separates nothing: the file is one column."""

RAGGED = N_("{count} rows have more fields than the table has columns, so they were set aside (first ones: {rows}).")
SHORT = N_("{count} rows have fewer fields than the others, so their last columns are empty (first ones: {rows}).")
WIDER = N_("Rows have more fields than the headers: the extra ones were read as columns without a name.")

_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SEP_LINE = re.compile(r"(?i:sep)=([;,\t|:^~!*#&])\r?\n")
_SAMPLE_CHARS = 200_000
_SAMPLE_ROWS = 300
# when more rows than this are longer than the others, it is the table that is wider, and no row is at fault
_RAGGED_SHARE = 0.05
_AGREEING_SHARE = 0.5
_EXTRA_COLUMNS = 64
_LONGEST_FIELD = 2**31 - 1
_ROWS_NAMED = 5
# characters; longer files with quotes are not searched for short rows, which would take as long as reading them
_LONGEST_SEARCHED = 20_000_000


def read_delimited(data: bytes, source: str) -> Grid:
    """Lay the bytes of a text file out as a grid.

    Rows are numbered as a spreadsheet program numbers them: a line break inside quotes does not start a row, and a
    first line such as ``sep=;`` is not a row.

    Args:
        data: the whole file.
        source: file name for error messages.

    Raises:
        CustintelError: the file holds NUL bytes, or a quote opens and never closes.
    """
    text, _encoding, notes = decode(data)
    text = text.removeprefix("\ufeff")
    _refuse_nul(text, source)
    if "\r" in text and "\n" not in text:
        text = text.replace("\r", "\n")
    delimiter, text = _declared(text)
    sample = _sample(text)
    delimiter = delimiter or sniff_delimiter(sample)
    usual, width = _widths(sample, delimiter)
    frame = _cells(text, delimiter, width, source)
    _refuse_swallowed_lines(frame, delimiter, usual, source)
    return _without_ragged(frame, width, delimiter, (*notes, *_short_rows(text, delimiter, usual)))


def _declared(text: str) -> tuple[str, str]:
    """The delimiter of a first line such as ``sep=;``, empty when there is none, and the text without that line."""
    match = _SEP_LINE.match(text)
    return (match.group(1), text[match.end() :]) if match else ("", text)


def sniff_delimiter(sample: str) -> str:
    """The delimiter under which lines agree best on their number of fields, more fields weighing more."""
    lines = [line for line in _QUOTED.sub("", sample).splitlines() if line.strip()][:_SAMPLE_ROWS]
    best, best_score = NO_DELIMITER, 0.0
    for delimiter in DELIMITERS:
        widths = Counter(line.count(delimiter) + 1 for line in lines)
        width, agreeing = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
        share = agreeing / max(1, len(lines))
        score = share**2 * log2(width)
        if share >= _AGREEING_SHARE and score > best_score:
            best, best_score = delimiter, score
    return best


def _sample(text: str) -> str:
    """The first rows of the file, whole lines unless there is but one."""
    if len(text) <= _SAMPLE_CHARS:
        return text
    head = text[:_SAMPLE_CHARS]
    return head[: head.rfind("\n") + 1] or head


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """At most :data:`_SAMPLE_ROWS` rows of ``text``."""
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for _number, row in zip(range(_SAMPLE_ROWS), reader, strict=False):
        yield row


def _widths(sample: str, delimiter: str) -> tuple[int, int]:
    """How many fields most rows have, and how many columns the table has: the widest rows that are not exceptions."""
    widths = Counter(len(row) for row in _rows(sample, delimiter) if row)
    if not widths:
        return 1, 1
    common = [width for width, n in widths.items() if n > _RAGGED_SHARE * widths.total()]
    usual = widths.most_common(1)[0][0]
    return usual, max([usual, *common])


def _cells(text: str, delimiter: str, width: int, source: str) -> pl.DataFrame:
    """Every row of the file; columns after ``width`` hold what ragged rows have too many."""
    data = text.encode("utf-8", "replace")
    try:
        return _by_polars(data, delimiter, width)
    except pl.exceptions.PolarsError:
        longest = max(line.count(delimiter.encode()) for line in data.split(b"\n")) + 1
    if width < longest <= width + _EXTRA_COLUMNS:
        try:
            return _by_polars(data, delimiter, longest)
        except pl.exceptions.PolarsError:
            pass
    return _by_csv(text, delimiter, width, source)


def _by_polars(data: bytes, delimiter: str, width: int) -> pl.DataFrame:
    """The fast way. A header line of our own fixes the width, and keeps Polars from dropping blank rows."""
    names = [f"column_{i}" for i in range(width)]
    if not data.strip(b"\r\n"):
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return pl.read_csv(
        delimiter.join(names).encode() + b"\n" + data,
        separator=delimiter,
        infer_schema=False,
        glob=False,
        raise_if_empty=False,
    )


def _by_csv(text: str, delimiter: str, width: int, source: str) -> pl.DataFrame:
    """The slow way, for files whose quotes Polars refuses: ``"Bar" Pepe`` is read as a spreadsheet program reads it."""
    csv.field_size_limit(_LONGEST_FIELD)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[list[str]] = []
    starts_at = 1
    for row in reader:
        rows.append(row)
        last_starts_at, starts_at = starts_at, reader.line_num + 1
    if rows:
        _refuse_unclosed(text, delimiter, last_starts_at, len(rows), source)
    longest = max((len(row) for row in rows), default=0)
    columns = max(width, min(longest, width + _EXTRA_COLUMNS))
    padded = [
        [*row, *[None] * (columns - len(row))]
        if len(row) <= columns
        else [*row[: columns - 1], delimiter.join(row[columns - 1 :])]
        for row in rows
    ]
    schema = {f"column_{i}": pl.String for i in range(columns)}
    frame = pl.DataFrame(padded, schema=schema, orient="row")
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _refuse_nul(text: str, source: str) -> None:
    at = text.find("\0")
    if at >= 0:
        line = text.count("\n", 0, at) + 1
        raise CustintelError(
            _("{file} is damaged, or is not a text file.").format(file=source),
            where=_("{file}, line {line}").format(file=source, line=line),
            seen=_("a NUL character, which text files never hold"),
            hint=_("Export the file again from the program it comes from."),
        )


def _refuse_unclosed(text: str, delimiter: str, line: int, row: int, source: str) -> None:
    """Read the last row again, strictly: an end inside quotes is the trace of a quote that never closes."""
    last = "".join(text.splitlines(keepends=True)[line - 1 :])
    try:
        list(csv.reader(io.StringIO(last, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise _open_quote(source, row, line, last) from None


def _refuse_swallowed_lines(frame: pl.DataFrame, delimiter: str, width: int, source: str) -> None:
    """Refuse a cell that holds two whole rows or more: a quote opened there and closed at the next quote."""
    if width < 3:
        return
    line = rf"[^\n{_escaped(delimiter)}]*(?:{_escaped(delimiter)}[^\n{_escaped(delimiter)}]*){{{width - 1}}}"
    pattern = rf"\n{line}\n{line}(?:\n|$)"
    for name in frame.columns:
        cells = frame[name]
        if not cells.str.contains("\n", literal=True).any():
            continue
        suspects = cells.str.contains(pattern).fill_null(False).arg_true()
        if len(suspects):
            row = suspects[0] + 1
            raise _open_quote(source, row, 0, cells[suspects[0]] or "")


def _open_quote(source: str, row: int, line: int, text: str) -> CustintelError:
    where = (
        _("{file}, line {line}").format(file=source, line=line)
        if line
        else _("{file}, row {row}").format(file=source, row=row)
    )
    return CustintelError(
        _("A quotation mark opens in {file} and does not close, so whole rows would be read as one cell.").format(
            file=source
        ),
        where=where,
        seen=text[:80].replace("\n", " ⏎ "),
        hint=_("Open the file in a text editor, close or remove that quotation mark, and try again."),
    )


def _escaped(delimiter: str) -> str:
    return "\\" + delimiter if delimiter == "|" else delimiter


def _short_rows(text: str, delimiter: str, width: int) -> tuple[Note, ...]:
    """Report rows that end too early, often because a line break cut them in two."""
    if width < 2 or (len(text) > _LONGEST_SEARCHED and '"' in text):
        return ()
    fields = _QUOTED.sub("", text) if '"' in text else text
    if fields.count(delimiter) == (width - 1) * (fields.count("\n") + (not fields.endswith("\n"))):
        return ()
    lines = enumerate(fields.split("\n"), 1)
    short = [number for number, line in lines if 0 < line.count(delimiter) < width - 1]
    if not short:
        return ()
    named = ", ".join(map(str, short[:_ROWS_NAMED]))
    return (Note("short_rows", SHORT, {"count": len(short), "rows": named}),)


def _without_ragged(frame: pl.DataFrame, width: int, delimiter: str, notes: tuple[Note, ...]) -> Grid:
    """Number the rows and set aside those with more filled fields than the table has columns."""
    frame = frame.with_row_index("row", offset=1)
    extra = frame.columns[width + 1 :]
    filled = [name for name in extra if (frame[name].str.strip_chars() != "").any()]
    frame = frame.drop([name for name in extra if name not in filled])
    if not filled:
        return Grid(frame, notes=notes)
    too_long = pl.any_horizontal(pl.col(name).str.strip_chars() != "" for name in filled).fill_null(False)
    ragged = frame.filter(too_long)
    if ragged.height > max(1, _RAGGED_SHARE * frame.height):
        return Grid(frame, notes=(*notes, Note("wider_than_headers", WIDER)))
    cells = [name for name in frame.columns if name != "row"]
    skipped = ragged.select(
        "row",
        pl.lit("ragged").alias("reason"),
        pl.concat_str(cells, separator=delimiter, ignore_nulls=True).alias("text"),
    )
    named = ", ".join(str(row) for row in skipped["row"].head(_ROWS_NAMED))
    note = Note("ragged", RAGGED, {"count": skipped.height, "rows": named})
    kept = frame.filter(~too_long).drop(filled)
    return Grid(kept, skipped=skipped.match_to_schema(SKIPPED_SCHEMA), notes=(*notes, note))
