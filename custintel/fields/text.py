"""The first step of every cell: what the file, the spreadsheet and the encoding left on it is taken off, and
fillers become empty.

A clean cell meets one regular expression, which finds what needs work and fillers. Everything slower runs on what it
found.
Kinds of field (``kind``) change which words are fillers: an "x" ticks a box, a "no" answers a question, a "0" is a
number.
"""

from __future__ import annotations

import html
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.resources import files
from typing import Any

import polars as pl

from custintel.fields.vocabulary import Rule, as_it_came, divided, fired, then
from custintel.i18n import N_

UNWRAPPED = Rule("text.unwrapped", "format", N_("taken out of the formula or apostrophe that kept it as text"))
ENTITY = Rule("text.entity", "repair", N_("web codes such as &amp; written as letters"))
MOJIBAKE = Rule("text.mojibake", "repair", N_("letters restored that a wrong encoding had broken"), 0.98)
CODEPAGE = Rule("text.codepage", "guess", N_("letters restored from an old DOS encoding"), 0.9)
INVISIBLE = Rule("text.invisible", "repair", N_("invisible characters removed"))
COMPOSED = Rule("text.composed", "format", N_("accents joined to their letters"))
SPACES = Rule("text.spaces", "format", N_("spare spaces removed"))
LOST_LETTER = Rule(
    "text.lost_letter", "guess", N_("a letter lost in a wrong encoding, guessed from a list of names"), 0.85
)
JUNK = Rule("text.junk", "drop", N_("a filler such as N/A, not a value"))
BLANK = Rule("text.blank", "drop", N_("nothing but spaces or invisible characters"))
RULES = (UNWRAPPED, ENTITY, MOJIBAKE, CODEPAGE, INVISIBLE, COMPOSED, SPACES, LOST_LETTER, JUNK, BLANK)

_SPACE = r"[\t-\r\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
_INVISIBLE = (
    r"(?:[\x00-\x08\x0e-\x1b\x7f-\x{84}\x{86}-\x{9f}\x{ad}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{feff}\x{fff9}-\x{fffb}]"
    r"|_x00[01][0-9A-Fa-f]_)"
)
_QUOTED = r'^\s*=\s*"(.*)"\s*$'
_APOSTROPHE = r"^\s*'+([^'s].*|s[^-].*)$"
_ENTITY = r"&(?:[A-Za-z]{2,24}|#[0-9]{2,7}|#[xX][0-9A-Fa-f]{2,6});"
_SECOND_BYTE = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_MOJIBAKE = rf"[\u00c2-\u00f4][{_SECOND_BYTE}]|√.|[├┬].|\u00ef\u00bf\u00bd"
_DOS = {"¤": "ñ", "¥": "Ñ", "‚": "é", "¡": "í", "¢": "ó", "£": "ú"}
_CODEPAGE = r"\p{L}[¤‚¡¢£](?:\p{L}|\b|$)|\p{L}¥\p{L}"
_SOFT_HYPHEN = "(\\p{Ll})Ã ?([a-z])"
_DIRTY = "|".join(
    (
        r"^\s|\s$|\s\s|^\s*$",
        _SPACE,
        _INVISIBLE,
        r"^=\s*\"",
        "^'",
        _ENTITY,
        _MOJIBAKE,
        r"\p{M}",
        r"\p{L}[¤¥‚¡¢£]",
        "[?\u00c3\ufffd]",
    )
)

_LOST_SIGN = r"[?\ufffdÃ]"
_LOST = r"\p{L}[?\x{fffd}]|[?\x{fffd}]\p{L}|Ã\p{L}"
_BETWEEN = r"[ ./_,;:\-]+"
_AROUND = r"[ ./_,;:()\[\]<>*\"'\-]*"
_SIGNS = r"[\s\-–—_.…,;:*/\\|?¿!¡'\"()\[\]{}#~=<>+&@%$^`´·•]+"
_ACCENTED = {"a": "[aáàâã]", "e": "[eéê]", "i": "[ií]", "o": "[oóôõ]", "u": "[uúü]", "n": "[nñ]", "c": "[cç]"}
_WORDED = frozenset({"name", "city", "region", "country", "address", "text", "enum", "list"})
_NAMED = frozenset({"name", "city", "region"})


