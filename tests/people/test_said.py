"""What people say about who is who: kept, replaced, withdrawn, and never contradictory in silence."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.people.follows import Known
from custintel.people.said import Said, answered, conflicts, decided, joined, pairs, parted
from custintel.tables import REVIEW

SAID = Said(dt.datetime(2026, 11, 3), "review")
LATER = Said(dt.datetime(2026, 12, 3), "merge")
Told = tuple[str, str, bool]


def told(*answers: Told) -> pl.DataFrame:
    return answered(REVIEW.empty(), pairs(answers), SAID)


def answers_in(review: pl.DataFrame) -> set[Told]:
    return set(decided(review).iter_rows())


def groups(answers: Iterable[Told]) -> dict[str, str]:
    """The group of every record, by following each answer alone: slow and plainly right."""
    group: dict[str, str] = {}
    for a, b, same in answers:
        old, new = group.setdefault(a, a), group.setdefault(b, b)
        if same:
            group = {record: new if held == old else held for record, held in group.items()}
    return group


def test_an_answer_has_a_pair_id_a_date_and_the_command_it_was_given_in() -> None:
    (row,) = told(("rb", "ra", True)).iter_rows(named=True)
    assert (row["pair_id"], row["record_a"], row["record_b"], row["decision"]) == ("pa-b", "ra", "rb", "same")
    assert (row["decided_at"], row["decided_in"], row["evidence"]) == (SAID.at, "review", [])


def test_an_answer_given_again_keeps_its_date_and_another_one_replaces_it() -> None:
    first = told(("ra", "rb", True))
    assert answered(first, pairs([("rb", "ra", True)]), LATER).equals(first)
    second = answered(first, pairs([("ra", "rb", False)]), LATER)
    assert answers_in(second) == {("ra", "rb", False)}
    assert second["decided_in"].to_list() == ["merge"]


def test_an_answer_keeps_what_the_queue_knew_of_the_pair() -> None:
    asked = told(("ra", "rb", True)).with_columns(
        decision=pl.lit(None, REVIEW.schema["decision"]), probability=pl.lit(0.5), evidence=pl.lit(["same_email"])
    )
    (row,) = answered(asked, pairs([("ra", "rb", False)]), SAID).iter_rows(named=True)
    assert (row["probability"], row["evidence"], row["decision"]) == (0.5, ["same_email"], "different")


def test_joining_ties_every_record_and_withdraws_what_said_otherwise_about_them_only() -> None:
    review = joined(told(("ra", "rb", False), ("ra", "rz", False)), ["rb", "ra", "rc"], LATER)
    assert answers_in(review) == {("ra", "rb", True), ("ra", "rc", True), ("ra", "rz", False)}


def test_parting_sets_every_pair_across_apart_and_keeps_who_stays_together() -> None:
    review = parted(told(("ra", "rb", True), ("rb", "rd", True)), [["ra", "rc"], ["rb", "rd"]], LATER)
    across = {("ra", "rb", False), ("rb", "rc", False), ("ra", "rd", False), ("rc", "rd", False)}
    assert answers_in(review) == across | {("ra", "rc", True), ("rb", "rd", True)}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from("abcdefgh"), min_size=2, unique=True), st.data())
def test_joining_and_parting_in_turn_never_leave_a_contradiction(records: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(records) - 1))
    review = REVIEW.empty()
    for _round in range(2):
        review = joined(review, records, SAID)
        assert conflicts(review).is_empty()
        review = parted(review, [records[:cut], records[cut:]], LATER)
        assert conflicts(review).is_empty()
        assert not any(same for a, b, same in answers_in(review) if (a in records[:cut]) != (b in records[:cut]))
    known = Known(answers_in(joined(review, records, SAID)))
    assert all(known.follows(records[0], record) for record in records)


@pytest.mark.parametrize(("people", "right"), [(200, 0.5), (3_000, 0.9), (8_000, 0.4), (60_000, 0.5)])
def test_among_ten_thousand_random_answers_no_contradiction_passes(people: int, right: float) -> None:
    chance = random.Random(people)
    answers: dict[tuple[str, str], bool] = {}
    while len(answers) < min(10_000, people * (people - 1) // 4):
        a, b = sorted(chance.sample(range(people), 2))
        answers[f"r{a:06}", f"r{b:06}"] = chance.random() < right
    rows = [(a, b, same) for (a, b), same in answers.items()]
    found = conflicts(told(*rows))
    known = Known((a, b, same) for a, b, same in rows if same)
    wrong = {(a, b) for a, b, same in rows if not same and known.follows(a, b)}
    assert set(found.select("record_a", "record_b").iter_rows()) == wrong
    for a, b, through in found.head(200).iter_rows():
        assert (through[0], through[-1]) == (a, b)
        assert all(answers[min(x, y), max(x, y)] for x, y in pairwise(through))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.booleans()), max_size=20))
def test_what_follows_from_answers_is_what_following_each_alone_gives(rows: list[Told]) -> None:
    known, group = Known(rows), groups(rows)
    apart = {frozenset((group[a], group[b])) for a, b, same in rows if not same}
    for a in group:
        for b in group:
            parted_by = frozenset((group[a], group[b])) in apart
            assert known.follows(a, b) == (True if group[a] == group[b] else False if parted_by else None)


def test_two_answers_about_one_pair_that_differ_are_a_contradiction() -> None:
    assert conflicts(told(("ra", "rb", True), ("rb", "ra", False))).row(0) == ("ra", "rb", ["ra", "rb"])
