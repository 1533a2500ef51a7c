"""What goals and offers mean, as codes with the figures that the sentences name. Money is units of the currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from math import ceil
from typing import Any

import polars as pl

from custintel.findings import Finding
from custintel.goals.effect import EARLY
from custintel.goals.plan import Plan
from custintel.goals.targets import FEWEST
from custintel.goals.taste import WINDOW

_NAMED = 5
"""Articles named in a sentence."""


def findings(made: Plan) -> list[Finding]:
    """Everything worth saying, what has happened first."""
    return [*_progress(made), *_goals(made), *_offers(made), *_thresholds(made), *_doubts(made)]


def _progress(made: Plan) -> Iterator[Finding]:
    """What offers have done so far."""
    early = []
    for row in made.goals.iter_rows(named=True):
        told = {"measure": row["measure"], "segment": row["segment"]}
        if row["verdict"] in ("better", "worse"):
            signs = 1 if row["verdict"] == "better" else -1
            low, high = sorted(signs * row[f"effect_{end}"] for end in ("low", "high"))
            figures = {"effect": signs * row["effect"], "low": low, "high": high, "days": row["days_measured"]}
            yield Finding(row["verdict"], {**told, **figures})
        elif row["verdict"] in ("no_difference", "too_small"):
            yield Finding(row["verdict"], {**told, "days": row["days_measured"]})
        elif row["verdict"] == "too_early":
            early.append(row["from"] + dt.timedelta(days=ceil(EARLY * ((row["to"] - row["from"]).days + 1)) - 1))
        if row["days_measured"] and row["gap"] is not None and row["gap"] <= 0:
            yield Finding("reached", {**told, "now": row["now"], "target": row["target"]})
    if early:
        yield Finding("too_early", {"goals": len(early), "day": max(early)})
    if made.goals.height and (made.goals["to"] <= made.base.as_of).all():
        yield Finding("over", {})
    gone = made.goals.filter(pl.col("segment").is_not_null() & pl.col("segment_id").is_null()).height
    if gone:
        yield Finding("segments_gone", {"goals": gone})
    drawn = made.drawn_otherwise
    if drawn.height:
        shares = {"drawn": drawn["holdout"].mean(), "wanted": made.wanted}
        yield Finding("drawn_otherwise", {"goals": drawn["goal"].n_unique(), **shares})


def _goals(made: Plan) -> Iterator[Finding]:
    """What goals are worth, and whether that can be shown."""
    if not made.goals.height:
        yield Finding("no_room", {"fewest": FEWEST})
        return
    if not made.base.earnings.counted:
        yield Finding("no_value", {})
    elif not made.base.earnings.goods_counted:
        yield Finding("no_goods", {})
    names = ("measure", "segment", "baseline", "target", "p_buy", "n")
    valued = made.goals.filter(pl.col("value").is_not_null()).sort("value", "goal", descending=[True, False])
    for row in valued.head(1).iter_rows(named=True):
        if row["value"] > 0:
            yield Finding("worth_most", {**{name: row[name] for name in names}, "value": float(row["value"])})
    for row in valued.filter(pl.col("value") < 0).iter_rows(named=True):
        yield Finding("not_worth", {**{name: row[name] for name in names[:4]}, "loss": -float(row["value"])})
    short = made.goals.filter(
        pl.col("control_needed").is_null() | (pl.col("control_needed") > pl.col("holdout"))
    ).height
    share = int(made.goals["holdout"].sum()) / max(int(made.goals["n"].sum()), 1)
    if share > 0:
        figures = {"one_in": round(1 / share), "goals": made.goals.height}
        if short:
            yield Finding("cannot_be_measured", {**figures, "short": short})
        else:
            yield Finding("can_be_measured", {**figures, "enough": made.goals.height})


def _offers(made: Plan) -> Iterator[Finding]:
    """What there is to offer, and how well it foretells."""
    people = made.offers.group_by("kind").agg(n=pl.col("customer_id").n_unique())
    customers = dict(people.with_columns(pl.col("kind").cast(pl.String)).iter_rows())
    checked = made.checked
    if not made.base.diary.lines.height:
        yield Finding("no_articles", {})
    elif checked is None:
        yield Finding("new_untested", {"days": WINDOW})
    else:
        figures = {"customers": checked.customers, "hits": checked.hits, "popular": checked.popular_hits}
        if checked.better:
            shares = {"share": checked.hits / checked.customers, "since": checked.since}
            shares["popular_share"] = checked.popular_hits / checked.customers
            yield Finding("new_by_taste", {**figures, **shares})
        else:
            yield Finding("new_by_sales", figures)
    if customers.get("replenish"):
        yield Finding("due", {"customers": customers["replenish"]})
    if customers.get("win_back"):
        yield Finding("late", {"customers": customers["win_back"]})
    if made.losing:
        names = made.base.diary.lines.filter(pl.col("article").is_in(list(made.losing)))
        named = names.select(pl.coalesce("name", "article")).unique().to_series().sort().to_list() or list(made.losing)
        more = "..." if len(named) > _NAMED else ""
        yield Finding("losing", {"articles": ", ".join(named[:_NAMED]) + more})
    if made.left_out:
        yield Finding("left_out", {"offers": made.left_out})


def _thresholds(made: Plan) -> Iterator[Finding]:
    """From which amount shipping can be free: for the segments where it pays, and for everybody where it does not."""
    paying = {name: found for name, found in made.thresholds.items() if found.pays and name in made.base.parts}
    everybody = made.thresholds.get(None)
    for segment, found in (paying or ({None: everybody} if everybody else {})).items():
        figures: dict[str, Any] = {"amount": found.amount, "segment": segment}
        if found.needed is None or found.left is None:
            continue
        if found.left < 0 or found.gain is None or found.gain <= 0:
            yield Finding("threshold_loses", figures)
        else:
            days = _days(made, segment)
            code = "threshold_pays" if found.pays else "threshold_does_not_pay"
            if found.needed > 1:
                yield Finding("threshold_never_pays", {**figures, **days, "given": found.given, "near": found.near})
                continue
            figures = {**figures, **days, "given": found.given, "needed": found.needed, "near": found.near}
            yield Finding(code, figures)


def _days(made: Plan, segment: str | None) -> dict[str, dt.date]:
    """First and last day of the orders that the threshold of a segment was worked out from."""
    customers = made.base.diary.customers if segment is None else made.base.parts[segment].customers
    days = made.base.visible.filter(pl.col("customer_id").is_in(customers.implode()))["day"]
    return {"since": days.min(), "until": days.max()}  # type: ignore[dict-item]


def _doubts(made: Plan) -> Iterator[Finding]:
    """What to keep in mind, and what would make it better."""
    if made.silent is None:
        yield Finding("reach_unknown", {})
    elif made.silent:
        yield Finding("silent", {"customers": made.silent})
    if None in made.base.parts:
        yield Finding("no_segments", {})
    if not made.base.tables.value["p_buy"].count():
        yield Finding("by_rhythm", {})
    if made.base.sold.unknown:
        yield Finding("strangers", {"orders": made.base.sold.unknown})
    if made.base.sold.foreign:
        yield Finding("foreign", {"orders": made.base.sold.foreign})
