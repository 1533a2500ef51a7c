"""The questions of ``ci review`` on a terminal, one pair after the other, forwards and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from custintel.people.follows import Known
from custintel.review.waiting import Pair

Answer = Literal["same", "different", "skip", "back", "stop"]


@dataclass(frozen=True)
class Heard:
    """What an interview brought.

    Attributes:
        answers: pair_id -> whether the two are one person.
        followed: pairs that were not asked because the answers before them settle them.
    """

    answers: Mapping[str, bool]
    followed: int


def interview(
    pairs: Sequence[Pair], said: Sequence[tuple[str, str, bool]], ask: Callable[[Pair, int], Answer]
) -> Heard:
    """Ask about pairs until they end or the person stops; Ctrl-C stops, and what was answered stays.

    What follows from earlier answers is not asked, so no answer can contradict another.

    Args:
        pairs: what to ask, in this order.
        said: what is known about people already: two of them, and whether they are one.
        ask: puts one question; is told how many were put before it.
    """
    answers: dict[int, bool] = {}
    asked: list[int] = []
    followed: set[int] = set()
    at = 0
    while at < len(pairs):
        known = Known([*said, *((*pairs[n].people, same) for n, same in answers.items())])
        if known.follows(*pairs[at].people) is not None:
            followed.add(at)
            at += 1
            continue
        try:
            answer = ask(pairs[at], len(asked))
        except (KeyboardInterrupt, EOFError):
            break
        if answer == "stop":
            break
        if answer == "back":
            at = asked.pop() if asked else at
            answers.pop(at, None)
            followed = {n for n in followed if n < at}
            continue
        if answer != "skip":
            answers[at] = answer == "same"
        asked.append(at)
        at += 1
    return Heard({pairs[n].pair_id: same for n, same in answers.items()}, len(followed))
