"""What a cell with an identity document says: the number as written and compact, the type named in front of it.

Nothing is decided here; :mod:`custintel.fields.document` gives the number its kind.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

_SCIENTIFIC = r"^(\d)[.,](\d+)[Ee]\+?(\d{1,2})$"
_DECIMALS = r"^(\d{4,}|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+)[.,]0{1,2}$"


@cache
def data() -> dict[str, Any]:
    """Kinds, names and placeholders of ``data/documents.toml``."""
    import tomllib

    return tomllib.loads((files("custintel.fields") / "data" / "documents.toml").read_text("utf-8"))


def type_code(text: pl.Expr) -> pl.Expr:
    """Our code for a type of document as people write it ("Cédula de ciudadanía", "C.C.", "13 - NIT"); null when it
    is not known.
    """
    names = {name: code for code, written in data()["names"].items() for name in written}
    key = text.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"\p{M}", "")
    key = key.str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars()
    whole, first = (
        k.replace_strict(names, default=None, return_dtype=pl.String) for k in (key, key.str.extract(r"^(\w{2,4}) "))
    )
    return pl.coalesce(whole, first)


def read(asked: pl.DataFrame) -> pl.DataFrame:
    """What a cell says: the number as ``written`` and compact (``number``), and the type it is ``said`` to have."""
    raw = pl.col("raw")
    is_plain, is_digits = raw.str.contains(r"^[0-9]+$"), raw.str.contains(r"^[0-9][0-9.,\s\-]*$")
    said = {"said": pl.col("column_type"), "prefixed": pl.lit(False)}
    plain = asked.filter(is_plain).with_columns(written=raw, number=raw, whole=raw, restored=pl.lit(False), **said)
    digits = asked.filter(is_digits & ~is_plain).with_columns(
        written=raw.str.replace(_DECIMALS, "$1"), restored=raw.str.contains(_DECIMALS), **said
    )
    digits = digits.with_columns(number=_compact(pl.col("written"))).with_columns(whole="number")
    return pl.concat([plain, digits, _read_text(asked.filter(~is_digits).with_columns(_restored()))], how="diagonal")


def _read_text(asked: pl.DataFrame) -> pl.DataFrame:
    """The same for cells with more than digits and separators: a type or a word in front of the number is taken off."""
    text = pl.col("written").str.normalize("NFKC").str.to_uppercase().str.strip_chars()
    asked = asked.with_columns(text=text.str.replace_many(list("ÁÉÍÓÚ"), list("AEIOU")))
    separated, glued, no_type = prefix_patterns()
    apart, joined = (pl.col("text").str.extract_groups(pattern) for pattern in (separated, glued))
    may_join = (pl.col("country") != "MX").fill_null(True)
    read = asked.with_columns(
        prefix=pl.coalesce(apart.struct[0], pl.when(may_join).then(joined.struct[0])),
        written=pl.coalesce(
            apart.struct[1], pl.when(may_join).then(joined.struct[1]), pl.col("text").str.replace(no_type, "")
        ),
    )
    return read.with_columns(
        number=_compact(pl.col("written")),
        whole=_compact(pl.col("text")),
        said=pl.coalesce(type_code(pl.col("prefix")), "column_type"),
        prefixed=pl.col("prefix").is_not_null(),
    ).drop("text", "prefix")


def _compact(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"[^0-9A-ZÑ&]", "")


def _restored() -> tuple[pl.Expr, pl.Expr]:
    """The text before a spreadsheet wrote it as ``1.02030405E+09`` or ``1020304050.0`` (null: digits are lost), and
    whether it did.
    """
    raw = pl.col("raw")
    first, decimals, power = (raw.str.extract(_SCIENTIFIC, group) for group in (1, 2, 3))
    complete = decimals.str.len_chars() >= power.cast(pl.UInt32)
    digits = pl.when(complete).then(first + decimals.str.slice(0, power.cast(pl.UInt32)))
    scientific, decimal = raw.str.contains(_SCIENTIFIC), raw.str.contains(_DECIMALS)
    text = pl.when(scientific).then(digits).when(decimal).then(raw.str.extract(_DECIMALS)).otherwise(raw)
    return text.alias("written"), (scientific | decimal).alias("restored")


@cache
def prefix_patterns() -> tuple[str, str, str]:
    """Patterns of a type in front of a number: set apart by a separator, joined to it, and words that say no type."""
    words = data()["words"]
    names = sorted(
        {n for written in data()["names"].values() for n in written if not n.isdigit()}, key=lambda n: (-len(n), n)
    )
    patterns = [
        r"\.?\s?".join(n.upper()) if len(n) <= 4 and " " not in n else r"\.?\s+".join(n.upper().split()) for n in names
    ]
    joinable = [p for n, p in zip(names, patterns, strict=True) if n.upper() not in words["ambiguous"]]
    number = "|".join(w.upper() for w in words["number"])
    return (
        rf"^({'|'.join(patterns)})[\s.,:;#°º\-/]+(?:(?:{number})[\s.:#°º]+)?(.*\d.*)$",
        rf"^({'|'.join(joinable)})(\d[\d.\s\-]*K?)$",
        rf"^(?:(?:{number})[\s.:#°º]+|#\s*)",
    )
