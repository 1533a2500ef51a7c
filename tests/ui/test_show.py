from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel import formats
from custintel.ui.console import Console
from custintel.ui.show import (
    Bars,
    Bullets,
    Commands,
    Grid,
    GridColumn,
    Heading,
    Page,
    Paragraph,
    Step,
    Verbatim,
    Waterfall,
    show,
    to_json,
)

HOSTILE = "[bold]a[/bold]\x1b[31m\u202e\nb\x07:smile:"


class Terminal(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]

    def __init__(self, *, tty: bool = False) -> None:
        super().__init__()
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty


def printed(page: Page, *, as_json: bool = False, encoding: str = "utf-8") -> str:
    out = Terminal()
    out.encoding = encoding  # type: ignore[assignment]
    show(page, as_json=as_json, console=Console(out=out, err=Terminal()))
    return out.getvalue()


def every_block(text: str) -> Page:
    return Page(
        [
            Heading(text),
            Paragraph(text),
            Grid((GridColumn(text), GridColumn("n", "right", formats.number)), [(text, 1234567), (text, None)]),
            Waterfall((Step(text, 10, "total"), Step(text, 4), Step(text, 1, "+"), Step("left", 7, "total"))),
            Bars([(text, 0.123), ("b", 1.0)], notes=(text, "")),
            Bullets([text]),
            Commands([text]),
            Verbatim(text),
        ],
        {"text": text},
    )


def test_data_is_never_markup_nor_emoji_nor_escape() -> None:
    text = printed(every_block(HOSTILE))
    assert "[bold]a[/bold] b:smile:" in text
    assert not set(text) & set("\x1b\u202e\x07")


def test_nothing_but_lines_to_copy_is_wider_than_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    blocks = every_block("palabra " * 40 + "x" * 200).blocks
    text = printed(Page([block for block in blocks if not isinstance(block, Commands | Verbatim)]))
    assert max(len(line) for line in text.splitlines()) <= 80
    copied = printed(Page([Commands(["ci clean " + "x" * 200])]))
    assert "  ci clean " + "x" * 200 in copied.splitlines()


def test_lines_end_without_blanks() -> None:
    text = printed(every_block("a"))
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_a_stream_that_cannot_carry_blocks_gets_plain_bars() -> None:
    text = printed(Page([Bars([("a", 0.5)]), Waterfall((Step("a", 2, "total"), Step("b", 1)))]), encoding="ascii")
    assert text.isascii() or "█" not in text
    assert "#" in text


def test_a_waterfall_that_does_not_close_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="left"):
        Waterfall((Step("read", 10, "total"), Step("gone", 3), Step("left", 8, "total")))


def test_empty_cells_are_empty_and_numbers_stand_right() -> None:
    lines = printed(
        Page([Grid((GridColumn("a"), GridColumn("n", "right", formats.number)), [("x", 1500), ("y", None)])])
    )
    assert lines.splitlines()[1].endswith("1,500")
    assert lines.splitlines()[2] == "y"


def test_json_has_iso_dates_and_text_for_exact_numbers_and_paths() -> None:
    data = {
        "day": date(2024, 3, 5),
        "at": datetime(2024, 3, 5, 1, 2, tzinfo=UTC),
        "took": timedelta(seconds=90),
        "sum": Decimal("1.10"),
        "path": Path("a") / "b",
        "set": {"b", "a"},
    }
    assert json.loads(printed(Page([Paragraph("never printed")], data), as_json=True)) == {
        "day": "2024-03-05",
        "at": "2024-03-05T01:02:00+00:00",
        "took": 90.0,
        "sum": "1.10",
        "path": str(Path("a") / "b"),
        "set": ["a", "b"],
    }


def test_json_refuses_what_it_has_no_word_for() -> None:
    with pytest.raises(TypeError, match="object has no form"):
        to_json({"a": object()})


@given(st.text())
def test_json_says_exactly_the_text_and_prints_nothing_harmful(text: str) -> None:
    made = to_json({"text": text})
    assert json.loads(made) == {"text": text}
    assert formats.safe(made.replace("\n", " ")) == made.replace("\n", " ")


def test_the_style_of_a_row_colours_it_and_says_nothing_where_there_are_no_colours() -> None:
    page = Page([Grid((GridColumn("A"),), [("same",), ("other",)], styles=("", "bold"))])
    assert printed(page) == "A\nsame\nother\n"
