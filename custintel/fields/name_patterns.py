"""The regular expressions that find what stands around a name, made once from the word lists."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from custintel.fields import name_list, text

GLUE = "\x1f"
"""Joins words that belong together while a name is split at its spaces; no tidied cell holds it."""


@cache
def title_first() -> str:
    """Whatever begins as a title does."""
    return rf"(?i)^(?:{_listed('titles', 'weak_titles')})[. ]"


@cache
def titles_before_two_words() -> str:
    """Titles, among them those that are given names too, before two words; group 1 is where the name begins."""
    return rf"(?i)^(?:(?:{_listed('titles', 'weak_titles')})(?:\. ?| ))+(\p{{L}}{{2,}} \p{{L}}{{2}})"


@cache
def titles_before_a_word() -> str:
    """Titles that cannot be names; group 1 is where the name begins."""
    return rf"(?i)^(?:(?:{_listed('titles')})(?:\. ?| ))+(\p{{L}}{{2}})"


@cache
def titles_after_comma() -> str:
    """Titles between the comma of a surname-first name and its given names; group 1 is where these begin."""
    return rf"(?i), *(?:(?:{_listed('titles', 'weak_titles')})(?:\.?, ?|\. ?| ))+(\p{{L}}{{2}})"


@cache
def title_at_end() -> str:
    """A title and nothing else after the comma; groups 1 and 2 are the name before it."""
    name = rf"^(\p{{L}}{{2,}} \p{{L}}{{2}}.*), *(?:{_listed('weak_titles')})\.?$"
    return rf"(?i){name}|^(.*), *(?:{_listed('titles')})\.?$"


@cache
def company() -> str:
    """A company, by its legal form, its first word, its last word, or the kin that trades with it."""
    forms, firsts, lasts = (_listed(kind) for kind in ("legal_forms", "company_first", "company_last"))
    kin = r"(?:y|e|&|and) (?:hijos|hermanos|hnos|asociados|c[ií]a|sons|filhos|associates)"
    return rf"(?i)[ ,.](?:{forms})\.?$|^(?:{firsts})\b|[^,] (?:{lasts})$|\S {kin}\b"


@cache
def placeholder() -> str:
    """A whole name that stands for customers without one."""
    return rf"(?i)^[ .\-]*(?:{_listed('placeholders')})[ .\-\d]*$"


@cache
def joined() -> str:
    """A particle and the space after it, which joins it to the next word."""
    joining = {
        word for kind in ("married", "particles", "starters") for item in name_list.words(kind) for word in item.split()
    }
    return rf"(?i)\b({any_of(joining)}) "


def suffix() -> str:
    """What tells a son from his father, at the end of a name."""
    return rf"(?i) ((?:{any_of(name_list.words('suffixes'))})\.?)$"


def comma_before_suffix() -> str:
    """The comma of ``Juan Pérez, Jr.``, which turns nothing round."""
    return rf"(?i), *((?:{any_of(name_list.words('suffixes'))})\.?)$"


@cache
def rewritten() -> dict[str, str]:
    """What a title-cased name says → what it should: particles inside the name, Mc, genitives, numerals at the end."""
    inside = sorted(
        (f" {p} " for kind in ("married", "particles") for p in name_list.words(kind)), key=lambda p: (-len(p), p)
    )
    scots = {
        f"{edge}Mc{letter}": f"{edge}Mc{letter.upper()}"
        for edge in (" ", GLUE)
        for letter in "abcdefghijklmnopqrstuvwxyz"
    }
    ends = {
        f" {numeral.title()}{GLUE}": f" {numeral}{GLUE}" for numeral in ("II", "III", "IV", "VI", "VII", "VIII", "IX")
    }
    genitive = {f"{mark}S{edge}": f"{mark}s{edge}" for mark in "'’" for edge in (" ", GLUE)}
    begun = {f"{GLUE}{p.title()} ": f"{GLUE}{p.capitalize()} " for p in name_list.words("particles") if " " in p}
    return {particle.title(): particle for particle in inside} | begun | scots | ends | genitive


def any_of(items: Iterable[str]) -> str:
    """Any of some literal strings, longest first."""
    return name_list.alternatives(items)


def _listed(*sections: str) -> str:
    """The keys of sections of ``names.toml``, as people write them."""
    keys = {key for section in sections for key in name_list.words(section)}
    return "|".join(text.spelled(key) for key in sorted(keys, key=lambda key: (-len(key), key)))
