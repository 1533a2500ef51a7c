"""Conditions by which a command says with its exit code that something is not as wanted."""

from __future__ import annotations

import pytest

from custintel.conditions import check, condition
from custintel.errors import CheckFailedError, UsageError

NAMES = ("unknown", "bounce")


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("unknown>20%", 0.21, True),
        ("unknown>20%", 0.2, False),
        ("unknown >= 20 %", 0.2, True),
        ("bounce<0.05", 0.04, True),
        ("bounce <= 4,5%", 0.045, True),
        ("bounce>1%", None, False),
    ],
)
def test_a_condition_holds_or_not(text: str, value: float | None, holds: bool) -> None:
    asked = condition(text, NAMES)
    assert asked.holds({"unknown": value, "bounce": value}) is holds


@pytest.mark.parametrize("text", ["", "unknown", "unknown>", "unknown=20%", "other>1", "unknown>20%%", "unknown>-1"])
def test_what_is_no_condition_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        condition(text, NAMES)
    assert "unknown, bounce" in refused.value.hint


def test_a_failed_check_names_what_held_and_its_value() -> None:
    asked = [condition("unknown>20%", NAMES), condition("bounce>50%", NAMES)]
    with pytest.raises(CheckFailedError) as failed:
        check(asked, {"unknown": 0.5, "bounce": 0.1})
    assert failed.value.exit_code == 3
    assert failed.value.seen == "unknown>20% (unknown = 0.5)"
    check(asked, {"unknown": 0.1, "bounce": 0.1})
