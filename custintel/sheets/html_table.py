"""Web pages called ``.xls``: many shops and banks export an HTML table under that name."""

from __future__ import annotations

from html.parser import HTMLParser

import polars as pl

from custintel.errors import CustintelError
from custintel.i18n import _
from custintel.sheets.encoding import decode
from custintel.sheets.source import Grid, Merge

_CELLS = {"td", "th"}
_WIDEST = 16_384


class _Table(HTMLParser):
    """Collects the cells of every table of a page, one under the other."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str | None]] = []
        self.merges: list[Merge] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._close_cell()
            self.rows.append([])
        elif tag in _CELLS:
            self._close_cell()
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), _WIDEST) if span.isdecimal() and span.isascii() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS or tag in {"tr", "table"}:
            self._close_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is None:
            return
        if not self.rows:
            self.rows.append([])
        row = self.rows[-1]
        text = "\n".join(" ".join(line.split()) for line in "".join(self._cell).split("\n")).strip()
        row.append(text or None)
        if self._span > 1:
            here = len(row)
            self.merges.append(Merge(len(self.rows), here, len(self.rows), here + self._span - 1))
            row.extend([None] * (self._span - 1))
        self._cell = None


def read_page(data: bytes, source: str) -> Grid:
    """The cells of the tables of an HTML page.

    Raises:
        CustintelError: the page holds no table (a log-in page saved instead of the export, for instance).
    """
    text, _encoding, notes = decode(data)
    table = _Table()
    table.feed(text)
    table.close()
    width = max((len(row) for row in table.rows), default=0)
    if not width:
        raise CustintelError(
            _("{file} is a web page without a table in it.").format(file=source),
            hint=_("It may be a log-in or an error page: open the shop, log in, and export again."),
        )
    rows = [[*row, *[None] * (width - len(row))] for row in table.rows]
    schema = {f"column_{i}": pl.String for i in range(width)}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_row_index("row", offset=1)
    return Grid(frame, merges=tuple(table.merges), notes=notes)
