"""The model: what it learns, what it keeps, and that its weights can be explained."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest

from custintel.matching.engine import Matched, match
from custintel.matching.model import CLASSES, SAME, Evidence, Model, fit, priors
from custintel.matching.names import LEVELS as NAMES
from custintel.matching.words import LABELS, code_of, explain, label

LEVELS = {"document": ("missing", "different", "conflict", "near", "many", "weak", "own")}


def matched(size: int = 200) -> Matched:
    draw = random.Random(11)
    given, family = ["Ana", "Luis", "Marta", "Pedro"], ["Gil", "Rey", "Soto", "Cano"]
    rows = []
    for n in range(size):
        row = {"first_name": draw.choice(given), "last_name": draw.choice(family), "email": f"p{n}@a.example"}
        rows += [row] if n % 4 else [row, {**row, "last_name": None, "mobile": f"+5731012345{n % 97:02}"}]
    return match(pl.DataFrame([{"record_id": f"r{n:04}", "source": "a", **row} for n, row in enumerate(rows)],
                              infer_schema_length=None))  # fmt: skip


def test_a_model_read_back_weighs_as_before() -> None:
    model = matched().model
    again = Model.from_frame(model.to_frame())
    patterns = np.arange(200)
    assert again.weights(patterns).tolist() == model.weights(patterns).tolist()
    assert again.profiles == model.profiles


def test_the_levels_of_a_pattern_are_those_it_was_made_of() -> None:
    model = matched().model
    draw = np.random.default_rng(1)
    levels = [draw.integers(0, len(codes), 100).astype(np.uint8) for codes in model.levels]
    assert [found.tolist() for found in model.levels_of(model.patterns(levels))] == [level.tolist() for level in levels]


def test_what_each_field_brings_adds_up_to_the_weight() -> None:
    found = matched()
    assert found.pairs.height
    for pattern in found.pairs["pattern"].unique().to_list():
        weight = float(found.model.weights(np.array([pattern]))[0])
        steps = explain(found.model, pattern)
        assert sum(step.bits for step in steps) == pytest.approx(weight, abs=1e-9)
        assert [abs(step.bits) for step in steps[1:]] == sorted((abs(s.bits) for s in steps[1:]), reverse=True)


def test_the_fit_finds_how_often_one_persons_documents_agree() -> None:
    """2,000 profiles, 3,000 pairs of one person with one rare name: the document agrees in nine of ten; the prior says
    six.
    """
    same, different, near, own = NAMES.index("same_rare"), 1, 3, 6
    patterns = np.array([same * 7 + near, same * 7 + own])
    counts = np.array([300.0, 2700.0])
    sample = [np.full(20_000, 1, np.uint8), np.full(20_000, different, np.uint8)]
    evidence = Evidence({"name": NAMES, **LEVELS}, patterns, counts, sample, [{same: 3000.0}, {own: 2700.0}], 2000)
    model = fit(evidence)
    assert np.exp(model.logs[1][SAME, own]) == pytest.approx(0.9, abs=0.02)
    assert model.shares[SAME] * evidence.pairs == pytest.approx(3000, rel=0.1)
    assert (model.weights(patterns) > 3).all()


def test_without_any_pair_the_model_is_the_prior() -> None:
    nothing = Evidence(LEVELS, np.zeros(0, np.int64), np.zeros(0), [np.zeros(0, np.uint8)], [{}], 1)
    found = fit(nothing)
    known = priors()["document"]
    expected = known["own"][0] / sum(row[0] for row in known.values())
    assert np.exp(found.logs[0][SAME, 6]) == pytest.approx(expected)


def test_every_prior_is_a_probability_for_every_class_but_namesakes() -> None:
    for levels in priors().values():
        for values in levels.values():
            assert len(values) == len(CLASSES) - 1
            assert all(0 < value <= 1 for value in values)


def test_every_level_has_words() -> None:
    texts = ("company", "birth_place", "occupation", "gender", "address_2")
    for comparison, levels in priors().items():
        for name in texts if comparison == "text" else (comparison,):
            for level in levels:
                assert code_of(name, level) in LABELS


def test_a_column_that_was_asked_for_is_told_by_its_name() -> None:
    assert label(code_of("column:Talla", "same")) == "same Talla"
    assert label("no_such_code") == "no_such_code"
