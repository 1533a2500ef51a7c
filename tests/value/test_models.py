"""The models of repeat buying: likelihoods, slopes, parameters found again, predictions."""

from __future__ import annotations

import csv
import itertools
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaln, hyp2f1

from custintel.value import beta_geometric, gamma_gamma, nbd, pareto_nbd
from custintel.value.chance import leaving
from custintel.value.fitting import MODELS, fit
from custintel.value.histories import Histories, histories

from .simulated import CDNOW, bg_nbd
from .simulated import pareto_nbd as simulated

HISTORY = st.tuples(st.integers(1, 1500), st.floats(0, 1), st.integers(0, 60))
POSITIVE = st.floats(-3, 2)


def one(age: int, part: float, x: int) -> Histories:
    """One customer: bought ``x`` times more, the last after ``part`` of ``age``."""
    last = max(int(part * age), min(x, age))
    x = min(x, last)
    return histories(np.array([x]), np.array([last if x else 0]), np.array([age]))


def by_quadrature(parameters: tuple[float, ...], x: float, t_x: float, age: float) -> tuple[float, float]:
    """Log-likelihood and probability of still being there, by adaptive quadrature of the definition."""
    r, alpha, s, beta = parameters
    stayed = (r + x) * np.log((alpha + t_x) / (alpha + age)) + s * np.log((beta + t_x) / (beta + age))

    def density(t: float) -> float:
        return float(
            np.exp((r + x) * np.log((alpha + t_x) / (alpha + t)) + s * np.log((beta + t_x) / (beta + t))) / (beta + t)
        )

    edges = t_x + (age - t_x) * np.concatenate([[0], np.logspace(-8, 0, 25)])
    left = sum(quad(density, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in itertools.pairwise(edges))
    both = np.exp(stayed) + s * left
    outside = gammaln(r + x) - gammaln(r) + r * np.log(alpha / (alpha + t_x)) - x * np.log(alpha + t_x)
    return float(outside + s * np.log(beta / (beta + t_x)) + np.log(both)), float(np.exp(stayed) / both)


@settings(max_examples=60, deadline=None)
@given(HISTORY, POSITIVE, st.floats(0, 6), POSITIVE, st.floats(-1, 6))
def test_pareto_nbd_is_the_integral_it_is_defined_by(
    history: Any, r: float, alpha: float, s: float, beta: float
) -> None:
    parameters = tuple(float(np.exp(logarithm)) for logarithm in (r, alpha, s, beta))
    of = one(*history)
    value, there = by_quadrature(parameters, of.x[0], of.t_x[0], of.age[0])
    assert pareto_nbd.log_likelihood(np.array(parameters), of)[0][0] == pytest.approx(value, rel=1e-9, abs=1e-9)
    assert pareto_nbd.still_there(np.array(parameters), of)[0] == pytest.approx(there, rel=1e-8, abs=1e-14)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(MODELS)), HISTORY, st.lists(POSITIVE, min_size=4, max_size=4), st.floats(1, 6))
def test_slopes_are_those_of_the_log_likelihood(code: str, history: Any, logs: list[float], scale: float) -> None:
    model, of = MODELS[code], one(*history)
    at = np.array(logs[: len(model.names)])
    at[[place for place, name in enumerate(model.names) if name in ("alpha", "beta")]] += scale
    _value, slopes = model.log_likelihood(np.exp(at), of)
    for place in range(len(at)):
        step = np.eye(len(at))[place] * 1e-5
        up, down = (model.log_likelihood(np.exp(at + sign * step), of)[0][0] for sign in (1, -1))
        assert slopes[place, 0] == pytest.approx((up - down) / 2e-5, rel=2e-4, abs=2e-4)


