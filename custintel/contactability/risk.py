"""The probability that a message bounces, learned from imported bounces, and what a whole list will show its sender.

Addresses of one status, reason, age of their last sign of life and provider are a cell. The rate of a cell is taken to
be drawn around the rate of its parent (the cell without the provider, then without the age, without the reason, and at
last all addresses), as a beta distribution with the parent's rate as mean and a concentration per level; bounces are
binomial. So a cell with many messages speaks for itself and one with few is drawn to its kin: the Beta-binomial
hierarchy of Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.3, here of several levels.

The figures are found by :mod:`custintel.contactability.rate_tree`. Published ones stand in the tree as a few messages
each (``data/bounce_priors.toml``): without any feedback they are all there is, and the cells say so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
import polars as pl

from custintel.beta_distribution import Numbers, beta_cdf, beta_quantile
from custintel.contactability.rate_tree import Level, solved

KEYS = ("status", "reason", "age", "provider")
"""What makes a cell; the first n of them make its ancestor of level n."""
LEVEL = 0.9
"""Of credible intervals."""
AGES: Mapping[str, int] = {"to_90": 90, "to_180": 180, "to_365": 365, "to_730": 730}
"""Ages of the last sign of life, with the most days they hold; then come ``older`` and ``unknown``."""


@dataclass(frozen=True)
class Forecast:
    """What the sender of a list will see.

    Attributes:
        addresses: how many are written to.
        share: the share that is expected to bounce; None when there is no address.
        low, high: its 90 % interval, of what is not known of the rates and of chance.
        over_healthy, over_pause: the probabilities that the share reaches each of the sender's lines.
        line: ``healthy``, ``review`` or ``pause``, where the expected share lies.
        basis: ``feedback`` or, when no message's fate is known, ``prior``.
    """

    addresses: int
    share: float | None = None
    low: float | None = None
    high: float | None = None
    over_healthy: float | None = None
    over_pause: float | None = None
    line: Literal["healthy", "review", "pause"] | None = None
    basis: Literal["feedback", "prior"] = "prior"


@dataclass(frozen=True)
class Risk:
    """The risk of every cell, and of all of them as one list.

    Attributes:
        cells: status, reason, age, provider, ``addresses``; ``n`` and ``bounces``, the messages of the cell whose fate
            is known; ``p``, ``low``, ``high``, the probability that a message bounces and its 90 % interval; ``basis``,
            ``feedback`` where the fate of messages of the same status and reason is known, else ``prior``. Sorted.
        forecast: for all addresses together.
    """

    cells: pl.DataFrame
    forecast: Forecast


def age(days: pl.Expr) -> pl.Expr:
    """The age of an address: by the days since its last sign of life, ``unknown`` where there is none."""
    spans = [pl.when(days <= most).then(pl.lit(code)) for code, most in AGES.items()]
    return pl.coalesce(*spans, pl.when(days.is_not_null()).then(pl.lit("older")), pl.lit("unknown"))


def bounce_risk(cells: pl.DataFrame, known: pl.DataFrame | None = None) -> Risk:
    """The risk of a list.

    Args:
        cells: status, reason, age, provider (text, null where there is none) and ``addresses``.
        known: the same columns with ``n``, messages whose fate is known, and ``bounces`` among them. Statuses and
            reasons must be those from before the same reports were heard: of an address that is undeliverable because
            it bounced, nothing can be learned about others.
    """
    leaves = _leaves(cells, known)
    tree = solved(_tree(leaves))
    cell = tree[-1]
    tail = (1 - LEVEL) / 2
    learned = pl.col("n").sum().over("status", "reason") > 0
    found = leaves.with_columns(
        p=pl.Series(cell.mean),
        low=pl.Series(beta_quantile(tail, cell.a, cell.b)),
        high=pl.Series(beta_quantile(1 - tail, cell.a, cell.b)),
        basis=pl.when(learned).then(pl.lit("feedback")).otherwise(pl.lit("prior")),
    )
    basis: Literal["feedback", "prior"] = "feedback" if leaves["n"].sum() else "prior"
    forecast = _forecast(tree, leaves["addresses"].to_numpy().astype(float), basis)
    listed = found.filter(pl.col("listed")).drop("listed")
    return Risk(listed.with_columns(pl.col(name).replace("", None) for name in KEYS), forecast)


def _leaves(cells: pl.DataFrame, known: pl.DataFrame | None) -> pl.DataFrame:
    """Every cell of the list or with known messages, once, sorted; ``listed`` are those of the list."""
    keys = [pl.col(name).cast(pl.String).fill_null("") for name in KEYS]
    zero = pl.lit(0, pl.Int64)
    whole = pl.col("addresses", "n", "bounces").cast(pl.Int64)
    parts = [cells.select(*keys, "addresses", n=zero, bounces=zero, listed=pl.lit(value=True)).with_columns(whole)]
    if known is not None:
        parts.append(known.select(*keys, addresses=zero, n="n", bounces="bounces", listed=False).with_columns(whole))
    every = pl.concat(parts).group_by(KEYS).agg(pl.col("addresses", "n", "bounces").sum(), pl.col("listed").any())
    return every.sort(KEYS)


def _tree(leaves: pl.DataFrame) -> list[Level]:
    """The levels from all addresses down to the cells."""
    tree = [Level(np.zeros(1, np.intp), np.zeros((2, 1)))]
    above = pl.DataFrame({"place": [0]})
    for depth in range(1, len(KEYS) + 1):
        keys, upper = list(KEYS[:depth]), list(KEYS[: depth - 1])
        nodes = leaves.select(keys).unique(maintain_order=True)
        placed = (
            nodes.join(above, on=upper, how="left", maintain_order="left") if upper else nodes.with_columns(place=0)
        )
        parent = placed["place"].to_numpy().astype(np.intp)
        figures = nodes.join(_figures(depth), on=keys, how="left", maintain_order="left")
        own = figures.select(pl.col("bounced", "delivered").fill_null(0.0)).to_numpy().T.astype(float)
        tree.append(Level(parent, own))
        above = nodes.with_row_index("place")
    counts = leaves.select(pl.col("bounces"), pl.col("n") - pl.col("bounces")).to_numpy().T.astype(float)
    tree[-1] = replace(tree[-1], own=tree[-1].own + counts)
    return tree


def _forecast(tree: list[Level], addresses: Numbers, basis: Literal["feedback", "prior"]) -> Forecast:
    """The whole list: the rates of cells vary together through the ancestors they share, which is carried up."""
    count = addresses.sum()
    if not count:
        return Forecast(0, basis=basis)
    weight = addresses / count
    mean = tree[-1].mean
    share = float(weight @ mean)
    variance = float(weight @ (mean * (1 - mean))) / count  # chance
    for depth in reversed(range(1, len(tree))):
        level = tree[depth]
        n, k, rate = level.up.sum(axis=0), level.concentration, level.mean
        variance += float(weight**2 @ (rate * (1 - rate) / (n + k + 1)))
        weight = np.bincount(level.parent, weight * k / (n + k), tree[depth - 1].up.shape[1])
    root = tree[0]
    variance += float(weight[0] ** 2 * root.mean[0] * (1 - root.mean[0]) / (root.a[0] + root.b[0] + 1))
    worth = max(share * (1 - share) / variance - 1, 1e-3)
    a, b, tail = share * worth, (1 - share) * worth, (1 - LEVEL) / 2
    lines = _facts()["lines"]
    low, high = beta_quantile([tail, 1 - tail], a, b)
    reached = 1 - beta_cdf([lines["healthy"], lines["pause"]], a, b)
    line: Literal["healthy", "review", "pause"] = (
        "healthy" if share < lines["healthy"] else "review" if share < lines["pause"] else "pause"
    )
    return Forecast(int(count), share, float(low), float(high), float(reached[0]), float(reached[1]), line, basis)


@cache
def _figures(depth: int) -> pl.DataFrame:
    """The published figures for nodes of one level: its keys, ``bounced`` and ``delivered``, as counts."""
    keys = KEYS[:depth]
    rows = [
        {**{name: entry[name] for name in keys}, "bounced": mean * strength, "delivered": (1 - mean) * strength}
        for entry in _facts()["prior"]
        if depth == sum(name in entry for name in KEYS)
        for mean, strength in [(entry["mean"], entry["strength"])]
    ]
    return pl.DataFrame(rows, schema={**dict.fromkeys(keys, pl.String), "bounced": pl.Float64, "delivered": pl.Float64})


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(files("custintel.contactability").joinpath("data/bounce_priors.toml").read_text("utf-8"))
