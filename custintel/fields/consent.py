"""Whether a person agreed to be contacted, and plain yes/no answers.

Consent has three states: yes, no, and not known. A blank is not known and never becomes a yes, and neither does "not
unsubscribed".
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import polars as pl

from custintel.fields.vocabulary import Rule, fired
from custintel.i18n import N_

WORD = Rule("consent.word", "format", N_("An answer in words, written as yes or no"))
UNKNOWN = Rule("consent.unknown", "format", N_("The cell says that the answer is not known"))
NOT_REFUSED = Rule("consent.not_refused", "format", N_("Not unsubscribed, which is not the same as having agreed"))
DATE = Rule("consent.date", "guess", N_("A date in the place of the answer, read as agreed on that day"), 0.9)
REFUSED_DATE = Rule(
    "consent.refused_date", "guess", N_("A date in the place of the answer, read as unsubscribed on that day"), 0.95
)
UNCLEAR = Rule("consent.unclear", "drop", N_("Neither a yes nor a no that we can read"))
FLAG_WORD = Rule("flag.word", "format", N_("An answer in words, written as true or false"))
FLAG_UNCLEAR = Rule("flag.unclear", "drop", N_("Neither a yes nor a no that we can read"))
RULES = (WORD, UNKNOWN, NOT_REFUSED, DATE, REFUSED_DATE, UNCLEAR, FLAG_WORD, FLAG_UNCLEAR)

# A day written any common way, perhaps with a time, or the five digits by which Excel counts days (1954 to 2064).
_DATE = (
    r"(?i)^(?:(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d\d|(?:19|20)\d\d)"
    r"|\d{1,2}(?: de|[-/])? ?\p{L}{3,10}\.?(?: del?|,|[-/])? ?(?:19|20)\d\d|[2-5]\d{4}(?:\.\d+)?)"
    r"(?:[T ,]+\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?.{0,12})?$"
)


def normalise(frame: pl.DataFrame, *, inverted: bool = False) -> pl.DataFrame:
    """Answers to "may we contact you?".

    Args:
        frame: ``raw``.
        inverted: the header asks the opposite ("unsubscribed", "no contactar"). A yes or a date there is a refusal; a
            no there only says that nobody refused, so it stays not known. Words that speak for themselves ("suscrito")
            mean the same under any header.

    Returns:
        ``value`` (Boolean: true agreed, false refused, null not known) and ``rules``. ``value`` always speaks of
        consent: to read a value of an inverted column again, ask without ``inverted``.
    """
    key = _key(pl.col("raw"))
    answer, statement = _lookup(key, "answers"), _lookup(key, "statements")
    date = pl.col("raw").str.contains(_DATE)
    if inverted:
        answer_value = pl.when(answer == "yes").then(pl.lit(False))
        not_refused = answer == "no"
    else:
        answer_value = pl.when(answer.is_not_null()).then(answer == "yes")
        not_refused = pl.lit(False)
    stated = pl.when(statement != "unknown").then(statement == "yes")
    on_date = pl.when(date).then(pl.lit(not inverted))
    known = pl.coalesce(answer_value, stated, on_date)
    unknown = statement == "unknown"
    clear = known.is_not_null() | not_refused.fill_null(False) | unknown.fill_null(False)
    same = pl.col("raw") == known.cast(pl.String)
    return frame.select(
        known.alias("value"),
        fired(
            (WORD, known.is_not_null() & date.not_() & same.not_()),
            (UNKNOWN, unknown),
            (NOT_REFUSED, not_refused),
            (REFUSED_DATE if inverted else DATE, date),
            (UNCLEAR, clear.not_()),
        ).alias("rules"),
    )


def normalise_flag(frame: pl.DataFrame) -> pl.DataFrame:
    """Answers to any yes/no question.

    Args:
        frame: ``raw``.

    Returns:
        ``value`` (Boolean, null when the cell is neither) and ``rules``.
    """
    answer = _lookup(_key(pl.col("raw")), "answers")
    value = pl.when(answer.is_not_null()).then(answer == "yes")
    return frame.select(
        value.alias("value"),
        fired((FLAG_WORD, pl.col("raw") != value.cast(pl.String)), (FLAG_UNCLEAR, value.is_null())).alias("rules"),
    )


def restrictive(value: pl.Expr) -> pl.Expr:
    """One answer out of many, for ``group_by(...).agg``: any no is a no, else any yes is a yes, else not known.

    ``value`` is a Boolean column in the sense of :func:`normalise`. The answer does not depend on the order of the
    rows.
    """
    return pl.when((~value).any()).then(pl.lit(False)).when(value.any()).then(pl.lit(True))


def restrictive_dated(value: pl.Expr, at: pl.Expr) -> pl.Expr:
    """One answer out of many, for ``group_by(...).agg``, letting somebody who once refused agree again later.

    A no without a date always wins, since nothing shows that a yes came after it. Among dated answers the newest wins,
    and a no wins over a yes of the same instant. A dated no wins over a yes without a date.

    Args:
        value: Boolean, in the sense of :func:`normalise`.
        at: when the answer was given (Date or Datetime), null when nobody wrote it down.
    """
    agreed, refused = at.filter(value).max(), at.filter(~value).max()
    undated_no = ((~value) & at.is_null()).any()
    agreed_later = (agreed > refused).fill_null(False)
    return pl.when(undated_no).then(pl.lit(False)).when(agreed_later).then(pl.lit(True)).otherwise(restrictive(value))


def answered_at(value: pl.Expr, at: pl.Expr, merged: pl.Expr) -> pl.Expr:
    """The newest date of the answers that say what ``merged`` says, for ``group_by(...).agg``; null without any."""
    return at.filter(value.eq(merged)).max()


def _key(text: pl.Expr) -> pl.Expr:
    """``text`` in lower case without accents, every run of punctuation and spaces one space."""
    bare = text.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return bare.str.replace_all(r"[\p{P}\p{Z}\s]+", " ").str.strip_chars()


def _lookup(key: pl.Expr, section: str) -> pl.Expr:
    words = _vocabulary()[section]
    return key.replace_strict(
        {word: state for state, listed in words.items() for word in listed}, default=None, return_dtype=pl.String
    )


@cache
def _vocabulary() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("custintel.fields").joinpath("data/words.toml").read_text("utf-8"))
