"""Which orders to confirm by phone: what the calls cost against the refusals at the door that they avoid."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from custintel.intervals import wilson
from custintel.kpis.order_facts import Facts

FEWEST = 20
"""Orders that a group needs before anything is said of it."""


@dataclass(frozen=True)
class Confirmation:
    """What calls that confirm orders cost and spare. Amounts are minor units of the currency of ``costs.yaml``.

    Attributes:
        called: orders that were called.
        call_cost: what calling one of them cost, all its calls together.
        stopped: called orders that ended there: the customer declined or the number was wrong, and nothing was sent.
        refused: called orders that were sent and refused all the same.
        refusal_cost: what a refused order costs in freight out and back, packing, payment and goods lost.
        groups: payment_method and is_new with orders, lost (stopped or refused), share with its 95 % interval (low,
            high), and verdict: ``call``, ``do_not_call`` or ``unclear``.
    """

    called: int
    call_cost: float
    stopped: int
    refused: int
    refusal_cost: float
    groups: pl.DataFrame

    @property
    def found(self) -> float:
        """The share of orders that would have been refused which a call finds out before they are sent."""
        return self.stopped / (self.stopped + self.refused)

    @property
    def spared(self) -> float:
        """What the refusals avoided would have cost, less what the calls cost."""
        return self.stopped * self.refusal_cost - self.called * self.call_cost

    @property
    def pays_from(self) -> float:
        """The share of orders that would be refused from which a call to each of them pays."""
        return self.call_cost / (self.refusal_cost * self.found)


def confirmation(facts: Facts, sold: pl.DataFrame, ledger: pl.DataFrame) -> Confirmation | None:
    """What the calls of these orders tell; ``None`` when too few were called, refused or priced to say anything.

    An order that is stopped by a call is taken for one that would have been refused: the saving is at most this.

    Args:
        facts: for the calls.
        sold: as :func:`custintel.kpis.sales.sales` makes it, of the period.
        ledger: table cost_ledger.
    """
    if "result" not in facts.raw_calls.columns:
        return None
    confirms = pl.col("purpose").cast(pl.String).fill_null("confirmation") == "confirmation"
    calls = facts.raw_calls.filter(confirms).select(
        pl.col("order_id").cast(pl.String), pl.col("result").cast(pl.String)
    )
    by_order = (
        calls.drop_nulls("order_id")
        .group_by("order_id")
        .agg(no=pl.col("result").is_in(["declined", "wrong_number"]).any() & ~(pl.col("result") == "confirmed").any())
    )
    orders = sold.join(by_order, on="order_id", how="left", maintain_order="left").with_columns(
        called=pl.col("no").is_not_null(),
        refused=(pl.col("status") == "refused").fill_null(False),
        stopped=pl.col("no").fill_null(False) & ~pl.col("shipped"),
    )
    called, refused = orders.filter("called"), orders.filter("refused")
    stopped, still = int(called["stopped"].sum()), int(called["refused"].sum())
    if called.height < FEWEST or refused.height < FEWEST or not stopped:
        return None
    category, group = pl.col("category").cast(pl.String), pl.col("cost_group").cast(pl.String)
    calling = category == "confirmation_calls"
    lost = (
        group.is_in(["fulfilment", "payment", "post_sale"])
        & ~calling
        & (pl.col("driver").cast(pl.String) != "per_period")
    )
    call_cost = _cost(ledger.filter(calling), called) / called.height
    refusal_cost = _cost(ledger.filter(lost), refused) / refused.height
    if not call_cost or not refusal_cost:
        return None
    made = Confirmation(called.height, call_cost, stopped, still, refusal_cost, pl.DataFrame())
    return Confirmation(called.height, call_cost, stopped, still, refusal_cost, _groups(orders, made.pays_from))


def _cost(ledger: pl.DataFrame, orders: pl.DataFrame) -> int:
    return int(ledger.join(orders.select("order_id"), on="order_id", how="semi")["base_minor"].sum())


def _groups(orders: pl.DataFrame, pays_from: float) -> pl.DataFrame:
    """Each kind of order, with what becomes of it at the door or in the call before."""
    sent = orders.filter(pl.col("shipped") | pl.col("stopped"))
    counted = sent.group_by("payment_method", "is_new").agg(
        orders=pl.len().cast(pl.Int64), lost=(pl.col("stopped") | pl.col("refused")).sum().cast(pl.Int64)
    )
    low, high = wilson(pl.col("lost"), pl.col("orders"))
    sure = pl.when(pl.col("low") > pays_from).then(pl.lit("call"))
    verdict = sure.when(pl.col("high") < pays_from).then(pl.lit("do_not_call")).otherwise(pl.lit("unclear"))
    return (
        counted.filter(pl.col("orders") >= FEWEST)
        .with_columns(share=pl.col("lost") / pl.col("orders"), low=low, high=high)
        .with_columns(verdict=verdict)
        .sort("share", "payment_method", "is_new", descending=[True, False, False])
    )
