"""What the name of a column says by itself: one field, one of several, or nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from custintel.sheets.decisions import ambiguous, nameless, plain_kinds, statement
from custintel.tables.headers import declared, indexed_key, initials_joined, key, wording

EXACT, PART, TYPO, HELD = 1.0, 0.95, 0.85, 0.85
LEVELS = " > "
_REPEATED = re.compile(r" \((\d+)\)$")
_PARENTHESES = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_INSIDE = re.compile(r"[(\[]([^)\]]*)[)\]]")
_EITHER = re.compile(r"\s*[/|]\s*|\s+-\s+|\s+(?:o|or|ou|ó|u)\s+", re.IGNORECASE)
_SHORTEST_TYPO = 5
_LONG = 8


@dataclass(frozen=True)
class Reading:
    """What a header says.

    Attributes:
        field: the field it names, empty when it names none or several.
        ambiguous: the name with several meanings it comes down to, empty when there is none.
        index: the number that counts it, 0 when it has none.
        confidence: 0 to 1.
        evidence: ``alias``, ``alias_affix``, ``fuzzy`` or ``none``.
        among: the fields that a sentence of consent may be about, when it does not say one thing.
        partial: the name is only part of the header, so the values have to agree before it counts.
        closed: the header is known to hold nothing of ours, so its values are not worth a look.
        nameless: it says nothing at all ("Column1").
    """

    field: str = ""
    ambiguous: str = ""
    index: int = 0
    confidence: float = 0.0
    evidence: str = "none"
    among: tuple[str, ...] = ()
    partial: bool = False
    closed: bool = False
    nameless: bool = False


def read(header: str) -> Reading:
    """What one header says by itself, without its values or its neighbours.

    A header of several levels ("Cliente > Nombre") is read whole, then by its last level. The number that the reader
    puts behind a repeated header ("Nombre (2)") only counts it.
    """
    once, times = _once(header)
    found = _read(once)
    if found == Reading(index=found.index) and once != lowest_level(once):
        found = _read(lowest_level(once))
    return replace(found, index=times) if times else found


def lowest_level(header: str) -> str:
    """The last of the levels that a header of several rows is made of."""
    return header.rsplit(LEVELS, 1)[-1]


def _once(header: str) -> tuple[str, int]:
    """A repeated header without the number the reader put behind it, and that number, 0 when there is none."""
    repeated = _REPEATED.search(header)
    return (header[: repeated.start()], int(repeated[1])) if repeated else (header, 0)


def _read(header: str) -> Reading:
    whole, (bare, index) = key(header), indexed_key(header)
    for name in dict.fromkeys((whole, bare, initials_joined(whole), initials_joined(bare))):
        if found := _named(name, 0 if name == whole else index, EXACT, "alias"):
            return found
    if not bare or bare in nameless() or whole in nameless() or whole.isdigit():
        return Reading(index=index, nameless=True)
    if bare in wording().kept_as_is or whole in wording().kept_as_is:
        return Reading(index=index, closed=True)
    if either := _either(header):
        return either
    if not wording().others.isdisjoint(bare.split()):
        return Reading(index=index, closed=True)
    for name in _simpler(header):
        if found := _meant(name, index):
            return found
        if name in wording().kept_as_is:
            return Reading(index=index, closed=True)
    if about := statement(bare):
        return Reading(about[0], index=index, confidence=HELD, evidence="alias_affix", among=about[1:], partial=True)
    return _misspelt(bare, index) or _held(bare, index) or Reading(index=index)


def _named(name: str, index: int, confidence: float, evidence: str) -> Reading | None:
    if name in ambiguous():
        return Reading(ambiguous=name, index=index, confidence=confidence, evidence=evidence)
    if field := _by_alias().get(name):
        return Reading(field, "", index, confidence, evidence)
    return None


def _meant(name: str, index: int) -> Reading | None:
    """The same for a header that is not an alias to the letter."""
    essence = _essence(name)
    if found := _named(name, index, PART, "alias_affix") or _named(essence, index, PART, "alias_affix"):
        return found
    if field := _by_essence().get(essence):
        return Reading(field, "", index, PART, "alias_affix")
    return None


@cache
def _by_alias() -> Mapping[str, str]:
    """The field of every alias; when two fields claim one, the first declared has it."""
    found: dict[str, str] = {}
    for header in declared().values():
        for alias in sorted(header.aliases):
            found.setdefault(alias, header.field)
    return found


@cache
def _by_essence() -> Mapping[str, str]:
    """The field of every alias without articles and abbreviations; those that come to say two things are left out."""
    claims: dict[str, set[str]] = {}
    for alias, field in _by_alias().items():
        claims.setdefault(_essence(alias), set()).add(field)
    found = {essence: fields.pop() for essence, fields in claims.items() if len(fields) == 1}
    found.update({alias: field for alias, field in _by_alias().items() if _essence(alias) == alias})
    return {essence: field for essence, field in found.items() if essence not in ambiguous()}


@cache
def _essence(name: str) -> str:
    words = [word for word in name.split() if word not in wording().noise]
    return " ".join(wording().abbreviations.get(word, word) for word in words)


def _either(header: str) -> Reading | None:
    """A header that offers two names, such as "Cédula/NIT": what both mean, or one when the other says nothing."""
    parts = [part for part in _EITHER.split(_PARENTHESES.sub("", header)) if part.strip()]
    if len(parts) < 2:
        return None
    fields = []
    for part in parts:
        name, _ = indexed_key(part)
        field = _by_alias().get(name) or _by_essence().get(_essence(name), "")
        fields.append(field if name not in ambiguous() else "")
    kinds = {declared()[field].kind if field else "" for field in fields}
    if len(set(fields)) == 1 and fields[0]:
        return Reading(fields[0], "", 0, PART, "alias")
    if kinds == {"phone"}:
        return Reading(next((f for f in fields if f != "phone"), "phone"), "", 0, PART, "alias")
    known = [field for field in fields if field]
    return Reading(known[0], "", 0, HELD, "alias_affix", partial=True) if len(set(known)) == 1 else None


def _simpler(header: str) -> Iterator[str]:
    """Simpler and simpler forms of a header: without its remarks, its number, and the words that say whose it is."""
    names = [_unglued(key(header))]
    inside, outside = key(" ".join(_INSIDE.findall(header))), key(_PARENTHESES.sub("", header))
    if inside and not _says_more(inside, outside):
        names.append(outside)
    for name in list(names):
        names.extend((indexed_key(name)[0], initials_joined(indexed_key(name)[0])))
    seen = dict.fromkeys(names)
    for name in list(seen):
        for shorter in (name, _essence(name)):
            for trimmed in _trimmed(shorter):
                seen.setdefault(trimmed)
    yield from seen


def _unglued(name: str) -> str:
    """A short name and the ending that a program glued to it, apart: "telcli" as "tel cli"."""
    for ending in wording().glued:
        if name.endswith(ending) and " " not in name and name != ending:
            return f"{name.removesuffix(ending)} {ending}"
    return name


def _says_more(inside: str, outside: str) -> bool:
    """Whether a remark changes the meaning: "Nombre (mascota)" and "Nombre (empresa)" do, "Sexo (M/F)" does not."""
    if inside in wording().kept_as_is or not wording().others.isdisjoint(inside.split()):
        return True
    return inside in _by_alias() and _by_alias()[inside] != _by_alias().get(outside)


@cache
def _trimmed(name: str) -> tuple[str, ...]:
    """``name`` after taking prefixes and suffixes off, at most two of each, the least trimmed first."""
    found = {name: None}
    for _ in range(3):
        for known in list(found):
            for word in wording().prefixes:
                if known.startswith(word + " "):
                    found.setdefault(known[len(word) + 1 :])
            for word in wording().suffixes:
                if known.endswith(" " + word):
                    found.setdefault(known[: -len(word) - 1])
    return tuple(found)


@cache
def _by_letters() -> Mapping[str, str]:
    """The field of every alias written without spaces: "fechanacimiento"."""
    claims: dict[str, set[str]] = {}
    for alias, field in _by_alias().items():
        claims.setdefault(alias.replace(" ", ""), set()).add(field)
    return {
        letters: fields.pop() for letters, fields in claims.items() if len(fields) == 1 and letters not in ambiguous()
    }


@cache
def _by_words() -> Mapping[int, list[str]]:
    """The aliases of so many words, without those that mean several things."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for alias in _by_alias():
        if alias not in ambiguous():
            found[len(alias.split())].append(alias)
    return found


