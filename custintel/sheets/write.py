"""Workbooks and CSV files that open well in Excel and can do no harm there.

Openpyxl makes the workbook and everything around the cells (``workbook_look``). The cells are ours
(``workbook_cells``): text, number, truth value or date and nothing else, so that no text can become a formula, a link
or an error value. That is also some nine times faster.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.sheets.cell_text import harmless, starts_like_a_formula
from custintel.sheets.output_file import CREATOR, replacing
from custintel.sheets.workbook_cells import sheet_data
from custintel.sheets.workbook_look import Layout, prepare
from custintel.sheets.workbook_page import (
    Chart,
    Page,
    Part,
    labels_of,
    money_format,
    parts_of,
    sentences_page,
    table_page,
)

__all__ = ["Chart", "Page", "labels_of", "money_format", "sentences_page", "table_page", "write_csv", "write_workbook"]

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_LIST_SEPARATORS = {"es": (";", True), "en": (",", False)}
_E164 = r"\A\+[0-9]{6,15}\z"
_TRUTH = {"es": ("sí", "no"), "en": ("yes", "no")}


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
    parts = [part for page in pages for part in parts_of(page, taken)]
    with replacing(path, never) as temporary, zipfile.ZipFile(temporary, "w") as target:
        _fill(parts, target)


def _fill(parts: Sequence[Part], target: zipfile.ZipFile) -> None:
    """Make the workbook around the cells, and copy it into ``target`` with the cells in their places."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = CREATOR
    sheets: dict[str, tuple[Part, Layout]] = {}
    for part in parts:
        sheet = book.create_sheet(part.title)
        sheets[f"xl/worksheets/sheet{len(sheets) + 1}.xml"] = part, prepare(sheet, part)
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
                    for piece in sheet_data(*sheets[name]):
                        file.write(piece.encode())
                    file.write(after)
                else:
                    file.write(re.sub(rb"<dcterms:(created|modified).*?</dcterms:\1>", b"", content))


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
    formula. Telephone numbers in E.164 form (``+573001234567``: a plus and 6 to 15 digits, nothing else) run nothing
    and stay as they are, since the tools that send messages import them from this file; numbers are not touched
    either. Truth values become yes and no. Excel drops the plus and the leading zeros of what looks like a number: a
    workbook keeps them.

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
    with replacing(path, never) as temporary, temporary.open("wb") as file:
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
    text = harmless(column)
    runs = starts_like_a_formula(pl.lit(text)) & ~pl.lit(text).str.contains(_E164)
    apostrophe = pl.when(runs).then(pl.lit("'")).otherwise(pl.lit(""))
    return pl.select((apostrophe + text).alias(column.name)).to_series()


def _as_clock(spans: pl.Series) -> pl.Series:
    """Spans of time as ``30:00:00``, hours first, which Excel reads as such."""
    seconds = pl.lit(spans).dt.total_seconds()
    parts = (seconds // 3600, seconds // 60 % 60, seconds % 60)
    return pl.select(pl.format("{}:{}:{}", *(part.cast(pl.String).str.zfill(2) for part in parts))).to_series()
