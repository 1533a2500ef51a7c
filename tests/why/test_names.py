"""How two names stand for each other, in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel import i18n
from custintel.why.names import alike


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.activate("en")


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (
            "Munoz Garcia José",
            "Pepe Muñoz G.",
            ["Pepe is a form of José", "G stands for Garcia", "every word of one name has its like in the other"],
        ),
        ("Mafe Ruiz", "María Fernanda Ruiz", ["Mafe is a form of María Fernanda"]),
        ("Pepe Gil", "Chepe Gil", ["Pepe and Chepe are forms of one name"]),
        ("Jhon Gil", "John Gil", ["Jhon and John are spellings of one name"]),
        ("Ana Gonzales Ruiz", "Ana Gonzalles Ruiz", ["Gonzales and Gonzalles are a typing error apart"]),
        ("Ana Gil", "Ana María Gil", ["one name is part of the other"]),
        ("ANA GIL", "Gil, Ána", []),
        ("Luis Rey", "Marta Pardo", []),
        ("Ana Gil", None, []),
        ("María de la Cruz", "Maria Cruz", []),
    ],
)
def test_the_words_say_what_the_names_have_to_do_with_each_other(a: str, b: str | None, said: list[str]) -> None:
    found = [word.label for word in alike(a, b)]
    assert found[: len(said)] == said
    assert bool(found) == bool(said)


@given(a=st.text(max_size=40), b=st.text(max_size=40))
def test_the_same_is_said_of_two_names_whichever_comes_first(a: str, b: str) -> None:
    assert {word.code for word in alike(a, b)} == {word.code for word in alike(b, a)}
