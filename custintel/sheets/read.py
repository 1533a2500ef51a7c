"""Read any file a marketer has, as text, one :class:`~custintel.sheets.source.Sheet` per table."""

from __future__ import annotations

import difflib
import hashlib
import sys
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from custintel.errors import CustintelError
from custintel.i18n import N_, _
from custintel.sheets.content import EXTENSIONS, Kind, kind_of
from custintel.sheets.layout import arrange
from custintel.sheets.source import Grid, Note, Sheet

STDIN = "stdin"
_EXCEL_LOCK = "~$"
OTHER_KIND = N_("The name ends in {extension}, but the file is {kind} and was read as such.")
KIND_NAMES: dict[Kind, str] = {
    "text": N_("text with delimiters"),
    "html": N_("a web page with a table"),
    "xlsx": N_("an Excel workbook (xlsx)"),
    "xls": N_("an old Excel workbook (xls)"),
    "xlsb": N_("a binary Excel workbook (xlsb)"),
    "ods": N_("an OpenDocument spreadsheet (ods)"),
    "parquet": N_("a Parquet table"),
}


def read_file(
    path: str | Path, *, sheets: Sequence[str] = (), header_row: int | None = None, known: Collection[str] = ()
) -> list[Sheet]:
    """Read a file: its content decides what it is, its name does not.

    Args:
        path: the file; ``-`` reads standard input.
        sheets: names of the sheets to read, hidden ones included; every visible sheet when empty. Text files ignore it.
        header_row: the row of the headers as the person sees it, 1-based, 0 when there are none; found when not given.
        known: header words, folded as by :func:`custintel.sheets.header_row.folded`, that help to find the headers.

    Raises:
        CustintelError: the file is missing, locked, empty, damaged, protected, unreasonably big or not a table.
    """
    if str(path) == "-":
        source, data = STDIN, sys.stdin.buffer.read()
    else:
        source = Path(path).name
        if source.startswith(_EXCEL_LOCK):
            raise _lock_file(source)
        data = _bytes(Path(path))
    kind = kind_of(data, source)
    file_hash = hashlib.sha256(data).hexdigest()
    expected = EXTENSIONS.get(Path(source).suffix.lower(), (kind,))
    notes: tuple[Note, ...] = ()
    if kind not in expected:
        notes = (
            Note("other_kind", OTHER_KIND, {"extension": Path(source).suffix, "kind": _Translated(KIND_NAMES[kind])}),
        )
    if kind == "parquet" and header_row is None:
        header_row = 1
    grids = _grids(Path(path), data, kind, source, sheets)
    del data
    name, first = grids[0]
    grids[0] = (name, replace(first, notes=(*notes, *first.notes)))
    return [
        arrange(grid, source=source, sheet=name, file_hash=file_hash, header_row=header_row, known=known)
        for name, grid in grids
    ]


class _Translated(str):
    """An English text that is translated when it is put into a sentence."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return format(_(str(self)), spec)


def _grids(path: Path, data: bytes, kind: Kind, source: str, sheets: Sequence[str]) -> list[tuple[str, Grid]]:
    if kind == "text":
        from custintel.sheets.delimited import read_delimited

        return [("", read_delimited(data, source))]
    if kind == "html":
        from custintel.sheets.html_table import read_page

        return [("", read_page(data, source))]
    if kind == "parquet":
        from custintel.sheets.parquet import read_parquet

        return [("", read_parquet(data, source))]
    from custintel.sheets.workbook import read_workbook

    if source != STDIN:
        return read_workbook(path, kind, source, sheets)
    with tempfile.TemporaryDirectory(prefix="custintel-") as folder:
        copy = Path(folder) / f"{STDIN}.{kind}"
        copy.write_bytes(data)
        return read_workbook(copy, kind, source, sheets)


def _bytes(path: Path) -> bytes:
    """The bytes of a file, or words about why they cannot be had."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        folder = path.parent
        names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
        close = difflib.get_close_matches(path.name, names, n=3)
        raise CustintelError(
            _("There is no file {file}.").format(file=path),
            hint=_("Did you mean {names}?").format(names=", ".join(close))
            if close
            else _("Check the folder and the name."),
        ) from None
    except IsADirectoryError:
        raise _is_folder(path) from None
    except PermissionError:
        if path.is_dir():
            raise _is_folder(path) from None
        raise CustintelError(
            _("{file} cannot be opened.").format(file=path.name),
            seen=_("another program holds it, or you have no permission to read it"),
            hint=_("Close it in Excel and try again; if that does not help, copy it to a folder of yours."),
        ) from None
    except OSError as error:
        raise CustintelError(
            _("{file} cannot be read.").format(file=path.name),
            seen=error.strerror or str(error),
            hint=_("Copy it to this computer and try again."),
        ) from None


def _lock_file(source: str) -> CustintelError:
    return CustintelError(
        _("{file} is not a workbook: Excel keeps it while {original} is open.").format(
            file=source, original=source.removeprefix(_EXCEL_LOCK)
        ),
        hint=_("Save and close {original} in Excel, and name that file.").format(
            original=source.removeprefix(_EXCEL_LOCK)
        ),
    )


def _is_folder(path: Path) -> CustintelError:
    return CustintelError(
        _("{file} is a folder, not a file.").format(file=path),
        hint=_("Name the files in it, for example {example}.").format(example=path / "*.csv"),
    )
