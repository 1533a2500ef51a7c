"""Whether two names can be one person's, and what speaks for it.

Pure Python on two short lists of tokens, a few microseconds a pair, for pairs that something else has brought
together. Names are one
comparison, not two: given names and surnames are found on either side in any order, and nothing depends on where a
token stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import permutations
from typing import NamedTuple

from rapidfuzz.distance import DamerauLevenshtein

from custintel.fields import name_list

LEVELS = ("same", "reordered", "subset", "initial", "nickname", "typo", "different")
"""From the strongest agreement to none. A pair has the level of its weakest part."""


class NameAgreement(NamedTuple):
    """How two names agree.

    Attributes:
        code: one of :data:`LEVELS`.
        evidence: what was seen, in alphabetical order: besides level codes, ``spelling`` (Jhon, John), ``joined``
            (Mariajosé, María José),
            ``crossed`` (one name leaves out a given name, the other a surname), ``one_token`` (a single word is all
            they share); and for
            ``different``: ``generation`` (father and son), ``given``, ``family`` (conflicting surnames), ``other``,
            ``unrelated`` (no word shared).
        compatible: whether they can be one person's.
    """

    code: str
    evidence: tuple[str, ...]

    @property
    def compatible(self) -> bool:
        """Whether the two can be one person's name."""
        return self.code != "different"


_RANK = {code: rank for rank, code in enumerate(LEVELS)}
_SAME = NameAgreement("same", ())
_RESPELLED = NameAgreement("same", ("spelling",))
_UNRELATED = NameAgreement("different", ("unrelated",))
_CONFLICTS = {kind: NameAgreement("different", (kind,)) for kind in ("given", "family", "other")}


def compatible(a: Sequence[str], b: Sequence[str]) -> NameAgreement:
    """Compare two names; symmetric.

    Args:
        a: tokens of one name, as :func:`custintel.fields.name.tokens` or ``canonical_tokens`` gives them, in any order.
        b: tokens of the other.

    Returns:
        The level and its evidence. Two names of which one is empty are ``different``: nothing speaks for them.
    """
    if a == b and a:
        return _SAME
    spelled = name_list.spellings().get
    left, right = [spelled(token, token) for token in a], [spelled(token, token) for token in b]
    if left == right and left:
        return _RESPELLED
    family = _generations()
    if not (family.isdisjoint(left) and family.isdisjoint(right)) and family.intersection(left) != family.intersection(
        right
    ):
        return NameAgreement("different", ("generation",))
    left.sort()
    right.sort()
    if left == right and left:
        return NameAgreement("reordered", () if sorted(a) == sorted(b) else ("spelling",))
    return _weighed(*((left, right) if left < right else (right, left)))


def _weighed(left: list[str], right: list[str]) -> NameAgreement:
    """Compare sorted tokens that are not all the same; what is taken out of ``a`` and ``b`` has found its like."""
    a, b, shared = [], right.copy(), 0
    for token in left:
        if token in b:
            b.remove(token)
            shared += len(token) > 1
        else:
            a.append(token)
    seen: set[str] = set()
    if a and b:
        for code, words in _matches(a, b, left, right):
            seen.add(code)
            shared += words
    if not shared:
        return _UNRELATED
    if a and b:
        conflict = _conflict(a, b)
        if conflict != "crossed" or shared < 2:
            return _CONFLICTS.get(conflict, _CONFLICTS["other"])
        seen.add("crossed")
    if a or b:
        seen.add("subset")
        if shared == 1:
            seen.add("one_token")
    weakest = max((_RANK[code] for code in seen if code in _RANK), default=_RANK["reordered"])
    return NameAgreement(LEVELS[weakest], tuple(sorted(seen)))


