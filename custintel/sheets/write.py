"""Workbooks and CSV files that open well in Excel and can do no harm there.

Openpyxl makes the workbook and everything around the cells. The cells are written here, as text, number, truth value or
date and as nothing else, so that no text can become a formula, a link or an error value. That is also some nine times
faster.
"""

from __future__ import annotations

import contextlib
import errno
import io
import math
import os
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
_NAME_LENGTH = 31
_CHUNK = 20_000
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_LIST_SEPARATORS = {"es": (";", True), "en": (",", False)}
_TRUTH = {"es": ("sí", "no"), "en": ("yes", "no")}
LONGEST_TEXT = 32_767
"""UTF-16 units that a cell of Excel can hold."""

_ESCAPE_SEQUENCES = (
    r"(?:\x1b\[|\x{9b})[0-?]*[ -/]*[@-~]|"
    r"\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|"
    r"\x1b[ -/]*[0-~]?"
)
_FORBIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{fffe}\x{ffff}]"
_LINE_ENDS = r"\r\n?"
_STARTS_LIKE_A_FORMULA = r"^[\s\x{feff}]*[=+\-@＝＋－＠]|^[\t\r\n]"
_MOST_DIGITS = 10**15
_DAY = 86_400_000_000
_EPOCH = 25_569
"""The day 1970-01-01 as Excel counts days."""
_FIRST_DAY = 61
"""The first of March 1900: before it Excel counts a day that never was."""
_WIDEST, _NARROWEST, _WIDEST_HEADER = 50, 9, 24
_LINE = 15
"""Height of a line of text, in points."""
_MEASURED = 2_000
_HEADER_FILL, _HEADER_FONT, _MARK_FILL = "FF1F3A5F", "FFFFFFFF", "FFFFF2CC"


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook: a table with its headers on row 1, so that it can be filtered and read back.

    Attributes:
        title: of the sheet; made a legal one when it is not.
        frame: the rows. Too many for one sheet continue on further ones.
        headers: what to write over a column instead of its name.
        widths: of columns, in characters; by default as their content needs.
        formats: Excel number formats of columns.
        comments: notes on cells, by row of ``frame`` (from 0) and column name.
        highlights: cells to colour, likewise.
        freeze: keep the header in sight.
        autofilter: offer filters on the header.
    """

    title: str
    frame: pl.DataFrame
    headers: Mapping[str, str] = field(default_factory=dict)
    widths: Mapping[str, float] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[tuple[int, str], str] = field(default_factory=dict)
    highlights: Collection[tuple[int, str]] = ()
    freeze: bool = True
    autofilter: bool = True


def write_workbook(path: Path, pages: Sequence[Page], *, never: Collection[Path] = ()) -> None:
    """Write an xlsx workbook, whole or not at all. The same pages give the same bytes.

    Text stays text whatever it looks like; whole numbers of more than 15 digits and dates before March 1900 become
    text, since Excel would change them. Control characters, terminal escapes and direction overrides are left out; text
    too long for a cell is cut, with a note.

    Args:
        path: ends in ``.xlsx``; an existing file is replaced.
        pages: one or more.
        never: files that must not be replaced, whatever ``path`` says: the inputs.

    Raises:
        CustintelError: the file is open in Excel, is one of ``never``, has another ending, or the disk cannot take it.
    """
    if path.suffix.lower() != ".xlsx":
        hint = _("Choose a name that ends in .xlsx.")
        raise CustintelError(_("Excel would not open a workbook of this name."), where=str(path), hint=hint)
    taken: set[str] = set()
    parts = [part for page in pages for part in _parts(page, taken)]
    with _replacing(path, never) as temporary, zipfile.ZipFile(temporary, "w") as target:
        _fill(parts, target)


def write_csv(
    path: Path,
    frame: pl.DataFrame,
    *,
    language: str,
    headers: Mapping[str, str] | None = None,
    never: Collection[Path] = (),
) -> None:
    """Write a CSV file as the Excel of ``language`` opens it: UTF-8 with BOM; for Spanish ``;`` and decimal comma.

    Text that starts with ``= + - @``, a tab or a line end gets an apostrophe before it, or Excel would run it as a
    formula; numbers are not touched. Truth values become yes and no. Excel drops the leading zeros of what looks like a
    number: a workbook keeps them.

    Args:
        path: an existing file is replaced.
        frame: what to write.
        language: ``es`` or ``en``.
        headers: what to write over a column instead of its name.
        never: files that must not be replaced.

    Raises:
        CustintelError: as :func:`write_workbook`.
    """
    separator, decimal_comma = _LIST_SEPARATORS[language]
    columns = [_csv_column(frame[name], language) for name in frame.columns]
    names = pl.Series([(headers or {}).get(name, name) for name in frame.columns], dtype=pl.String)
    head = pl.DataFrame([_csv_column(names, language).alias("name")]).transpose()
    with _replacing(path, never) as temporary, temporary.open("wb") as file:
        file.write("\ufeff".encode())
        for block in (head, pl.DataFrame(columns)):
            if block.width:
                block.write_csv(
                    file,
                    include_header=False,
                    separator=separator,
                    decimal_comma=decimal_comma,
                    line_terminator="\r\n",
                    datetime_format="%Y-%m-%d %H:%M:%S",
                    time_format="%H:%M:%S",
                )


def _csv_column(column: pl.Series, language: str) -> pl.Series:
    dtype = column.dtype
    if dtype == pl.Boolean:
        yes, no = _TRUTH[language]
        truth = pl.lit(column)
        return pl.select(pl.when(truth).then(pl.lit(yes)).when(~truth).then(pl.lit(no)).alias(column.name)).to_series()
    if dtype.is_float():
        return pl.select(pl.when(pl.lit(column).is_finite()).then(column).alias(column.name)).to_series()
    if dtype == pl.Duration:
        column = _as_clock(column)
    elif dtype.is_numeric() or dtype.is_temporal():
        return column
    text = _harmless(column)
    apostrophe = pl.when(_starts_like_a_formula(pl.lit(text))).then(pl.lit("'")).otherwise(pl.lit(""))
    return pl.select((apostrophe + text).alias(column.name)).to_series()


def _as_clock(spans: pl.Series) -> pl.Series:
    """Spans of time as ``30:00:00``, hours first, which Excel reads as such."""
    seconds = pl.lit(spans).dt.total_seconds()
    parts = (seconds // 3600, seconds // 60 % 60, seconds % 60)
    return pl.select(pl.format("{}:{}:{}", *(part.cast(pl.String).str.zfill(2) for part in parts))).to_series()


def _parts(page: Page, taken: set[str]) -> Iterator[_Part]:
    if page.frame.width > MOST_COLUMNS:
        raise CustintelError(
            _("A sheet of Excel holds at most {n} columns.").format(n=MOST_COLUMNS),
            where=page.title,
            seen=str(page.frame.width),
        )
    room = MOST_ROWS - 1
    for start in range(0, max(page.frame.height, 1), room):
        yield _Part(_sheet_name(page.title, taken), page, start, page.frame.slice(start, room))


def _sheet_name(title: str, taken: set[str]) -> str:
    """``title`` as Excel allows it, unlike every name in ``taken`` (to which it is added, in lower case)."""
    clean = _harmless(pl.Series([title])).item() or ""
    name = " ".join(re.sub(r"[\[\]:*?/\\]", " ", clean).split()).strip("' ") or _("Sheet")
    number, suffix = 1, "_" if name.lower() == "history" else ""
    while True:
        found = _shortened(name, _NAME_LENGTH - len(suffix)).rstrip("' ") + suffix
        if found.lower() not in taken:
            taken.add(found.lower())
            return found
        number += 1
        suffix = f" ({number})"


def _shortened(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")


def _fill(parts: Sequence[_Part], target: zipfile.ZipFile) -> None:
    """Make the workbook around the cells, and copy it into ``target`` with the cells in their places."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = "custintel"
    sheets: dict[str, tuple[_Part, _Layout]] = {}
    for part in parts:
        sheet = book.create_sheet(part.title)
        sheets[f"xl/worksheets/sheet{len(sheets) + 1}.xml"] = part, _prepare(sheet, part)
    shell = io.BytesIO()
    book.save(shell)
    with zipfile.ZipFile(shell) as source:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            content = source.read(name)
            with target.open(entry, "w", force_zip64=True) as file:
                if name in sheets:
                    before, _cells, after = re.split(
                        rb"(<sheetData\s*/>|<sheetData>.*</sheetData>)", content, flags=re.DOTALL
                    )
                    file.write(before)
                    for piece in _sheet_data(*sheets[name]):
                        file.write(piece.encode())
                    file.write(after)
                else:
                    file.write(re.sub(rb"<dcterms:(created|modified).*?</dcterms:\1>", b"", content))


