"""One item of ``costs``: its keys, what they need from each other, and its filter."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from custintel.kpis.cost_values import Reading
from custintel.kpis.cost_vocabulary import categories, code_of, key
from custintel.kpis.costs import SHARES, Cost, Tier
from custintel.kpis.yaml_nodes import Node, Sequence

CODED = ("payment_method", "status")
"""Columns of ``where`` whose values are codes with Spanish words."""

_TIER_UNITS = {"up_to_kg": "kg", "up_to_price": "price"}
_NO_EFFECT = {
    "actual": ("rate", "fixed", "min", "max", "tiers", "every"),
    "per_period": ("fixed", "min", "max", "tiers"),
}
_PERIODS_ONLY = ("every", "allocate_by")


def read_item(reading: Reading, node: Node, base: str) -> Cost | None:
    """The cost that ``node`` describes; ``None`` when it has no category. What is wrong leaves remarks.

    Args:
        reading: takes the remarks.
        node: the entry of the list.
        base: the currency of the file.
    """
    keys = reading.mapping("costs", node, "key")
    if not keys:
        return None
    category = reading.word("category", keys["category"], "category", "unknown_category") if "category" in keys else ""
    if "category" not in keys:
        reading.remark("category_missing", node.line)
    driver = categories()[category].driver if category else ""
    if "driver" in keys:
        driver = reading.word("driver", keys["driver"], "driver", "unknown_driver")
    start = reading.date("from", keys["from"]) if "from" in keys else None
    end = reading.date("to", keys["to"]) if "to" in keys else None
    if start and end and end < start:
        reading.remark("to_before_from", keys["to"].line, seen=end, first=start)
    tiers, unit = read_tiers(reading, keys["tiers"], driver) if "tiers" in keys else ((), "kg")
    item = Cost(
        line=node.line,
        category=category,
        driver=driver,
        currency=reading.currency("currency", keys["currency"]) if "currency" in keys else base,
        rate=_rate(reading, keys["rate"], driver, "rate") if "rate" in keys else None,
        fixed=_amount(reading, keys, "fixed", driver) or Decimal(0),
        min=_amount(reading, keys, "min", driver),
        max=_amount(reading, keys, "max", driver),
        start=start,
        end=end,
        every=reading.word("every", keys["every"], "every") if "every" in keys else "",
        where=read_where(reading, keys["where"]) if "where" in keys else {},
        allocate_by=reading.word("allocate_by", keys["allocate_by"], "allocate_by")
        if "allocate_by" in keys
        else "orders",
        channel=reading.text("channel", keys["channel"]) if "channel" in keys else "",
        campaign=reading.text("campaign", keys["campaign"]) if "campaign" in keys else "",
        vat=(reading.vat("vat", keys["vat"]) if "vat" in keys else None) or Decimal(0),
        name=reading.text("name", keys["name"]) if "name" in keys else "",
        tiers=tiers,
        tier_unit=unit,
        overlap=reading.flag("overlap", keys["overlap"]) if "overlap" in keys else False,
    )
    _check(reading, item, keys)
    return item if category else None


def _rate(reading: Reading, node: Node, driver: str, name: str) -> Decimal | None:
    return reading.share(name, node) if driver in SHARES else reading.number(name, node, driver=driver or "per_order")


def _amount(reading: Reading, keys: Mapping[str, Node], name: str, driver: str) -> Decimal | None:
    return reading.number(name, keys[name], driver=driver or "per_order") if name in keys else None


def _check(reading: Reading, item: Cost, keys: Mapping[str, Node]) -> None:
    """What the keys of an item need from each other."""
    line, driver = item.line, item.driver
    if driver == "per_period":
        complete = "from" in keys and "to" in keys
        if not complete:
            reading.remark("period_without_dates", line)
    elif driver:
        for name in _PERIODS_ONLY:
            if name in keys and not (driver == "actual" and item.category == "media" and name == "allocate_by"):
                reading.remark("no_effect", keys[name].line, key=name, driver=driver)
    for name in _NO_EFFECT.get(driver, ()):
        if name in keys and name not in _PERIODS_ONLY:
            reading.remark("no_effect", keys[name].line, key=name, driver=driver)
    if driver == "actual" and item.category and not item.kind.actual:
        usual = item.kind.driver if item.kind.driver != "actual" else "per_period"
        reading.remark("actual_unknown", line, category=item.category, driver=usual)
    if "rate" in keys and "tiers" in keys and driver not in _NO_EFFECT:
        reading.remark("rate_or_tiers", keys["tiers"].line)
    if driver and driver != "actual" and not keys.keys() & {"rate", "tiers", "fixed"}:
        reading.remark("rate_missing", line, category=item.category)
    if item.min is not None and item.max is not None and item.min > item.max:
        reading.remark("min_above_max", keys["min"].line, seen=item.min, first=item.max)


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
            values.append(reading.word(column, entry, column))
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
            reading.remark("rate_missing", entry.line, category="tiers")
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
