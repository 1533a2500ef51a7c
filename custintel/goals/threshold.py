"""From which amount shipping is free: just above what six of ten orders come to, if what it brings can pay for it."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10

import numpy as np
import polars as pl

SHARE = 0.6
"""Part of the orders that stay below the threshold."""
NEAR = 0.6
"""Part of the threshold from which an order could be raised to it."""
FEWEST = 30
"""Orders below which nothing is said."""
_HARDLY = 0.05
"""Part of orders below which it is said that hardly any of them pays for shipping."""
_STEPS = (1.0, 1.2, 1.5, 1.8, 2.0, 2.2, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)


@dataclass(frozen=True)
class Threshold:
    """A threshold, and whether it can pay. Money in units of the currency, per the time the orders are of.

    Attributes:
        amount: from which shipping is free.
        orders: what it was worked out from.
        above: orders that are above it already.
        given: what they pay for shipping and would no longer.
        near: orders below it that could be raised: from :data:`NEAR` of it on.
        gain: what one of them leaves more when raised, its own shipping given away; empty without costs.
        needed: part of the near orders that has to be raised for it to pay; above 1 it cannot. Empty without costs.
        left: what an order of just this amount leaves, its shipping given away; nothing that it is above the mean
            order is counted, since costs that are a share of the price may be among those believed not to shrink. Empty
            without costs.
    """

    amount: float
    orders: int
    above: int
    given: float
    near: int
    gain: float | None
    needed: float | None
    left: float | None

    @property
    def pays(self) -> bool:
        """Whether an order of it leaves something, and a third of the orders near it, or fewer, are enough."""
        return self.needed is not None and self.needed <= 1 / 3 and self.left is not None and self.left >= 0


def threshold(orders: pl.DataFrame, margin_rate: float | None, fixed: float = 0.0) -> Threshold | None:
    """The threshold for some orders.

    Args:
        orders: ``goods``, what each order came to without shipping, and ``shipping``, what it paid for that; units of
            the currency, as customers see them.
        margin_rate: what is left of one more unit of goods after the costs that come with it; ``None`` when they are
            not counted.
        fixed: what an order costs whatever is in it.

    Returns:
        ``None`` with fewer than :data:`FEWEST` orders, where hardly any order pays for shipping, or hardly any above
        the threshold: there it is free already; and where nothing is above it, or what is pays nothing for shipping.
    """
    goods, shipping = orders["goods"].to_numpy(), orders["shipping"].to_numpy()
    if len(goods) < FEWEST or np.mean(shipping > 0) < _HARDLY:
        return None
    amount = rounded_up(float(np.quantile(goods, SHARE, method="inverted_cdf")))
    if not amount:
        return None
    above, near = goods >= amount, (goods >= NEAR * amount) & (goods < amount)
    given = float(shipping[above].sum())
    if given <= 0 or np.mean(shipping[above] > 0) < _HARDLY:
        return None
    gain = needed = left = None
    if margin_rate is not None:
        # The rate is of all that is paid. Shipping bears no goods, so giving it away costs more than the rate of it.
        left = margin_rate * min(amount, float(goods.mean())) - (1 - margin_rate) * float(shipping.mean()) - fixed
    if margin_rate is not None and near.any():
        gain = float(margin_rate * (amount - goods[near]).mean() - shipping[near].mean())
        needed = given / (gain * near.sum()) if gain > 0 else float("inf")
    return Threshold(amount, len(goods), int(above.sum()), given, int(near.sum()), gain, needed, left)


def rounded_up(amount: float) -> float:
    """The next amount that a price list would name: 87,340 becomes 90,000; nothing for what is not above zero."""
    if amount <= 0:
        return 0.0
    scale = 10.0 ** floor(log10(amount))
    step = next(step for step in _STEPS if step * scale > amount * (1 + 1e-12))
    return round(step * scale, 2)
