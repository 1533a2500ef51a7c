"""A result as one HTML file that needs nothing else: the same blocks as on the terminal.

Every text is stripped of control characters by :func:`custintel.formats.safe` and escaped by the template, and the file
forbids itself scripts and anything from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from custintel import formats, i18n
from custintel.formats import safe
from custintel.ui.show import (
    Bars,
    Block,
    Bullets,
    Commands,
    Grid,
    Heading,
    Page,
    Paragraph,
    Verbatim,
    Waterfall,
)


def to_html(page: Page, title: str) -> str:
    """``page`` as the text of an HTML file.

    Args:
        page: what a subcommand has to say.
        title: of the window, translated.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    template = environment.from_string(files("custintel.ui").joinpath("page.html.j2").read_text("utf-8"))
    blocks = [drawn(block) for block in page.blocks]
    return template.render(title=safe(title), language=i18n.language(), blocks=blocks)


def drawn(block: Block) -> dict[str, Any]:
    """What the template needs of one block."""
    match block:
        case Heading(text):
            return {"kind": "Heading", "text": safe(text)}
        case Paragraph(text, style):
            return {"kind": "Paragraph", "text": safe(text), "style": style}
        case Grid():
            return grid(block)
        case Waterfall():
            return {"kind": "Bars", "rows": list(steps(block))}
        case Bars():
            return {"kind": "Bars", "rows": list(shares(block))}
        case Bullets(items):
            return {"kind": "Bullets", "entries": [safe(item) for item in items]}
        case Commands(lines):
            return {"kind": "Lines", "entries": [safe(line) for line in lines]}
        case Verbatim(text):
            return {"kind": "Lines", "entries": [safe(line) for line in text.splitlines()]}


def grid(block: Grid) -> dict[str, Any]:
    """Headers and cells, each with its alignment."""
    rows = [
        [
            {"text": "" if value is None else safe(column.format(value)), "align": column.align}
            for column, value in zip(block.columns, row, strict=True)
        ]
        for row in block.rows
    ]
    columns = [{"label": safe(column.label), "align": column.align} for column in block.columns]
    return {"kind": "Grid", "columns": columns, "rows": rows}


def steps(block: Waterfall) -> Iterator[dict[str, Any]]:
    """The lines of a waterfall, each bar where the one before it ended."""
    largest = max((row.n for row in block.rows), default=0) or 1
    running = 0
    for row in block.rows:
        total = row.sign == "total"
        before = 0 if total else running
        running = row.n if total else running + (row.n if row.sign == "+" else -row.n)
        yield {
            "style": "total" if total else "step",
            "label": safe(row.label),
            "number": {"total": "", "+": "+", "-": "−"}[row.sign] + formats.number(row.n),
            "left": round((0 if total else min(before, running)) / largest * 100, 2),
            "width": round(row.n / largest * 100, 2),
            "note": "",
        }


def shares(block: Bars) -> Iterator[dict[str, Any]]:
    """Shares of one as bars."""
    notes = list(block.notes) or [""] * len(block.rows)
    for (label, share), note in zip(block.rows, notes, strict=True):
        yield {
            "style": "",
            "label": safe(label),
            "number": formats.percent(share),
            "left": 0,
            "width": round(min(max(share, 0.0), 1.0) * 100, 2),
            "note": safe(note),
        }
