"""By which channel each person may be told, where that is known."""

from __future__ import annotations

import polars as pl

_CHECKED = ("best_channel", "reachable_by", *(f"may_contact_{way}" for way in ("email", "sms", "whatsapp", "call")))


def known(customers: pl.DataFrame) -> bool:
    """Whether ``ci contactability`` has looked at these people."""
    return any(name in customers.columns and customers[name].null_count() < customers.height for name in _CHECKED)


def channels(customers: pl.DataFrame) -> pl.DataFrame:
    """customer_id and channel of everybody who may be contacted by some channel that reaches them."""
    found = customers.select("customer_id", pl.col("best_channel").alias("channel"))
    return found.filter(pl.col("channel").is_not_null())
