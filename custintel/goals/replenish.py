"""What a customer has and will need again, and when: at their own rhythm, else at that of the article."""

from __future__ import annotations

import datetime as dt

import polars as pl

HORIZON = 91
"""Days ahead within which an article has to be due."""
GIVEN_UP = 364
"""Days for which an article may have been due: what nobody missed for longer is not missed."""
OWN_TIMES = 3
"""Days of purchase from which a customer has a rhythm of their own."""
_FEWEST_GAPS = 5
"""Gaps from which an article has a rhythm."""
_COMES_BACK = 0.1
"""Share of its buyers who must have bought an article again, for those to be reminded who bought it once."""
_DOUBT = 4
"""Buyers who never came back that every article is given: one buyer who did is no proof."""

DUE = pl.Schema(
    {
        "customer_id": pl.String(),
        "article": pl.String(),
        "rank": pl.Int32(),
        "due_on": pl.Date(),
        "own": pl.Boolean(),
        "times": pl.Int32(),
    }
)


def replenish(lines: pl.DataFrame, as_of: dt.date, shown: int = 5) -> pl.DataFrame:
    """Articles to be bought again, the surest first.

    An article is due one usual interval after it was last bought: the median of the customer's own gaps from the third
    purchase on, else that of all customers. Of what is due within :data:`HORIZON` days (or was due before), what was
    bought more often comes first, and of the same number what more of its buyers come back for. What has been due for
    longer than :data:`GIVEN_UP` days is left out.

    Args:
        lines: customer_id, article and day.
        as_of: the last day of the data.
        shown: how many per customer.

    Returns:
        :data:`DUE`; ``own`` says whose rhythm it is, ``times`` on how many days it was bought.
    """
    days = lines.select("customer_id", "article", "day").unique().sort("customer_id", "article", "day")
    same = (pl.col("customer_id") == pl.col("customer_id").shift()) & (pl.col("article") == pl.col("article").shift())
    days = days.with_columns(gap=pl.when(same).then(pl.col("day").diff().dt.total_days()))
    has_gap = pl.col("gap").is_not_null()
    articles = days.group_by("article").agg(
        usual=pl.col("gap").median(),
        gaps=pl.col("gap").count(),
        share=(pl.col("customer_id").filter(has_gap).n_unique() + 1) / (pl.col("customer_id").n_unique() + 1 + _DOUBT),
    )
    owned = days.group_by("customer_id", "article").agg(
        times=pl.len().cast(pl.Int32), last=pl.col("day").max(), gap=pl.col("gap").median()
    )
    owned = owned.join(articles, on="article").with_columns(own=pl.col("times") >= OWN_TIMES)
    interval = pl.when("own").then("gap").when(pl.col("gaps") >= _FEWEST_GAPS).then("usual").otherwise("gap")
    due = owned.with_columns(due_on=pl.col("last") + pl.duration(days=interval.ceil().cast(pl.Int64)))
    due = due.filter(
        pl.col("due_on").is_between(as_of - dt.timedelta(days=GIVEN_UP), as_of + dt.timedelta(days=HORIZON)),
        (pl.col("times") > 1) | (pl.col("share") >= _COMES_BACK),
    )
    ranked = due.with_columns(surely=(pl.col("times") - 1 + pl.col("share")).round(9)).sort(
        "customer_id", "surely", "due_on", "article", descending=[False, True, True, False]
    )
    ranked = ranked.with_columns(rank=(pl.col("article").cum_count().over("customer_id")).cast(pl.Int32))
    return ranked.filter(pl.col("rank") <= shown).select(pl.col(name).cast(dtype) for name, dtype in DUE.items())
