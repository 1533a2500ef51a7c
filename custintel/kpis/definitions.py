"""What every number is: its numerator, its denominator, how sure it is, and the formula to print beside it.

A definition names measures of :mod:`custintel.kpis.cuts`; names in one numerator are added up.
"""

from __future__ import annotations

from dataclasses import dataclass

from custintel.i18n import N_


@dataclass(frozen=True)
class Kpi:
    """One number.

    Attributes:
        code: as tables name it.
        label: in words, in English, marked for translation.
        numerator: measures that are added up.
        denominator: measures that are added up; nothing for a plain amount.
        unit: share, money (minor units over a count), amount (minor units), ratio, orders, months.
        interval: ``wilson`` for a share of a count, ``count`` for money over a count (Garwood on the count), ``mean``
            for an average order, ``rate`` for a count over another (Garwood on the numerator), or empty: everything
            was counted, nothing sampled.
    """

    code: str
    label: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    unit: str = "share"
    interval: str = ""

    @property
    def formula(self) -> str:
        """Its formula in measures: ``(acquisition + hidden) / kept``."""
        top = " + ".join(self.numerator)
        if not self.denominator:
            return top
        return f"{f'({top})' if len(self.numerator) > 1 else top} / {' + '.join(self.denominator)}"


def _share(code: str, label: str, part: str, of: str) -> Kpi:
    return Kpi(code, label, (part,), (of,), "share", "wilson")


def _cost(code: str, label: str, cost: tuple[str, ...], per: str) -> Kpi:
    return Kpi(code, label, cost, (per,), "money", "count")


LADDER = (
    _share("confirmed_rate", N_("Confirmed, of orders placed"), "confirmed", "placed"),
    _share("paid_rate", N_("Paid, of orders placed"), "paid", "placed"),
    _share("delivered_rate", N_("Delivered, of orders placed"), "delivered", "placed"),
    _share("kept_rate", N_("Kept, of orders placed"), "kept", "placed"),
    _share("cancelled_rate", N_("Cancelled, of orders placed"), "cancelled", "placed"),
    _share("refusal_rate", N_("Refused at the door, of orders shipped"), "refused", "shipped"),
    _share("return_rate", N_("Orders of which something came back, of those delivered"), "brought_back", "delivered"),
)
CUSTOMERS = (
    _share("repeat_rate", N_("Customers with two orders or more"), "repeat_buyers", "buyers"),
    Kpi("frequency", N_("Orders per customer"), ("buyers_orders",), ("buyers",), "ratio"),
    Kpi("aov", N_("Average order"), ("billed",), ("counted",), "money", "mean"),
)
COSTS = (
    _cost("cpa_media", N_("Media per order placed"), ("media",), "placed"),
    _cost("cpa_marketing", N_("Acquisition per order placed"), ("acquisition",), "placed"),
    _cost(
        "cpa_loaded_placed", N_("Acquisition and hidden costs per order placed"), ("acquisition", "hidden"), "placed"
    ),
    _cost("cpa_loaded", N_("Acquisition and hidden costs per order kept"), ("acquisition", "hidden"), "kept"),
    _cost("cpa_loaded_direct", N_("Of it, what more orders cost more of"), ("direct",), "kept"),
    _cost("cpa_loaded_shared", N_("Of it, costs of the whole business by time"), ("shared",), "kept"),
    _cost("cac", N_("Acquisition per new customer whose order is kept"), ("new_acquisition",), "new_kept"),
    _cost(
        "cac_loaded",
        N_("Acquisition and hidden costs per new customer whose order is kept"),
        ("new_acquisition", "new_hidden"),
        "new_kept",
    ),
)
MARGINS = (
    Kpi("net_sales", N_("Net sales: without discounts, VAT, refunds and gift cards"), ("net_sales",), (), "amount"),
    Kpi("cm1", N_("Margin 1: net sales less goods and inbound freight"), ("cm1",), (), "amount"),
    Kpi("cm2", N_("Margin 2: also less fulfilment, payment, post-sale, commercial and tax"), ("cm2",), (), "amount"),
    Kpi("cm3", N_("Margin 3: also less acquisition"), ("cm3",), (), "amount"),
    Kpi("cm1_share", N_("Margin 1, of net sales"), ("cm1",), ("net_sales",), "share"),
    Kpi("cm2_share", N_("Margin 2, of net sales"), ("cm2",), ("net_sales",), "share"),
    Kpi("cm3_share", N_("Margin 3, of net sales"), ("cm3",), ("net_sales",), "share"),
    Kpi("break_even_cpa", N_("The most that acquisition may cost per order kept"), ("cm2",), ("kept",), "money"),
    Kpi(
        "break_even_cpa_loaded",
        N_("The most that acquisition and hidden costs may cost per order kept"),
        ("cm1",),
        ("kept",),
        "money",
    ),
    Kpi("roas", N_("Net sales per unit of media"), ("net_sales",), ("media",), "ratio"),
    Kpi("break_even_roas", N_("Net sales per unit of media from which it pays"), ("net_sales",), ("cm2",), "ratio"),
    Kpi("mer", N_("Net sales per unit of all advertising"), ("net_sales",), ("ad_spend",), "ratio"),
)
VISITS = (
    *(
        Kpi(f"cr_visit_{rung}", label, (f"web_{rung}",), ("visits",), "share", "rate")
        for rung, label in (
            ("placed", N_("Orders placed per visit")),
            ("confirmed", N_("Orders confirmed per visit")),
            ("paid", N_("Orders paid per visit")),
            ("delivered", N_("Orders delivered per visit")),
            ("kept", N_("Orders kept per visit")),
        )
    ),
    _share("cr_session", N_("Visits with an order"), "converted", "sessions"),
    _share("cr_person", N_("Visitors with an order"), "web_buyers", "persons"),
    _share("cr_view_item", N_("Visits that look at an article"), "view_item", "sessions"),
    _share("cr_add_to_cart", N_("Of these, put one in the cart"), "add_to_cart", "view_item"),
    _share("cr_begin_checkout", N_("Of these, begin to pay"), "begin_checkout", "add_to_cart"),
    _share("cr_purchase", N_("Of these, buy"), "purchase", "begin_checkout"),
)
PAYBACK = Kpi("payback_months", N_("Months until a new customer has paid for their acquisition"), (), (), "months")

KPIS = (*LADDER, *CUSTOMERS, *COSTS, *MARGINS)
"""Of orders and costs."""
BY_CODE = {kpi.code: kpi for kpi in (*KPIS, *VISITS, PAYBACK)}
