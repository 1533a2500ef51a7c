"""What stands around a name: remarks in brackets, signs that no name has, titles."""

from __future__ import annotations

import polars as pl

from custintel.fields import name_patterns as patterns
from custintel.fields.vocabulary import Rule, fired
from custintel.i18n import N_

ASIDE = Rule("name.aside", "repair", N_("a remark in brackets taken off the name"), 0.9)
SIGNS = Rule("name.signs", "repair", N_("signs that no name has taken off"), 0.95)
TITLE = Rule("name.title", "format", N_("title such as Mr or Dr taken off the name"))
RULES = (ASIDE, SIGNS, TITLE)


def bared(frame: pl.DataFrame, *, titles: bool) -> pl.DataFrame:
    """``frame`` with ``_name`` (asides, signs and titles taken off) and ``_signs`` (codes of the rules that did it)."""
    found = frame.with_row_index("_row").filter(pl.col("raw").str.contains(odd(titles=titles)))
    peeled = found.select("_row", pl.col("raw").alias("_3"), *(pl.lit(value=False).alias(rule.code) for rule in _PEELS))
    last = None
    while peeled.height and (last is None or not last.equals(peeled["_3"])):
        last = peeled["_3"]
        peeled = _peeled(peeled, titles=titles)
    rules = fired(*((rule, pl.col(rule.code)) for rule in _PEELS))
    joined = frame.with_row_index("_row").join(
        peeled.select("_row", "_3", rules.alias("_signs")), on="_row", how="left", maintain_order="left"
    )
    return joined.with_columns(pl.coalesce("_3", "raw").alias("_name")).drop("_3")


def odd(*, titles: bool) -> str:
    """A pattern that finds what stands around a name, titles only where they are looked for."""
    shapes = [_ODD, patterns.comma_before_suffix()]
    if titles:
        shapes += [patterns.titles_before_two_words(), patterns.titles_before_a_word()]
        shapes += [patterns.titles_after_comma(), patterns.title_at_end()]
    return "|".join(shapes)


def _peeled(names: pl.DataFrame, *, titles: bool) -> pl.DataFrame:
    """One layer off ``_3``; the flag of each rule that took something off is raised. Taking off only shortens."""
    names = names.with_columns(_0="_3", _1=spaced(pl.col("_3").str.replace_all(r"\([^)]*\)?", " ")))
    bare = spaced(pl.col("_1").str.replace_all(_SIGNS, " "))
    names = names.with_columns(_2=bare.str.replace(patterns.comma_before_suffix(), " $1"))
    names = names.with_columns(_3=spaced(_untitled(pl.col("_2"))) if titles else pl.col("_2"))
    raised = ((pl.col(r.code) | (pl.col(f"_{i + 1}") != pl.col(f"_{i}"))).alias(r.code) for i, r in enumerate(_PEELS))
    return names.with_columns(raised)


_PEELS = (ASIDE, SIGNS, TITLE)
_SIGNS = r"[^\p{L}\p{M}\p{N} .,'’&/ªº\-]+"
_ODD = rf"[(]|{_SIGNS}|^[^\p{{L}}\p{{N}}]|[,;:/\- ]$| ,"


def spaced(expr: pl.Expr) -> pl.Expr:
    """A name without spare spaces and without the signs that may stand before and after it."""
    closed = expr.str.replace_all("  +", " ").str.replace_all(" ,", ",")
    return closed.str.strip_chars_start(" .,'’&/ªº-").str.strip_chars_end(" ,&/-")


def _untitled(expr: pl.Expr) -> pl.Expr:
    front = expr.str.replace(patterns.titles_before_two_words(), "$1").str.replace(
        patterns.titles_before_a_word(), "$1"
    )
    return front.str.replace(patterns.titles_after_comma(), ", $1").str.replace(patterns.title_at_end(), "$1$2")
