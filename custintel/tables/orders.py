"""orders: one row per order, from every shop, marketplace and sheet."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.records import MONEY, TIME
from custintel.tables.vocabulary import Column, Table

ORDER_STATUS = pl.Enum(
    ["placed", "confirmed", "paid", "shipped", "delivered", "refused", "returned", "cancelled", "test"]
)
SALE_CHANNEL = pl.Enum(["web", "app", "store", "phone", "whatsapp", "marketplace"])
PAYMENT_METHOD = pl.Enum(["card", "pse", "transfer", "cash_voucher", "wallet", "bnpl", "cod", "gift", "other"])
TOUCHED_BY = pl.Enum(["order", "visit", "coupon"])

CONTACTS = (
    Column("contact_email", pl.String(), N_("Email address it came with, normalised."), optional=True),
    Column("contact_phone", pl.String(), N_("Phone number it came with, normalised."), optional=True),
    Column("contact_document", pl.String(), N_("Document it came with, normalised."), optional=True),
    Column("contact_name", pl.String(), N_("Name it came with."), optional=True),
    Column("customer_number", pl.String(), N_("Number that the shop gives its customer."), optional=True),
    Column(
        "record_id", pl.String(), N_("The record that was made of the person, when nobody knew them."), optional=True
    ),
)
"""What a row says about the person, by which they are found again whenever people are joined or taken apart."""
PERSON = ("contact_email", "contact_phone", "contact_document", "contact_name", "customer_number")
"""The columns in which two rows say the same when they write a person in the same way."""

PROVENANCE = (
    Column("exported_at", TIME, N_("The latest moment that the file speaks of: of two files the later one counts.")),
    Column("source_file", pl.String(), N_("Name of the file."), False),
    Column("source_row", pl.UInt32(), N_("Row number as the person sees it."), False, unit="row"),
)
"""Where a row was read."""

ORDERS = Table(
    name="orders",
    label=N_("One row per order, tests included; of an order that came several times, as it was last."),
    written_by="load",
    key=("order_id",),
    columns=(
        Column(
            "order_id", pl.String(), N_("Its number; with the shop before it where two shops use the number."), False
        ),
        Column("origin", pl.String(), N_("The shop or platform it was placed in."), False),
        Column("number", pl.String(), N_("Its number, as the platform writes it."), False),
        Column("customer_id", pl.String(), N_("The person; empty when nobody known has its email, phone or document.")),
        Column("ordered_at", TIME, N_("When it was placed, in the project's time zone."), False),
        Column("sale_channel", SALE_CHANNEL, N_("Where it was sold: web, app, store, phone, whatsapp or marketplace.")),
        Column("store_id", pl.String(), N_("The shop, branch or landing page."), optional=True),
        Column("status", ORDER_STATUS, N_("How far it got, what came back considered."), False),
        Column("stated_status", ORDER_STATUS, N_("How far it got according to its platform alone."), False),
        Column(
            "delivery_assumed",
            pl.Boolean(),
            N_("Whether it counts as delivered because it was sent a week before the export or earlier."),
            optional=True,
        ),
        Column(
            "credit_note",
            pl.Boolean(),
            N_("Whether it is no order but takes back what others sold; its amounts are negative."),
            optional=True,
        ),
        Column("currency", pl.String(), N_("Currency of its amounts, ISO 4217; empty when nothing says it.")),
        Column("gross", MONEY, N_("Goods at list price.")),
        Column("discount", MONEY, N_("Taken off the goods.")),
        Column("shipping_charged", MONEY, N_("Freight that the customer pays.")),
        Column("tax", MONEY, N_("Tax within the total.")),
        Column("total", MONEY, N_("What the customer pays or should have paid."), False),
        Column("refunded", MONEY, N_("Given back, according to its platform or else to the table of returns.")),
        Column("stated_refund", MONEY, N_("Given back according to its platform alone."), optional=True),
        Column("net_revenue", MONEY, N_("Total without tax and what was given back.")),
        Column("payment_method", PAYMENT_METHOD, N_("How it is paid; cod is cash on delivery.")),
        Column("installments", pl.Int64(), N_("In how many payments."), optional=True),
        Column("coupon", pl.String(), N_("Discount code."), optional=True),
        Column("source", pl.String(), N_("Where the visitor came from.")),
        Column("medium", pl.String(), N_("By which means.")),
        Column("campaign", pl.String(), N_("Campaign.")),
        Column("content", pl.String(), N_("The ad or link, as its tag names it."), optional=True),
        Column("term", pl.String(), N_("The keyword, as its tag names it."), optional=True),
        Column("click_id", pl.String(), N_("The ad click that began the visit."), optional=True),
        Column("channel_ga4", pl.String(), N_("Default channel group of Google Analytics 4.")),
        Column("channel", pl.String(), N_("Channel, by our own rules; empty when nothing says it.")),
        Column("touched_by", TOUCHED_BY, N_("What says where it came from: the order, its visit or its coupon."), True),
        Column("analytics_id", pl.String(), N_("Its number in web analytics.")),
        Column("is_new", pl.Boolean(), N_("Whether it is the person's first order; empty when the person is unknown.")),
        Column("order_seq", pl.UInt32(), N_("Which of the person's orders it is, cancelled ones included, tests not.")),
        Column("kg", pl.Float64(), N_("Weight."), optional=True, unit="kg"),
        Column("shipments", pl.Int64(), N_("How many parcels."), optional=True, unit="parcels"),
        Column("attempts", pl.Int64(), N_("How often delivery was tried."), optional=True, unit="attempts"),
        Column("failed_attempts", pl.Int64(), N_("How often it failed."), optional=True, unit="attempts"),
        Column("promised_at", TIME, N_("When it was promised."), optional=True),
        Column("paid_at", TIME, N_("When it was paid."), optional=True),
        Column("shipped_at", TIME, N_("When it was sent."), optional=True),
        Column("delivered_at", TIME, N_("When it arrived."), optional=True),
        Column("cancelled_at", TIME, N_("When it was cancelled."), optional=True),
        Column("carrier", pl.String(), N_("Carrier."), optional=True),
        Column("zone", pl.String(), N_("Zone or distance of delivery."), optional=True),
        Column("city", pl.String(), N_("City or municipality of delivery.")),
        Column("region", pl.String(), N_("Department, state or province of delivery.")),
        Column("country", pl.String(), N_("Country of delivery, ISO 3166 alpha-2."), optional=True),
        Column("geo_code", pl.String(), N_("Official code of the municipality."), optional=True),
        Column("cancel_reason", pl.String(), N_("Why it was cancelled."), optional=True),
        Column("incident", pl.String(), N_("What the carrier says went wrong."), optional=True),
        Column("shipping_cost", MONEY, N_("Freight that the shop pays."), optional=True),
        Column("return_shipping_cost", MONEY, N_("Freight of the way back that the shop pays."), optional=True),
        Column("packaging_cost", MONEY, N_("Packing that the shop pays."), optional=True),
        Column("marketplace_fee", MONEY, N_("What the marketplace keeps."), optional=True),
        Column("payment_fee", MONEY, N_("What the payment gateway keeps."), optional=True),
        *CONTACTS,
        *PROVENANCE,
    ),
)
