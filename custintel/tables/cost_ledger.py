"""cost_ledger: every cost to the minor unit, on the order or line that caused it."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.vocabulary import Column, Table

COST_GROUP = pl.Enum(["acquisition", "product", "fulfilment", "payment", "post_sale", "commercial", "tax"])

CATEGORY = pl.Enum(
    [
        "media",
        "offline_media",
        "agency_fee",
        "content_production",
        "marketing_tools",
        "marketing_salaries",
        "affiliate_commission",
        "marketplace_commission",
        "cogs",
        "inbound_freight",
        "outbound_shipping",
        "transport",
        "last_mile",
        "packaging",
        "outer_packing",
        "handling",
        "storage",
        "shipping_insurance",
        "confirmation_calls",
        "failed_delivery",
        "cod_refusal",
        "payment_fees",
        "cod_fee",
        "chargebacks",
        "returns_logistics",
        "returns_write_off",
        "warranties",
        "customer_service",
        "discounts",
        "loyalty_points",
        "platform_fee",
        "turnover_tax",
    ]
)
"""What a cost is for; the words for each are in ``kpis/data/cost_words.toml``."""

USUAL = (
    "media",
    "cogs",
    "outbound_shipping",
    "transport",
    "last_mile",
    "packaging",
    "outer_packing",
    "confirmation_calls",
    "failed_delivery",
    "cod_refusal",
    "payment_fees",
    "cod_fee",
    "returns_logistics",
    "returns_write_off",
    "warranties",
    "customer_service",
)
"""Categories that nearly every shop has: one that is not in its ledger was probably forgotten."""

DRIVER = pl.Enum(
    [
        "actual",
        "per_order",
        "per_shipment",
        "per_unit",
        "per_kg",
        "per_km_zone",
        "per_attempt",
        "per_failed_attempt",
        "per_call",
        "per_call_minute",
        "per_return",
        "per_refusal",
        "per_warranty",
        "pct_revenue",
        "pct_collected",
        "pct_declared",
        "pct_returned_cogs",
        "per_period",
    ]
)
"""What a cost is counted by."""

COST_LEDGER = Table(
    name="cost_ledger",
    label=N_("One row per cost of an order or line; rows without an order are costs that fell on none."),
    written_by="kpis",
    columns=(
        Column("order_id", pl.String(), N_("The order; empty for what could not be put on any.")),
        Column("line_no", pl.Int32(), N_("The line of the order, where the cost is of one.")),
        Column("category", CATEGORY, N_("What the money was for, as a code."), False),
        Column("cost_group", COST_GROUP, N_("What kind of cost that is."), False),
        Column("driver", DRIVER, N_("What it was counted by, as a code."), False),
        Column("amount_minor", pl.Int64(), N_("The amount as it was entered or found."), False, unit="minor units"),
        Column("currency", pl.String(), N_("Its currency, ISO 4217."), False),
        Column("base_minor", pl.Int64(), N_("The amount in the currency of costs.yaml."), False, unit="minor units"),
        Column("rule_line", pl.Int32(), N_("The line of costs.yaml that says so."), False),
        Column("date", pl.Date(), N_("The day on which it arose.")),
        Column("channel", pl.String(), N_("The channel it was spent on, where there is no order."), optional=True),
        Column("campaign", pl.String(), N_("The campaign it was spent on, where there is no order."), optional=True),
    ),
)
