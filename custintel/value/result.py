"""What ``ci value`` found out, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import polars as pl

from custintel.minor_units import of_hundredths
from custintel.value.findings import doubts, findings
from custintel.value.page import VERDICTS
from custintel.value.valuation import Valuation

MEASURES = (
    "customers",
    "losing_share",
    "erased_share",
    "top_losing_share",
    "gini",
    "keep",
    "fix",
    "develop",
    "let_go",
    "expected_orders",
    "expected_money",
    "bias",
    "rank_correlation",
    "calibration_error",
)
"""What ``--fail-on`` can be about."""


def measures(made: Valuation) -> dict[str, float | None]:
    """The values that ``--fail-on`` is about; ``bias`` without its sign."""
    looked = made.forecast
    counts = dict(made.people.group_by(pl.col("keep").cast(pl.String)).len().iter_rows())
    tested = looked.trial
    return {
        "customers": float(made.people.height),
        **{name: getattr(made.whale, name) for name in ("losing_share", "erased_share", "top_losing_share", "gini")},
        **{verdict: float(counts.get(verdict, 0)) for verdict in VERDICTS},
        "expected_orders": looked.orders.value if looked.orders else None,
        "expected_money": looked.money.value if looked.money else None,
        "bias": abs(tested.bias) if tested and tested.bias is not None else None,
        "rank_correlation": tested.rank_correlation if tested else None,
        "calibration_error": looked.correction.error,
    }


def data(made: Valuation, cut: pl.DataFrame | None = None) -> dict[str, Any]:
    """One object with stable keys; money in units of the currency."""
    told = [{"code": one.code, **one.figures} for one in findings(made)]
    return {
        "command": "value",
        "as_of": made.as_of,
        "currency": made.currency,
        "basis": made.basis,
        "findings": told,
        "doubts": [{"code": one.code, **one.figures} for one in doubts(made)],
        "measures": measures(made),
        "keep": _kept(made),
        "deciles": in_units(made.deciles, "net", "money").to_dicts(),
        "whale": _whale(made),
        "parts": [_hundredths(asdict(part), "net", "margin", "acquisition", "profit") for part in made.parts],
        "model": _model(made),
        "test": _trial(made),
        "audit": _audit(made),
        "segments": None if cut is None else in_units(cut, "money").to_dicts(),
    }


def in_units(frame: pl.DataFrame, *money: str) -> pl.DataFrame:
    """``frame`` with the columns ``money`` in units instead of hundredths."""
    return frame.with_columns(of_hundredths(pl.col(name)) for name in money)


def _hundredths(row: Mapping[str, Any], *money: str) -> dict[str, Any]:
    return {name: value / 100 if name in money else value for name, value in row.items()}


def _kept(made: Valuation) -> list[dict[str, Any]]:
    grouped = made.people.group_by("keep", "keep_reason", "cost_group").agg(
        customers=pl.len(), brought=of_hundredths(pl.col(made.basis).sum())
    )
    return grouped.sort("keep", "keep_reason", "cost_group").to_dicts()


def _whale(made: Valuation) -> dict[str, Any]:
    curve = made.whale
    shares = {name: getattr(curve, name) for name in ("losing_share", "erased_share", "top_losing_share")}
    points = [{"customers": customers, "share": share} for customers, share in curve.curve]
    return {**_hundredths(asdict(curve), "total", "earned", "erased"), **shares, "curve": points}


def _model(made: Valuation) -> dict[str, Any]:
    looked = made.forecast
    return {
        "code": looked.model,
        "asked": looked.asked or None,
        "because": looked.because or None,
        "gate": {**asdict(looked.gate), "missing": list(looked.gate.missing)},
        "parameters": looked.fit.named() if looked.fit else None,
        "log_likelihood": looked.fit.log_likelihood if looked.fit else None,
        "chance": None
        if looked.chance_fit is None
        else {
            "code": looked.chance_fit.model.code,
            "days": made.asked.days,
            "parameters": looked.chance_fit.named(),
            **asdict(looked.correction),
        },
        "worth": None
        if looked.worth is None
        else {
            name: getattr(looked.worth, name)
            for name in ("method", "because", "correlation", "below_zero", "parameters")
        },
        "months": made.asked.months,
        "expected_orders": asdict(looked.orders) if looked.orders else None,
        "expected_money": asdict(looked.money) if looked.money else None,
    }


def _trial(made: Valuation) -> dict[str, Any] | None:
    found = made.forecast.trial
    if found is None:
        return None
    names = ("model", "start", "end", "customers", "expected", "real", "bias", "expected_money", "real_money")
    more = (
        "money_bias",
        "rank_correlation",
        "rank_correlation_rate",
        "total_believed",
        "money_believed",
        "order_believed",
        "believed",
    )
    groups = [dict(zip(("customers", "expected", "real"), group, strict=True)) for group in found.groups]
    return {**{name: getattr(found, name) for name in (*names, *more)}, "groups": groups}


def _audit(made: Valuation) -> dict[str, Any] | None:
    found = made.audit
    if found is None:
        return None
    two = found.two
    return {
        "period": "quarter" if found.period.every == "1q" else "month",
        "one_period": {**asdict(found.span), "times": in_units(found.times, "net", "money").to_dicts()},
        "two_periods": None
        if two is None
        else {
            "before": asdict(two.before),
            "now": asdict(two.now),
            "groups": in_units(two.groups, "net_before", "net_now", "money_before", "money_now").to_dicts(),
            "others": [amount / 100 for amount in two.others],
            **{name: list(getattr(two, name)) for name in ("customers", "orders")},
            **{name: [amount / 100 for amount in getattr(two, name)] for name in ("net", "money")},
            "split": {name: amount / 100 for name, amount in two.split.items()},
        },
        "cohort": found.cohort,
        "cohorts": in_units(found.cohorts, "net", "money").to_dicts(),
        "equal_age": in_units(found.equal_age, "money").to_dicts(),
        "over_time": in_units(found.over_time, "net", "net_new").to_dicts(),
    }
