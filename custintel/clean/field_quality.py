"""The quality of each field of the rows of a run, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from custintel.tables.records import raw

SAMPLE = 20_000
"""Patterns are looked for in at most this many cells of a column."""
EXAMPLES = 3


@dataclass(frozen=True)
class FieldQuality:
    """One field of the rows of a run, before and after.

    Attributes:
        rows: rows of the sheets that bring the field.
        filled: of these, those whose cell said something.
        valid: of these, those that have a value once normalised, be it from another field.
        unique: different values among them.
        by_kind: cells changed, by the kind of their strongest rule (format, repair, guess, drop).
        patterns: the most frequent forms as they came (letters A, digits 9) with their counts.
        examples: (before, after, rule) of real cells, one per most frequent rule.
    """

    field: str
    rows: int
    filled: int
    valid: int
    unique: int
    by_kind: Mapping[str, int]
    patterns: Sequence[tuple[str, int]]
    examples: Sequence[tuple[str, str | None, str]]


def field_quality(rows: pl.DataFrame, changes: pl.DataFrame) -> list[FieldQuality]:
    """Every field of the rows of a run, before and after.

    Args:
        rows: per field ``<field>_raw``, ``<field>`` and ``<field>_rules``.
        changes: the cell changes of the same rows.
    """
    fields = [name.removesuffix("_rules") for name in rows.columns if name.endswith("_rules")]
    counted = changes.group_by("field", "kind").agg(n=pl.len())
    kinds: dict[str, dict[str, int]] = {}
    for field, kind, n in counted.sort("field", "kind").iter_rows():
        kinds.setdefault(field, {})[kind] = n
    shown = examples(changes)
    sheets = sheets_of(rows, fields)
    found = []
    for field in fields:
        came, now = rows[raw(field)], rows[field]
        bringing = sheets.filter(pl.col(f"{field}_filled") > 0)
        found.append(
            FieldQuality(
                field,
                int(bringing["rows"].sum()),
                int(bringing[f"{field}_filled"].sum()),
                int(bringing[f"{field}_valid"].sum()),
                0 if isinstance(now.dtype, pl.List) else now.drop_nulls().n_unique(),
                kinds.get(field, {}),
                patterns(came),
                shown.get(field, []),
            )
        )
    return found


def sheets_of(rows: pl.DataFrame, fields: Sequence[str]) -> pl.DataFrame:
    """Per sheet, its rows, and per field the cells that said something and those that still do once normalised."""
    filled = [pl.col(raw(field)).count().alias(f"{field}_filled") for field in fields]
    valid = [pl.col(field).count().alias(f"{field}_valid") for field in fields]
    return rows.group_by("source", "sheet").agg(pl.len().alias("rows"), *filled, *valid)


def patterns(values: pl.Series) -> list[tuple[str, int]]:
    """The three most frequent forms of a column's cells."""
    filled = values.drop_nulls()
    sample = filled.gather_every(max(1, filled.len() // SAMPLE))
    forms = pl.DataFrame({"form": sample}).select(
        pl.col("form").str.slice(0, 40).str.replace_all(r"\p{L}+", "A").str.replace_all(r"\d", "9")
    )
    counts = forms.group_by("form").agg(n=pl.len()).sort(["n", "form"], descending=[True, False]).head(3)
    return [(form, n) for form, n in counts.iter_rows()]


def examples(changes: pl.DataFrame) -> dict[str, list[tuple[str, str | None, str]]]:
    """Per field, a real cell before and after for each of its most frequent rules."""
    ranked = (
        changes.group_by("field", "rule")
        .agg(n=pl.len(), before=pl.col("before").first(), after=pl.col("after").first())
        .sort(["field", "n", "rule"], descending=[False, True, False])
    )
    found: dict[str, list[tuple[str, str | None, str]]] = {}
    for field, rule, _n, before, after in ranked.iter_rows():
        shown = found.setdefault(field, [])
        if len(shown) < EXAMPLES:
            shown.append((before, after, rule))
    return found


def rule_counts(changes: pl.DataFrame) -> list[tuple[str, int]]:
    """How many cells each rule touched, most first."""
    counts = (
        changes.group_by("rule")
        .agg(n=pl.len())
        .with_columns(pl.col("rule").str.split("+"))
        .explode("rule")
        .group_by("rule")
        .agg(pl.col("n").sum())
        .sort(["n", "rule"], descending=[True, False])
    )
    return [(code, n) for code, n in counts.iter_rows()]
