"""The audit trail: what was changed in every cell, which values a merge left out, and what could not be used."""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import prod

import polars as pl

from custintel.fields.vocabulary import rules
from custintel.people.merges import as_text
from custintel.people.words import REASONS
from custintel.records.gather import CARRIED
from custintel.sheets.source import Sheet
from custintel.tables import CHANGES, CUSTOMERS, REFUSED
from custintel.tables.changes import KIND
from custintel.tables.records import raw

FIELDS = tuple(dict.fromkeys([*CARRIED, *CUSTOMERS.schema.names()]))
"""Every field that may stand in ``changes.field``, in the order in which the trail tells them."""


def cell_changes(rows: pl.DataFrame) -> pl.DataFrame:
    """Every cell that is not as it came.

    Args:
        rows: record_id, run_id, customer_id and, per field, ``<field>_raw``, ``<field>`` and ``<field>_rules``.

    Returns:
        The ``changes`` table, in the order of fields, then rows.
    """
    frames = [
        rows.lazy()
        .filter(pl.col(rules(field)).is_not_null())
        .select(
            "run_id",
            "record_id",
            "customer_id",
            pl.lit(field).alias("field"),
            pl.col(raw(field)).alias("before"),
            as_text(pl.col(field), rows.schema[field]).alias("after"),
            pl.col(rules(field)).alias("rule"),
        )
        for field in changed_fields(rows)
    ]
    if not frames:
        return CHANGES.empty()
    return pl.concat([weighed(found) for found in pl.collect_all(frames)])


def changed_fields(rows: pl.DataFrame) -> list[str]:
    """The fields whose rules ``rows`` holds, in the order of :data:`FIELDS`."""
    return sorted((name.removesuffix("_rules") for name in rows.columns if name.endswith("_rules")), key=FIELDS.index)


def weighed(changes: pl.DataFrame) -> pl.DataFrame:
    """``changes`` with the kind (the strongest) and the confidence (the product) of the rules of each."""
    codes = changes["rule"].unique().sort().to_list()
    weights = [rule_weights(code) for code in codes]
    if len(weights) == 1:
        kind, confidence = weights[0]
        return changes.with_columns(kind=pl.lit(kind, KIND), confidence=pl.lit(confidence))
    table = pl.DataFrame(
        {"rule": codes, "kind": [kind for kind, _ in weights], "confidence": [c for _, c in weights]},
        schema={"rule": pl.String, "kind": KIND, "confidence": pl.Float64},
    )
    return changes.join(table, on="rule", how="left", maintain_order="left")


def rule_weights(codes: str) -> tuple[str, float]:
    """kind (the strongest) and confidence (the product) of a list of rule codes."""
    strength = {kind: rank for rank, kind in enumerate(KIND.categories)}
    applied = [REASONS[code] for code in codes.split("+")]
    strongest = max((rule.kind for rule in applied), key=strength.__getitem__)
    return strongest, round(prod(rule.confidence for rule in applied), 4)


def refused_cells(changes: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """The cells that held nothing usable, with where they are."""
    dropped = changes.filter(pl.col("kind") == "drop").select(
        "run_id",
        "record_id",
        "field",
        pl.col("before").alias("value"),
        pl.col("rule").str.split("+").list.last().alias("reason"),
    )
    places = records.select("record_id", "source", "sheet", "row")
    return dropped.join(places, on="record_id", how="inner", maintain_order="left").select(REFUSED.schema.names())


def refused_rows(nobody: pl.DataFrame) -> pl.DataFrame:
    """Rows that are about nobody, with what they say."""
    said = [raw(field) for field in CARRIED if raw(field) in nobody.columns]
    if "extra" in nobody.columns:
        nobody = nobody.with_columns(extra=pairs(nobody["extra"]))
    return nobody.select(
        "run_id",
        "source",
        "sheet",
        "row",
        "record_id",
        pl.lit(None, pl.String).alias("field"),
        pl.concat_str(
            [*said, "extra"] if "extra" in nobody.columns else said, separator=" | ", ignore_nulls=True
        ).alias("value"),
        pl.lit("row.nobody").alias("reason"),
    )


def pairs(extra: pl.Series) -> pl.Series:
    """The cells of unrecognised columns, a JSON object each, as ``header: value | header: value``; empty ones left out.

    A text that stands on many rows is read once.
    """
    distinct = extra.drop_nulls().unique().to_list()
    told = [
        " | ".join(f"{header}: {value}" for header, value in json.loads(text).items() if value not in (None, ""))
        for text in distinct
    ]
    read = pl.Series([text or None for text in told], dtype=pl.String)
    return extra.replace_strict(pl.Series(distinct, dtype=pl.String), read, default=None, return_dtype=pl.String)


def skipped_rows(sheets: Iterable[Sheet], run_id: str) -> pl.DataFrame:
    """Rows that are not data: titles, totals, repeated headers."""
    frames = [
        sheet.skipped.select(
            pl.lit(run_id).alias("run_id"),
            pl.lit(sheet.source).alias("source"),
            pl.lit(sheet.sheet).alias("sheet"),
            pl.col("row").cast(pl.UInt32),
            pl.lit(None, pl.String).alias("record_id"),
            pl.lit(None, pl.String).alias("field"),
            pl.col("text").alias("value"),
            pl.concat_str(pl.lit("row."), "reason").alias("reason"),
        )
        for sheet in sheets
    ]
    return pl.concat(frames) if frames else REFUSED.empty()
