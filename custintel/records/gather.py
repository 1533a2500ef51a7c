"""From sheets to records: one row per row read, with an id made from what the row says."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import polars as pl

from custintel.sheets.header_row import folded
from custintel.sheets.headers import Matching
from custintel.sheets.source import Sheet
from custintel.tables.headers import PERSON_FIELDS, declared
from custintel.tables.records import raw

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letter that looks like a digit
ID_LENGTH = 11  # 55 bits
CARRIED = (*PERSON_FIELDS, "order_date")
"""The fields that are gathered: a person's, and the date of an order, which says when the person was seen."""
PART = 65_536  # rows hashed at a time: the memory of their texts is used again
SEVERAL = " ; "  # between the cells of two columns that bring the same field


def gather(sheet: Sheet, matching: Matching) -> pl.DataFrame:
    """The rows of one sheet as records that are not yet normalised.

    Args:
        sheet: as read.
        matching: which header brings which field.

    Returns:
        record_id, source, sheet, row, file_hash and the columns of :func:`cells`.
    """
    return cells(sheet, matching).select(
        record_ids(sheet).alias("record_id"),
        pl.lit(sheet.source).alias("source"),
        pl.lit(sheet.sheet).alias("sheet"),
        pl.lit(sheet.frame["row"].cast(pl.UInt32)).alias("row"),
        pl.lit(sheet.file_hash).alias("file_hash"),
        pl.all(),
    )


def cells(sheet: Sheet, matching: Matching) -> pl.DataFrame:
    """What the rows of one sheet say, by field.

    Returns:
        One ``<field>_raw`` text column per field found, and ``extra`` (a JSON object): headers that bring no field, or
        one that is not a person's.
    """
    columns: dict[str, list[str]] = {}
    for match in sorted(matching.matches, key=lambda match: match.index):
        if match.field and match.field in CARRIED:
            columns.setdefault(match.field, []).append(match.header)
    used = {header for field, headers in columns.items() if field in PERSON_FIELDS for header in headers}
    left = sorted(header for header in sheet.headers if header not in used)
    return sheet.frame.select(
        *(joined(headers).alias(raw(field)) for field, headers in columns.items()), extra(left).alias("extra")
    )


def joined(headers: Sequence[str]) -> pl.Expr:
    """The cells of columns that bring one field as one cell; empty when all are."""
    if len(headers) == 1:
        return pl.col(headers[0])
    text = pl.concat_str([pl.col(header) for header in headers], separator=SEVERAL, ignore_nulls=True)
    return pl.when(text != "").then(text)


def extra(headers: Sequence[str]) -> pl.Expr:
    """The cells of unrecognised columns as one JSON object; empty when there are no such columns."""
    if not headers:
        return pl.lit(None, pl.String)
    return pl.struct(headers).struct.json_encode()


def record_ids(sheet: Sheet) -> pl.Series:
    """An id per row of ``sheet``, made from the file's name, the sheet's name and the cells.

    The order of rows and columns, empty cells and added empty columns do not matter, so next month's export of the
    same file gives the same ids to the rows that have not changed. The second of two equal rows gets an id of its
    own.
    """
    texts = [pl.lit(f"{header}\x1f") + pl.col(header) for header in sorted(sheet.headers)]
    whole = pl.concat_str([pl.lit(f"{sheet.source}\x1d{sheet.sheet}\x1d"), *texts], separator="\x1e", ignore_nulls=True)
    parts = sheet.frame.iter_slices(PART) if sheet.frame.height else (sheet.frame,)
    hashes = pl.concat([hashed(part.select(whole).to_series()) for part in parts], rechunk=True)
    repeated = hashes.is_duplicated()
    if repeated.any():
        rows = repeated.arg_true()
        nth = pl.DataFrame({"hash": hashes.gather(rows)}).select(pl.int_range(pl.len()).over("hash")).to_series()
        again, nth = rows.filter(nth > 0), nth.filter(nth > 0)
        numbered = sheet.frame[again].select(whole.alias("text"), pl.lit(nth).alias("nth"))
        hashes = hashes.scatter(
            again, hashed(numbered.select(pl.concat_str("text", "nth", separator="\x1d")).to_series())
        )
    return pl.DataFrame({"hash": hashes}).select(id_text(pl.col("hash"), "r")).to_series()


def hashed(texts: pl.Series) -> pl.Series:
    """A 64-bit hash per text, the same on every machine: BLAKE2b, which the standard library does best."""
    digests = [blake2b(text, digest_size=8).digest() for text in texts.cast(pl.Binary)]
    return pl.Series("hash", digests, pl.Binary).bin.reinterpret(dtype=pl.UInt64, endianness="little")


def id_text(number: pl.Expr, prefix: str) -> pl.Expr:
    """A 64-bit number as ``prefix`` and eleven letters and digits, the lowest digit first."""
    letters = pl.Series(list(ALPHABET))
    threes = pl.Series([a + b + c for c in ALPHABET for b in ALPHABET for a in ALPHABET])
    text = [pl.lit(threes).gather((number // 32**place) % 32**3) for place in range(0, ID_LENGTH - 2, 3)]
    rest = [pl.lit(letters).gather((number // 32**place) % 32) for place in range(ID_LENGTH // 3 * 3, ID_LENGTH)]
    return pl.concat_str([pl.lit(prefix), *text, *rest])


def header_words() -> frozenset[str]:
    """Every header we know, as the reader folds them: they help to find the header row."""
    return frozenset(folded(alias) for header in declared().values() for alias in header.aliases)
