from __future__ import annotations

import polars as pl
import pytest

from custintel.fields import gender


def normalised(*raw: str, codes: str = "mf") -> pl.DataFrame:
    return gender.normalise(pl.DataFrame({"raw": raw}), codes=codes)


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (["M", "F"], "mf"),
        (["H", "M", None], "hm"),
        ([" h.", "m"], "hm"),
        (["H", "M", "F"], "mf"),
        (["Mujer", "Hombre"], "mf"),
        ([], "mf"),
    ],
)
def test_the_column_decides_what_m_means(values: list[str | None], codes: str) -> None:
    assert gender.codes(pl.Series(values, dtype=pl.String)) == codes


def test_m_is_a_man_beside_f_and_a_woman_beside_h() -> None:
    assert normalised("M", "F")["value"].to_list() == ["m", "f"]
    assert normalised("M", "H", codes="hm")["value"].to_list() == ["f", "m"]


def test_words_of_three_languages_are_understood() -> None:
    found = normalised("Femenino", "HOMBRE", "Não-binário", "mulher", "Sra.", "male")
    assert found["value"].to_list() == ["f", "m", "x", "f", "f", "m"]
    assert set(found["rules"]) == {"gender.word"}


def test_silence_and_nonsense_are_empty_for_different_reasons() -> None:
    found = normalised("Prefiero no decirlo", "azul", "🙂")
    assert found["value"].to_list() == [None, None, None]
    assert found["rules"].to_list() == ["gender.not_told", "gender.unknown", "gender.unknown"]


def test_normalising_twice_changes_nothing() -> None:
    found = normalised("f", "m", "x")
    assert found["value"].to_list() == ["f", "m", "x"]
    assert found["rules"].null_count() == 3
