"""What ``ci goals`` found out, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import polars as pl

from custintel.goals.findings import findings
from custintel.goals.plan import Plan

NAMES = ("offers", "goals", "goals_reached", "goals_that_work", "goals_that_harm", "value")


def measures(made: Plan) -> dict[str, float | None]:
    """The values that ``--fail-on`` is about."""
    goals = made.goals
    verdicts = goals["verdict"].cast(pl.String)
    return {
        "offers": float(made.offers.height),
        "goals": float(goals.height),
        "goals_reached": float(goals.filter(pl.col("gap") <= 0).height),
        "goals_that_work": float((verdicts == "better").sum()),
        "goals_that_harm": float((verdicts == "worse").sum()),
        "value": None if goals["value"].null_count() == goals.height else float(goals["value"].max()),  # type: ignore[arg-type]
    }


def data(made: Plan) -> dict[str, Any]:
    """One object with stable keys."""
    base = made.base
    by_kind = made.offers.group_by("kind").agg(
        offers=pl.len(), customers=pl.col("customer_id").n_unique(), held_out=pl.col("holdout").sum()
    )
    return {
        "command": "goals",
        "as_of": base.as_of,
        "currency": base.sold.currency,
        "customers": base.diary.customers.len(),
        "breadth_counts": base.diary.kind,
        "findings": [{"code": one.code, **one.figures} for one in findings(made)],
        "goals": made.goals.to_dicts(),
        "offers": by_kind.sort("kind").to_dicts(),
        "check": asdict(made.checked) if made.checked else None,
        "pair_rules": made.rules,
        "thresholds": [
            {"segment": name, "pays": found.pays, **asdict(found)} for name, found in made.thresholds.items()
        ],
        "discounts": base.earnings.by_segment.to_dicts(),
        "discount_of_all": base.earnings.whole.to_dicts() if base.earnings.counted else [],
        "not_offered": list(made.losing),
        "left_out": made.left_out,
        "not_contactable": made.silent,
    }
