"""Gender as people code it: letters whose meaning the column decides, and words in Spanish, English and Portuguese."""

from __future__ import annotations

from typing import Literal

import polars as pl

from custintel.fields import text
from custintel.fields.vocabulary import Rule, fired
from custintel.i18n import N_

Codes = Literal["mf", "hm"]

WORD = Rule("gender.word", "format", N_("written as one of our codes: f, m, x"))
NOT_TOLD = Rule("gender.not_told", "drop", N_("the person chose not to say"))
UNKNOWN = Rule("gender.unknown", "drop", N_("not a gender we know"))
RULES = (WORD, NOT_TOLD, UNKNOWN)

_WORDS: dict[str, tuple[str, ...]] = {
    "f": (
        "f", "fem", "femenino", "femenina", "mujer", "mujeres", "female", "woman", "women", "girl",
        "feminino", "feminina", "mulher",
        "dama", "chica",
        "senora", "senorita", "sra", "srta", "mrs", "ms", "miss",
    ),
    "m": (
        "masc", "masculino", "masculina", "hombre", "hombres", "male", "man", "men", "boy", "homem", "h",
        "caballero", "varon", "chico", "senor", "sr", "mr",
    ),
    "x": (
        "x", "nb", "otro", "otra", "otre", "outro", "outra", "other", "diverse", "no binario", "no binaria",
        "no binarie", "nonbinary", "non binary",
        "nao binario", "nao binaria", "genero fluido", "genderfluid", "intersexual", "intersex",
    ),
}  # fmt: skip
_SILENT = (
    "prefiero no decir", "prefiero no decirlo", "prefiero no responder", "prefer not to say",
    "prefiro nao dizer", "prefiro nao responder", "no responde",
    "no contesta", "not told", "rather not say",
)  # fmt: skip


def codes(values: pl.Series) -> Codes:
    """What a lone ``M`` means in a column: ``mf`` (masculino beside femenino) or ``hm`` (mujer beside hombre, as on
    Mexican lists).

    Args:
        values: the column, raw or tidied; empty cells and words do not count.
    """
    letters = values.drop_nulls().unique().str.strip_chars(" .").str.to_lowercase()
    return "hm" if letters.is_in(["h"]).any() and not letters.is_in(["f"]).any() else "mf"


def normalise(frame: pl.DataFrame, *, codes: str) -> pl.DataFrame:
    """Genders as ``f``, ``m`` or ``x``.

    Args:
        frame: ``raw``.
        codes: of the column, see :func:`codes`. The result is coded ``mf``, and is normalised again with that.

    Returns:
        ``frame`` with ``value`` and ``rules``.
    """
    meaning = {word: code for code, words in _WORDS.items() for word in words} | {"m": "f" if codes == "hm" else "m"}
    key = text.key(pl.col("raw"))
    silent = key.is_in(_SILENT)
    known = key.replace_strict(list(meaning), list(meaning.values()), default=None, return_dtype=pl.String)
    asked = frame.with_columns(known.alias("value"), silent.alias("_silent"))
    rules = fired(
        (WORD, pl.col("value") != pl.col("raw")),
        (NOT_TOLD, pl.col("_silent")),
        (UNKNOWN, pl.col("value").is_null() & ~pl.col("_silent")),
    )
    return asked.with_columns(rules.alias("rules")).drop("_silent")