def _misspelt(name: str, index: int) -> Reading | None:
    """The field whose alias ``name`` is but for its spaces, or for a letter or two when no other field is as near."""
    from rapidfuzz import process  # only sheets with an unknown header pay for it
    from rapidfuzz.distance import OSA

    letters = name.replace(" ", "")
    if field := _by_letters().get(letters):
        return Reading(field, "", index, PART, "alias_affix")
    if len(letters) < _SHORTEST_TYPO:
        return None
    limit = 1 if len(letters) < _LONG else 2
    aliases = _by_words().get(len(name.split()), [])
    near = process.extract(name, aliases, scorer=OSA.distance, score_cutoff=limit, limit=None)
    least = min((distance for _, distance, _ in near), default=0)
    fields = {_by_alias()[alias] for alias, distance, _ in near if distance == least}
    return Reading(fields.pop(), "", index, TYPO - least / 10, "fuzzy") if len(fields) == 1 else None


def _held(name: str, index: int) -> Reading | None:
    """The field of the longest alias inside ``name``, among fields whose values are plain to see."""
    words = name.split()
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length + 1):
            field = _by_essence().get(_essence(" ".join(words[start : start + length])))
            if field and declared()[field].kind in plain_kinds():
                return Reading(field, "", index, HELD, "alias_affix", partial=True)
    return None
