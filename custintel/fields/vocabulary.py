"""How a value is normalised, and how what was done to it is said.

Every field module offers kernels ``normalise(frame, ...) -> frame``. What goes in has a text column ``raw`` (no empty
cells) and, where a decision needs it, columns of the same row such as ``country``. What comes out has the same rows in
the same order, with ``value`` (the normalised value, empty where the cell could not be used) and ``rules`` (the codes
of the rules that changed it, joined by ``+`` in the order they were applied, empty when ``value`` says what ``raw``
said). A rule of kind ``drop`` is the reason why a value is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl

Kind = Literal["format", "repair", "guess", "merge", "drop"]
KINDS: tuple[Kind, ...] = ("format", "repair", "guess", "merge", "drop")
Kernel = Callable[[pl.DataFrame], pl.DataFrame]

MOSTLY_DISTINCT = 0.5
"""Above this share of distinct values a kernel is run on every row."""


@dataclass(frozen=True)
class Rule:
    """One thing that may be done to a cell.

    Attributes:
        code: ``field.what``, stored in tables, never translated and never reused for another meaning.
        kind: ``format`` (the same value written our way), ``repair`` (a known defect undone), ``guess`` (probably what
            was meant), ``drop`` (not a value).
        label: what was done, in plain English, marked for translation with ``N_``.
        confidence: how often the result is what the person meant, 0 to 1.
    """

    code: str
    kind: Kind
    label: str
    confidence: float = 1.0


def fired(*rules: tuple[Rule, pl.Expr]) -> pl.Expr:
    """The codes of the rules whose condition holds (null does not), joined by ``+``; null when none does.

    The conditions of a row are the digits of a number, which says where its codes stand in the list of all of them.
    """
    number = pl.sum_horizontal(condition.cast(pl.UInt32) * 2**place for place, (_rule, condition) in enumerate(rules))
    return pl.lit(combinations(tuple(rule.code for rule, _condition in rules))).gather(number)


@cache
def combinations(codes: tuple[str, ...]) -> pl.Series:
    """Every choice of ``codes`` joined by ``+``, the empty one null; a code is chosen where its binary digit is 1."""
    joined: list[str | None] = [None]
    for code in codes:
        joined += [f"{before}+{code}" if before else code for before in joined]
    return pl.Series(joined, dtype=pl.String)


def then(*columns: str | pl.Expr) -> pl.Expr:
    """The rules of several steps as one list of codes, in the order of the steps."""
    return none_if_empty(pl.concat_str(list(columns), separator="+", ignore_nulls=True))


def rules(field: str) -> str:
    """The column that holds the codes of the rules that changed ``field``, where rows are worked on."""
    return f"{field}_rules"


def none_if_empty(text: pl.Expr) -> pl.Expr:
    """``text``, null where it is the empty string."""
    return pl.when(text != "").then(text)


def over_distinct(frame: pl.DataFrame, columns: Sequence[str], kernel: Kernel) -> pl.DataFrame:
    """Run ``kernel`` once per distinct combination of ``columns`` and give its answers back to every row.

    The first of ``columns`` is handed to the kernel as ``raw``; rows where it is empty are not handed over and get
    empty answers. Where most rows differ anyway, the kernel gets them all: finding the few that repeat would cost more.

    Args:
        frame: any number of rows.
        columns: the raw column, then the columns its kernel looks at beside it.
        kernel: a field kernel.

    Returns:
        A frame as tall as ``frame``, in its order, with the kernel's output columns only.
    """
    raw, *beside = columns
    asked = frame.select(pl.col(raw).alias("raw"), *beside)
    filled = pl.col("raw").is_not_null()
    present = asked.filter(filled)
    if present.height and mostly_distinct(present["raw"]):
        answers = answers_only(kernel(present), present)
        if present.height == asked.height:
            return answers
        return asked.select(position=pl.when(filled).then(filled.cum_sum() - 1)).select(
            pl.lit(answers[name]).gather(pl.col("position")).alias(name) for name in answers.columns
        )
    distinct = present.unique(maintain_order=True)
    answers = answers_only(kernel(distinct), distinct)
    found = pl.concat([distinct, answers], how="horizontal")
    joined = asked.join(found, on=["raw", *beside], how="left", nulls_equal=True, maintain_order="left")
    return joined.select(answers.columns)


def divided(frame: pl.DataFrame, odd: pl.Series, quick: Kernel, slow: Kernel) -> pl.DataFrame:
    """Each row by one of two kernels: those that are ``odd`` by ``slow``, the others by ``quick``.

    Both answer with the same columns; the answers come in the order of ``frame``.
    """
    if not odd.any():
        return quick(frame)
    if odd.all():
        return slow(frame)
    answers = pl.concat([quick(frame.filter(~odd)), slow(frame.filter(odd))])
    place = pl.concat([(~odd).arg_true(), odd.arg_true()])
    return answers.with_columns(place.alias("_place")).sort("_place").drop("_place")


def as_it_came(frame: pl.DataFrame) -> pl.DataFrame:
    """``value`` and ``rules`` of cells that need nothing done."""
    return frame.select(value="raw", rules=pl.lit(None, pl.String))


def mostly_distinct(values: pl.Series) -> bool:
    """Whether hardly any value repeats, by a sketch that is cheaper than counting."""
    differing: int = pl.DataFrame({"value": values}).select(pl.col("value").approx_n_unique()).item()
    return differing > values.len() * MOSTLY_DISTINCT


def answers_only(answered: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """The columns a kernel added to what it was asked."""
    return answered.select(name for name in answered.columns if name not in asked.columns)