def _matches(a: list[str], b: list[str], left: list[str], right: list[str]) -> Iterator[tuple[str, int]]:
    """Take out of ``a`` and ``b`` the tokens that stand for each other; yield how, and how many full words that
    agrees on.
    """
    for mine, other in ((a, b), (b, a)):
        yield from _joined(mine, other)
    known = name_list.nicknames()
    for mine, other, whole in ((a, b, right), (b, a, left)):
        if not known.keys().isdisjoint(mine):
            yield from _pet_names(mine, other, whole)
    if a and b:
        yield from _paired(a, b, _common_formal, "nickname", 1)
        yield from _paired(a, b, _is_typo, "typo", 1)
        yield from _paired(a, b, _is_initial, "initial", 0)


def _paired(
    a: list[str], b: list[str], agree: Callable[[str, str], bool], code: str, words: int
) -> Iterator[tuple[str, int]]:
    for x in a.copy():
        for y in b:
            if agree(x, y):
                a.remove(x)
                b.remove(y)
                yield code, words
                break


def _joined(mine: list[str], other: list[str]) -> Iterator[tuple[str, int]]:
    """``mariajose`` beside ``maria``, ``jose``."""
    if len(other) < 2:
        return
    for token in mine.copy():
        pair = next(
            ((x, y) for x, y in permutations(other, 2) if len(x) + len(y) == len(token) and x + y == token), None
        )
        if pair:
            mine.remove(token)
            for part in pair:
                other.remove(part)
            yield "joined", 2


def _pet_names(mine: list[str], other: list[str], whole: list[str]) -> Iterator[tuple[str, int]]:
    """``mafe`` beside ``maria``, ``fernanda``: a pet name and all words of what it stands for, at least one of them
    still unmatched.
    """
    for token in mine.copy():
        for formal in name_list.nicknames().get(token, ()):
            missing = formal.intersection(other)
            if missing and formal.issubset(whole):
                mine.remove(token)
                for word in missing:
                    other.remove(word)
                yield "nickname", 1
                break


def _common_formal(x: str, y: str) -> bool:
    """``pepe`` and ``chepe``: two pet names of one name."""
    known = name_list.nicknames()
    return x in known and y in known and not set(known[x]).isdisjoint(known[y])


def _is_initial(x: str, y: str) -> bool:
    return (len(x) == 1) != (len(y) == 1) and x[0] == y[0]


def _is_typo(x: str, y: str) -> bool:
    """One slip in a word of four letters, two in one of eight; two names that both exist, or a man's and a woman's,
    are not a slip.
    """
    shorter = min(len(x), len(y))
    if shorter < 4 or abs(len(x) - len(y)) > 2 or (x[0] != y[0] and x[-1] != y[-1]):
        return False
    allowed = 2 if shorter >= 8 else 1
    if DamerauLevenshtein.distance(x, y, score_cutoff=allowed) > allowed:
        return False
    return not (_gendered(x, y) or _both(x, y, name_list.given()) or _both(x, y, name_list.surnames()))


def _both(x: str, y: str, names: frozenset[str]) -> bool:
    return x in names and y in names


def _gendered(x: str, y: str) -> bool:
    """``adriano`` and ``adriana``, ``daniel`` and ``daniela``."""
    x, y = sorted((x, y), key=len)
    return y == x + "a" or (x[:-1] == y[:-1] and {x[-1], y[-1]} in ({"a", "o"}, {"a", "e"}))


def _conflict(a: list[str], b: list[str]) -> str:
    """What the words that only one name has say about the two: ``crossed`` when they can stand beside each other."""
    kinds_a, kinds_b = ({_kind(token) for token in tokens} for tokens in (a, b))
    if kinds_a == kinds_b and len(kinds_a) == 1:
        (kind,) = kinds_a
        return kind
    return "crossed" if {*kinds_a, *kinds_b} == {"given", "family"} and kinds_a.isdisjoint(kinds_b) else "other"


@cache
def _generations() -> frozenset[str]:
    return frozenset(name_list.words("generations"))


def _generation(tokens: list[str]) -> frozenset[str]:
    return frozenset(tokens) & _generations()


def _kind(token: str) -> str:
    given, family = token in name_list.given(), token in name_list.surnames()
    return "given" if given and not family else "family" if family and not given else "other"