def tidy(frame: pl.DataFrame, *, kind: str) -> pl.DataFrame:
    """Take off each cell what is not its text; empty it when it is a filler.

    Args:
        frame: text column ``raw`` as it came from the file, no two rows alike.
        kind: the kind of field as :mod:`custintel.tables.headers` declares it; one we do not know is treated as
            free text.

    Returns:
        ``frame`` with ``value`` and ``rules``: trimmed single-spaced NFC text without control characters, or null.
    """
    odd = frame["raw"].str.contains(f"{_DIRTY}|{_filler(kind)}")
    answers = divided(frame, odd, as_it_came, partial(_tidied, kind=kind))
    return frame.with_columns(answers["value"], answers["rules"])


def bare_key(word: str) -> str:
    """:func:`key` of one string."""
    bare = unicodedata.normalize("NFKD", word).lower()
    return " ".join(re.sub(r"[^\w]|_", " ", "".join(c for c in bare if not unicodedata.combining(c))).split())


def key(expr: pl.Expr) -> pl.Expr:
    """The text for comparing: lower case, no accents, every run of other signs one space (``"Peña, J."`` → ``"pena
    j"``).
    """
    bare = expr.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"\p{M}+", "")
    return bare.str.replace_all(r"[^\p{L}\p{N} ]+", " ").str.replace_all("  +", " ").str.strip_chars(" ")


def placeholders(values: pl.Series, *, floor: int = 20, share: float = 0.005) -> pl.DataFrame:
    """Values of a column that should be unique which stand on too many rows to be one person's.

    Args:
        values: the column, one entry per row of the file.
        floor: the number of rows any value may stand on.
        share: the share of filled rows any value may stand on.

    Returns:
        ``value`` and ``n`` (rows), for values on more than ``max(floor, share × filled rows)`` rows, most frequent
        first.
    """
    filled = values.drop_nulls().alias("value")
    counted = filled.to_frame().group_by("value").agg(pl.len().cast(pl.Int64).alias("n"))
    return counted.filter(pl.col("n") > max(floor, share * len(filled))).sort("n", "value", descending=[True, False])


def _tidied(frame: pl.DataFrame, *, kind: str) -> pl.DataFrame:
    """``value`` and ``rules`` of cells that need work or are fillers."""
    numbered = frame.select("raw").with_row_index("_row")
    mended = _mend(numbered.filter(pl.col("raw").str.contains(_DIRTY)), kind)
    joined = numbered.join(mended, on="_row", how="left", maintain_order="left")
    value = pl.coalesce("_mended", "raw")
    filler = value.str.contains(_filler(kind)) & ~value.is_in(_junk()["spared"].get(kind, []))
    return joined.with_columns(_value=value, _filler=filler).select(
        value=pl.when(pl.col("_value") != "", ~pl.col("_filler")).then("_value"),
        rules=then(
            "_rules", fired((BLANK, pl.col("_value") == ""), (JUNK, pl.col("_filler") & (pl.col("_value") != "")))
        ),
    )


def _mend(dirty: pl.DataFrame, kind: str) -> pl.DataFrame:
    """``_row``, ``_mended`` and ``_rules`` of the cells that need work, worked on until nothing changes any more.

    Every step shortens the text or takes away signs that it looks for, so this ends; a second pass is needed only
    where one layer hid another.
    """
    steps = tuple(_steps(kind))
    rules = tuple(dict.fromkeys(rule for rule, _ in steps))
    waiting = dirty.select(
        "_row", pl.col("raw").alias("_mended"), *(pl.lit(value=False).alias(rule.code) for rule in rules)
    )
    finished = [waiting.clear()]
    while waiting.height:
        before = waiting["_mended"]
        for rule, step in steps:
            after = step(waiting["_mended"])
            waiting = waiting.with_columns(
                (pl.col(rule.code) | (after != pl.col("_mended"))).alias(rule.code), after.alias("_mended")
            )
        changed = waiting["_mended"] != before
        finished.append(waiting.filter(~changed))
        waiting = waiting.filter(changed)
    applied = fired(*((rule, pl.col(rule.code)) for rule in rules))
    return pl.concat(finished).select("_row", "_mended", applied.alias("_rules"))


