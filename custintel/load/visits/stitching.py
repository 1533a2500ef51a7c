"""Who is behind a visitor: customers known by an order, a login or a click in an email.

A browser that two customers used (a shared computer, a shop's own till) is not given to either, and does not make one
person of them: only the visits in which a customer was recognised are theirs.
"""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_

KINDS: dict[str, str] = {
    "order": N_("they placed an order in this browser"),
    "login": N_("they signed in in this browser"),
    "email_click": N_("they opened a link in an email sent to them in this browser"),
}
"""Why a visitor is a customer, the strongest first."""

KEYS = {"order": "transaction_id", "login": "user_id", "email_click": "click_id"}
"""The column of events that holds what each kind knows a customer by."""

LINKS = ("visitor_id", "customer_id", "session_id", "kind")


def links(events: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """What connects visitors and customers.

    Args:
        events: ``visitor_id``, ``session_id``; and any of ``transaction_id``, ``user_id`` (the account that was signed
            in) and ``click_id``. Events that do not count connect nobody.
        known: ``key``, ``kind`` and ``customer_id``: orders and accounts as analytics names them (``order``,
            ``login``), and click ids of emails (``email_click``).

    Returns:
        ``visitor_id``, ``customer_id``, ``session_id`` and ``kind``, without repetitions, sorted.
    """
    counted = events.filter(pl.col("excluded").is_null()) if "excluded" in events.columns else events
    found = [pl.DataFrame(schema=dict.fromkeys(LINKS, pl.String))]
    for kind, column in KEYS.items():
        if column in counted.columns:
            keys = known.filter((pl.col("kind") == kind) & pl.col("customer_id").is_not_null())
            seen = counted.filter(pl.col(column).is_not_null()).select(
                pl.col("visitor_id", "session_id").cast(pl.String), key=pl.col(column).cast(pl.String)
            )
            found.append(seen.join(keys, on="key").select(LINKS))
    return pl.concat(found).unique().sort(LINKS)


def stitch(found: pl.DataFrame) -> pl.DataFrame:
    """One row per connected visitor.

    Returns:
        ``visitor_id``; ``customer_id`` (null when there are several); ``customers`` (how many); ``shared`` (several);
        ``kind`` (the strongest reason).
    """
    strength = pl.col("kind").replace_strict({kind: rank for rank, kind in enumerate(KINDS)}, return_dtype=pl.UInt8)
    visitors = found.group_by("visitor_id").agg(
        customer_id=pl.col("customer_id").min(),
        customers=pl.col("customer_id").n_unique(),
        kind=pl.col("kind").sort_by(strength).first(),
    )
    shared = pl.col("customers") > 1
    return visitors.select(
        "visitor_id",
        customer_id=pl.when(~shared).then("customer_id"),
        customers="customers",
        shared=shared,
        kind="kind",
    ).sort("visitor_id")


def with_customers(visits: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Set ``customer_id`` of visits (or events) by their visitor, and on shared browsers by the visit itself.

    Args:
        visits: ``visitor_id`` and ``session_id``.
        found: the answer of :func:`links`.
    """
    whole = stitch(found).filter(~pl.col("shared")).select("visitor_id", _visitor=pl.col("customer_id"))
    by_visit = found.group_by("visitor_id", "session_id").agg(
        _visit=pl.when(pl.col("customer_id").n_unique() == 1).then(pl.col("customer_id").min())
    )
    joined = visits.join(whole, on="visitor_id", how="left", maintain_order="left").join(
        by_visit, on=["visitor_id", "session_id"], how="left", maintain_order="left"
    )
    told = joined.with_columns(customer_id=pl.coalesce("_visitor", "_visit"))
    return told.select(visits.columns if "customer_id" in visits.columns else [*visits.columns, "customer_id"])
