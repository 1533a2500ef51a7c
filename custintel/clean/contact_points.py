"""Every address and number a person has, once."""

from __future__ import annotations

import polars as pl

from custintel.fields import phone
from custintel.tables import CONTACT_POINTS
from custintel.tables.contact_points import CONTACT_KIND
from custintel.tables.records import raw

PHONES = ("mobile", "whatsapp", "phone", "landline")


def contact_points(records: pl.DataFrame, identities: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """The ``contact_points`` table, sorted by person, kind and value."""
    rows = records.join(
        identities.select("record_id", "customer_id"), on="record_id", how="inner", maintain_order="left"
    )
    frames = [frame for field in ("email", *PHONES) for frame in points(rows, field)]
    if "address" in rows.columns:
        frames.append(postal(rows))
    if not frames:
        return CONTACT_POINTS.empty()
    held = pl.concat(frames)
    key = ["customer_id", "kind", "value"]
    repeated = held.select(pl.struct(key).hash().is_duplicated()).to_series()
    once = held.filter(~repeated).with_columns(pl.concat_list("from"))
    several = (
        held.filter(repeated)
        .sort(*key, "from")
        .group_by(key, maintain_order=True)
        .agg(pl.col("raw").first(), pl.col("from").unique(maintain_order=True))
    )
    whole = pl.concat([once, several.select(once.columns)]).sort(key)
    return CONTACT_POINTS.conform(marked(whole, customers))


def points(rows: pl.DataFrame, field: str) -> list[pl.DataFrame]:
    """The values of one field, and the further values of its cells, as customer_id, kind, value, raw, from."""
    if field not in rows.columns:
        return []
    found = [
        rows.select(
            "customer_id",
            pl.col(field).alias("value"),
            pl.col(raw(field)).alias("raw"),
            pl.col("record_id").alias("from"),
        )
    ]
    more = f"{field}_more"
    if more in rows.columns:
        several = rows.filter(pl.col(more).list.len() > 0).explode(more)
        found.append(
            several.select(
                "customer_id",
                pl.col(more).alias("value"),
                pl.col(raw(field)).alias("raw"),
                pl.col("record_id").alias("from"),
            )
        )
    return [
        frame.filter(pl.col("value").is_not_null()).select(
            "customer_id", kind_of(field).alias("kind"), "value", "raw", "from"
        )
        for frame in found
    ]


def kind_of(field: str) -> pl.Expr:
    """The kind of contact point a field brings; for a number it is the number that tells where the country's plan does."""
    if field in ("email", "whatsapp"):
        return pl.lit(field, CONTACT_KIND)
    told = phone.line(pl.col("value"))
    otherwise = "landline" if field == "landline" else "mobile"
    return (
        pl.when(told == "landline")
        .then(pl.lit("landline"))
        .when(told == "mobile")
        .then(pl.lit("mobile"))
        .otherwise(pl.lit(otherwise))
        .cast(CONTACT_KIND)
    )


def postal(rows: pl.DataFrame) -> pl.DataFrame:
    """Postal addresses on one line."""
    parts = [
        column
        for column in ("address", "address_2", "neighbourhood", "city", "region", "postal_code", "country")
        if column in rows.columns
    ]
    return rows.filter(pl.col("address").is_not_null()).select(
        "customer_id",
        pl.lit("postal", CONTACT_KIND).alias("kind"),
        pl.concat_str(parts, separator=", ", ignore_nulls=True).alias("value"),
        pl.col(raw("address")).alias("raw"),
        pl.col("record_id").alias("from"),
    )


def marked(whole: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """``whole`` with the points that the customers table shows marked as primary."""
    main = customers.select("customer_id", "email", "phone", "address")
    frame = whole.join(main, on="customer_id", how="left", maintain_order="left")
    is_primary = (
        pl.when(pl.col("kind") == "email")
        .then(pl.col("value") == pl.col("email"))
        .when(pl.col("kind") == "postal")
        .then(pl.col("value").str.starts_with(pl.col("address")))
        .otherwise(pl.col("value") == pl.col("phone"))
    )
    return frame.with_columns(is_primary=is_primary.fill_null(value=False)).drop("email", "phone", "address")
