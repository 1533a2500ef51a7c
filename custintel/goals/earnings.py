"""What orders of each segment leave, and what one more order, more in it, or another kind of thing in it would."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from custintel.goals.guard import guard, line_costs, order_costs
from custintel.goals.measures import Kind


@dataclass(frozen=True)
class Earnings:
    """What the ledger says, in units of its currency.

    Attributes:
        orders: from :func:`custintel.goals.guard.order_costs`, with ``segment``.
        by_article: guard of every article; ``by_segment_article``, ``by_segment`` and ``whole`` likewise.
        counted: whether any costs have been counted; ``goods_counted`` whether those of the goods are among them.
    """

    orders: pl.DataFrame
    by_article: pl.DataFrame
    by_segment_article: pl.DataFrame
    by_segment: pl.DataFrame
    whole: pl.DataFrame

    @property
    def counted(self) -> bool:
        """Whether any costs have been counted."""
        return self.orders.height > 0

    @property
    def goods_counted(self) -> bool:
        """Whether the costs of goods are among them."""
        return self.counted and self.orders["goods"].sum() > 0

    def rates(self, segment: str | None, visible: pl.DataFrame) -> tuple[float, float] | None:
        """What is left of one more unit of what customers pay, after the costs that come with it; and what an order
        costs whatever is in it, with its part of what orders that sold nothing lost. Nothing where costs of goods are
        not counted or nothing was sold. Over the orders both rest on, they add up to what those left.

        Args:
            segment: whose orders; ``None`` for all.
            visible: order_id and total, what customers paid, in units of the currency.
        """
        if not self.goods_counted:
            return None
        own = self.orders if segment is None else self.orders.filter(pl.col("segment") == segment)
        # Orders that sold and are not visible (another currency, nobody known) bear their own costs.
        sums, unsold = own.join(visible, on="order_id").filter(pl.col("sold") > 0), own.filter(pl.col("sold") <= 0)
        sold, total, shrinking, goods = _added(sums, "sold", "total", "shrinking", "goods")
        if sold <= 0 or total <= 0:
            return None
        (fixed,) = _added(sums, "fixed")
        lost_fixed, lost_shrinking, given_back = _added(unsold, "fixed", "shrinking", "sold")
        lost = lost_fixed + lost_shrinking - given_back
        return (sold - shrinking - goods) / total, (fixed - goods + lost) / sums.height


def _added(frame: pl.DataFrame, *names: str) -> list[float]:
    return [float(frame[name].cast(pl.Float64).sum() or 0) for name in names]


def earnings(
    margins: pl.DataFrame, ledger: pl.DataFrame, lines: pl.DataFrame, members: pl.DataFrame, currency: str
) -> Earnings:
    """Sum up the ledger.

    Args:
        margins: table order_margins.
        ledger: table cost_ledger.
        lines: order_id, line_no, article (empty for what is charged and no article) and net; every line there is.
        members: order_id and segment of every order of a known person.
        currency: of the ledger.
    """
    orders = order_costs(margins, ledger).join(members, on="order_id", how="left", maintain_order="left")
    articles = line_costs(orders, lines, ledger, currency).join(
        members, on="order_id", how="left", maintain_order="left"
    )
    articles = articles.filter(pl.col("article").is_not_null())
    return Earnings(
        orders,
        guard(articles, ["article"]),
        guard(articles.filter(pl.col("segment").is_not_null()), ["segment", "article"]),
        guard(orders.filter(pl.col("segment").is_not_null()), ["segment"]),
        guard(orders, []),
    )


def one_more(
    measure: str, lines: pl.DataFrame, year: pl.DataFrame, left: float | None, rate: float | None, kind: Kind
) -> float | None:
    """What one more unit of a measure leaves, per customer who buys; empty where costs are not counted.

    Of frequency an order, of ticket one more unit of money in each order of 364 days, of breadth what an order has of
    one kind of thing.

    Args:
        measure: frequency, ticket or breadth.
        lines: those of the segment's customers, from :func:`custintel.goals.articles.bought`.
        year: what they did in 364 days.
        left: what an order leaves.
        rate: what is left of one more unit of money.
        kind: what breadth counts.
    """
    if measure == "frequency":
        return left
    if rate is None:
        return None
    if measure == "ticket":
        buyers = year.filter(pl.col("orders") > 0)
        return rate * float(buyers["orders"].sum()) / buyers.height if buyers.height else None
    parts = lines.filter(pl.col(kind).is_not_null()).group_by("order_id", kind).agg(pl.col("net").sum())
    return rate * float(parts["net"].sum()) / 100 / parts.height if parts.height else None
