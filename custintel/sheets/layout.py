"""From a grid of cells to a table: its headers, its rows, and the rows that are neither."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import polars as pl

from custintel.errors import UsageError
from custintel.i18n import N_, _
from custintel.sheets.column_letters import column_letter
from custintel.sheets.header_row import (
    ROWS_COMPARED,
    ROWS_SEARCHED,
    HeaderRows,
    find_header,
    folded,
    is_blank,
    is_number,
    is_value,
    join_headers,
    usual_width,
)
from custintel.sheets.source import SKIPPED_SCHEMA, Grid, Merge, Note, Sheet

REASONS = {
    "title": N_("a title above the table"),
    "blank": N_("an empty row"),
    "header_repeated": N_("the headers once more"),
    "total": N_("a total"),
    "note": N_("a note"),
    "ragged": N_("more fields than columns"),
}
"""Why a row is not data: the codes in ``Sheet.skipped`` and what they mean."""

NO_HEADERS = N_("The table has no row of headers, so its columns are called column A, column B and so on.")
BLANK_END = N_("{count} empty rows after the data were left out.")

_TOTAL = (
    r"^\s*(?:(?:gran|grand|sub)[\s-]*)?tota(?:l|les|is)"
    r"(?:\s+(?:general|generales|geral|nacional|acumulado|final|global|overall))?\s*:?\s*$|^\s*sumas?\s*:?\s*$"
)
_ASIDE = re.compile(
    r"\s*(?:#|\*|©|\(\*\)|fuente|nota|source|note|elaborad|generad|generated|exportad|exported|p[aá]gina|page|"
    r"actualizad|updated|confiden|total\b)",
    re.IGNORECASE,
)
_REMARK = r"^\s*#+\s*\p{L}"
_COMMENT = re.compile(r"\s*#+\s*[^\W\d_]")
_TOTAL_PATTERN = re.compile(_TOTAL, re.IGNORECASE)
_COLUMNS_OF_TOTALS = 3
_ROWS_OF_NOTES = 40
_WORDS_OF_A_NOTE = 4


def arrange(
    grid: Grid,
    *,
    source: str,
    sheet: str,
    file_hash: str,
    header_row: int | None = None,
    known: Collection[str] = (),
) -> Sheet:
    """Find the headers and the data of a grid.

    Args:
        grid: the cells as read.
        source: file name.
        sheet: sheet name.
        file_hash: of the file's bytes.
        header_row: the row of the headers when the person says it, 1-based; 0 says that there is none.
        known: header words, folded as by :func:`custintel.sheets.header_row.folded`; they help, and are not needed.

    Raises:
        UsageError: ``header_row`` is beyond the sheet.
    """
    cells = grid.cells.drop("row")
    head = [list(row) for row in cells.head(ROWS_SEARCHED + ROWS_COMPARED).rows()]
    merges = [_from_first_column(merge, grid.first_column) for merge in grid.merges]
    merges = [merge for merge in merges if merge.left >= 1 and merge.top <= len(head)]
    header = _header(grid, head, merges, header_row, known, source, sheet)
    texts = join_headers(head, header, merges) if header else [""] * cells.width
    first_data = header.last + 1 if header else 0
    body = grid.cells.slice(first_data)
    notes = list(grid.notes)
    body, blank_end = _without_blank_end(body)
    if blank_end:
        notes.append(Note("blank_rows_after_data", BLANK_END, {"count": blank_end}))
    named = [name for name, text in zip(cells.columns, texts, strict=True) if text or _has_text(body, name)]
    headers = _names(texts, cells.columns, named, grid.first_column)
    if not header:
        notes.append(Note("no_headers", NO_HEADERS))
    body = body.select("row", *named)
    width = usual_width(head[first_data:])
    above = _rows_above(grid.cells.head(header.first if header else 0), width)
    header_cells = (
        [text for name, text in zip(cells.columns, head[header.last], strict=True) if name in named] if header else []
    )
    aside = _rows_aside(body, header_cells, width)
    skipped = pl.concat([above, aside, grid.skipped]).sort("row")
    frame = body.join(aside.select("row"), on="row", how="anti", maintain_order="left") if aside.height else body
    frame.columns = ["row", *headers]
    return Sheet(
        source=source,
        sheet=sheet,
        file_hash=file_hash,
        header_row=int(grid.cells["row"][header.last]) if header else 0,
        frame=_empty_as_null(frame),
        headers=tuple(headers),
        skipped=skipped,
        notes=tuple(notes),
    )


def _from_first_column(merge: Merge, first_column: int) -> Merge:
    shift = first_column - 1
    return replace(merge, left=merge.left - shift, right=merge.right - shift)


def _header(
    grid: Grid,
    head: Sequence[Sequence[str | None]],
    merges: Sequence[Merge],
    header_row: int | None,
    known: Collection[str],
    source: str,
    sheet: str,
) -> HeaderRows | None:
    if header_row is None:
        return find_header(head, merges, known)
    if header_row == 0:
        return None
    at = grid.cells["row"].head(len(head)).index_of(header_row)
    if at is None:
        raise UsageError(
            _("There is no row {row} to take the headers from.").format(row=header_row),
            where=f"{source} {sheet}".strip(),
            seen=_("{count} rows; headers are looked for in the first {searched}").format(
                count=grid.cells.height, searched=len(head)
            ),
            hint=_("Give the row number you see in Excel with --header-row, or 0 when there are no headers."),
        )
    return HeaderRows(at, at)


def _has_text(body: pl.DataFrame, name: str) -> bool:
    cells = body[name].drop_nulls()
    return bool(cells.len()) and bool((cells.str.strip_chars() != "").any())


def _names(texts: Sequence[str], columns: Sequence[str], named: Collection[str], first_column: int) -> list[str]:
    """Header texts made unique among themselves and beside the column ``row``; "column C" where there is none."""
    taken = {"row"}
    names = []
    for number, (text, column) in enumerate(zip(texts, columns, strict=True)):
        if column not in named:
            continue
        wanted = text or f"column {column_letter(first_column + number)}"
        name, copies = wanted, 1
        while name in taken:
            copies += 1
            name = f"{wanted} ({copies})"
        taken.add(name)
        names.append(name)
    return names


def _without_blank_end(body: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The rows up to the last one with something in it, and how many followed."""
    filled = body.select(_first_filled(body.columns).is_not_null().arg_true().max()).item()
    height = 0 if filled is None else filled + 1
    while height and all(is_blank(cell) for cell in body.row(height - 1)[1:]):
        height -= 1
    return body.head(height), body.height - height


