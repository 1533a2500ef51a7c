"""Which orders a cost falls on: its ``where``, ``channel`` and ``campaign``."""

from __future__ import annotations

from collections.abc import Set

import polars as pl

from custintel.kpis.cost_vocabulary import aliases_of, code_of, key
from custintel.kpis.costs import Cost
from custintel.kpis.order_facts import Facts


def matching(column: pl.Series, accepted: Set[str]) -> pl.Series:
    """Whether each text, in the form of :func:`key`, is one of ``accepted``; no text is none of them."""
    found = [text for text in column.unique().drop_nulls().to_list() if key(text) in accepted]
    return column.is_in(found).fill_null(False)


def chosen(facts: Facts, item: Cost) -> pl.Series | None:
    """Whether each row of ``facts.orders`` fits all of the filter; ``None`` when everything fits."""
    conditions = [_fits(facts, column, accepted) for column, accepted in item.where.items()]
    if item.channel:
        conditions.append(_fits(facts, "channel", {code_of("sale_channel", item.channel) or key(item.channel)}))
    if item.campaign:
        conditions.append(_fits(facts, "campaign", {key(item.campaign)}))
    if not conditions:
        return None
    fits = conditions[0]
    for condition in conditions[1:]:
        fits &= condition
    return fits


def _fits(facts: Facts, column: str, accepted: Set[str]) -> pl.Series:
    orders = facts.orders
    if column == "channel":
        sale = accepted & set(aliases_of("sale_channel"))
        return matching(orders["sale_channel"], sale) | matching(orders["channel"], accepted - sale)
    if column == "is_new_customer":
        return orders["is_new"].is_in([answer == "true" for answer in accepted]).fill_null(False)
    if column in ("category", "sku"):
        rows = facts.lines.filter(matching(facts.lines[column], accepted))["row"].unique()
        return pl.select(pl.int_range(orders.height, dtype=pl.UInt32).is_in(rows.implode())).to_series()
    return matching(orders[column], accepted)
