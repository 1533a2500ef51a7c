"""The workbook that colleagues get."""

from __future__ import annotations

from typing import Any

import pytest

from custintel import i18n
from custintel.clean.workbook import pages

ROWS = [
    {"full_name": "Ana Gil", "email": "ANA@A.EXAMPLE", "mobile": "3124567801", "city": "Cali"},
    {"full_name": "Ana Gil Mora", "email": "ana@a.example", "mobile": "123", "city": None},
    {"full_name": "Luis Rey", "email": "luis@a.example", "mobile": None, "city": None},
]


@pytest.fixture
def book(cleaned: Any, sheet: Any) -> Any:
    i18n.activate("en")
    return {page.title: page for page in pages(cleaned(sheet(ROWS)).tables)}


def test_it_has_people_duplicates_changes_and_refused(book: Any) -> None:
    assert list(book)[:4] == ["People", "Duplicates", "Changes", "Refused"]
    assert [book[title].frame.height for title in ("People", "Duplicates", "Refused")] == [2, 2, 1]


def test_every_column_has_a_header_in_words(book: Any) -> None:
    for page in book.values():
        assert set(page.headers) >= set(page.frame.columns)
        assert all(header.strip() and "_" not in header for header in page.headers.values())


def test_a_column_nobody_filled_is_left_out(book: Any) -> None:
    assert "birth_date" not in book["People"].frame.columns


def test_a_note_tells_what_a_cell_was(book: Any) -> None:
    notes = book["People"].comments
    assert any("123" in note for (_, column), note in notes.items() if column == "phone")
    assert all(column in book["People"].frame.columns for _, column in notes)


def test_the_records_of_a_person_stand_together_with_what_joined_them(book: Any) -> None:
    frame = book["Duplicates"].frame
    assert frame["customer_id"].n_unique() == 1
    assert frame["evidence"].str.contains("same email").all()


def test_a_refused_cell_says_where_it_is_and_why(book: Any) -> None:
    refused = book["Refused"].frame.row(0, named=True)
    assert (refused["row"], refused["value"]) == (3, "123")
    assert " " in refused["why"]


def test_nothing_to_show_is_still_a_workbook(cleaned: Any, sheet: Any) -> None:
    empty = pages(cleaned(sheet([], headers=["full_name", "email"])).tables)
    assert all(page.frame.height == 0 for page in empty)
