"""What the codes of the cost ledger are called, for every page that names one."""

from __future__ import annotations

from collections.abc import Mapping

from custintel.i18n import N_

CATEGORIES: Mapping[str, str] = {
    "media": N_("media"),
    "offline_media": N_("offline media"),
    "agency_fee": N_("agency"),
    "content_production": N_("content"),
    "marketing_tools": N_("marketing tools"),
    "marketing_salaries": N_("marketing salaries"),
    "affiliate_commission": N_("affiliates"),
    "marketplace_commission": N_("marketplace commission"),
    "cogs": N_("goods"),
    "inbound_freight": N_("inbound freight"),
    "outbound_shipping": N_("freight"),
    "transport": N_("transport"),
    "last_mile": N_("last mile"),
    "packaging": N_("packaging"),
    "outer_packing": N_("outer packing"),
    "handling": N_("handling"),
    "storage": N_("storage"),
    "shipping_insurance": N_("freight insurance"),
    "confirmation_calls": N_("confirmation calls"),
    "failed_delivery": N_("failed deliveries"),
    "cod_refusal": N_("refusals at the door"),
    "payment_fees": N_("payment fees"),
    "cod_fee": N_("collection on delivery"),
    "chargebacks": N_("chargebacks"),
    "returns_logistics": N_("freight of returns"),
    "returns_write_off": N_("goods lost in returns"),
    "warranties": N_("warranties"),
    "customer_service": N_("customer service"),
    "discounts": N_("discounts"),
    "loyalty_points": N_("points"),
    "platform_fee": N_("platform"),
    "turnover_tax": N_("turnover tax"),
}
"""Of every category of :data:`custintel.tables.cost_ledger.CATEGORY`."""

DRIVERS: Mapping[str, str] = {
    "actual": N_("as the data say"),
    "per_order": N_("per order"),
    "per_shipment": N_("per shipment"),
    "per_unit": N_("per unit"),
    "per_kg": N_("per kilo"),
    "per_km_zone": N_("per kilometre or zone"),
    "per_attempt": N_("per delivery attempt"),
    "per_failed_attempt": N_("per failed attempt"),
    "per_call": N_("per call"),
    "per_call_minute": N_("per minute of calls"),
    "per_return": N_("per return"),
    "per_refusal": N_("per refusal"),
    "per_warranty": N_("per warranty case"),
    "pct_revenue": N_("percentage of sales"),
    "pct_collected": N_("percentage of what is collected"),
    "pct_declared": N_("percentage of the declared value"),
    "pct_returned_cogs": N_("percentage of the goods returned"),
    "per_period": N_("per period"),
}
"""Of every driver of :data:`custintel.tables.cost_ledger.DRIVER`."""
