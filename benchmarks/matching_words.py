"""What invented people are called: lists of words, most frequent first, drawn as unequally as real names are."""

from __future__ import annotations

import tomllib
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

WORDS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "words" / "people.toml").read_text(encoding="utf-8"))


@cache
def ranked(language: str, kind: str) -> tuple[list[str], list[float]]:
    """The words of a list, and their cumulative weights: the share of a name falls with its rank (Zipf)."""
    words = WORDS[language][kind].split()
    return words, list(accumulate(1 / (rank + 4) ** 0.9 for rank in range(len(words))))


@cache
def nicknames(language: str) -> dict[str, str]:
    """What people with a given name are called at home."""
    return dict(pair.split("=") for pair in WORDS[language]["nicknames"])


def drawn(rng: Random, language: str, kind: str) -> str:
    """One word of a list, the frequent ones more often."""
    words, weights = ranked(language, kind)
    return rng.choices(words, cum_weights=weights)[0]


def surname(rng: Random, language: str, rare: float = 0.08) -> str:
    """A surname; with the chance ``rare`` one that nearly nobody has."""
    if rng.random() >= rare:
        return drawn(rng, language, "surnames")
    words = WORDS[language]
    stem = "".join(rng.choice(words["invented"]) for _ in range(rng.choice((1, 2, 2))))
    return (stem + rng.choice(words["endings"])).title()


def city(rng: Random, country: str) -> list[str]:
    """The spellings of one city of a country, the right one first; the first cities of the list more often."""
    places: list[str] = WORDS["places"][country]
    return places[min(int(rng.expovariate(4 / len(places))), len(places) - 1)].split("|")
