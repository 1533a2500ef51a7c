"""How values and neighbours settle what a header means. The decisions themselves are declared in ``decisions.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from custintel.sheets.shapes import Shape
from custintel.tables.headers import declared, key

LOOKS, UNLIKE, UNIQUE = 0.6, 0.2, 0.9
CERTAIN = 0.8
LEAST = 3


@dataclass(frozen=True)
class Evidence:
    """What is known when a header is decided.

    Attributes:
        shape: what its values look like.
        entity: what the sheet speaks of.
        beside: the fields that other headers of the sheet surely mean.
    """

    shape: Shape
    entity: str
    beside: frozenset[str]


@dataclass(frozen=True)
class Expectation:
    """What the values of a field look like: see ``decisions.toml``."""

    agrees: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    few: int = 0


def ambiguous() -> Mapping[str, list[list[str]]]:
    """Header names that mean several things, each with its decisions in order."""
    names: Mapping[str, list[list[str]]] = _declarations()["ambiguous"]
    return names


@cache
def nameless() -> frozenset[str]:
    """Header names that say nothing."""
    return frozenset(_declarations()["nameless"])


@cache
def plain_kinds() -> frozenset[str]:
    """Kinds of fields whose values are unlike those of any other."""
    return frozenset(_declarations()["plain_kinds"])


def statement(name: str) -> tuple[str, ...]:
    """The consents that a header phrased as a sentence ("acepto recibir ofertas") may be about, empty when it is none.

    A sentence of refusal may mean that the person is unsubscribed, so it comes first, with the consents after it.
    """
    known = _declarations()["statements"]
    text = f" {name}"
    if not any(f" {verb}" in text for verb in known["verbs"]):
        return ()
    topics = known["topics"].items()
    about = tuple(field for field, starts in topics if any(f" {start}" in text for start in starts))
    refusal = not set(known["negations"]).isdisjoint(name.split())
    return ("unsubscribed", *about) if about and refusal else about


@cache
def worth_asking() -> frozenset[str]:
    """Fields about which a person is worth asking."""
    return frozenset(_declarations()["worth_asking"])


@cache
def repeatable() -> frozenset[str]:
    """Fields that several columns of one sheet may bring."""
    return frozenset(_declarations()["repeatable"])


@cache
def places() -> frozenset[str]:
    """Fields of an address, which come all from one address."""
    return frozenset(_declarations()["places"])


def address_group(header: str) -> str:
    """Whether a header speaks of the ``shipping`` or the ``billing`` address, empty when of neither."""
    words = set(key(header).split())
    groups = _declarations()["groups"].items()
    return next((group for group, names in groups if not words.isdisjoint(names)), "")


def weight(field: str) -> float:
    """How much the presence of a field says about what its sheet speaks of."""
    return float(_declarations()["weights"].get(field, 1.0))


def decide(name: str, evidence: Evidence) -> str:
    """The field an ambiguous name means here, empty when nothing settles it."""
    for field, *conditions in ambiguous()[name]:
        if all(_holds(condition, evidence) for condition in conditions):
            return field
    return ""


def meanings(name: str) -> tuple[str, ...]:
    """The fields an ambiguous name may mean, likeliest first."""
    return tuple(dict.fromkeys(decision[0] for decision in ambiguous()[name]))


def contradicts(field: str, shape: Shape) -> bool:
    """Whether the values flatly say that the column is not ``field``; a nearly empty column says nothing."""
    expected = expectation(field)
    if shape.filled < LEAST:
        return False
    if expected.agrees and shape.share(*expected.agrees) < UNLIKE:
        return True
    if expected.few and shape.distinct > expected.few:
        return True
    return bool(expected.against) and shape.share(*expected.against) >= LOOKS and not _same_look(expected, shape)


def agrees(field: str, shape: Shape) -> bool:
    """Whether most values look like ``field``, which others may look like as well."""
    return shape.share(*expectation(field).agrees) >= LOOKS and not contradicts(field, shape)


def sure(field: str, shape: Shape) -> bool:
    """Whether the values look so much like ``field`` that a doubtful header is enough."""
    expected = expectation(field)
    return bool(expected.sure) and shape.share(*expected.sure) >= LOOKS and not contradicts(field, shape)


def instead(field: str, shape: Shape) -> tuple[str, bool]:
    """What values that contradict ``field`` say instead, empty when nothing, and whether a person has to confirm."""
    for entry in _declarations()["instead"]:
        concerned = field in entry.get("fields", ()) or declared()[field].kind in entry.get("kinds", ())
        if concerned and shape.share(entry["looks"]) >= CERTAIN:
            return entry["field"], entry["ask"]
    return "", False


@cache
def expectation(field: str) -> Expectation:
    """What the values of ``field`` look like; nothing is expected of a kind that is not declared."""
    known = _declarations()
    entry = known["fields"].get(field, known["kinds"].get(declared()[field].kind, {}))
    agrees, against, sure = (tuple(entry.get(name, ())) for name in ("agrees", "against", "sure"))
    return Expectation(agrees, against, sure, few=entry.get("few", 0))


def _same_look(expected: Expectation, shape: Shape) -> bool:
    """Values may look like two things ("20 05 1999" as a phone): what the field expects counts when it fits better."""
    return bool(expected.agrees) and shape.share(*expected.agrees) > shape.share(*expected.against)


def _holds(condition: str, evidence: Evidence) -> bool:
    word, *arguments = condition.split()
    return _CONDITIONS[word](evidence, arguments)


def _names(arguments: list[str]) -> list[str]:
    return arguments[0].split("|")


def _looks(evidence: Evidence, arguments: list[str]) -> bool:
    least = float(arguments[1]) if len(arguments) > 1 else LOOKS
    return evidence.shape.share(*_names(arguments)) >= least


_CONDITIONS: Mapping[str, Callable[[Evidence, list[str]], bool]] = {
    "beside": lambda evidence, arguments: not evidence.beside.isdisjoint(_names(arguments)),
    "without": lambda evidence, arguments: evidence.beside.isdisjoint(_names(arguments)),
    "in": lambda evidence, arguments: evidence.entity in _names(arguments),
    "looks": _looks,
    "unlike": lambda evidence, arguments: evidence.shape.share(*_names(arguments)) < UNLIKE,
    "few": lambda evidence, arguments: 0 < evidence.shape.distinct <= int(arguments[0]),
    "unique": lambda evidence, _: evidence.shape.uniqueness >= UNIQUE,
}


@cache
def _declarations() -> dict[str, Any]:
    return tomllib.loads(files("custintel.sheets").joinpath("decisions.toml").read_text("utf-8"))
