"""Goals as rows: where each segment began, where it is, what the goal is worth, and what its offers have done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

import numpy as np
import polars as pl

from custintel.goals.diary import Diary
from custintel.goals.earnings import Earnings, one_more
from custintel.goals.effect import EARLY, Effect, effect, verdict
from custintel.goals.holdout import held_out, needed, visible
from custintel.goals.measures import YEAR, of_measure, quantile
from custintel.goals.targets import Goal, Group
from custintel.proportions import holm
from custintel.tables.goals import GOAL_PEOPLE, GOALS
from custintel.tables.records import MONEY

_MONEY = ("unit_margin", "offer_cost", "value")


def draw(
    goals: Sequence[Goal], parts: Mapping[str | None, Group], people: pl.DataFrame, as_of: dt.date
) -> pl.DataFrame:
    """The table goal_people with the goals that are new: everybody in their segment today, held out or not.

    Goals that have not begun take the share that their file says now: by the same hash, so that a larger one only adds
    people. In goals that have begun nobody is drawn again.

    Args:
        goals: all of them.
        parts: the segments by name.
        people: the table as it was.
        as_of: the last day of the data.
    """
    known = set(people["goal"].unique())
    waiting = {goal.name: goal for goal in goals if goal.start > as_of}
    ahead = pl.col("goal").is_in(list(waiting)) & (pl.col("drawn_on") <= as_of)
    found = [people.filter(~ahead)]
    for (name,), drawn in people.filter(ahead).group_by("goal", maintain_order=True):
        goal = waiting[str(name)]
        found.append(drawn.with_columns(held_out(drawn["customer_id"], goal.name, goal.holdout)))
    for goal in goals:
        if goal.name not in known and goal.segment in parts:
            ids = parts[goal.segment].customers
            made = pl.DataFrame({"customer_id": ids, "holdout": held_out(ids, goal.name, goal.holdout)})
            made = made.with_columns(pl.lit(goal.name).alias("goal"), pl.lit(as_of).alias("drawn_on"))
            found.append(made.select(pl.col(name).cast(dtype) for name, dtype in GOAL_PEOPLE.schema.items()))
    return pl.concat(found).sort(GOAL_PEOPLE.key)


def drawn_otherwise(goals: Sequence[Goal], people: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Rows of goal_people of the goals that go on and were drawn by another share than their file says now."""
    found = [people.clear()]
    for goal in goals:
        drawn = people.filter(pl.col("goal") == goal.name)
        if goal.start <= as_of < goal.end and drawn.height:
            now = held_out(drawn["customer_id"], goal.name, goal.holdout)
            found.append(drawn if (now != drawn["holdout"]).any() else drawn.clear())
    return pl.concat(found)


def rows(
    goals: Sequence[Goal],
    parts: Mapping[str | None, Group],
    people: pl.DataFrame,
    diary: Diary,
    earnings: Earnings,
    visible_orders: pl.DataFrame,
    chances: pl.DataFrame,
    as_of: dt.date,
    currency: str,
) -> pl.DataFrame:
    """The table goals.

    Args:
        goals: all of them, once each.
        parts: the segments by name.
        people: from :func:`draw`.
        diary: what everybody did.
        earnings: what the ledger says.
        visible_orders: order_id and total, as customers paid it.
        chances: customer_id and p_buy; empty where no model says it.
        as_of: the last day of the data.
        currency: of the money.
    """
    found = []
    for goal in goals:
        drawn = people.filter(pl.col("goal") == goal.name).sort("customer_id")
        left = earnings.by_segment if goal.segment is not None else earnings.whole
        if goal.segment is not None:
            left = left.filter(pl.col("segment") == goal.segment)
        rates = earnings.rates(goal.segment, visible_orders)
        found.append(
            {
                **dict.fromkeys(GOALS.schema.names()),
                "goal": goal.name,
                "segment": goal.segment,
                "segment_id": parts[goal.segment].place if goal.segment in parts else None,
                "measure": goal.measure,
                "from": goal.start,
                "to": goal.end,
                "basis": goal.basis,
                "target": goal.target,
                "currency": currency,
                "offer_cost": goal.offer_cost,
                **_of_people(goal, drawn, diary, as_of),
                **_worth(goal, drawn, diary, chances, left, rates[0] if rates else None),
            }
        )
    for row in found:
        change = row["target"] - row["baseline"] if row["baseline"] is not None else None
        if change is not None and row["unit_margin"] is not None:
            row["value"] = row["n"] * (row["p_buy"] * change * row["unit_margin"] - row["offer_cost"])
    _verdicts(found)
    frame = pl.DataFrame(found, schema_overrides={"from": pl.Date, "to": pl.Date}, infer_schema_length=None)
    if not found:
        return GOALS.empty()
    frame = frame.with_columns(pl.col(_MONEY).cast(pl.Float64).round(2).cast(MONEY))
    return frame.select(pl.col(name).cast(dtype) for name, dtype in GOALS.schema.items())


