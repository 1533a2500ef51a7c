"""What is asked of a person's purchases, visits and card: every trait, what is counted for it, and what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from custintel.i18n import N_

Counted = Literal["orders", "lines", "visits", "returns", "answers", "people"]


@dataclass(frozen=True)
class Trait:
    """One trait.

    Attributes:
        code: as tables name it.
        topic: what it is about, one of :data:`custintel.tables.profiles.TOPIC`.
        label: in words, in English, marked for translation.
        counted: what a share of it is a share of; ``people`` for a median.
        median: whether it is a number of each person, of which a group has a median, and not a share.
        money: whether that number is money.
    """

    code: str
    topic: str
    label: str
    counted: Counted = "orders"
    median: bool = False
    money: bool = False


def _number(code: str, topic: str, label: str, *, money: bool = False) -> Trait:
    return Trait(code, topic, label, "people", median=True, money=money)


TRAITS = (
    Trait("category", "buys", N_("Orders with the category")),
    Trait("product", "buys", N_("Orders with the article")),
    Trait("price_band", "buys", N_("Price against the category's usual one"), "lines"),
    _number("ticket", "buys", N_("What an order brings"), money=True),
    _number("basket", "buys", N_("Units per order")),
    _number("breadth", "buys", N_("Categories per order")),
    _number("n_categories", "buys", N_("Categories ever bought")),
    _number("price_level", "buys", N_("Price paid over the category's usual one")),
    Trait("payment_method", "pays", N_("Means of payment")),
    Trait("installments", "pays", N_("Number of payments")),
    Trait("part_of_day", "when", N_("Part of the day")),
    Trait("hour", "when", N_("Hour")),
    Trait("weekday", "when", N_("Weekday")),
    Trait("month", "when", N_("Month")),
    Trait("season", "when", N_("Quarter")),
    Trait("payday", "when", N_("On a payday or within two days of it")),
    _number("orders", "when", N_("Purchases")),
    _number("median_gap", "when", N_("Days between purchases")),
    Trait("channel", "where", N_("Channel")),
    Trait("sale_channel", "where", N_("Place of sale")),
    Trait("store", "where", N_("Shop")),
    Trait("city", "where", N_("City")),
    Trait("region", "where", N_("Region")),
    Trait("country", "where", N_("Country")),
    Trait("device", "where", N_("Device of their visits"), "visits"),
    Trait("browsed", "interests", N_("Visits that look at the category"), "visits"),
    Trait("browsed_not_bought", "interests", N_("Look at the category and never bought it"), "people"),
    Trait("interests", "interests", N_("Interests they state"), "people"),
    Trait("coupon", "motivators", N_("With a coupon")),
    Trait("discount", "motivators", N_("With a discount")),
    Trait("free_shipping", "motivators", N_("With free shipping")),
    Trait("over_threshold", "motivators", N_("Just above the amount for free shipping, of those near it")),
    Trait("novelty", "motivators", N_("New to them, of what they buy after the first day"), "lines"),
    Trait("low_price", "motivators", N_("Below the article's usual price"), "lines"),
    Trait("motivator", "motivators", N_("Reasons they state"), "people"),
    _number("discount_depth", "motivators", N_("Discount over list price")),
    Trait("refused", "comes_back", N_("Refused at the door, of orders sent")),
    Trait("returned", "comes_back", N_("Of which something came back, of orders delivered")),
    Trait("cancelled", "comes_back", N_("Cancelled, of orders placed")),
    Trait("return_reason", "comes_back", N_("Why it came back"), "returns"),
    Trait("satisfaction", "comes_back", N_("Answers to surveys"), "answers"),
    Trait("gender", "who", N_("Gender"), "people"),
    Trait("age_band", "who", N_("Age"), "people"),
    Trait("residence", "who", N_("City where they live"), "people"),
    Trait("customer_type", "who", N_("Customer type"), "people"),
    Trait("occupation", "who", N_("Occupation"), "people"),
    Trait("education", "who", N_("Education"), "people"),
    Trait("marital_status", "who", N_("Marital status"), "people"),
    Trait("stratum", "who", N_("Stratum"), "people"),
    Trait("tags", "who", N_("Tags"), "people"),
    Trait("best_channel", "who", N_("Best channel to reach them"), "people"),
    Trait("consent_email", "who", N_("Consent: email"), "people"),
    Trait("consent_sms", "who", N_("Consent: SMS"), "people"),
    Trait("consent_whatsapp", "who", N_("Consent: WhatsApp"), "people"),
    Trait("consent_call", "who", N_("Consent: calls"), "people"),
)
"""In the order in which they are told."""
BY_CODE = {trait.code: trait for trait in TRAITS}
YES = "yes"
"""The value of a trait that holds or does not."""