def _sheet_data(part: _Part, layout: _Layout) -> Iterator[str]:
    head = pl.DataFrame(
        [pl.Series(name, [label]) for name, label in zip(part.frame.columns, part.headers, strict=True)]
    )
    header = _rows_xml(head, dict.fromkeys(head.columns, layout.header), layout.letters, 1, {}) if head.width else ""
    yield "<sheetData>"
    yield header.replace("<row ", f'<row ht="{layout.header_height}" customHeight="1" ', 1)
    marked: dict[str, list[int]] = {}
    for row, name in part.rows_of(part.page.highlights):
        marked.setdefault(name, []).append(row)
    for start in range(0, part.frame.height if head.width else 0, _CHUNK):
        chunk = part.frame.slice(start, _CHUNK)
        here = {name: [row - start for row in rows if start <= row < start + _CHUNK] for name, rows in marked.items()}
        yield _rows_xml(chunk, layout.looks, layout.letters, start + 2, here)
    yield "</sheetData>"


@contextlib.contextmanager
def _replacing(path: Path, never: Collection[Path]) -> Iterator[Path]:
    """A file to write to that takes the place of ``path`` when the block ends well, and is gone when it does not."""
    if path.resolve() in {other.resolve() for other in never}:
        hint = _("Choose another name: files that were read are never changed.")
        raise CustintelError(_("This would overwrite a file that is being read."), where=str(path), hint=hint)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        yield temporary
        os.replace(temporary, path)
    except (OSError, pl.exceptions.ComputeError) as error:
        number = re.search(r"\(os error (\d+)\)", str(error))
        # The fourth argument is what Windows calls an error; there, its errno is found by it.
        reason = OSError(int(number[1]), "", "", int(number[1])).errno if number else getattr(error, "errno", None)
        if reason is None:
            raise
        raise _explanation(path, reason) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _explanation(path: Path, reason: int) -> CustintelError:
    """What to say when the operating system refuses to write ``path`` for ``reason``, an ``errno``."""
    where = str(path)
    if reason in (errno.ENOSPC, errno.EDQUOT):
        return CustintelError(_("The disk is full."), where=where, hint=_("Free some space, or choose another folder."))
    if reason == errno.ENOENT:
        return CustintelError(
            _("There is no such folder."), where=str(path.parent), hint=_("Make it, or choose another.")
        )
    if reason in (errno.EACCES, errno.EPERM, errno.EROFS):
        message = _("This file cannot be written: it may be open in another program.")
        return CustintelError(message, where=where, hint=_("Close it in Excel, or choose another name."))
    hint = _("Choose another name or folder.")
    return CustintelError(_("This file cannot be written."), where=where, seen=os.strerror(reason), hint=hint)


