from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import matching_crm
import matching_english
import matching_history
import pytest
from matching_sets import HIDDEN, Places, made

Make = Callable[[int, int], Iterator[list[str]]]
INVENTED: list[tuple[Make, list[str]]] = [
    (matching_crm.rows, matching_crm.COLUMNS),
    (matching_english.rows, matching_english.COLUMNS),
    (matching_history.rows, matching_history.COLUMNS),
]


@pytest.mark.parametrize(("make", "columns"), INVENTED)
def test_the_same_seed_makes_the_same_rows(make: Make, columns: list[str]) -> None:
    assert list(make(300, 1)) == list(make(300, 1))
    assert list(make(300, 1)) != list(make(300, 2))


@pytest.mark.parametrize(("make", "columns"), INVENTED)
def test_there_are_as_many_rows_as_asked_and_some_people_have_several(make: Make, columns: list[str]) -> None:
    made = list(make(2_000, 3))
    assert len(made) == 2_000
    assert {len(row) for row in made} == {len(columns)}
    assert 1 < max(Counter(row[0] for row in made).values()) < 100


def test_an_invented_crm_has_families_firms_namesakes_and_nobody() -> None:
    kinds = Counter(row[1] for row in matching_crm.rows(20_000, 4))
    assert set(kinds) == {"normal", "family", "company", "junior", "anon"}


def test_files_that_tools_read_do_not_know_who_is_who(tmp_path: Path) -> None:
    asked = next(made(["crm_made"], Places(tmp_path, tmp_path, "python", 50)))
    with asked.files[0].open(newline="", encoding="utf-8") as source:
        header, *rows = csv.reader(source)
    assert not set(header) & set(HIDDEN)
    assert len(rows) == asked.rows == 50


def test_a_set_that_is_not_there_is_left_out_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(made(["fake_1000"], Places(tmp_path, tmp_path, "python", 50))) == []
    assert "fake_1000" in capsys.readouterr().out
