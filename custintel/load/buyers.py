"""Who bought, called or answered: customers known by email, phone or document, doubts settled by the name."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from custintel.fields import email, text
from custintel.tables import CONTACT_POINTS, CUSTOMERS, IDENTITIES, RECORDS, Table

KINDS = ("contact_email", "contact_phone", "contact_document")
_MAILS = ("contact_email",)
_PHONES = ("mobile", "landline", "whatsapp")


def known_contacts(before: Mapping[Table, pl.LazyFrame]) -> pl.DataFrame:
    """``kind`` (one of ``KINDS``), ``value`` and ``customer_id`` of every contact and document in the project."""
    points = before[CONTACT_POINTS].select("kind", "value", "customer_id").collect()
    mails = points.filter(pl.col("kind") == "email").select(
        kind=pl.lit("contact_email"), value=email.mailbox(pl.col("value")), customer_id="customer_id"
    )
    phones = points.filter(pl.col("kind").is_in(_PHONES)).select(
        kind=pl.lit("contact_phone"), value="value", customer_id="customer_id"
    )
    whose = before[IDENTITIES].select("record_id", "customer_id")
    documents = (
        before[RECORDS]
        .filter(pl.col("document_id").is_not_null())
        .select("record_id", value="document_id")
        .join(whose, on="record_id", how="inner")
        .select(kind=pl.lit("contact_document"), value="value", customer_id="customer_id")
        .collect()
    )
    return pl.concat([mails, phones, documents]).drop_nulls().unique().sort("kind", "value", "customer_id")


def names_of(before: Mapping[Table, pl.LazyFrame]) -> pl.DataFrame:
    """``customer_id`` and ``words``: those of the person's or company's names."""
    name = pl.concat_str("full_name", "company", separator=" ", ignore_nulls=True)
    return before[CUSTOMERS].select("customer_id", words=words_of(name)).collect()


def resolve(rows: pl.DataFrame, contacts: pl.DataFrame, names: pl.DataFrame) -> pl.Series:
    """The customer of each row.

    Each of email, phone and document that a customer has speaks for them, and each word of the name that they share
    after that. Whoever has most is the customer, unless somebody has as much. One contact alone does not make a
    customer of somebody with another name: families share mailboxes.

    Args:
        rows: any of ``KINDS`` and ``contact_name``.
        contacts: the answer of :func:`known_contacts`.
        names: the answer of :func:`names_of`.

    Returns:
        ``customer_id``, null for those nobody knows or several fit.
    """
    return found_among(rows, contacts, names)["customer_id"]


def found_among(rows: pl.DataFrame, contacts: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """``customer_id`` as of :func:`resolve`, and ``open``: whether it is null because several customers fit."""
    present = [kind for kind in KINDS if kind in rows.columns]
    absent = [pl.lit(None, pl.String).alias(name) for name in (*KINDS, "contact_name") if name not in rows.columns]
    asked = rows.with_columns(absent).select(*KINDS, "contact_name")
    distinct = asked.unique(maintain_order=True).with_row_index("_at")
    told = [
        distinct.select("_at", kind=pl.lit(kind), value=email.mailbox(pl.col(kind)) if kind in _MAILS else pl.col(kind))
        for kind in present
    ]
    if not told:
        return rows.select(customer_id=pl.lit(None, pl.String), open=pl.lit(False))
    found = pl.concat(told).drop_nulls("value").join(contacts, on=["kind", "value"])
    votes = found.group_by("_at", "customer_id").agg(votes=pl.col("kind").n_unique())
    votes = votes.join(distinct.select("_at", said=words_of(pl.col("contact_name"))), on="_at").join(
        names, on="customer_id", how="left"
    )
    shared = pl.col("said").list.set_intersection("words").list.len().fill_null(0)
    nameless = (pl.col("said").list.len().fill_null(0) == 0) | (pl.col("words").list.len().fill_null(0) == 0)
    votes = votes.with_columns(shared=shared).filter((pl.col("votes") > 1) | (pl.col("shared") > 0) | nameless)
    best = votes.with_columns(rank=pl.struct("votes", "shared").rank("dense").over("_at"))
    best = best.filter(pl.col("rank") == pl.col("rank").max().over("_at"))
    fitting = best.group_by("_at").agg(open=pl.len() > 1, customer_id=pl.col("customer_id").first())
    fitting = fitting.with_columns(customer_id=pl.when(~pl.col("open")).then("customer_id"))
    answers = distinct.join(fitting, on="_at", how="left").drop("_at").with_columns(pl.col("open").fill_null(False))
    found = asked.join(answers, on=asked.columns, how="left", nulls_equal=True, maintain_order="left")
    return found.select("customer_id", "open")


def words_of(name: pl.Expr) -> pl.Expr:
    """The words of a name for comparing; initials say little."""
    return text.key(name).str.split(" ").list.eval(pl.element().filter(pl.element().str.len_chars() > 1))
