"""How kernels are run over columns and how what they did is said."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel.fields.registry import RULES
from custintel.fields.vocabulary import (
    KINDS,
    MOSTLY_DISTINCT,
    Rule,
    answers_only,
    as_it_came,
    divided,
    fired,
    over_distinct,
    then,
)

CASE = Rule("shout.case", "format", "capitals")
LONG = Rule("shout.long", "repair", "cut")


def shout(frame: pl.DataFrame) -> pl.DataFrame:
    """A kernel: capitals, with the country after them where there is one."""
    beside = pl.col("country").fill_null("") if "country" in frame.columns else pl.lit("")
    value = pl.concat_str(pl.col("raw").str.to_uppercase(), beside)
    return frame.with_columns(value=value, rules=fired((CASE, pl.col("raw") != value)))


def test_rules_are_told_in_their_order_and_silence_is_empty() -> None:
    frame = pl.DataFrame({"a": [True, False, None], "b": [True, True, None]})
    told = frame.select(fired((CASE, pl.col("a")), (LONG, pl.col("b")))).to_series().to_list()
    assert told == ["shout.case+shout.long", "shout.long", None]


def test_the_rules_of_two_steps_are_one_list() -> None:
    frame = pl.DataFrame({"first": ["a", None, None], "second": ["b", "b", None]})
    assert frame.select(then("first", "second")).to_series().to_list() == ["a+b", "b", None]


def test_only_what_a_kernel_added_is_its_answer() -> None:
    asked = pl.DataFrame({"raw": ["a"], "country": ["CO"]})
    assert answers_only(shout(asked), asked).columns == ["value", "rules"]


@pytest.mark.parametrize("odd", [[True, False, True], [False] * 3, [True] * 3])
def test_each_row_is_answered_by_its_kernel_in_its_place(odd: list[bool]) -> None:
    def loud(frame: pl.DataFrame) -> pl.DataFrame:
        return shout(frame).select("value", "rules")

    cells = ["a", "b", "c"]
    answers = divided(pl.DataFrame({"raw": cells}), pl.Series(odd), as_it_came, loud)
    assert answers["value"].to_list() == [c.upper() if strange else c for c, strange in zip(cells, odd, strict=True)]


@given(
    cells=st.lists(st.one_of(st.none(), st.sampled_from("abAB"), st.text(max_size=3)), max_size=12),
    country=st.lists(st.sampled_from(["CO", "ES", None]), min_size=12, max_size=12),
)
def test_running_over_distinct_values_says_what_running_over_all_would(
    cells: list[str | None], country: list[str | None]
) -> None:
    frame = pl.DataFrame(
        {"cell": cells, "country": country[: len(cells)]}, schema={"cell": pl.String, "country": pl.String}
    )
    expected = [
        (None, None) if c is None else (c.upper() + (k or ""), "shout.case" if c.upper() + (k or "") != c else None)
        for c, k in frame.rows()
    ]
    upper = pl.Series([c for c in cells if c is not None], dtype=pl.String).str.to_uppercase().to_list()
    if upper == [c.upper() for c in cells if c is not None]:  # Rust and Python agree on the capitals of these letters
        assert over_distinct(frame, ["cell", "country"], shout).rows() == expected


@pytest.mark.parametrize("repeats", [1, 10])
def test_a_kernel_is_asked_once_per_distinct_value_unless_most_differ(repeats: int) -> None:
    asked: list[int] = []

    def counting(frame: pl.DataFrame) -> pl.DataFrame:
        asked.append(frame.height)
        return shout(frame)

    values = [f"v{n}" for n in range(100)] * repeats
    found = over_distinct(pl.DataFrame({"cell": values}), ["cell"], counting)
    assert found["value"].to_list() == [value.upper() for value in values]
    assert asked == [100]
    assert 1 / 10 < MOSTLY_DISTINCT < 1


def test_no_rows_and_only_empty_cells_get_empty_answers() -> None:
    for cells in ([], [None, None]):
        found = over_distinct(pl.DataFrame({"cell": cells}, schema={"cell": pl.String}), ["cell"], shout)
        assert found.to_dict(as_series=False) == {"value": cells, "rules": cells}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_of_every_field_is_declared_whole(rule: Rule) -> None:
    field, dot, what = rule.code.partition(".")
    assert field
    assert dot
    assert what
    assert "+" not in rule.code
    assert rule.kind in KINDS
    assert rule.label
    assert 0 < rule.confidence <= 1
    assert RULES[rule.code] is rule
