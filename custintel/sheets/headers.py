"""Which field each column of a sheet brings: by answers, known exports, names, and what the values look like.

A wrong match does more harm than a question, and a question about what does not matter is a nuisance: what is doubtful
is asked about when it says who somebody is or how to reach them, and kept as an extra column when it does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import polars as pl

from custintel.errors import UsageError
from custintel.i18n import _
from custintel.sheets.aliases import Reading, lowest_level, read
from custintel.sheets.decisions import (
    Evidence,
    address_group,
    agrees,
    contradicts,
    decide,
    instead,
    meanings,
    places,
    repeatable,
    sure,
    weight,
    worth_asking,
)
from custintel.sheets.profiles import Profile, recognise
from custintel.sheets.shapes import Shape, shapes
from custintel.tables.headers import PERSON_FIELDS, declared, indexed_key, key

IGNORE = "ignore"
SURE_TYPO = 0.9
BY_VALUES = 0.6
UNMISTAKABLE = 0.8
SPARSE = 0.8
PEOPLE = ("customer", "order", "survey", "unknown")
_BARE_NAMES = frozenset({"nombre", "name", "nome"})
_REACHED_BY = frozenset({"email", "phone", "doc"})
_CONTACT_SHAPES = (("email", "email"), ("phone_formatted", "phone"))


@dataclass(frozen=True)
class Match:
    """What one column is taken for.

    Attributes:
        header: as the sheet has it.
        field: the field it brings, None when it is kept as an extra column.
        index: which of several columns of one field, from 1.
        confidence: 0 to 1.
        evidence: what decided: ``answer``, ``profile``, ``alias``, ``alias_affix``, ``fuzzy``, ``values`` or ``none``.
        candidates: the fields it may be, likeliest first.
        uncertain: a person should confirm it before the column is used.
    """

    header: str
    field: str | None
    index: int = 1
    confidence: float = 0.0
    evidence: str = "none"
    candidates: tuple[str, ...] = ()
    uncertain: bool = False


@dataclass(frozen=True)
class Matching:
    """What a sheet is about and what its columns bring.

    Attributes:
        entity: customer, order, campaign, traffic, survey, or unknown.
        profile: the known export it is, None when it is none.
        matches: one per header, in the order of the sheet.
    """

    entity: str
    profile: str | None
    matches: tuple[Match, ...]

    @property
    def questions(self) -> tuple[Match, ...]:
        """The columns that a person should confirm."""
        return tuple(match for match in self.matches if match.uncertain)

    @property
    def fields(self) -> dict[str, str]:
        """Header -> field, for the columns that bring one without doubt."""
        return {match.header: match.field for match in self.matches if match.field and not match.uncertain}


def match(
    headers: Sequence[str],
    frame: pl.DataFrame,
    *,
    answers: Mapping[str, str] | None = None,
    source: str = "",
) -> Matching:
    """Match the columns of a sheet to fields.

    Args:
        headers: the names of the columns, no two alike, in the order of the sheet.
        frame: the rows; String columns named by ``headers``. Evenly spaced rows are looked at.
        answers: header -> field, or ``"ignore"``, as a person said; they win over everything.
        source: name of the file, for messages.

    Raises:
        UsageError: an answer names a field that does not exist.
    """
    answers = answers or {}
    _check(answers, source)
    known = recognise([lowest_level(header) for header in headers])
    looks = shapes(frame, headers)
    settled = {**_from_profile(headers, known), **_from_answers(headers, answers)}
    readings = {header: read(header) for header in headers if header not in settled}
    certain = {**settled, **_certain(readings, looks)}
    entity = known.entity if known else _entity(certain.values())
    for header, reading in readings.items():
        if header not in certain:
            evidence = Evidence(looks[header], entity, _fields(certain.values()))
            certain[header] = _doubtful(header, reading, evidence)
    if not known:
        entity = _entity(certain.values())
    chosen = _without_idle_question(_one_column_each([certain[header] for header in headers], looks))
    return Matching(entity, known.name if known else None, tuple(_numbered(chosen, readings)))


def _check(answers: Mapping[str, str], source: str) -> None:
    for header, field in answers.items():
        if field != IGNORE and field not in declared():
            near = get_close_matches(field, declared(), 3)
            raise UsageError(
                _("There is no field called {field}.").format(field=field),
                where=source,
                seen=_("column {header}").format(header=header),
                hint=_("Did you mean {fields}?").format(fields=", ".join(near)) if near else "",
            )


def _from_answers(headers: Sequence[str], answers: Mapping[str, str]) -> dict[str, Match]:
    return {
        header: Match(header, None if answers[header] == IGNORE else answers[header], 1, 1.0, "answer")
        for header in headers
        if header in answers
    }


def _from_profile(headers: Sequence[str], known: Profile | None) -> dict[str, Match]:
    if known is None:
        return {}
    keys = {header: key(lowest_level(header)) for header in headers}
    found = {header: known.fields[name] for header, name in keys.items() if name in known.fields}
    return {header: Match(header, field or None, 1, 1.0, "profile") for header, field in found.items()}


def _certain(readings: Mapping[str, Reading], looks: Mapping[str, Shape]) -> dict[str, Match]:
    """Columns whose name says one thing and whose values do not say otherwise."""
    return {
        header: Match(header, reading.field, 1, reading.confidence, reading.evidence)
        for header, reading in readings.items()
        if reading.field
        and not reading.partial
        and reading.evidence != "fuzzy"
        and not contradicts(reading.field, looks[header])
    }


def _doubtful(header: str, reading: Reading, evidence: Evidence) -> Match:
    """A column that its name alone does not settle."""
    if reading.closed:
        return Match(header, None)
    if reading.ambiguous:
        return _one_of_several(header, reading, evidence)
    if reading.partial:
        return _part_of_a_name(header, reading, evidence)
    if reading.evidence == "fuzzy":
        return _misspelt(header, reading, evidence)
    if reading.field:
        return _contradicted(header, reading.field, evidence)
    return _by_values(header, reading, evidence)


def _one_of_several(header: str, reading: Reading, evidence: Evidence) -> Match:
    candidates = meanings(reading.ambiguous)
    if evidence.entity == "customer":
        candidates = tuple(field for field in candidates if field in PERSON_FIELDS)
    if field := decide(reading.ambiguous, evidence):
        return Match(header, field, 1, min(reading.confidence, SURE_TYPO), reading.evidence, candidates)
    plausible = [field for field in candidates if field in worth_asking() and agrees(field, evidence.shape)]
    if evidence.entity in PEOPLE and plausible and evidence.beside.isdisjoint(plausible):
        return Match(header, plausible[0], 1, BY_VALUES, "values", candidates, uncertain=True)
    return Match(header, None, candidates=candidates)


def _misspelt(header: str, reading: Reading, evidence: Evidence) -> Match:
    field = reading.field
    if contradicts(field, evidence.shape):
        return _by_values(header, reading, evidence)
    if sure(field, evidence.shape):
        return Match(header, field, 1, SURE_TYPO, "fuzzy", (field,))
    if field in worth_asking() and field not in evidence.beside and evidence.shape.filled:
        return Match(header, field, 1, reading.confidence, "fuzzy", (field,), uncertain=True)
    return Match(header, None, candidates=(field,))


def _part_of_a_name(header: str, reading: Reading, evidence: Evidence) -> Match:
    """The header holds the name of a field among other words: it is that field when the values leave no doubt."""
    candidates = (reading.field, *reading.among)
    if not sure(reading.field, evidence.shape):
        return Match(header, None, candidates=candidates)
    doubt = bool(reading.among)
    return Match(header, reading.field, 1, reading.confidence, reading.evidence, candidates, uncertain=doubt)


def _contradicted(header: str, field: str, evidence: Evidence) -> Match:
    """The name says ``field`` and the values say it is not."""
    other, ask = instead(field, evidence.shape)
    if other:
        return Match(header, other, 1, BY_VALUES if ask else UNMISTAKABLE, "values", (other, field), uncertain=ask)
    if field in worth_asking() and field not in evidence.beside:
        return Match(header, field, 1, BY_VALUES, "alias", (field,), uncertain=True)
    return Match(header, None, candidates=(field,))


def _by_values(header: str, reading: Reading, evidence: Evidence) -> Match:
    """A column whose name says nothing: worth a question when it holds what reaches a person, and nothing else does."""
    kinds = {declared()[field].kind for field in evidence.beside}
    for shape, field in _CONTACT_SHAPES:
        if declared()[field].kind not in kinds and evidence.shape.share(shape) >= UNMISTAKABLE:
            return Match(header, field, 1, BY_VALUES, "values", (field,), uncertain=field != "email")
    names = evidence.beside.isdisjoint({"full_name", "first_name", "last_name"})
    people = evidence.shape.share("two_words") >= BY_VALUES and evidence.shape.share("given") >= BY_VALUES
    if reading.nameless and names and people:
        return Match(header, "full_name", 1, BY_VALUES, "values", ("full_name",), uncertain=True)
    return Match(header, None)


def _fields(matches: Iterable[Match]) -> frozenset[str]:
    return frozenset(found.field for found in matches if found.field and not found.uncertain)


def _entity(matches: Iterable[Match]) -> str:
    """What a sheet speaks of: the entity whose fields weigh most; lines of an order are part of the order."""
    votes: dict[str, float] = {}
    for field in sorted(_fields(matches)):
        entity = declared()[field].entity.replace("line", "order")
        votes[entity] = votes.get(entity, 0.0) + weight(field)
    return max(sorted(votes), key=lambda entity: votes[entity], default="unknown")


def _one_column_each(matches: Sequence[Match], looks: Mapping[str, Shape]) -> list[Match]:
    """Let one column bring each field: the answered, surest, fullest, first one; the others are kept as extras."""
    address = _preferred_address(matches, looks)
    rivals: dict[str, list[int]] = {}
    for at, found in enumerate(matches):
        if found.field and found.field not in repeatable():
            rivals.setdefault(found.field, []).append(at)
    chosen = list(matches)
    for field, columns in rivals.items():
        winner = max(columns, key=lambda at: _strength(matches[at], looks[matches[at].header], address, at))
        for at in columns:
            if at != winner:
                chosen[at] = Match(matches[at].header, None, candidates=(field,))
    return chosen


def _without_idle_question(matches: Sequence[Match]) -> list[Match]:
    """Leave a "name" that may be a person's as an extra column where nothing else is doubtful and nothing in the sheet
    says that it is about people: a list of cities or products has names as well.
    """
    doubtful = [found for found in matches if found.uncertain]
    certain = _fields(matches)
    people = "birth_date" in certain or any(declared()[field].kind in _REACHED_BY for field in certain)
    idle = not people and len(doubtful) == 1 and indexed_key(doubtful[0].header)[0] in _BARE_NAMES
    return [
        Match(found.header, None, candidates=found.candidates) if idle and found.uncertain else found
        for found in matches
    ]


def _strength(found: Match, shape: Shape, address: str, at: int) -> tuple[object, ...]:
    mine = found.field not in places() or address_group(found.header) in (address, "")
    return (
        found.evidence == "answer",
        found.evidence == "profile",
        not found.uncertain,
        shape.filled > 0,
        mine,
        found.confidence,
        key(found.header) == key(found.field or ""),
        round(shape.fill, 1),
        -at,
    )


def _preferred_address(matches: Sequence[Match], looks: Mapping[str, Shape]) -> str:
    """Of a shipping and a billing address, the one to use as a whole: shipping, unless it is often left empty."""
    named = [found.header for found in reversed(matches) if found.field in ("address", "city")]
    filled = {address_group(header): looks[header].fill for header in named}
    return "shipping" if filled.get("shipping", 0.0) >= SPARSE * filled.get("billing", 0.0) else "billing"


def _numbered(matches: Sequence[Match], readings: Mapping[str, Reading]) -> list[Match]:
    """Number the columns of one field by the number in their header, then by their place in the sheet."""
    order = sorted(range(len(matches)), key=lambda at: (readings.get(matches[at].header, Reading()).index or 1, at))
    seen: Counter[str] = Counter()
    numbered = list(matches)
    for at in order:
        if field := matches[at].field:
            seen[field] += 1
            numbered[at] = replace(matches[at], index=seen[field])
    return numbered
