"""Frequent given names and surnames, pet names, and the words around names: our own lists, read once."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

LOST = "?"


def bare(word: str) -> str:
    """A word without accents, in lower case: how the lists are looked up."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))


@cache
def given() -> frozenset[str]:
    """Frequent given names, accent-free."""
    return frozenset(bare(word) for words in _read("names_given").values() for word in words.split())


@cache
def surnames() -> frozenset[str]:
    """Frequent surnames, accent-free."""
    return frozenset(bare(word) for word in _read("names_surnames")["surnames"].split())


@cache
def spellings() -> dict[str, str]:
    """Token → the spelling that stands for its class (``jhon`` → ``john``), for tokens of more than one usual
    spelling or abbreviation.
    """
    return {bare(word): bare(row.split()[0]) for row in words("spellings") for word in row.split()}


@cache
def nicknames() -> dict[str, tuple[frozenset[str], ...]]:
    """Pet name → the formal names it may stand for, each as the set of its tokens, in the spelling that stands for
    their class.
    """
    same = spellings()
    return {
        same.get(nick, nick): tuple(frozenset(same.get(token, token) for token in formal.split()) for formal in formals)
        for nick, formals in _read("names_nicknames")["nicknames"].items()
    }


@cache
def words(section: str) -> tuple[str, ...]:
    """A list of ``names.toml``: particles, titles, compounds, suffixes, company words..."""
    return tuple(_read("names")[section])


def alternatives(items: Iterable[str]) -> str:
    """Literal strings as one regular expression, longest first."""
    return "|".join(re.escape(item) for item in sorted(items, key=lambda item: (-len(item), item)))


def with_lost_letters(word: str, *, places: bool = False) -> str:
    """A word with ``?``, ``�`` or a lone ``Ã`` where letters were lost, as the one listed name that fits; unchanged
    when none or several do.

    Args:
        word: one word.
        places: whether words of place names are in the list as well.
    """
    if bare(word) in given() or bare(word) in surnames():
        return word
    found = _by_gap(places).get(_gapped(word.lower()), ())
    if len(found) != 1:
        return word
    (name,) = found
    letters = [c for c in word if c.isalpha()]
    if len(letters) > 1 and word.upper() == word:
        return name.upper()
    return name if word[:1].islower() else name.capitalize()


def _gapped(word: str) -> str:
    return re.sub(r"[?�\u00e3]+", LOST, word)


@cache
def _by_gap(places: bool) -> dict[str, frozenset[str]]:
    """Every listed name that has accented letters, under its spelling with them lost."""
    sources = ("names_given", "names_surnames", *(["names_places"] if places else []))
    listed = {word for source in sources for text in _read(source).values() for word in text.split()}
    found: dict[str, set[str]] = {}
    for name in listed:
        gap = re.sub(r"[^\x00-\x7f]+", LOST, name)
        if gap != name:
            found.setdefault(gap, set()).add(name)
    return {gap: frozenset(names) for gap, names in found.items()}


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("custintel.fields") / "data" / f"{name}.toml").read_text("utf-8"))
