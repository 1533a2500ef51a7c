"""What ties records to each other: what somebody said, and the pairs that the model weighed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from custintel.fields import text
from custintel.matching.model import Model
from custintel.tables import MATCHING, PAIRS, REVIEW, Table
from custintel.why.names import Alike, alike
from custintel.why.waterfall import Step, by_rule, waterfall

SAYS = (
    *("full_name", "company", "document_id", "email", "mobile", "whatsapp", "phone", "landline"),
    *("birth_date", "address", "city", "source_id"),
)
"""The fields by which records are told to say the same."""


class Said(NamedTuple):
    """What somebody said of two records, when, and in which command."""

    same: bool
    at: dt.datetime | None
    command: str | None


class Tie(NamedTuple):
    """Two records and what is known of the pair.

    Attributes:
        a: a record_id.
        b: another.
        weight: log2 odds that they are one person; none when the model did not weigh them.
        probability: the same as a probability.
        band: sure, likely or apart.
        pattern: how they agree.
        said: what somebody said.
    """

    a: str
    b: str
    weight: float | None = None
    probability: float | None = None
    band: str | None = None
    pattern: int | None = None
    said: Said | None = None

    @property
    def strength(self) -> float:
        """What orders ties: what was said, then the weight."""
        if self.said:
            return float("inf") if self.said.same else float("-inf")
        return self.weight if self.weight is not None else float("-inf")

    @property
    def key(self) -> tuple[float, str, str]:
        """What sorts the strongest first."""
        return (-self.strength, self.a, self.b)


class Link(NamedTuple):
    """A tie with its reasons.

    Attributes:
        tie: the two records.
        by: ``person``, ``rule`` or ``model``: who decided.
        steps: the sum of its weight; none when the model did not weigh it.
        names: how the words of the two names stand for each other.
    """

    tie: Tie
    by: str
    steps: Sequence[Step]
    names: Sequence[Alike]


def ties(before: Mapping[Table, pl.LazyFrame], record_ids: Sequence[str]) -> list[Tie]:
    """Everything known of pairs with one of these records, the strongest first."""
    touching = pl.col("record_a").is_in(list(record_ids)) | pl.col("record_b").is_in(list(record_ids))
    found = {
        (row["record_a"], row["record_b"]): Tie(
            row["record_a"], row["record_b"], row["weight"], row["probability"], row["band"], row["pattern"]
        )
        for row in before[PAIRS].filter(touching).collect().iter_rows(named=True)
    }
    answered = before[REVIEW].filter(touching & pl.col("decision").is_not_null())
    for row in answered.collect().iter_rows(named=True):
        a, b = sorted((row["record_a"], row["record_b"]))
        said = Said(row["decision"] == "same", row["decided_at"], row["decided_in"])
        found[a, b] = found.get((a, b), Tie(a, b))._replace(said=said)
    return sorted(found.values(), key=lambda tie: tie.key)


def explained(
    before: Mapping[Table, pl.LazyFrame], found: Sequence[Tie], names: Mapping[str, str | None]
) -> list[Link]:
    """Ties with their reasons; ``names`` is the name of every record."""
    weighed = any(tie.pattern is not None for tie in found)
    model = Model.from_frame(before[MATCHING].collect().sort("position").drop("position")) if weighed else None
    links = []
    for tie in found:
        steps: list[Step] = []
        by = "person" if tie.said else "model"
        if model and tie.pattern is not None and tie.weight is not None:
            steps = waterfall(model, tie.pattern, tie.weight)
            by = "rule" if not tie.said and by_rule(model, tie.pattern) else by
        links.append(Link(tie, by, steps, alike(names.get(tie.a), names.get(tie.b))))
    return links


def joining(found: Iterable[Tie], record_ids: Iterable[str]) -> list[Tie]:
    """The fewest and strongest ties that hold these records together; ``found`` comes strongest first."""
    group = {record: record for record in record_ids}

    def root(record: str) -> str:
        while group[record] != record:
            record = group[record]
        return record

    kept = []
    for tie in found:
        if tie.a in group and tie.b in group and tie.strength > float("-inf") and root(tie.a) != root(tie.b):
            group[root(tie.a)] = root(tie.b)
            kept.append(tie)
    return kept


def repeats(records: pl.DataFrame, found: Iterable[Tie]) -> dict[str, str]:
    """record_id → the record that says the same, for records that the model did not weigh because of that.

    Args:
        records: of one person.
        found: the ties among them.
    """
    tied = {record for tie in found for record in (tie.a, tie.b)}
    said = {row["record_id"]: sayings(row) for row in records.iter_rows(named=True)}
    ids = list(said)
    models = [record for record in ids if record in tied] or ids[:1]
    return {record: nearest(said, record, models) for record in ids if record not in tied and record not in models}


def sayings(record: Mapping[str, object]) -> tuple[str, ...]:
    """What a record says, in the form in which it is compared."""
    return tuple(text.bare_key(str(record.get(field) or "")) for field in SAYS)


def nearest(said: Mapping[str, tuple[str, ...]], record: str, among: Sequence[str]) -> str:
    """The record that says the most of what ``record`` says."""
    return min(among, key=lambda other: sum(x != y for x, y in zip(said[record], said[other], strict=True)))
