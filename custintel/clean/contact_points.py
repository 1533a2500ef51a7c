"""Every address and number a person has, once."""

from __future__ import annotations

import polars as pl

from custintel.fields import phone
from custintel.tables import CONTACT_POINTS
from custintel.tables.contact_points import CONTACT_KIND
from custintel.tables.records import raw

PHONES = ("mobile", "whatsapp", "phone", "landline")
POSTAL = ("address", "address_2", "neighbourhood", "city", "region", "postal_code", "country")


def contact_points(records: pl.DataFrame, identities: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """The ``contact_points`` table, sorted by person, kind and value."""
    main = customers.select("customer_id", main_email="email", main_phone="phone", main_address="address")
    people = identities.select("record_id", "customer_id").join(main, on="customer_id", how="left")
    brought = [name for field in ("email", *PHONES) for name in (field, raw(field), f"{field}_more")]
    needed = [name for name in ("record_id", *brought, *POSTAL, raw("address")) if name in records.columns]
    rows = records.select(needed).join(people, on="record_id", how="inner", maintain_order="left")
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
        .agg(pl.col("raw").first(), pl.col("is_primary").any(), pl.col("from").unique(maintain_order=True))
    )
    return CONTACT_POINTS.conform(pl.concat([once, several.select(once.columns)]).sort(key))


def points(rows: pl.DataFrame, field: str) -> list[pl.DataFrame]:
    """The values of one field, and the further values of its cells."""
    if field not in rows.columns:
        return []
    main = "main_email" if field == "email" else "main_phone"
    found = [(rows, field)]
    if (more := f"{field}_more") in rows.columns:
        found.append((rows.filter(pl.col(more).list.len() > 0).explode(more), more))
    return [
        frame.filter(pl.col(column).is_not_null()).select(
            "customer_id",
            kind_of(field, column).alias("kind"),
            pl.col(column).alias("value"),
            pl.col(raw(field)).alias("raw"),
            (pl.col(column) == pl.col(main)).fill_null(value=False).alias("is_primary"),
            pl.col("record_id").alias("from"),
        )
        for frame, column in found
    ]


def kind_of(field: str, column: str) -> pl.Expr:
    """The kind of contact point a field brings; a number tells itself where its country's plan does."""
    if field in ("email", "whatsapp"):
        return pl.lit(field, CONTACT_KIND)
    otherwise = "landline" if field == "landline" else "mobile"
    told = phone.line(pl.col(column))
    return pl.when(told == "unknown").then(pl.lit(otherwise)).otherwise(told).cast(CONTACT_KIND)


def postal(rows: pl.DataFrame) -> pl.DataFrame:
    """Postal addresses on one line."""
    parts = [name for name in POSTAL if name in rows.columns]
    return rows.filter(pl.col("address").is_not_null()).select(
        "customer_id",
        pl.lit("postal", CONTACT_KIND).alias("kind"),
        pl.concat_str(parts, separator=", ", ignore_nulls=True).alias("value"),
        pl.col(raw("address")).alias("raw"),
        (pl.col("address") == pl.col("main_address")).fill_null(value=False).alias("is_primary"),
        pl.col("record_id").alias("from"),
    )
