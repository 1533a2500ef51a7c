"""Rules: conditions on what is known of a customer, as people write them in any tool."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from math import inf
from operator import and_
from typing import Literal

import polars as pl

Sign = Literal["<", "<=", ">", ">=", "=", "!=", "in", "not in"]
SIGNS: tuple[Sign, ...] = (">=", "<=", "!=", "<", ">", "=")
_WHERE_NAMES = {"recency": "days_since_last_order", "age": "days_since_first_order"}
"""Columns that other tools would call otherwise."""


@dataclass(frozen=True)
class Condition:
    """One condition.

    Attributes:
        column: what is compared.
        sign: how.
        value: with which number, or with which texts (for ``in`` and ``not in``).
    """

    column: str
    sign: Sign
    value: float | tuple[str, ...]

    def holds(self) -> pl.Expr:
        """Whether it holds; of what is not known nothing holds."""
        if isinstance(self.value, tuple):
            folded = pl.col(self.column).cast(pl.String).str.to_lowercase()
            found = folded.is_in([text.lower() for text in self.value])
            return (~found if self.sign == "not in" else found).fill_null(False)
        column, value = pl.col(self.column).cast(pl.Float64), self.value
        compared = {
            "<": column < value,
            "<=": column <= value,
            ">": column > value,
            ">=": column >= value,
            "=": column == value,
            "!=": column != value,
        }
        return compared[self.sign].fill_null(False)

    def where(self) -> str:
        """It as SQL writes it."""
        name = _WHERE_NAMES.get(self.column, self.column)
        if isinstance(self.value, tuple):
            texts = ", ".join("'" + text.replace("'", "''") + "'" for text in self.value)
            return f"{name} {'NOT IN' if self.sign == 'not in' else 'IN'} ({texts})"
        return f"{name} {'<>' if self.sign == '!=' else self.sign} {plain(self.value)}"

    def to_text(self) -> str:
        """It as it is stored."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return json.dumps([self.column, self.sign, value], ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Condition:
        """It as it was stored."""
        column, sign, value = json.loads(text)
        return cls(column, sign, tuple(value) if isinstance(value, list) else float(value))


@dataclass(frozen=True)
class Rule:
    """Customers of whom all conditions hold belong to segment number ``segment`` (from 0), unless an earlier rule has
    taken them; without a condition, whoever is left.
    """

    segment: int
    conditions: tuple[Condition, ...]

    def holds(self) -> pl.Expr:
        """Whether it holds of a customer."""
        return reduce(and_, (one.holds() for one in self.conditions), pl.lit(True))

    def where(self) -> str:
        """It as a WHERE clause."""
        return " AND ".join(one.where() for one in self.conditions) or "TRUE"


def plain(value: float) -> str:
    """A number as programs write it."""
    return str(int(value)) if value == int(value) else repr(round(value, 10))


def matched(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.Series:
    """The segment (from 0) of each row by the first rule that holds of it; empty where none does."""
    if not rules or not frame.height:
        return pl.Series("segment", [None] * frame.height, dtype=pl.Int32)
    found = pl.coalesce(pl.when(rule.holds()).then(pl.lit(rule.segment, pl.Int32)) for rule in rules)
    return frame.select(found.alias("segment"))["segment"]


def where_of(rules: Iterable[Rule], segment: int) -> str:
    """The WHERE clause of a whole segment; what earlier rules take is excluded where both could hold."""
    own: list[str] = []
    before: list[Rule] = []
    for rule in rules:
        if rule.segment != segment:
            before.append(rule)
            continue
        without = [f"NOT ({one.where()})" for one in before if not apart(one, rule)]
        own.append(" AND ".join([rule.where(), *without] if rule.conditions else without or ["TRUE"]))
    return own[0] if len(own) == 1 else " OR ".join(f"({one})" for one in own)


def apart(one: Rule, other: Rule) -> bool:
    """Whether no customer can fulfil both rules, as far as their numbers say."""
    return any(
        low > high or (low == high and open_end)
        for column in {condition.column for condition in one.conditions}
        for low, high, open_end in [_between(column, (*one.conditions, *other.conditions))]
    )


def _between(column: str, conditions: Iterable[Condition]) -> tuple[float, float, bool]:
    """Lowest and highest value that conditions leave to a column, and whether an end does not belong to it."""
    low, high, open_low, open_high = -inf, inf, False, False
    for one in conditions:
        if one.column != column or isinstance(one.value, tuple):
            continue
        if one.sign in (">", ">=", "=") and one.value >= low:
            open_low = one.sign == ">" or (open_low and one.value == low)
            low = one.value
        if one.sign in ("<", "<=", "=") and one.value <= high:
            open_high = one.sign == "<" or (open_high and one.value == high)
            high = one.value
    return low, high, open_low or open_high
