"""profiles and customer_profiles: who buys what, how, when, where and why; by group, and by person."""

from __future__ import annotations

import polars as pl

from custintel.i18n import N_
from custintel.tables.vocabulary import Column, Table

TOPIC = pl.Enum(["buys", "pays", "when", "where", "interests", "motivators", "comes_back", "who"])
COUNTED = pl.Enum(["orders", "lines", "visits", "returns", "answers", "people"])
MEASURE = pl.Enum(["share", "median"])
PART_OF_DAY = pl.Enum(["night", "morning", "afternoon", "evening"])
SEASON = pl.Enum(["q1", "q2", "q3", "q4"])
PRICE_BAND = pl.Enum(["low", "middle", "high"])
NEXT_BY = pl.Enum(["own", "base"])
MOTIVATOR = pl.Enum(["coupon", "discount", "free_shipping", "novelty", "low_price", "stated"])
AGE_BAND = pl.Enum(["under_18", "18_24", "25_34", "35_44", "45_54", "55_64", "65_up"])

PROFILES = Table(
    name="profiles",
    label=N_("One row per group and trait: how many of its orders or people have it, beside the others."),
    written_by="profile",
    columns=(
        Column("cut", pl.String(), N_("What is told apart: all, segment, city, channel..."), False),
        Column("group", pl.String(), N_("Which of them; empty for everybody.")),
        Column("people", pl.UInt32(), N_("How many people are in the group."), False, unit="people"),
        Column("topic", TOPIC, N_("What it is about: what they buy, how they pay, when, where..."), False),
        Column("trait", pl.String(), N_("The trait, as a code: payment_method, weekday, ticket..."), False),
        Column("value", pl.String(), N_("Which of its values, as a code or as it is; empty for a median.")),
        Column("measure", MEASURE, N_("Whether it is a share or a median."), False),
        Column("counted", COUNTED, N_("What is counted: orders, lines, visits, returns, answers or people."), False),
        Column("n", pl.Int64(), N_("How many have the value."), False),
        Column("of", pl.Int64(), N_("Of how many that say it."), False),
        Column("of_people", pl.Int64(), N_("Of how many people these are."), False, unit="people"),
        Column("share", pl.Float64(), N_("n divided by of; empty for a median."), unit="share"),
        Column("median", pl.Float64(), N_("The median of the people; empty for a share.")),
        Column("low", pl.Float64(), N_("Lower end of its 95 % interval.")),
        Column("high", pl.Float64(), N_("Upper end of its 95 % interval.")),
        Column("base", pl.Float64(), N_("The same of everybody.")),
        Column("rest", pl.Float64(), N_("The same of the other groups together; empty for everybody.")),
        Column("lift", pl.Float64(), N_("The group's divided by that of the other groups."), unit="times"),
        Column("effect", pl.Float64(), N_("Size of the difference: Cohen's h of two shares, 2A - 1 of two medians.")),
        Column("p", pl.Float64(), N_("Probability of such a difference by chance, after Holm; empty if not tested.")),
        Column(
            "distinct",
            pl.Boolean(),
            N_("Whether it sets the group apart: p < 0.05 and an effect of 0.2 or more."),
            False,
        ),
        Column("small", pl.Boolean(), N_("Whether fewer than 30 people say it."), False),
        Column("currency", pl.String(), N_("Currency of a median of money, ISO 4217.")),
        Column("from", pl.Date(), N_("First day that counts.")),
        Column("to", pl.Date(), N_("Last day that counts.")),
    ),
)

