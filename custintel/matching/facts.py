"""What a record says about who it is, in the form that is compared.

A field that normalisation refused is still evidence, so the text as it came stands in for an empty value unless it is
plainly a filler.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from custintel.fields import email, text
from custintel.tables.records import raw

TRUSTED = ("checked", "plausible")
"""Strengths of a document number that make it a certain key (see ``custintel.fields.document``)."""
PHONES = ("mobile", "whatsapp", "phone", "landline")
CATEGORIES = ("birth_place", "occupation", "gender", "address_2")
"""Fields compared as plain text."""
PREFIX = "column:"
"""Before the name of a column of ``extra`` that was asked to be compared."""

_FILLER = r"(?:0{5}|1{5}|2{5}|3{5}|4{5}|5{5}|6{5}|7{5}|8{5}|9{5}|0?12345|54321|98765)"
_LONGEST = 80
COMPARED = (
    *("source", "source_id", "first_name", "last_name", "full_name", "document_type", "document_strength"),
    *(
        name
        for field in (
            *("document_id", "email", *PHONES, "birth_date", "company", "address", "street_number"),
            *("city", "region", "postal_code", *CATEGORIES),
        )
        for name in (field, raw(field))
    ),
    *(f"{field}_more" for field in PHONES),
    *("birth_year", "birth_month", "birth_day", "address_key", "extra"),
)
"""The columns of ``records`` that are looked at."""


def facts(records: pl.DataFrame, compare: Sequence[str]) -> pl.DataFrame:
    """Every fact of every record, in the order of ``records``."""
    found: dict[str, pl.Series] = {}
    for column, values in _all_facts(records, compare):
        if values.null_count() < len(values):
            found[column] = values.rename(column)
    return pl.DataFrame(found)


def _all_facts(records: pl.DataFrame, compare: Sequence[str]) -> Iterator[tuple[str, pl.Series]]:
    yield from _names(records)
    if "source_id" in records.columns:
        guest = pl.col("source_id").str.contains("^0+$")  # what shops export for buyers without an account
        key = pl.concat_str("source", "source_id", separator="\x1f") if "source" in records.columns else "source_id"
        ids = records.select(pl.when(~guest).then(key).alias("k"))
        yield "source_id", ids.select(pl.when(pl.col("k").is_duplicated()).then("k")).to_series()
    if "document_id" in records.columns:
        yield from _documents(records)
    if "email" in records.columns:
        yield from _emails(records)
    yield from _phones(records)
    if {"birth_date", "birth_year", raw("birth_date")} & set(records.columns):
        yield "born", _born(records)
    yield from _places(records)
    for column in ("company", *CATEGORIES):
        if column in records.columns:
            yield column, folded(_with_raw(records, column))
    for column in compare:
        cells = pl.col("extra").str.json_decode(pl.Struct({column: pl.String})).struct.field(column)
        yield f"{PREFIX}{column}", folded(records.select(cells).to_series())


def _with_raw(records: pl.DataFrame, column: str) -> pl.Series:
    """A text field, or what came where it was refused."""
    values = records[column].cast(pl.String)
    if raw(column) not in records.columns:
        return values
    return records.select(pl.coalesce(pl.lit(values), raw(column))).to_series()


def _instead(values: pl.Series, others: pl.Series, usable: pl.Expr) -> pl.Series:
    """``values``, and where there is none what ``usable`` makes of ``pl.col("v")`` in ``others``."""
    rows = (values.is_null() & others.is_not_null()).arg_true()
    if not len(rows):
        return values
    found = pl.DataFrame({"v": others.gather(rows)}).select(usable).to_series()
    return values.scatter(rows, found)


def folded(values: pl.Series) -> pl.Series:
    """Texts for comparing: lower case, no accents or signs; null where nothing is left."""
    plain = values.cast(pl.String).str.to_lowercase().alias("v")
    frame = pl.DataFrame({"v": plain})
    odd = plain.str.contains(r"[^a-z0-9 ]").fill_null(value=False)
    if odd.any():
        distinct = frame.filter(odd).unique()
        keys = distinct.with_columns(k=text.key(pl.col("v")))
        frame = frame.join(keys, on="v", how="left", maintain_order="left").select(v=pl.coalesce("k", "v"))
    return frame.select(pl.when(pl.col("v") != "").then(pl.col("v").str.slice(0, _LONGEST))).to_series()


def _names(records: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    parts = [column for column in ("first_name", "last_name") if column in records.columns]
    for column, fact in (("first_name", "given"), ("last_name", "family")):
        if column in records.columns:
            yield fact, folded(records[column])
    if "full_name" in records.columns:
        alone = pl.all_horizontal(pl.col(part).is_null() for part in parts) if parts else pl.lit(value=True)
        whole = records.select(pl.when(alone).then("full_name")).to_series()
        if whole.null_count() < len(whole):
            yield "whole", folded(whole)


def _documents(records: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    number = records["document_id"].str.to_uppercase().str.replace_all(r"[^0-9A-Z]+", "")
    if raw("document_id") in records.columns:
        came = pl.col("v").str.to_uppercase().str.replace_all(r"[^0-9A-Z]+", "")
        usable = came.str.contains(r"\d.*\d.*\d.*\d") & ~came.str.contains(_FILLER)
        number = _instead(number, records[raw("document_id")], pl.when(usable).then(came))
    yield "document", number
    if "document_type" in records.columns:
        yield "document_type", records["document_type"]
    trusted = records["document_id"].is_not_null()
    if "document_strength" in records.columns:
        trusted = trusted & records["document_strength"].is_in(TRUSTED).fill_null(value=False)
    yield "document_trusted", pl.DataFrame({"t": trusted}).select(pl.when("t").then(pl.lit("t"))).to_series()


def _emails(records: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    addresses = records["email"].alias("email")
    odd = addresses.str.contains(r"\+|\.[^@]*@g(?:oogle)?mail\.com$|@googlemail").fill_null(value=False).arg_true()
    if len(odd):
        boxes = pl.DataFrame({"email": addresses.gather(odd)}).select(email.mailbox(pl.col("email"))).to_series()
        addresses = addresses.scatter(odd, boxes)
    if raw("email") in records.columns:
        came = pl.col("v").str.to_lowercase()
        filler = came.str.extract(r"^([^@]+)@") == came.str.extract(r"@([^.@]+)")
        usable = came.str.contains("@", literal=True) & came.str.contains(r"^\S{8,}$") & ~filler.fill_null(value=False)
        addresses = _instead(addresses, records[raw("email")], pl.when(usable).then(came))
    yield "email", addresses


def _phones(records: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    numbers: list[pl.Series] = []
    for column in (column for column in PHONES if column in records.columns):
        digits = pl.col("v").str.replace_all(r"\D+", "")
        usable = digits.str.len_chars().is_between(7, 15) & ~digits.str.contains(_FILLER)
        came = (
            records[raw(column)]
            if raw(column) in records.columns
            else pl.Series([None] * records.height, dtype=pl.String)
        )
        numbers.append(_instead(records[column], came, pl.when(usable).then(digits)))
        if (more := f"{column}_more") in records.columns and records[more].list.len().max():
            numbers.append(records[more].list.get(0, null_on_oob=True))
    held = pl.DataFrame([number.alias(f"p{i}") for i, number in enumerate(numbers)])
    if held.width > 1:
        listed = held.select(pl.concat_list(pl.all()).list.drop_nulls().list.unique(maintain_order=True).alias("l"))
        held = listed.select(
            pl.col("l").list.get(i, null_on_oob=True).alias(f"p{i}") for i in range(min(3, held.width))
        )
    for i, column in enumerate(held.columns):
        yield f"phone_{i}", held[column]


def _born(records: pl.DataFrame) -> pl.Series:
    """Dates of birth as yyyymmdd, with 00 for a month and day that are not known."""
    options: list[pl.Expr] = []
    if "birth_date" in records.columns:
        options.append(pl.col("birth_date").dt.to_string("%Y%m%d").cast(pl.Int32))
    if raw("birth_date") in records.columns:
        came = pl.col(raw("birth_date"))
        digits = came.str.replace_all(r"\D+", "")
        year_first = pl.when(digits.str.contains(r"^(?:1[89]|20)\d{6}$")).then(digits)
        year_last = pl.when(digits.str.contains(r"^\d{4}(?:1[89]|20)\d{2}$")).then(
            digits.str.slice(4, 4) + digits.str.slice(2, 2) + digits.str.slice(0, 2)
        )
        year_only = came.str.extract(r"^\D*((?:1[89]|20)\d{2})\D*$") + "0000"
        options.append(pl.coalesce(year_first, year_last, year_only).cast(pl.Int32, strict=False))
    if "birth_year" in records.columns:
        parts = [
            (pl.col(part) if part in records.columns else pl.lit(None)).cast(pl.Int32, strict=False).fill_null(0)
            for part in ("birth_month", "birth_day")
        ]
        options.append(pl.col("birth_year").cast(pl.Int32) * 10_000 + parts[0].clip(0, 99) * 100 + parts[1].clip(0, 99))
    return records.select(pl.coalesce(options)).to_series()


def _places(records: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    columns = set(records.columns)
    if "address" in columns:
        street = _with_raw(records, "address")
        if "address_key" in columns:
            unread = records["address_key"].is_null()
            written = pl.DataFrame({"u": unread, "s": street}).select(pl.when("u").then("s")).to_series()
            street = (
                pl.DataFrame({"k": records["address_key"], "s": folded(written)})
                .select(pl.coalesce("k", "s"))
                .to_series()
            )
        else:
            street = folded(street)
        if "street_number" in columns:
            number = folded(_with_raw(records, "street_number"))
            street = (
                pl.DataFrame({"s": street, "n": number})
                .select(
                    pl.when(pl.col("s").is_not_null()).then(pl.concat_str("s", "n", separator="|", ignore_nulls=True))
                )
                .to_series()
            )
        yield "address", street
    for column in ("city", "region"):
        if column in columns:
            yield column, folded(_with_raw(records, column))
    if "postal_code" in columns:
        code = _with_raw(records, "postal_code").str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")
        yield (
            "postal",
            pl.DataFrame({"c": code.str.strip_chars_start("0")})
            .select(pl.when(pl.col("c") != "").then("c"))
            .to_series(),
        )
