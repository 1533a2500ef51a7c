"""What ``ci kpis`` found out, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from custintel.kpis.definitions import BY_CODE
from custintel.kpis.findings import findings
from custintel.kpis.survey import Survey
from custintel.remarks import Remark


def measures(made: Survey) -> dict[str, float | None]:
    """The values that ``--fail-on`` is about: every number of the whole."""
    whole = made.numbers.filter(pl.col("cut") == "all")
    return {**dict.fromkeys(BY_CODE), **dict(whole.select("kpi", "value").iter_rows())}


def data(made: Survey, by: Sequence[str], remarks: Sequence[Remark]) -> dict[str, Any]:
    """One object with stable keys."""
    shown = made.numbers.filter(pl.col("cut").cast(pl.String).is_in(["all", *by]))
    called_ = made.confirmation
    return {
        "command": "kpis",
        "currency": made.costs.currency,
        "basis": made.basis,
        "revenue_basis": made.costs.revenue_basis,
        "from": made.period.start,
        "to": made.period.end,
        "findings": [{"code": one.code, **one.figures} for one in findings(made)],
        "formulas": {kpi.code: kpi.formula for kpi in BY_CODE.values() if kpi.numerator},
        "numbers": shown.select(
            "cut", "group", "kpi", "unit", "numerator", "denominator", "value", "low", "high", "provisional"
        ).to_dicts(),
        "costs": made.ledger.accounts.to_dicts(),
        "claims": made.claims.to_dicts(),
        "calls": None
        if called_ is None
        else {**{k: v for k, v in asdict(called_).items() if k != "groups"}, "groups": called_.groups.to_dicts()},
        "payback": made.payback.months.to_dicts(),
        "channels_beside_the_rest": [asdict(one) for one in made.rests],
        "previous": asdict(made.previous) if made.previous else None,
        "changes": [asdict(one) for one in made.changes],
        "visits": None
        if made.visits is None
        else {
            "from": made.visits.start,
            "to": made.visits.end,
            "web_orders": made.visits.orders.height,
            "seen": made.visits.seen,
        },
        "warnings": [{"code": one.code, "line": one.line, **one.details} for one in remarks],
    }
