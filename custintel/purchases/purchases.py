"""What people bought: every order of a known person, and what it brought in one currency.

This is where profiles, segments, value and goals begin, so that they all count the same orders and the same money.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

BOUGHT = ("placed", "confirmed", "paid", "shipped", "delivered")
"""Statuses of an order that is a purchase: neither refused, returned nor cancelled, and no test."""
UNDONE = ("refused", "returned", "cancelled")
"""Statuses of an order that was to be a purchase and is none."""


@dataclass(frozen=True)
class Purchases:
    """Orders of known people.

    Attributes:
        frame: in the order of the table: order_id, customer_id, ordered_at, day, status, ``bought`` (whether it is a
            purchase: on its way to the person or kept, for more than nothing), ``undone`` (whether it was to be one and
            was refused, returned or cancelled; a credit is none), and money in hundredths of
            ``currency`` (Int64, so that sums are exact and do not depend on the order of rows): ``net``, what it
            brought in; ``margin``, that less every cost but acquisition; ``acquisition``. margin and acquisition are
            empty where no costs have been counted.
        currency: of all money; empty when no order says any.
        as_of: the last day of the data, from which "how long ago" counts; ``None`` without orders.
        unknown: orders of nobody known, tests apart.
        foreign: orders whose currency cannot be counted in ``currency``: left out, or kept without any money.
        unpriced: orders in ``frame`` whose costs have not been counted.
    """

    frame: pl.DataFrame
    currency: str
    as_of: dt.date | None
    unknown: int
    foreign: int
    unpriced: int

    @property
    def priced(self) -> bool:
        """Whether hidden costs have been counted, of at least some orders."""
        return self.unpriced < self.frame.height


def purchases(
    orders: pl.DataFrame,
    margins: pl.DataFrame,
    *,
    currency: str = "",
    as_of: dt.date | None = None,
    keep: Sequence[str] = (),
    foreign: bool = False,
) -> Purchases:
    """The orders of known people.

    What has been counted by ``ci kpis`` (order_margins) is taken from there, in its currency and after its exchange
    rates. Without it, an order brings ``net_revenue`` when it is a purchase or a credit, nothing when it was refused or
    cancelled; and only orders of one currency can be added up.

    Args:
        orders: table orders; only order_id, customer_id, ordered_at, status, currency, total and net_revenue are used.
        margins: table order_margins; without rows when no costs have been counted.
        currency: of the money where there are no margins; by default the one that most orders have.
        as_of: the last day that counts; by default the day of the last order.
        keep: columns of orders to carry along.
        foreign: keep orders in currencies that cannot be counted in ``currency``, their money empty.
    """
    real = orders.filter(pl.col("status") != "test").with_columns(
        pl.col("status", "currency").cast(pl.String), pl.col("ordered_at").dt.date().alias("day")
    )
    if as_of is not None:
        real = real.filter(pl.col("day") <= as_of)
    currency = margins["currency"][0] if margins.height else currency or _usual(real["currency"])
    known = real.filter(pl.col("customer_id").is_not_null())
    counted = _with_margins(known, margins)
    same = pl.col("margin").is_not_null() | (pl.col("currency").fill_null(currency) == currency)
    strange = counted.height - int(counted.select(same.sum()).item() or 0)
    money = ("net", "margin", "acquisition")
    frame = counted.with_columns(pl.when(same).then(name).alias(name) for name in money) if foreign else counted
    frame = frame if foreign else frame.filter(same)
    return Purchases(
        frame=frame.select(
            "order_id",
            "customer_id",
            "ordered_at",
            "day",
            "status",
            (pl.col("status").is_in(BOUGHT) & (pl.col("total") > 0)).fill_null(False).alias("bought"),
            (pl.col("status").is_in(UNDONE) & (pl.col("total") > 0)).fill_null(False).alias("undone"),
            "net",
            "margin",
            "acquisition",
            *keep,
        ),
        currency=currency,
        as_of=as_of or real["day"].max(),  # type: ignore[arg-type]
        unknown=real.height - known.height,
        foreign=strange,
        unpriced=frame["margin"].null_count(),
    )


def _with_margins(orders: pl.DataFrame, margins: pl.DataFrame) -> pl.DataFrame:
    """Orders with net, margin and acquisition, in hundredths."""
    lost = pl.col("status").is_in(["refused", "cancelled"])
    own = pl.when(lost).then(0).otherwise(hundredths("net_revenue")).fill_null(0)
    if not margins.height:
        nothing = pl.lit(None, pl.Int64)
        return orders.with_columns(net=own, margin=nothing, acquisition=nothing)
    money = margins.select("order_id", *(hundredths(name) for name in ("net_sales", "margin", "acquisition")))
    joined = orders.join(money, on="order_id", how="left", maintain_order="left")
    return joined.with_columns(net=pl.coalesce("net_sales", own))


def hundredths(name: str) -> pl.Expr:
    """A column of money (Decimal with two decimals) in hundredths of its unit, Int64."""
    return pl.col(name).cast(pl.Decimal(18, 2)).to_physical().cast(pl.Int64)


def _usual(currencies: pl.Series) -> str:
    """The currency that most orders have; the first by name when several do."""
    modes = currencies.drop_nulls().mode().sort()
    return str(modes[0]) if modes.len() else ""
