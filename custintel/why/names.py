"""What two names have in common, word by word: pet names, initials, spellings, slips."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rapidfuzz.distance import OSA

from custintel.fields import name_list
from custintel.i18n import N_, _

LABELS: Mapping[str, str] = {
    "nickname": N_("{word} is a form of {other}"),
    "same_formal": N_("{word} and {other} are forms of one name"),
    "initial": N_("{word} stands for {other}"),
    "spelling": N_("{word} and {other} are spellings of one name"),
    "typo": N_("{word} and {other} are a typing error apart"),
    "part": N_("one name is part of the other"),
    "whole": N_("every word of one name has its like in the other"),
}
_LONGEST = 12
"""Words of a name that are looked at."""


class Alike(NamedTuple):
    """What a word of one name has to do with one of the other; both are empty where it is about the whole names."""

    code: str
    word: str = ""
    other: str = ""

    @property
    def label(self) -> str:
        """It in words."""
        return _(LABELS[self.code]).format(word=self.word, other=self.other)


class Word(NamedTuple):
    """A word of a name: as written, without accents, and in the spelling that stands for its class."""

    written: str
    bare: str
    spelled: str


def alike(a: str | None, b: str | None) -> list[Alike]:
    """How the words of two names stand for each other, where they are not the same; empty where nothing does."""
    left, right = words(a or ""), words(b or "")
    found: list[Alike] = []
    rest_left, rest_right = [], [*right]
    for word in left:
        twin = next((other for other in rest_right if other.spelled == word.spelled), None)
        if twin is None:
            rest_left.append(word)
            continue
        rest_right.remove(twin)
        if twin.bare != word.bare:
            found.append(Alike("spelling", word.written, twin.written))
    shared = len(left) - len(rest_left)
    for mine, other, whole in ((rest_left, rest_right, right), (rest_right, rest_left, left)):
        found += pet_names(mine, other, whole)
    for code, stands in (("same_formal", same_formal), ("initial", initial), ("typo", slip)):
        for word in rest_left.copy():
            match = next((other for other in rest_right if stands(word, other)), None)
            if match:
                rest_left.remove(word)
                rest_right.remove(match)
                short_first = (word, match) if len(word.bare) <= len(match.bare) else (match, word)
                found.append(Alike(code, short_first[0].written, short_first[1].written))
    if not shared and not found:
        return []
    if rest_left and rest_right:
        return found
    if rest_left or rest_right:
        return [*found, Alike("part")]
    return [*found, Alike("whole")] if found else []


def words(name: str) -> list[Word]:
    """The words of a name, particles aside."""
    spellings = name_list.spellings()
    particles = {word for particle in name_list.words("particles") for word in particle.split()}
    written = re.findall(r"[^\W\d_]+", name)[:_LONGEST]
    folded = [(word, name_list.bare(word)) for word in written]
    return [Word(word, bare, spellings.get(bare, bare)) for word, bare in folded if bare not in particles]


def pet_names(mine: list[Word], other: list[Word], whole: list[Word]) -> Iterator[Alike]:
    """The pet names among ``mine`` for words of the other name; both are taken out."""
    there = {word.spelled for word in whole}
    for word in mine.copy():
        for formal in name_list.nicknames().get(word.spelled, ()):
            if formal <= there and any(stood.spelled in formal for stood in other):
                mine.remove(word)
                other[:] = [stood for stood in other if stood.spelled not in formal]
                full = " ".join(stood.written for stood in whole if stood.spelled in formal)
                yield Alike("nickname", word.written, full)
                break


def same_formal(x: Word, y: Word) -> bool:
    """Two pet names of one name."""
    known = name_list.nicknames()
    return not set(known.get(x.spelled, ())).isdisjoint(known.get(y.spelled, ()))


def initial(x: Word, y: Word) -> bool:
    """One is the first letter of the other."""
    return (len(x.bare) == 1) != (len(y.bare) == 1) and x.bare[0] == y.bare[0]


def slip(x: Word, y: Word) -> bool:
    """One slip of the keyboard in a word of four letters, two in one of eight."""
    shorter = min(len(x.bare), len(y.bare))
    allowed = (shorter >= 4) + (shorter >= 8)
    return bool(allowed) and OSA.distance(x.bare, y.bare, score_cutoff=allowed) <= allowed