def _steps(kind: str) -> Iterator[tuple[Rule, Callable[[pl.Series], pl.Series]]]:
    yield UNWRAPPED, lambda s: s.str.replace(_QUOTED, "$1").str.replace(_APOSTROPHE, "$1")
    yield ENTITY, lambda s: _on_hits(s, _ENTITY, html.unescape)
    if kind in _NAMED:
        yield LOST_LETTER, lambda s: s.str.replace_all(_SOFT_HYPHEN, "${1}í$2")
    yield MOJIBAKE, lambda s: _on_hits(s, _MOJIBAKE, _fix_encoding)
    if kind in _WORDED:
        yield CODEPAGE, lambda s: _on_hits(s, _CODEPAGE, _from_dos)
    yield INVISIBLE, lambda s: s.str.replace_all(_INVISIBLE, "")
    yield COMPOSED, lambda s: s.str.normalize("NFC")
    if kind in _NAMED:
        yield LOST_LETTER, lambda s: _on_hits(s, _LOST, partial(_restore_letters, places=kind != "name"))
    yield SPACES, lambda s: s.str.replace_all(f"{_SPACE}+|  +", " ").str.strip_chars()


def _on_hits(values: pl.Series, pattern: str, repair: Callable[[str], str]) -> pl.Series:
    """``repair`` called for the values where ``pattern`` is found, which no expression can repair."""
    hit = values.str.contains(pattern)
    if not hit.any():
        return values
    return values.scatter(hit.arg_true(), [repair(value) for value in values.filter(hit)])


def _fix_encoding(value: str) -> str:
    """Undo UTF-8 read as something else, once or several times. ftfy's ``fix_text`` would change quotes and commas
    as well.
    """
    from ftfy import TextFixerConfig, fix_encoding

    return fix_encoding(value, TextFixerConfig(restore_byte_a0=False, replace_lossy_sequences=False))


def _from_dos(value: str) -> str:
    """cp850 read as cp1252: ``Pe¤a`` → ``Peña``, ``Ibagu‚`` → ``Ibagué``; only signs that stand in a word."""
    return re.sub(r"(?<=[^\W\d_])[¤‚¡¢£¥](?![\d ]*\d)", lambda match: _DOS[match.group()], value)


def _restore_letters(value: str, *, places: bool) -> str:
    """``Mu?oz`` → ``Muñoz``: each broken word replaced where exactly one name of the list fits it."""
    from custintel.fields.name_list import with_lost_letters

    return re.sub(
        rf"[^\W\d_]*{_LOST_SIGN}[\w?\ufffd]*", lambda match: with_lost_letters(match.group(), places=places), value
    )


@cache
def _junk() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("custintel.fields") / "data" / "junk.toml").read_text("utf-8"))


@cache
def _filler(kind: str) -> str:
    """One pattern that a whole cell matches when it is a filler for this kind of field."""
    groups = [g for g in _junk().values() if kind in g.get("only", [kind]) and kind not in g.get("never", [])]
    words = sorted({spelled(word) for group in groups for word in group.get("words", [])})
    shapes = [*words, *(group["pattern"] for group in groups if "pattern" in group)]
    errors = [re.escape(cell) for cell in _junk()["error"]["cells"]]
    return rf"(?i)^(?:{_AROUND}(?:{'|'.join(shapes)}){_AROUND}|{'|'.join(errors)}|{_SIGNS})$"


def spelled(word: str) -> str:
    """A pattern for a key as people write it: with accents or not, any separators between its words."""
    return _BETWEEN.join("".join(_ACCENTED.get(letter, letter) for letter in part) for part in word.split(" "))
