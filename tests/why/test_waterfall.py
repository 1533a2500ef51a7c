"""The sum of a pair adds up to its weight and names what bent it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from custintel.matching.judgement import TWINS
from custintel.matching.model import Model
from custintel.tables import MATCHING, PAIRS
from custintel.why.waterfall import by_rule, waterfall

PEOPLE = [
    {"full_name": "Ana Gil", "email": "ana@a.example", "mobile": "3124567801", "city": "Cali"},
    {"full_name": "Ana María Gil", "email": "ana@a.example", "city": "Bogotá"},
    {"full_name": "Luis Rey", "mobile": "3208841937", "city": "Cali"},
    {"full_name": "Luis Rey", "email": "rey@a.example", "city": "Cali"},
    {"full_name": "Rosa Paz", "email": "rosa@a.example", "birth_date": "1990-05-04"},
]


@pytest.fixture(scope="module")
def tables(cleaned: Callable[..., Any], sheet: Callable[..., Any]) -> Any:
    return cleaned(sheet(PEOPLE)).tables


@pytest.fixture(scope="module")
def model(tables: Any) -> Model:
    return Model.from_frame(tables[MATCHING].drop("position"))


def test_the_bits_of_every_pair_add_up_to_its_weight(tables: Any, model: Model) -> None:
    pairs = tables[PAIRS].select("pattern", "weight").rows()
    assert pairs
    for pattern, weight in pairs:
        steps = waterfall(model, pattern, weight)
        assert steps[0].code == "start"
        assert sum(step.bits for step in steps) == pytest.approx(weight, abs=0.11)


def test_a_certain_key_is_a_line_of_its_own(tables: Any, model: Model) -> None:
    strongest = tables[PAIRS].sort("weight", descending=True).row(0, named=True)
    steps = waterfall(model, strongest["pattern"], strongest["weight"])
    assert by_rule(model, strongest["pattern"])
    assert "same_email" in [step.code for step in steps]
    assert steps[-1].code == "certain_key"


def test_what_holds_a_pair_back_is_said(model: Model) -> None:
    level = dict.fromkeys(model.comparisons, 0)
    codes = dict(zip(model.comparisons, model.levels, strict=True))
    level["name"] = codes["name"].index("family")
    (pattern,) = model.patterns([np.array([level[name]], np.int64) for name in model.comparisons])
    assert waterfall(model, int(pattern), TWINS - 100)[-1].code == "held_little"
    total = float(model.weights(np.array([pattern]))[0])
    held = waterfall(model, int(pattern), min(TWINS, total - 1))[-1]
    assert held.code == ("held_relatives" if total - 1 > TWINS else "held_little")
    assert held.bits < 0


def test_every_line_has_its_words(tables: Any, model: Model) -> None:
    for pattern, weight in tables[PAIRS].select(pl.col("pattern"), pl.col("weight")).iter_rows():
        for step in waterfall(model, pattern, weight):
            assert step.label != step.code
