"""What to ask: one question per pair of people who may be one."""

from __future__ import annotations

import polars as pl

from custintel.matching.engine import Matched

ASKED = -4.0
"""Bits from which two people are worth asking about."""


def questions(matched: Matched) -> pl.DataFrame:
    """The pairs of people to ask about: record_a, record_b, weight, probability, pattern; the least certain first.

    One pair of records, the strongest, stands for each pair of people.
    """
    person = matched.clusters.select("record_id", "cluster")
    pairs = (
        matched.pairs.filter(pl.col("weight") >= ASKED)
        .join(person.rename({"record_id": "record_a", "cluster": "person_a"}), on="record_a", how="left")
        .join(person.rename({"record_id": "record_b", "cluster": "person_b"}), on="record_b", how="left")
        .filter(pl.col("person_a") != pl.col("person_b"))
        .with_columns(low=pl.min_horizontal("person_a", "person_b"), high=pl.max_horizontal("person_a", "person_b"))
    )
    strongest = pairs.sort(["weight", "record_a", "record_b"], descending=[True, False, False]).unique(
        ["low", "high"], keep="first", maintain_order=True
    )
    return (
        strongest.with_columns(doubt=pl.col("weight").abs())
        .sort("doubt", "record_a", "record_b")
        .select("record_a", "record_b", "weight", "probability", "pattern")
    )
