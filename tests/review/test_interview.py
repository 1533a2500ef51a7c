"""One question after the other: skipping, going back, stopping, and not asking what is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from custintel.review.interview import Answer, Heard, interview
from custintel.review.waiting import Pair


def pair(a: str, b: str) -> Pair:
    return Pair(f"{a}{b}", {"customer_id": a}, {"customer_id": b}, 0.5, None, (), ())


def hear(pairs: list[Pair], *typed: str, said: tuple[tuple[str, str, bool], ...] = ()) -> tuple[Heard, list[str]]:
    """What comes of typing these, and the pairs that were asked."""
    asked: list[str] = []
    keys: Iterator[str] = iter(typed)

    def ask(question: Pair, nth: int) -> Answer:
        asked.append(question.pair_id)
        key = next(keys)
        if key in ("ctrl-c", "ctrl-d"):
            raise KeyboardInterrupt if key == "ctrl-c" else EOFError
        return cast(Answer, key)

    return interview(pairs, said, ask), asked


THREE = [pair("a", "b"), pair("c", "d"), pair("e", "f")]


def test_answers_are_kept_and_a_skipped_pair_has_none() -> None:
    heard, asked = hear(THREE, "same", "skip", "different")
    assert heard == Heard({"ab": True, "ef": False}, 0)
    assert asked == ["ab", "cd", "ef"]


@pytest.mark.parametrize("key", ["stop", "ctrl-c", "ctrl-d"])
def test_stopping_keeps_the_answers_given(key: str) -> None:
    assert hear(THREE, "same", key)[0] == Heard({"ab": True}, 0)


def test_going_back_asks_again_and_the_new_answer_counts() -> None:
    heard, asked = hear(THREE, "same", "back", "different", "stop")
    assert heard.answers == {"ab": False}
    assert asked == ["ab", "cd", "ab", "cd"]
    assert hear(THREE, "back", "stop")[1] == ["ab", "ab"]


def test_what_answers_settle_is_not_asked_and_is_asked_after_going_back() -> None:
    triangle = [pair("a", "b"), pair("b", "c"), pair("a", "c"), pair("x", "y")]
    assert hear(triangle, "same", "same", "stop") == (Heard({"ab": True, "bc": True}, 1), ["ab", "bc", "xy"])
    assert hear(triangle, "same", "different", "stop")[1] == ["ab", "bc", "xy"]
    heard, asked = hear(triangle, "same", "same", "back", "skip", "same", "stop")
    assert asked == ["ab", "bc", "xy", "bc", "ac", "xy"]
    assert heard.answers == {"ab": True, "ac": True}


def test_what_was_said_before_is_not_asked_again() -> None:
    triangle = [pair("a", "b"), pair("b", "c")]
    assert hear(triangle, "same", said=(("a", "c", False),)) == (Heard({"ab": True}, 1), ["ab"])
