"""People's names: letter case, titles, the order of surnames and given names, and where one ends and the other begins.

Spanish names have two surnames and often two given names, Portuguese ones end in the father's surname, official
lists write surnames first.
The order is decided by the column, never by the cell; what a lone cell cannot tell is left as it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import polars as pl

from custintel.fields import name_edges, name_list, text
from custintel.fields import name_patterns as patterns
from custintel.fields.name_agreement import NameAgreement, compatible
from custintel.fields.vocabulary import Rule, as_it_came, divided, fired, none_if_empty, then
from custintel.i18n import N_

__all__ = [
    "RULES", "NameAgreement", "NameOrder", "canonical_tokens", "column_order",
    "compatible", "normalise_full", "normalise_part", "proper", "tokens",
]  # fmt: skip

CASE = Rule("name.case", "format", N_("capitals and small letters as names are written"))
ORDER = Rule("name.order", "format", N_("given names put before surnames"), 0.97)
PLACEHOLDER = Rule("name.placeholder", "drop", N_("not a person: what is written for customers without a name"))
NOT_A_NAME = Rule("name.not_a_name", "drop", N_("something else than a name, such as an address, a number or code"))
RULES = (*name_edges.RULES, CASE, ORDER, PLACEHOLDER, NOT_A_NAME)

LONGEST = 120
"""Letters a full name may have."""

Order = Literal["given_first", "surname_first", "unclear"]
_CLEAR = 0.8
_EVIDENCE = 3
_SAMPLE = 20_000


@dataclass(frozen=True)
class NameOrder:
    """How a column of full names is ordered.

    Attributes:
        order: ``unclear`` when too few names tell, or they disagree.
        share_given_first: share of names that begin with a given name and end in a surname.
        share_surname_first: share of names that begin with a surname and end in a given name.
        n: names looked at, two words or more and no comma; a sample of long columns.
    """

    order: Order
    share_given_first: float
    share_surname_first: float
    n: int


def column_order(values: pl.Series) -> NameOrder:
    """Decide the order of a column by the words at both ends that are a given name or a surname, but not both.

    Args:
        values: full names, one per row or distinct, raw or tidied. Names with a comma are left out: they are
            surnames first in any column.
    """
    plain = values.drop_nulls().unique().alias("name")
    if len(plain) > 2 * _SAMPLE:
        plain = plain.sort().gather_every(len(plain) // _SAMPLE)
    plain = plain.filter(~plain.str.contains(",", literal=True))
    ends = plain.to_frame().select(tokens(pl.col("name")).alias("t")).filter(pl.col("t").list.len() >= 2)
    ends = ends.select(a=pl.col("t").list.first(), b=pl.col("t").list.last())
    given, family = sorted(name_list.given() - name_list.surnames()), sorted(name_list.surnames() - name_list.given())
    counts = ends.select(
        given_first=(pl.col("a").is_in(given) & pl.col("b").is_in(family)).sum(),
        surname_first=(pl.col("a").is_in(family) & pl.col("b").is_in(given)).sum(),
    )
    n, (a, b) = ends.height, counts.row(0)
    order: Order = "unclear"
    if a + b >= min(_EVIDENCE, max(n, 1)) and max(a, b) >= _CLEAR * (a + b):
        order = "given_first" if a > b else "surname_first"
    return NameOrder(order, round(a / n, 4) if n else 0.0, round(b / n, 4) if n else 0.0, n)


def normalise_part(frame: pl.DataFrame, *, part: str) -> pl.DataFrame:
    """Names of a column that holds one part of the name.

    Args:
        frame: ``raw``.
        part: the field: ``first_name``, ``middle_name``, ``last_name`` or ``last_name_2``. Titles are looked for
            before given names only.

    Returns:
        ``frame`` with ``value`` and ``rules``.
    """
    titles, raw = part == "first_name", pl.col("raw")
    begun = raw.str.contains(patterns.title_first()) if titles else pl.lit(value=False)
    odd = frame.select(~raw.str.contains(_USUAL) | raw.str.contains(patterns.placeholder()) | begun)
    answers = divided(frame, odd.to_series(), as_it_came, partial(_part, titles=titles))
    return frame.with_columns(answers["value"], answers["rules"])


def _part(frame: pl.DataFrame, *, titles: bool) -> pl.DataFrame:
    """``value`` and ``rules`` of names that are not written as most are."""
    plain = name_edges.bared(frame, titles=titles)
    plain = plain.with_columns(proper(pl.col("_name")).alias("_cased"), _no_name(pl.col("_name")).alias("_dropped"))
    return plain.select(
        pl.when(~pl.col("_dropped")).then("_cased").alias("value"), _told((CASE, pl.col("_cased") != pl.col("_name")))
    )


_USUAL = r"^[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,30}(?:[ -][A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,30}){0,2}$"
"""Up to three words of a capital and small letters: a name as it should be, unless it is a title or a placeholder."""


def normalise_full(frame: pl.DataFrame, *, order: str) -> pl.DataFrame:
    """Full names, written given names first, and parted.

    Args:
        frame: ``raw``.
        order: of the column, see :func:`column_order`; ``unclear`` is read as ``given_first``. ``"García López,
            Ana"`` is surnames first in
            either. The result is always given names first, so what was normalised once is normalised again with
            ``given_first``.

    Returns:
        ``frame`` with ``value`` (the whole name), ``first_name`` (all given names), ``last_name`` (all surnames)
        and ``rules``. A company has
        neither first nor last name and keeps its spelling; a single word is a first name.
    """
    plain = name_edges.bared(frame, titles=True).with_columns(_company(pl.col("raw")).alias("_company"))
    plain = plain.with_columns(
        pl.when("_company").then("raw").otherwise("_name").alias("_name"),
        pl.when(~pl.col("_company")).then("_signs").alias("_signs"),
    )
    plain = plain.with_columns(
        proper(pl.col("_name")).alias("_cased"),
        (pl.col("_name").str.contains(r"^[^,]*\p{L}[^,]*,.*\p{L}") & ~pl.col("_company")).alias("_comma"),
        _no_name(pl.col("_name")).alias("_dropped"),
    )
    parted = plain.with_columns(_parts(plain, surname_first=order == "surname_first"))
    person = ~pl.col("_company") & ~pl.col("_dropped")
    whole = (
        pl.when("_company").then("_name").otherwise(pl.concat_str("_first", "_last", separator=" ", ignore_nulls=True))
    )
    moved = pl.col("_comma") | pl.lit(order == "surname_first")
    return parted.with_columns(
        pl.when(~pl.col("_dropped")).then(whole).alias("value"),
        pl.when(person).then("_first").alias("first_name"),
        pl.when(person).then(_capital(pl.col("_last"))).alias("last_name"),
        _told(
            (CASE, (pl.col("_cased") != pl.col("_name")) & person),
            (ORDER, moved & pl.all_horizontal(pl.col("_first", "_last").is_not_null()) & person),
            (name_edges.SIGNS, ~moved & (whole != pl.col("_cased")) & person),
        ),
    ).drop("^_.*$")


def proper(expr: pl.Expr) -> pl.Expr:
    """Names written in capitals or in small letters, written as names are: ``MARÍA DE LA CRUZ O'NEIL`` → ``María de
    la Cruz O'Neil``.

    A name in mixed case is left alone, unless a word of it shouts or whispers (``Juan PÉREZ``, ``juan Pérez``).
    """
    lower, upper = expr.str.to_lowercase(), expr.str.to_uppercase()
    uneven = expr.str.contains(_UNEVEN) & ~expr.str.contains(_INNER_CAPITAL)
    edged = pl.concat_str(pl.lit(patterns.GLUE), lower.str.to_titlecase(), pl.lit(patterns.GLUE))
    titled = edged.str.replace_many(patterns.rewritten(), leftmost=True).str.strip_chars(patterns.GLUE)
    as_long = (
        titled.str.len_chars() == expr.str.len_chars()
    )  # ŉ and its like become two letters, and others the next time
    return pl.when((lower == expr) | (upper == expr) | uneven, as_long).then(titled).otherwise(expr)


_UNEVEN = r"(?:^|[ \-,])(?:[\p{Lu}&&[^I]]\p{Lu}{2,}|I\p{Lu}{3,}|\p{Ll}{4,})(?:[ \-,]|$)"
_INNER_CAPITAL = r"\p{Ll}\p{Lu}|\b(?:della|viuda|hijo|filho|neto|sobrinho)\b"


def tokens(expr: pl.Expr) -> pl.Expr:
    """The words of a name for comparing: accent-free lower case, without particles, titles and brackets, in their
    order (list of text).
    """
    bare = text.key(expr.str.replace_all(r"\([^)]*\)", " "))
    bare = bare.str.replace(rf"^(?:(?:{patterns.any_of(name_list.words('titles'))}) )+(\S)", "$1")
    bare = bare.str.replace(rf"^(?:{patterns.any_of(name_list.words('weak_titles'))}) (\S+ \S)", "$1")
    bare = bare.str.replace(rf" (?:{patterns.any_of({text.bare_key(m) for m in name_list.words('married')})}) .*$", "")
    gone = patterns.any_of(word for word in name_list.words("particles") if " " not in word)
    bare = bare.str.replace_all(rf"\b(?:{gone}|la|las|los|lo)\b", "")
    return bare.str.extract_all(r"\S+")


def canonical_tokens(expr: pl.Expr) -> pl.Expr:
    """:func:`tokens` with one spelling for every class of spellings and abbreviations (``jhon`` → ``john``,
    ``glez`` → ``gonzalez``).
    """
    classes = name_list.spellings()
    return tokens(expr).list.eval(pl.element().replace(list(classes), list(classes.values())))


def _no_name(name: pl.Expr) -> pl.Expr:
    other = pl.col("raw").str.contains(r"[<>{}\\=@|\[\]]|://|www\.") | (name.str.len_chars() > LONGEST)
    return other | ~name.str.contains(r"\p{L}") | name.str.contains(patterns.placeholder())


def _told(*rules: tuple[Rule, pl.Expr]) -> pl.Expr:
    """The ``rules`` column: what took signs off, then ``rules``, or why there is no name."""
    nobody = pl.col("_name").str.contains(patterns.placeholder())
    why = fired((PLACEHOLDER, nobody), (NOT_A_NAME, ~nobody))
    return pl.when("_dropped").then(why).otherwise(then("_signs", fired(*rules))).alias("rules")


def _parts(plain: pl.DataFrame, *, surname_first: bool) -> list[pl.Series]:
    """``_first`` and ``_last`` of the names in ``_cased``."""
    left = name_edges.spaced(pl.col("_cased").str.extract(r"^([^,]*),", 1))
    right = name_edges.spaced(pl.col("_cased").str.extract(r"^[^,]*, *(.*)$", 1).str.replace_all(" *, *", " "))
    glued = (
        pl.col("_cased")
        .str.replace_all(" *, *", " ")
        .str.replace_all(patterns.joined(), "$1" + patterns.GLUE)
        .str.replace(patterns.suffix(), patterns.GLUE + "$1")
    )
    words = plain.lazy().select("_comma", left.alias("_left"), right.alias("_right"), glued.alias("_glued"))
    words = words.with_columns(
        pl.col("_glued").str.split(" ").alias("_w"), _bare(pl.col("_glued")).str.split(" ").alias("_b")
    )
    words = words.with_columns(
        pl.col("_b").list.get(i, null_on_oob=True).alias(f"_b{i}") for i in range(4)
    ).with_columns(pl.col("_w").list.len().alias("_n"))
    if surname_first:
        words = words.with_columns(_surname_words().alias("_k"))
        last, first = pl.col("_w").list.head("_k"), pl.col("_w").list.slice("_k")
    else:
        words = words.with_columns(_given_words().alias("_k"))
        first, last = pl.col("_w").list.head("_k"), pl.col("_w").list.slice("_k")
    parts = {"_first": (first, "_right"), "_last": (last, "_left")}
    whole = {
        k: pl.when("_comma").then(c).otherwise(w.list.join(" ").str.replace_all(patterns.GLUE, " "))
        for k, (w, c) in parts.items()
    }
    found = words.select(none_if_empty(part).alias(name) for name, part in whole.items()).collect()
    return [found["_first"], found["_last"]]


def _given_words() -> pl.Expr:
    """How many of the words ``_b0``... are given names where they come first."""
    n, second, third = pl.col("_n"), pl.col("_b1"), pl.col("_b2")
    compound = _compound("_b0", "_b1")
    three = pl.when(compound | _is_given(second)).then(2).otherwise(1)
    four = pl.when(_is_family(second) & ~compound & ~_is_given(third)).then(1).otherwise(2)
    more = pl.when(_is_given(third) & ~_is_family(second)).then(3).otherwise(four)
    return pl.when(n <= 2).then(1).when(n == 3).then(three).when(n == 4).then(four).otherwise(more)


def _surname_words() -> pl.Expr:
    """How many of the words ``_b0``... are surnames where they come first."""
    n, second, third, fourth = (pl.col(c) for c in ("_n", "_b1", "_b2", "_b3"))
    three = pl.when(_compound("_b1", "_b2") | _is_given(second)).then(1).otherwise(2)
    four = pl.when(_is_given(second) & _is_given(third)).then(1).otherwise(2)
    more = pl.when(_is_family(third) & _is_given(fourth)).then(3).otherwise(four)
    return pl.when(n <= 1).then(0).when(n == 2).then(1).when(n == 3).then(three).when(n == 4).then(four).otherwise(more)


def _compound(a: str, b: str) -> pl.Expr:
    return pl.concat_str(a, b, separator=" ").str.replace_all(patterns.GLUE, " ").is_in(name_list.words("compounds"))


def _is_given(word: pl.Expr) -> pl.Expr:
    return word.is_in(sorted(name_list.given() - name_list.surnames()))


def _is_family(word: pl.Expr) -> pl.Expr:
    return word.is_in(sorted(name_list.surnames() - name_list.given())) | word.str.contains(patterns.GLUE, literal=True)


def _bare(expr: pl.Expr) -> pl.Expr:
    return expr.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"\p{M}+", "")


def _capital(expr: pl.Expr) -> pl.Expr:
    return pl.concat_str(expr.str.slice(0, 1).str.to_uppercase(), expr.str.slice(1))


def _company(expr: pl.Expr) -> pl.Expr:
    return expr.str.contains(patterns.company())
