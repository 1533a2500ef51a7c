"""What to do first so that more people can be contacted, worth most first."""

from __future__ import annotations

import polars as pl

from custintel.contactability.permission import UNPROVEN

REPAIRS = ("ask_permission", "correct_address", "ask_for_email", "find_contact")
"""``ask_permission``: somebody is reached, nobody knows whether they agreed. ``correct_address``: what was probably
meant is known. ``ask_for_email``: the email is dead, a phone reaches them. ``find_contact``: nothing reaches them."""
SHOWN = ("customer_id", "full_name", "repair", "kind", "value", "suggestion", "reason", "revenue")


def repairs(
    customers: pl.DataFrame, points: pl.DataFrame, verdicts: pl.DataFrame, ways: pl.DataFrame, money: pl.DataFrame
) -> pl.DataFrame:
    """The people for whom something can be done, each with each thing to do.

    Args:
        customers: the table ``customers`` with what :func:`.channels.of_customers` adds.
        points: the table ``contact_points``.
        verdicts: the table ``contactability``.
        ways: as :func:`.channels.ways` gives it.
        money: ``customer_id`` and ``revenue``.

    Returns:
        :data:`SHOWN`, the most revenue first; ``kind`` and ``value`` of the address or number that it is about, or by
        which to ask; ``suggestion`` and ``reason`` of one that is to be corrected. Null where it is about none.
    """
    judged = verdicts.select(
        pl.col("kind").cast(pl.String), "value", pl.col("status").cast(pl.String), "reason", "suggestion"
    )
    owned = points.select("customer_id", pl.col("kind").cast(pl.String), "value").join(judged, on=["kind", "value"])
    people = customers.select("customer_id", "full_name", "best_channel", "reachable_by", *_answers(customers))
    silent = pl.col("best_channel").is_null()
    unproven = pl.any_horizontal(
        (pl.col(name) == UNPROVEN) & pl.col("reachable_by").list.contains(name.removeprefix("may_contact_"))
        for name in _answers(customers)
    )
    nobody = pl.col("reachable_by").list.len() == 0
    first = ways.filter(pl.col("answer") == UNPROVEN).unique("customer_id", keep="first", maintain_order=True)
    ask = people.filter(silent & unproven).select("customer_id", repair=pl.lit("ask_permission"))
    ask = ask.join(first.select("customer_id", "kind", "value"), on="customer_id", how="left", maintain_order="left")
    wrong = owned.filter(pl.col("suggestion").is_not_null()).with_columns(repair=pl.lit("correct_address"))
    dead = owned.filter(
        (pl.col("kind") == "email") & (pl.col("status") == "undeliverable"), pl.col("suggestion").is_null()
    )
    by_phone = ~nobody & ~pl.col("reachable_by").list.contains("email")
    dead = dead.join(people.filter(by_phone), on="customer_id", how="semi").with_columns(repair=pl.lit("ask_for_email"))
    lost = people.filter(nobody).join(wrong, on="customer_id", how="anti")
    lost = lost.select("customer_id", repair=pl.lit("find_contact"))
    found = pl.concat([ask, wrong.drop("status"), dead.drop("status"), lost], how="diagonal")
    told = found.join(people.select("customer_id", "full_name"), on="customer_id", how="left", maintain_order="left")
    told = told.join(money, on="customer_id", how="left", maintain_order="left")
    return told.select(SHOWN).sort("revenue", "repair", "customer_id", "value", descending=[True, False, False, False])


def _answers(customers: pl.DataFrame) -> list[str]:
    return [name for name in customers.columns if name.startswith("may_contact_")]


def counted(found: pl.DataFrame) -> pl.DataFrame:
    """``repair``, ``people`` and ``revenue``: the most revenue first, then the most people."""
    once = found.unique(["repair", "customer_id"], keep="first", maintain_order=True)
    summed = once.group_by("repair").agg(people=pl.len(), revenue=pl.col("revenue").sum())
    return summed.sort("revenue", "people", "repair", descending=[True, True, False])
