"""One item of ``costs``: its keys, what they need from each other, and its filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from custintel.kpis.cost_values import Reading
from custintel.kpis.cost_vocabulary import categories, code_of, key
from custintel.kpis.costs import SHARES, Cost, Tier
from custintel.yaml_nodes import Node, Sequence

Said = TypeVar("Said")

CODED = ("payment_method", "status")
"""Columns of ``where`` whose values are codes with Spanish words."""

_TIER_UNITS = {"up_to_kg": "kg", "up_to_price": "price"}


def read_item(reading: Reading, node: Node, base: str) -> Cost | None:
    """The cost that ``node`` describes; ``None`` when it describes none. What is wrong leaves remarks.

    Args:
        reading: takes the remarks.
        node: the entry of the list.
        base: the currency of the file.
    """
    keys = reading.mapping("costs", node, "key")
    if not keys:
        return None

    def said(name: str, read: Callable[[str, Node], Said], default: Said) -> Said:
        return read(name, keys[name]) if name in keys else default

    category = said("category", reading.category, "")
    if "category" not in keys:
        reading.remark("category_missing", node.line)
    driver = said("driver", reading.driver, categories()[category].driver if category else "")

    def money(name: str, value: Node) -> Decimal | None:
        return reading.number(name, value, driver=driver or "per_order")

    def rate(name: str, value: Node) -> Decimal | None:
        return _rate(reading, value, driver, name)

    tiers, unit = read_tiers(reading, keys["tiers"], driver) if "tiers" in keys else ((), "kg")
    before = len(reading.remarks)
    apart: dict[str, Any] = {
        "start": said("from", reading.date, None),
        "end": said("to", reading.date, None),
        "where": read_where(reading, keys["where"]) if "where" in keys else {},
        "channel": said("channel", reading.text, ""),
        "campaign": said("campaign", reading.text, ""),
        "name": said("name", reading.text, ""),
        "overlap": said("overlap", reading.flag, False),
    }
    if len(reading.remarks) > before:
        apart["overlap"] = True  # Whether it is another's double cannot be known before that is repaired.
    item = Cost(
        line=node.line,
        category=category,
        driver=driver,
        currency=said("currency", reading.currency, base),
        rate=said("rate", rate, None),
        fixed=said("fixed", money, None) or Decimal(0),
        min=said("min", money, None),
        max=said("max", money, None),
        every=said("every", reading.choice, ""),
        allocate_by=said("allocate_by", reading.choice, "orders"),
        vat=said("vat", reading.vat, None) or Decimal(0),
        tiers=tiers,
        tier_unit=unit,
        **apart,
    )
    _check(reading, item, keys)
    return item


def _rate(reading: Reading, node: Node, driver: str, name: str) -> Decimal | None:
    """A fraction or money, as the driver asks for; either, when the driver is not known."""
    return reading.fraction(name, node) if driver in SHARES else reading.number(name, node, driver=driver)


def _check(reading: Reading, item: Cost, keys: Mapping[str, Node]) -> None:
    """What the keys of an item need from each other."""
    line, driver = item.line, item.driver
    if item.start and item.end and item.end < item.start:
        reading.remark("to_before_from", keys["to"].line, seen=item.end, first=item.start)
    if driver == "per_period" and not keys.keys() >= {"from", "to"}:
        reading.remark("period_without_dates", line)
    useless = _useless(item)
    for name in keys:
        if name in useless:
            reading.remark("no_effect", keys[name].line, key=name, driver=driver)
    if driver == "actual" and item.category and not item.kind.actual:
        usual = item.kind.driver if item.kind.driver != "actual" else "per_period"
        reading.remark("actual_unknown", line, category=item.category, driver=usual)
    if keys.keys() >= {"rate", "tiers"} and "tiers" not in useless:
        reading.remark("rate_or_tiers", keys["tiers"].line)
    if driver and driver != "actual" and not keys.keys() & {"rate", "tiers", "fixed"}:
        named = {"category": item.category} if item.category else {}
        reading.remark("rate_missing" if named else "rate_missing_here", line, **named)
    if item.min is not None and item.max is not None and item.min > item.max:
        reading.remark("min_above_max", keys["min"].line, seen=item.min, first=item.max)


def _useless(item: Cost) -> set[str]:
    """Keys that make no difference with the driver of ``item``."""
    if item.driver == "actual":
        spread = set() if item.category == "media" else {"allocate_by"}
        return {"rate", "fixed", "min", "max", "tiers", "every", "currency"} | spread
    if item.driver == "per_period":
        return {"fixed", "min", "max", "tiers"}
    return {"every", "allocate_by"} if item.driver else set()


def read_where(reading: Reading, node: Node) -> dict[str, frozenset[str]]:
    """The accepted values of each column, in the form of :func:`custintel.kpis.cost_vocabulary.key`."""
    return {
        column: frozenset(values)
        for column, value in reading.mapping("where", node, "where", "unknown_where").items()
        if (values := _values(reading, column, value))
    }


def _values(reading: Reading, column: str, node: Node) -> list[str]:
    entries = node.items if isinstance(node, Sequence) else (node,)
    values = []
    for entry in entries:
        if column == "is_new_customer":
            values.append(reading.word(column, entry, "boolean"))
        elif column in CODED:
            values.append(reading.choice(column, entry))
        elif text := reading.text(column, entry):
            values.append(_channel(text) if column == "channel" else key(text))
    return [value for value in values if value]


def _channel(text: str) -> str:
    """A sale channel (web, store, marketplace...) by its code, any other channel by its name."""
    return code_of("sale_channel", text) or key(text)


def read_tiers(reading: Reading, node: Node, driver: str) -> tuple[tuple[Tier, ...], str]:
    """The steps of a price list, and what their limits measure."""
    steps, units, before = [], set(), len(reading.remarks)
    for entry in reading.items("tiers", node):
        keys = reading.mapping("tiers", entry, "tier")
        limits = [name for name in ("up_to", "up_to_kg", "up_to_price") if name in keys]
        units |= {_TIER_UNITS.get(name, "") for name in limits}
        if "rate" not in keys:
            reading.remark("rate_missing_here", entry.line)
            continue
        rate = _rate(reading, keys["rate"], driver, "rate")
        limit = reading.number(limits[0], keys[limits[0]], driver=driver or "per_order") if limits else None
        if rate is not None and (limit is not None or not limits):
            steps.append((entry.line, Tier(rate, limit)))
    if len(units) > 1:
        reading.remark("tier_units", node.line)
    if len(reading.remarks) == before:
        _check_steps(reading, node, steps)
    usual = "price" if driver in SHARES else "km" if driver == "per_km_zone" else "kg"
    return tuple(tier for _, tier in steps), next(iter(units - {""}), usual)


def _check_steps(reading: Reading, node: Node, steps: list[tuple[int, Tier]]) -> None:
    """Limits go up, and the last step, and only it, has none."""
    limits = [tier.up_to for _, tier in steps]
    if not limits or limits[-1] is not None or None in limits[:-1]:
        reading.remark("tier_end", node.line)
        return
    for (line, tier), before in zip(steps[1:-1], limits, strict=False):
        if tier.up_to is not None and before is not None and tier.up_to <= before:
            reading.remark("tier_order", line)
