"""The most that may be taken off a price so that every cost in the ledger is still paid.

With S what was sold, V the costs that shrink with the price and F those that do not, a price lower by the share d
leaves (S - V)(1 - d) - F. So d = 1 - F / (S - V), down to the whole percent; nothing where S - V is not above F.
"""

from __future__ import annotations

import polars as pl

from custintel.minor_units import minor_unit
from custintel.tables.offers import NO_DISCOUNT

SHRINKING = ("pct_revenue", "pct_collected")
"""Drivers of costs that are a share of what is paid. All others stay when the price goes down."""
GROUPS = ("product", "fulfilment", "payment", "post_sale", "commercial", "tax")
"""Costs that a sale has to pay; advertising that was spent before is no reason not to sell."""
_AMOUNTS = ("sold", "shrinking", "fixed", "goods")

GUARD = pl.Schema(
    {"orders": pl.Int64(), "sold": pl.Float64(), "left": pl.Float64(), "max_discount": pl.Float64(), "why": NO_DISCOUNT}
)


def order_costs(margins: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    """What each order sold and cost, in units of the currency of the ledger.

    Of a cost that is a share of the price only what is above the least that any order paid by the same rule is believed
    to shrink: a fixed part or a minimum may be in it. What orders paid at the highest amount of a rule may be its cap,
    and does not shrink either.

    Args:
        margins: table order_margins.
        ledger: table cost_ledger.

    Returns:
        order_id, sold, shrinking, fixed, goods (the part of both that is the goods themselves), by order.
    """
    if not margins.height:
        return pl.DataFrame(schema={"order_id": pl.String, **dict.fromkeys(_AMOUNTS, pl.Float64)})
    unit = minor_unit(margins["currency"][0])
    share = ledger.filter(
        pl.col("driver").cast(pl.String).is_in(SHRINKING),
        pl.col("cost_group").cast(pl.String).is_in(GROUPS),
        pl.col("category").cast(pl.String) != "discounts",
        pl.col("order_id").is_not_null(),
    )
    # A rule may put several rows on an order, one per line: the part that stays is looked for in the order's sum.
    share = share.group_by("order_id", "rule_line").agg(amount=pl.col("base_minor").sum())
    least, most = pl.col("amount").min().over("rule_line"), pl.col("amount").max().over("rule_line")
    above = pl.when(pl.col("amount") <= 0).then("amount").when(pl.col("amount") < most).then(pl.col("amount") - least)
    shrinking = share.with_columns(shrinks=above.fill_null(0)).group_by("order_id").agg(pl.col("shrinks").sum())
    costs = margins.select(
        "order_id",
        sold=pl.col("net_sales").cast(pl.Float64),
        goods=pl.col("product").cast(pl.Float64),
        all=pl.sum_horizontal(pl.col(GROUPS).cast(pl.Float64)),
    )
    costs = costs.join(shrinking, on="order_id", how="left", maintain_order="left")
    costs = costs.with_columns(shrinking=pl.col("shrinks").fill_null(0) / unit)
    return costs.with_columns(fixed=pl.col("all") - pl.col("shrinking")).select("order_id", *_AMOUNTS).sort("order_id")


def line_costs(costs: pl.DataFrame, lines: pl.DataFrame, ledger: pl.DataFrame, currency: str) -> pl.DataFrame:
    """The same for each article of each order: what was put on its line, and of the rest its part of the order's money.

    Args:
        costs: from :func:`order_costs`.
        lines: order_id, line_no, article and ``net``, the worth of the line in any unit; all lines of these orders.
        ledger: table cost_ledger.
        currency: of the ledger.

    Returns:
        order_id, article, sold, shrinking, fixed, goods. Those of an order add up to the order's. Orders without lines
        are left out.
    """
    unit = minor_unit(currency)
    own = ledger.filter(
        pl.col("line_no").is_not_null(),
        pl.col("cost_group").cast(pl.String).is_in(GROUPS),
        ~pl.col("driver").cast(pl.String).is_in(SHRINKING),
        pl.col("category").cast(pl.String) != "discounts",
    )
    own = own.group_by("order_id", "line_no").agg(
        own=pl.col("base_minor").sum() / unit,
        own_goods=pl.col("base_minor").filter(pl.col("cost_group").cast(pl.String) == "product").sum() / unit,
    )
    worth = pl.col("net").cast(pl.Float64).clip(0).fill_null(0)
    parts = lines.join(own, on=["order_id", "line_no"], how="left").with_columns(
        pl.col("own", "own_goods").fill_null(0.0), worth=worth
    )
    whole = pl.col("worth").sum().over("order_id")
    alike = 1 / pl.len().over("order_id")
    parts = parts.with_columns(
        part=pl.when(whole > 0).then(pl.col("worth") / whole).otherwise(alike),
        own_of_order=pl.col("own").sum().over("order_id"),
        goods_of_order=pl.col("own_goods").sum().over("order_id"),
    ).join(costs, on="order_id")
    part = pl.col("part")
    return (
        parts.select(
            "order_id",
            "article",
            sold=pl.col("sold") * part,
            shrinking=pl.col("shrinking") * part,
            fixed=pl.col("own") + (pl.col("fixed") - pl.col("own_of_order")) * part,
            goods=pl.col("own_goods") + (pl.col("goods") - pl.col("goods_of_order")) * part,
        )
        .group_by("order_id", "article")
        .agg(pl.col(_AMOUNTS).sum())
        .sort("order_id", "article")
    )


def guard(costs: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """The most that may be taken off, for each group.

    Args:
        costs: rows with order_id, sold, shrinking, fixed and goods.
        by: columns that tell groups apart; none for one group of everything.

    Returns:
        ``by`` and :data:`GUARD`: how many orders it rests on, what they sold, ``left``, what an order leaves on average
        at the prices they paid, ``max_discount`` (empty when nothing may be taken off) and ``why`` not.
    """
    sums = (pl.col("order_id").n_unique().cast(pl.Int64).alias("orders"), pl.col(_AMOUNTS).sum())
    grouped = costs.sort("order_id").group_by(by, maintain_order=True).agg(*sums) if by else costs.select(*sums)
    room = pl.col("sold") - pl.col("shrinking")
    share = ((1 - pl.col("fixed") / room) * 100 - 1e-6).floor() / 100
    why = (
        pl.when(pl.col("sold") <= 0)
        .then(pl.lit("never_sold"))
        .when(pl.col("goods") <= 0)
        .then(pl.lit("goods_not_counted"))
        .when((room <= 0) | (share <= 0))
        .then(pl.lit("leaves_nothing"))
    )
    found = grouped.with_columns(why=why.cast(NO_DISCOUNT), left=(room - pl.col("fixed")) / pl.col("orders"))
    found = found.with_columns(max_discount=pl.when(pl.col("why").is_null()).then(share.clip(0, 1)))
    return (
        found.select(*by, *(pl.col(name).cast(dtype) for name, dtype in GUARD.items())).sort(by)
        if by
        else (found.select(pl.col(name).cast(dtype) for name, dtype in GUARD.items()))
    )
