"""What the measures are called from which every number is worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from custintel.i18n import N_, _
from custintel.kpis.definitions import Kpi

MEASURE_NAMES: Mapping[str, str] = {
    "placed": N_("Placed"),
    "confirmed": N_("Confirmed"),
    "paid": N_("Paid"),
    "shipped": N_("Shipped"),
    "delivered": N_("Delivered"),
    "kept": N_("Kept"),
    "refused": N_("Refused at the door"),
    "brought_back": N_("Something came back"),
    "cancelled": N_("Cancelled"),
    "counted": N_("Orders that are revenue"),
    "new_kept": N_("Kept by new customers"),
    "buyers": N_("Known customers"),
    "repeat_buyers": N_("Customers with two orders or more"),
    "buyers_orders": N_("Orders of known customers"),
    "billed": N_("Billed"),
    "refunds": N_("Refunds"),
    "net_sales": N_("Net sales"),
    "product": N_("Goods and inbound freight"),
    "cm1": N_("Margin 1"),
    "fulfilment": N_("Fulfilment"),
    "payment": N_("Payment"),
    "post_sale": N_("After the sale"),
    "commercial": N_("Commercial"),
    "tax": N_("Turnover taxes"),
    "hidden": N_("Hidden costs"),
    "cm2": N_("Margin 2"),
    "acquisition": N_("Acquisition"),
    "cm3": N_("Margin 3"),
    "media": N_("Media"),
    "ad_spend": N_("All advertising"),
    "direct": N_("Acquisition and hidden costs that grow with orders"),
    "shared": N_("Acquisition and hidden costs of the whole business by time"),
    "new_acquisition": N_("Acquisition of new customers"),
    "new_hidden": N_("Hidden costs of new customers"),
    "visits": N_("Visits"),
    "sessions": N_("Visits"),
    "persons": N_("Visitors"),
    "converted": N_("Visits with an order"),
    "web_buyers": N_("Visitors with an order"),
    "view_item": N_("Visits that look at an article"),
    "add_to_cart": N_("Visits that put one in the cart"),
    "begin_checkout": N_("Visits that begin to pay"),
    "purchase": N_("Visits that buy"),
    "web_placed": N_("Web orders placed"),
    "web_confirmed": N_("Web orders confirmed"),
    "web_paid": N_("Web orders paid"),
    "web_delivered": N_("Web orders delivered"),
    "web_kept": N_("Web orders kept"),
}
"""Of every measure that a formula or a column of sums names."""


def formula(kpi: Kpi) -> str:
    """Its formula in words: ``(Acquisition + Hidden costs) ÷ Kept``; empty for what is no quotient of measures."""

    def added(measures: Sequence[str]) -> str:
        names = " + ".join(_(MEASURE_NAMES[one]) for one in measures)
        return f"({names})" if len(measures) > 1 and kpi.denominator else names

    return " ÷ ".join(added(part) for part in (kpi.numerator, kpi.denominator) if part)
