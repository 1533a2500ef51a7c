"""The pairs that wait for an answer: what is asked first, with all that a person needs to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from custintel.matching.model import Model
from custintel.matching.words import explain, label
from custintel.people.follows import unsettled
from custintel.tables import IDENTITIES, MATCHING, PAIRS, RECORDS, REVIEW, Table

LITTLE = 0.5
"""Bits below which a comparison is not worth telling."""
START = "pairs"


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person.

    Attributes:
        pair_id: of the ``review`` table.
        a: the one record: its columns of ``records``, customer_id, and ``n_records`` of that person.
        b: the other.
        probability: that they are one person, 0 to 1.
        at_stake: what both have spent; None when it is not known.
        pros: evidence codes that speak for one person, the strongest first.
        cons: those that speak against it.
    """

    pair_id: str
    a: Mapping[str, object]
    b: Mapping[str, object]
    probability: float
    at_stake: Decimal | None
    pros: tuple[str, ...]
    cons: tuple[str, ...]

    @property
    def people(self) -> tuple[str, str]:
        """customer_id of both."""
        return str(self.a["customer_id"]), str(self.b["customer_id"])


def in_words(codes: tuple[str, ...]) -> str:
    """Evidence codes as a phrase."""
    return ", ".join(label(code) for code in codes)


def waiting(before: Mapping[Table, pl.LazyFrame]) -> pl.DataFrame:
    """The pairs of the ``review`` table to ask about, most money at stake first, then the least certain.

    Returns:
        The columns of ``review``, person_a, person_b and the ``pattern`` of the pair, null when it is not known.
    """
    queue = unsettled(before[REVIEW].collect(), before[IDENTITIES].collect())
    patterns = (
        before[PAIRS]
        .select("record_a", "record_b", "pattern")
        .join(queue.select("record_a", "record_b").lazy(), on=["record_a", "record_b"], how="semi")
    )
    return (
        queue.join(patterns.collect(), on=["record_a", "record_b"], how="left", maintain_order="left")
        .with_columns(doubt=(pl.col("probability") - 0.5).abs())
        .sort("at_stake", "doubt", "pair_id", descending=[True, False, False], nulls_last=True)
        .drop("doubt")
    )


def pairs_of(queue: pl.DataFrame, before: Mapping[Table, pl.LazyFrame]) -> list[Pair]:
    """The pairs of ``queue`` with their records, in its order."""
    wanted = pl.concat([queue["record_a"], queue["record_b"]]).unique()
    whose = before[IDENTITIES].select("record_id", "customer_id", n_records=pl.len().over("customer_id"))
    rows = (
        before[RECORDS].filter(pl.col("record_id").is_in(wanted.implode())).join(whose, on="record_id", how="inner")
    ).collect()
    records = {str(record["record_id"]): record for record in rows.iter_rows(named=True)}
    reasons = reasons_of(queue, before)
    columns = queue.select("pair_id", "record_a", "record_b", "probability", "at_stake", "pattern", "evidence")
    return [
        Pair(pair, records[a], records[b], probability, stake, *reasons.get(pattern, (tuple(codes), ())))
        for pair, a, b, probability, stake, pattern, codes in columns.iter_rows()
    ]


def reasons_of(
    queue: pl.DataFrame, before: Mapping[Table, pl.LazyFrame]
) -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Per pattern of ``queue``, the codes that speak for one person and those that speak against it."""
    learnt = before[MATCHING].sort("position").drop("position").collect()
    found: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    if learnt.is_empty():
        return found
    model = Model.from_frame(learnt)
    for pattern in queue["pattern"].drop_nulls().unique().sort().to_list():
        weights = [weight for weight in explain(model, pattern) if weight.comparison != START]
        pros = tuple(weight.code for weight in weights if weight.bits > LITTLE)
        cons = tuple(weight.code for weight in weights if weight.bits < -LITTLE)
        found[pattern] = pros, cons
    return found
