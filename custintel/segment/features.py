"""Who is put into segments, and by what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from custintel.errors import CustintelError, UsageError
from custintel.i18n import _
from custintel.purchases.purchases import Purchases
from custintel.purchases.summary import summary
from custintel.segment.ranks import Floats
from custintel.segment.remarks import Remark

Kind = Literal["days", "count", "money", "share", "number"]
Method = Literal["kmeans", "gmm", "ward", "hdbscan", "rules"]
RFM = ("recency", "orders", "net")
KINDS: Mapping[str, Kind] = {
    "recency": "days",
    "orders": "count",
    "days": "count",
    "net": "money",
    "margin": "money",
    "acquisition": "money",
    "ticket": "money",
    "span": "days",
    "age": "days",
    "undone": "count",
}
"""What the columns of a summary of purchases are."""
_CRM = {"last_purchase_at": "recency", "total_orders": "orders", "total_spent": "net", "avg_ticket": "ticket"}


@dataclass(frozen=True)
class Feature:
    """One thing that customers are compared by.

    Attributes:
        name: of the column.
        kind: how it is counted, which decides how it is rounded and written.
        falls: whether less is better, as with the days since the last purchase.
    """

    name: str
    kind: Kind
    falls: bool = False


@dataclass(frozen=True)
class People:
    """Everybody who can be in a segment.

    Attributes:
        frame: by customer_id: the columns of a summary of purchases that are known (``net`` and the like as floats),
            and those asked for.
        features: what they are compared by.
        as_of: the day it speaks of.
        currency: of its money; may be empty.
        from_orders: whether it comes from orders, or from what a customer file says.
    """

    frame: pl.DataFrame
    features: tuple[Feature, ...]
    as_of: dt.date
    currency: str
    from_orders: bool

    def values(self, feature: Feature) -> Floats:
        """A feature of everybody, more being better; not known is NaN."""
        column = self.frame[feature.name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        return -column if feature.falls else column


def buyers(bought: Purchases) -> pl.DataFrame:
    """The summary of everybody who bought something."""
    if bought.as_of is None:
        return summary(bought.frame, dt.date(1970, 1, 1))
    return summary(bought.frame, bought.as_of).filter(pl.col("orders") > 0)


def crm_summary(customers: pl.DataFrame, as_of: dt.date | None) -> tuple[pl.DataFrame, dt.date | None]:
    """What a customer file says of purchases, by customer_id, and the day it speaks of.

    Args:
        customers: the table of that name.
        as_of: the day; by default that of the last purchase.

    Returns:
        customer_id and those of recency, orders, net and ticket that any row knows; only people with a purchase.
    """
    known = {name: to for name, to in _CRM.items() if customers[name].null_count() < customers.height}
    if not known:
        return customers.select("customer_id").clear(), as_of
    last = customers["last_purchase_at"].cast(pl.Date).max() if "last_purchase_at" in known else None
    as_of = as_of or (last if isinstance(last, dt.date) else None)
    parts = {
        "recency": (pl.lit(as_of, pl.Date) - pl.col("last_purchase_at").cast(pl.Date)).dt.total_days(),
        "orders": pl.col("total_orders").cast(pl.Float64),
        "net": pl.col("total_spent").cast(pl.Float64),
        "ticket": pl.col("avg_ticket").cast(pl.Float64),
    }
    bought = pl.any_horizontal(
        pl.col(name).is_not_null() if name == "last_purchase_at" else pl.col(name).cast(pl.Float64) > 0
        for name in known
    )
    frame = customers.filter(bought.fill_null(False)).select(
        "customer_id", *(parts[to].alias(to) for to in known.values())
    )
    if "recency" in frame.columns:
        frame = frame.filter((pl.col("recency") >= 0) | pl.col("recency").is_null())
    return frame, as_of


def asked_for(
    by: Sequence[str], frame: pl.DataFrame, more: Mapping[str, pl.DataFrame], as_of: dt.date
) -> tuple[pl.DataFrame, tuple[Feature, ...]]:
    """``frame`` with the columns ``by``, and what they are.

    Args:
        by: names of columns of ``frame`` or of one of ``more``.
        frame: one row per customer.
        more: other tables with one row per customer, by name.
        as_of: the day from which "how long ago" counts.

    Raises:
        UsageError: there is no such column, or it holds neither numbers nor days.
    """
    features = []
    for name in by:
        if name == "customer_id":
            raise _no_such(name, frame, more)
        if name in frame.columns and frame.schema[name].is_temporal():
            ago = (pl.lit(as_of) - pl.col(name).cast(pl.Date)).dt.total_days()
            frame = frame.with_columns(ago.cast(pl.Float64).alias(name))
            features.append(Feature(name, "days", True))
        elif name not in frame.columns:
            table = next((one for one in more.values() if name in one.columns and _counts(one.schema[name])), None)
            if table is None:
                raise _no_such(name, frame, more)
            column = pl.col(name)
            if table.schema[name].is_temporal():
                column = (pl.lit(as_of) - column.cast(pl.Date)).dt.total_days()
            found = table.select("customer_id", column.cast(pl.Float64).alias(name))
            frame = frame.join(found, on="customer_id", how="left", maintain_order="left")
            features.append(Feature(name, _kind(table, name), table.schema[name].is_temporal()))
        else:
            features.append(Feature(name, KINDS.get(name, "number"), name == "recency"))
    return frame, tuple(features)


def _counts(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or dtype in (pl.Date, pl.Datetime)


def _kind(table: pl.DataFrame, name: str) -> Kind:
    dtype = table.schema[name]
    if dtype.is_temporal():
        return "days"
    if dtype.is_decimal():
        return "money"
    if dtype.is_integer():
        return "count"
    column = table[name]
    least, most = column.min(), column.max()
    within = isinstance(least, float) and isinstance(most, float) and least >= 0 and most <= 1
    return "share" if within else "number"


def _no_such(name: str, frame: pl.DataFrame, more: Mapping[str, pl.DataFrame]) -> UsageError:
    import difflib

    texts = {column for one in more.values() for column in one.columns if not _counts(one.schema[column])}
    names = [c for c in frame.columns if c != "customer_id"]
    names += [c for one in more.values() for c in one.columns if _counts(one.schema[c]) and one[c].count()]
    names = list(dict.fromkeys(names))
    near = difflib.get_close_matches(name, names, 1, 0.6)
    hint = _("Choose from: {names}").format(names=", ".join(names) or "-")
    if near:
        hint = " ".join((_("Did you mean {key}?").format(key=near[0]), hint))
    message = (
        _("Customers can be compared by numbers and days, and this column is text.")
        if name in texts
        else _("There is no such column to compare customers by.")
    )
    return UsageError(message, where="--by", seen=name, hint=hint)


def useful(people: People) -> tuple[People, list[Remark]]:
    """``people`` without the features that are the same for everybody, and what is to be said of the others.

    Raises:
        CustintelError: there is nobody, or only one, or nothing tells them apart.
    """
    n = people.frame.height
    if n < 2:
        raise CustintelError(
            _("Nobody has bought anything yet: there is nobody to put into segments.")
            if n == 0
            else _("Only one customer has bought something: segments need several."),
            hint=_("Load more orders: ci load orders.csv"),
        )
    remarks, kept = [], []
    for feature in people.features:
        values = people.values(feature)
        unknown = int(np.isnan(values).sum())
        if np.unique(values[~np.isnan(values)]).size < 2:
            remarks.append(Remark("constant", {"feature": feature.name}))
            continue
        if unknown:
            remarks.append(Remark("gaps", {"feature": feature.name, "n": unknown}))
        kept.append(feature)
    if not kept:
        raise CustintelError(
            _("All {n} customers are alike in what they are compared by: nothing tells segments apart.").format(n=n),
            seen=", ".join(feature.name for feature in people.features),
            hint=_("Compare them by something else: ci segment --by COLUMNS"),
        )
    return People(people.frame, tuple(kept), people.as_of, people.currency, people.from_orders), remarks
