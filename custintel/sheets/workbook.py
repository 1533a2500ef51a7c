"""Workbooks (xlsx, xlsm, xls, xlsb, ods), read in a child process: a bad one can kill the process that opens it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import N_, _
from custintel.sheets.content import Kind, damaged, locked_by_password
from custintel.sheets.source import Grid, Merge, Note
from custintel.sheets.workbook_child import arrow_file, load_sheet
from custintel.sheets.workbook_text import cell_texts
from custintel.sheets.worksheet_xml import SheetHints

CHILD = (sys.executable, "-P", "-m", "custintel.sheets.workbook_child")
"""The process that opens workbooks; it ignores modules that lie in the folder the person works in."""
MEMORY_LIMIT = 8 * 2**30
"""Bytes of address space a workbook may take; a million rows of twelve columns take a quarter of it."""
SECONDS_LIMIT = 900
"""Seconds, of CPU and on the wall, a workbook may take."""

_SHORT_OF_MEMORY = re.compile(
    r"MemoryError|memory allocation|[Cc]annot allocate memory|capacity overflow|os error 1[12]\b|"
    r"[Rr]esource temporarily unavailable|can't (start new|spawn)|failed to map segment"
)
"""How Python, Rust, the C library and the loader of modules say that there is no more memory, or none for a thread."""

HIDDEN_SHEET = N_("The hidden sheet {sheet} was skipped; ask for it with --sheet to read it.")
UNREADABLE_SHEET = N_("The sheet {sheet} could not be read: {detail}")
HIDDEN_ROWS = N_("{count} hidden rows were read like the others.")
EMPTY_FORMULAS = N_(
    "{count} formula cells have no stored value and count as empty, such as {cell}: open and save the file in Excel."
)
PADDED = N_("{count} numbers shown with leading zeros were read with them.")


def read_workbook(path: Path, kind: Kind, source: str, sheets: Sequence[str]) -> list[tuple[str, Grid]]:
    """The sheets of a workbook by name, in the workbook's order.

    Args:
        path: the workbook.
        kind: what its bytes say it is.
        source: file name for messages.
        sheets: names of the sheets to read, hidden ones included, letter case ignored; every visible one when empty.

    Raises:
        CustintelError: the workbook cannot be read, has a password, needs too much memory or time, lacks a named sheet,
            or is empty.
    """
    with tempfile.TemporaryDirectory(prefix="custintel-") as name:
        folder = Path(name)
        described = _run_child(path, kind, source, sheets, folder)
        _check_names(sheets, described, source)
        read = [(entry, _frame(entry, path, folder)) for entry in described if entry["status"] == "read"]
    broken = [entry["detail"] for entry in described if entry["status"] == "unreadable"]
    if not read and broken:
        raise _failure(source, broken[0])
    if not read:
        hidden = ", ".join(entry["name"] for entry in described if entry["status"] == "hidden")
        raise CustintelError(
            _("{file} has no cell with data in it.").format(file=source),
            seen=_("hidden sheets: {names}").format(names=hidden) if hidden else "",
            hint=_("Ask for a hidden sheet by its name with --sheet.")
            if hidden
            else _("Check that it is the right file."),
        )
    grids = [(entry["name"], _grid(entry["hints"], frame)) for entry, frame in read]
    return _with_workbook_notes(grids, described)


def _run_child(path: Path, kind: Kind, source: str, sheets: Sequence[str], folder: Path) -> list[dict[str, Any]]:
    request = {
        "path": str(path.resolve()),
        "kind": kind,
        "sheets": list(sheets),
        "folder": str(folder),
        "memory": MEMORY_LIMIT,
        "seconds": SECONDS_LIMIT,
    }
    try:
        child = subprocess.run(
            CHILD,
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=SECONDS_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_big(
            source, _("it was still being read after {minutes} minutes").format(minutes=SECONDS_LIMIT // 60)
        ) from None
    report_file = folder / "report.json"
    try:
        report = json.loads(report_file.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        raise _too_big(source, _last_words(child.stderr, child.returncode)) from None
    if "sheets" in report:
        described: list[dict[str, Any]] = report["sheets"]
        for entry in described:
            if "hints" in entry:
                padded = {int(column): cells for column, cells in entry["hints"]["padded"].items()}
                entry["hints"] = SheetHints(**entry["hints"] | {"padded": padded})
        return described
    raise _failure(source, report["error"])


def _failure(source: str, said: str) -> CustintelError:
    """The error for what a library said when it could not read the workbook."""
    if "assword" in said or "ncrypted" in said:
        return locked_by_password(source)
    if _SHORT_OF_MEMORY.search(said):
        return _too_big(source, _needs_memory())
    return damaged(source, said.partition("\n")[0])


def _last_words(stderr: bytes, code: int) -> str:
    """Why the reader stopped without a report."""
    said = stderr.decode("utf-8", "replace")
    if _SHORT_OF_MEMORY.search(said):
        return _needs_memory()
    return _("the reader stopped with code {code}").format(code=code)


def _needs_memory() -> str:
    return _("it needs more than {count} GB of memory").format(count=MEMORY_LIMIT // 2**30)


def _too_big(source: str, seen: str) -> CustintelError:
    return CustintelError(
        _("{file} cannot be opened: it asks for more memory or time than any table of customers needs.").format(
            file=source
        ),
        seen=seen,
        hint=_(
            "There may be a stray cell far from the data: press Ctrl+End in Excel, delete the rows and columns after "
            "your data, and save. Or save the sheet as CSV."
        ),
    )


def _check_names(sheets: Sequence[str], described: Sequence[Mapping[str, Any]], source: str) -> None:
    known = {entry["name"].strip().casefold(): entry["name"] for entry in described}
    for name in sheets:
        if name.strip().casefold() not in known:
            raise CustintelError(
                _("{file} has no sheet called {sheet}.").format(file=source, sheet=name),
                seen=_("its sheets: {names}").format(names=", ".join(known.values())),
                hint=_("Use one of those names with --sheet."),
            )


def _frame(entry: Mapping[str, Any], path: Path, folder: Path) -> pl.DataFrame:
    """The cells that the child handed over, or those few that it could read without harm."""
    handed_over = folder / arrow_file(entry["number"])
    if handed_over.exists():
        return pl.read_ipc(handed_over.read_bytes())
    return cell_texts(load_sheet(fastexcel.read_excel(path), entry["number"]), entry["hints"])


def _grid(hints: SheetHints, frame: pl.DataFrame) -> Grid:
    notes = []
    if hints.hidden_rows:
        notes.append(Note("hidden_rows", HIDDEN_ROWS, {"count": hints.hidden_rows}))
    if hints.empty_formulas:
        values = {"count": hints.empty_formulas, "cell": hints.first_empty_formula}
        notes.append(Note("formula_without_value", EMPTY_FORMULAS, values))
    if padded := sum(len(rows) for rows, _widths in hints.padded.values()):
        notes.append(Note("leading_zeros", PADDED, {"count": padded}))
    return Grid(
        frame.with_row_index("row", offset=1),
        first_column=hints.first_column,
        merges=tuple(Merge(*block) for block in hints.merges),
        notes=tuple(notes),
    )


def _with_workbook_notes(
    grids: list[tuple[str, Grid]], described: Sequence[Mapping[str, Any]]
) -> list[tuple[str, Grid]]:
    """What concerns the whole workbook is said once, with its first sheet."""
    notes = [Note("hidden_sheet", HIDDEN_SHEET, {"sheet": e["name"]}) for e in described if e["status"] == "hidden"]
    notes += [
        Note("unreadable_sheet", UNREADABLE_SHEET, {"sheet": e["name"], "detail": e["detail"]})
        for e in described
        if e["status"] == "unreadable"
    ]
    (name, first), *others = grids
    return [(name, replace(first, notes=(*notes, *first.notes))), *others]
