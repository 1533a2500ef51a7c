"""The probability that a person buys within so many days: Pareto/NBD, put right by what happened the last time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import expit, logit

from custintel.value import nbd, pareto_nbd
from custintel.value.days import bought_between, buyers, histories_of
from custintel.value.fitting import VISIBLE, Fit, fit
from custintel.value.histories import Histories, Numbers

FEWEST = 30
"""Fewer people who bought, or who did not, say nothing about how probabilities are off."""
BINS = 10

_TINY = 1e-9
_STEPS = 50


@dataclass(frozen=True)
class Correction:
    """Logit of the true probability = ``level`` + ``slope`` x logit of the model's (Platt 1999, with a logit inside).

    Attributes:
        level, slope: 0 and 1 change nothing.
        learned_from, learned_until: the window it was learned from; ``None`` where there was none.
        error: mean difference of probability and share who bought over ten groups of equal size, weighted, in the last
            window: with the correction learned from the window before where there is one (``honest``), else with the
            one learned from that window itself. ``None`` where nothing could be compared.
        raw_error: the same without a correction.
        honest: whether the window the error is of was not learned from.
    """

    level: float = 0.0
    slope: float = 1.0
    learned_from: dt.date | None = None
    learned_until: dt.date | None = None
    error: float | None = None
    raw_error: float | None = None
    honest: bool = False

    def put_right(self, probability: Numbers) -> Numbers:
        """Probabilities after the correction."""
        found: Numbers = expit(self.level + self.slope * logit(np.clip(probability, _TINY, 1 - _TINY)))
        return found


@dataclass(frozen=True)
class _Window:
    """What a model fitted up to a day said of the days after, and who bought."""

    said: Numbers
    bought: Numbers
    start: dt.date
    end: dt.date


def leaving(found: Fit, of: Histories) -> Fit:
    """``found`` if it sees people leave, else the NBD, in which nobody does."""
    still = fit("nbd", of)
    return found if 2 * (found.log_likelihood - still.log_likelihood) >= VISIBLE else still


def probability(found: Fit, of: Histories, days: float) -> Numbers:
    """The probability of a purchase within ``days``, before any correction, of every history."""
    kernel = nbd.buys if found.model.code == "nbd" else pareto_nbd.buys
    return kernel(found.parameters, of, days)


def correction(days: pl.DataFrame, as_of: dt.date, horizon: int) -> Correction:
    """Learn from the last ``horizon`` days what the model says too high or too low.

    Args:
        days: :func:`custintel.value.days.person_days`.
        as_of: the end of the data.
        horizon: the days within which purchases are asked for.
    """
    last = _window(days, as_of - dt.timedelta(days=horizon), as_of)
    if last is None:
        return Correction()
    before = _window(days, last.start - dt.timedelta(days=horizon), last.start)
    level, slope = _learned(last)
    tested = Correction(*_learned(before)) if before else Correction(level, slope)
    return Correction(
        level,
        slope,
        last.start,
        last.end,
        error=calibration_error(tested.put_right(last.said), last.bought),
        raw_error=calibration_error(last.said, last.bought),
        honest=before is not None,
    )


def _window(days: pl.DataFrame, start: dt.date, end: dt.date) -> _Window | None:
    """The window from ``start`` to ``end``, if the days before are enough to learn from and it has both outcomes."""
    people = buyers(days, start)
    if not people.height or not people["x"].max():
        return None
    bought = bought_between(people, days, start, end) > 0
    if min(bought.sum(), (~bought).sum()) < FEWEST:
        return None
    of = histories_of(people)
    found = leaving(fit("pareto_nbd", of), of)
    said = probability(found, of, (end - start).days)[of.row]
    return _Window(said, bought.astype(float), start, end)


def _learned(window: _Window) -> tuple[float, float]:
    """Level and slope by maximum likelihood (Newton); a slope that is not above 0 would turn the order round, so then
    only the level is learned.
    """
    at = logit(np.clip(window.said, _TINY, 1 - _TINY))
    level, slope = _newton(np.stack([np.ones_like(at), at]), np.zeros_like(at), window.bought, [0.0, 1.0])
    if slope > 0:
        return level, slope
    (level,) = _newton(np.ones((1, len(at))), at, window.bought, [0.0])
    return level, 1.0


def _newton(columns: Numbers, offset: Numbers, bought: Numbers, begun: list[float]) -> list[float]:
    """Logistic regression of ``bought`` on ``columns``, a tiny pull towards ``begun`` keeping it finite."""
    start = np.array(begun)
    found, pull = start, np.eye(len(begun)) * 1e-6 * len(bought)
    for _step in range(_STEPS):
        said = expit(found @ columns + offset)
        by = columns @ (bought - said) - pull @ (found - start)
        curvature = (columns * (said * (1 - said))) @ columns.T + pull
        step = np.linalg.solve(curvature, by)
        step = np.clip(step, -2, 2)
        found = found + step
        if np.abs(step).max() < 1e-10:
            break
    return [float(one) for one in found]


def calibration_error(said: Numbers, bought: Numbers) -> float:
    """Mean difference between the probability said and the share who bought, over ten groups from the least to the most
    likely, weighted by people. People of one probability stay together.
    """
    distinct, place = np.unique(said, return_inverse=True)
    counts = np.bincount(place)
    middle = np.cumsum(counts) - counts / 2
    group = np.minimum((middle / counts.sum() * BINS).astype(int), BINS - 1)
    people = np.bincount(group, weights=counts, minlength=BINS)
    told = np.bincount(group, weights=distinct * counts, minlength=BINS)
    happened = np.bincount(group, weights=np.bincount(place, weights=bought), minlength=BINS)
    return float(np.abs(told - happened).sum() / people.sum())
