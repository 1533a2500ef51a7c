"""The cells of a sheet of a workbook as a person reads them."""

from __future__ import annotations

import fastexcel
import polars as pl

from custintel.sheets.worksheet_xml import SheetHints

_MIDNIGHT = " 00:00:00"
_MIDNIGHT_OF_A_DAY = r"^(\d{4}-\d\d-\d\d) 00:00:00$"
_EPOCH = r"^1899-12-3[01] (\d\d:\d\d:\d\d)"


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
