"""The five parts of a customer-base audit (Fader, Hardie & Ross 2022, *The Customer-Base Audit*): one period, two
periods, one cohort over its age, cohorts at equal age, and the whole base over time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from custintel.value.change import FACTORS, factors, split
from custintel.value.cohorts import Period, aged, at_equal_age, over_time, retention

YEAR = 365
SHORT = 14
"""A base must be seen for twice as many days at least to have two periods."""
TIMES = ((1, 1), (2, 2), (3, 4), (5, 9), (10, None))
GROUPS = ("kept", "lost", "new", "won_back")


@dataclass(frozen=True)
class Span:
    """Days from ``start`` to ``end``, both counted."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True)
class Two:
    """Two periods of the same length, one after the other; money in hundredths.

    Attributes:
        before, now: which.
        groups: one row per kept, lost, new and won_back: customers, net_before, net_now, money_before, money_now.
        others: money before and now of people who bought in neither: credits, and costs of what was refused.
        customers, orders, net, money: before and now, of those who bought in that period.
        split: the change of it by factor, adding up exactly; empty where a factor has no meaning.
    """

    before: Span
    now: Span
    groups: pl.DataFrame
    others: tuple[int, int]
    customers: tuple[int, int]
    orders: tuple[int, int]
    net: tuple[int, int]
    money: tuple[int, int]
    split: dict[str, int]


@dataclass(frozen=True)
class Audit:
    """The five parts.

    Attributes:
        period: months or quarters.
        span: the one period.
        times: how often people bought in it: low, high, customers, orders, net, money.
        two: the last two periods, ``None`` when the data are too short for two.
        cohorts: :func:`custintel.value.cohorts.retention` of all cohorts.
        cohort: the one that is shown over its age: the largest of those seen longest.
        equal_age: :func:`custintel.value.cohorts.at_equal_age`.
        over_time: :func:`custintel.value.cohorts.over_time`.
    """

    period: Period
    span: Span
    times: pl.DataFrame
    two: Two | None
    cohorts: pl.DataFrame
    cohort: dt.date | None
    equal_age: pl.DataFrame
    over_time: pl.DataFrame


def audit(days: pl.DataFrame, as_of: dt.date, period: Period, money: str) -> Audit:
    """All five parts.

    Args:
        days: :func:`custintel.value.days.person_days`, with at least one purchase.
        as_of: the end of the data.
        period: months or quarters.
        money: the column of money that counts: margin, or net without counted costs.
    """
    first: dt.date = days["day"].min()  # type: ignore[assignment]
    length = min(YEAR, (as_of - first).days + 1)
    span = Span(as_of - dt.timedelta(days=length - 1), as_of)
    older = aged(days, period)
    triangle = retention(older, period, as_of, money)
    return Audit(
        period,
        span,
        _times(days, span, money),
        _two(days, first, as_of, money),
        triangle,
        _shown(triangle),
        at_equal_age(older, as_of, money),
        over_time(older),
    )


def _within(days: pl.DataFrame, span: Span, money: str) -> pl.LazyFrame:
    """What each person did in a span: customer_id, orders, net, money."""
    chosen = days.lazy().filter(pl.col("day").is_between(span.start, span.end))
    return chosen.group_by("customer_id").agg(
        pl.col("orders").sum(), pl.col("net").sum(), pl.col(money).sum().alias("money")
    )


def _times(days: pl.DataFrame, span: Span, money: str) -> pl.DataFrame:
    people = _within(days, span, money).collect()
    rows = []
    for low, high in TIMES:
        chosen = people.filter(pl.col("orders") >= low, pl.lit(True) if high is None else pl.col("orders") <= high)
        if chosen.height:
            rows.append((low, high, chosen.height, *(int(chosen[name].sum()) for name in ("orders", "net", "money"))))
    schema = dict.fromkeys(("low", "high", "customers", "orders", "net", "money"), pl.Int64())
    return pl.DataFrame(rows, schema=schema, orient="row")


def _two(days: pl.DataFrame, first: dt.date, as_of: dt.date, money: str) -> Two | None:
    length = min(YEAR, ((as_of - first).days + 1) // 2)
    if length < SHORT:
        return None
    middle = as_of - dt.timedelta(days=length)
    before, now = Span(middle - dt.timedelta(days=length - 1), middle), Span(middle + dt.timedelta(days=1), as_of)
    earliest = days.lazy().filter(pl.col("orders") > 0).group_by("customer_id").agg(first=pl.col("day").min())
    people = (
        _within(days, before, money)
        .join(_within(days, now, money), on="customer_id", how="full", coalesce=True, suffix="_now")
        .join(earliest, on="customer_id", how="left")
        .with_columns(pl.selectors.numeric().fill_null(0))
        .with_columns(then=pl.col("orders") > 0, since=pl.col("orders_now") > 0)
        .collect()
    )
    then, since, old = pl.col("then"), pl.col("since"), pl.col("first") < before.start
    group = (
        pl.when(then & since).then(pl.lit("kept"))
        .when(then).then(pl.lit("lost"))
        .when(since & old).then(pl.lit("won_back"))
        .when(since).then(pl.lit("new"))
    )  # fmt: skip
    groups = (
        people.with_columns(group=group)
        .filter(pl.col("group").is_not_null())
        .group_by("group")
        .agg(
            customers=pl.len(),
            net_before=pl.col("net").sum(),
            net_now=pl.col("net_now").sum(),
            money_before=pl.col("money").sum(),
            money_now=pl.col("money_now").sum(),
        )
    )
    order = pl.DataFrame({"group": list(GROUPS)})
    groups = order.join(groups, on="group", how="left", maintain_order="left").with_columns(
        pl.selectors.numeric().fill_null(0)
    )
    return _compared(people, before, now, groups)


def _compared(people: pl.DataFrame, before: Span, now: Span, groups: pl.DataFrame) -> Two:
    """The change of what buyers brought, by factor."""
    sums: list[tuple[int, int, int, int]] = []
    for end, bought in (("", "then"), ("_now", "since")):
        chosen = people.filter(pl.col(bought))
        orders, net, earned = (int(chosen[f"{name}{end}"].sum()) for name in ("orders", "net", "money"))
        sums.append((chosen.height, orders, net, earned))
    one, other = (factors(*part) for part in sums)
    neither = people.filter(~pl.col("then") & ~pl.col("since"))
    (then, since) = sums
    return Two(
        before,
        now,
        groups,
        (int(neither["money"].sum()), int(neither["money_now"].sum())),
        customers=(then[0], since[0]),
        orders=(then[1], since[1]),
        net=(then[2], since[2]),
        money=(then[3], since[3]),
        split=dict(zip(FACTORS, split(one, other), strict=True)) if one and other else {},
    )


def _shown(triangle: pl.DataFrame) -> dt.date | None:
    """Of the cohorts that have been seen at least half as long as the oldest, the largest; equals: the oldest."""
    if not triangle.height:
        return None
    sizes = triangle.group_by("cohort").agg(pl.col("age").max(), pl.col("customers").first())
    seen = sizes.filter(pl.col("age") * 2 >= pl.col("age").max())
    return seen.sort("customers", "cohort", descending=[True, False])["cohort"][0]  # type: ignore[no-any-return]
