from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel.fields import consent


def read(*cells: str, inverted: bool = False) -> list[tuple[bool | None, str | None]]:
    return consent.normalise(pl.DataFrame({"raw": cells}), inverted=inverted).rows()


@pytest.mark.parametrize("cell", ["Sí", "SI", "x", "1", "1.0", "✔", "Acepto", "Subscribed", "Opt-in", "sim", "GRANTED"])
def test_a_yes_in_any_language_or_platform_is_a_yes(cell: str) -> None:
    assert read(cell) == [(True, "consent.word")]


@pytest.mark.parametrize("cell", ["No", "NO ACEPTO", "0", "não", "Unsubscribed", "cleaned", "no autoriza", "opted out"])
def test_a_no_in_any_language_or_platform_is_a_no(cell: str) -> None:
    assert read(cell) == [(False, "consent.word")]


@pytest.mark.parametrize("cell", ["pendiente", "NEVER_SUBSCRIBED", "not set", "sin respuesta", "Transactional"])
def test_an_answer_that_is_not_known_is_neither_yes_nor_junk(cell: str) -> None:
    assert read(cell) == [(None, "consent.unknown")]


def test_other_text_is_dropped_with_a_reason() -> None:
    assert read("quizás", "3", "Calle 45") == [(None, "consent.unclear")] * 3


@pytest.mark.parametrize(
    "cell", ["2024-05-01", "1/5/2024 10:22", "2024-05-01T10:22:33Z", "45200", "12 de mayo de 2024"]
)
def test_a_date_means_agreed_then_or_unsubscribed_then(cell: str) -> None:
    assert read(cell) == [(True, "consent.date")]
    assert read(cell, inverted=True) == [(False, "consent.refused_date")]


def test_under_an_opposite_header_a_yes_refuses_and_a_no_leaves_consent_unknown() -> None:
    assert read("Sí", "no", inverted=True) == [(False, "consent.word"), (None, "consent.not_refused")]


def test_words_that_speak_for_themselves_mean_the_same_under_any_header() -> None:
    assert read("unsubscribed", "suscrito", inverted=True) == read("unsubscribed", "suscrito")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text() | st.sampled_from(["sí", "no", "x", "baja", "2024-01-01"]), unique=True))
def test_reading_an_answer_again_changes_nothing(cells: list[str]) -> None:
    once = consent.normalise(pl.DataFrame({"raw": cells}, schema={"raw": pl.String}))
    kept = once.filter(pl.col("value").is_not_null()).select(pl.col("value").cast(pl.String).alias("raw"))
    again = consent.normalise(kept)
    assert again["value"].cast(pl.String).to_list() == kept["raw"].to_list()
    assert again["rules"].null_count() == kept.height


def test_a_flag_is_only_a_yes_or_a_no() -> None:
    flags = consent.normalise_flag(pl.DataFrame({"raw": ["Sí", "false", "suscrito"]}))
    assert flags.rows() == [(True, "flag.word"), (False, None), (None, "flag.unclear")]


def merged(answers: list[bool | None], dates: list[date | None]) -> tuple[bool | None, bool | None, date | None]:
    frame = pl.DataFrame(
        {"person": "p", "value": answers, "at": dates}, schema={"person": pl.String, "value": pl.Boolean, "at": pl.Date}
    )
    value, at = pl.col("value"), pl.col("at")
    dated = consent.restrictive_dated(value, at)
    row = frame.group_by("person").agg(
        consent.restrictive(value).alias("one"), dated.alias("dated"), consent.answered_at(value, at, dated).alias("at")
    )
    return row.select("one", "dated", "at").row(0)


EARLY, LATE = date(2024, 1, 1), date(2025, 1, 1)


@pytest.mark.parametrize(
    ("answers", "dates", "one", "dated", "at"),
    [
        ([True, None], [EARLY, None], True, True, EARLY),
        ([None, None], [None, None], None, None, None),
        ([True, False], [None, None], False, False, None),
        ([True, False], [None, EARLY], False, False, EARLY),
        ([True, False], [LATE, None], False, False, None),
        ([True, False], [LATE, EARLY], False, True, LATE),
        ([True, False], [EARLY, LATE], False, False, LATE),
        ([True, False], [LATE, LATE], False, False, LATE),
    ],
)
def test_the_most_restrictive_answer_wins_unless_a_dated_yes_came_after_it(
    answers: list[bool | None], dates: list[date | None], one: bool | None, dated: bool | None, at: date | None
) -> None:
    assert merged(answers, dates) == (one, dated, at)
    assert merged(answers[::-1], dates[::-1]) == (one, dated, at)
