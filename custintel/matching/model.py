"""The model: how likely each pattern of agreement is for one person's records and for everybody else's.

Fellegi and Sunter's odds (1969), fitted by expectation-maximisation over distinct patterns, with five classes: one
person, one household, a shared contact, namesakes, unrelated. The likelihood is over all pairs: those that no key
proposed are unrelated, and how often unrelated people agree exactly is counted over all of them, less what the other
classes explain.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl
from numpy.typing import NDArray

CLASSES = ("same", "household", "shared", "namesake", "unrelated")
SAME, HOUSEHOLD, SHARED, NAMESAKE, UNRELATED = range(5)

STRENGTH = 30.0
"""Pairs that the priors count as."""
PER_PROFILE = (0.25, 0.05, 0.05, 0.05)
"""Pairs per profile of each class but the last, before the data has spoken."""
ROUNDS = 25
PERSONAL = ("name", "document", "source_id", "born")
"""What people who live or work together do not share by definition, so it is not learnt for them: else a person whose
name is badly written would pass for two of one household."""
_LEAST = 1e-12
_SEEN = 3.0
_LOOKALIKE = {"similar": 0.12, "same_name": 0.05, "near": 0.005}
"""How often namesakes' mailboxes look alike because their names do."""

Floats = NDArray[np.float64]
Patterns = NDArray[np.int64]
Levels = NDArray[np.uint8]


@dataclass(frozen=True)
class Model:
    """What was learnt.

    Attributes:
        comparisons: their names, in the order of the pattern.
        levels: codes of the levels of each, the first is missing.
        logs: per comparison, natural logarithms of P(level | class, not missing): classes × levels; 0 for missing.
        shares: per class, its share of all pairs.
        profiles: how many profiles it was fitted on.
        caps: on how many rows each blocking key might be then (``Candidates.caps``).
    """

    comparisons: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    logs: tuple[Floats, ...]
    shares: Floats
    profiles: int
    caps: tuple[int, ...] = ()

    def patterns(self, levels: Sequence[Levels]) -> Patterns:
        """The levels of every comparison as one number."""
        found = np.zeros(len(levels[0]) if levels else 0, np.int64)
        for codes, level in zip(self.levels, levels, strict=True):
            found = found * len(codes) + level
        return found

    def levels_of(self, patterns: Patterns) -> list[Patterns]:
        """The level of every comparison, from the number of the pattern."""
        found = []
        for codes in reversed(self.levels):
            found.append(patterns % len(codes))
            patterns = patterns // len(codes)
        return found[::-1]

    def class_logs(self, patterns: Patterns) -> Floats:
        """Per class and pattern, the logarithm of its share times the likelihood of the pattern."""
        total = np.repeat(np.log(np.maximum(self.shares, _LEAST))[:, None], len(patterns), axis=1)
        for logs, level in zip(self.logs, self.levels_of(patterns), strict=True):
            total += logs[:, level]
        return total

    def weights(self, patterns: Patterns) -> Floats:
        """Log2 odds that a pair of each pattern is one person."""
        logs = self.class_logs(patterns)
        odds: Floats = (logs[SAME] - np.logaddexp.reduce(logs[1:], axis=0)) / np.log(2)
        return odds

    def to_frame(self) -> pl.DataFrame:
        """One row per comparison, level and class, with its log-probability; what is about all of them under ``pairs``
        (the shares of classes), ``profiles`` and ``keys``.
        """
        rows: list[tuple[str, str, str, float]] = [
            ("pairs", "", name, float(share)) for name, share in zip(CLASSES, self.shares, strict=True)
        ]
        rows.append(("profiles", "", "", float(self.profiles)))
        rows += [("keys", f"{number:02}", "", float(cap)) for number, cap in enumerate(self.caps)]
        for comparison, codes, logs in zip(self.comparisons, self.levels, self.logs, strict=True):
            rows += [
                (comparison, code, CLASSES[k], float(logs[k, level]))
                for level, code in enumerate(codes)
                for k in range(len(CLASSES))
            ]
        return pl.DataFrame(
            rows,
            schema={"comparison": pl.String, "level": pl.String, "class": pl.String, "value": pl.Float64},
            orient="row",
        )

    @classmethod
    def from_frame(cls, frame: pl.DataFrame) -> Model:
        """The model that :meth:`to_frame` wrote."""
        shares, profiles, caps = [0.0] * len(CLASSES), 0, list[int]()
        found: dict[str, dict[str, list[float]]] = {}
        for comparison, level, name, value in frame.select("comparison", "level", "class", "value").iter_rows():
            if comparison == "pairs":
                shares[CLASSES.index(name)] = value
            elif comparison == "profiles":
                profiles = int(value)
            elif comparison == "keys":
                caps.append(int(value))
            else:
                found.setdefault(comparison, {}).setdefault(level, [0.0] * len(CLASSES))[CLASSES.index(name)] = value
        return cls(
            tuple(found),
            tuple(tuple(levels) for levels in found.values()),
            tuple(np.array(list(levels.values())).T for levels in found.values()),
            np.array(shares),
            profiles,
            tuple(caps),
        )


