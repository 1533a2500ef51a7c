"""The golden record: which of a person's values goes into the customers table.

Fields that belong together travel together (a name, a document, an address), so nobody gets half of one address and
half of another. How each group is chosen is declared in :data:`GROUPS` and may be overridden by the setting
``survivorship.<group>``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import polars as pl

from custintel.fields import consent
from custintel.tables import CUSTOMERS
from custintel.tables.customers import DESCRIPTIVE_FIELDS
from custintel.tables.records import TIME

Strategy = Literal["complete", "recent", "frequent", "trusted"]


@dataclass(frozen=True)
class Group:
    """Fields that are taken from one record.

    Attributes:
        name: as the setting ``survivorship.<name>`` calls it.
        fields: columns of ``records``; the first is the one that must be there for the record to be a candidate,
            unless ``any_field``.
        strategy: how the record is chosen; ties are decided by the other strategies, then by record_id.
        any_field: whether any of the fields is enough.
    """

    name: str
    fields: tuple[str, ...]
    strategy: Strategy
    any_field: bool = False


GROUPS: tuple[Group, ...] = (
    Group("name", ("full_name", "first_name", "last_name"), "complete"),
    Group("document", ("document_id", "document_type"), "frequent"),
    Group("email", ("email",), "recent"),
    Group("phone", ("main_phone",), "recent"),
    Group("birth_date", ("birth_date",), "frequent"),
    Group("gender", ("gender",), "frequent"),
    Group("company", ("company",), "recent"),
    Group(
        "address",
        (
            "address",
            "address_2",
            "street_number",
            "neighbourhood",
            "locality",
            "city",
            "region",
            "country",
            "postal_code",
            "geo_code",
        ),
        "complete",
        any_field=True,
    ),
    *(
        Group(name, (name,), "recent")
        for name in DESCRIPTIVE_FIELDS
        if name not in ("address_2", "street_number", "neighbourhood", "locality")
    ),
)
PHONES = ("mobile", "whatsapp", "phone", "landline")
CONSENTS = ("consent_data", "consent_email", "consent_sms", "consent_whatsapp", "consent_call")
TIES: dict[str, tuple[Strategy, ...]] = {
    "complete": ("complete", "recent", "frequent"),
    "recent": ("recent", "complete", "frequent"),
    "frequent": ("frequent", "complete", "recent"),
    "trusted": ("trusted", "recent", "complete", "frequent"),
}
"""What decides, and what decides when that does not."""


@dataclass(frozen=True)
class Survivorship:
    """How the golden record is made, where it is not as declared in :data:`GROUPS`.

    Attributes:
        strategies: group name -> strategy.
        trusted: files, the most trusted first.
    """

    strategies: Mapping[str, str] = field(default_factory=dict)
    trusted: Sequence[str] = ()


def customers(records: pl.DataFrame, survivorship: Survivorship = Survivorship()) -> pl.DataFrame:
    """One row per person.

    Args:
        records: columns of the ``records`` table, and the customer_id of every record.
        survivorship: how to choose among a person's values.

    Returns:
        The ``customers`` table, sorted by customer_id.
    """
    rows = prepared(records)
    repeated = rows["customer_id"].is_duplicated()
    single = rows.with_columns(
        pl.concat_list("source").alias("sources"), pl.lit(1, pl.UInt32).alias("n_records"), *withheld()
    )
    merged = merge(rows.filter(repeated), survivorship)
    frame = pl.concat([named(single), named(merged)], how="diagonal").rechunk()
    one_each = pl.concat([~repeated, pl.repeat(value=True, n=merged.height, dtype=pl.Boolean, eager=True)])
    order = frame.select("customer_id").with_row_index().filter(one_each).sort("customer_id")["index"]
    missing = [
        pl.lit(None, c.dtype).alias(c.name) for c in CUSTOMERS.columns if not c.optional and c.name not in frame.columns
    ]
    return CUSTOMERS.conform(frame[order].with_columns(missing))


def prepared(records: pl.DataFrame) -> pl.DataFrame:
    """The columns of records that a person is made of, one main phone, and what is always needed even when empty."""
    phones = [pl.col(c) for c in PHONES if c in records.columns]
    fields = {field for group in GROUPS for field in group.fields}
    optional = {"born_at": TIME, "seen_at": TIME, "consent_at": TIME, "tags": pl.List(pl.String)}
    optional |= dict.fromkeys(CONSENTS, pl.Boolean())
    frame = records.select(
        "customer_id",
        "record_id",
        "source",
        *(name for name in records.columns if name in fields or name in optional),
        main_phone=pl.coalesce(phones) if phones else pl.lit(None, pl.String),
        first_channel=pl.col("acquisition_source")
        if "acquisition_source" in records.columns
        else pl.lit(None, pl.String),
    )
    return frame.with_columns(pl.lit(None, t).alias(name) for name, t in optional.items() if name not in frame.columns)


def merge(rows: pl.DataFrame, survivorship: Survivorship) -> pl.DataFrame:
    """The rows of people with several records as one row per person."""
    ranked = rows.sort("customer_id", "record_id")
    people = ranked.group_by("customer_id", maintain_order=True).agg(
        sources=pl.col("source").unique().sort(),
        n_records=pl.len().cast(pl.UInt32),
        born_at=pl.col("born_at").min(),
        seen_at=pl.col("seen_at").max(),
        first_channel=pl.col("first_channel").sort_by("born_at", nulls_last=True).drop_nulls().first(),
        tags=pl.col("tags").list.explode().drop_nulls().unique().sort(),
        **{name: consent.restrictive(pl.col(name)) for name in CONSENTS},
        consent_at=answered_at(),
    )
    people = people.with_columns(pl.when(pl.col("tags").list.len() > 0).then("tags").alias("tags"), *withheld())
    for group in GROUPS:
        fields = [field for field in group.fields if field in ranked.columns]
        if fields:
            strategy = survivorship.strategies.get(group.name, group.strategy)
            chosen = survivors(ranked, replace(group, fields=tuple(fields)), strategy, survivorship.trusted)
            people = people.join(chosen, on="customer_id", how="left", maintain_order="left")
    return people


def survivors(rows: pl.DataFrame, group: Group, strategy: str, trusted: Sequence[str]) -> pl.DataFrame:
    """Per person, the fields of ``group`` from the record that ``strategy`` chooses."""
    filled = [pl.col(field).is_not_null() for field in group.fields]
    candidate = pl.any_horizontal(filled) if group.any_field else filled[0]
    first = pl.col(group.fields[0])
    length = first.cast(pl.String).str.len_chars() if rows.schema[group.fields[0]] == pl.String else pl.lit(0)
    values = pl.struct(group.fields) if len(group.fields) > 1 else first
    measures = {
        "complete": pl.sum_horizontal(pl.col(f).is_not_null().cast(pl.Int64) for f in group.fields) * 1000 + length,
        "recent": pl.col("seen_at"),
        "frequent": pl.len().over("customer_id", values),
        "trusted": -pl.col("source").replace_strict(
            {name: n for n, name in enumerate(trusted)}, default=len(trusted), return_dtype=pl.Int64
        ),
    }
    order = TIES[strategy]
    return (
        rows.filter(candidate)
        .select("customer_id", "record_id", *group.fields, **{f"_{name}": measures[name] for name in order})
        .sort(
            ["customer_id", *(f"_{name}" for name in order), "record_id"],
            descending=[False, *(True for _ in order), False],
            nulls_last=True,
        )
        .unique("customer_id", keep="first", maintain_order=True)
        .select("customer_id", *group.fields)
    )


def answered_at() -> pl.Expr:
    """When the consent that counts was given: the newest no when there is one, else the newest yes."""
    no = pl.any_horizontal(pl.col(c).not_().fill_null(value=False) for c in CONSENTS)
    yes = pl.any_horizontal(pl.col(c).fill_null(value=False) for c in CONSENTS)
    refused = pl.col("consent_at").filter(no).max()
    return pl.when(no.any()).then(refused).otherwise(pl.col("consent_at").filter(yes).max())


def bound(people: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """``people`` with every refusal that came with their email or phone, whoever's record it is on.

    A mailbox that a family shares has unsubscribed when one of them did.
    """
    said = {"consent_email": ("email",), **dict.fromkeys(("consent_sms", "consent_whatsapp", "consent_call"), PHONES)}
    for consent_name, contacts in said.items():
        if consent_name in records.columns:
            refusing = records.filter(~pl.col(consent_name))
            values = [refusing[contact].drop_nulls() for contact in contacts if contact in records.columns]
            if values:
                main = "email" if consent_name == "consent_email" else "phone"
                refused = pl.col(main).is_in(pl.concat(values).unique().implode()).fill_null(value=False)
                answer = pl.when(refused).then(pl.lit(value=False)).otherwise(pl.col(consent_name))
                people = people.with_columns(answer.alias(consent_name))
    return people


def withheld() -> list[pl.Expr]:
    """A person who refused that data be held may not be contacted by any channel."""
    return [
        pl.when(~pl.col("consent_data")).then(pl.lit(value=False)).otherwise(pl.col(name)).alias(name)
        for name in CONSENTS
        if name != "consent_data"
    ]


def named(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of the customers table, by their names there."""
    frame = frame.rename({"born_at": "first_seen", "seen_at": "last_seen", "main_phone": "phone"})
    columns = [c for c in CUSTOMERS.columns if c.name in frame.columns]
    return frame.select(pl.col(c.name).cast(c.dtype) for c in columns)
