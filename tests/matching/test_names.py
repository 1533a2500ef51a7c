"""How two names agree."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from custintel.matching.facts import facts
from custintel.matching.names import LEVELS, compare, name_columns


def level(a: tuple[str | None, str | None], b: tuple[str | None, str | None]) -> str:
    others = [("Ana", "Gil"), ("Luis", "Rey Soto"), ("Marta", "Cano"), ("Pedro", "Vélez Lora")] * 5
    rows = [a, b, *others]
    records = pl.DataFrame(rows, schema={"first_name": pl.String, "last_name": pl.String}, orient="row")
    columns = name_columns(facts(records, ()), len(rows))
    both = [int(compare(columns, np.array([x]), np.array([y]))[0]) for x, y in ((0, 1), (1, 0))]
    assert both[0] == both[1], "the order of the two matters"
    return LEVELS[both[0]].removesuffix("_rare").removesuffix("_common").removesuffix("_very")


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (("José", "Ramírez Toro"), ("Jose", "RAMIREZ TORO"), "same"),
        (("Jhon", "Gonzalez"), ("John", "Glez"), "same"),
        (("María de la Luz", "Pérez"), ("Maria Luz", "Perez"), "same"),
        (("Ramírez", "José"), ("José", "Ramírez"), "same"),
        (("José", "Ramírez Toro"), ("José", "Ramírez"), "subset"),
        (("José", "Ramírez Toro"), ("Jose", "Ramiretz Toro"), "typo"),
        (("José", "Ramírez"), ("Pepe", "Ramírez"), "nickname"),
        (("José", "Ramírez"), ("J", "Ramírez"), "initial"),
        (("José", "Muñoz García"), ("Pepe", "Muñoz G"), "initial"),
        (("José", "Ramírez"), ("José", None), "subset"),
        (("José", "Ramírez"), (None, "Ramírez"), "one_word"),
        (("José", None), (None, "Ramírez"), "missing"),
        (("Leo", "Bradley"), ("Oel", "Bradley"), "typo"),
        (("José", "Ramírez Toro"), ("José", "Ramírez Luna"), "second"),
        (("Juan Carlos", "Ramírez"), ("Juan David", "Ramírez"), "second"),
        (("José", "Ramírez"), ("José", "Luna"), "given"),
        (("José", "Ramírez Toro"), ("Valentina", "Ramírez Toro"), "family"),
        (("Adriano", "Ramírez"), ("Adriana", "Ramírez"), "far"),
        (("Juliana", "Correa Marín"), ("Correa Marín", "Andrez"), "second"),
        (("José", "Ramírez"), ("Sofía", "Luna"), "unrelated"),
        ((None, None), ("Sofía", "Luna"), "missing"),
    ],
)
def test_the_level_of_two_names_is_that_of_what_differs(
    a: tuple[str | None, str | None], b: tuple[str | None, str | None], expected: str
) -> None:
    assert level(a, b) == expected