@settings(max_examples=60, deadline=None)
@given(HISTORY, st.sampled_from([0, 1]), st.floats(1, 400))
def test_bg_and_mbg_expect_what_the_published_formula_says(history: Any, first: int, days: float) -> None:
    of = one(*history)
    r, alpha, a, b = 0.5, 40.0, 0.7, 2.5
    x, t_x, age = of.x[0], of.t_x[0], of.age[0]
    k = x + first
    left = a / (b + k - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x) if k else 0.0
    turned = hyp2f1(r + x, b + k, a + b + k - 1, days / (alpha + age + days))
    kept = ((alpha + age) / (alpha + age + days)) ** (r + x) * turned
    wanted = (a + b + k - 1) / (a - 1) * (1 - kept) / (1 + left)
    found = beta_geometric.expected(np.array([r, alpha, a, b]), of, days, first=first)[0]
    assert found == pytest.approx(wanted, rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("a", [0.4, 1.03, 3.0])
def test_bg_expects_something_where_all_buy_at_one_rate_and_the_hypergeometric_function_fails(a: float) -> None:
    """r and alpha without end, a rate of .1 a day: (1 - e^(-.1 p t)) / p over beta(a, b + k)."""
    of, (b, days) = one(60, 0.5, 2), (0.26, 90.0)
    found = beta_geometric.expected(np.array([1e6, 1e7, a, b]), of, days, first=1)[0]
    there = 1 / (1 + a / (b + 2) * np.exp(0.1 * (60 - of.t_x[0])))

    def density(p: float) -> float:
        return float((1 - np.exp(-0.1 * p * days)) / p * p ** (a - 1) * (1 - p) ** (b + 3 - 1))

    mean = quad(density, 0, 1)[0] / quad(lambda p: p ** (a - 1) * (1 - p) ** (b + 3 - 1), 0, 1)[0]
    assert found == pytest.approx(mean * there, rel=5e-3)


@pytest.mark.parametrize("a", [1e3, 1e4, 1e6])
def test_bg_expects_what_a_probability_all_share_gives_where_all_share_one(a: float) -> None:
    """Customers who all leave with probability p buy (1 - ((alpha+T)/(alpha+T+pt))^(r+x)) / p more while there."""
    of, p = one(200, 0.5, 3), 0.25
    parameters = np.array([0.5, 30.0, a, a * (1 - p) / p])
    there = 1 / (1 + p / (1 - p) * ((30 + 200) / (30 + of.t_x[0])) ** 3.5)
    wanted = (1 - ((30 + 200) / (30 + 200 + p * 365)) ** 3.5) / p * there
    assert beta_geometric.expected(parameters, of, 365, first=0)[0] == pytest.approx(wanted, rel=20 / a)


@pytest.mark.parametrize("a", [1.0, 1 - 1e-7, 1 + 1e-6])
def test_a_probability_parameter_of_one_has_no_hole(a: float) -> None:
    of = one(300, 0.8, 5)
    near = [beta_geometric.expected(np.array([0.5, 40, one_, 2.5]), of, 90, first=0)[0] for one_ in (0.999, 1.001)]
    found = beta_geometric.expected(np.array([0.5, 40, a, 2.5]), of, 90, first=0)[0]
    assert min(near) < found < max(near)


def test_a_leaving_parameter_of_one_has_no_hole() -> None:
    of = one(300, 0.8, 5)
    low, at, high = (pareto_nbd.expected(np.array([0.5, 40, s, 60]), of, 90)[0] for s in (1 - 1e-5, 1.0, 1 + 1e-5))
    assert at == pytest.approx((low + high) / 2, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(HISTORY, POSITIVE, st.floats(0, 6), POSITIVE, st.floats(-1, 6))
def test_a_purchase_is_never_more_likely_than_purchases_are_expected(
    history: Any, r: float, alpha: float, s: float, beta: float
) -> None:
    parameters, of = np.exp(np.array([r, alpha, s, beta])), one(*history)
    soon, later = (pareto_nbd.buys(parameters, of, days)[0] for days in (30, 90))
    assert 0 <= soon <= later <= min(1, pareto_nbd.expected(parameters, of, 90)[0] * (1 + 1e-9))


def test_nobody_leaving_is_the_nbd() -> None:
    of = one(300, 0.8, 5)
    there = np.array([0.7, 50.0, 1e-12, 60.0])
    assert pareto_nbd.still_there(there, of)[0] == pytest.approx(1)
    assert pareto_nbd.expected(there, of, 90)[0] == pytest.approx(nbd.expected(there[:2], of, 90)[0])
    assert pareto_nbd.buys(there, of, 90)[0] == pytest.approx(nbd.buys(there[:2], of, 90)[0])


def test_customers_with_one_history_are_counted_and_found_again() -> None:
    x, last, age = np.array([0, 2, 0, 2, 1]), np.array([0, 9, 0, 9, 4]), np.array([30, 20, 30, 20, 9])
    found = histories(x, last, age)
    assert (len(found), found.customers) == (3, 5)
    assert (found.x[found.row] == x).all()
    assert (found.t_x[found.row] == last).all()
    assert (found.age[found.row] == age).all()
    assert found.n[found.row].tolist() == [2, 2, 2, 2, 1]


def test_pareto_nbd_finds_the_parameters_of_cdnow_again_in_customers_made_from_them() -> None:
    of, later = simulated(20_000, CDNOW["pareto_nbd"], more=90)
    found = fit("pareto_nbd", of)
    assert found.inside
    spread = np.sqrt(np.diag(np.linalg.inv(found.curvature)))
    assert (np.abs(np.log(found.parameters) - np.log(CDNOW["pareto_nbd"])) < 3.5 * spread).all()
    truth = pareto_nbd.log_likelihood(np.array(CDNOW["pareto_nbd"]), of)[0] @ of.n
    assert truth <= found.log_likelihood < truth + 12
    assert found.expected(of, 90) @ of.n == pytest.approx(later.sum(), rel=0.05)
    said = pareto_nbd.buys(found.parameters, of, 90)[of.row]
    assert said.mean() == pytest.approx((later > 0).mean(), rel=0.06)


@pytest.mark.parametrize(("code", "first"), [("bg_nbd", 0), ("mbg_nbd", 1)])
def test_bg_and_mbg_find_the_parameters_of_cdnow_again_in_customers_made_from_them(code: str, first: int) -> None:
    of = bg_nbd(8_000, CDNOW["bg_nbd"], first=first)
    found = fit(code, of)
    spread = np.sqrt(np.diag(np.linalg.inv(found.curvature)))
    assert found.inside
    assert (np.abs(np.log(found.parameters) - np.log(CDNOW["bg_nbd"])) < 3.5 * spread).all()


def test_a_fit_does_not_depend_on_the_sample_that_finds_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    of, _later = simulated(6_000, CDNOW["pareto_nbd"])
    whole = fit("pareto_nbd", of)
    monkeypatch.setattr("custintel.value.fitting._FEW", 500)
    assert fit("pareto_nbd", of).parameters == pytest.approx(whole.parameters, rel=1e-5)


def test_no_churn_is_seen_where_nobody_leaves_and_is_seen_where_somebody_does() -> None:
    r, alpha, *_leaving = CDNOW["pareto_nbd"]
    staying, _later = simulated(3_000, (r, alpha, 1e-9, 1e9))
    assert leaving(fit("pareto_nbd", staying), staying).model.code == "nbd"
    going, _later = simulated(3_000, CDNOW["pareto_nbd"])
    assert leaving(fit("pareto_nbd", going), going).model.code == "pareto_nbd"


def test_the_order_of_customers_changes_nothing() -> None:
    rng = np.random.default_rng(5)
    age = rng.integers(30, 400, 300)
    last = (age * rng.random(300)).astype(int)
    x = np.minimum(rng.poisson(1, 300), last)
    last = np.where(x > 0, last, 0)
    mixed = rng.permutation(300)
    one_, other = histories(x, last, age), histories(x[mixed], last[mixed], age[mixed])
    assert (fit("pareto_nbd", one_).parameters == fit("pareto_nbd", other).parameters).all()


def test_gamma_gamma_finds_its_parameters_again() -> None:
    rng = np.random.default_rng(2)
    p, q, v = 6.25, 3.74, 15.44
    n = rng.integers(1, 8, 20_000).astype(float)
    mean = rng.gamma(p * n, 1 / (rng.gamma(q, 1 / v, len(n)) * n))
    found = gamma_gamma.fit(n, mean)
    assert found is not None
    assert (found.p, found.q, found.v) == pytest.approx((p, q, v), rel=0.08)
    truth = gamma_gamma.log_likelihood(np.array([p, q, v]), n, mean)[0].sum()
    assert truth <= found.log_likelihood < truth + 8
    worth, variance = found.worth(n, mean)
    assert worth.mean() == pytest.approx(v * p / (q - 1), rel=0.03)
    assert (variance > 0).all()


def test_money_in_another_unit_gives_the_same_worth_in_that_unit() -> None:
    rng = np.random.default_rng(3)
    n, mean = rng.integers(1, 6, 500).astype(float), rng.gamma(3, 20, 500)
    pesos, dollars = gamma_gamma.fit(n, mean * 4_000), gamma_gamma.fit(n, mean)
    assert pesos is not None
    assert dollars is not None
    assert pesos.worth(n, mean * 4_000)[0] == pytest.approx(4_000 * dollars.worth(n, mean)[0], rel=1e-6)


def cdnow() -> Path | None:
    """The CDNOW sample, which is not ours to give away: the file of that name in the source of the package lifetimes
    (cdnow_customers_summary_with_transactions.csv), where CDNOW_SAMPLE says it is.
    """
    place = os.environ.get("CDNOW_SAMPLE")
    return Path(place) if place else None


@pytest.mark.skipif(cdnow() is None, reason="CDNOW_SAMPLE does not say where the sample is")
def test_the_published_parameters_of_cdnow_come_out_to_three_figures() -> None:
    path = cdnow()
    assert path is not None
    rows = list(csv.DictReader(path.read_text().splitlines()))
    x = np.array([int(row["x"]) for row in rows])
    last, age = (np.rint([7 * float(row[name]) for row in rows]).astype(int) for name in ("t_x", "T"))
    of = histories(x, last, age)
    weeks = x.sum() * np.log(7)
    bg, pareto = fit("bg_nbd", of), fit("pareto_nbd", of)
    assert bg.parameters / [1, 7, 1, 1] == pytest.approx([0.243, 4.414, 0.793, 2.426], rel=2e-3)
    assert bg.log_likelihood + weeks == pytest.approx(-9582.4, abs=0.06)
    assert pareto.parameters / [1, 7, 1, 7] == pytest.approx([0.553, 10.58, 0.606, 11.67], rel=1e-3)
    assert pareto.log_likelihood + weeks == pytest.approx(-9594.97, abs=0.02)
    again = x > 0
    found = gamma_gamma.fit(x[again].astype(float), np.array([float(row["zbar"]) for row in rows])[again])
    assert found is not None
    assert (found.p, found.q, found.v) == pytest.approx((6.25, 3.74, 15.44), rel=2e-3)
