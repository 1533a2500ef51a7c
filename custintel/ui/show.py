"""A result for people and for programs: a page of blocks on the terminal, or one JSON object.

Everything printed passes through :func:`custintel.formats.safe` here, once, whatever it holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Literal

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from custintel import formats
from custintel.formats import safe
from custintel.ui.console import Console

_BAR = 24


@dataclass(frozen=True)
class Heading:
    """A title above blocks."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``style`` is a rich style such as ``"bold"`` or ``"yellow"``."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class GridColumn:
    """One column of a :class:`Grid`.

    Attributes:
        label: its header, translated.
        align: numbers right, text left.
        format: how a cell is written; empty cells are written as nothing.
        wrap: whether long text breaks into lines; otherwise it is cut with an ellipsis.
    """

    label: str
    align: Literal["left", "right"] = "left"
    format: Callable[[Any], str] = str
    wrap: bool = True


@dataclass(frozen=True)
class Grid:
    """Rows under headers; ``styles`` are rich styles of the rows, none when empty."""

    columns: tuple[GridColumn, ...]
    rows: Sequence[Sequence[Any]]
    styles: Sequence[str] = ()


@dataclass(frozen=True)
class Step:
    """One line of a :class:`Waterfall`: what is added, taken away, or the total so far."""

    label: str
    n: int
    sign: Literal["total", "+", "-"] = "-"


@dataclass(frozen=True)
class Waterfall:
    """Steps from a first total to a last one.

    Raises:
        ValueError: a later total is not what the steps before it add up to.
    """

    rows: Sequence[Step]

    def __post_init__(self) -> None:
        running = 0
        for index, row in enumerate(self.rows):
            if row.sign != "total":
                running += row.n if row.sign == "+" else -row.n
            elif index and row.n != running:
                raise ValueError(f"{row.label}: {row.n} is not the {running} that the steps above leave")
            else:
                running = row.n


@dataclass(frozen=True)
class Bars:
    """Shares of one, each with its label, drawn as bars; ``notes`` are written after the percentage."""

    rows: Sequence[tuple[str, float]]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Bullets:
    """Short sentences, one per line."""

    items: Sequence[str]


@dataclass(frozen=True)
class Commands:
    """Command lines to copy, each on its own unbroken line."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Verbatim:
    """Text that is laid out already, such as a command's help."""

    text: str


Block = Heading | Paragraph | Grid | Waterfall | Bars | Bullets | Commands | Verbatim


@dataclass(frozen=True)
class Page:
    """What a subcommand has to say.

    Attributes:
        blocks: for people, translated.
        data: the same for programs: stable keys, never translated; dates become ISO text, ``Decimal`` becomes text.
    """

    blocks: Sequence[Block]
    data: Mapping[str, Any] = field(default_factory=dict)


def show(page: Page, *, as_json: bool, console: Console | None = None) -> None:
    """Print ``page`` on standard output."""
    console = console or Console()
    if as_json:
        console.out.file.write(to_json(page.data, ascii_only=not console.draws) + "\n")
        return
    with console.out.capture() as printed:
        for index, block in enumerate(page.blocks):
            if index and not isinstance(page.blocks[index - 1], Heading):
                console.out.print()
            if isinstance(block, Commands | Verbatim):
                _print_unbroken(console, block)
            else:
                console.out.print(_render(block, console.draws))
    console.out.file.write("".join(line.rstrip() + "\n" for line in printed.get().splitlines()))


def _print_unbroken(console: Console, block: Commands | Verbatim) -> None:
    """Print lines as they are, however narrow the terminal is: what is copied must not have breaks of ours."""
    command = isinstance(block, Commands)
    for line in block.lines if isinstance(block, Commands) else block.text.split("\n"):
        console.out.print(Text(safe("  " + line if command else line), style="cyan" if command else ""), soft_wrap=True)


def to_json(data: Mapping[str, Any], *, ascii_only: bool = False) -> str:
    """``data`` as indented JSON, harmless to print: invisible and control characters are escaped, not removed."""
    text = json.dumps(data, ensure_ascii=ascii_only, indent=2, default=_plain)
    return "\n".join(
        formats.unsafe_pattern().sub(lambda match: _escaped(match.group()), line) for line in text.split("\n")
    )


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if ord(character) > 0x7F else f"\\u{ord(character):04x}"


def _plain(value: object) -> object:
    """What JSON has no word for."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal | PurePath):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _render(block: Block, drawing: bool) -> RenderableType:
    if isinstance(block, Heading):
        return Text(safe(block.text), style="bold")
    if isinstance(block, Paragraph):
        return Text(safe(block.text), style=block.style)
    if isinstance(block, Grid):
        return _render_grid(block)
    if isinstance(block, Waterfall):
        return _render_waterfall(block, drawing)
    if isinstance(block, Bars):
        return _render_bars(block, drawing)
    if isinstance(block, Bullets):
        return Group(*(_hanging("• " if drawing else "- ", item) for item in block.items))
    raise TypeError(type(block).__name__)


def _hanging(mark: str, text: str) -> RenderableType:
    """A line that starts with ``mark`` and whose continuation lines stand under its text."""
    table = Table.grid(padding=0)
    table.add_column(width=len(mark))
    table.add_column()
    table.add_row(Text(mark), Text(safe(text)))
    return Padding(table, (0, 0, 0, 2))


def _render_grid(grid: Grid) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold dim", expand=False)
    for column in grid.columns:
        table.add_column(
            Text(safe(column.label)),
            justify=column.align,
            no_wrap=column.align == "right" or not column.wrap,
            overflow="fold" if column.wrap else "ellipsis",
        )
    for row, style in zip(grid.rows, grid.styles or [""] * len(grid.rows), strict=True):
        cells = (_cell(column, value) for column, value in zip(grid.columns, row, strict=True))
        table.add_row(*cells, style=style)
    return table


def _cell(column: GridColumn, value: object) -> Text:
    return Text("" if value is None else safe(column.format(value)))


def _drawn(share: float, drawing: bool) -> str:
    """A bar of at most ``_BAR`` cells, to the eighth of a cell where block characters can be shown."""
    eighths = round(min(max(share, 0.0), 1.0) * _BAR * 8)
    if share > 0:
        eighths = max(eighths, 1)
    if not drawing:
        return "#" * max(round(eighths / 8), 1 if share > 0 else 0)
    return "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]


def _render_waterfall(waterfall: Waterfall, drawing: bool) -> Table:
    largest = max((row.n for row in waterfall.rows), default=0) or 1
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    running = 0
    minus = "−" if drawing else "-"
    for row in waterfall.rows:
        total = row.sign == "total"
        before = running
        running = row.n if total else running + (row.n if row.sign == "+" else -row.n)
        left = 0 if total else round(min(before, running) / largest * _BAR)
        sign = {"total": "", "+": "+", "-": minus}[row.sign] if row.n else ""
        table.add_row(
            Text(safe(row.label) if total else "  " + safe(row.label), style="bold" if total else ""),
            Text(sign + formats.number(row.n), style="bold" if total else ""),
            Text(" " * left + _drawn(row.n / largest, drawing), style="cyan" if total else "dim"),
        )
    return table


def _render_bars(bars: Bars, drawing: bool) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True, width=_BAR)
    table.add_column(overflow="fold")
    notes = list(bars.notes) or [""] * len(bars.rows)
    for (label, share), note in zip(bars.rows, notes, strict=True):
        table.add_row(
            Text(safe(label)),
            Text(formats.percent(share)),
            Text(_drawn(share, drawing), style="cyan"),
            Text(safe(note)),
        )
    return table
