from __future__ import annotations

import polars as pl
import pytest

from custintel.load.visits.sites import sites

KNOWN = sites(
    {"search": ["google.*", "ask.com"], "mail": ["mail.google.com"], "word": ["sem google"], "late": ["ask.com"]}
)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("google", "search"),
        ("google.com", "search"),
        ("www.google.com.mx", "search"),
        ("google.example", None),
        ("google.com.blog.net", None),
        ("mail.google.com", "mail"),
        ("x.mail.google.com", "mail"),
        ("ask.com", "search"),
        ("es.ask.com", "search"),
        ("task.com", None),
        ("sem google", "word"),
        ("", None),
        (".", None),
    ],
)
def test_the_longest_name_that_fits_decides(text: str, group: str | None) -> None:
    assert KNOWN.find(text) == group


def test_a_column_is_asked_once_per_distinct_value_and_keeps_its_order() -> None:
    assert KNOWN.of(pl.Series(["x", "google", None, "x"])).to_list() == [None, "search", None, None]
    assert KNOWN.brand("www.google.com.co") == "google"
