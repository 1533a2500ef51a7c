"""Whom to keep, whose cost to mend, whom to develop cheaply, and for whom to stop paying: what a customer has brought
after costs, beside what is still to be expected of them.

What is to be expected is sorted as stocks are (ABC): the customers who together bring the first 80 % of it, those who
bring the next 15 %, and the others. What was spent to win somebody is spent, whatever is done now; so the decision
looks at margin, before acquisition, and says when that has not been paid back.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from custintel.tables.cost_ledger import COST_GROUP
from custintel.tables.customer_value import KEEP, KEEP_REASON
from custintel.value.contribution import GROUPS

MOST, MANY = 0.80, 0.95


def decided(people: pl.DataFrame) -> pl.DataFrame:
    """``people`` with keep, keep_reason and cost_group.

    Args:
        people: one row per customer: orders, net, margin, profit and :data:`custintel.value.contribution.GROUPS` in
            hundredths (empty without counted costs), and what to expect: expected_net and expected_money (margin, or
            net without counted costs), any unit.
    """
    loses = (pl.col("margin") < 0).fill_null(False)
    owes = (pl.col("profit") < 0).fill_null(False) & ~loses
    never, nothing = pl.col("orders") == 0, pl.col("net") <= 0
    found = people.with_columns(_class=_classes(people["expected_money"]), _buys=_classes(people["expected_net"]))
    first, second, some = pl.col("_class") == "a", pl.col("_class") == "b", pl.col("_buys") != "c"
    choices = [
        (never, "let_go", "never_bought"),
        (loses & some & nothing, "fix", "nothing_kept"),
        (loses & some, "fix", "cost_turns_the_sign"),
        (loses, "let_go", "loses_and_leaves"),
        (first & owes, "keep", "not_paid_back"),
        (first, "keep", "most_expected"),
        (second & owes, "develop", "not_paid_back"),
        (second, "develop", "some_expected"),
    ]
    keep, reason = pl.lit("let_go"), pl.lit("little_expected")
    for condition, verdict, why in reversed(choices):
        keep = pl.when(condition).then(pl.lit(verdict)).otherwise(keep)
        reason = pl.when(condition).then(pl.lit(why)).otherwise(reason)
    turned = pl.when(loses).then(_dearest(people)).when(owes).then(pl.lit("acquisition"))
    return found.with_columns(
        keep=keep.cast(KEEP), keep_reason=reason.cast(KEEP_REASON), cost_group=turned.cast(COST_GROUP)
    ).drop("_class", "_buys")


def _classes(expected: pl.Series) -> pl.Series:
    """a, b or c by what is expected; customers of whom the same is expected are in one class."""
    worth = expected.cast(pl.Float64).fill_null(0).clip(0)
    levels = (
        worth.alias("worth").to_frame().group_by("worth").agg(sum=pl.col("worth").sum()).sort("worth", descending=True)
    )
    # What all those of whom more is expected bring together, over what all bring.
    above = (pl.col("sum").cum_sum() - pl.col("sum")) / pl.col("sum").sum()
    named = (
        pl.when((pl.col("worth") <= 0) | (above >= MANY)).then(pl.lit("c"))
        .when(above >= MOST).then(pl.lit("b"))
        .otherwise(pl.lit("a"))
    )  # fmt: skip
    classes = levels.with_columns(named.alias("class")).select("worth", "class")
    joined = worth.alias("worth").to_frame().join(classes, on="worth", how="left", maintain_order="left")
    return joined["class"]


def _dearest(people: pl.DataFrame, groups: Sequence[str] = GROUPS) -> pl.Expr:
    """The group of costs that is most above what it is for everybody with the same net sales; equals by their order."""
    sales = int(people["net"].sum())
    usual = {group: int(people[group].sum() or 0) / sales if sales else 0.0 for group in groups}
    above = {group: pl.col(group) - usual[group] * pl.col("net").clip(0) for group in groups}
    highest = pl.max_horizontal(above.values())
    found = pl.lit(groups[-1])
    for group in reversed(groups):
        found = pl.when(above[group] == highest).then(pl.lit(group)).otherwise(found)
    return found
