"""Reads one workbook in a process of its own: a hostile or broken file takes this process down, not the command.

Run as ``python -P -m custintel.sheets.workbook_child``: a JSON request on standard input; ``report.json`` and one Arrow
file per sheet in the folder it names. The request is ``{"path", "kind", "sheets", "folder", "memory", "seconds"}``; the
report is ``{"sheets": [...]}`` or ``{"error": "what went wrong"}``. None when the process was killed.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from custintel.sheets.worksheet_xml import SheetHints, padded_styles, read_hints, sheet_parts

VISIBLE = "visible"
_MIDNIGHT = " 00:00:00"
_MIDNIGHT_OF_A_DAY = r"^(\d{4}-\d\d-\d\d) 00:00:00$"
_EPOCH = r"^1899-12-3[01] (\d\d:\d\d:\d\d)"


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
    """Write the wanted sheets (every visible one when none is named) as Arrow files, and describe every sheet."""
    workbook = fastexcel.read_excel(path)
    names = {_folded(name) for name in wanted}
    described: list[dict[str, Any]] = []
    for number, name in enumerate(workbook.sheet_names):
        if names and _folded(name) not in names:
            described.append({"name": name, "status": "not_asked"})
            continue
        try:
            sheet = workbook.load_sheet(
                number, header_row=None, skip_rows=0, dtypes="string", skip_whitespace_tail_rows=True
            )
        except fastexcel.FastExcelError as error:
            described.append({"name": name, "status": "unreadable", "detail": str(error)})
            continue
        if not names and sheet.visible != VISIBLE:
            described.append({"name": name, "status": "hidden"})
            continue
        hints = hints_of(path, name) if kind == "xlsx" else SheetHints()
        frame = cell_texts(sheet, hints)
        status = "read" if frame.width and frame.height else "empty"
        file = f"sheet_{number}.arrow"
        if status == "read":
            frame.write_ipc(folder / file)
        described.append({"name": name, "status": status, "file": file, **_said(hints)})
    return described


def _said(hints: SheetHints) -> dict[str, Any]:
    """The hints as the report gives them: how many cells were padded, not which."""
    return {
        "first_column": hints.first_column,
        "hidden_rows": hints.hidden_rows,
        "empty_formulas": hints.empty_formulas,
        "first_empty_formula": hints.first_empty_formula,
        "merges": hints.merges,
        "padded": sum(len(rows) for rows, _widths in hints.padded.values()),
    }


def hints_of(path: str, name: str) -> SheetHints:
    """The hints in the XML of one sheet; none when its archive is laid out in a way we do not know."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = sheet_parts(archive)
            with archive.open(parts[name]) as stream:
                return read_hints(stream, padded_styles(archive))
    except (KeyError, ValueError, SyntaxError, OSError, zipfile.BadZipFile):
        return SheetHints()


def cell_texts(sheet: fastexcel.ExcelSheet, hints: SheetHints) -> pl.DataFrame:
    """The cells as a person reads them: dates without midnight, times without a day, codes with their leading zeros."""
    frame = pl.DataFrame(sheet)
    frame = frame.rename({name: f"column_{i}" for i, name in enumerate(frame.columns)})
    texts = []
    for name in frame.columns:
        text = frame[name]
        if text.str.starts_with("1899-12-3").any():
            text = text.str.replace(_EPOCH, "${1}")
        if text.str.ends_with(_MIDNIGHT).any():
            text = text.str.replace(_MIDNIGHT_OF_A_DAY, "${1}")
        texts.append(text)
    frame = pl.DataFrame(texts)
    for column, (rows, widths) in hints.padded.items():
        frame = _pad(frame, column - hints.first_column, rows, widths)
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _pad(frame: pl.DataFrame, column: int, rows: list[int], widths: list[int]) -> pl.DataFrame:
    """Leading zeros for the cells of one column, rows counted from 1."""
    if not 0 <= column < frame.width:
        return frame
    name = frame.columns[column]
    digits = pl.DataFrame({"at": rows, "digits": widths}, schema={"at": pl.UInt32, "digits": pl.UInt32})
    return (
        frame.with_row_index("at", offset=1)
        .join(digits.unique("at"), on="at", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("digits").is_not_null() & pl.col(name).str.contains(r"^\d+$"))
            .then(pl.col(name).str.zfill(pl.col("digits")))
            .otherwise(name)
            .alias(name)
        )
        .drop("at", "digits")
    )


def _folded(name: str) -> str:
    return name.strip().casefold()


if __name__ == "__main__":
    main()
