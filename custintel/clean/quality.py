"""The quality of what was read, in numbers: what the report, the JSON and the workbook are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from custintel.clean.field_quality import FieldQuality, field_quality, rule_counts
from custintel.people.rebuild import People
from custintel.people.who import Who
from custintel.records.rows import SheetCount

REACHING = ("email", "phone")
AGREEING = ("full_name", "email", "phone", "mobile", "document_id", "city", "birth_date")
"""The fields that are told how often the records of one person agree."""


@dataclass(frozen=True)
class Flow:
    """Rows in, people out; ``same`` when the records are as they were before.

    Closes twice: read = skipped + nobody + known + new; records = people + merged.
    """

    read: int
    skipped: int
    nobody: int
    known: int
    new: int
    before: int
    records: int
    merged: int
    people: int
    same: bool


@dataclass(frozen=True)
class Quality:
    """Everything the report says.

    ``learnt_on`` is how many different rows the matching model was fitted on, ``refitted`` whether in this run; else
    only what is new was matched, with what an earlier run had learnt.
    """

    flow: Flow
    sheets: Sequence[SheetCount]
    fields: Sequence[FieldQuality]
    levels: Mapping[str, int]
    channels: Mapping[str, int]
    sources: Sequence[Mapping[str, Any]]
    agreement: Sequence[Mapping[str, Any]]
    sizes: Mapping[int, int]
    evidence: Mapping[str, int]
    riskiest: Sequence[Mapping[str, Any]]
    apart: Sequence[Mapping[str, Any]]
    rules: Sequence[tuple[str, int]]
    households: int
    to_fix: Sequence[tuple[str, int]]
    trend: Mapping[str, tuple[float, float]]
    learnt_on: int
    refitted: bool


def measure(
    flow: Flow,
    sheets: Sequence[SheetCount],
    rows: pl.DataFrame,
    changes: pl.DataFrame,
    who: Who,
    made: People,
    people_before: pl.DataFrame,
) -> Quality:
    """All numbers of the report: fields and rules of this run's rows, everything else of the whole project."""
    people, records, identities, apart = made.customers, who.records, who.identities, who.matched.apart
    levels, channels = record_levels(people)
    return Quality(
        flow=flow,
        sheets=sheets,
        fields=field_quality(rows, changes),
        levels=levels,
        channels=channels,
        sources=source_overlap(people),
        agreement=field_agreement(records, identities),
        sizes=duplicate_sizes(people),
        evidence=evidence_counts(identities),
        riskiest=riskiest_merges(records, identities),
        apart=apart.sort(["records", "key"], descending=[True, False]).to_dicts(),
        rules=rule_counts(changes),
        households=people["household_id"].n_unique() - 1 if "household_id" in people.columns else 0,
        to_fix=things_to_fix(people, changes, apart, made.review),
        trend=trend(people_before, people),
        learnt_on=who.matched.model.profiles,
        refitted=who.matched.refitted,
    )


def record_levels(customers: pl.DataFrame) -> tuple[dict[str, int], dict[str, int]]:
    """People by how usable their row is, and by how many channels could reach them.

    Complete: a full name, a way to reach them and a place. Usable: a name and a way to reach them. To repair: one of
    the two. Unusable: neither.
    """
    named = pl.col("full_name").is_not_null() | pl.col("company").is_not_null()
    channels = pl.sum_horizontal(pl.col(c).is_not_null().cast(pl.UInt32) for c in (*REACHING, "address"))
    reachable = pl.col("email").is_not_null() | pl.col("phone").is_not_null()
    level = (
        pl.when(named & reachable & pl.col("city").is_not_null())
        .then(pl.lit("complete"))
        .when(named & reachable)
        .then(pl.lit("usable"))
        .when(named | reachable)
        .then(pl.lit("to_repair"))
        .otherwise(pl.lit("unusable"))
    )
    marks = customers.select(level=level, channels=channels)
    levels = dict(marks.group_by("level").agg(n=pl.len()).iter_rows())
    reach = dict(marks.group_by("channels").agg(n=pl.len()).sort("channels").iter_rows())
    order = ("complete", "usable", "to_repair", "unusable")
    return {key: levels.get(key, 0) for key in order}, {str(key): n for key, n in reach.items()}


def source_overlap(customers: pl.DataFrame) -> list[dict[str, Any]]:
    """Per file: the people it knows, those only it knows, and those another file knows as well."""
    rows = customers.select("customer_id", "sources", alone=pl.col("sources").list.len() == 1).explode("sources")
    counts = rows.group_by("sources").agg(people=pl.len(), only_here=pl.col("alone").sum()).sort("sources")
    return [
        {"source": source, "people": people, "only_here": only, "elsewhere_too": people - only}
        for source, people, only in counts.iter_rows()
    ]


