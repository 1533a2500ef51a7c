"""What decides the segment of a customer: kept from run to run, so that moving from one to another means something."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from custintel.segment.features import Feature, Method, People
from custintel.segment.kmeans import UNIT, nearest
from custintel.segment.ranks import Floats, Grid
from custintel.segment.rules import Condition, Rule, matched
from custintel.tables.segments import SEGMENT_MODEL

SCORES = {"r": "recency", "f": "orders", "m": "net"}
"""Scores from 1 to 5 that rules can use, and of what they are."""


@dataclass(frozen=True)
class Model:
    """A frozen segmentation.

    Attributes:
        method: kmeans, gmm, ward, hdbscan or rules.
        features: what customers are compared by.
        grids: the places of the values of each feature, by its name.
        codes: the names of the segments, best first.
        centres: one row per segment, in places; no rows for rules.
        variances: of a mixture, likewise; else no rows.
        weights: of a mixture; else empty.
        rules: of a rules file; else the card that rebuilds the segments.
        as_of: the day it was made of.
        facts: what was found when it was made: ``stability``, ``explained``, ``silhouette``...
        by_asked: the names of the features that were asked for; those that told nobody apart are not among features.
    """

    method: Method
    features: tuple[Feature, ...]
    grids: Mapping[str, Grid]
    codes: tuple[str, ...]
    centres: Floats
    as_of: dt.date
    variances: Floats = field(default_factory=lambda: np.empty((0, 0)))
    weights: Floats = field(default_factory=lambda: np.empty(0))
    rules: tuple[Rule, ...] = ()
    facts: Mapping[str, float] = field(default_factory=dict)
    by_asked: tuple[str, ...] = ()

    @property
    def k(self) -> int:
        """How many segments."""
        return len(self.codes)

    @property
    def by(self) -> tuple[str, ...]:
        """The names of the features."""
        return tuple(feature.name for feature in self.features)

    def places(self, people: People) -> Floats:
        """The places of everybody, a column per feature, more being better."""
        return np.stack([self.grids[one.name].place(people.values(one)) for one in self.features], axis=1)


@dataclass(frozen=True)
class Assigned:
    """The segment (from 0; -1 for none), distance and probability of everybody; NaN where a method knows none."""

    labels: np.ndarray[Any, np.dtype[np.int64]]
    distance: Floats
    probability: Floats


def assign(model: Model, people: People) -> Assigned:
    """The segment of everybody."""
    n = people.frame.height
    nothing = np.full(n, np.nan)
    if model.method == "rules":
        labels = matched(scored(model.grids, people), model.rules).fill_null(-1).to_numpy().astype(np.int64)
        return Assigned(labels, nothing, nothing)
    places = model.places(people)
    if model.method == "gmm":
        away = (places[:, None, :] - model.centres) ** 2
        dense = np.log(model.weights) - 0.5 * (away / model.variances + np.log(model.variances)).sum(axis=2)
        labels = dense.argmax(axis=1)
        chance = 1 / np.exp(dense - dense.max(axis=1, keepdims=True)).sum(axis=1)
        return Assigned(labels, np.sqrt(away.sum(axis=2)[np.arange(n), labels]), chance)
    found, squares = nearest(UNIT.steps(places), np.rint(model.centres / UNIT.step * 64) / 64)
    return Assigned(found.astype(np.int64), np.sqrt(squares) * UNIT.step, nothing)


def scored(grids: Mapping[str, Grid], people: People) -> pl.DataFrame:
    """The frame of ``people`` with the scores from 1 to 5 whose grids there are, and ``fm``."""
    columns = []
    for name, source in SCORES.items():
        if source in grids and source in people.frame.columns:
            places = grids[source].place(people.values(Feature(source, "number", source == "recency")))
            columns.append(pl.Series(name, np.minimum(np.floor(places * 5) + 1, 5)))
    frame = people.frame.with_columns(columns)
    return frame.with_columns(fm=(pl.col("f") + pl.col("m")) / 2) if {"f", "m"} <= set(frame.columns) else frame


def to_table(model: Model) -> pl.DataFrame:
    """The table ``segment_model``."""
    rows = pl.DataFrame(list(_rows(model)), schema=SEGMENT_MODEL.schema, orient="row")
    return rows.sort(SEGMENT_MODEL.key)


def _rows(model: Model) -> Iterator[tuple[str, str, int, int, float | None, str | None]]:
    yield "setting", "method", 0, 0, None, model.method
    yield "setting", "as_of", 0, 0, None, model.as_of.isoformat()
    for name, fact in sorted(model.facts.items()):
        yield "setting", f"fact.{name}", 0, 0, float(fact), None
    for place, name in enumerate(model.by_asked):
        yield "setting", "asked", 0, place, None, name
    for place, feature in enumerate(model.features):
        yield "setting", "feature", 0, place, float(feature.falls), f"{feature.kind} {feature.name}"
    for name, grid in sorted(model.grids.items()):
        for place, (value, at) in enumerate(zip(grid.values.tolist(), grid.places.tolist(), strict=True)):
            yield "grid", name, 0, place, value, None
            yield "grid", f"{name} at", 0, place, at, None
    for number, code in enumerate(model.codes, 1):
        yield "segment", "code", number, 0, None, code
    for part, table in (("centre", model.centres), ("variance", model.variances)):
        for number, row in enumerate(table.tolist(), 1):
            for feature, value in zip(model.features, row, strict=True):
                yield part, feature.name, number, 0, value, None
    for number, weight in enumerate(model.weights.tolist(), 1):
        yield "weight", "", number, 0, weight, None
    for place, rule in enumerate(model.rules):
        for condition in rule.conditions or (None,):
            text = condition.to_text() if condition else None
            order = rule.conditions.index(condition) if condition else 0
            yield "rule", f"{place:04d} {order:02d}", rule.segment + 1, place, None, text


def from_table(table: pl.DataFrame) -> Model | None:
    """The model that was stored; ``None`` when there is none."""
    if not table.height:
        return None
    parts = {str(part[0]): frame for part, frame in table.partition_by("part", as_dict=True).items()}
    none = table.clear()
    settings = parts.get("setting", none)
    texts = {row["name"]: row["text"] for row in settings.iter_rows(named=True) if row["name"] in ("method", "as_of")}
    features = []
    for row in settings.filter(pl.col("name") == "feature").sort("position").iter_rows(named=True):
        kind, _space, name = row["text"].partition(" ")
        features.append(Feature(name, kind, bool(row["value"])))
    facts = {
        row["name"].removeprefix("fact."): row["value"]
        for row in settings.filter(pl.col("name").str.starts_with("fact.")).iter_rows(named=True)
    }
    codes = tuple(parts.get("segment", none).sort("segment_id")["text"].to_list())
    return Model(
        method=texts["method"],
        features=tuple(features),
        grids=_grids(parts.get("grid", none)),
        codes=codes,
        centres=_matrix(parts.get("centre", none), features),
        as_of=dt.date.fromisoformat(texts["as_of"]),
        variances=_matrix(parts.get("variance", none), features),
        weights=parts.get("weight", none).sort("segment_id")["value"].to_numpy(),
        rules=_rules(parts.get("rule", none)),
        facts=facts,
        by_asked=tuple(settings.filter(pl.col("name") == "asked").sort("position")["text"]),
    )


def _grids(table: pl.DataFrame) -> dict[str, Grid]:
    lists = {
        str(name[0]): part.sort("position")["value"].to_numpy()
        for name, part in table.partition_by("name", as_dict=True).items()
    }
    return {name: Grid(values, lists[f"{name} at"]) for name, values in lists.items() if f"{name} at" in lists}


def _matrix(table: pl.DataFrame, features: Sequence[Feature]) -> Floats:
    if not table.height:
        return np.empty((0, 0))
    columns = [table.filter(pl.col("name") == one.name).sort("segment_id")["value"].to_numpy() for one in features]
    return np.stack(columns, axis=1)


def _rules(table: pl.DataFrame) -> tuple[Rule, ...]:
    found = []
    for _place, part in table.sort("position", "name").group_by("position", maintain_order=True):
        texts = part["text"].drop_nulls().to_list()
        found.append(Rule(part["segment_id"][0] - 1, tuple(Condition.from_text(text) for text in texts)))
    return tuple(found)