def _of_people(goal: Goal, drawn: pl.DataFrame, diary: Diary, as_of: dt.date) -> dict[str, Any]:
    """Where the customers of a goal began and are now, and what the offers have done."""
    ids, held = drawn["customer_id"], drawn["holdout"]
    drawn_on = drawn["drawn_on"][0] if drawn.height else as_of
    n, n_held = drawn.height, int(held.sum())
    begun = max(goal.start, drawn_on + dt.timedelta(days=1))
    until = min(goal.end, as_of)
    days = max((until - begun).days + 1, 0)
    baseline = quantile(of_measure(diary.year(ids, begun - dt.timedelta(days=1)), goal.measure), 0.5)
    now = quantile(of_measure(diary.year(ids, as_of), goal.measure), 0.5)
    per_year = 1.0 if goal.measure == "ticket" else YEAR / goal.days
    spread = _spread(goal, ids, diary, drawn_on)
    change = None if baseline is None else (goal.target - baseline) / per_year
    part = _part(goal, ids, diary, drawn_on)
    seen = None if spread is None else visible(spread, (n - n_held) * part, n_held * part)
    must = None if spread is None or change is None else needed(spread, change, n * part)
    must = None if must is None else min(ceil(must / part), n)
    made, judged = Effect(None, None), _Judged(days, goal.days, change, seen)
    if days:
        window = dt.timedelta(days=days)
        before = diary.of(ids, begun - window, begun - dt.timedelta(days=1))
        made = effect(diary.of(ids, begun, until), before, held, goal.measure)
    if days and goal.measure != "ticket":
        # Of the goal's days only a part has gone by: so has the change, and the spread of counts with its root.
        part = days / goal.days
        judged = _Judged(days, goal.days, change and change * part, seen and seen * sqrt(part))
    room = None if baseline is None else goal.target - baseline
    return {
        "n": n,
        "holdout": n_held,
        "control_needed": must,
        "visible": None if seen is None else seen * per_year,
        "baseline": baseline,
        "now": now,
        "gap": None if now is None else goal.target - now,
        "progress": None if now is None or baseline is None or not room or room <= 0 else (now - baseline) / room,
        "days_measured": days,
        "treated_mean": made.treated,
        "holdout_mean": made.held,
        "effect": made.difference,
        "effect_low": made.low,
        "effect_high": made.high,
        "_effect": made,
        "_judged": judged,
    }


@dataclass(frozen=True)
class _Judged:
    """What the verdict of one goal depends on beside its effect; see :func:`custintel.goals.effect.verdict`."""

    days: int
    length: int
    change: float | None
    seen: float | None

    @property
    def counts(self) -> bool:
        """Whether there is a verdict, and so one more test among many."""
        return self.days >= EARLY * self.length and self.days > 0


def _verdicts(found: Sequence[dict[str, Any]]) -> None:
    """Add the verdict of every goal, corrected for all that are measured, and take away what it came from."""
    tested = [row for row in found if row["_judged"].counts and row["_effect"].p is not None]
    corrected = holm([row["_effect"].p for row in tested])
    sure = {row["goal"]: p for row, p in zip(tested, corrected, strict=True)}
    for row in found:
        judged, made = row.pop("_judged"), row.pop("_effect")
        p = sure.get(row["goal"], 1.0)
        row["verdict"] = verdict(made, p, judged.days, judged.length, judged.change, judged.seen)


def _spread(goal: Goal, ids: pl.Series, diary: Diary, drawn_on: dt.date) -> float | None:
    """The standard deviation of the measure from customer to customer, over as many days as the goal lasts.

    Of counts that of 364 days, as many days' part of its square, and not less than that of chance alone at the target:
    a segment of people who have not bought lately would otherwise seem to have no spread at all.
    """
    values = of_measure(diary.year(ids, drawn_on), goal.measure)
    if len(values) < 2:
        return None
    spread = float(values.std(ddof=1))
    if goal.measure == "ticket":
        return spread
    return sqrt(max(spread**2, goal.target) * goal.days / YEAR)


def _part(goal: Goal, ids: pl.Series, diary: Diary, drawn_on: dt.date) -> float:
    """The part of the customers who say something of the measure: of the ticket who buys in the days of the goal.

    By chance alone, at their orders of 364 days: 1 - exp(-orders x days / 364), of all of them together.
    """
    if goal.measure != "ticket" or not ids.len():
        return 1.0
    orders = diary.year(ids, drawn_on)["orders"].to_numpy()
    return float(np.mean(1 - np.exp(-orders * goal.days / YEAR)))


def _worth(
    goal: Goal, drawn: pl.DataFrame, diary: Diary, chances: pl.DataFrame, left: pl.DataFrame, rate: float | None
) -> dict[str, Any]:
    """What one more unit leaves, and how many are expected to buy."""
    ids = drawn["customer_id"]
    drawn_on = drawn["drawn_on"][0] if drawn.height else goal.start
    year = diary.year(ids, drawn_on)
    foretold = chances.filter(pl.col("customer_id").is_in(ids.implode()))["p_buy"]
    chance = foretold.mean() if foretold.len() else (year["orders"] > 0).mean()
    lines = diary.lines.filter(pl.col("customer_id").is_in(ids.implode()))
    counted = left.height and left["why"].cast(pl.String)[0] not in ("goods_not_counted", "never_sold")
    order = float(left["left"][0]) if counted else None
    return {
        "p_buy": chance,
        "unit_margin": one_more(goal.measure, lines, year, order, rate, diary.kind),
        "value": None,
    }
