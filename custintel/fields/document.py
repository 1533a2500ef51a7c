"""Identity documents: one canonical number, its type, and how far it can be trusted as a key.

``normalise`` takes ``raw`` and, when the sheet has them, ``document_type`` (as people write it), ``document_dv`` (a
check digit in a column of its own) and ``country`` (ISO 3166 alpha-2). It answers ``value``, ``document_type`` (our
code, null when nothing tells), ``strength`` and ``rules``. The canonical number is digits and capitals without
separators. A Colombian NIT is kept **without** its check digit, so that "900.123.456-7", "9001234567" and "900123456"
beside a column DV are one document, and the NIT of a natural person is their cédula.

``strength`` says what the number may be used for: ``checked`` (its check digit is right) and ``plausible`` (it has
the form of its type, which has no digit to check, or at least six characters when the type is not known) may decide
that two records are one person; ``failed`` (its check digit is wrong: someone mistyped it) and ``weak`` (not the form
of the type it claims, or short) may not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import polars as pl

from custintel.fields.check_digit import CHECKS, dni_letter
from custintel.fields.document_cells import data, prefix_patterns, read, type_code
from custintel.fields.vocabulary import Rule, fired, then
from custintel.i18n import N_

STRENGTHS = ("checked", "plausible", "failed", "weak")
SHORTEST, LONGEST = 4, 25
ASKED = ("row", "column_type", "country", "dv")

FORMAT = Rule("document.format", "format", N_("Dots, dashes and spaces removed from the document number"))
PREFIX = Rule("document.prefix", "format", N_("The type written before the number moved to the document type"))
APART = Rule("document.check_digit_apart", "format", N_("The NIT is kept without its check digit"))
JOINED = Rule("document.check_digit_joined", "format", N_("The check digit of its own column joined to the number"))
STRIPPED = Rule("document.extra_zeros", "format", N_("Zeros in front of the number removed"))
EXCEL = Rule(
    "document.spreadsheet_number",
    "repair",
    N_("The number restored as it was before the spreadsheet calculated with it"),
)
PADDED = Rule("document.lost_zeros", "repair", N_("Zeros that the spreadsheet removed from the front put back"), 0.98)
LETTER = Rule("document.check_letter", "repair", N_("The letter of the DNI added, which follows from its number"), 0.97)
PLACEHOLDER = Rule("document.placeholder", "drop", N_("A number that stands for nobody, such as 222222222222"))
LOST_DIGITS = Rule("document.lost_digits", "drop", N_("The spreadsheet kept only the first digits (1.02E+09)"))
NO_DIGITS = Rule("document.no_digits", "drop", N_("No number in the cell"))
LENGTH = Rule("document.length", "drop", N_("Shorter or longer than any document number"))
RULES = (
    FORMAT, PREFIX, APART, JOINED, STRIPPED, EXCEL, PADDED, LETTER, PLACEHOLDER, LOST_DIGITS, NO_DIGITS, LENGTH,
)  # fmt: skip

OWN_DIGIT = {"CL": ("rut_cl", r"^[1-9]\d{6,7}$"), "PY": ("ruc_py", r"^[1-9]\d{4,7}$")}  # check, form without the digit


@dataclass(frozen=True)
class DocumentKind:
    """One row of ``data/documents.toml``, where the attributes are explained."""

    country: str
    type: str
    form: str
    also: tuple[str, ...] = ()
    written: str = ""
    guessed: bool = False
    check: str = ""
    ranges: bool = False
    strict: bool = False
    pad: int = 0
    strip: bool = False
    letter: bool = False
    apart: bool = False
    anywhere: str = ""


@cache
def kinds() -> tuple[DocumentKind, ...]:
    """Every kind of document we know, in the order they are tried."""
    return tuple(DocumentKind(**{**row, "also": tuple(row.get("also", ()))}) for row in data()["kind"])


@cache
def placeholders() -> frozenset[str]:
    """Numbers that stand for nobody: the published ones, equal digits, and counting up from 0 or 1 or down from 9."""
    up, down = "01234567890", "98765432109"
    counting = {up[start:end] for start in (0, 1) for end in range(start + 5, len(up) + 1)}
    counting |= {run[:end] for run in (down, "0" + down) for end in range(5, 11)} | {
        down[start:9] for start in range(5)
    }
    return frozenset(
        {d * n for d in "0123456789" for n in range(SHORTEST, LONGEST + 1)}
        | counting
        | set(data()["placeholders"]["values"])
    )


def normalise(frame: pl.DataFrame) -> pl.DataFrame:
    """Canonical document numbers.

    Args:
        frame: ``raw``, and optionally ``document_type``, ``document_dv``, ``country``.

    Returns:
        As tall and in the same order: ``value``, ``document_type``, ``strength`` (one of ``STRENGTHS``, null beside an
        empty value), ``rules``.
    """
    absent = [
        pl.lit(None, pl.String).alias(c) for c in ("document_type", "document_dv", "country") if c not in frame.columns
    ]
    asked = (
        frame.with_columns(absent)
        .cast(pl.String)
        .select(
            "raw",
            pl.int_range(pl.len()).alias("row"),
            type_code(pl.col("document_type")).alias("column_type"),
            pl.col("country").str.to_uppercase(),
            pl.col("document_dv").str.extract(r"^\s*([0-9Kk])(?:\.0+)?\s*$").str.to_uppercase().alias("dv"),
        )
    )
    settled = _settle(read(asked))
    hidden = (~pl.col("prefixed") & pl.col("value").str.contains(prefix_patterns()[1])).fill_null(False)
    settled = pl.concat([settled.filter(~hidden), _read_again(settled.filter(hidden))], how="diagonal")
    kept = _with_prefix_kept(settled.filter("prefixed"))
    answers = _answers(pl.concat([settled.filter(~pl.col("prefixed")), kept], how="diagonal"))
    return answers.sort("row").drop("row")


def _candidates(country: str | None, said: str | None) -> tuple[list[DocumentKind], bool]:
    """The kinds a number of this country and type may be, and whether the country has a form for that type at all."""
    anywhere = [replace(k, written=k.anywhere, strict=True) for k in kinds() if k.anywhere]
    here = [k for k in kinds() if k.country == country]
    if said is None:
        return [k for k in here if k.guessed] + anywhere, False
    if fits := [k for k in here if said == k.type or said in k.also]:
        return fits, True
    elsewhere = [k for k in kinds() if said == k.type]
    if len({k.country for k in elsewhere}) == 1:
        return [k for k in elsewhere if k.check or not (k.pad or k.strip or k.letter)], False
    return [replace(k, strict=True) for k in elsewhere if k.check and not k.ranges], False


def _settle(cells: pl.DataFrame) -> pl.DataFrame:
    """Give every number its kind: the first of its country and type whose form, and check where it is strict, it
    passes.
    """
    done: list[pl.DataFrame] = []
    for (country, said), group in cells.partition_by(["country", "said"], as_dict=True).items():
        pending = _with_own_digit(group, country)
        candidates, has_form = _candidates(country, said)
        for kind in candidates:
            if pending.is_empty():
                break
            hits = _of_kind(pending, kind, said)
            if not hits.is_empty():
                done.append(hits)
                pending = pending.join(hits, on="row", how="anti") if hits.height < pending.height else pending.clear()
        long_enough = pl.col("number").str.contains(r"^[0-9A-ZÑ&]{6,20}$") & pl.col("number").str.contains(
            "(?:[0-9][^0-9]*){5}"
        )
        done.append(
            pending.with_columns(
                pl.col("number").alias("value"),
                pl.lit(said, pl.String).alias("document_type"),
                pl.when(long_enough & (not has_form))
                .then(pl.lit("plausible"))
                .otherwise(pl.lit("weak"))
                .alias("strength"),
                pl.lit(None, pl.String).alias("fix"),
            )
        )
    return pl.concat(done, how="diagonal") if done else _settled_nothing(cells)


def _settled_nothing(cells: pl.DataFrame) -> pl.DataFrame:
    empty = [pl.lit(None, pl.String).alias(name) for name in ("value", "document_type", "strength", "fix")]
    return cells.with_columns(pl.lit(False).alias("joined"), *empty)


def _with_own_digit(group: pl.DataFrame, country: str | None) -> pl.DataFrame:
    """Numbers of countries whose canonical number ends in its check digit, completed with the digit of the column
    beside.
    """
    if country not in OWN_DIGIT or group["dv"].null_count() == group.height:
        return group.with_columns(joined=False)
    check, body = OWN_DIGIT[country]
    number, both = pl.col("number"), pl.col("number") + pl.col("dv")
    tried = group.with_columns(
        complete=number.str.ends_with(pl.col("dv")) & CHECKS[check](group["number"]),
        right=number.str.contains(body) & CHECKS[check](group.select(both).to_series()),
    )
    joined = (pl.col("right") & ~pl.col("complete")).fill_null(False)
    return tried.with_columns(joined=joined, number=pl.when(joined).then(both).otherwise(number)).drop(
        "complete", "right"
    )


def _of_kind(pending: pl.DataFrame, kind: DocumentKind, said: str | None) -> pl.DataFrame:
    """The pending rows that are of this kind, with their value, type, strength and the rule that changed their
    number.
    """
    hits = pending.filter(pl.col("written").str.contains(kind.written)) if kind.written else pending
    hits = hits.filter(pl.col("number").str.contains(kind.form))
    if hits.is_empty():
        return hits
    number, fix = pl.col("number"), None
    if kind.pad:
        number, fix = number.str.zfill(kind.pad), PADDED
    elif kind.strip:
        number, fix = number.str.strip_chars_start("0"), STRIPPED
    elif kind.letter:
        number, fix = number + dni_letter(number.cast(pl.Int64)), LETTER
    hits = hits.with_columns(value=number)
    if kind.check:
        right = CHECKS[kind.check](hits["value"])
        passed = "plausible" if kind.ranges else "checked"
        hits = hits.with_columns(strength=pl.when(right).then(pl.lit(passed)).otherwise(pl.lit("failed")))
        hits = hits.filter(right) if kind.strict else hits
    elif kind.type == "NIT" and kind.country == "CO":
        right = CHECKS["nit"](hits.select(pl.col("value") + pl.col("dv")).to_series())
        proven = pl.when(pl.col("dv").is_null()).then(pl.lit("plausible")).when(right).then(pl.lit("checked"))
        hits = hits.with_columns(strength=proven.otherwise(pl.lit("failed")))
    else:
        hits = hits.with_columns(strength=pl.lit("plausible"))
    if kind.apart:
        hits, fix = hits.with_columns(pl.col("value").str.head(-1)), APART
    code = said if kind.apart and said == "CC" else kind.type
    return hits.with_columns(document_type=pl.lit(code), fix=pl.lit(fix.code if fix else None, pl.String))


def _read_again(hidden: pl.DataFrame) -> pl.DataFrame:
    """Rows whose type only shows once the separators are gone ("C#C 79123456"), read from their compact form."""
    again = _settle(read(hidden.select(pl.col("value").alias("raw"), *ASKED)))
    return again.drop("raw").join(hidden.select("row", "raw"), on="row", how="left")


def _with_prefix_kept(prefixed: pl.DataFrame) -> pl.DataFrame:
    """Rows whose number would be read otherwise the next time, when its prefix is gone: the prefix stays, and they are
    weak.
    """
    again = _settle(read(prefixed.select(pl.col("value").fill_null("").alias("raw"), *ASKED)))
    changed = pl.col("again") != pl.col("value")
    return (
        prefixed.join(again.select("row", again="value"), on="row", how="left")
        .with_columns(changed=changed.fill_null(False))
        .with_columns(
            *(pl.when("changed").then("whole").otherwise(c).alias(c) for c in ("value", "number")),
            strength=pl.when("changed").then(pl.lit("weak")).otherwise("strength"),
            document_type=pl.when("changed").then("column_type").otherwise("document_type"),
            fix=pl.when(~pl.col("changed")).then("fix"),
            written=pl.when("changed").then("raw").otherwise("written"),
            prefixed=~pl.col("changed"),
        )
    )


def _answers(settled: pl.DataFrame) -> pl.DataFrame:
    """``row`` and the columns the kernel promises, with what cannot be used dropped."""
    number, value, length = pl.col("number"), pl.col("value"), pl.col("number").str.len_chars()
    known = list(placeholders())
    without_letter = number.str.strip_chars_end("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    without_digit = pl.when(pl.col("written").str.contains(r"-\s*[0-9K]$")).then(number.str.head(-1))
    fake = pl.any_horizontal(text.is_in(known) for text in (value, number, without_letter, without_digit))
    reason = (
        pl.when(number.is_null()).then(pl.lit(LOST_DIGITS.code))
        .when(~number.str.contains(r"\d")).then(pl.lit(NO_DIGITS.code))
        .when(~length.is_between(SHORTEST, LONGEST)).then(pl.lit(LENGTH.code))
        .when(fake).then(pl.lit(PLACEHOLDER.code))
    )  # fmt: skip
    rewritten = (
        pl.when(pl.col("prefixed") | pl.col("restored"))
        .then(number != pl.col("written"))
        .otherwise(number != pl.col("raw"))
    )
    done = fired(
        (EXCEL, pl.col("restored")),
        (PREFIX, pl.col("prefixed")),
        (FORMAT, rewritten & ~pl.col("joined")),
        (JOINED, pl.col("joined")),
    )
    rules = pl.when(value != pl.col("raw")).then(then(done, "fix"))
    usable = pl.col("reason").is_null()
    return settled.with_columns(reason=reason, rules=rules).select(
        "row",
        *(pl.when(usable).then(name).alias(name) for name in ("value", "document_type", "strength")),
        pl.coalesce("reason", "rules").alias("rules"),
    )
