"""The ``fx`` of ``costs.yaml``: a rate per currency, or a csv file of rates by date."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

from custintel.kpis.cost_remarks import Remark
from custintel.kpis.cost_values import Reading
from custintel.kpis.cost_vocabulary import key
from custintel.kpis.currency import Fx
from custintel.yaml_nodes import Mapping, Node, Scalar

COLUMNS = {"fecha": "date", "moneda": "currency", "tasa": "rate", "trm": "rate", "valor": "rate"}
"""Spanish names of the columns of a file of rates."""

Steps = dict[str, tuple[tuple[dt.date, Decimal], ...]]


def read_fx(reading: Reading, node: Node | None, base: str, folder: Path | None) -> Fx:
    """Exchange rates into ``base``; what cannot be read leaves a remark.

    Args:
        reading: takes the remarks.
        node: ``{USD: 4100}``, ``{USD: rates.csv}``, ``rates.csv``, or nothing.
        base: the currency of the file.
        folder: where csv files are looked for; ``None`` where there are none.
    """
    rates: Steps = {}
    if isinstance(node, Scalar):
        if reading.scalar("fx", node):
            rates = _file(reading, node, folder, only="")
    elif isinstance(node, Mapping):
        for label, value in node.pairs:
            currency = reading.currency("fx", label)
            if currency and currency in rates:
                reading.remark("duplicate_key", label.line, seen=label.text, first=node.line)
            elif currency and (steps := _rate(reading, value, currency, folder)):
                rates[currency] = steps
    elif node is not None:
        reading.remark("form_mapping", node.line, key="fx")
    rates.pop(base, None)
    return Fx(base, rates)


def _rate(reading: Reading, node: Node, currency: str, folder: Path | None) -> tuple[tuple[dt.date, Decimal], ...]:
    if isinstance(node, Scalar) and node.text.strip().lower().endswith(".csv"):
        return _file(reading, node, folder, only=currency).get(currency, ())
    number = reading.number("fx", node)
    if number is not None and not number:
        reading.remark("fx_form", node.line, key="fx", seen="0")
    return ((dt.date.min, number),) if number else ()


def _file(reading: Reading, node: Scalar, folder: Path | None, only: str) -> Steps:
    """The rates of a csv file by currency; one without the column currency is about ``only``."""
    name = node.text.strip()
    if not name.lower().endswith(".csv"):
        reading.remark("fx_form", node.line, key="fx", seen=name[:80])
        return {}
    rows = _rows(folder / name) if folder else []
    if not rows:
        reading.remark("fx_file", node.line, seen=name[:80])
        return {}
    columns = [COLUMNS.get(key(cell), key(cell)) for cell in rows[0]]
    if not {"date", "rate"} <= set(columns) or not (only or "currency" in columns):
        reading.remark("fx_header", node.line, seen=", ".join(rows[0])[:80])
        return {}
    return _steps(reading, name, columns, rows[1:], only)


def _rows(path: Path) -> list[list[str]]:
    """The cells of a csv file; none when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ","))
    except (OSError, ValueError, csv.Error):
        return []


def _steps(reading: Reading, name: str, columns: list[str], rows: list[list[str]], only: str) -> Steps:
    inner = Reading()
    found: dict[str, dict[dt.date, Decimal]] = {}
    for line, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {column: Scalar(line, cell) for column, cell in zip(columns, row, strict=False)}
        day = inner.date("date", cells.get("date", Scalar(line, "")))
        rate = inner.number("rate", cells.get("rate", Scalar(line, "")))
        currency = inner.currency("currency", cells["currency"]) if "currency" in cells else only
        if day and rate and currency:
            found.setdefault(currency, {})[day] = rate
    reading.remarks += [Remark(remark.code, remark.line, remark.details, name) for remark in inner.remarks]
    return {currency: tuple(sorted(days.items())) for currency, days in found.items()}
