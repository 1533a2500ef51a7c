"""Rules that people write."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import polars as pl
import pytest

from custintel.remarks import MistakesError
from custintel.segment.rules import Condition, matched
from custintel.segment.rules_file import MISTAKES, parse_rules, preset, read_rules

ROOT = Path(__file__).parents[2]
COLUMNS = {"city": False, "points": True}


def told(text: str) -> list[tuple[str, int]]:
    """The mistakes of a text with their lines."""
    return [(one.code, one.line) for one in parse_rules(text, COLUMNS)[1]]


def test_names_and_conditions_are_read_in_english_and_in_spanish() -> None:
    english = 'segments:\n - name: VIP\n   where: {orders: ">= 5, < 10", recency: <= 90}\n - name: Rest\n'
    spanish = (
        'segmentos:\n - nombre: VIP\n   donde: {Pedidos: ">= 5 y < 10", Días sin comprar: ≤ 90}\n - nombre: Rest\n'
    )
    one, mistakes = parse_rules(english, COLUMNS)
    assert mistakes == []
    assert one.names == ("VIP", "Rest")
    assert one.rules[0].conditions == (
        Condition("orders", ">=", 5),
        Condition("orders", "<", 10),
        Condition("recency", "<=", 90),
    )
    assert parse_rules(spanish, COLUMNS) == (one, [])


def test_texts_and_numbers_of_customers_can_be_named() -> None:
    found, mistakes = parse_rules("segments:\n - name: A\n   where: {city: [Bogotá, Cali], points: 3}\n", COLUMNS)
    assert mistakes == []
    assert found.rules[0].conditions == (Condition("city", "in", ("Bogotá", "Cali")), Condition("points", "=", 3))
    found, _none = parse_rules('segments:\n - name: A\n   where: {city: "!= Cali"}\n', COLUMNS)
    assert found.rules[0].conditions == (Condition("city", "not in", ("Cali",)),)


WRONG = {
    "segments:\n - name: A\n   where: {ordrs: '>= 5'}\n": ("unknown_column", 3),
    "segments:\n - name: A\n   where: {orders: many}\n": ("number_text", 3),
    "segments:\n - name: A\n   where: {net: '> 1.000'}\n": ("number_ambiguous", 3),
    "segments:\n - name: A\n   where: {city: '> Cali'}\n": ("not_text_sign", 3),
    "segments:\n - name: A\n - name: B\n": ("after_everybody", 3),
    "segments:\n - where: {orders: 1}\n": ("name_missing", 2),
    "segments:\n - name: A\n   wher: {orders: 1}\n": ("unknown_key", 3),
    "segments:\n - name: A\n   name: B\n": ("duplicate_key", 3),
    "segments:\n - name: A\n   where: {orders: 1, pedidos: 2}\n": ("duplicate_key", 3),
    "segments:\n - name: ''\n   where: {orders: 1}\n": ("empty_value", 2),
    "segments:\n - name: A\n   where: 3\n": ("form_mapping", 3),
    "segments: 3\n": ("form_list", 1),
    "segments:\n": ("segments_missing", 1),
    "other: 3\n": ("unknown_key", 1),
    "segments:\n - name: A\n   where:\n     orders: '> 50%'\n": ("number_text", 4),
    "segments:\n - name: A\n   where:\n - name: B\n": ("after_everybody", 4),
    "segments:\n - name: &a A\n": ("anchor", 2),
    "\tsegments:\n": ("tab", 1),
    "segments:\n" + "".join(f" - name: A{n}\n   where: {{orders: {n}}}\n" for n in range(60)): ("too_many", 2),
}


@pytest.mark.parametrize(("text", "mistake"), WRONG.items(), ids=[code for code, _line in WRONG.values()])
def test_a_mistake_is_told_with_its_line_and_repair(text: str, mistake: tuple[str, int]) -> None:
    assert told(text)[0] == mistake
    assert all(one.what and one.repair for one in parse_rules(text, COLUMNS)[1])


def test_every_mistake_of_its_own_has_a_case() -> None:
    from custintel.remarks import FORM

    assert {code for code, _line in WRONG.values()} >= MISTAKES.keys() - FORM.keys()


def test_all_mistakes_are_told_at_once_and_a_misspelt_column_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "segments.yaml"
    path.write_text("segments:\n - name: A\n   where: {recencia: 3x}\n - name: B\n   where: {citty: Cali}\n")
    with pytest.raises(MistakesError) as error:
        read_rules(path, COLUMNS)
    assert "segments.yaml:3" in error.value.seen
    assert "segments.yaml:5" in error.value.seen
    assert "'city'" in error.value.seen


@pytest.mark.parametrize("name", ["en/segments.yaml", "es/segmentos.yaml"])
def test_the_templates_are_right_and_their_last_segment_takes_whoever_is_left(name: str) -> None:
    found, mistakes = parse_rules((ROOT / "templates" / name).read_text("utf-8"), {})
    assert mistakes == []
    assert len(found.names) == 5
    assert found.rules[-1].conditions == ()


def test_the_rfm_grid_has_eleven_segments_and_covers_all_125_combinations_of_scores() -> None:
    rules = preset("rfm")
    frame = pl.DataFrame(list(product(range(1, 6), repeat=3)), schema=["r", "f", "m"], orient="row")
    frame = frame.with_columns(fm=(pl.col("f") + pl.col("m")) / 2)
    found = matched(frame, rules.rules)
    assert len(rules.names) == 11
    assert frame.height == 125
    assert found.null_count() == 0
    assert found.n_unique() == 11
    named = {row[:3]: rules.names[one] for row, one in zip(frame.iter_rows(), found, strict=True)}
    assert named[5, 5, 5] == "champions"
    assert named[1, 5, 5] == "cannot_lose"
    assert named[1, 1, 1] == "lost"
    assert named[5, 1, 1] == "new"
    assert named[2, 4, 4] == "at_risk"
