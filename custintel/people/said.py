"""What people say about who is who, as rows of the ``review`` table: an answer, two people joined, one taken apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product

import polars as pl

from custintel.matching.answers import SCHEMA, contradictions
from custintel.tables import REVIEW


@dataclass(frozen=True)
class Said:
    """When something was said, and in which command: review, merge or unmerge."""

    at: dt.datetime
    command: str


def answered(review: pl.DataFrame, answers: pl.DataFrame, said: Said) -> pl.DataFrame:
    """The ``review`` table with new answers; a new answer about a pair replaces the one before it.

    An answer that was given already stays as it was, with its date.

    Args:
        review: the table so far.
        answers: record_a, record_b, same; in any order, each pair once.
        said: when and where.
    """
    low, high = pl.min_horizontal("record_a", "record_b"), pl.max_horizontal("record_a", "record_b")
    decision = pl.when("same").then(pl.lit("same")).otherwise(pl.lit("different"))
    told = answers.select(low.alias("record_a"), high.alias("record_b"), decision.alias("decision"))
    known = review.select("pair_id", "probability", "evidence", "at_stake", pl.col("decision").alias("before"))
    new = (
        told.unique()
        .with_columns(pair_id())
        .join(known, on="pair_id", how="left", maintain_order="left")
        .filter(pl.col("decision").ne_missing(pl.col("before").cast(pl.String)))
        .with_columns(
            evidence=pl.col("evidence").fill_null(pl.lit([], pl.List(pl.String))),
            decided_at=pl.lit(said.at, REVIEW.schema["decided_at"]),
            decided_in=pl.lit(said.command),
        )
    )
    kept = review.join(new, on="pair_id", how="anti", maintain_order="left")
    return REVIEW.conform(pl.concat([kept, REVIEW.conform(new.select(REVIEW.schema.names()))]).sort("pair_id"))


def joined(review: pl.DataFrame, records: Sequence[str], said: Said) -> pl.DataFrame:
    """The ``review`` table with all these records said to be one person's.

    What was said to the contrary about two of them is withdrawn. Every record is tied to the first of them, so they
    stay together whatever the model holds of them.
    """
    first, *others = sorted(set(records))
    inside = both_in(records) & (pl.col("decision") == "different").fill_null(value=False)
    return answered(review.filter(~inside), pairs((first, other, True) for other in others), said)


def parted(review: pl.DataFrame, groups: Sequence[Sequence[str]], said: Said) -> pl.DataFrame:
    """The ``review`` table with the records of each group said to be other people's than those of all other groups.

    What tied them together is withdrawn. The first group is who the person was and stays one person; what the others
    are among themselves is left to the model and to what has been said.
    """
    withdrawn = between(groups) & (pl.col("decision") == "same").fill_null(value=False)
    first, *others = sorted(set(groups[0]))
    apart = ((a, b, False) for x, y in combinations(groups, 2) for a, b in product(x, y))
    tied = ((first, other, True) for other in others)
    return answered(review.filter(~withdrawn), pairs(chain(apart, tied)), said)


def conflicts(review: pl.DataFrame) -> pl.DataFrame:
    """The pairs said to be two people that other answers make one: record_a, record_b, through."""
    return contradictions(decided(review))


def decided(review: pl.DataFrame) -> pl.DataFrame:
    """What has been said: record_a, record_b, same."""
    told = review.filter(pl.col("decision").is_not_null())
    return told.select("record_a", "record_b", same=pl.col("decision") == "same")


def pairs(rows: object) -> pl.DataFrame:
    """Rows of record_a, record_b and same as a frame."""
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")  # type: ignore[call-overload]


def both_in(records: Sequence[str]) -> pl.Expr:
    """Whether both records of a pair are among ``records``."""
    return pl.col("record_a").is_in(list(records)) & pl.col("record_b").is_in(list(records))


def between(groups: Sequence[Sequence[str]]) -> pl.Expr:
    """Whether the two records of a pair are in two different groups."""
    number = {record: n for n, group in enumerate(groups) for record in group}
    a, b = (
        pl.col(side).replace_strict(number, default=None, return_dtype=pl.Int64) for side in ("record_a", "record_b")
    )
    return (a != b).fill_null(value=False)


def pair_id() -> pl.Expr:
    """The id of record_a and record_b as a pair."""
    return pl.concat_str(
        pl.lit("p"), pl.col("record_a").str.slice(1), pl.lit("-"), pl.col("record_b").str.slice(1)
    ).alias("pair_id")