def field_agreement(records: pl.DataFrame, identities: pl.DataFrame) -> list[dict[str, Any]]:
    """Per field: among people with two values or more, the share whose values are all alike."""
    together = identities.filter(pl.col("customer_id").is_duplicated()).select("record_id", "customer_id")
    present = [f for f in AGREEING if f in records.columns]
    rows = together.join(records.select("record_id", *present), on="record_id", how="inner")
    found: list[dict[str, Any]] = []
    for field in present:
        held = (
            rows.filter(pl.col(field).is_not_null()).group_by("customer_id").agg(n=pl.len(), k=pl.col(field).n_unique())
        )
        several = held.filter(pl.col("n") > 1)
        if several.height:
            alike = several.filter(pl.col("k") == 1).height
            found.append({"field": field, "people": several.height, "alike": alike})
    return found


def duplicate_sizes(customers: pl.DataFrame) -> dict[int, int]:
    """How many people have one record, two, three..."""
    counts = customers.group_by("n_records").agg(n=pl.len()).sort("n_records")
    return {int(size): n for size, n in counts.iter_rows()}


def evidence_counts(identities: pl.DataFrame) -> dict[str, int]:
    """How many records each kind of evidence joined."""
    counts = (
        identities.filter(pl.col("evidence").list.len() > 0)
        .explode("evidence")
        .group_by("evidence")
        .agg(n=pl.len())
        .sort(["n", "evidence"], descending=[True, False])
    )
    return dict(counts.iter_rows())


def riskiest_merges(records: pl.DataFrame, identities: pl.DataFrame, most: int = 5) -> list[dict[str, Any]]:
    """The merged people that are least sure, with the names as written and what joined the records."""
    weakest = (
        identities.filter((pl.col("decided_by") != "person") & pl.col("customer_id").is_duplicated())
        .sort("probability", "record_id")
        .unique("customer_id", keep="first", maintain_order=True)
        .head(most)
        .select("customer_id", "probability", "evidence")
    )
    named = [pl.col(name) for name in ("full_name", "company") if name in records.columns]
    if not weakest.height or not named:
        return []
    names = records.select("record_id", name=pl.coalesce(named))
    held = identities.select("record_id", "customer_id").join(weakest, on="customer_id").join(names, on="record_id")
    people = held.group_by("customer_id").agg(
        pl.col("name").drop_nulls().unique().sort().alias("names"),
        pl.col("evidence", "probability").first(),
        pl.len().alias("records"),
    )
    return people.sort("probability", "customer_id").to_dicts()


def things_to_fix(
    customers: pl.DataFrame, changes: pl.DataFrame, apart: pl.DataFrame, review: pl.DataFrame
) -> list[tuple[str, int]]:
    """What only people can fix, most cases first: (code, how many)."""
    reachable = pl.col("email").is_not_null() | pl.col("phone").is_not_null()
    dropped = changes.filter(pl.col("kind") == "drop")
    counts = {
        "unreachable": customers.filter(~reachable).height,
        "invalid_email": dropped.filter(pl.col("field") == "email").height,
        "invalid_phone": dropped.filter(pl.col("field").is_in(["phone", "mobile", "landline", "whatsapp"])).height,
        "guessed": changes.filter(pl.col("kind") == "guess").height,
        "maybe_same": review["decision"].null_count(),
        "same_key_other_name": apart.filter(~pl.col("shared")).height,
        "shared_key": apart.filter("shared").height,
        "no_consent_known": customers.filter(
            pl.all_horizontal(
                pl.col(c).is_null() for c in ("consent_email", "consent_sms", "consent_whatsapp", "consent_call")
            )
        ).height,
    }
    return sorted(((code, n) for code, n in counts.items() if n), key=lambda item: (-item[1], item[0]))


def trend(before: pl.DataFrame, after: pl.DataFrame) -> dict[str, tuple[float, float]]:
    """Headline numbers of the customers table before this run and after it; empty when there was none before."""
    if not before.height:
        return {}
    return {key: (value, headline(after)[key]) for key, value in headline(before).items()}


def headline(customers: pl.DataFrame) -> dict[str, float]:
    """People, and the shares of them with an email, a phone and a known consent."""
    n = customers.height or 1
    consents = [pl.col(c).is_not_null() for c in ("consent_email", "consent_sms", "consent_whatsapp", "consent_call")]
    return {
        "people": float(customers.height),
        "with_email": (customers.height - customers["email"].null_count()) / n,
        "with_phone": (customers.height - customers["phone"].null_count()) / n,
        "consent_known": customers.filter(pl.any_horizontal(consents)).height / n,
    }
