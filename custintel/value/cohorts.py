"""Customers by when they first bought: who came back in each period since, and what they brought by equal ages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from custintel.intervals import wilson

LONG = 18
"""From so many months of data on, cohorts are quarters."""
AGES = (30, 90, 180, 365)
"""Days after the first purchase at which cohorts are compared."""


@dataclass(frozen=True)
class Period:
    """How long a period of the calendar is: ``1mo`` or ``1q``."""

    every: str

    def of(self, day: pl.Expr) -> pl.Expr:
        """The first day of the period that ``day`` is in."""
        return day.dt.truncate(self.every)

    def number(self, day: pl.Expr) -> pl.Expr:
        """Periods counted from the beginning of the calendar."""
        months = day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64) - 1
        return months if self.every == "1mo" else months // 3

    def name(self, day: dt.date) -> str:
        """``2026-05``, or ``2026-Q2``."""
        return f"{day:%Y-%m}" if self.every == "1mo" else f"{day.year}-Q{(day.month + 2) // 3}"

    def over(self, day: dt.date, as_of: dt.date) -> bool:
        """Whether the period that ``day`` is in was over by the end of ``as_of``."""
        months = day.year * 12 + day.month - 1
        months = months + 1 if self.every == "1mo" else months // 3 * 3 + 3
        return dt.date(months // 12, months % 12 + 1, 1) - dt.timedelta(days=1) <= as_of


def period_of(days: pl.DataFrame, as_of: dt.date, asked: str | None = None) -> Period:
    """Months, or quarters where the data go far back.

    Args:
        days: :func:`custintel.value.days.person_days`.
        as_of: the end of the data.
        asked: ``month`` or ``quarter`` when somebody did.
    """
    if asked:
        return Period("1q" if asked == "quarter" else "1mo")
    first = days["day"].min()
    return Period("1q" if isinstance(first, dt.date) and (as_of - first).days > LONG * 30.5 else "1mo")


def aged(days: pl.DataFrame, period: Period) -> pl.DataFrame:
    """``days`` of people who bought, from their first purchase on, with first (its day), cohort (first day of the
    period it is in), in_period (first day of the period of ``day``) and age (periods since the cohort's).
    """
    bought = days.lazy().filter(pl.col("orders") > 0)
    first = bought.group_by("customer_id").agg(first=pl.col("day").min())
    return (
        days.lazy()
        .join(first, on="customer_id", how="inner", maintain_order="left")
        .filter(pl.col("day") >= pl.col("first"))
        .with_columns(
            cohort=period.of(pl.col("first")),
            in_period=period.of(pl.col("day")),
            age=period.number(pl.col("day")) - period.number(pl.col("first")),
        )
        .collect()
    )


def retention(of: pl.DataFrame, period: Period, as_of: dt.date, money: str) -> pl.DataFrame:
    """The triangle: one row per cohort and age whose period is over.

    Args:
        of: :func:`aged`.
        period: as it was made with.
        as_of: the end of the data.
        money: the column of money to add up.

    Returns:
        cohort, age, customers (of the cohort), active (who bought in the period), share, orders, net, money
        (hundredths), sorted; rows of periods in which nobody did anything are there too.
    """
    cells = of.group_by("cohort", "age").agg(
        active=pl.col("customer_id").filter(pl.col("orders") > 0).n_unique().cast(pl.Int64),
        orders=pl.col("orders").sum(),
        net=pl.col("net").sum(),
        money=pl.col(money).sum(),
    )
    sizes = of.group_by("cohort").agg(customers=pl.col("customer_id").n_unique().cast(pl.Int64)).sort("cohort")
    last = pl.select(period.number(pl.lit(as_of))).item() - (0 if period.over(as_of, as_of) else 1)
    grid = sizes.with_columns(age=pl.int_ranges(0, last - period.number(pl.col("cohort")) + 1)).explode("age")
    grid = grid.filter(pl.col("age").is_not_null())
    return (
        grid.join(cells, on=["cohort", "age"], how="left")
        .with_columns(pl.col("active", "orders", "net", "money").fill_null(0))
        .with_columns(share=pl.col("active") / pl.col("customers"))
        .select("cohort", "age", "customers", "active", "share", "orders", "net", "money")
        .sort("cohort", "age")
    )


def at_equal_age(of: pl.DataFrame, as_of: dt.date, money: str) -> pl.DataFrame:
    """Cohorts compared at the same age, over those of each who have been seen that long.

    Returns:
        cohort, days (of :data:`AGES`), customers, again (who bought on a second day by then), share with low and high
        (Wilson), money (per customer, hundredths): one row where anybody has been seen that long, sorted.
    """
    found = []
    for days in AGES:
        seen = of.lazy().filter((pl.lit(as_of) - pl.col("first")).dt.total_days() >= days)
        young = seen.with_columns(within=(pl.col("day") - pl.col("first")).dt.total_days() <= days)
        people = young.group_by("cohort", "customer_id").agg(
            again=(pl.col("within") & (pl.col("orders") > 0)).sum() > 1,
            money=(pl.col(money) * pl.col("within")).sum(),
        )
        found.append(
            people.group_by("cohort")
            .agg(
                customers=pl.len().cast(pl.Int64),
                again=pl.col("again").sum().cast(pl.Int64),
                money=pl.col("money").sum() / pl.len(),
            )
            .with_columns(days=pl.lit(days, pl.Int64), share=pl.col("again") / pl.col("customers"))
        )
    low, high = wilson(pl.col("again"), pl.col("customers"))
    return (
        pl.concat(found)
        .with_columns(low=low, high=high)
        .select("cohort", "days", "customers", "again", "share", "low", "high", "money")
        .sort("cohort", "days")
        .collect()
    )


def over_time(of: pl.DataFrame) -> pl.DataFrame:
    """The whole base period by period: in_period, active, new, orders, net, money_new and money, hundredths."""
    return (
        of.lazy()
        .with_columns(new=pl.col("age") == 0, bought=pl.col("orders") > 0)
        .group_by("in_period")
        .agg(
            active=pl.col("customer_id").filter("bought").n_unique().cast(pl.Int64),
            new=pl.col("customer_id").filter(pl.col("bought") & pl.col("new")).n_unique().cast(pl.Int64),
            orders=pl.col("orders").sum(),
            net=pl.col("net").sum(),
            net_new=(pl.col("net") * pl.col("new")).sum(),
        )
        .sort("in_period")
        .collect()
    )