@dataclass(frozen=True)
class Evidence:
    """What a model is fitted on.

    Attributes:
        comparisons: their names and levels.
        patterns: distinct patterns of the pairs that were compared, and
        counts: how many pairs have each.
        sample: levels of every comparison for pairs taken at random.
        counted: per comparison, level → pairs among all that agree exactly.
        profiles: how many there are.
    """

    comparisons: Mapping[str, tuple[str, ...]]
    patterns: Patterns
    counts: Floats
    sample: Sequence[Levels]
    counted: Sequence[Mapping[int, float]]
    profiles: int

    @property
    def pairs(self) -> float:
        """How many pairs there are in all."""
        return max(self.profiles * (self.profiles - 1) / 2, 1.0)


@cache
def priors() -> Mapping[str, Mapping[str, Sequence[float]]]:
    """Comparison → level → P(level | class) for same, household, shared and unrelated."""
    found: dict[str, dict[str, list[float]]] = tomllib.loads(
        files("custintel.matching").joinpath("priors.toml").read_text("utf-8")
    )
    return found


def prior(comparison: str, codes: Sequence[str]) -> Floats:
    """Classes × levels of a comparison before the data has spoken; missing has 0."""
    known = priors().get(comparison, priors()["text"])
    table = np.zeros((len(CLASSES), len(codes)))
    for level, code in enumerate(codes):
        if level:
            table[[SAME, HOUSEHOLD, SHARED, UNRELATED], level] = known[code]
    table[NAMESAKE] = table[UNRELATED]
    return _whole(table)


def _whole(table: Floats) -> Floats:
    """Rows that sum to 1, missing aside."""
    table[:, 0] = 0
    whole: Floats = table / np.maximum(table.sum(axis=1, keepdims=True), _LEAST)
    return whole


def fit(evidence: Evidence) -> Model:
    """Fit the model to ``evidence``."""
    names = tuple(evidence.comparisons)
    codes = tuple(evidence.comparisons.values())
    first = [prior(name, levels) for name, levels in evidence.comparisons.items()]
    tables = [table.copy() for table in first]
    totals = [
        _totals(table[UNRELATED], sample, counted, evidence.pairs)
        for table, sample, counted in zip(first, evidence.sample, evidence.counted, strict=True)
    ]
    guess = np.array(PER_PROFILE) * evidence.profiles / evidence.pairs
    shares = np.append(np.minimum(guess, 0.2), 0)
    shares[UNRELATED] = 1 - shares.sum()
    for n, name in enumerate(names):
        tables[n] = _updated(name, codes[n], first[n], totals[n], np.zeros_like(first[n]))
    model = _model(names, codes, tables, shares, evidence.profiles)
    levels = model.levels_of(evidence.patterns)
    for _round in range(ROUNDS if len(evidence.patterns) else 0):
        logs = model.class_logs(evidence.patterns)
        responsible = np.exp(logs - np.logaddexp.reduce(logs, axis=0)) * evidence.counts
        for n, name in enumerate(names):
            counts = [np.bincount(levels[n], weights=r, minlength=len(codes[n])) for r in responsible]
            expected: Floats = np.array(counts, np.float64)
            tables[n] = _updated(name, codes[n], first[n], totals[n], expected)
        found = responsible[:UNRELATED].sum(axis=1) + np.array(PER_PROFILE)
        shares = np.append(found / (evidence.pairs + 1), 0)
        shares[:UNRELATED] = np.minimum(shares[:UNRELATED], 0.2)
        shares[UNRELATED] = 1 - shares.sum()
        model = _model(names, codes, tables, shares, evidence.profiles)
    return model


def _totals(unrelated: Floats, sample: Levels, counted: Mapping[int, float], pairs: float) -> Floats:
    """How many of all pairs are at each level: counted where agreement is exact, by a sample otherwise."""
    seen = np.bincount(sample, minlength=len(unrelated)).astype(np.float64)
    seen += np.minimum(unrelated * len(sample), _SEEN) * (seen < _SEEN)
    seen[0] = 0
    said = seen.sum() / max(len(sample), 1)
    total: Floats = seen / max(seen.sum(), 1e-9) * pairs * max(said, 1 / max(len(sample), 1))
    for level, number in counted.items():
        total[level] = number
    return total


def _updated(name: str, codes: Sequence[str], first: Floats, total: Floats, expected: Floats) -> Floats:
    """P(level | class) of one comparison from the expected counts per class and level."""
    table = expected.copy()
    table[:, 0] = 0
    table[:NAMESAKE] += STRENGTH * first[:NAMESAKE]
    table[UNRELATED] = np.maximum(total - expected[:UNRELATED].sum(axis=0), np.maximum(total * 0.02, 0.2))
    table = _whole(table)
    table[NAMESAKE] = table[UNRELATED]
    if name in PERSONAL:
        table[HOUSEHOLD], table[SHARED] = first[HOUSEHOLD], first[SHARED]
    if name == "name":
        agree = codes.index("far")
        table[SAME, :agree] = np.minimum(table[SAME, :agree], 3 * first[SAME, :agree])
        table[NAMESAKE, :agree] = 0
        table = _whole(table)
    elif name == "email":
        for code, share in _LOOKALIKE.items():
            table[NAMESAKE, codes.index(code)] = share
        table = _whole(table)
    return table


def _model(
    names: tuple[str, ...], codes: tuple[tuple[str, ...], ...], tables: Sequence[Floats], shares: Floats, profiles: int
) -> Model:
    logs = []
    for table in tables:
        log = np.log(np.maximum(table, _LEAST))
        log[:, 0] = 0
        logs.append(log)
    return Model(names, codes, tuple(logs), shares, profiles)