@dataclass(frozen=True)
class _Part:
    """The rows of a page that stand on one sheet, of which ``start`` is the number in the page."""

    title: str
    page: Page
    start: int
    frame: pl.DataFrame

    @property
    def headers(self) -> list[str]:
        """What stands on row 1."""
        labels = [self.page.headers.get(name, name) for name in self.frame.columns]
        return _harmless(pl.Series(labels, dtype=pl.String)).fill_null("").to_list()

    def rows_of(self, cells: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Those of ``cells`` that stand on this sheet, with the row counted from its first one."""
        for row, name in cells:
            if 0 <= row - self.start < self.frame.height:
                yield row - self.start, name


@dataclass(frozen=True)
class _Layout:
    """How the cells of a sheet look.

    Attributes:
        letters: the names of the columns in Excel.
        header: the styles of row 1.
        looks: the styles of every column.
        header_height: in points.
    """

    letters: list[str]
    header: _Look
    looks: dict[str, _Look]
    header_height: int


def _prepare(sheet: Any, part: _Part) -> _Layout:
    """Set up everything of the openpyxl ``sheet`` but its cells: widths, filters, notes, styles."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    columns = part.frame.columns
    letters = [get_column_letter(number) for number in range(1, len(columns) + 1)]
    lines = 1
    for name, letter, header in zip(columns, letters, part.headers, strict=True):
        width = part.page.widths.get(name) or _width(part.frame[name], header)
        sheet.column_dimensions[letter].width = width
        lines = max(lines, math.ceil((len(header) + 3) / width))
    if columns:
        sheet.cell(part.frame.height + 1, len(columns))
        if part.page.autofilter:
            sheet.auto_filter.ref = f"A1:{letters[-1]}{part.frame.height + 1}"
    if part.page.freeze:
        sheet.freeze_panes = "A2"
    _annotate(sheet, part)
    fill = PatternFill("solid", fgColor=_HEADER_FILL)
    font = Font(name="Calibri", size=11, bold=True, color=_HEADER_FONT)
    header_style = {"fill": fill, "font": font, "alignment": Alignment(vertical="center", wrap_text=True)}
    top = Alignment(vertical="top")
    looks = {name: _look(sheet, {"number_format": _number_format(part, name), "alignment": top}) for name in columns}
    return _Layout(letters, _look(sheet, header_style), looks, _LINE * min(lines, 4) + 4)


def _annotate(sheet: Any, part: _Part) -> None:
    """Put the notes on their cells, each box as high as its text."""
    from openpyxl.comments import Comment

    cells = list(part.rows_of(part.page.comments))
    notes = [part.page.comments[row + part.start, name] for row, name in cells]
    texts = _harmless(pl.Series(notes, dtype=pl.String)).fill_null("").to_list()
    for (row, name), text in zip(cells, texts, strict=True):
        lines = 1 + sum(1 + len(line) // 42 for line in text.split("\n"))
        comment = Comment(text, "custintel", height=min(20 * lines, 400), width=300)
        sheet.cell(row + 2, part.frame.columns.index(name) + 1).comment = comment


def _look(sheet: Any, style: Mapping[str, Any]) -> _Look:
    """Declare ``style`` in the workbook of ``sheet``: highlighted or not, for text like a formula or not."""
    from openpyxl.cell import Cell
    from openpyxl.styles import PatternFill

    numbers = []
    for highlighted in (False, True):
        for quoted in (False, True):
            cell = Cell(sheet, row=1, column=1)
            for attribute, value in style.items():
                setattr(cell, attribute, value)
            if highlighted:
                cell.fill = PatternFill("solid", fgColor=_MARK_FILL)
            cell.quotePrefix = quoted
            numbers.append(cell.style_id)
    return _Look(*numbers)


def _number_format(part: _Part, name: str) -> str:
    dtype = part.frame.schema[name]
    if name in part.page.formats:
        return part.page.formats[name]
    if dtype == pl.Date:
        return "yyyy-mm-dd"
    if dtype == pl.Datetime:
        return "yyyy-mm-dd hh:mm"
    if dtype == pl.Time:
        return "hh:mm:ss"
    if dtype == pl.Duration:
        return "[h]:mm:ss"
    if dtype.is_decimal():
        return "#,##0.00"
    return "General" if dtype.is_numeric() or dtype == pl.Boolean else "@"


def _width(column: pl.Series, header: str) -> int:
    """Characters that the content of a column and its header need, within reason."""
    sample = column.head(_MEASURED)
    if sample.dtype == pl.Datetime:
        longest = len("2000-01-01 00:00")
    elif sample.dtype == pl.Duration or sample.dtype == pl.Time:
        longest = len("00:00:00")
    else:
        lengths = _harmless(sample).str.split("\n").list.eval(pl.element().str.len_chars()).list.max()
        longest = int(lengths.max() or 0)  # type: ignore[arg-type]
    return min(max(longest + 2, min(len(header) + 3, _WIDEST_HEADER), _NARROWEST), _WIDEST)


@dataclass(frozen=True)
class _Look:
    """The style numbers of a column: plain, for text that starts like a formula, and both when highlighted."""

    plain: int
    quoted: int
    marked: int
    marked_quoted: int


def _starts_like_a_formula(text: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet could take ``text`` for a formula or a command when it meets it in a CSV file."""
    return text.str.contains(_STARTS_LIKE_A_FORMULA)


def _harmless(column: pl.Series) -> pl.Series:
    """The text of ``column`` without what no cell may hold: control characters, terminal escapes, direction overrides.

    Lines end in ``\\n``. Lists become ``a, b``; structs JSON; bytes that are not text, and empty text, null.
    """
    dtype = column.dtype
    if isinstance(dtype, pl.List | pl.Array):
        items = column if isinstance(dtype, pl.List) else column.arr.to_list()
        column = items.list.eval(pl.element().cast(pl.String)).list.join(", ", ignore_nulls=True)
    elif isinstance(dtype, pl.Struct):
        column = column.struct.json_encode()
    elif dtype != pl.String:
        column = column.cast(pl.String, strict=False)
    if column.str.contains(f"{_FORBIDDEN}|\r").any():
        column = (
            column.str.replace_all(_ESCAPE_SEQUENCES, "")
            .str.replace_all(_LINE_ENDS, "\n")
            .str.replace_all(_FORBIDDEN, "")
        )
    return pl.select(pl.when(pl.lit(column) != "").then(column)).to_series()


def _rows_xml(
    frame: pl.DataFrame,
    looks: Mapping[str, _Look],
    letters: Sequence[str],
    first_row: int,
    marked: Mapping[str, Sequence[int]],
) -> str:
    """The ``<row>`` elements of a worksheet.

    Args:
        frame: what to write.
        looks: the styles of every column of ``frame``.
        letters: their names in Excel ("A", "B"...).
        first_row: the number of the first row in Excel.
        marked: by column, the rows of ``frame`` (from 0) that are highlighted.
    """
    row = pl.int_range(first_row, first_row + frame.height, dtype=pl.Int64, eager=True).cast(pl.String)
    cells = [
        _cells(frame[name], row, letter, looks[name], marked.get(name, ()))
        for name, letter in zip(frame.columns, letters, strict=True)
    ]
    parts = [pl.lit('<row r="'), row, pl.lit('">'), *cells, pl.lit("</row>")]
    return "".join(pl.select(pl.concat_str(parts, ignore_nulls=True)).to_series())


def _cells(column: pl.Series, row: pl.Series, letter: str, look: _Look, marked: Sequence[int]) -> pl.Series:
    """One ``<c>`` element per row, null where the cell is empty."""
    numbers, texts = _numbers(column), _texts(column)
    kind = ' t="b"' if column.dtype == pl.Boolean else ""
    mark = (
        pl.Series([False], dtype=pl.Boolean).new_from_index(0, column.len()).scatter(list(marked), True)
        if marked
        else None
    )
    written = []
    if numbers is not None:
        style = _either(mark, look.plain, look.marked)
        written.append(pl.format(f'<c r="{letter}{{}}" s="{{}}"{kind}><v>{{}}</v></c>', row, style, numbers))
    if texts is not None:
        quoted = _starts_like_a_formula(pl.lit(texts))
        style = pl.when(quoted).then(_either(mark, look.quoted, look.marked_quoted))
        style = style.otherwise(_either(mark, look.plain, look.marked))
        inside = f'<c r="{letter}{{}}" s="{{}}" t="inlineStr"><is><t xml:space="preserve">{{}}</t></is></c>'
        written.append(pl.format(inside, row, style, _escaped(texts)))
    return pl.select(pl.coalesce(written) if written else pl.lit(None, pl.String)).to_series()


def _either(mark: pl.Series | None, plain: int, marked: int) -> pl.Expr:
    if mark is None:
        return pl.lit(str(plain))
    return pl.when(mark).then(pl.lit(str(marked))).otherwise(pl.lit(str(plain)))


def _numbers(column: pl.Series) -> pl.Series | None:
    """What of ``column`` Excel can hold as a number, date or truth value, as the file has it; ``None`` for text."""
    dtype, name = column.dtype, pl.lit(column)
    if dtype == pl.Boolean:
        return pl.select(name.cast(pl.Int8).cast(pl.String)).to_series()
    if dtype.is_numeric():
        fits = name.abs() < _MOST_DIGITS if not dtype.is_float() else name.is_finite()
        return pl.select(pl.when(fits).then(name.cast(pl.String))).to_series()
    if dtype == pl.Date:
        days = name.cast(pl.Int32) + _EPOCH
    elif dtype == pl.Datetime:
        local = name.dt.replace_time_zone(None)
        days = (local.dt.epoch("us") / _DAY + _EPOCH).round(9)
    elif dtype == pl.Time:
        return pl.select((name.cast(pl.Int64) / (_DAY * 1000)).round(9).cast(pl.String)).to_series()
    elif dtype == pl.Duration:
        return pl.select((name.dt.total_microseconds() / _DAY).round(9).cast(pl.String)).to_series()
    else:
        return None
    return pl.select(pl.when(days >= _FIRST_DAY).then(days.cast(pl.String))).to_series()


def _texts(column: pl.Series) -> pl.Series | None:
    """What of ``column`` is text to Excel, numbers of more digits and dates of more years than it can hold included."""
    dtype = column.dtype
    if dtype in (pl.Boolean, pl.Time, pl.Duration, pl.Null) or dtype.is_float():
        return None
    if dtype.is_numeric() or dtype.is_temporal():
        numbers = _numbers(column)
        if numbers is None or numbers.null_count() == column.null_count():
            return None
    return _fitting(_harmless(column))


def _fitting(texts: pl.Series) -> pl.Series:
    """``texts`` with those that a cell cannot hold cut, and the cut said."""
    long = texts.filter(texts.str.len_bytes() > LONGEST_TEXT).unique()
    if long.is_empty():
        return texts
    cut = {text: _cut(text) for text in long}
    return texts.replace(list(cut), list(cut.values()))


def _cut(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) // 2 <= LONGEST_TEXT:
        return text
    mark = _(" [cut: it has {n} characters]").format(n=len(text))
    room = LONGEST_TEXT - len(mark.encode("utf-16-le")) // 2
    return units[: room * 2].decode("utf-16-le", "ignore") + mark


def _escaped(texts: pl.Series) -> pl.Series:
    """``texts`` as XML. What looks like Excel's own escape (``_x0041_``) is escaped too, or Excel would decode it."""
    if texts.str.contains("[&<>]").any():
        texts = texts.str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])
    return texts.str.replace_all("_(x[0-9A-Fa-f]{4}_)", "_x005F_${1}")
