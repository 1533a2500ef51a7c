"""The codes that tables hold for payment methods, sale channels and channels, in words."""

from __future__ import annotations

from collections.abc import Mapping

from custintel.i18n import N_, _

PAYMENT_METHODS: Mapping[str, str] = {
    "card": N_("card"),
    "pse": N_("PSE"),
    "transfer": N_("bank transfer"),
    "cash_voucher": N_("cash voucher"),
    "wallet": N_("wallet"),
    "bnpl": N_("instalments"),
    "cod": N_("cash on delivery"),
    "gift": N_("gift card"),
    "other": N_("other means"),
}
SALE_CHANNELS: Mapping[str, str] = {
    "web": N_("the website"),
    "app": N_("the app"),
    "store": N_("a shop"),
    "phone": N_("the phone"),
    "whatsapp": N_("WhatsApp"),
    "marketplace": N_("a marketplace"),
}
CHANNELS: Mapping[str, str] = {
    "Direct": N_("direct visits"),
    "Cross-network": N_("cross-network ads"),
    "Paid Shopping": N_("paid shopping"),
    "Paid Search": N_("paid search"),
    "Paid Social": N_("paid social networks"),
    "Paid Video": N_("paid video"),
    "Display": N_("display ads"),
    "Paid Other": N_("other paid ads"),
    "Organic Shopping": N_("organic shopping"),
    "Organic Social": N_("organic social networks"),
    "Organic Video": N_("organic video"),
    "Organic Search": N_("organic search"),
    "Referral": N_("links from other sites"),
    "Email": N_("email"),
    "Affiliates": N_("affiliates"),
    "Audio": N_("audio"),
    "SMS": N_("SMS"),
    "Mobile Push Notifications": N_("push messages"),
    "Unassigned": N_("unassigned"),
    "AI Assistants": N_("AI assistants"),
    "WhatsApp": N_("WhatsApp"),
    "Offline": N_("offline actions"),
    "Marketplace": N_("marketplaces"),
}
"""Of Google Analytics 4 and our own; a channel that a file names otherwise is written as it is."""


def worded(code: str, words: Mapping[str, str]) -> str:
    """A code in words, in the active language; as it is when nothing is known of it."""
    return _(words[code]) if code in words else code
