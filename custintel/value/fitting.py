"""Maximum likelihood of the models of repeat buying."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import minimize

from custintel.value import beta_geometric, nbd, pareto_nbd
from custintel.value.histories import Histories, Numbers

LogLikelihood = Callable[[Numbers, Histories], tuple[Numbers, Numbers]]
Prediction = Callable[[Numbers, Histories, float], Numbers]


@dataclass(frozen=True)
class Model:
    """One model of repeat buying.

    Attributes:
        code: as tables and options name it.
        names: of its parameters.
        log_likelihood: of every history, and its derivatives by the logarithms of the parameters.
        expected: purchases within so many days.
    """

    code: str
    names: tuple[str, ...]
    log_likelihood: LogLikelihood
    expected: Prediction


MODELS: Mapping[str, Model] = {
    model.code: model
    for model in (
        Model("pareto_nbd", pareto_nbd.NAMES, pareto_nbd.log_likelihood, pareto_nbd.expected),
        Model(
            "mbg_nbd",
            beta_geometric.NAMES,
            partial(beta_geometric.log_likelihood, first=1),
            partial(beta_geometric.expected, first=1),
        ),
        Model(
            "bg_nbd",
            beta_geometric.NAMES,
            partial(beta_geometric.log_likelihood, first=0),
            partial(beta_geometric.expected, first=0),
        ),
        Model("nbd", nbd.NAMES, nbd.log_likelihood, nbd.expected),
    )
}

VISIBLE = 5.99
"""Twice the gain in log-likelihood from which leaving is visible: chi squared with 2 degrees of freedom, 95 %."""

_FEW = 8_000
"""Up to this many histories all of them find the way; above, a sample of about as many does."""
_WIDEST = 14.0
"""Parameters stay within e to plus and minus this of where they start."""
_STEPS = 40
_ARRIVED = 1e-8
_NOISE = 1e-14
_STEP = 1e-4


@dataclass(frozen=True)
class Fit:
    """What was found.

    Attributes:
        model: which model.
        parameters: in the order of its names; times in days.
        log_likelihood: of all customers.
        curvature: minus the second derivatives of it by the logarithms of the parameters; of many histories, those
            of a sample.
        inside: whether it is a maximum, and not on its way to a bound without end.
    """

    model: Model
    parameters: Numbers
    log_likelihood: float
    curvature: Numbers
    inside: bool

    def named(self) -> dict[str, float]:
        """The parameters by name."""
        return dict(zip(self.model.names, self.parameters.tolist(), strict=True))

    def expected(self, of: Histories, days: float) -> Numbers:
        """Purchases expected within ``days``, one per history."""
        return self.model.expected(self.parameters, of, days)


def fit(code: str, of: Histories) -> Fit:
    """The parameters that make ``of`` most likely.

    The way is found with limited-memory BFGS, on a sample where there are many histories; from there Newton's steps
    with the curvature of that sample and the slopes of all. The result does not depend on the sample: the steps end
    where all slopes are zero.

    Args:
        code: a key of :data:`MODELS`.
        of: histories of at least one customer who bought again.
    """
    model = MODELS[code]
    some = _sample(of)
    start = _start(model, of)
    bounds = [(one - _WIDEST, one + _WIDEST) for one in start]
    total = partial(_total, model)
    found = minimize(
        lambda logs: _minus(total(logs, some)),
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"ftol": 1e-13, "gtol": 1e-7, "maxiter": 1000},
    )
    logs = np.asarray(found.x, float)
    curvature = -_second(lambda at: total(at, some)[1], logs) * of.customers
    inside = bool(np.linalg.eigvalsh(curvature).min() > 0)
    if inside:
        inverse = np.asarray(np.linalg.inv(curvature / of.customers), np.float64)
        logs, inside = _climbed(lambda at: total(at, of), logs, inverse, bounds)
    value = total(logs, of)[0] * of.customers
    return Fit(model, np.exp(logs), value, curvature, inside)


def slopes(found: Fit, of: Histories) -> Numbers:
    """Derivatives of the log-likelihood of each history by the logarithms of the parameters, shape (parameters, n)."""
    return found.model.log_likelihood(found.parameters, of)[1]


def _total(model: Model, logs: Numbers, of: Histories) -> tuple[float, Numbers]:
    """Mean log-likelihood of a customer and its slopes."""
    value, by = model.log_likelihood(np.exp(logs), of)
    return float(value @ of.n / of.customers), by @ of.n / of.customers


def _minus(of: tuple[float, Numbers]) -> tuple[float, Numbers]:
    return -of[0], -of[1]


def _start(model: Model, of: Histories) -> Numbers:
    """Logarithms to begin with: people buy at the rate seen, with a spread of 1, and stay about as long as observed."""
    rate = (of.x @ of.n + 0.5) / (of.age @ of.n + 1.0)
    age = max(float(of.age @ of.n) / of.customers, 1.0)
    spread = 0.8
    begun = {"r": spread, "alpha": spread / rate, "s": spread, "beta": age, "a": 0.8, "b": 2.5}
    logs: Numbers = np.log(np.array([begun[name] for name in model.names], float))
    return logs


def _sample(of: Histories) -> Histories:
    """Every so-many-th history of those who bought again, counted as many times, and all of those who did not."""
    step = -(-len(of) // _FEW)
    if step == 1:
        return of
    places = np.arange(len(of))
    rows = places[(of.x == 0) | (places % step == 0)]
    return of.chosen(rows, np.where(of.x[rows] == 0, of.n[rows], of.n[rows] * step))


def _second(gradient: Callable[[Numbers], Numbers], at: Numbers) -> Numbers:
    """Second derivatives by central differences of the first."""
    steps = np.eye(len(at)) * _STEP
    rows = np.stack([(gradient(at + step) - gradient(at - step)) / (2 * _STEP) for step in steps])
    found: Numbers = (rows + rows.T) / 2
    return found


def _climbed(
    total: Callable[[Numbers], tuple[float, Numbers]],
    logs: Numbers,
    inverse: Numbers,
    bounds: list[tuple[float, float]],
) -> tuple[Numbers, bool]:
    """Newton's steps, the inverse of the curvature put right by what each step shows (Broyden, Fletcher, Goldfarb,
    Shanno); whether they arrived inside the bounds.
    """
    low, high = np.array(bounds).T
    value, by = total(logs)
    for _step in range(_STEPS):
        step = inverse @ by
        while True:
            moved = np.clip(logs + step, low, high)
            reached, by_moved = total(moved)
            if reached >= value - _NOISE * abs(value) or np.abs(step).max() < _ARRIVED:
                break
            step = step / 2
        step, bend = moved - logs, by - by_moved
        logs, value, by = moved, reached, by_moved
        if np.abs(step).max() < _ARRIVED:
            break
        if (curve := float(step @ bend)) > 0:
            turn = np.eye(len(step)) - np.outer(step, bend) / curve
            inverse = turn @ inverse @ turn.T + np.outer(step, step) / curve
    return logs, bool(((logs > low + _ARRIVED) & (logs < high - _ARRIVED)).all())
