"""Reading ``costs.yaml``: every mistake is found at once, or the costs are right."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from custintel.i18n import _
from custintel.kpis.cost_item import read_item
from custintel.kpis.cost_remarks import Remark
from custintel.kpis.cost_values import Reading
from custintel.kpis.cost_vocabulary import categories
from custintel.kpis.costs import SHARES, Cost, Costs
from custintel.kpis.currency import Fx
from custintel.kpis.exchange_rates import read_fx
from custintel.remarks import MistakesError
from custintel.yaml_nodes import Node, Scalar, parse, read_bytes

FILE = "costs.yaml"
_LARGE_SHARE = Decimal("0.5")


def read_costs(path: Path) -> Costs:
    """The costs in the file at ``path``.

    Raises:
        MistakesError: it has mistakes; all of them are in the error.
        CustintelError: it cannot be read.
    """
    data = read_bytes(path, _("The list of costs cannot be read."), _("ci init writes a template of it."))
    costs, mistakes = parse_costs(data, source=path.name, folder=path.parent)
    if costs is None:
        raise MistakesError(mistakes, path.name)
    return costs


def parse_costs(data: bytes, *, source: str = FILE, folder: Path | None = None) -> tuple[Costs | None, list[Remark]]:
    """The costs in ``data`` and no mistakes, or no costs and all mistakes, in the order of lines.

    Args:
        data: the bytes of the file.
        source: its name.
        folder: where csv files of exchange rates are looked for.
    """
    text, encoding = _decoded(data)
    tree, form = parse(text)
    remarks = [Remark(one.code, one.line, one.details) for one in form]
    reading = Reading(remarks)
    if tree is None:
        return None, _in_order(remarks)
    top = reading.mapping(source, tree, "top")
    costs = _read(reading, top, folder)
    if reading.remarks or costs is None:
        return None, _in_order(reading.remarks)
    return dataclasses.replace(costs, source=source, encoding=encoding), []


def file_warnings(costs: Costs) -> list[Remark]:
    """What is worth knowing about the file before any data are seen."""
    found = [Remark("encoding")] if costs.encoding != "utf-8" else []
    found += [warning for item in costs.items for warning in _large_shares(item)]
    priced = {item.category for item in costs.items}
    return found + [
        Remark("never_priced", 0, {"category": category.code})
        for category in categories().values()
        if category.usual and category.code not in priced
    ]


def _large_shares(item: Cost) -> Iterator[Remark]:
    """A rate of more than half of what is sold: 1 is 100 %, and one percent is 0.01. Goods may be lost wholly."""
    if item.driver in SHARES - {"pct_returned_cogs"}:
        for rate in sorted({item.rate or Decimal(0), *(tier.rate for tier in item.tiers)}):
            if rate > _LARGE_SHARE:
                percent, meant = f"{(rate * 100).normalize():f}%", f"{rate.normalize():f}%"
                details = {"category": item.category, "driver": item.driver, "rate": percent, "meant": meant}
                yield Remark("share_above_half", item.line, details)


def _decoded(data: bytes) -> tuple[str, str]:
    """The text, and the encoding it was in: UTF-8 or UTF-16 with their marks, else what Windows writes."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace"), "utf-8"
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "cp1252"


def _read(reading: Reading, top: dict[str, Node], folder: Path | None) -> Costs | None:
    currency = ""
    if "currency" in top:
        currency = reading.currency("currency", top["currency"])
    elif not any(remark.code.startswith("form_") for remark in reading.remarks):
        reading.remark("currency_missing", 1)
    fx = read_fx(reading, top.get("fx"), currency, folder)
    timezone = _timezone(reading, top)
    vat = reading.vat("vat", top["vat"]) if "vat" in top else None
    include = reading.flag("prices_include_vat", top["prices_include_vat"]) if "prices_include_vat" in top else True
    basis = reading.choice("revenue_basis", top["revenue_basis"]) if "revenue_basis" in top else "kept"
    items: list[Cost] = []
    if "costs" in top and not (isinstance(top["costs"], Scalar) and top["costs"].empty):
        for node in reading.items("costs", top["costs"]):
            item = read_item(reading, node, currency)
            items += [item] if item else []
    elif top:
        reading.remark("costs_missing", top["costs"].line if "costs" in top else 1)
    _check_currencies(reading, items, fx)
    _check_counted_twice(reading, items)
    if not currency or not basis:
        return None
    return Costs(currency, fx, tuple(items), timezone, vat, include, basis)


def _timezone(reading: Reading, top: dict[str, Node]) -> str:
    import zoneinfo

    if "timezone" not in top:
        return ""
    name = reading.text("timezone", top["timezone"])
    if name:
        try:
            zoneinfo.ZoneInfo(name)
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            reading.remark("timezone_unknown", top["timezone"].line, seen=name[:80])
    return name


def _check_currencies(reading: Reading, items: Sequence[Cost], fx: Fx) -> None:
    """An item in a currency that ``fx`` does not know.

    Where the file does not say its own currency, and all items name the same one, that is probably it.
    """
    if not fx.base and len({item.currency for item in items}) == 1:
        return
    for item in items:
        if item.currency and not fx.knows(item.currency):
            reading.remark("fx_missing", item.line, seen=item.currency)


def _check_counted_twice(reading: Reading, items: Sequence[Cost]) -> None:
    """Two items of one category, with the same filter and days in common, that nobody told apart."""
    seen: dict[tuple[object, ...], list[Cost]] = {}
    for item in items:
        if not item.category:
            continue
        where = frozenset(item.where.items())
        alike = seen.setdefault((item.category, where, item.channel, item.campaign, item.name), [])
        for other in alike:
            if _share_days(item, other) and not (item.overlap or other.overlap):
                reading.remark("counted_twice", item.line, category=item.category, first=other.line)
                break
        alike.append(item)


def _share_days(one: Cost, other: Cost) -> bool:
    start = max(one.start or dt.date.min, other.start or dt.date.min)
    return start <= min(one.end or dt.date.max, other.end or dt.date.max)


def _in_order(remarks: Sequence[Remark]) -> list[Remark]:
    """By line, each once; about a value with an anchor or tag nothing else is said."""
    marked = {remark.line for remark in remarks if remark.code in ("anchor", "tag")}
    kept = [r for r in remarks if r.code in ("anchor", "tag") or r.line not in marked]
    return sorted(kept, key=lambda remark: (remark.file, remark.line))
