"""What each order sold: how far it got on the ladder, by which cuts it is counted, and what it brought in.

Amounts are minor units of the currency of ``costs.yaml``.
"""

from __future__ import annotations

import polars as pl

from custintel.kpis.costs import Costs
from custintel.kpis.currency import WIDE, rounded
from custintel.kpis.order_facts import Facts

RUNGS = ("placed", "confirmed", "paid", "shipped", "delivered", "kept")
"""The ladder: each order is on every rung that it reached; kept is delivered and neither refused nor brought back."""
CUTS = ("channel", "campaign", "segment", "category", "city", "month")
"""What results can be told apart by."""

_GIFT_CARD = r"(?i)gift ?cards?\b|\b(tarjetas?|bonos?|certificados?) (de )?regalo\b"
_MILLION = 1_000_000


def sales(facts: Facts, costs: Costs) -> pl.DataFrame:
    """One row per order that is no test, in the order of ``facts.orders``.

    Returns:
        order_id, customer_id, is_new, status, payment_method, sale_channel, channel, campaign, segment, city; category,
        that of its dearest line; the rungs as truth values, each with its day ``<rung>_on``; brought_back, whether it
        was delivered and something came back; ``counted`` and ``counted_on``, whether and when it reached the rung from
        which an order is revenue; billed, what the customer pays; refunds, with their day refund_on; sold and
        given_back, both without VAT and without gift cards, which are owed and not earned.
    """
    orders = facts.orders
    reached = pl.col("status").is_in(["confirmed", "paid", "shipped", "delivered", "refused", "returned"])
    lost = pl.col("status").is_in(["refused", "returned", "cancelled"])
    back = _came_back(facts)
    table = orders.with_columns(
        confirmed=reached.fill_null(False) | pl.col("paid") | pl.col("shipped") | pl.lit(_confirmed_by_phone(facts)),
        kept=pl.col("delivered") & ~lost.fill_null(False),
        brought_back=pl.col("delivered") & (pl.lit(back.is_not_null()) | (pl.col("status") == "returned")),
        confirmed_on=pl.col("placed_on"),
        kept_on=pl.col("delivered_on"),
        refund_on=pl.coalesce(pl.lit(back), "delivered_on"),
        refunds=facts.in_base("refunded", orders["currency"]).clip(0).fill_null(0),
        tax=facts.in_base("tax", orders["currency"]).clip(0).fill_null(0),
        billed=pl.col("total"),
    )
    basis = costs.revenue_basis
    table = table.with_columns(_of_lines(facts).get_columns())
    table = table.with_columns(counted=pl.col(basis), counted_on=pl.col(f"{basis}_on"))
    earned = [
        _without_vat(pl.col(name), costs).alias(new) for name, new in (("billed", "sold"), ("refunds", "given_back"))
    ]
    columns = ("order_id", "customer_id", "is_new", "status", "payment_method", "sale_channel")
    cuts = ("channel", "campaign", "segment", "category", "city")
    rungs = [name for rung in RUNGS for name in (rung, f"{rung}_on")]
    money = ("brought_back", "counted", "counted_on", "billed", "refunds", "refund_on", "sold", "given_back")
    return table.with_columns(earned).select(*columns, *cuts, *rungs, *money)


def given_back(facts: Facts, costs: Costs) -> pl.DataFrame:
    """What credit notes give back, which is known of no order.

    Returns:
        order_id, that of the note; day; the cuts, category always empty; refunds, and given_back, the same without VAT.
    """
    notes = facts.credit_notes
    if costs.vat is None:
        net = pl.col("amount") - pl.col("tax")
    else:
        more, per = (1 + costs.vat).as_integer_ratio() if costs.prices_include_vat else (1, 1)
        net = rounded(pl.col("amount").cast(WIDE) * pl.lit(per, WIDE), pl.lit(more, WIDE))
    cuts = ("channel", "campaign", "segment", "city")
    return notes.select(
        "order_id", "day", *cuts, category=pl.lit(None, pl.String), refunds="amount", given_back=net.cast(pl.Int64)
    )


def _without_vat(amount: pl.Expr, costs: Costs) -> pl.Expr:
    """What of ``amount`` is earned: without the VAT inside it, nor the part of the order that is gift cards."""
    part = amount.cast(WIDE) * (pl.lit(_MILLION, WIDE) - pl.col("gift_part").cast(WIDE))
    if costs.vat is not None:
        more, per = (1 + costs.vat).as_integer_ratio() if costs.prices_include_vat else (1, 1)
        return rounded(part * pl.lit(per, WIDE), pl.lit(_MILLION * more, WIDE))
    billed = pl.col("billed").cast(WIDE)
    net = (billed - pl.col("tax").cast(WIDE)).clip(pl.lit(0, WIDE))
    return rounded(part * net, (billed * pl.lit(_MILLION, WIDE)).clip(pl.lit(1, WIDE)))


def _confirmed_by_phone(facts: Facts) -> pl.Series:
    """Whether each order said yes in a call."""
    if "result" not in facts.raw_calls.columns:
        return pl.repeat(False, facts.orders.height, eager=True)
    said = facts.raw_calls.filter(pl.col("result").cast(pl.String) == "confirmed")["order_id"].cast(pl.String)
    return facts.orders["order_id"].is_in(said.drop_nulls().unique().implode())


def _came_back(facts: Facts) -> pl.Series:
    """The last day on which something of each order was returned or charged back; empty when nothing was."""
    kinds = ["return", "refusal", "chargeback"]
    days = facts.returns.filter(pl.col("kind").is_in(kinds), pl.col("row").is_not_null())
    last = days.group_by("row").agg(pl.col("day").max())
    return facts.rows.select("row").join(last, on="row", how="left", maintain_order="left")["day"]


def _of_lines(facts: Facts) -> pl.DataFrame:
    """For each order ``category``, of its dearest line, and ``gift_part``, the millionths of it that are gift cards."""
    raw, rows = facts.raw_lines, facts.rows
    if not raw.width:
        nothing = rows.with_columns(category=pl.lit(None, pl.String), gift_part=pl.lit(0, pl.Int64))
        return nothing.select("category", "gift_part")

    def number(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.Float64) if name in raw.columns else pl.lit(None, pl.Float64)

    def text(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.String) if name in raw.columns else pl.lit(None, pl.String)

    worth = pl.coalesce(number("net"), number("unit_price") * number("qty"), number("unit_cost") * number("qty"), 0.0)
    gift = pl.concat_str(text("category"), text("name"), separator=" ", ignore_nulls=True).str.contains(_GIFT_CARD)
    lines = raw.select(pl.col("order_id").cast(pl.String), text("category"), worth=worth.clip(0), gift=gift)
    sums = lines.sort("order_id", "worth", "category", descending=[False, True, False], nulls_last=True)
    sums = sums.group_by("order_id", maintain_order=True).agg(
        pl.col("category").first(),
        gift_part=(pl.col("worth").filter("gift").sum() / pl.col("worth").sum() * _MILLION),
    )
    found = rows.join(sums, on="order_id", how="left", maintain_order="left")
    return found.select("category", gift_part=pl.col("gift_part").fill_nan(0).fill_null(0).round().cast(pl.Int64))
