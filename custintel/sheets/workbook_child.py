"""Reads one workbook in a process of its own: a hostile or broken file takes this process down, not the command.

Run as ``python -P -m custintel.sheets.workbook_child``: a JSON request on standard input; ``report.json`` and one Arrow
file per sheet of many cells in the folder it names. The request is ``{"path", "kind", "sheets", "folder", "memory",
"seconds"}``; the report is ``{"sheets": [...]}`` or ``{"error": "what went wrong"}``. None when the process was killed.
"""

from __future__ import annotations

import json
import sys
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import fastexcel

from custintel.sheets.worksheet_xml import SheetHints, padded_styles, read_hints, sheet_parts

VISIBLE = "visible"
FEW_CELLS = 500_000
"""Reading so many once more costs less than importing what hands them over."""


def main() -> None:
    """Obey the request on standard input."""
    request = json.load(sys.stdin)
    limit_resources(request["memory"], request["seconds"])
    folder = Path(request["folder"])
    try:
        report: dict[str, Any] = {"sheets": read_workbook(request["path"], request["kind"], request["sheets"], folder)}
    except BaseException as error:  # noqa: BLE001 - panics of Rust included; the parent says it in words
        report = {"error": str(error) or type(error).__name__}
    (folder / "report.json").write_text(json.dumps(report), encoding="ascii")


def limit_resources(memory: int, seconds: int) -> None:
    """Bound address space (bytes) and CPU time (seconds) where the platform can (not on Windows)."""
    if sys.platform == "win32":
        return
    import resource

    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        _soft, hard = resource.getrlimit(limit)
        if hard == resource.RLIM_INFINITY or value < hard:
            try:
                resource.setrlimit(limit, (value, hard))
            except (OSError, ValueError):  # macOS refuses some limits
                continue


def read_workbook(path: str, kind: str, wanted: list[str], folder: Path) -> list[dict[str, Any]]:
    """Describe every sheet, and write those of many cells among the wanted ones as Arrow files.

    Wanted is every visible sheet when none is named. What has few cells was read here without harm, and can be read
    again by whoever asks.
    """
    workbook = fastexcel.read_excel(path)
    names = {_folded(name) for name in wanted}
    described: list[dict[str, Any]] = []
    for number, name in enumerate(workbook.sheet_names):
        if names and _folded(name) not in names:
            described.append({"name": name, "status": "not_asked"})
            continue
        try:
            sheet = load_sheet(workbook, number)
        except fastexcel.FastExcelError as error:
            described.append({"name": name, "status": "unreadable", "detail": str(error)})
            continue
        if not names and sheet.visible != VISIBLE:
            described.append({"name": name, "status": "hidden"})
            continue
        hints = hints_of(path, name) if kind == "xlsx" else SheetHints()
        cells = sheet.width * sheet.height
        if cells > FEW_CELLS:
            from custintel.sheets.workbook_text import cell_texts

            cell_texts(sheet, hints).write_ipc(folder / arrow_file(number))
        described.append(
            {"name": name, "status": "read" if cells else "empty", "number": number, "hints": asdict(hints)}
        )
    return described


def load_sheet(workbook: fastexcel.ExcelReader, number: int) -> fastexcel.ExcelSheet:
    """All cells of a sheet as text."""
    return workbook.load_sheet(number, header_row=None, skip_rows=0, dtypes="string", skip_whitespace_tail_rows=True)


def arrow_file(number: int) -> str:
    """The name of the file with the cells of a sheet, where there are many."""
    return f"sheet_{number}.arrow"


def hints_of(path: str, name: str) -> SheetHints:
    """The hints in the XML of one sheet; none when its archive is laid out in a way we do not know."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = sheet_parts(archive)
            with archive.open(parts[name]) as stream:
                return read_hints(stream, padded_styles(archive))
    except (KeyError, ValueError, SyntaxError, OSError, zipfile.BadZipFile):
        return SheetHints()


def _folded(name: str) -> str:
    return name.strip().casefold()


if __name__ == "__main__":
    main()
