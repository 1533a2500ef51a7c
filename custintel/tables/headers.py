"""The fields that people's sheets carry, and the headers under which they name them.

Declared in ``headers.toml``, which is read once.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

_NUMBER_SIGN = re.compile(r"^\s*(?:#|n[º°]\.?|(?:nro|num|no)\.)\s*", re.IGNORECASE)
_NUMBER_SIGN_LAST = re.compile(r"(?<=\w)\s*#\s*$")
_UNIT = re.compile(r"\(\s*(?:[A-Z]{3}|cop|usd|eur|mxn|pen|clp|ars|brl|\$|%)\s*\)|\[\s*\$\s*\]|[%$€]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRAND = re.compile(r"WhatsApp|LinkedIn|TikTok|YouTube|PayPal")
_DIGITS = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_INDEX = re.compile(r"(?<= )\d(?= |$)")
_LETTERS = re.compile(r"\b(?:[a-z] ){1,4}[a-z]\b")
_LANGUAGES = ("es", "en", "pt", "vendor")
_OTHER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Header:
    """One field and the headers that name it.

    Attributes:
        field: the field's name, as tables use it.
        entity: what a row with such a column speaks of: customer, order, line, campaign, traffic or survey.
        kind: what its values are: email, phone, name, doc, date, money, consent...
        aliases: headers that mean this field, in the normal form of :func:`key`.
    """

    field: str
    entity: str
    kind: str
    aliases: frozenset[str]


@dataclass(frozen=True)
class Wording:
    """Words inside headers that do not name a field by themselves.

    Attributes:
        prefixes: words before the name that say whose it is ("billing", "cliente"), longest first.
        suffixes: the same after the name, longest first.
        noise: words that can be left out of a question ("cual es tu").
        glued: endings that programs write onto a short name without a space.
        others: words that say that the column is about somebody else, or about a property of the value.
        kept_as_is: whole headers that we know and have no field for.
        abbreviations: a short word and the word it stands for.
    """

    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    noise: frozenset[str]
    glued: tuple[str, ...]
    others: frozenset[str]
    kept_as_is: frozenset[str]
    abbreviations: Mapping[str, str]


def key(header: str) -> str:
    """A header in its normal form: no accents, capitals, punctuation or unit, "nº" as "numero", single spaces.

    >>> key("Nº de Teléfono_móvil"), key("firstName2"), key("Total (COP)")
    ('numero de telefono movil', 'first name 2', 'total')
    """
    text = _NUMBER_SIGN_LAST.sub(" number", _NUMBER_SIGN.sub("numero ", header.strip()))
    text = _BRAND.sub(lambda found: found.group().lower(), _UNIT.sub(" ", text))
    text = _CAMEL.sub(" ", text)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
    return " ".join(_OTHER.sub(" ", _DIGITS.sub(" ", text)).split())


def indexed_key(header: str) -> tuple[str, int]:
    """A header's normal form without the number that counts it, and that number, 0 when there is none.

    >>> indexed_key("E-mail 1 - Value"), indexed_key("Teléfono 2"), indexed_key("Teléfono")
    (('e mail value', 1), ('telefono', 2), ('telefono', 0))
    """
    name = key(header)
    found = _INDEX.findall(name)
    if len(found) != 1:
        return name, 0
    return " ".join(_INDEX.sub("", name).split()), int(found[0])


def initials_joined(name: str) -> str:
    """A normal form with letters that stand alone written together: "d o b" as "dob", "n i f" as "nif"."""
    return _LETTERS.sub(lambda found: found.group().replace(" ", ""), name)


@cache
def declared() -> Mapping[str, Header]:
    """Every field by its name, in declared order."""
    return MappingProxyType(
        {
            name: Header(
                name,
                entry["entity"],
                entry["kind"],
                frozenset(alias for language in _LANGUAGES for alias in entry.get(language, ())),
            )
            for name, entry in _declarations()["fields"].items()
        }
    )


@cache
def wording() -> Wording:
    """The words that surround the name of a field."""
    found = _declarations()
    return Wording(
        prefixes=tuple(sorted(found["prefixes"], key=lambda words: (-len(words), words))),
        suffixes=tuple(sorted(found["suffixes"], key=lambda words: (-len(words), words))),
        noise=frozenset(found["noise"]),
        glued=tuple(found["glued"]),
        others=frozenset(found["others"]),
        kept_as_is=frozenset(found["kept_as_is"]),
        abbreviations=MappingProxyType(found["abbreviations"]),
    )


@cache
def _declarations() -> dict[str, Any]:
    return tomllib.loads(files("custintel.tables").joinpath("headers.toml").read_text("utf-8"))


PERSON_FIELDS: Mapping[str, str] = MappingProxyType(
    {name: header.kind for name, header in declared().items() if header.entity == "customer"}
)
"""The fields of a person in declared order, each with its kind."""
