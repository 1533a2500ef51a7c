"""The words of ``goals.yaml`` in English and Spanish: keys, measures, and who everybody is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from custintel.tables.headers import key

Words = Mapping[str, tuple[str, str]]

TOP: Words = {"goals": ("goals", "metas"), "holdout": ("holdout", "grupo_de_control")}
GOAL: Words = {
    "segment": ("segment", "segmento"),
    "measure": ("measure", "medida"),
    "target": ("target", "objetivo"),
    "from": ("from", "desde"),
    "to": ("to", "hasta"),
    "offer_cost": ("offer_cost", "costo_oferta"),
}
MEASURE: Words = {
    "frequency": ("frequency", "frecuencia"),
    "ticket": ("ticket", "ticket"),
    "breadth": ("breadth", "variedad"),
}
EVERYBODY = ("all", "todos")


def code_of(words: Words, text: str) -> str:
    """The code that a word stands for, in either language; empty when it is none."""
    wanted = key(text)
    return next((code for code, both in words.items() if wanted in {key(word) for word in both}), "")


def written(words: Words, code: str, language: str) -> str:
    """The word for a code in a language."""
    return words[code][language == "es"]


def choices(words: Words, language: str) -> str:
    """All words of a kind in a language, to name them."""
    return ", ".join(both[language == "es"] for both in words.values())


def nearest(text: str, known: Iterable[str]) -> str:
    """The word that was probably meant; empty when none is close."""
    by_key = {key(word): word for word in known}
    found = get_close_matches(key(text), by_key, n=1, cutoff=0.7)
    return by_key[found[0]] if found else ""