CUSTOMER_PROFILES = Table(
    name="customer_profiles",
    label=N_("One row per person: what they buy, how they pay, when, where, and what moves them."),
    written_by="profile",
    key=("customer_id",),
    columns=(
        Column("customer_id", pl.String(), N_("The person."), False),
        Column("orders", pl.UInt32(), N_("Purchases: neither refused, returned nor cancelled."), False, unit="orders"),
        Column("first_day", pl.Date(), N_("Day of the first purchase.")),
        Column("last_day", pl.Date(), N_("Day of the last purchase.")),
        Column("top_category", pl.String(), N_("The category in most of their orders; of several, the latest.")),
        Column("top_product", pl.String(), N_("The article (sku) in most of their orders; of several, the latest.")),
        Column("n_categories", pl.UInt32(), N_("How many categories they have bought."), unit="categories"),
        Column("n_products", pl.UInt32(), N_("How many articles they have bought."), unit="articles"),
        Column("basket", pl.Float64(), N_("Units per order."), unit="units"),
        Column("breadth", pl.Float64(), N_("Categories per order."), unit="categories"),
        Column("ticket", pl.Float64(), N_("What an order brings on average, in units of the currency.")),
        Column("currency", pl.String(), N_("Currency of the ticket, ISO 4217.")),
        Column(
            "price_level", pl.Float64(), N_("Median of price paid over the usual price of the category."), unit="times"
        ),
        Column("price_band", PRICE_BAND, N_("low below 0.8 of the category's usual price, high above 1.25.")),
        Column("payment_method", pl.String(), N_("How they pay most; of several, the latest.")),
        Column("installments", pl.Float64(), N_("Median number of payments.")),
        Column("hour", pl.Int32(), N_("Hour in which they buy most; of several, the latest."), unit="hour"),
        Column("part_of_day", PART_OF_DAY, N_("night 0-5, morning 6-11, afternoon 12-17, evening 18-23.")),
        Column("weekday", pl.Int32(), N_("Weekday on which they buy most: 1 Monday to 7 Sunday.")),
        Column("month", pl.Int32(), N_("Month in which they buy most.")),
        Column("season", SEASON, N_("Quarter of the year in which they buy most.")),
        Column("gaps", pl.UInt32(), N_("Gaps between days with a purchase."), False, unit="gaps"),
        Column("median_gap", pl.Float64(), N_("Median of their own gaps; empty with fewer than 3."), unit="days"),
        Column("next_from", pl.Date(), N_("From when the next purchase is to be expected, if they come back.")),
        Column("next_to", pl.Date(), N_("Until when: half of the next purchases fall between both.")),
        Column("next_by", NEXT_BY, N_("Whether by their own gaps (3 or more) or by everybody's.")),
        Column("channel", pl.String(), N_("Channel through which they come most; of several, the latest.")),
        Column("sale_channel", pl.String(), N_("Where they buy most: web, app, store...")),
        Column("store", pl.String(), N_("The shop or branch in which they buy most.")),
        Column("city", pl.String(), N_("City to which most orders go; without orders, where they live.")),
        Column("region", pl.String(), N_("Its department, state or province.")),
        Column("country", pl.String(), N_("Its country, ISO 3166 alpha-2.")),
        Column("coupon_share", pl.Float64(), N_("Of their orders, those with a coupon."), unit="share"),
        Column("discount_share", pl.Float64(), N_("Of their orders, those with a discount."), unit="share"),
        Column("discount_depth", pl.Float64(), N_("Discount over list price of all their orders."), unit="share"),
        Column("free_shipping_share", pl.Float64(), N_("Of their orders, those with free shipping."), unit="share"),
        Column(
            "novelty_share", pl.Float64(), N_("What was new of what they bought after the first day."), unit="share"
        ),
        Column("low_price_share", pl.Float64(), N_("Of their lines, those below its usual price."), unit="share"),
        Column("browsed", pl.List(pl.String), N_("Categories they look at, the most often seen first.")),
        Column("browsed_not_bought", pl.List(pl.String), N_("Those of them that they have not bought.")),
        Column("interests", pl.List(pl.String), N_("What they say interests them, then what they look at.")),
        Column("motivators", pl.List(pl.String), N_("What moves them, as codes: coupon, discount, free_shipping...")),
        Column("stated_reason", pl.String(), N_("Why they buy, in their own words.")),
        Column("satisfaction", pl.String(), N_("Their last answer to a survey: happy, neutral or unhappy.")),
        Column("refused", pl.UInt32(), N_("Orders refused at the door."), False, unit="orders"),
        Column("returned", pl.UInt32(), N_("Orders of which something came back."), False, unit="orders"),
        Column("cancelled", pl.UInt32(), N_("Orders cancelled."), False, unit="orders"),
        Column("gender", pl.String(), N_("f, m or x.")),
        Column("age_band", AGE_BAND, N_("Age on the last day of the data.")),
    ),
)
