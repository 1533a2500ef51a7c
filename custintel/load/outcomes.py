"""What follows from several tables: what came back of an order, the place of an order in a person's life, the costs
of its lines."""

from __future__ import annotations

import polars as pl

from custintel.tables.orders import ORDER_STATUS

CATALOGUE = ("name", "category", "brand", "unit_cost", "kg")
"""What the list of products tells of a line that does not tell it itself."""
_BACK = ("return", "chargeback")
_PART = ("line_no", "sku", "qty", "refund")
"""What a return says that is of a part of its order; one that says none of it is of all of it."""


def with_returns(orders: pl.DataFrame, items: pl.DataFrame, returns: pl.DataFrame) -> pl.DataFrame:
    """What came of orders: ``status``, ``refunded`` and ``net_revenue``.

    The status is as stated, but refused when its refusal is known, and returned when all of it came back; the refund as
    stated, else what the returns say.

    Args:
        orders: ``order_id``, ``stated_status``, ``stated_refund``, ``total``, ``tax``, ``credit_note``; what a credit
            note gives back is its total.
        items: ``order_id`` and ``qty``.
        returns: ``order_id``, ``kind``, ``line_no``, ``sku``, ``qty``, ``refund``.
    """
    units = items.group_by("order_id").agg(units=pl.col("qty").sum())
    kind = pl.col("kind").cast(pl.String)
    came = returns.group_by("order_id").agg(
        back=pl.col("qty").filter(kind.is_in(_BACK)).sum(),
        everything=(kind.is_in(_BACK) & pl.all_horizontal(pl.col(_PART).is_null())).any(),
        refused=(kind == "refusal").any(),
        _refund=pl.col("refund").sum(),
    )
    joined = orders.join(units, on="order_id", how="left", maintain_order="left")
    joined = joined.join(came, on="order_id", how="left", maintain_order="left")
    final = pl.col("stated_status").cast(pl.String).is_in(["cancelled", "test", "refused", "returned"])
    whole = pl.col("everything") | ((pl.col("back") >= pl.col("units")) & (pl.col("units") > 0))
    status = (
        pl.when(final)
        .then("stated_status")
        .when(pl.col("refused"))
        .then(pl.lit("refused", ORDER_STATUS))
        .when(whole)
        .then(pl.lit("returned", ORDER_STATUS))
        .otherwise("stated_status")
    )
    own = pl.when(~pl.col("credit_note").fill_null(False)).then(pl.coalesce("stated_refund", "_refund"))
    joined = joined.with_columns(status=status, refunded=own)
    net = pl.col("total") - pl.col("tax").fill_null(0) - pl.col("refunded").fill_null(0)
    return joined.with_columns(net_revenue=net).drop("units", "back", "everything", "refused", "_refund")


def with_sequence(orders: pl.DataFrame) -> pl.DataFrame:
    """``order_seq`` and ``is_new`` of the orders of known people; tests and credit notes have no place."""
    sold = (pl.col("status") != "test") & ~pl.col("credit_note").fill_null(False)
    real = orders.filter(pl.col("customer_id").is_not_null() & sold)
    placed = real.sort("customer_id", "ordered_at", "order_id").select(
        "order_id", order_seq=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("customer_id")
    )
    joined = orders.drop("order_seq", "is_new", strict=False).join(
        placed, on="order_id", how="left", maintain_order="left"
    )
    return joined.with_columns(is_new=pl.col("order_seq") == 1)


def with_catalogue(items: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """Lines with what the list of products knows of their article, and ``from_catalogue``: which cells those are.

    Cells that an earlier list filled are filled anew.
    """
    listed = pl.col("from_catalogue").fill_null([])
    own = items.with_columns(pl.when(~listed.list.contains(name)).then(name).alias(name) for name in CATALOGUE)
    known = products.select(_sku=_sku(), **{f"_{name}": pl.col(name) for name in CATALOGUE}).unique(
        "_sku", keep="first", maintain_order=True
    )
    joined = own.with_columns(_sku=_sku()).join(known, on="_sku", how="left", maintain_order="left")
    filled = [
        pl.when(pl.col(name).is_null() & pl.col(f"_{name}").is_not_null()).then(pl.lit(name)) for name in CATALOGUE
    ]
    told = pl.concat_list(filled).list.drop_nulls()
    return joined.with_columns(
        from_catalogue=pl.when(told.list.len() > 0).then(told),
        **{name: pl.coalesce(name, f"_{name}") for name in CATALOGUE},
    ).select(items.columns)


def with_returned(items: pl.DataFrame, returns: pl.DataFrame) -> pl.DataFrame:
    """``returned_qty`` of each line: what came back of it for good, or with the whole order."""
    kept = returns.filter(pl.col("kind").cast(pl.String).is_in([*_BACK, "refusal"]))
    by_line = kept.drop_nulls("line_no").group_by("order_id", "line_no").agg(_line=pl.col("qty").sum())
    whole = kept.filter(pl.col("line_no").is_null()).group_by("order_id").agg(_whole=pl.col("qty").sum())
    joined = items.join(by_line, on=["order_id", "line_no"], how="left", maintain_order="left").join(
        whole, on="order_id", how="left", maintain_order="left"
    )
    everything = pl.col("_whole") >= pl.col("qty").sum().over("order_id")
    back = pl.when(everything).then("qty").otherwise("_line")
    return joined.with_columns(returned_qty=back).select(items.columns)


def with_lines(returns: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """``line_no`` of returns that name an article: the line of their order that has it, the first of several."""
    lines = items.select("order_id", _line="line_no", _sku=_sku()).drop_nulls().sort("order_id", "_line")
    lines = lines.unique(["order_id", "_sku"], keep="first", maintain_order=True)
    joined = returns.with_columns(_sku=_sku()).join(lines, on=["order_id", "_sku"], how="left", maintain_order="left")
    return joined.with_columns(line_no=pl.coalesce("line_no", "_line")).select(returns.columns)


def _sku() -> pl.Expr:
    return pl.col("sku").str.to_uppercase().str.strip_chars()
