"""``goals.yaml``: what is right is read, and every mistake is told with its line and its repair."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel import i18n
from custintel.goals.goals_file import parse_goals
from custintel.goals.targets import Goal

SEGMENTS = {"loyal": "Leales", "at_risk": "En riesgo"}
GOOD = """\
holdout: 20%
goals:
  - segment: loyal
    measure: frequency
    target: 2.5
    from: 2026-11-01
    to: 2027-01-30
    offer_cost: 350
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.activate("en")
    yield
    i18n.activate("en")


def told(text: str) -> list[str]:
    return [mistake.told("goals.yaml") for mistake in parse_goals(text, SEGMENTS)[1]]


def test_a_goal_is_read() -> None:
    goals, mistakes = parse_goals(GOOD, SEGMENTS)
    assert not mistakes
    wanted = Goal("loyal", "frequency", 2.5, dt.date(2026, 11, 1), dt.date(2027, 1, 30), "person", 350.0, 0.2, 3)
    assert goals == [wanted]
    assert goals[0].name == "loyal.frequency.2026-11-01"
    assert goals[0].days == 91


def test_spanish_words_mean_the_same() -> None:
    spanish = GOOD
    pairs = {"holdout": "grupo_control", "goals": "metas", "segment": "segmento", "measure": "medida"}
    pairs |= {"target": "objetivo", "from": "desde", "    to:": "    hasta:", "offer_cost": "costo_oferta"}
    for english_word, word in (pairs | {"frequency": "Frecuencia", "loyal": "Leales"}).items():
        spanish = spanish.replace(english_word, word)
    spanish = spanish.replace("grupo_control", "grupo de control")
    goals, mistakes = parse_goals(spanish, SEGMENTS)
    assert not mistakes
    assert goals == parse_goals(GOOD, SEGMENTS)[0]


@pytest.mark.parametrize("word", ["all", "todos", "ALL"])
def test_everybody_is_no_segment(word: str) -> None:
    assert parse_goals(GOOD.replace("loyal", word), SEGMENTS)[0][0].segment is None


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("loyal", "loyall", "goals.yaml:3: There is no segment 'loyall'. Did you mean 'loyal'?"),
        (
            "loyal",
            "vip",
            "goals.yaml:3: There is no segment 'vip'. The segments are: all, Leales, En riesgo, loyal, at_risk.",
        ),
        (
            "measure: frequency",
            "measure: freqency",
            "goals.yaml:4: 'freqency' is not a value of measure. Did you mean 'frequency'?",
        ),
        ("    measure: frequency\n", "", "goals.yaml:3: This goal has no measure. Add the line 'measure:' to it."),
        ("    from: 2026-11-01\n", "", "goals.yaml:3: This goal has no from. Write YYYY-MM-DD, such as 2026-01-31."),
        (
            "target: 2.5",
            "target: 95.000",
            "goals.yaml:5: target: 95.000 is ambiguous: YAML reads 95. Write 95000 for thousands or 95.0000 for "
            "decimals.",
        ),
        (
            "target: 2.5",
            "target: mucho",
            "goals.yaml:5: target: 'mucho' is text, not a number. Write a plain number without separators or signs, "
            "such as 1200 or 12.5.",
        ),
        ("target: 2.5", "target: 0", "goals.yaml:5: target: 0 is not above zero. Write what a customer should reach."),
        (
            "target: 2.5",
            "target: -2",
            "goals.yaml:5: target: -2 is not above zero. Write what a customer should reach.",
        ),
        ("target: 2.5", "target:", "goals.yaml:5: target is empty. Write its value, or take the line away."),
        ("target", "tarjet", "goals.yaml:3: This goal has no target. Add the line 'target:' to it."),
        (
            "2027-01-30",
            "30/01/2027",
            "goals.yaml:7: to: '30/01/2027' is not a date. Write YYYY-MM-DD, such as 2026-01-31.",
        ),
        (
            "2027-01-30",
            "2026-02-31",
            "goals.yaml:7: to: '2026-02-31' is not a date. Write YYYY-MM-DD, such as 2026-01-31.",
        ),
        (
            "2027-01-30",
            "2026-10-30",
            "goals.yaml:7: 'to' (2026-10-30) is before 'from' (2026-11-01). Exchange them, or correct the year.",
        ),
        ("20%", "80%", "goals.yaml:1: holdout: 80% is not between 0 and 50 %. Write 10%: one of ten gets nothing."),
        ("    offer_cost", "\toffer_cost", "goals.yaml:8: A tab at the beginning of the line. Indent with spaces."),
        (
            "target: 2.5",
            "target: 2.5\n    target: 3",
            "goals.yaml:6: target is written twice here; first on line 5. Keep one of them.",
        ),
        (
            "loyal",
            "&x loyal",
            "goals.yaml:3: '&x': anchors and references (& and *) are not allowed. Write the value out.",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_repair(before: str, after: str, message: str) -> None:
    assert message in told(GOOD.replace(before, after))


@pytest.mark.parametrize(
    "text",
    ["", "holdout: 10%", "goals:", "goals: frequency", "goals:\n  - frequency", "- a", "\x00", "goals: [", "&a [*a]"],
)
def test_what_is_no_list_of_goals_is_refused(text: str) -> None:
    goals, mistakes = parse_goals(text, SEGMENTS)
    assert mistakes
    assert not goals


def test_all_mistakes_are_told_at_once_in_the_order_of_lines() -> None:
    wrong = GOOD.replace("loyal", "vip").replace("2.5", "x").replace("2027-01-30", "never")
    assert [line.split(":")[1] for line in told(wrong)] == ["3", "5", "7"]


def test_two_goals_for_the_same_days_are_one_too_many() -> None:
    again = GOOD + GOOD.split("goals:\n")[1]
    assert told(again) == [
        "goals.yaml:9: Line 3 has the same goal, in the same days. Keep one of them, or let one begin when the other "
        "ends."
    ]
    later = again[::-1].replace("10-11-6202", "13-10-7202", 1).replace("03-10-7202", "03-40-7202", 1)[::-1]
    assert told(later) == []


@given(st.text(max_size=200))
def test_nothing_that_can_be_typed_breaks_it(text: str) -> None:
    goals, mistakes = parse_goals(text, SEGMENTS)
    assert not (goals and mistakes)
