"""Workbooks and CSV files that open well in Excel and can do no harm there.

Openpyxl makes the workbook and everything around the cells. The cells are written in :mod:`custintel.sheets.cells`, as
text, number, truth value or date and as nothing else, so that no text can become a formula, a link or an error value.
That is also some nine times faster.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.sheets.cells import harmless, rows_xml, starts_like_a_formula
from custintel.sheets.layout import Layout, Page, Part, prepare

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
_NAME_LENGTH = 31
_CHUNK = 20_000
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_LIST_SEPARATORS = {"es": (";", True), "en": (",", False)}
_TRUTH = {"es": ("sí", "no"), "en": ("yes", "no")}


def write_workbook(path: Path, pages: Sequence[Page], *, never: Collection[Path] = ()) -> None:
    """Write an xlsx workbook, whole or not at all. The same pages give the same bytes.

    Text stays text whatever it looks like; whole numbers of more than 15 digits and dates before March 1900 become text,
    since Excel would change them. Control characters, terminal escapes and direction overrides are left out; text too
    long for a cell is cut, with a note.

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
    text = harmless(column)
    apostrophe = pl.when(starts_like_a_formula(pl.lit(text))).then(pl.lit("'")).otherwise(pl.lit(""))
    return pl.select((apostrophe + text).alias(column.name)).to_series()


def _as_clock(spans: pl.Series) -> pl.Series:
    """Spans of time as ``30:00:00``, hours first, which Excel reads as such."""
    seconds = pl.lit(spans).dt.total_seconds()
    parts = (seconds // 3600, seconds // 60 % 60, seconds % 60)
    return pl.select(pl.format("{}:{}:{}", *(part.cast(pl.String).str.zfill(2) for part in parts))).to_series()


def _parts(page: Page, taken: set[str]) -> Iterator[Part]:
    if page.frame.width > MOST_COLUMNS:
        raise CustintelError(
            _("A sheet of Excel holds at most {n} columns.").format(n=MOST_COLUMNS),
            where=page.title,
            seen=str(page.frame.width),
        )
    room = MOST_ROWS - 1
    for start in range(0, max(page.frame.height, 1), room):
        yield Part(_sheet_name(page.title, taken), page, start, page.frame.slice(start, room))


def _sheet_name(title: str, taken: set[str]) -> str:
    """``title`` as Excel allows it, unlike every name in ``taken`` (to which it is added, in lower case)."""
    clean = harmless(pl.Series([title])).item() or ""
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


def _fill(parts: Sequence[Part], target: zipfile.ZipFile) -> None:
    """Make the workbook around the cells, and copy it into ``target`` with the cells in their places."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = "custintel"
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
                    for piece in _sheet_data(*sheets[name]):
                        file.write(piece.encode())
                    file.write(after)
                else:
                    file.write(re.sub(rb"<dcterms:(created|modified).*?</dcterms:\1>", b"", content))


def _sheet_data(part: Part, layout: Layout) -> Iterator[str]:
    head = pl.DataFrame(
        [pl.Series(name, [label]) for name, label in zip(part.frame.columns, part.headers, strict=True)]
    )
    header = rows_xml(head, dict.fromkeys(head.columns, layout.header), layout.letters, 1, {}) if head.width else ""
    yield "<sheetData>"
    yield header.replace("<row ", f'<row ht="{layout.header_height}" customHeight="1" ', 1)
    marked: dict[str, list[int]] = {}
    for row, name in part.rows_of(part.page.highlights):
        marked.setdefault(name, []).append(row)
    for start in range(0, part.frame.height if head.width else 0, _CHUNK):
        chunk = part.frame.slice(start, _CHUNK)
        here = {name: [row - start for row in rows if start <= row < start + _CHUNK] for name, rows in marked.items()}
        yield rows_xml(chunk, layout.looks, layout.letters, start + 2, here)
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
    except OSError as error:
        raise _explanation(path, error.errno, error.strerror) from error
    except pl.exceptions.ComputeError as error:
        number = re.search(r"\(os error (\d+)\)", str(error))
        if number is None:
            raise
        raise _explanation(path, int(number[1]), str(error)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _explanation(path: Path, reason: int | None, said: str | None) -> CustintelError:
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
    return CustintelError(_("This file cannot be written."), where=where, seen=said or "", hint=hint)
