"""Every address and number a person has, once."""

from __future__ import annotations

import polars as pl

from custintel.fields import phone
from custintel.tables import CONTACT_POINTS
from custintel.tables.contact_points import CONTACT_KIND
from custintel.tables.records import raw

PHONES = ("mobile", "whatsapp", "phone", "landline")
POSTAL = ("address", "address_2", "neighbourhood", "city", "region", "postal_code", "country")
KEY = ("person", "kind", "value")


def contact_points(records: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The ``contact_points`` table, sorted by person, kind and value.

    Args:
        records: columns of the ``records`` table, and of every record ``person``, its place among ``people``.
        people: the ``customers`` table of these records, sorted by customer_id.
    """
    brought = [name for field in ("email", *PHONES) for name in (field, raw(field), f"{field}_more")]
    needed = [name for name in ("record_id", *brought, *POSTAL, raw("address")) if name in records.columns]
    rows = records.select(*needed, "person")
    frames = [frame for field in ("email", *PHONES) for frame in points(rows, field, people)]
    if "address" in rows.columns:
        frames.append(postal(rows, people))
    if not frames:
        return CONTACT_POINTS.empty()
    held = pl.concat(frames, rechunk=True).sort(*KEY, "from")
    found = once_each(held).with_columns(pl.lit(people["customer_id"]).gather(pl.col("person")).alias("customer_id"))
    return CONTACT_POINTS.conform(CONTACT_POINTS.fill(found))


def once_each(held: pl.DataFrame) -> pl.DataFrame:
    """Sorted points with every one once, and all the records that bring it."""
    repeats = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in KEY).fill_null(value=False)
    marked = held.with_columns(nth=(~repeats).cum_sum(), repeats=repeats)
    several = marked.filter(pl.col("repeats") | pl.col("repeats").shift(-1, fill_value=False))
    gathered = several.group_by("nth", maintain_order=True).agg(
        pl.col("is_primary").any().alias("_primary"), pl.col("from").unique(maintain_order=True).alias("_from")
    )
    first = marked.filter(~pl.col("repeats")).join(gathered, on="nth", how="left", maintain_order="left")
    return first.with_columns(
        pl.coalesce("_primary", "is_primary").alias("is_primary"),
        pl.coalesce("_from", pl.concat_list("from")).alias("from"),
    )


def points(rows: pl.DataFrame, field: str, people: pl.DataFrame) -> list[pl.DataFrame]:
    """The values of one field, and the further values of its cells."""
    if field not in rows.columns:
        return []
    main = people["email" if field == "email" else "phone"]
    found = [(rows.filter(pl.col(field).is_not_null()), field)]
    if (more := f"{field}_more") in rows.columns:
        found.append((rows.filter(pl.col(more).list.len() > 0).explode(more), more))
    return [
        frame.select(
            "person",
            kind_of(field, column).alias("kind"),
            pl.col(column).alias("value"),
            pl.col(raw(field)).alias("raw"),
            is_main(pl.col(column), main),
            pl.col("record_id").alias("from"),
        )
        for frame, column in found
    ]


def is_main(value: pl.Expr, main: pl.Series) -> pl.Expr:
    """Whether a value is the one that the customers table gives its person."""
    return (value == pl.lit(main).gather(pl.col("person"))).fill_null(value=False).alias("is_primary")


def kind_of(field: str, column: str) -> pl.Expr:
    """The kind of contact point a field brings; a number tells itself where its country's plan does."""
    if field in ("email", "whatsapp"):
        return pl.lit(field, CONTACT_KIND)
    otherwise = "landline" if field == "landline" else "mobile"
    told = phone.line(pl.col(column))
    return pl.when(told == "unknown").then(pl.lit(otherwise)).otherwise(told).cast(CONTACT_KIND)


def postal(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Postal addresses on one line."""
    parts = [name for name in POSTAL if name in rows.columns]
    return rows.filter(pl.col("address").is_not_null()).select(
        "person",
        pl.lit("postal", CONTACT_KIND).alias("kind"),
        pl.concat_str(parts, separator=", ", ignore_nulls=True).alias("value"),
        pl.col(raw("address")).alias("raw"),
        is_main(pl.col("address"), people["address"]),
        pl.col("record_id").alias("from"),
    )
