"""Which articles are bought together more often than chance explains."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from custintel.goals.pair_rules import RULES, at_least, benjamini_hochberg, pair_rules


def lines(*orders: str, names: dict[str, str] | None = None) -> pl.DataFrame:
    """Orders as letters, one per article."""
    rows = [(f"o{number}", article) for number, order in enumerate(orders) for article in order]
    frame = pl.DataFrame(rows, schema=["order_id", "article"], orient="row")
    named = pl.col("article").replace(names or {})
    return frame.with_columns(sku=pl.col("article"), name=named)


def test_the_tail_is_fishers_tea() -> None:
    """Fisher's lady: 4 of 8 cups right by chance 1 time in 70, 3 or more 17 times in 70."""
    found = at_least(np.array([4.0, 3.0]), np.array([4.0, 4.0]), np.array([4.0, 4.0]), 8.0)
    assert found == pytest.approx([1 / 70, 17 / 70])


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 60), st.integers(60, 500))
def test_the_tail_is_that_of_the_hypergeometric_distribution(a: int, b: int, k: int, n: int) -> None:
    k = max(min(a, b, k), a + b - n, 0)
    found = at_least(*(np.array([float(x)]) for x in (k, a, b)), float(n))[0]
    wanted = hypergeom.sf(k - 1, n, a, b) if k * n > a * b else 1.0
    assert found == pytest.approx(wanted, rel=1e-9)


def test_many_tests_are_answered_for() -> None:
    """Benjamini and Hochberg by hand: .01 x 4/1, .02 x 4/2, .03 x 4/3, .9."""
    assert benjamini_hochberg(np.array([0.9, 0.01, 0.03, 0.02])) == pytest.approx([0.9, 0.04, 0.04, 0.04])


def test_a_pair_that_is_together_has_its_lift() -> None:
    """20 orders of bread and butter, 60 of other things alone: together 20, lift 20 x 80 / (20 x 20)."""
    found = pair_rules(lines(*["ab"] * 20, *["c"] * 30, *["d"] * 30))
    assert found.schema == RULES
    row = found.row(0, named=True)
    assert found.height == 1
    assert (row["article"], row["other"], row["together"], row["lift"]) == ("a", "b", 20, 4.0)
    assert row["q"] < 1e-10


def test_chance_makes_no_rule() -> None:
    draw = np.random.default_rng(2)
    orders = ["".join(x for x in "abcdefgh" if draw.random() < 0.3) for _ in range(500)]
    assert pair_rules(lines(*orders)).height <= 1


@pytest.mark.parametrize(
    "names",
    [
        {"a": "Camiseta básica roja", "b": "Camiseta básica azul"},
        {"a": "Lunch box retrospot", "b": "Lunch box retrospot"},
    ],
)
def test_variants_of_one_product_are_no_pair(names: dict[str, str]) -> None:
    assert pair_rules(lines(*["ab"] * 20, *["c"] * 60, names=names)).height == 0


def test_skus_that_differ_in_the_variant_are_no_pair() -> None:
    frame = lines(*["ab"] * 20, *["c"] * 60, names={"a": "Uno", "b": "Otro"})
    skus = {"a": "CAM-010-S", "b": "CAM-010-M"}
    assert pair_rules(frame.with_columns(sku=pl.col("article").replace(skus))).height == 0
    different = {"a": "CAM-010", "b": "CAM-011"}
    assert pair_rules(frame.with_columns(sku=pl.col("article").replace(different))).height == 1


def test_without_orders_there_are_no_rules() -> None:
    assert pair_rules(lines()).height == 0
