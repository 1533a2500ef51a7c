from __future__ import annotations

from html.parser import HTMLParser

from custintel.ui.html import to_html
from custintel.ui.show import Bars, Bullets, Commands, Grid, GridColumn, Heading, Page, Paragraph, Step, Waterfall

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202eevil"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


def hostile_page() -> Page:
    return Page(
        [
            Heading(HOSTILE),
            Paragraph(HOSTILE),
            Grid((GridColumn(HOSTILE), GridColumn("n", "right")), [(HOSTILE, 1), (None, 2)]),
            Waterfall([Step(HOSTILE, 3, "total"), Step("less", 1), Step("left", 2, "total")]),
            Bars([(HOSTILE, 0.5)], [HOSTILE]),
            Bullets([HOSTILE]),
            Commands([HOSTILE]),
        ]
    )


def test_text_from_data_stays_text_wherever_it_stands() -> None:
    page = to_html(hostile_page(), HOSTILE)
    tags = parsed(page)
    assert "script" not in tags.tags
    assert not [name for name in tags.attributes if name.startswith("on")]
    assert tags.text.count("<script>alert(1)</script>") == 10  # the title, and one or two in every block
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_the_file_needs_nothing_else() -> None:
    page = to_html(hostile_page(), "Report")
    assert "http://" not in page
    assert "https://" not in page
    assert "default-src 'none'" in page


def test_bars_of_a_waterfall_start_where_the_one_before_ended() -> None:
    page = to_html(Page([Waterfall([Step("in", 4, "total"), Step("out", 1), Step("left", 3, "total")])]), "Report")
    assert "margin-left: 75.0%; width: 25.0%" in page
