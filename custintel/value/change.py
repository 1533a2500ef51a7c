"""Why a total changed: customers x orders of each x net sales of an order x margin of sales, adding up exactly.

Each factor's part is what changing it does on average over all orders in which the four can be changed one after the
other (Shapley 1953; for accounts: Sun 1998, *Energy Economics* 20, 85). It is worked out in fractions, so the parts add
up to the change to the last unit whatever the signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

FACTORS = ("customers", "frequency", "ticket", "margin")


def factors(customers: int, orders: int, net: int, money: int) -> tuple[Fraction, ...] | None:
    """The four factors, whose product is ``money``; ``None`` where one of them has no meaning."""
    if not customers or not orders or not net:
        return None
    return Fraction(customers), Fraction(orders, customers), Fraction(net, orders), Fraction(money, net)


def split(before: Sequence[Fraction], after: Sequence[Fraction]) -> list[int]:
    """The part of each factor in the change of the product, in whole units that add up to the whole change exactly.

    Args:
        before: factors whose product is a whole number.
        after: as many, likewise.
    """
    parts = [Fraction(0)] * len(before)
    turns = list(permutations(range(len(before))))
    for turn in turns:
        now = list(before)
        for place in turn:
            old = _product(now)
            now[place] = after[place]
            parts[place] += _product(now) - old
    shares = [part / len(turns) for part in parts]
    whole = [share.numerator // share.denominator for share in shares]
    missing = int(_product(after) - _product(before)) - sum(whole)
    # The largest remainders take what rounding down left; equals by their order.
    for place in sorted(range(len(shares)), key=lambda at: (whole[at] - shares[at], at))[:missing]:
        whole[place] += 1
    return whole


def _product(numbers: Sequence[Fraction]) -> Fraction:
    found = Fraction(1)
    for number in numbers:
        found *= number
    return found
