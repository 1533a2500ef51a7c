"""What offers have done: those who got them beside those who were held out, by what they did since and before."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import polars as pl
from scipy.special import stdtr, stdtrit

from custintel.goals.taste import Floats

EARLY = 1 / 3
"""Part of a goal's days before which nothing is said."""
FEWEST = 30
"""Customers in each group, of the ticket those who bought, below which the intervals would promise too much."""
SURE = 0.05
"""Probability below which a difference is told as one, after Holm over all goals."""


@dataclass(frozen=True)
class Effect:
    """The difference between two groups, per customer (of the ticket per order), with its 95 % interval.

    Attributes:
        treated: mean of those who get offers; ``held`` of those who get nothing.
        difference: of both, corrected by what they did before; ``low`` and ``high`` are its interval, ``p`` the
            probability of such a difference by chance. All are empty when one of the groups is too small for that.
    """

    treated: float | None
    held: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None


def effect(since: pl.DataFrame, before: pl.DataFrame, holdout: pl.Series, measure: str) -> Effect:
    """The effect on one measure.

    Whoever was drawn counts, whether the message reached them or not, so that nothing but chance separates the groups.
    The difference is that of the means, each customer's value corrected by what they did in as many days before
    (Deng, Xu, Kohavi & Walker 2013, WSDM, "CUPED"); its interval is Welch's (1947, Biometrika 34, 28).

    Args:
        since: from :func:`custintel.goals.measures.measured`, of the days since the goal began.
        before: the same customers over as many days before.
        holdout: which of them get nothing.
        measure: frequency, ticket or breadth.
    """
    held = holdout.to_numpy()
    if measure == "ticket":
        now, then = _per_order(since, held), _per_order(before, held)
    else:
        column = {"frequency": "orders", "breadth": "kinds"}[measure]
        now, then = (frame[column].to_numpy().astype(float) for frame in (since, before))
    if now is None or not held.any() or held.all():
        return Effect(None, None)
    treated, kept_out = float(now[~held].mean()), float(now[held].mean())
    corrected = now if then is None else now - _slope(now, then, held) * (then - then.mean())
    one, other = corrected[~held], corrected[held]
    active = since["orders"].to_numpy() > 0 if measure == "ticket" else np.ones(len(held), dtype=bool)
    if min(active[held].sum(), active[~held].sum()) < FEWEST:
        return Effect(treated, kept_out)
    parts = one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)
    error = sqrt(sum(parts))
    if error == 0:
        return Effect(treated, kept_out)
    freedom = error**4 / (parts[0] ** 2 / (len(one) - 1) + parts[1] ** 2 / (len(other) - 1))
    difference, reach = float(one.mean() - other.mean()), float(stdtrit(freedom, 0.975)) * error
    p = 2 * float(stdtr(freedom, -abs(difference) / error))
    return Effect(treated, kept_out, difference, difference - reach, difference + reach, p)


def _per_order(frame: pl.DataFrame, held: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats | None:
    """A value per customer whose mean in each group is its money per order, and whose spread is that of the ratio.

    The linearisation of a ratio (delta method: Deng, Knoblich & Lu 2018, KDD, "Applying the Delta Method in Metric
    Analytics"); ``None`` when a group has no order.
    """
    net, orders = frame["net"].to_numpy(), frame["orders"].to_numpy().astype(float)
    made = np.empty(len(net))
    for group in (held, ~held):
        if not orders[group].sum():
            return None
        ratio = net[group].sum() / orders[group].sum()
        made[group] = ratio + (net[group] - ratio * orders[group]) / orders[group].mean()
    return made


def _slope(now: Floats, then: Floats, held: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """How much of a difference before is still there now, within the groups."""
    above = below = 0.0
    for group in (held, ~held):
        moved = then[group] - then[group].mean()
        above += float(moved @ (now[group] - now[group].mean()))
        below += float(moved @ moved)
    return above / below if below else 0.0


def verdict(found: Effect, p: float, days: int, length: int, change: float | None, seen: float | None) -> str:
    """What can be said, as a code of :data:`custintel.tables.goals.VERDICT`.

    Args:
        found: the effect.
        p: its probability by chance, corrected for all goals that are measured.
        days: measured so far.
        length: days of the whole goal.
        change: what was hoped for over those days, in the unit of the effect.
        seen: the smallest change that the groups can show in those days.
    """
    if days <= 0:
        return "not_begun"
    if days < EARLY * length:
        return "too_early"
    if found.difference is None:
        return "too_small"
    if p < SURE:
        return "better" if found.difference > 0 else "worse"
    return "too_small" if change is None or seen is None or seen > change else "no_difference"