def _first_filled(columns: Iterable[str]) -> pl.Expr:
    return pl.coalesce(name for name in columns if name != "row")


def _empty_as_null(frame: pl.DataFrame) -> pl.DataFrame:
    """Quoted empty cells are as empty as the others."""
    columns = [name for name in frame.columns if name != "row" and (frame[name] == "").any()]
    return frame.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in columns)


def _rows_above(above: pl.DataFrame, width: int) -> pl.DataFrame:
    """Why each row above the headers is not data."""
    found = []
    for row, *cells in above.iter_rows():
        filled = [cell for cell in cells if not is_blank(cell)]
        reason = (
            "blank"
            if not filled
            else "note"
            if _is_comment(filled, max(1, width // 2)) or _ASIDE.match(filled[0])
            else "title"
        )
        found.append((row, reason, _as_text(filled)))
    return pl.DataFrame(found, schema=SKIPPED_SCHEMA, orient="row")


def _is_comment(filled: Sequence[str], most: int) -> bool:
    """Whether a row is a remark after "#": words, not an order number such as "#1001", in at most ``most`` cells."""
    return bool(_COMMENT.match(filled[0])) and len(filled) <= most


def _rows_aside(body: pl.DataFrame, header: Sequence[str | None], width: int) -> pl.DataFrame:
    """The rows among the data that are not data. Only rows that look suspicious are looked at one by one."""
    names = [name for name in body.columns if name != "row"]
    if not names:
        return pl.DataFrame(schema=SKIPPED_SCHEMA)
    first_header = next((cell for cell in header if not is_blank(cell)), None)
    first = _first_filled(names)
    total = pl.any_horizontal(pl.col(name).str.contains(f"(?i){_TOTAL}") for name in names[:_COLUMNS_OF_TOTALS])
    suspicious = (
        first.str.contains(_REMARK)
        | total.fill_null(False)
        | (first.eq(first_header) if first_header is not None else pl.lit(False))
    )
    blank = (
        body.filter(first.is_null() | (first.str.strip_chars() == ""))
        .filter(pl.all_horizontal(pl.col(name).str.strip_chars().fill_null("") == "" for name in names))
        .select("row", pl.lit("blank").alias("reason"), pl.lit("").alias("text"))
    )
    found = []
    for row, *cells in body.filter(suspicious.fill_null(False)).iter_rows():
        reason = _reason(cells, header)
        if reason:
            found.append((row, reason, _as_text(cell for cell in cells if not is_blank(cell))))
    seen = {row for row, _reason_code, _text in found}
    found += [note for note in _notes_at_end(body, width) if note[0] not in seen]
    return pl.concat([blank, pl.DataFrame(found, schema=SKIPPED_SCHEMA, orient="row")]).match_to_schema(SKIPPED_SCHEMA)


def _reason(cells: Sequence[str | None], header: Sequence[str | None]) -> str:
    """Why a suspicious row is not data; empty when it is."""
    filled = [cell for cell in cells if cell is not None and not is_blank(cell)]
    if _repeats(cells, header):
        return "header_repeated"
    if _is_total(filled):
        return "total"
    if _is_comment(filled, 1):
        return "note"
    return ""


def _repeats(cells: Sequence[str | None], header: Sequence[str | None]) -> bool:
    """Whether a row says the headers again: nearly all of its cells, and at least two."""
    pairs = [(cell, name) for cell, name in zip(cells, header, strict=False) if not (is_blank(cell) and is_blank(name))]
    same = sum(folded(cell or "") == folded(name or "") for cell, name in pairs)
    return same >= 0.8 * len(pairs) and same >= min(2, len(pairs)) and bool(pairs)


def _is_total(filled: Sequence[str]) -> bool:
    """Whether a row says "total" and nothing but amounts beside: a person called Total has other texts."""
    said = next((i for i, cell in enumerate(filled[:_COLUMNS_OF_TOTALS]) if _TOTAL_PATTERN.fullmatch(cell)), None)
    if said is None:
        return False
    rest = [cell for i, cell in enumerate(filled) if i != said]
    return all(is_number(cell) for cell in rest) and not (said > 0 and len(rest) < 2)


def _notes_at_end(body: pl.DataFrame, width: int) -> list[tuple[int, str, str]]:
    """Notes after the data: alone in their row, and called notes, after an empty row, or as long as a sentence."""
    if width < 3:
        return []
    tail = body.tail(_ROWS_OF_NOTES).rows()
    found = []
    for number in range(len(tail) - 1, -1, -1):
        row, *cells = tail[number]
        filled = [cell for cell in cells if not is_blank(cell)]
        if not filled or _is_total(filled):
            continue
        text = filled[0]
        after_gap = number > 0 and all(is_blank(cell) for cell in tail[number - 1][1:])
        sentence = len(text.split()) >= _WORDS_OF_A_NOTE
        if len(filled) > 1 or (is_value(text) and not sentence) or not (_ASIDE.match(text) or after_gap or sentence):
            break
        found.append((row, "note", text))
    return found


def _as_text(cells: Iterable[str]) -> str:
    return " | ".join(cells)
