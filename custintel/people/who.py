"""Who is who: the records of a project and of a run, matched, with what people have said about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from custintel.fields.vocabulary import rules
from custintel.matching.engine import Earlier, Matched, Merge, match
from custintel.matching.model import Model
from custintel.people.identities import customer_ids
from custintel.tables import IDENTITIES, MATCHING, PAIRS, RECORDS, REFUSED, REVIEW, Table
from custintel.tables.records import raw

FILLER = ".placeholder"
"""What ends the code of a rule that refused a value which stands for nothing."""


@dataclass(frozen=True)
class Merging:
    """What is merged.

    Attributes:
        merge: what is sure, the likely too, or only what shares a certain key.
        threshold: the probability from which to merge, instead of that of ``merge``.
        compare: unrecognised columns to compare people by.
        anew: everybody, as if all records were new; else only what is new, with what the last run learnt.
    """

    merge: Merge = "sure"
    threshold: float | None = None
    compare: Sequence[str] = ()
    anew: bool = False


@dataclass(frozen=True)
class Who:
    """Who is who.

    Attributes:
        records: of every record of the project, the columns that were asked for.
        identities: the ``identities`` table.
        matched: how it was found.
    """

    records: pl.DataFrame
    identities: pl.DataFrame
    matched: Matched


def who_is_who(
    before: Mapping[Table, pl.LazyFrame], fresh: pl.DataFrame, columns: Sequence[str], merging: Merging, run_id: str
) -> Who:
    """Match fresh rows with all records of the project.

    Args:
        before: the tables of the project.
        fresh: rows to add to ``records``, or to put in the place of those with their ids; normalised. There may be
            none: then people have only said something new.
        columns: the columns of ``records`` to read of every record, :data:`custintel.matching.engine.COMPARED` and
            record_id among them.
        merging: what is merged.
        run_id: this run.
    """
    new = evidence(fresh).select(name for name in columns if name in fresh.columns)
    stored = without_fillers(before[RECORDS].select(columns).collect(), before[REFUSED].collect())
    records = new
    if stored.height:
        filled = stored.select(name for name in columns if stored[name].null_count() < stored.height)
        again = filled["record_id"].is_in(new["record_id"].implode())
        kept = filled.filter(~again) if again.any() else filled
        records = pl.concat([kept, new], how="diagonal_relaxed")
    identities = before[IDENTITIES].collect()
    matched = match(
        records,
        merge=merging.merge,
        threshold=merging.threshold,
        answers=answers(before[REVIEW].collect()),
        compare=merging.compare,
        earlier=earlier(before, fresh["record_id"]) if stored.height and not merging.anew else None,
    )
    return Who(records, customer_ids(matched.clusters, identities, run_id), matched)


def evidence(fresh: pl.DataFrame) -> pl.DataFrame:
    """``fresh`` without the cells as they came that stand for nothing: a refused value may still say who it is about,
    but not one that somebody typed to fill the field.
    """
    fields = [name.removesuffix("_raw") for name in fresh.columns if name.endswith("_raw")]
    told = {field: pl.col(rules(field)).str.contains(FILLER, literal=True) for field in fields if rules(field) in fresh}
    return fresh.with_columns(
        pl.when(~filler.fill_null(value=False)).then(raw(field)).alias(raw(field)) for field, filler in told.items()
    )


def without_fillers(stored: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """As :func:`evidence`, for records of earlier runs: what they refused as standing for nothing."""
    fillers = refused.filter(pl.col("reason").str.ends_with(FILLER))
    for (field,), cells in fillers.group_by("field", maintain_order=True):
        if (column := raw(str(field))) in stored.columns:
            filled = ~pl.col("record_id").is_in(cells["record_id"].implode())
            stored = stored.with_columns(pl.when(filled).then(column).alias(column))
    return stored


def answers(review: pl.DataFrame) -> pl.DataFrame:
    """What people have said: record_a, record_b, same."""
    return review.filter(pl.col("decision").is_not_null()).select(
        "record_a", "record_b", same=pl.col("decision") == "same"
    )


def earlier(before: Mapping[Table, pl.LazyFrame], fresh: pl.Series) -> Earlier | None:
    """What the last run found; none when it learnt no model."""
    model = before[MATCHING].collect()
    if model.is_empty():
        return None
    return Earlier(before[PAIRS].collect(), Model.from_frame(model.drop("position")), fresh)
