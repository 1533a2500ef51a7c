"""Whether there is enough to fit a model of repeat buying to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

BUYERS = 500
SPAN = 180
FRESH = 30
THRICE = 1


@dataclass(frozen=True)
class Gate:
    """What was asked for and what there is.

    Attributes:
        buyers: people with a purchase; :data:`BUYERS` are needed.
        span: days from the first purchase of anybody to the end; :data:`SPAN` are needed.
        since: days since the last purchase of anybody, at most :data:`FRESH`; ``None`` without any.
        again: people who bought on two days or more; without any no model can be fitted at all.
        thrice: people who bought on three days or more; :data:`THRICE` are needed.
    """

    buyers: int
    span: int
    since: int | None
    again: int
    thrice: int

    @property
    def missing(self) -> tuple[str, ...]:
        """What there is too little of, as codes."""
        wanted = {
            "buyers": self.buyers >= BUYERS,
            "span": self.span >= SPAN,
            "since": self.since is not None and self.since <= FRESH,
            "thrice": self.thrice >= THRICE,
        }
        return tuple(code for code, enough in wanted.items() if not enough)

    @property
    def passed(self) -> bool:
        """Whether a model is fitted without being asked for by name."""
        return not self.missing

    @property
    def possible(self) -> bool:
        """Whether a model can be fitted at all."""
        return self.again > 0 and self.span > 0


def gate(people: pl.DataFrame, as_of: dt.date | None) -> Gate:
    """Look at what there is.

    Args:
        people: :func:`custintel.value.days.buyers`.
        as_of: the end of the observation.
    """
    if not people.height or as_of is None:
        return Gate(0, 0, None, 0, 0)
    since = people.select((pl.col("age") - pl.col("t_x")).min()).item()
    counts = people.select(again=(pl.col("x") >= 1).sum(), thrice=(pl.col("x") >= 2).sum()).row(0)
    return Gate(people.height, int(people["age"].max()), int(since), *map(int, counts))  # type: ignore[arg-type]
