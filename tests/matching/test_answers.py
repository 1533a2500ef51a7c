"""What people say about who is who, and where they contradict each other."""

from __future__ import annotations

import random
from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from custintel.matching.answers import contradictions
from custintel.matching.engine import match

PAIRS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()).filter(lambda answer: answer[0] != answer[1]),
    min_size=1,
    max_size=25,
)


def frame(answers: list[tuple[int, int, bool]]) -> pl.DataFrame:
    rows = [(f"r{a}", f"r{b}", same) for a, b, same in answers]
    return pl.DataFrame(rows, schema=["record_a", "record_b", "same"], orient="row")


def reached(answers: list[tuple[int, int, bool]]) -> dict[int, set[int]]:
    near = {n: {n} for answer in answers for n in answer[:2]}
    for a, b, same in answers:
        if same:
            merged = near[a] | near[b]
            for n in merged:
                near[n] = merged
    return near


@given(PAIRS)
def test_a_pair_said_to_be_two_that_others_make_one_is_found_and_no_other(answers: list[tuple[int, int, bool]]) -> None:
    near = reached(answers)
    wrong = {(f"r{a}", f"r{b}") for a, b, same in answers if not same and b in near[a]}
    found = contradictions(frame(answers))
    assert set(found.select("record_a", "record_b").rows()) == wrong
    links = {frozenset((f"r{a}", f"r{b}")) for a, b, same in answers if same}
    for a, b, through in found.iter_rows():
        assert (through[0], through[-1]) == (a, b)
        assert all(frozenset(step) in links for step in pairwise(through))


def test_among_ten_thousand_answers_none_contradicts_in_silence() -> None:
    draw = random.Random(5)
    answers = [(draw.randrange(4000), draw.randrange(4000), draw.random() < 0.3) for _ in range(10_000)]
    answers = [answer for answer in answers if answer[0] != answer[1]]
    near = reached(answers)
    wrong = {(f"r{a}", f"r{b}") for a, b, same in answers if not same and b in near[a]}
    assert wrong
    assert set(contradictions(frame(answers)).select("record_a", "record_b").rows()) == wrong


def test_joining_two_people_parts_neither_of_them_and_a_no_still_holds() -> None:
    ana = {"first_name": "Ana", "last_name": "Gil", "full_name": "Ana Gil", "email": "ana@a.example"}
    luz = {"first_name": "Luz", "last_name": "Rey", "full_name": "Luz Rey", "email": "luz@b.example"}
    people = [ana, {**ana, "city": "cali"}, {**ana, "mobile": "+573124567801"}, luz, {**luz, "city": "bogota"}]
    columns = ["first_name", "last_name", "full_name", "email", "city", "mobile"]
    rows = [[f"r{n}", "crm.csv", *(person.get(name) for name in columns)] for n, person in enumerate(people)]
    records = pl.DataFrame(rows, schema=["record_id", "source", *columns], orient="row")

    def clusters(*answers: tuple[int, int, bool]) -> list[str]:
        return match(records, answers=frame(list(answers))).clusters["cluster"].to_list()

    assert clusters((0, 3, False)) == ["r0", "r0", "r0", "r3", "r3"]
    assert clusters((0, 3, True)) == ["r0"] * 5
    torn = clusters((0, 3, True), (1, 4, False))
    assert torn[0] == torn[3]
    assert torn[1] != torn[4]
